"""Tables of typed columns (Parquet, Arrow IPC, tables in memory), turned into the text that a CSV cell would hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import Any, Final

import numpy as np
import pyarrow as pa
from pyarrow import ipc, parquet

from pfds.intake.columnar_text import TextColumn, column_text, is_textable, type_words
from pfds.intake.encoding import first_bad_byte
from pfds.intake.header import Header, match_header
from pfds.intake.limits import MAX_BATCH_BYTES, MAX_COLUMNS, MOST_ROWS_WITHOUT_BYTES
from pfds.intake.problems import TYPE_WORDS, Facts, limit_facts, nothing_read, problem, type_facts
from pfds.intake.stream import HashedStream
from pfds.intake.tables import Reading, Task, TextTable
from pfds.standard.findings import Finding, Origin, Skipped
from pfds.standard.model import Table
from pfds.standard.phrase import Phrase

BATCH_ROWS: Final = 1 << 14

NOT_PARQUET: Final = Phrase("it is not a Parquet file, or it is damaged")
NOT_ARROW: Final = Phrase("it is not an Arrow IPC file, or it is damaged")


@dataclass(frozen=True, slots=True)
class Columns:
    """Typed columns: their schema, and ``batches`` of the columns at the given positions."""

    schema: pa.Schema
    batches: Callable[[list[int]], Iterable[pa.RecordBatch]]


def parquet_columns(stream: pa.NativeFile) -> Columns:
    """Columns of a Parquet file; raises ArrowException or OSError if it is none."""
    source = parquet.ParquetFile(stream, pre_buffer=False)
    names = source.schema_arrow.names

    def batches(positions: list[int]) -> Iterator[pa.RecordBatch]:
        wanted = [names[position] for position in positions]
        for batch in source.iter_batches(BATCH_ROWS, columns=wanted, use_threads=False):
            yield batch.select([batch.schema.names.index(name) for name in wanted])

    return Columns(source.schema_arrow, batches)


def arrow_columns(stream: pa.NativeFile) -> Columns:
    """Columns of an Arrow IPC file or stream, each batch validated before anything is done with it.

    Raises ArrowException or OSError if it is neither.
    """
    if stream.read(6) == b"ARROW1":
        stream.seek(0)
        file = ipc.open_file(stream)
        return Columns(file.schema, lambda wanted: _valid(map(file.get_batch, range(file.num_record_batches)), wanted))
    stream.seek(0)
    source = ipc.open_stream(stream)
    return Columns(source.schema, lambda wanted: _valid(source, wanted))


def table_columns(content: pa.Table) -> Columns:
    """Columns of a table in memory."""
    return Columns(content.schema, lambda wanted: _valid(content.to_batches(BATCH_ROWS), wanted))


def _valid(batches: Iterable[pa.RecordBatch], positions: list[int]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        if batch.num_rows > max(MOST_ROWS_WITHOUT_BYTES, 8 * batch.nbytes):
            raise pa.ArrowInvalid("more records than its bytes can hold")
        for position in positions:
            _validate(batch.column(position))
        for begin in range(0, batch.num_rows, BATCH_ROWS):
            yield batch.select(positions).slice(begin, BATCH_ROWS)


def _validate(column: pa.Array[Any]) -> None:
    """Raises ArrowInvalid if the buffers of a column contradict one another; text that is not UTF-8 is told later."""
    if pa.types.is_dictionary(column.type):
        words = _without_encoding(column.dictionary)
        words.validate(full=True)
        column = pa.DictionaryArray.from_arrays(column.indices, words, safe=False)
    _without_encoding(column).validate(full=True)


def _without_encoding(column: pa.Array[Any]) -> pa.Array[Any]:
    plain = {pa.string(): pa.binary(), pa.large_string(): pa.large_binary(), pa.string_view(): pa.binary_view()}
    kind = plain.get(column.type)
    return column if kind is None else column.view(kind)


class ColumnarFile:
    """A file of typed columns that holds one table; what cannot be read becomes findings."""

    def __init__(
        self,
        stream: HashedStream,
        content: pa.NativeFile,
        file: str,
        table: Table,
        form: tuple[Callable[[pa.NativeFile], Columns], str],
    ) -> None:
        self.file = file
        self.tables = (table.name,)
        self.progress = stream.progress
        self.close = stream.close
        self._stream = stream
        self._content = content
        self._table = table
        self._open, self._otherwise = form

    def sha256(self) -> str | None:
        """Hash of all bytes of the file."""
        return self._stream.sha256()

    def tasks(self) -> Iterator[Task]:
        """One task for the columns, then one for every batch of records."""
        body = _Body(self.file, self._table)
        begun = False
        try:
            for task in self._read(body):
                begun = True
                yield task
        except (pa.ArrowException, OSError, ValueError, OverflowError):
            finding = body.problem("file-unreadable", facts={"problem": self._otherwise})
            yield partial(body.broken if begun else body.nothing, finding)

    def _read(self, body: _Body) -> Iterator[Task]:
        columns = self._open(self._content)
        if not body.open(columns.schema):
            yield body.read_header
            return
        names = list(body.positions)
        batches = iter(columns.batches(list(body.positions.values())))
        first = next(batches, None)
        yield body.read_header
        for batch in chain([first] if first else [], batches):
            yield partial(body.read, dict(zip(names, batch.columns, strict=True)), batch.num_rows)


PARQUET: Final = (parquet_columns, NOT_PARQUET)
ARROW: Final = (arrow_columns, NOT_ARROW)


@dataclass(slots=True)
class _Body:
    """The columns of one file that are read, by name with their position."""

    file: str
    table: Table
    positions: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    refused: Finding | None = None

    def problem(self, rule: str, name: str | None = None, row: int | None = None, *, facts: Facts) -> Finding:
        return problem(rule, Origin(self.file), table=self.table.name, field=name, row=row, facts=facts)

    def open(self, schema: pa.Schema) -> bool:
        """Match the columns with the fields; False if nothing can be read."""
        if len(schema.names) > MAX_COLUMNS:
            facts = limit_facts(Phrase("columns"), MAX_COLUMNS, len(schema.names))
            self.refused = self.problem("limit-exceeded", facts=facts)
            return False
        header = match_header(schema.names, self.table, lambda _: Origin(self.file))
        if not header.positions:
            self.refused = header.findings[0]
            return False
        self.findings.extend(header.findings)
        self._keep_textable(schema, header)
        return True

    def _keep_textable(self, schema: pa.Schema, header: Header) -> None:
        for name, position in header.positions.items():
            kind = schema.field(position).type
            if is_textable(kind):
                self.positions[name] = position
                continue
            field = self.table.by_name[name]
            facts = type_facts(field, TYPE_WORDS[field.json_type], type_words(kind))
            self.findings.append(self.problem("cell-type", name, facts={**facts, "value": "the whole column"}))

    def read_header(self) -> Reading:
        """A table without records, and what is wrong with its columns."""
        if self.refused:
            return self.nothing(self.refused)
        schema = pa.schema([(name, pa.string()) for name in self.positions])
        return Reading((self._text(schema.empty_table(), 0),), tuple(self.findings))

    def nothing(self, finding: Finding) -> Reading:
        """The file cannot be read."""
        return nothing_read(finding, self.table.name, self.file, Phrase("{file} could not be read", file=self.file))

    def broken(self, finding: Finding) -> Reading:
        """The file breaks here."""
        skipped = (Skipped("*", Phrase("{file} could not be read to its end", file=self.file)),)
        return Reading((), (finding,), skipped, frozenset({self.table.name}), stops=True)

    def read(self, columns: dict[str, pa.Array[Any]], rows: int) -> Reading:
        """The records of a batch."""
        found: list[Finding] = []
        texts: dict[str, TextColumn] = {}
        refused = {}
        for name, column in columns.items():
            texts[name] = column_text(pa.chunked_array([column]))
            if garbled := _garbled_rows(texts[name]):
                texts[name], refused[name] = self._without(texts[name], garbled, found, name)
        if (size := sum(text.nbytes for text in texts.values())) > MAX_BATCH_BYTES:
            facts = limit_facts(Phrase("bytes of text in one piece"), MAX_BATCH_BYTES, size)
            return self.broken(self.problem("limit-exceeded", facts=facts))
        return Reading((self._text(pa.table(texts), rows, refused),), tuple(found))

    def _without(
        self, column: TextColumn, garbled: dict[int, Facts], found: list[Finding], name: str
    ) -> tuple[TextColumn, np.ndarray[Any, Any]]:
        """The column without the cells that are not UTF-8, and where these are."""
        found.extend(self.problem("encoding-invalid", name, row + 1, facts=facts) for row, facts in garbled.items())
        flags = np.zeros(len(column), np.bool_)
        flags[list(garbled)] = True
        values = [None if flags[row] else value for row, value in enumerate(column.cast(pa.binary()).to_pylist())]
        return pa.chunked_array([pa.array(values, pa.binary()).cast(pa.string())]), flags

    def _text(self, cells: pa.Table, rows: int, refused: dict[str, Any] | None = None) -> TextTable:
        return TextTable(
            table=self.table.name,
            file=self.file,
            cells=cells,
            rows=np.arange(1, rows + 1, dtype=np.int64),
            lines=np.zeros(rows, np.int64),
            damaged=np.zeros(rows, np.bool_),
            positions={},
            refused=refused or {},
        )


def _garbled_rows(column: TextColumn) -> dict[int, Facts]:
    """Rows (0 = first) of the cells that are not UTF-8, with what is wrong in each."""
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        values = enumerate(column.cast(pa.binary()).to_pylist())
        return {row: bad.facts() for row, value in values if value and (bad := first_bad_byte(value, 0, len(value)))}
    return {}
