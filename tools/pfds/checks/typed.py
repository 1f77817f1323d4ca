"""Columns of text as columns of the published types."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from pfds.checks.kernels import as_integers, as_numbers
from pfds.publish.arrow_schema import arrow_schema, arrow_type
from pfds.standard.model import Field, Standard, Table


def as_typed(standard: Standard, table: Table, content: pa.Table) -> pa.Table:
    """Text columns cast to the types of the published Arrow schema."""
    fields = [table.by_name[name] for name in content.column_names]
    columns = [_typed(field, content.column(field.name).combine_chunks()) for field in fields]
    return pa.table(columns, schema=arrow_schema(standard, table, fields))


def _typed(field: Field, column: pa.StringArray) -> pa.Array:
    if field.kind == "integer":
        return pc.cast(as_integers(column), arrow_type(field))
    if field.kind == "number":
        return as_numbers(column)
    if field.kind == "code":
        return _encoded(column)
    return pc.cast(column, arrow_type(field))


def _encoded(column: pa.StringArray) -> pa.DictionaryArray:
    """Codes as a dictionary in the order of the codes' text, so that equal tables give equal bytes."""
    values = pc.unique(column).drop_null()
    values = values.take(pc.sort_indices(values))
    return pa.DictionaryArray.from_arrays(pc.index_in(column, value_set=values), values)
