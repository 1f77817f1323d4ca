"""Rows of text tables, chosen by what their cells hold."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from pfds.standard.model import Table

Tables = Mapping[str, pa.Table]
Ids = Mapping[str, pa.ChunkedArray]
"""Identifiers of records, by table."""


def keys(table: Table, content: pa.Table) -> pa.ChunkedArray:
    """Identifiers of the records."""
    return content.column(table.primary_key)


def subject(content: pa.Table) -> pa.ChunkedArray:
    """What each claim or conflict is about, as `table.field`."""
    return pc.binary_join_element_wise(content.column("subject_table"), content.column("subject_field"), ".")


def holds(condition: Mapping[str, frozenset[str]], content: pa.Table) -> pa.ChunkedArray:
    """Rows in which every field of the condition holds one of its codes; an empty cell holds none."""
    masks = [inside(content.column(name), sorted(codes)) for name, codes in condition.items()]
    return functools.reduce(pc.and_, masks)


def inside(column: pa.ChunkedArray, values: Iterable[str] | pa.ChunkedArray) -> pa.ChunkedArray:
    """Cells that hold one of the values."""
    known = values if isinstance(values, pa.ChunkedArray) else pa.chunked_array([pa.array(list(values), pa.string())])
    return pc.and_(pc.is_valid(column), pc.is_in(column, value_set=known.combine_chunks()))


def outside(column: pa.ChunkedArray, values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Cells that hold none of the values."""
    return pc.invert(inside(column, values))


def together(*columns: pa.ChunkedArray) -> pa.ChunkedArray:
    """The values of all columns in one."""
    return pa.chunked_array([chunk for column in columns for chunk in column.chunks], pa.string())


def replaced(content: pa.Table, name: str, rows: pa.ChunkedArray, value: str | None) -> pa.Table:
    """The table with ``value`` in column ``name`` of the given rows."""
    column = pc.if_else(rows, pa.scalar(value, pa.string()), content.column(name))
    return content.set_column(content.column_names.index(name), name, column)
