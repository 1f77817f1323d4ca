"""Arrow columns of any simple type as columns of text."""

from __future__ import annotations

from typing import Any, Final, TypeAlias, cast

import pyarrow as pa
import pyarrow.compute as pc

from pfds.standard.numbers import decimal_text
from pfds.standard.phrase import Phrase

TextColumn: TypeAlias = Any

_NOT_SHORTEST: Final = r"[eE]|^-0(\.0*)?$|\.[0-9]*0$"
_PLAIN_TYPES: Final = (
    pa.types.is_string,
    pa.types.is_large_string,
    pa.types.is_string_view,
    pa.types.is_boolean,
    pa.types.is_integer,
    pa.types.is_floating,
    pa.types.is_decimal,
    pa.types.is_date,
    pa.types.is_null,
)
TYPE_WORDS: Final = (
    (pa.types.is_list, Phrase("lists")),
    (pa.types.is_large_list, Phrase("lists")),
    (pa.types.is_fixed_size_list, Phrase("lists")),
    (pa.types.is_map, Phrase("maps")),
    (pa.types.is_struct, Phrase("groups of columns")),
    (pa.types.is_timestamp, Phrase("timestamps")),
    (pa.types.is_time, Phrase("times of day")),
    (pa.types.is_duration, Phrase("durations")),
    (pa.types.is_binary, Phrase("bytes")),
    (pa.types.is_large_binary, Phrase("bytes")),
    (pa.types.is_fixed_size_binary, Phrase("bytes")),
)


OTHER_TYPE: Final = Phrase("values of another kind")


def is_textable(kind: pa.DataType) -> bool:
    """Whether every value of the type has one obvious text."""
    if isinstance(kind, pa.DictionaryType):
        kind = kind.value_type
    return any(test(kind) for test in _PLAIN_TYPES)


def type_words(kind: pa.DataType) -> str:
    """Words for a type that has no obvious text."""
    return next((words for test, words in TYPE_WORDS if test(kind)), OTHER_TYPE)


def column_text(column: pa.ChunkedArray[Any]) -> TextColumn:
    """Text of each value, null where there is none or the text is empty; it may be text that is not UTF-8."""
    kind = column.type
    if isinstance(kind, pa.DictionaryType):
        kind = kind.value_type
        column = column.cast(kind)
    if pa.types.is_date64(kind):
        column = column.cast(pa.date32())
    text: Any = column.cast(pa.string())
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return _without_exponents(text)
    return cast("TextColumn", pc.if_else(pc.equal(text, pa.scalar("")), pa.scalar(None, pa.string()), text))


def _without_exponents(text: Any) -> TextColumn:
    odd: Any = pc.fill_null(pc.match_substring_regex(text, _NOT_SHORTEST), False)
    if not pc.any(odd).as_py():
        return text
    plain = pa.array([decimal_text(number) for number in text.filter(odd).to_pylist()], pa.string())
    merged: Any = pc.replace_with_mask(text.combine_chunks(), odd.combine_chunks(), plain)
    return pa.chunked_array([merged])
