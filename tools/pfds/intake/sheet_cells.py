"""The cells of a sheet as columns of text: which of them are no values, and what was read into the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pfds.intake.columns import Flags, Integers
from pfds.intake.local_values import Change, local_values
from pfds.intake.sheet_header import SheetHeader
from pfds.intake.workbook_frames import Sheet
from pfds.intake.workbook_numbers import DAY as DAY_CELL
from pfds.intake.workbook_numbers import ERROR, MOMENT, ROUNDED, SPAN, UNKNOWN
from pfds.standard.model import Field, Standard, Table

_DATES: Final = frozenset({"edtf", "date"})
PART_OF_DAY: Final = "part-of-day"
"""A kind of change: the month or the year of a day that is shown without the rest."""


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """One column: text by record, the kind of each cell (empty where there is none), and what was read otherwise."""

    field: Field
    values: pa.StringArray
    kinds: npt.NDArray[np.bytes_]
    changes: tuple[Change, ...]

    @property
    def refused(self) -> Flags:
        """Cells that hold an error, or a formula without result."""
        flags: Flags = np.isin(self.kinds, [ERROR.encode(), UNKNOWN.encode()])
        return flags

    @property
    def doubtful(self) -> Flags:
        """Cells that a spreadsheet program may have changed when they were typed."""
        kinds = [ROUNDED] if self.field.kind in _DATES else [ROUNDED, DAY_CELL, MOMENT, SPAN]
        flags: Flags = np.isin(self.kinds, [kind.encode() for kind in kinds])
        return flags


def sheet_columns(
    sheet: Sheet, found: SheetHeader, table: Table, standard: Standard
) -> tuple[Integers, list[SheetColumn]]:
    """The rows of the sheet that hold a record, and the columns of these records."""
    rows, indices = _laid_out(sheet, found)
    columns = []
    for name, position in found.header.positions.items():
        field = table.by_name[name]
        columns.append(_column(standard, field, sheet, indices[position]))
    return rows, columns


def _laid_out(sheet: Sheet, found: SheetHeader) -> tuple[Integers, dict[int, Integers]]:
    """Rows in which any column is filled, and per column the index of the cell for each of them (-1: empty)."""
    empty = pc.equal(pc.utf8_trim_whitespace(sheet.texts), pa.scalar("")).to_numpy(zero_copy_only=False)
    filled = ~(empty & (sheet.kinds != UNKNOWN.encode()))
    indices = {}
    used = np.zeros(len(found.rows), np.bool_)
    for position in found.header.positions.values():
        here = np.flatnonzero(filled & (sheet.columns == position))
        at = np.searchsorted(found.rows, sheet.rows[here])
        inside = at < len(found.rows)
        here, at = here[inside], at[inside]
        same = found.rows[at] == sheet.rows[here]
        cells = np.full(len(found.rows), -1, np.int64)
        cells[at[same]] = here[same]
        indices[position] = _without_covered(cells, position, sheet, found.rows)
        used |= indices[position] >= 0
    return found.rows[used], {position: cells[used] for position, cells in indices.items()}


def _without_covered(cells: Integers, position: int, sheet: Sheet, rows: Integers) -> Integers:
    """Without the cells that nobody sees, because they are merged with another."""
    for top, left, bottom, right in sheet.areas:
        if left <= position <= right:
            first = np.searchsorted(rows, top if position > left else top + 1)
            cells[first : np.searchsorted(rows, bottom, "right")] = -1
    return cells


def _column(standard: Standard, field: Field, sheet: Sheet, cells: Integers) -> SheetColumn:
    empty = cells < 0
    kinds = np.where(empty, b"", sheet.kinds[cells] if len(sheet.kinds) else b"").astype("S1")
    silent = empty | np.isin(kinds, [ERROR.encode(), UNKNOWN.encode()])
    texts = sheet.texts.take(pa.array(cells, mask=silent))
    converted = local_values(standard, field, texts, letters=False)
    changes = [*converted.changes, *_parts_of_days(field, kinds, converted.values)]
    return SheetColumn(field, converted.values, kinds, tuple(changes))


def _parts_of_days(field: Field, kinds: npt.NDArray[np.bytes_], values: pa.StringArray) -> Iterator[Change]:
    """Days that are shown as a month or a year only, and are read as that."""
    found = np.flatnonzero(kinds == SPAN.encode())
    if field.kind in _DATES and found.size:
        for value in pc.unique(values.take(pa.array(found))).to_pylist():
            here = [index for index in found.tolist() if values[index].as_py() == value]
            old = f"{value}-01" if len(value) == 7 else f"{value}-01-01"
            yield Change(PART_OF_DAY, old, value, here[0], len(here))
