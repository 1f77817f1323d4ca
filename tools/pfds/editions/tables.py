"""The tables of a release as CSV and Parquet: canonical spelling, derived bounds, typed columns, ordered by identifier.

CSV is the normative form. Its SHA-256 names the content of a table, also that of the Parquet copy, whose own bytes
depend on the version of the library that writes them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from pfds.checks.dates import column_bounds, map_distinct
from pfds.checks.typed import as_typed
from pfds.editions.about import About
from pfds.forms.csv_form import csv_header, write_rows
from pfds.publish.arrow_schema import arrow_schema
from pfds.standard.model import Field, Standard, Table
from pfds.standard.numbers import decimal_text

_ROWS_PER_GROUP: Final = 1 << 15
"""Few enough to hold while they are written, and to skip where only some records are asked for."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a CSV file holds: the number of records, its size in bytes, and its SHA-256 in hexadecimal digits."""

    rows: int
    bytes: int
    sha256: str


def csv_path(name: str) -> str:
    """Where the CSV file of a table lies in a release."""
    return f"data/{name}.csv"


def parquet_path(name: str) -> str:
    """Where the Parquet file of a table lies in a release."""
    return f"parquet/{name}.parquet"


def write_table(
    standard: Standard, about: About, table: Table, batches: Iterable[pa.RecordBatch], folder: Path
) -> Written:
    """Writes the CSV and the Parquet file of a table into the folder of a release.

    ``batches`` hold its public fields as text, ordered by identifier.
    """
    for path in (csv_path(table.name), parquet_path(table.name)):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
    with (
        (folder / csv_path(table.name)).open("wb") as file,
        _parquet_writer(standard, about, table, folder / parquet_path(table.name)) as typed,
    ):
        text = _CsvSink(table, file)
        for batch in batches:
            canonical = canonical_batch(table, batch)
            typed.write(canonical)
            text.write(canonical)
        return text.written


def csv_of(table: Table, batches: Iterable[pa.RecordBatch]) -> Written:
    """What the CSV file of a table is that has these columns as text."""
    text = _CsvSink(table, None)
    for batch in batches:
        text.write(batch)
    return text.written


def canonical_batch(table: Table, batch: pa.RecordBatch) -> pa.RecordBatch:
    """Public text columns in one spelling, with the bounds of each date beside it."""
    columns: dict[str, pa.Array] = {}
    for field in table.released:
        if field.derived_from is None:
            columns[field.name] = _canonical_text(field, batch.column(field.name))
            if field.kind == "edtf":
                earliest, latest = column_bounds(columns[field.name])
                columns |= {f"{field.name}_earliest": earliest, f"{field.name}_latest": latest}
    return pa.RecordBatch.from_pydict(columns)


def text_batches(table: Table, path: Path) -> Iterator[pa.RecordBatch]:
    """The columns of a Parquet file of a release as the text of their cells."""
    with parquet.ParquetFile(path) as file:
        for batch in file.iter_batches(_ROWS_PER_GROUP):
            columns = [_text(table.by_name[name], batch.column(name)) for name in batch.schema.names]
            yield pa.RecordBatch.from_arrays(columns, batch.schema.names)


def parquet_schema(standard: Standard, about: About, table: Table) -> pa.Schema:
    """Columns, types and metadata of the Parquet file of a table."""
    schema = arrow_schema(standard, table, table.released)
    facts = {"release": about.version, "license": about.licence, "title": about.title}
    return schema.with_metadata({**(schema.metadata or {}), **facts})


class _CsvSink:
    """Writes rows of CSV, or only counts and hashes them."""

    def __init__(self, table: Table, file: IO[bytes] | None) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        self._rows = self._bytes = 0
        self._put(csv_header([field.name for field in table.released]))

    def write(self, batch: pa.RecordBatch) -> None:
        self._rows += batch.num_rows
        write_rows(self._put, batch)

    @property
    def written(self) -> Written:
        return Written(self._rows, self._bytes, self._hash.hexdigest())

    def _put(self, data: bytes | pa.Buffer) -> None:
        self._hash.update(data)
        self._bytes += len(data)
        if self._file:
            self._file.write(data)


class _ParquetSink:
    """Writes groups of rows of one size, beside whoever brings the next ones."""

    def __init__(self, standard: Standard, table: Table, file: parquet.ParquetWriter, pool: ThreadPoolExecutor) -> None:
        self._standard, self._table, self._file, self._pool = standard, table, file, pool
        self._held: list[pa.RecordBatch] = []
        self._rows = 0
        self._pending: Future[None] | None = None

    def write(self, batch: pa.RecordBatch) -> None:
        while self._rows + batch.num_rows >= _ROWS_PER_GROUP:
            size = _ROWS_PER_GROUP - self._rows
            self._hold(batch.slice(0, size))
            self._flush()
            batch = batch.slice(size)
        self._hold(batch)

    def close(self) -> None:
        """Writes what is left."""
        if self._rows:
            self._flush()
        self._wait()

    def _hold(self, batch: pa.RecordBatch) -> None:
        self._held.append(batch)
        self._rows += batch.num_rows

    def _flush(self) -> None:
        self._wait()
        self._pending = self._pool.submit(self._write_group, pa.Table.from_batches(self._held))
        self._held, self._rows = [], 0

    def _wait(self) -> None:
        if self._pending:
            self._pending.result()

    def _write_group(self, content: pa.Table) -> None:
        typed = as_typed(self._standard, self._table, content)
        self._file.write_table(typed.cast(self._file.schema), row_group_size=_ROWS_PER_GROUP)


@contextmanager
def _parquet_writer(standard: Standard, about: About, table: Table, path: Path) -> Iterator[_ParquetSink]:
    schema = parquet_schema(standard, about, table)
    key = schema.get_field_index(table.primary_key)
    with (
        ThreadPoolExecutor(1) as pool,
        parquet.ParquetWriter(
            path,
            schema,
            compression="zstd",
            version="2.6",
            sorting_columns=[parquet.SortingColumn(key)],
            write_page_index=True,
            write_page_checksum=True,
        ) as file,
    ):
        sink = _ParquetSink(standard, table, file, pool)
        yield sink
        sink.close()


def _canonical_text(field: Field, column: pa.StringArray) -> pa.StringArray:
    """One spelling for each number; all other values are as they were sent."""
    return map_distinct(column, decimal_text) if field.kind in ("integer", "number") else column


def _text(field: Field, column: pa.Array) -> pa.Array:
    if field.kind == "number":
        return pa.array([_plain(number) for number in column.to_pylist()], pa.string())
    return pc.cast(column, pa.string())


def _plain(number: float | None) -> str | None:
    return None if number is None else decimal_text(number)
