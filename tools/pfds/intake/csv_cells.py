"""The cells of CSV records, read at once when their structure is known to be sound."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import IO, cast

import numpy as np
import pyarrow as pa
from pyarrow import csv

from pfds.intake.csv_scan import Records
from pfds.intake.encoding import BOM
from pfds.intake.tables import Integers


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


def mend(
    data: bytes, records: Records, fields: Integers, width: int, garbled: Sequence[int], separator: bytes = b","
) -> bytes:
    """Text in which every record has ``width`` cells and is UTF-8.

    Records that are too short are filled up with empty cells, those too long are cut, and in the ``garbled`` ones
    (indices) bytes that are not UTF-8 give way to U+FFFD.
    """
    pieces: list[bytes | memoryview] = []
    view, cursor = memoryview(data), int(records.starts[0]) if len(records) else 0
    bad = np.union1d(np.flatnonzero(fields != width), np.asarray(garbled, np.int64))
    places = (records.starts[bad], records.ends[bad], fields[bad])
    for begin, end, found in zip(*(place.tolist() for place in places), strict=True):
        pieces += (view[cursor:begin], _mended(data[begin:end], found, width, separator))
        cursor = end
    last = int(records.ends[-1]) if len(records) else 0
    return b"".join([*pieces, view[cursor:last]])


def _mended(record: bytes, found: int, width: int, separator: bytes) -> bytes:
    if found < width:
        record += separator * (width - found)
    elif found > width:
        record = record[: _end_of_cells(record, width, separator)] or b'""'
    return record.decode("utf-8", "replace").encode()


def _end_of_cells(record: bytes, width: int, separator: bytes) -> int:
    """Offset just after the cell number ``width`` of a record that has more."""
    found = _cells_pattern(width, separator).match(record)
    if found is None:
        raise AssertionError("a record has fewer cells than were counted")
    return found.end() - 1


@lru_cache(maxsize=8)
def _cells_pattern(width: int, separator: bytes) -> re.Pattern[bytes]:
    return re.compile(rb'(?:[^"%b]*+(?:"[^"]*+"[^"%b]*+)*+%b){%d}' % (separator, separator, separator, width))


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
