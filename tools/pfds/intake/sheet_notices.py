"""What is to be told of a sheet besides its records: how it was recognised, and what in it is not as it looks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import MappingProxyType
from typing import Final

import numpy as np

from pfds.intake.columns import Flags, Integers
from pfds.intake.local_dates import DAY, ORDER, TIME
from pfds.intake.local_values import (
    BOOLEAN,
    CODE,
    DIGITS,
    LISTED,
    NUMBER,
    SAME_LETTERS,
    SPACE,
    UNSEEN,
)
from pfds.intake.problems import notice, problem
from pfds.intake.sheet_cells import PART_OF_DAY, SheetColumn
from pfds.intake.sheet_header import SheetHeader
from pfds.intake.tables import TextTable, column_letters
from pfds.intake.workbook_frames import Sheet
from pfds.intake.workbook_numbers import ROUNDED, UNKNOWN
from pfds.standard.findings import Finding, Origin, Severity
from pfds.standard.phrase import Count, Phrase

BY_LABEL: Final = Phrase("because that is what the table is called in one of our languages")
BY_FILE: Final = Phrase("because the file is called so and holds no other sheet")

_DONE: Final = MappingProxyType(
    {
        SPACE: Phrase("White space at the ends was taken away"),
        UNSEEN: Phrase("Marks that cannot be seen were taken away"),
        SAME_LETTERS: Phrase("Letters and their accents were put together"),
        DIGITS: Phrase("Digits of another script were converted"),
        CODE: Phrase("Words were read as the codes that they stand for"),
        BOOLEAN: Phrase("Words were read as true or false"),
        NUMBER: Phrase("Numbers were read without spaces and marks between their digits"),
        LISTED: Phrase("The identifier was taken out of an entry of the list"),
        DAY: Phrase("Dates were read in the form in which they are written"),
        ORDER: Phrase("Day and month were told apart by the other dates of the column"),
        TIME: Phrase("The day was read, and the time of day left out"),
        PART_OF_DAY: Phrase("Days that are shown without their day or month were read as they are shown"),
    }
)
_NO_RESULT: Final = Phrase("a formula without a result; open the workbook, let it calculate and save it again")
_ROUNDED: Final = Phrase("Spreadsheet programs keep 15 digits of a number, and this one has more")
_DAY_CELL: Final = Phrase("The cell holds a date, as programs make them of what looks like one")


def recognised(sheet: Sheet, table: str, file: str, because: Phrase) -> Finding:
    """A sheet that does not have the name of its table."""
    return notice("sheet-recognised", Origin(file, sheet.name), table, {"table": table, "reason": because})


def notices(sheet: Sheet, table: str, file: str, found: SheetHeader, rows: Integers) -> Iterator[Finding]:
    """Hidden records and columns, formulas, merged cells: each told once for a sheet with records in these ``rows``."""
    origin = Origin(file, sheet.name)
    columns = np.array(sorted(found.header.positions.values()), np.int64)
    if what := _hidden(sheet, _inside(rows, sheet.hidden_rows), _inside(columns, sheet.hidden_columns)):
        yield notice("sheet-hidden", origin, table, {"what": what})
    if sheet.formulas and sheet.first_formula:
        row, column = sheet.first_formula
        place = origin._replace(line=row, cell=f"{column_letters(column)}{row}")
        cells = Count("{n} cell holds a formula", "{n} cells hold formulas", sheet.formulas)
        yield notice("sheet-formulas", place, table, {"cells": cells})
    areas = [
        (top, left)
        for top, left, bottom, right in sheet.areas
        if bottom > found.row and _inside(columns, [(left, right)])
    ]
    if areas:
        top, left = areas[0]
        place = origin._replace(line=top, cell=f"{column_letters(left)}{top}")
        merged = Count("{n} group of cells is merged", "{n} groups of cells are merged", len(areas))
        yield Finding("cells-merged", Severity.WARNING, table, origin=place, facts={"cells": merged})


def _inside(numbers: Integers, spans: Sequence[tuple[int, int]]) -> int:
    """How many of the numbers, which rise, lie in any of the spans."""
    ends = ((np.searchsorted(numbers, first), np.searchsorted(numbers, last, "right")) for first, last in spans)
    return int(sum(end - begin for begin, end in ends))


def _hidden(sheet: Sheet, rows: int, columns: int) -> Phrase | None:
    if sheet.hidden:
        return Phrase("This sheet is hidden")
    of_rows = Count("{n} row is hidden", "{n} rows are hidden", rows)
    of_columns = Count("{n} column is hidden", "{n} columns are hidden", columns)
    if rows and columns:
        return Phrase("{rows}; {columns}", rows=of_rows, columns=of_columns)
    if rows or columns:
        return of_rows if rows else of_columns
    return None


def changes(column: SheetColumn, rows: Integers, sheet: Sheet, place: tuple[str, str, int]) -> Iterator[Finding]:
    """One finding for each way in which cells of a column were read otherwise, at the first of them."""
    file, table, position = place
    for kind in dict.fromkeys(change.kind for change in column.changes):
        alike = [change for change in column.changes if change.kind == kind]
        first = alike[0]
        line = int(rows[first.first])
        origin = Origin(file, sheet.name, line, f"{column_letters(position)}{line}")
        cells = Count("{n} cell", "{n} cells", sum(change.count for change in alike))
        found = notice("value-recognised", origin, table, {"what": _DONE[kind], "cells": cells})
        yield found._replace(field=column.field.name, row=first.first + 1, value=first.old, values={"meant": first.new})


def of_cells(columns: Sequence[SheetColumn], text: TextTable, begin: int) -> Iterator[Finding]:
    """A finding for each cell of a piece that holds no value, or one that a program may have changed.

    The piece begins with the record ``begin`` (0 = first).
    """
    end = begin + len(text.rows)
    for column in columns:
        name, kinds = column.field.name, column.kinds[begin:end]
        for index in _where(column.refused[begin:end]):
            reason = _NO_RESULT if kinds[index] == UNKNOWN.encode() else Phrase("an error in place of a value")
            origin = text.origin(index, name)
            facts = {"field": name, "problem": reason}
            yield problem("cell-error", origin, table=text.table, field=name, row=index + 1, facts=facts)
        for index in _where(column.doubtful[begin:end]):
            reason = _ROUNDED if kinds[index] == ROUNDED.encode() else _DAY_CELL
            value = column.values[begin + index].as_py()
            found = Finding("cell-changed", Severity.WARNING, text.table, name, index + 1)
            yield found._replace(origin=text.origin(index, name), value=value, facts={"field": name, "problem": reason})


def _where(flags: Flags) -> list[int]:
    found: list[int] = np.flatnonzero(flags).tolist()
    return found
