"""The page that shows the pictures of a release in one language, each with its data as a table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from markupsafe import Markup

from pfds.editions.about import About
from pfds.editions.pictures.model import Cell, Named, Picture
from pfds.editions.pictures.words import drawable
from pfds.reports.page import page_template, style_and_hash
from pfds.standard.language import Language, all_languages
from pfds.standard.phrase import Count, Phrase

_FOLDER: Final = Path(__file__).parents[1] / "templates"
_WORDS: Final = {
    "pictures": Phrase("Pictures"),
    "languages": Phrase("Languages"),
    "none": Phrase("There is nothing to draw: the release holds no events and no cases."),
    "picture": Phrase("Picture (SVG, in English)"),
    "data": Phrase("Data (CSV)"),
}


def pictures_page(about: About, pictures: Sequence[Picture], language: Language) -> str:
    """A page that needs nothing else: no script, no network."""
    say = language.say
    release = Phrase("{title}, release {version}, as of {date}", **_release(about))
    return page_template(_FOLDER / "pictures.html.jinja").render(
        language=language,
        languages=all_languages(),
        words={name: say(phrase) for name, phrase in _WORDS.items()},
        release=say(release),
        pictures=[_shown(picture, language) for picture in pictures],
        **style_and_hash(_FOLDER / "pictures.css"),
    )


def _release(about: About) -> dict[str, str]:
    return {"title": drawable(about.title), "version": about.version, "date": about.as_of.isoformat()}


def _shown(picture: Picture, language: Language) -> dict[str, Any]:
    title, description = drawable(picture.title(language)), picture.about(language)
    svg = picture.drawing.said(language, picture.name, title, description)
    return {
        "name": picture.name,
        "title": title,
        "about": description,
        "notes": [note(language) for note in picture.notes],
        "svg": Markup(svg),  # noqa: S704 - of ours, and every word in it is escaped
        "summary": language.say(Count("{n} row of data", "{n} rows of data", len(picture.rows))),
        "headings": [column.heading(language) for column in picture.columns],
        "rows": [[_told(cell, language) for cell in row] for row in picture.rows],
    }


def _told(cell: Cell, language: Language) -> str:
    if isinstance(cell, Named):
        return cell.say(language)
    return f"{cell:,}" if isinstance(cell, int) else drawable(cell or "")
