"""A difference as one page that needs nothing else: no script, no network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pfds.release.diff_view import DifferenceView
from pfds.reports.page import page_template, style_and_hash
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
    yield from page_template(_FOLDER / "diff.html.jinja").generate(
        view=view,
        language=view.wording.language,
        words={name: view.wording.say(phrase) for name, phrase in _WORDS.items()},
        **style_and_hash(_FOLDER / "diff.css"),
    )
