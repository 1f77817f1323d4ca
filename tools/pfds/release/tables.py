"""The tables of a release: canonical order, derived bounds, and their CSV and Parquet forms."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pfds.checks.dates import column_bounds, map_distinct
from pfds.checks.typed import as_typed
from pfds.standard.model import Field, Standard, Table
from pfds.standard.numbers import decimal_text

_ROWS_PER_GROUP = 122_880


def dataset_tables(standard: Standard, tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """All records of each table as text, with every field of the standard; a table that is not given is empty."""
    return {
        name: tables[name].select([field.name for field in table.fields])
        if name in tables
        else _schema_of(table).empty_table()
        for name, table in standard.tables.items()
    }


def canonical(table: Table, content: pa.Table) -> pa.Table:
    """Public text columns with the bounds of each date beside it, ordered by identifier."""
    content = content.sort_by(table.primary_key)
    columns: dict[str, pa.Array] = {}
    for field in table.released:
        if field.derived_from is None:
            columns[field.name] = _canonical_text(field, content.column(field.name).combine_chunks())
            if field.kind == "edtf":
                earliest, latest = column_bounds(columns[field.name])
                columns |= {f"{field.name}_earliest": earliest, f"{field.name}_latest": latest}
    return pa.table(columns)


def write_parquet(standard: Standard, table: Table, content: pa.Table, path: Path) -> None:
    """The same table, typed, as Parquet: zstd, dictionary codes, ordered by identifier."""
    typed = as_typed(standard, table, content)
    key = typed.schema.get_field_index(table.primary_key)
    pq.write_table(
        typed,
        path,
        compression="zstd",
        version="2.6",
        row_group_size=_ROWS_PER_GROUP,
        sorting_columns=[pq.SortingColumn(key)],
        write_page_index=True,
        write_page_checksum=True,
    )


def as_text(table: Table, typed: pa.Table) -> pa.Table:
    """Typed columns as the text of their cells: the inverse of ``as_typed``."""
    return pa.table({name: _text(table.by_name[name], typed.column(name)) for name in typed.column_names})


def sha256(data: bytes) -> str:
    """SHA-256 in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def _schema_of(table: Table) -> pa.Schema:
    return pa.schema([(field.name, pa.string()) for field in table.fields])


def _canonical_text(field: Field, column: pa.StringArray) -> pa.StringArray:
    """One spelling for each number; all other values are as they were sent."""
    return map_distinct(column, decimal_text) if field.kind in ("integer", "number") else column


def _text(field: Field, column: pa.ChunkedArray) -> pa.ChunkedArray:
    if field.kind == "number":
        return pa.chunked_array([pa.array([_plain(number) for number in column.to_pylist()], pa.string())])
    return pc.cast(column, pa.string())


def _plain(number: float | None) -> str | None:
    return None if number is None else decimal_text(number)
