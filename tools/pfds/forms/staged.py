"""A submission read as a whole and laid aside as text, table by table, to be written in another form."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final

import pyarrow as pa
from pyarrow import parquet

from pfds.checks.cells import BadCells
from pfds.checks.column import Column
from pfds.checks.kernels import bad_among
from pfds.checks.run import Report
from pfds.checks.tally import Tally
from pfds.intake.metadata import merge_meta
from pfds.intake.tables import InputFile, Reader, Reading, Submission, TextTable
from pfds.standard.findings import Finding, Severity, Skipped
from pfds.standard.model import Field, Standard, Table

_GROUP_ROWS: Final = 1 << 16
_MOST_TOLD: Final = 1000
_NOTHING_LOST: Final = frozenset({"column-missing"})


@dataclass(frozen=True, slots=True)
class StagedTable:
    """All records of one table as text, in the order in which they were sent; an empty cell is null."""

    table: Table
    path: Path
    columns: tuple[str, ...]
    rows: int

    @property
    def fields(self) -> tuple[Field, ...]:
        """The columns: every field of the table, and the derived ones that were sent."""
        return tuple(self.table.by_name[name] for name in self.columns)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The records, some at a time."""
        with parquet.ParquetFile(self.path) as file:
            yield from file.iter_batches(_GROUP_ROWS, columns=list(self.columns))

    def whole(self) -> pa.Table:
        """All records at once."""
        return pa.Table.from_batches(self.batches(), pa.schema([(name, pa.string()) for name in self.columns]))


@dataclass(frozen=True, slots=True)
class Staged:
    """A submission laid aside: its metadata and its tables in the order of the standard.

    The ``report`` has the findings of reading, and the cells that have no place in the form that is to be written.
    """

    report: Report
    meta: Mapping[str, object]
    tables: tuple[StagedTable, ...]

    @property
    def is_whole(self) -> bool:
        """Whether everything that was sent can be written; an absent column holds nothing that could be lost."""
        return not any(
            total and severity is Severity.ERROR and rule not in _NOTHING_LOST
            for (rule, severity, _, _), total in self.report.totals.items()
        )


def stage(standard: Standard, submission: Submission, folder: Path, judged: Callable[[Field], bool]) -> Staged:
    """Reads every file of a submission. The ``folder`` is private and takes all records.

    Cells are judged in those fields only that are to be ``judged``, because not every text has a place in them.
    """
    with _Stage(standard, folder, judged) as staging:
        staging.tally.add(submission.findings)
        staging.skipped.extend(submission.skipped)
        staging.meta.update(submission.meta)
        for reader in submission.files:
            staging.read(reader)
    report = Report(
        standard.version,
        None,
        tuple(staging.files),
        tuple(staging.tally.kept),
        staging.tally.totals,
        tuple(dict.fromkeys(staging.skipped)),
    )
    return Staged(report, staging.meta, tuple(staging.tables()))


@dataclass(slots=True)
class _Stage:
    standard: Standard
    folder: Path
    judged: Callable[[Field], bool]
    tally: Tally = field(default_factory=lambda: Tally(most=_MOST_TOLD))
    meta: dict[str, object] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)
    files: list[InputFile] = field(default_factory=list)
    _writers: dict[str, parquet.ParquetWriter] = field(default_factory=dict)
    _rows: dict[str, int] = field(default_factory=dict)
    _rows_of: dict[tuple[str, str], int] = field(default_factory=dict)
    _derived: set[tuple[str, str]] = field(default_factory=set)

    def __enter__(self) -> _Stage:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for writer in self._writers.values():
            writer.close()

    def read(self, reader: Reader) -> None:
        """Lay aside all records of a file."""
        before = dict(self._rows)
        try:
            for task in reader.tasks():
                reading = task()
                self._take(reading, reader.file)
                if reading.stops:
                    break
            digest = reader.sha256()
        finally:
            reader.close()
        if digest is not None:
            grown = [name for name, rows in self._rows.items() if name not in before or rows > before[name]]
            held = [InputFile(reader.file, digest, name, self._rows[name] - before.get(name, 0)) for name in grown]
            self.files.extend(held or [InputFile(reader.file, digest, None, 0)])

    def tables(self) -> Iterator[StagedTable]:
        """The tables that were sent."""
        for name, table in self.standard.tables.items():
            if name in self._writers:
                columns = [each.name for each in table.fields]
                columns += [each.name for each in table.derived if (name, each.name) in self._derived]
                yield StagedTable(table, self._path(name), tuple(columns), self._rows[name])

    def _take(self, reading: Reading, file: str) -> None:
        self.tally.add(self._moved(finding, file) for finding in reading.findings)
        self.tally.add_unlisted(reading.unlisted)
        self.skipped.extend(reading.skipped)
        self.tally.add(merge_meta(self.meta, reading.meta, file))
        for text in reading.tables:
            self._judge(text.after(self._rows_of.get((text.table, file), 0)))
            self._rows_of[text.table, file] = self._rows_of.get((text.table, file), 0) + len(text.rows)
            self._lay(text)

    def _moved(self, finding: Finding, file: str) -> Finding:
        """A finding of a piece, its row counted from the first record of the file."""
        before = self._rows_of.get((finding.table or "", file), 0)
        return finding if finding.row is None else finding._replace(row=finding.row + before)

    def _judge(self, text: TextTable) -> None:
        table = self.standard.tables[text.table]
        for name in text.columns.names:
            each = table.by_name[name]
            if self.judged(each):
                column = Column(table, each, text)
                bad = bad_among(self.standard, each, text.columns)
                found = (BadCells(rule, column, indices) for rule, indices in bad)
                self.tally.add_piece(self.standard, (), found)

    def _lay(self, text: TextTable) -> None:
        table = self.standard.tables[text.table]
        names = list(table.by_name)
        schema = pa.schema([(name, pa.string()) for name in names])
        if table.name not in self._writers:
            self._writers[table.name] = parquet.ParquetWriter(self._path(table.name), schema, compression="lz4")
        size = len(text.rows)
        sent = {name: text.columns.column(name) for name in names if name in text.columns.names}
        self._derived |= {(table.name, each.name) for each in table.derived if each.name in sent}
        absent = pa.nulls(size, pa.string())
        if size:
            whole = pa.table([sent.get(name, absent) for name in names], schema=schema)
            self._writers[table.name].write_table(whole, row_group_size=_GROUP_ROWS)
        self._rows[table.name] = self._rows.get(table.name, 0) + size

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.staged"
