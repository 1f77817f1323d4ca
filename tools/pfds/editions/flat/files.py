"""Flat tables: one row for each case, person and event, with labels and counts, as CSV and as Parquet."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from pfds.checks.database import Database
from pfds.checks.dates import map_distinct
from pfds.editions.about import package_about
from pfds.editions.flat.columns import FLAT, flat_table, label_texts, labelled
from pfds.editions.flat.select import PLANS
from pfds.editions.public import Public
from pfds.forms.csv_form import write_csv
from pfds.publish.arrow_schema import arrow_schema
from pfds.publish.table_schema import Resource, package_descriptor, resource_descriptor
from pfds.standard.model import Field, Table
from pfds.standard.numbers import decimal_text
from pfds.standard.pretty_json import pretty

_BATCH_ROWS: Final = 1 << 13
_ROWS_AT_ONCE: Final = 4 * _BATCH_ROWS
"""Records that are in memory at a time; a row group of Parquet holds as many."""


def write_flat(public: Public, target: Path) -> None:
    """Writes `flat/<table>_flat.csv`, the same as `.parquet`, and `flat/datapackage.json`, which explains every column.

    The records are those of the core tables, ordered by identifier; memory does not grow with their number.
    """
    folder = target / "flat"
    folder.mkdir(parents=True, exist_ok=True)
    tables = [flat_table(public.standard, name) for name in FLAT]
    for table in tables:
        with TemporaryDirectory(prefix="pfds-") as scratch, public.database(Path(scratch)) as database:
            for name, select in PLANS[table.name].parts.items():
                database.keep({name: f"{select} ORDER BY 1"})
            _write(public, table, database, folder)
    described = _package(public, tables, folder)
    text = pretty(described)
    (folder / "datapackage.json").write_text(text, "utf-8", newline="\n")


def _statements(public: Public, table: Table) -> Iterator[str]:
    """A statement for each stretch of records: what was counted of others is not touched, so that memory is bounded."""
    labels = labelled(public.standard, table.name)
    columns = ", ".join(
        _column(public.standard.tables[FLAT[table.name]], field) for field in table.fields if field.name not in labels
    )
    core, key = FLAT[table.name], table.primary_key
    for first, last in _stretches(public, core, key):
        wanted = f"BETWEEN '{first}' AND '{last}'"
        joins = " ".join(
            f"LEFT JOIN (SELECT * FROM {part} WHERE {theirs} {_chosen(core, own, key, wanted)}) AS {part}"
            f" ON {part}.{theirs} = core.{own}"
            for part, (own, theirs) in PLANS[table.name].beside.items()
        )
        yield f"SELECT {columns} FROM (SELECT * FROM {core} WHERE {key} {wanted}) AS core {joins} ORDER BY core.{key}"


def _chosen(core: str, own: str, key: str, wanted: str) -> str:
    return wanted if own == key else f"IN (SELECT {own} FROM {core} WHERE {key} {wanted})"


def _stretches(public: Public, core: str, key: str) -> Iterator[tuple[str, str]]:
    """First and last identifier of every so many records, which are in order."""
    ends: list[tuple[str, str, int]] = []
    for batch in public.batches(core, [key]):
        ids = batch.column(0)
        ends.append((ids[0].as_py(), ids[-1].as_py(), len(ids)))
        if sum(rows for _, _, rows in ends) >= _ROWS_AT_ONCE:
            yield ends[0][0], ends[-1][1]
            ends.clear()
    if ends:
        yield ends[0][0], ends[-1][1]


def _column(core: Table, field: Field) -> str:
    if field.name in core.by_name:
        return f"core.{field.name}"
    return f"CAST(coalesce({field.name}, 0) AS INTEGER) AS {field.name}" if field.kind == "integer" else field.name


def _write(public: Public, table: Table, database: Database, folder: Path) -> None:
    schema = arrow_schema(public.standard, table, table.fields)
    batches = _typed(public, table, schema, database)
    names = [field.name for field in table.fields]
    key = parquet.SortingColumn(names.index(table.primary_key))
    with (
        (folder / f"{table.name}.csv").open("wb") as file,
        parquet.ParquetWriter(
            folder / f"{table.name}.parquet",
            schema,
            version="2.6",
            compression="zstd",
            sorting_columns=[key],
            write_page_index=True,
            write_page_checksum=True,
        ) as writer,
    ):
        write_csv(file, names, (text_of(table, batch) for batch in _also_into(writer, schema, batches)))


def _typed(public: Public, table: Table, schema: pa.Schema, database: Database) -> Iterator[pa.RecordBatch]:
    labels = labelled(public.standard, table.name)
    for statement in _statements(public, table):
        for batch in database.batches(statement, _BATCH_ROWS):
            columns = {name: batch.column(name) for name in batch.schema.names}
            for label, (name, codelist) in labels.items():
                columns[label] = map_distinct(columns[name], partial(label_texts, codelist))
            yield pa.record_batch([columns[field.name].cast(field.type) for field in schema], schema=schema)


def _also_into(
    writer: parquet.ParquetWriter, schema: pa.Schema, batches: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """The batches, which are written as Parquet too, in row groups of equal size."""
    held: list[pa.RecordBatch] = []
    for batch in batches:
        held.append(batch)
        if sum(each.num_rows for each in held) >= _ROWS_AT_ONCE:
            writer.write_table(pa.Table.from_batches(held, schema).unify_dictionaries(), _ROWS_AT_ONCE)
            held.clear()
        yield batch
    if held:
        writer.write_table(pa.Table.from_batches(held, schema).unify_dictionaries(), _ROWS_AT_ONCE)


def flat_path(name: str, form: str) -> str:
    """Where a flat table lies in a release, as `csv` or as `parquet`."""
    return f"flat/{name}.{form}"


def text_of(table: Table, batch: pa.RecordBatch) -> pa.RecordBatch:
    """Typed records as the text of their cells."""
    columns = [
        pa.array([number if number is None else decimal_text(number) for number in column.to_pylist()], pa.string())
        if field.kind == "number"
        else pc.cast(column, pa.string())
        for field, column in zip(table.fields, batch.columns, strict=True)
    ]
    return pa.record_batch(columns, names=batch.schema.names)


def _package(public: Public, tables: list[Table], folder: Path) -> dict[str, Any]:
    resources = [
        resource_descriptor(public.standard, Resource(table, table.fields, path, extra=_facts(folder / path)), ())
        for table in tables
        for path in (f"{table.name}.csv",)
    ]
    return package_descriptor(package_about(public.about), resources)


def _facts(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"bytes": path.stat().st_size, "hash": f"sha256:{digest}"}
