"""Standard to Arrow: the typed columns of a table in a Parquet file."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from pfds.standard.model import Field, Standard, Table

_CODE = pa.dictionary(pa.int32(), pa.string())
_BY_KIND = {
    "code": _CODE,
    "date": pa.date32(),
    "integer": pa.int32(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
}


def arrow_type(field: Field) -> pa.DataType:
    """Codes are dictionaries, days date32, counts int32, amounts float64; all else is text."""
    return _BY_KIND.get(field.kind, pa.string())


def arrow_schema(standard: Standard, table: Table, fields: Iterable[Field]) -> pa.Schema:
    """Schema of a table with the given fields; the file carries its table and version, each field what it means, the
    list of its codes and the column that it points to."""
    return pa.schema(
        [
            pa.field(
                field.name,
                arrow_type(field),
                nullable=not field.required,
                metadata=_meaning(field),
            )
            for field in fields
        ],
        metadata={"table": table.name, "description": table.description, "standard": standard.version},
    )


def _meaning(field: Field) -> dict[str, str]:
    reference = field.reference
    facts = {
        "title": field.title,
        "description": field.description,
        "codelist": field.codelist,
        "references": reference and f"{reference.table}.{reference.field}",
    }
    return {key: value for key, value in facts.items() if value}
