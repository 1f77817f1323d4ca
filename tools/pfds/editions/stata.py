"""Stata files: each table with labels on its variables and codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final, cast

import pyarrow as pa
import pyarrow.compute as pc

from pfds.editions.public import Public
from pfds.publish.arrow_schema import arrow_type
from pfds.standard.model import Codelist, Field, Standard, Table

MOST_CELLS: Final = 32_000_000
"""Cells (records times columns) of the largest table that is written: all of it is in memory meanwhile."""

MOST_BYTES: Final = 1_000_000_000
"""Size of the largest file that is written: Stata gives every record the room of the longest text of a column."""

LONGEST_LABEL: Final = 80
LONGEST_FIXED: Final = 2045
"""Bytes from which on a text is no column of fixed width but strL."""

TRUTH: Final[Mapping[int | float, str]] = {0: "No", 1: "Yes"}
_STATA_14: Final = 14
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_STAMP: Final = b"<timestamp>\x11"


def write_stata(public: Public, target: Path) -> tuple[str, ...]:
    """Writes `stata/<table>.dta` (Stata 14 and newer) and returns the names of the tables that are too large for it.

    A code is the permanent number of its codelist with its English label, a day a Stata date, a text that is not
    there an empty text. The tables left out depend on the records only.
    """
    (target / "stata").mkdir(parents=True, exist_ok=True)
    too_large = tuple(name for name in public.rows if _is_too_large(public, public.standard.tables[name]))
    for name in public.rows:
        if name not in too_large:
            _write(public, public.standard.tables[name], target / stata_path(name))
    return too_large


def codes_as_numbers(codelist: Codelist, column: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """The permanent numbers (int32) of a column of codes."""
    codes = codelist.codes.values()
    places = pc.index_in(pc.cast(column, pa.string()), pa.array([code.code for code in codes], pa.string()))
    return pa.array([code.number for code in codes], pa.int32()).take(places)


def _is_too_large(public: Public, table: Table) -> bool:
    rows = public.rows[table.name]
    if rows * len(table.released) > MOST_CELLS:
        return True
    return rows * sum(_width(public, table, field) for field in table.released) > MOST_BYTES


def _width(public: Public, table: Table, field: Field) -> int:
    """Bytes that a column takes in each record."""
    if not pa.types.is_string(arrow_type(field)):
        return 8
    lengths = (pc.max(pc.binary_length(batch.column(0))).as_py() for batch in public.batches(table.name, [field.name]))
    longest = max((length or 1 for length in lengths), default=1)
    return 8 if longest >= LONGEST_FIXED else longest


def _write(public: Public, table: Table, path: Path) -> None:
    import polars as pl
    import pyreadstat

    labels: list[str | None] = [field.title[:LONGEST_LABEL] for field in table.released]
    content = pa.Table.from_batches(stata_batches(public, table), _stata_schema(table))
    shared = cast("pl.DataFrame", pl.from_arrow(content))  # pl.DataFrame(…) would copy it
    pyreadstat.write_dta(
        shared,
        path,
        file_label=f"{table.plural}, {public.about.version}, as of {public.about.as_of.isoformat()}"[:LONGEST_LABEL],
        column_labels=labels,
        version=_STATA_14,
        variable_value_labels=dict(_value_labels(public.standard, table)),
    )
    _stamp(path, public.about.as_of)


def stata_path(name: str) -> str:
    """Where the file of a table lies in a release."""
    return f"stata/{name}.dta"


def stata_batches(public: Public, table: Table) -> Iterator[pa.RecordBatch]:
    """A table as it is given to Stata."""
    schema = _stata_schema(table)
    for batch in public.batches(table.name):
        yield _stata_batch(public.standard, table, batch, schema)


def _stata_schema(table: Table) -> pa.Schema:
    return pa.schema([pa.field(field.name, _stata_type(field)) for field in table.released])


def _stata_type(field: Field) -> Any:
    return pa.int32() if field.kind in ("code", "boolean") else arrow_type(field)


def _stata_batch(standard: Standard, table: Table, batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    columns = []
    for field in table.released:
        column = batch.column(field.name)
        if field.codelist:
            column = codes_as_numbers(standard.codelists[field.codelist], column)
        elif pa.types.is_string(column.type):
            column = pc.fill_null(column, "")
        columns.append(column.cast(schema.field(field.name).type))
    return pa.record_batch(columns, schema=schema)


def _value_labels(standard: Standard, table: Table) -> Iterator[tuple[str, dict[int | float, str]]]:
    for field in table.released:
        if field.codelist:
            codes = standard.codelists[field.codelist].codes.values()
            yield field.name, {code.number: code.labels["en"] for code in codes}
        elif field.kind == "boolean":
            yield field.name, dict(TRUTH)


def _stamp(path: Path, day: date) -> None:
    """Puts the day of the data where the library has put the time of writing, so that the file is always the same."""
    with path.open("r+b") as file:
        head = file.read(1024)
        file.seek(head.index(_STAMP) + len(_STAMP))
        file.write(f"{day.day:02} {_MONTHS[day.month - 1]} {day.year:04} 00:00".encode("ascii"))
