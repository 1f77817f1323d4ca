"""What was written, read again as anybody's submission is and compared with what was to be written, cell by cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from pfds.checks.dates import map_distinct
from pfds.forms.rows import Rows, first_difference
from pfds.forms.staged import Staged
from pfds.forms.target import Form
from pfds.intake.metadata import merge_meta
from pfds.intake.submission import open_submission
from pfds.intake.tables import Reading, TextTable
from pfds.standard.findings import Finding, Severity
from pfds.standard.model import Field, Standard
from pfds.standard.numbers import decimal_text

_TOO_MUCH = frozenset({"limit-exceeded"})


class WrittenOtherwiseError(Exception):
    """What was written does not hold what was to be written; its text says where, without a value."""


class TooMuchToReadError(Exception):
    """What was written is more than is read in one file of its form."""


def read_back(standard: Standard, staged: Staged, form: Form, path: Path) -> None:
    """Reads the submission that was written to a path in a form, some of it at a time, without keeping any.

    Raises WrittenOtherwiseError, TooMuchToReadError, NotForAWorkbook, or UnreadableInput.
    """
    submission = open_submission([path], standard)
    wanted = {part.table.name: Rows(form.meant(standard, part)) for part in staged.tables}
    comparison = _Comparison(standard, form, wanted)
    comparison.meta.update(submission.meta)
    with ExitStack() as stack:
        for reader in submission.files:
            stack.callback(reader.close)
        comparison.take(Reading(findings=submission.findings), path.name)
        for reader in submission.files:
            for task in reader.tasks():
                comparison.take(task(), reader.file)
            reader.close()
    comparison.end(staged.meta)


@dataclass(slots=True)
class _Comparison:
    standard: Standard
    form: Form
    wanted: Mapping[str, Rows]
    meta: dict[str, object] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)

    def take(self, reading: Reading, file: str) -> None:
        _refuse(reading.findings)
        _refuse(merge_meta(self.meta, reading.meta, file))
        for text in reading.tables:
            self._compare(text)

    def end(self, meta: Mapping[str, object]) -> None:
        for name, rows in self.wanted.items():
            if name not in self._seen or rows.are_left():
                raise WrittenOtherwiseError(f"records of the table {name} are missing")
        if self.meta != meta:
            raise WrittenOtherwiseError("what the submission says of itself is another")

    def _compare(self, text: TextTable) -> None:
        table, rows = self.standard.tables[text.table], self.wanted.get(text.table)
        if rows is None:
            raise WrittenOtherwiseError(f"the table {text.table} was not to be written")
        self._seen.add(text.table)
        before, size = rows.taken, len(text.rows)
        if not size:
            return
        wanted = rows.take(size)
        if wanted is None:
            raise WrittenOtherwiseError(f"the table {text.table} has more records than were to be written")
        for name in dict.fromkeys((*wanted.column_names, *text.cells.column_names)):
            column, found = (_column(cells, name, size) for cells in (wanted, text.cells))
            differing = self._differing(table.by_name[name], column, found)
            if differing is not None:
                place = f"record {before + differing + 1} of the table {text.table}, column {name}"
                raise WrittenOtherwiseError(f"a cell is another: {place}")

    def _differing(self, each: Field, wanted: pa.ChunkedArray, found: pa.ChunkedArray) -> int | None:
        """Index of the first cell that differs."""
        if each.kind in ("integer", "number") and self.form.judges(each) and not wanted.equals(found):
            wanted, found = (map_distinct(column.combine_chunks(), decimal_text) for column in (wanted, found))
        return first_difference(wanted, found)


def _column(cells: pa.Table, name: str, size: int) -> pa.ChunkedArray:
    if name in cells.column_names:
        return cells.column(name)
    return pa.chunked_array([pa.nulls(size, pa.string())])


def _refuse(findings: Iterable[Finding]) -> None:
    """Raises for an error: what was written can be read as a whole."""
    for finding in findings:
        if finding.severity is Severity.ERROR:
            if finding.rule in _TOO_MUCH:
                raise TooMuchToReadError
            raise WrittenOtherwiseError(f"it cannot be read ({finding.rule})")
