"""Addresses of cells: `D8` is row 8, column 4."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_ADDRESS: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})", re.ASCII)
_LAST_ROW: Final = 1_048_576
_LAST_COLUMN: Final = 16_384


class Cell(NamedTuple):
    """A cell by the numbers of its row and its column, both from 1."""

    row: int
    column: int

    def __str__(self) -> str:
        letters, rest = "", self.column
        while rest:
            rest, letter = divmod(rest - 1, 26)
            letters = chr(ord("A") + letter) + letters
        return f"{letters}{self.row}"


def cell_at(address: str | None) -> Cell | None:
    """The cell of an address; None if a sheet has no such cell."""
    found = _ADDRESS.fullmatch(address or "")
    if found is None:
        return None
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    row = int(found[2])
    return Cell(row, column) if row <= _LAST_ROW and column <= _LAST_COLUMN else None


def location(sheet: str, cell: Cell) -> str:
    """A place for a link: `'It''s a sheet'!D8`."""
    quoted = sheet.replace("'", "''")
    return f"'{quoted}'!{cell}"
