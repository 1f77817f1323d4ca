"""Picture of what changed since the release before, by table."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from pfds.editions.pictures.canvas import BLUE, GREY, ORANGE, Canvas, Drawing
from pfds.editions.pictures.model import Column, Named, Picture
from pfds.editions.pictures.words import phrase, title_of, verbatim
from pfds.standard.model import Standard
from pfds.standard.phrase import Phrase

SUMMARY: Final = "changes/summary.json"
_KINDS: Final = (
    ("added", Phrase("Added"), BLUE),
    ("changed", Phrase("Changed"), ORANGE),
    ("removed", Phrase("Removed"), GREY),
)
_ROW, _COLUMN, _LONGEST = 26, 218, 140
_LEFT, _RIGHT, _TOP, _BOTTOM = 236, 20, 88, 14
_ABOUT: Final = Phrase("How many records of each table were added, changed and removed since the release before.")

Row = tuple[Named, int, int, int]


def changes(folder: Path, standard: Standard) -> Picture | None:
    """The picture of a release in a ``folder``; None for the first one, and where no record differs."""
    if not (folder / SUMMARY).is_file():
        return None
    summary = json.loads((folder / SUMMARY).read_text("utf-8"))
    rows = [row for row in (_row(standard, table) for table in summary["tables"]) if any(row[1:])]
    if not rows:
        return None
    versions = {"old": summary["from"]["version"], "new": summary["to"]["version"]}
    title = Phrase("What changed from {old} to {new}", **versions)
    return Picture(
        "changes",
        phrase(title),
        phrase(_ABOUT),
        _drawing(title, rows),
        [Column("table", phrase(Phrase("Table"))), *(Column(name, phrase(words)) for name, words, _ in _KINDS)],
        rows,
    )


def _row(standard: Standard, table: dict[str, Any]) -> Row:
    name, counts = table["table"], table["counts"]
    known = standard.tables.get(name)
    return Named(name, title_of(known) if known else verbatim(name)), *(counts[kind] for kind, _, _ in _KINDS)


def _drawing(title: Phrase, rows: Sequence[Row]) -> Drawing:
    canvas = Canvas(_COLUMN * len(_KINDS), _ROW * len(rows), (_TOP, _RIGHT, _BOTTOM, _LEFT))
    canvas.heading(phrase(title), phrase(Phrase("Records by table")))
    canvas.lines(range(0, canvas.height + 1, _ROW))
    middles = [(row + 0.5) * _ROW for row in range(len(rows))]
    names = [(14 - _LEFT, y, row[0].say) for y, row in zip(middles, rows, strict=True)]
    canvas.texts(names, _LEFT - 30)
    columns = list(zip(*(counts for _, *counts in rows), strict=True))
    longest = max(max(numbers) for numbers in columns)
    for column, (numbers, (kind, words, colour)) in enumerate(zip(columns, _KINDS, strict=True)):
        left = column * _COLUMN
        lengths = [max(round(number / longest * _LONGEST), 2) if number else 0 for number in numbers]
        bars = [{"x": left, "x2": left + length, "y": y} for y, length in zip(middles, lengths, strict=True) if length]
        canvas.marks(f"{kind}_bars", bars, "bar", {"height": 14, "color": colour})
        canvas.texts([(left, -14, phrase(words))], _COLUMN - 20, 12, fontWeight="bold")
        told = [
            (left + length + 5, y, verbatim(f"{number:,}"))
            for y, length, number in zip(middles, lengths, numbers, strict=True)
        ]
        canvas.texts(told, 60)
    return canvas.drawing()
