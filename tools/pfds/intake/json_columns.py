"""The known fields of many JSON records at once, as columns of text."""

from __future__ import annotations

from functools import cache
from typing import IO, Final, cast

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import json

from pfds.standard.model import Table
from pfds.standard.numbers import decimal_text

_DIGITS: Final = pa.decimal256(76, 30)
"""Numbers with every digit that was sent; one that needs more is refused rather than rounded."""
LARGEST_NUMBER: Final = 1e40
"""Arrow may read a larger number as another one, without a word."""
_TYPES: Final = {"string": pa.string(), "boolean": pa.bool_(), "number": _DIGITS, "integer": _DIGITS}


def read_columns(table: Table, records: bytes) -> pa.Table:
    """The text of every field of ``table``, and of the derived columns that were sent; null where there is no value.

    ``records`` are objects, one after the other, each of them known to be JSON, without numbers beyond
    LARGEST_NUMBER. Raises ArrowInvalid if one holds a
    field of the table twice, a value of another type, or a number with more digits than can be kept.
    """
    parsed = json.read_json(
        cast("IO[bytes]", pa.BufferReader(records)),
        read_options=json.ReadOptions(use_threads=False, block_size=len(records) + 1),
        parse_options=json.ParseOptions(explicit_schema=_schema(table), unexpected_field_behavior="ignore"),
    )
    return pa.table(
        {
            field.name: _text(column.combine_chunks())
            for field, column in zip(table.by_name.values(), parsed.columns, strict=True)
            if not field.derived_from or column.null_count < parsed.num_rows
        }
    )


@cache
def _schema(table: Table) -> pa.Schema:
    return pa.schema([(field.name, _TYPES[field.json_type]) for field in table.by_name.values()])


def _text(column: pa.Array) -> pa.StringArray:
    if pa.types.is_string(column.type):
        return column
    text = pc.cast(column, pa.string())
    return _plain(text) if column.type == _DIGITS and text.null_count < len(text) else text


def _plain(numbers: pa.StringArray) -> pa.StringArray:
    """The same numbers without zeros at the end of a fraction and without exponents."""
    with_exponent = pc.fill_null(pc.match_substring(numbers, "E"), False)
    trimmed = pc.replace_substring_regex(numbers, r"\.?0+$", "")
    few = [decimal_text(number) for number in numbers.filter(with_exponent).to_pylist()]
    return pc.replace_with_mask(trimmed, with_exponent, pa.array(few, pa.string()))
