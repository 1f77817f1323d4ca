"""The workbook of a release, read again as one that is submitted would be, and compared with the typed tables."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, Final

from pfds.editions.public import Public
from pfds.editions.xlsx.cells import as_written, why_not
from pfds.editions.xlsx.codebook import LEFT_OUT, SHEET
from pfds.editions.xlsx.files import WORKBOOK, instead_of
from pfds.intake.workbook_cells import CellWriter
from pfds.intake.workbook_parts import Parts
from pfds.intake.workbook_refusal import RefusedError
from pfds.intake.workbook_xlsx import read_xlsx
from pfds.standard.model import Field, Table

_NO_LIMIT: Final = 1 << 62

Cell = tuple[int, int, str | float]
"""Row (1 = the head), column (0 = first), and the text or number that stands there."""


def is_same_in_workbook(public: Public) -> bool:
    """Whether the workbook has a sheet for each table, with its records and nothing else.

    It is read in a stream: neither the workbook unpacked nor a table need fit into memory.
    """
    compared = _Compared(public)
    try:
        read_xlsx(Parts((public.folder / WORKBOOK).read_bytes(), _NO_LIMIT), compared, _NO_LIMIT)
    except (_OtherwiseError, RefusedError):
        return False
    return compared.sheets in ([SHEET, *public.rows], [SHEET, *public.rows, LEFT_OUT])


class _OtherwiseError(Exception):
    """A cell that is not the next one of the table."""


class _Compared(CellWriter):
    """Takes the cells that are read, and compares those of each table with its records."""

    def __init__(self, public: Public) -> None:
        super().__init__(io.BytesIO(), _NO_LIMIT, _NO_LIMIT)
        self._public = public
        self._wanted: Iterator[Cell] | None = None
        self.sheets: list[str] = []

    def begin(self, name: str, *, hidden: bool) -> None:
        super().begin(name, hidden=hidden)
        self.sheets.append(name)
        self._wanted = _cells(self._public, self._public.standard.tables[name]) if name in self._public.rows else None

    def cell(self, row: int, column: int, text: str, kind: str, *, formula: bool = False) -> None:  # noqa: ARG002
        if self._wanted is None:
            return
        wanted = next(self._wanted, None)
        if formula or wanted is None or wanted[:2] != (row, column) or not _is_same(wanted[2], text):
            raise _OtherwiseError

    def end(self) -> None:
        if self._wanted is not None and next(self._wanted, None) is not None:
            raise _OtherwiseError

    def frame(self, content: object) -> None:
        """Nothing is passed on."""


def _is_same(wanted: str | float, text: str) -> bool:
    if isinstance(wanted, str):
        return wanted == text
    try:
        return float(text) == wanted
    except ValueError:
        return False


def _cells(public: Public, table: Table) -> Iterator[Cell]:
    """The cells that are filled: names of columns, and records."""
    names = [field.name for field in table.released]
    yield from ((1, column, name) for column, name in enumerate(names))
    row = 2
    for batch in public.batches(table.name, names):
        for record in zip(*(batch.column(name).to_pylist() for name in names), strict=True):
            for column, value in enumerate(record):
                if value is not None:
                    yield row, column, _told(table, table.released[column], value)
            row += 1


def _told(table: Table, field: Field, value: Any) -> str | float:
    if field.kind == "date":
        return str(value.isoformat())
    if field.kind == "boolean":
        return str(value).lower()
    if field.kind in ("integer", "number"):
        return float(value)
    return instead_of(table, why) if (why := why_not(value)) else as_written(value)
