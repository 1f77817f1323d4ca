"""The row of a sheet that names its columns, and the rows around it that hold no records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pfds.intake.columns import Flags, Integers
from pfds.intake.header import Header, match_header
from pfds.intake.limits import MAX_COLUMNS
from pfds.intake.problems import limit_facts, notice, problem
from pfds.intake.sheet_labels import fields_called
from pfds.intake.tables import column_letters
from pfds.intake.workbook_frames import Sheet
from pfds.standard.findings import Finding, Origin, Severity
from pfds.standard.model import Standard, Table
from pfds.standard.phrase import Phrase

HINT: Final = "▸"
"""Begins every cell of our template that is there to be read by people only."""
_NAMELESS: Final = 20
"""Columns without a name that are told one by one."""
_LOOKED_AT: Final = 20
"""Rows, the first that are not empty, of which one must be the header."""

Row = Mapping[int, str]
"""The cells of a row by column (0 = first)."""


@dataclass(frozen=True, slots=True)
class SheetHeader:
    """The columns to read, and the rows (1 = first) that hold records; ``read_by_label`` are columns by field."""

    header: Header
    findings: tuple[Finding, ...]
    row: int
    rows: Integers


def is_template_sheet(sheet: Sheet) -> bool:
    """Whether it is a sheet of our template to be read by people only, by its first cell."""
    first = np.flatnonzero((sheet.rows == 1) & (sheet.columns == 0))
    return bool(first.size) and sheet.texts[int(first[0])].as_py().startswith(HINT)


def find_header(sheet: Sheet, table: Table, standard: Standard, file: str) -> SheetHeader:
    """The row among the first ones that names most columns; one finding and no columns if none names any."""
    rows = np.unique(sheet.rows)
    first = _cells_of(sheet, rows[:_LOOKED_AT].tolist())
    named = {row: _named(cells, table, standard) for row, cells in first.items()}
    row = max(named, key=lambda each: len(set(named[each].values()) - {None}), default=1)
    if first and not set(named[row].values()) - {None}:
        row = next(iter(first))
    place = _Place(file, sheet.name, row)
    cells = first.get(row, {})
    if len(cells) > MAX_COLUMNS:
        facts = limit_facts(Phrase("columns"), MAX_COLUMNS, len(cells))
        refused = problem("limit-exceeded", place(None), table=table.name, facts=facts)
        return SheetHeader(Header({}, (refused,)), (), row, rows[:0])
    header = _match(cells, named.get(row, {}), table, place)
    rows = rows[np.searchsorted(rows, row, "right") :]
    rows = rows[~np.isin(rows, _second_header(first, named, row, header))]
    rows = rows[~np.isin(rows, _hints(sheet))]
    told = _told(cells, header, table, place, row, after=list(first)) if header.positions else []
    return SheetHeader(header, (*told, *_nameless(sheet, cells, rows, table, place)), row, rows)


@dataclass(frozen=True, slots=True)
class _Place:
    file: str
    sheet: str
    row: int

    def __call__(self, position: int | None) -> Origin:
        cell = None if position is None else f"{column_letters(position)}{self.row}"
        return Origin(self.file, self.sheet, self.row, cell)


def _cells_of(sheet: Sheet, rows: Sequence[int]) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = {row: {} for row in rows}
    for index in np.flatnonzero(sheet.rows <= rows[-1]).tolist() if rows else ():
        text = " ".join(sheet.texts[index].as_py().split())
        if text:
            found[int(sheet.rows[index])][int(sheet.columns[index])] = text
    return {row: dict(sorted(cells.items())) for row, cells in found.items() if cells}


def _named(cells: Row, table: Table, standard: Standard) -> dict[int, str | None]:
    return dict(zip(cells, fields_called(standard, table, list(cells.values())), strict=True))


def _match(cells: Row, named: Mapping[int, str | None], table: Table, place: _Place) -> Header:
    names: list[str | None] = [None] * (max(cells, default=-1) + 1)
    for position, text in cells.items():
        names[position] = named[position] or text
    return match_header(names, table, place)


def _told(cells: Row, header: Header, table: Table, place: _Place, row: int, after: Sequence[int]) -> list[Finding]:
    """What is to be said of where the header stands, and of each column that does not have the name of its field."""
    told = []
    if row != after[0]:
        told.append(notice("header-below", place(None), table.name, {"row": row}))
    for name, position in header.positions.items():
        if cells[position] != name:
            found = notice("column-recognised", place(position), table.name, {"field": name})
            told.append(found._replace(field=name, values={"name": cells[position]}))
    return told


def _nameless(sheet: Sheet, cells: Row, rows: Integers, table: Table, place: _Place) -> Iterator[Finding]:
    """Columns without a name that hold something beside the records."""
    beside = np.isin(sheet.rows, rows) & ~np.isin(sheet.columns, list(cells))
    if not cells or not beside.any():
        return
    filled = pc.not_equal(pc.utf8_trim_whitespace(sheet.texts), pa.scalar("")).to_numpy(zero_copy_only=False)
    for position in np.unique(sheet.columns[beside & filled])[:_NAMELESS].tolist():
        name = Phrase("The column {letters}, which has no name,", letters=column_letters(position))
        facts = {"name": name, "table": table.name, "similar": "", "suggestion": ""}
        yield Finding("column-unknown", Severity.ERROR, table.name, origin=place(position), facts=facts)


def _second_header(
    first: Mapping[int, Row], named: Mapping[int, Mapping[int, str | None]], row: int, header: Header
) -> list[int]:
    """The row right below the header, if it only repeats in other words what the columns are called."""
    below = next((each for each in first if each > row), None)
    field_of = {position: name for name, position in header.positions.items()}
    if below is None or not first[below]:
        return []
    same = all(name is not None and field_of.get(position) == name for position, name in named[below].items())
    return [below] if same else []


def _hints(sheet: Sheet) -> Integers:
    """Rows of which every cell is a hint."""
    hint: Flags = pc.starts_with(sheet.texts, pattern=HINT).to_numpy(zero_copy_only=False)
    if not hint.any():
        return np.zeros(0, np.int64)
    filled: Flags = pc.not_equal(pc.utf8_trim_whitespace(sheet.texts), pa.scalar("")).to_numpy(zero_copy_only=False)
    return np.setdiff1d(sheet.rows[hint], sheet.rows[filled & ~hint])
