"""The cells of CSV records, read block by block once their structure is known to be sound."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import IO, Final, cast

import numpy as np
import pyarrow as pa
from pyarrow import csv

from pfds.intake.csv_scan import Records
from pfds.intake.encoding import BOM

BLOCK_BYTES: Final = 4 << 20


@dataclass(frozen=True, slots=True)
class Block:
    """Records from index ``first`` to ``last``, and whether some hold bytes that are not UTF-8."""

    first: int
    last: int
    garbled: bool = False


def blocks_of(records: Records, begin: int, end: int, size: int = BLOCK_BYTES) -> Iterator[Block]:
    """Cut records ``begin`` to ``end`` (exclusive) into blocks of about ``size`` bytes."""
    while begin < end:
        reach = int(np.searchsorted(records.ends, records.starts[begin] + size, "right"))
        stop = min(end, max(reach, begin + 1))
        yield Block(begin, stop - 1)
        begin = stop


def read_block(data: bytes, records: Records, columns: Mapping[str, int], block: Block) -> pa.Table:
    """Text of the ``columns`` (name to position), null where a cell is empty.

    Records that are too short are filled up with empty cells, and those too long are cut.
    """
    width = int(records.fields[0])
    text = _mended(data, records, width, block)
    if block.garbled:
        text = memoryview(bytes(text).decode("utf-8", "replace").encode())
    names = [str(position) for position in range(width)]
    cells = _parse(text, names, [str(position) for position in columns.values()])
    expected = block.last - block.first + 1
    if cells.num_rows != expected:
        raise AssertionError(f"{expected} records were found, but {cells.num_rows} were read")
    return cells.rename_columns(list(columns))


def read_names(header: bytes, width: int) -> list[str | None]:
    """The names in a header record; None for a name with bytes that are not UTF-8."""
    positions = [str(position) for position in range(width)]
    strict = header.decode("utf-8", "surrogateescape")
    garbled = any("\udc80" <= character <= "\udcff" for character in strict)
    text = memoryview(header.decode("utf-8", "replace").encode())
    row = _parse(text, positions, positions)
    names: list[str | None] = [column[0].as_py() or "" for column in row.columns]
    return [None if garbled and name and "\ufffd" in name else name for name in names]


def _parse(text: memoryview, names: list[str], kept: list[str]) -> pa.Table:
    if bytes(text[: len(BOM)]) == BOM:
        text = memoryview(BOM + text)
    return csv.read_csv(
        cast("IO[bytes]", pa.BufferReader(pa.py_buffer(text))),
        read_options=csv.ReadOptions(column_names=names, block_size=len(text) + 1, use_threads=False),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            include_columns=kept,
            column_types=dict.fromkeys(kept, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    )


def _mended(data: bytes, records: Records, width: int, block: Block) -> memoryview:
    """Bytes of the block in which every record has ``width`` cells."""
    view = memoryview(data)
    cursor, end = int(records.starts[block.first]), int(records.ends[block.last])
    ragged = np.flatnonzero(records.fields[block.first : block.last + 1] != width) + block.first
    if not ragged.size:
        return view[cursor:end]
    pieces: list[bytes | memoryview] = []
    for index in ragged.tolist():
        begin, stop = int(records.starts[index]), int(records.ends[index])
        missing = width - int(records.fields[index])
        cut = stop if missing > 0 else _end_of_cells(data, begin, stop, width)
        pieces += [view[cursor:cut], b'""' if cut == begin else b"," * missing]
        cursor = stop
    return memoryview(b"".join([*pieces, view[cursor:end]]))


def _end_of_cells(data: bytes, begin: int, end: int, width: int) -> int:
    """Offset just after the cell number ``width`` of a record that has more."""
    found = _cells_pattern(width).match(data, begin, end)
    if found is None:
        raise AssertionError("a record has fewer cells than were counted")
    return found.end() - 1


@lru_cache(maxsize=8)
def _cells_pattern(width: int) -> re.Pattern[bytes]:
    return re.compile(rb'(?:[^",]*+(?:"[^"]*+"[^",]*+)*+,){%d}' % width)
