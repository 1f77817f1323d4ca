"""Pictures of a release: each as SVG with its data as CSV, and a page in each language that shows them all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from pfds.editions.pictures.changes import changes
from pfds.editions.pictures.coverage import coverage
from pfds.editions.pictures.model import Picture
from pfds.editions.pictures.months import COUNTED, months_picture
from pfds.editions.pictures.page import pictures_page
from pfds.editions.pictures.timeline import timelines
from pfds.editions.public import Public
from pfds.publish.dictionary import csv_text
from pfds.standard.language import all_languages, load_language
from pfds.standard.phrase import Phrase

FOLDER: Final = "pictures"
_PER_MONTH: Final = Phrase("Events over time, by type")


def write_pictures(public: Public, target: Path) -> None:
    """Writes pictures/<name>.svg and pictures/<name>.csv for each picture, and pictures/index.<language>.html.

    The SVG speak English, the pages their own language. Memory does not grow with the number of records.
    """
    folder = target / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="pfds-") as scratch:
        pictures = list(_pictures(public, Path(scratch)))
    english = load_language("en")
    for picture in pictures:
        svg = picture.drawing.said(english, picture.name, picture.title(english), picture.about(english))
        _write(folder / f"{picture.name}.svg", svg + "\n")
        _write(folder / f"{picture.name}.csv", csv_text([column.name for column in picture.columns], picture.data()))
    for language in all_languages():
        _write(folder / f"index.{language.code}.html", pictures_page(public.about, pictures, language))


def _pictures(public: Public, scratch: Path) -> Iterator[Picture]:
    standard = public.standard
    with public.database(scratch) as database:
        found = (
            changes(public.folder, standard),
            months_picture(database, standard, COUNTED, "events-by-month", _PER_MONTH),
            coverage(database, standard),
        )
        yield from (picture for picture in found if picture)
        yield from timelines(database, standard)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
