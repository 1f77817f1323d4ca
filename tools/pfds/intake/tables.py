"""Records as they were sent, in pieces of bounded size, each row knowing where it stood."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final, Protocol, TypeAlias

import pyarrow as pa

from pfds.intake.columns import Flags, HeldColumns, Integers, TextColumns, as_table
from pfds.standard.findings import Finding, Origin, Skipped
from pfds.standard.model import Table

READ_FIRST: Final = ("persons", "names", "claims")
"""Tables to be read before the others: what they hold decides which cells of the others the rules look at."""


class UnreadableInput(Exception):
    """An input that cannot be opened at all; its text is one sentence for the person who sent it."""


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file that was read: its name as given, SHA-256 of its bytes, the table it holds and its rows.

    ``columns`` are the known ones of a file that has cells, each with its position (0 = first).
    """

    file: str
    sha256: str
    table: str | None
    rows: int
    columns: tuple[tuple[int, str], ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class TextTable:
    """Consecutive records of one table in one file.

    There is one of the ``columns`` for each column that the standard knows; ``cells`` are all of them.
    ``rows``, ``lines`` and ``damaged`` have one entry for each record: its number (1 = the first of this piece, and
    once the pieces are put in order the first of the file), its physical line (0 where the format has no lines), and
    whether the reader already found its row defective, so that its cells are not judged again. ``positions`` maps a
    column to its place in the header (0 = first). In a ``sheet`` a line is one of its rows. ``refused`` names, per
    column, the records (0 = first)
    whose value the reader already refused, for instance a JSON number where text belongs. ``accepted`` says that the
    published schema accepts all these records, so that of its keywords only `format` is left to be judged.
    """

    table: str
    file: str
    columns: TextColumns
    rows: Integers
    lines: Integers
    damaged: Flags
    positions: Mapping[str, int]
    refused: Mapping[str, Flags]
    sheet: str | None = None
    accepted: bool = False

    @property
    def cells(self) -> pa.Table:
        """All columns as a table."""
        return as_table(self.columns)

    def after(self, records: int) -> TextTable:
        """The same records, counted on from as many that stand before them in the file."""
        return replace(self, rows=self.rows + records) if records else self

    def without_records(self) -> TextTable:
        """The file and its columns only."""
        none = self.rows[:0].copy()
        columns = HeldColumns(pa.schema([(name, pa.string()) for name in self.columns.names]).empty_table())
        return replace(self, columns=columns, rows=none, lines=none, damaged=self.damaged[:0].copy(), refused={})

    def origin(self, index: int, column: str | None = None) -> Origin:
        """Place of record ``index`` (0 = first), and of its cell in ``column`` if the format has cells."""
        (place,) = self.origins([int(self.rows[index])], [int(self.lines[index])], column)
        return place

    def origins(self, rows: Iterable[int], lines: Iterable[int], column: str | None) -> Iterator[Origin]:
        """Places of ``rows`` (1 = first record) that begin on these ``lines``, and of their cells in a ``column``.

        In a sheet a cell stands in the row that is its line, for there may be more above than the names of columns.
        """
        position = self.positions.get(column) if column is not None else None
        letters = None if position is None else column_letters(position)
        for row, line in zip(rows, lines, strict=True):
            cell = None if letters is None else f"{letters}{line if self.sheet else row + 1}"
            yield Origin(self.file, self.sheet, line or None, cell)

    def record_ids(self, table: Table, indices: Integers) -> list[str | None]:
        """Identifiers of some records; None for each that has none, or something that is no identifier."""
        if table.primary_key not in self.columns.names:
            return [None] * len(indices)
        is_identifier = re.compile(table.by_name[table.primary_key].pattern or "").fullmatch
        values = self.columns.texts(table.primary_key, indices)
        return [value if value is not None and is_identifier(value) else None for value in values]


@dataclass(frozen=True, slots=True)
class Reading:
    """What one piece of a file gave: records, what is wrong with them, and what is known of the whole.

    ``partial`` names the tables of which records may be missing. If the reading ``stops``, nothing that follows in
    the file can be trusted. ``unlisted`` are findings of which each stands for so many more of its kind, which are
    not listed.
    """

    tables: tuple[TextTable, ...] = ()
    findings: tuple[Finding, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    partial: frozenset[str] = frozenset()
    meta: Mapping[str, object] = field(default_factory=dict)
    stops: bool = False
    unlisted: tuple[tuple[Finding, int], ...] = ()


Task: TypeAlias = Callable[[], Reading]
"""Reads one piece of a file; tasks of one file may run side by side, their readings are taken in order."""


class Reader(Protocol):
    """One file of a submission."""

    @property
    def file(self) -> str:
        """Name of the file in findings."""

    @property
    def tables(self) -> tuple[str, ...] | None:
        """The tables that the file holds; None if only reading it tells."""

    def tasks(self) -> Iterator[Task]:
        """The pieces of the file from its beginning, each a task; bytes are read as the iterator moves on."""

    def sha256(self) -> str | None:
        """Hash of all bytes of the file, to be asked for at the end; None if it cannot be read."""

    def progress(self) -> tuple[int, int]:
        """Bytes read so far, and bytes in all."""

    def close(self) -> None:
        """Close the file."""


@dataclass(frozen=True, slots=True)
class Submission:
    """A submission that is open: what was found before its files are read, and the files in the order to read them."""

    files: tuple[Reader, ...]
    meta: Mapping[str, object] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    complete: bool = True
    """False when single files were given, so that an absent table says nothing."""
    partial: frozenset[str] = frozenset()
    """Tables of which records may be missing, because a file could not be read."""


@lru_cache
def column_letters(position: int) -> str:
    """Letters of a spreadsheet column: 0 is A, 25 is Z, 26 is AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
