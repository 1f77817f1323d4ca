"""What becomes of the records of each table: rows = accepted + rejected + duplicates, however few findings are kept.

A record is a duplicate if it repeats the identifier of one before it, rejected if an error is about it, else accepted.
An error that names a field and no record, such as a required column that is missing, is about all records of its file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from pfds.checks.cells import CheckedTable
from pfds.checks.row_numbers import RowNumbers
from pfds.intake.columns import Integers
from pfds.standard.findings import Finding, Severity
from pfds.standard.model import Standard


@dataclass(frozen=True, slots=True)
class TableAccount:
    """The records of one table."""

    table: str
    rows: int
    rejected: int
    duplicates: int

    @property
    def accepted(self) -> int:
        """Records in which there is nothing to correct."""
        return self.rows - self.rejected - self.duplicates


@dataclass(slots=True)
class Account:
    """Per table the number of records, and the numbers (as in `Places`) of those that are not accepted."""

    _rows: dict[str, int] = field(default_factory=dict)
    _rejected: dict[str, RowNumbers] = field(default_factory=dict)
    _repeated: dict[str, RowNumbers] = field(default_factory=dict)

    def take(self, table: str, rows: int) -> None:
        """There are so many more records."""
        self._rows[table] = self._rows.get(table, 0) + rows

    def reject(self, table: str, numbers: Iterable[Integers]) -> None:
        """Errors are about these records."""
        _take_in(self._rejected, table, numbers)

    def reject_all(self, table: str, begin: int, end: int) -> None:
        """Errors are about the records from ``begin`` on and before ``end``."""
        self._rejected.setdefault(table, RowNumbers()).add_range(begin, end)

    def repeat(self, table: str, numbers: Iterable[Integers]) -> None:
        """These records repeat an identifier."""
        _take_in(self._repeated, table, numbers)

    def add(self, other: Account) -> None:
        """Take note of other records, whose numbers are other ones."""
        for table, rows in other._rows.items():
            self.take(table, rows)
        for own, others in ((self._rejected, other._rejected), (self._repeated, other._repeated)):
            for table, numbers in others.items():
                own.setdefault(table, RowNumbers()).update(numbers)

    def of_tables(self, standard: Standard) -> tuple[TableAccount, ...]:
        """The tables of which there was a file, in the order of the standard."""
        return tuple(self._of(name, self._rows[name]) for name in standard.tables if name in self._rows)

    def _of(self, table: str, rows: int) -> TableAccount:
        nothing = RowNumbers()
        repeated, rejected = self._repeated.get(table, nothing), self._rejected.get(table, nothing)
        return TableAccount(table, rows, rejected.number(without=repeated), repeated.number(without=nothing))


def _take_in(held: dict[str, RowNumbers], table: str, numbers: Iterable[Integers]) -> None:
    for some in numbers:
        if some.size:
            held.setdefault(table, RowNumbers()).add(some)


def rejected(standard: Standard, checked: CheckedTable, told: Iterable[Finding]) -> Integers:
    """Indices of the records of a piece that errors are about, of which the reader ``told`` some."""
    text = checked.text
    flags = text.damaged.copy()
    for refused in text.refused.values():
        flags |= refused
    for cells in checked.bad:
        if standard.rules[cells.rule].severity is Severity.ERROR:
            flags[cells.indices] = True
    for finding in told:
        if is_error(finding) and finding.table == text.table and finding.row and finding.row <= len(flags):
            flags[finding.row - 1] = True
    return np.flatnonzero(flags)


def is_error(finding: Finding) -> bool:
    """Whether a finding keeps a record from being accepted."""
    return finding.severity is Severity.ERROR
