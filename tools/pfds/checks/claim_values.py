"""The relation `claim_values`: each claimed value read as the field that it is about, beside the record's own value."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import partial
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from pfds.checks.dates import column_bounds
from pfds.checks.kernels import bad_cells
from pfds.checks.relations import cells
from pfds.checks.sql import Maker, Sql
from pfds.standard.model import Field, Standard, Table

CLAIM_VALUES: Final = pa.schema(
    [(name, pa.string()) for name in ("claim_id", "is_valid", "value_earliest", "value_latest", "record_value")]
)


def claim_makers(standard: Standard, database: Sql, columns: Mapping[str, Collection[str]]) -> Iterator[Maker]:
    """What makes the rows of the relation, for each table that claims are about.

    ``columns`` are those that were sent, of each table with records; of these the database knows the cells.
    """
    if "claims" not in columns:
        return
    pairs = database.rows("SELECT DISTINCT subject_table, subject_field FROM claims")
    for name, table in standard.tables.items():
        claimed = {field for owner, field in pairs if owner == name}
        fields = {field.name: field for field in table.fields if field.name in claimed}
        if fields:
            statement = _values_beside(table, fields, columns.get(name, ()))
            yield statement, partial(_read_as_fields, standard, fields)


def _values_beside(table: Table, claimed: Collection[str], columns: Collection[str]) -> str:
    """Statement for the claims about fields of a table, each beside the value that the record has."""
    cases = [f"WHEN '{name}' THEN r.{name}" for name in claimed if name in columns]
    value = f"CASE c.subject_field {' '.join(cases)} END" if cases else "CAST(NULL AS VARCHAR)"
    join = f" LEFT JOIN {cells(table.name)} AS r ON r.{table.primary_key} = c.subject_id" if cases else ""
    names = ", ".join(f"'{name}'" for name in claimed)
    return (
        f"SELECT c.claim_id, c.subject_field, c.claim_value, {value} AS record_value FROM {cells('claims')} AS c"
        f"{join} WHERE c.subject_table = '{table.name}' AND c.subject_field IN ({names})"
        " AND c.claim_id IS NOT NULL AND c.claim_value IS NOT NULL"
    )


def _read_as_fields(standard: Standard, fields: Mapping[str, Field], batch: pa.RecordBatch) -> pa.Table:
    about = batch.column("subject_field")
    read = [_read_as(standard, field, batch.filter(pc.equal(about, name))) for name, field in fields.items()]
    return pa.concat_tables(read)


def _read_as(standard: Standard, field: Field, batch: pa.RecordBatch) -> pa.Table:
    value = batch.column("claim_value")
    refused = pa.repeat(False, len(value))
    for _, bad in bad_cells(standard, field, value):
        refused = pc.or_(refused, pa.array(bad))
    nothing = pa.nulls(len(value))
    earliest, latest = nothing, nothing
    if field.kind in ("edtf", "date"):
        earliest, latest = column_bounds(pc.if_else(refused, nothing, value))
    return pa.table(
        {
            "claim_id": batch.column("claim_id"),
            "is_valid": pc.if_else(refused, pa.scalar("false"), pa.scalar("true")),
            "value_earliest": earliest,
            "value_latest": latest,
            "record_value": batch.column("record_value"),
        },
        schema=CLAIM_VALUES,
    )
