"""The cells of CSV records, read at once when their structure is known to be sound."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, cast

import pyarrow as pa
from pyarrow import csv

from pfds.intake.encoding import BOM


def read_cells(
    text: bytes | memoryview, width: int, columns: Mapping[str, int], separator: bytes = b",", *, all_text: bool = False
) -> pa.Table:
    """Text of the ``columns`` (name to position) of records that all have ``width`` cells, null where a cell is empty.

    Raises ArrowInvalid if a record has more or fewer cells, or one of the columns is not UTF-8; with ``all_text``
    also if any other column is not.
    """
    kept = list(columns.values())
    rest = [position for position in range(width) if position not in kept] if all_text else []
    cells = _parse(text, width, [*kept, *rest], separator)
    return cells.select(range(len(kept))).rename_columns(list(columns))


def read_names(header: bytes, width: int, separator: bytes = b",") -> list[str | None]:
    """The names in a header record; None for a name with bytes that are not UTF-8."""
    strict = header.decode("utf-8", "surrogateescape")
    garbled = any("\udc80" <= character <= "\udcff" for character in strict)
    row = _parse(header.decode("utf-8", "replace").encode(), width, list(range(width)), separator)
    names: list[str | None] = [column[0].as_py() or "" for column in row.columns]
    return [None if garbled and name and "\ufffd" in name else name for name in names]


def _parse(text: bytes | memoryview, width: int, kept: list[int], separator: bytes) -> pa.Table:
    if bytes(text[: len(BOM)]) == BOM:
        text = BOM + bytes(text)
    names = [str(position) for position in kept]
    return csv.read_csv(
        cast("IO[bytes]", pa.BufferReader(pa.py_buffer(text))),
        read_options=csv.ReadOptions(
            column_names=[str(position) for position in range(width)], block_size=len(text) + 1, use_threads=False
        ),
        parse_options=csv.ParseOptions(delimiter=separator.decode(), newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            include_columns=names,
            column_types=dict.fromkeys(names, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    )
