"""Tables of text cells as they were sent, each row knowing where it stood."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pfds.standard.findings import Finding, Origin, Skipped
from pfds.standard.model import Table

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


class UnreadableInput(Exception):
    """An input that cannot be opened at all; its text is one sentence for the person who sent it."""


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file that was read: its name as given, SHA-256 of its bytes, the table it holds and its rows."""

    file: str
    sha256: str
    table: str | None
    rows: int


@dataclass(frozen=True, slots=True)
class TextTable:
    """The records of one table in one file.

    ``cells`` has one string column for each column that the standard knows, null where the cell is empty.
    ``rows``, ``lines`` and ``damaged`` have one entry for each record: its number in the file (1 = first
    after the header), its physical line (0 where the format has no lines), and whether the reader already
    found its row defective, so that its cells are not judged again. ``positions`` maps a column to its
    place in the header (0 = first). ``refused`` names, per column, the rows (indices into ``cells``) whose
    value the reader already refused, for instance a JSON number where text belongs.
    """

    table: str
    file: str
    cells: pa.Table
    rows: Integers
    lines: Integers
    damaged: Flags
    positions: Mapping[str, int]
    refused: Mapping[str, Flags]
    sheet: str | None = None

    def origin(self, index: int, column: str | None = None) -> Origin:
        """Place of record ``index`` (0 = first), and of its cell in ``column`` if the format has cells."""
        line = int(self.lines[index])
        position = self.positions.get(column) if column is not None else None
        cell = None if position is None else f"{column_letters(position)}{int(self.rows[index]) + 1}"
        return Origin(self.file, self.sheet, line or None, cell)

    def record_id(self, table: Table, index: int) -> str | None:
        """Identifier of record ``index``; None if it has none, or something that is no identifier."""
        if table.primary_key not in self.cells.column_names:
            return None
        value: str | None = self.cells.column(table.primary_key)[index].as_py()
        pattern = table.by_name[table.primary_key].pattern or ""
        return value if value is not None and re.fullmatch(pattern, value) else None


@dataclass(frozen=True, slots=True)
class Submission:
    """All that was read from the paths given: tables, files, metadata and what the readers found."""

    tables: tuple[TextTable, ...]
    files: tuple[InputFile, ...]
    meta: Mapping[str, object]
    findings: tuple[Finding, ...]
    skipped: tuple[Skipped, ...] = ()
    complete: bool = True
    """False when single files were given, so that an absent table says nothing."""
    partial: frozenset[str] = frozenset()
    """Tables of which records may be missing, because a file could not be read or not to its end."""


def column_letters(position: int) -> str:
    """Letters of a spreadsheet column: 0 is A, 25 is Z, 26 is AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
