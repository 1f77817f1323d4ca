"""Which columns of a table are laid aside for the checks between records, and their rows."""

from __future__ import annotations

from collections.abc import Iterable, Set

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pfds.checks.cells import CheckedTable
from pfds.checks.dates import column_bounds
from pfds.standard.model import Field, Table

ROW, LINE = "pfds_row", "pfds_line"
GIVEN = "given_"
"""Prefix of a derived column as it was sent; the one computed bears the plain name."""

_SUBJECT = ("subject_table", "subject_id")
"""A reference to a record of any table."""


def laid_columns(table: Table, wanted: frozenset[str]) -> tuple[Field, ...]:
    """The fields to be laid aside: identifiers, references, and dates, languages, and those ``wanted`` by name."""
    return tuple(
        field
        for field in table.fields
        if field.name in (table.primary_key, *_SUBJECT)
        or field.reference
        or field.kind in ("edtf", "language")
        or field.name in wanted
    )


def decided_columns(
    table: Table, wanted: frozenset[str], claimed: Set[tuple[str, str]], *, protected: bool
) -> tuple[Field, ...]:
    """The fields to be laid aside once it is known which are ``claimed`` about, and whether anybody is protected."""
    names = {field for owner, field in claimed if owner == table.name}
    text = {field.name for field in table.fields if field.kind in ("line", "text", "url")} if protected else set()
    return laid_columns(table, wanted | names | text)


def linking_columns(table: Table) -> tuple[Field, ...]:
    """The fields that identifiers and references are judged by."""
    linking = (table.primary_key, "subject_table", "subject_id")
    return tuple(field for field in table.fields if field.reference or field.name in linking)


def laid_rows(checked: CheckedTable, fields: Iterable[Field]) -> pa.Table:
    """The rows of these fields as text, bounds beside dates, with the line of each."""
    columns: dict[str, pa.Array] = {LINE: pa.array(checked.text.lines)}
    for field in fields:
        text = checked.columns.column(field.name)
        columns[field.name] = text
        if field.kind == "edtf":
            columns[f"{field.name}_earliest"], columns[f"{field.name}_latest"] = column_bounds(text)
            for end in ("earliest", "latest"):
                columns[f"{GIVEN}{field.name}_{end}"] = _sent(checked, f"{field.name}_{end}")
    return pa.table(columns)


def numbered(rows: pa.Table, first: int) -> pa.Table:
    """The same rows with their numbers, from ``first`` on."""
    return rows.add_column(0, ROW, pa.array(np.arange(first, first + rows.num_rows, dtype=np.int64)))


def _sent(checked: CheckedTable, name: str) -> pa.Array:
    if name in checked.columns.names:
        return checked.columns.column(name)
    return pa.nulls(len(checked.columns), pa.string())


def record_rows(checked: CheckedTable, first: int) -> pa.Table:
    """The records whose identifier is known: table, id, disclosure, status and number of the record."""
    table, cells = checked.table, checked.columns
    absent = pa.nulls(len(cells), pa.string())
    columns = [cells.column(name) if name in table.by_name else absent for name in ("disclosure", "record_status")]
    numbers = pa.array(np.arange(first, first + len(cells), dtype=np.int64))
    key = cells.column(table.primary_key)
    rows = pa.table([pa.repeat(table.name, len(cells)), key, *columns, numbers], schema=RECORDS)
    return rows.filter(pc.is_valid(key)) if key.null_count else rows


def defective_rows(checked: CheckedTable, first: int) -> pa.Table:
    """The defective cells of records whose identifier is known: table, id, field and number of the record."""
    keys = checked.columns.column(checked.table.primary_key)
    known = pc.is_valid(keys).to_numpy(zero_copy_only=False)
    pieces = [DEFECTIVE.empty_table()]
    for name, flags in checked.defective.items():
        rows = np.flatnonzero(flags & known)
        pieces.append(
            pa.table(
                {
                    "subject_table": pa.repeat(checked.table.name, len(rows)),
                    "subject_id": keys.take(pa.array(rows)),
                    "subject_field": pa.repeat(name, len(rows)),
                    ROW: pa.array(rows + first),
                },
                schema=DEFECTIVE,
            )
        )
    return pa.concat_tables(pieces)


RECORDS = pa.schema(
    [
        *((name, pa.string()) for name in ("subject_table", "subject_id", "disclosure", "record_status")),
        (ROW, pa.int64()),
    ]
)
DEFECTIVE = pa.schema(
    [("subject_table", pa.string()), ("subject_id", pa.string()), ("subject_field", pa.string()), (ROW, pa.int64())]
)
