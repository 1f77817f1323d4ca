"""A difference as one page that needs nothing else: no script, no network."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from pfds.release.diff_view import DifferenceView
from pfds.reports.wording import FIRST_STRONG_ISOLATE, POP_ISOLATE
from pfds.standard.phrase import Phrase

_FOLDER: Final = Path(__file__).parent / "templates"
_WORDS: Final = {
    "record": Phrase("Record"),
    "field": Phrase("Field"),
    "before": Phrase("Before"),
    "now": Phrase("Now"),
    "because": Phrase("Because of"),
}


def html_difference(view: DifferenceView) -> Iterator[str]:
    """The page in parts."""
    style = (_FOLDER / "diff.css").read_text("utf-8")
    yield from _template().generate(
        view=view,
        language=view.wording.language,
        words={name: view.wording.say(phrase) for name, phrase in _WORDS.items()},
        style=Markup(style),  # noqa: S704 - a file of ours
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["bdi"] = _bdi
    return environment.get_template("diff.html.jinja")


def _bdi(text: str) -> Markup:
    """Text as HTML; what is kept apart from the direction of the text around it stands in an element of its own."""
    safe = str(escape(text))
    return Markup(safe.replace(FIRST_STRONG_ISOLATE, "<bdi>").replace(POP_ISOLATE, "</bdi>"))  # noqa: S704
