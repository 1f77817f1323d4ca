"""Where findings stand, in words and in the way a spreadsheet shows it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from pfds.checks.run import Report
from pfds.intake.tables import column_letters
from pfds.reports.wording import Wording, shown_value, visible
from pfds.standard.findings import Finding
from pfds.standard.phrase import Phrase

_LETTERS: Final = re.compile(r"[A-Z]+")


@dataclass(frozen=True, slots=True)
class Snippet:
    """A cell between its neighbours, as a spreadsheet shows it.

    ``where`` says in words where it is; ``columns`` are letters and names of two or three columns, of which the cell is
    in the one at ``position``.
    """

    where: str
    columns: tuple[tuple[str, str], ...]
    position: int
    row: int
    value: str


def place(wording: Wording, finding: Finding) -> str:
    """Where a finding stands, in words: file, line, row, cell and record, or in a workbook sheet and cell."""
    origin = finding.origin
    parts = [visible(origin.file or wording.say(Phrase("the submission")))]
    if origin.sheet:
        parts.append(wording.say(Phrase("sheet {name}", name=visible(origin.sheet))))
    else:
        parts.append(wording.say(Phrase("line {number}", number=origin.line)) if origin.line else "")
        parts.append(wording.say(Phrase("row {number}", number=finding.row)) if finding.row else "")
    parts += [_in_sheet(wording, finding), finding.record_id or ""]
    return ", ".join(part for part in parts if part)


def line_of(finding: Finding) -> int | None:
    """The line of a text file that a finding stands in, if it is a text file."""
    return None if finding.origin.sheet else finding.origin.line


def brief_places(wording: Wording, findings: Iterable[Finding]) -> Iterator[tuple[str, list[str]]]:
    """For each file and sheet in turn its name, and the cells (or lines, or rows) of the findings in it."""

    def holder(finding: Finding) -> tuple[str, str]:
        return finding.origin.file or "", finding.origin.sheet or ""

    for (file, sheet), members in groupby(findings, key=holder):
        name = visible(file) or wording.say(Phrase("the submission"))
        held = f"{name} ▸ {visible(sheet)}" if sheet else name
        yield held, [spot for member in members if (spot := _spot(wording, member))]


def snippet(wording: Wording, report: Report, finding: Finding) -> Snippet | None:
    """The cell of a finding between its neighbours; None if it has no cell, or values are not to be shown."""
    cell, value = finding.origin.cell, finding.value
    letters = _LETTERS.match(cell or "")
    if not wording.show_values or value is None or cell is None or letters is None:
        return None
    known = next(
        (
            [(column_letters(at), name) for at, name in file.columns]
            for file in report.files
            if (file.file, file.table) == (finding.origin.file, finding.table)
        ),
        [],
    )
    at = next((number for number, (letter, _) in enumerate(known) if letter == letters[0]), None)
    if at is None:
        return None
    words = shown_value(value, isolate=wording.language.direction == "rtl")
    first = max(at - 1, 0)
    return Snippet(place(wording, finding), tuple(known[first : at + 2]), at - first, int(cell[letters.end() :]), words)


def _spot(wording: Wording, finding: Finding) -> str:
    if finding.origin.cell:
        return finding.origin.cell
    if line_of(finding):
        return wording.say(Phrase("line {number}", number=finding.origin.line or 0))
    return _in_sheet(wording, finding) or finding.record_id or ""


def _in_sheet(wording: Wording, finding: Finding) -> str:
    """The cell, or in a workbook the row as the sheet numbers it."""
    origin = finding.origin
    if origin.cell:
        return wording.say(Phrase("cell {name}", name=origin.cell))
    number = (origin.line or finding.row) if origin.sheet else None
    return wording.say(Phrase("row {number}", number=number)) if number else ""
