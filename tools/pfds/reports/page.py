"""Pages of HTML that stand alone: everything in them is escaped, nothing is loaded, only our own style is applied."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from pfds.reports.wording import FIRST_STRONG_ISOLATE, POP_ISOLATE


@cache
def page_template(path: Path) -> Template:
    """The template of a page; its filter `bdi` keeps the direction of a value apart from the text around it."""
    environment = Environment(
        loader=FileSystemLoader(path.parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["bdi"] = _bdi
    return environment.get_template(path.name)


def style_and_hash(path: Path) -> dict[str, str]:
    """A style sheet of ours as it stands in the page (`style`), and the hash that allows it there (`style_hash`)."""
    style = path.read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return {"style": Markup(style), "style_hash": digest}  # noqa: S704 - a file of ours


def _bdi(text: str) -> Markup:
    safe = str(escape(text))
    return Markup(safe.replace(FIRST_STRONG_ISOLATE, "<bdi>").replace(POP_ISOLATE, "</bdi>"))  # noqa: S704 - escaped
