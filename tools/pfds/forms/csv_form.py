"""Records as CSV: UTF-8, CRLF, quotation marks only where needed, an empty cell where there is no value."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import IO, Final

import pyarrow as pa
import pyarrow.compute as pc

LINE_END: Final = "\r\n"
_NEEDS_QUOTES: Final = '[",\r\n]'
_ROWS_AT_ONCE: Final = 1 << 14
_BYTES_AT_ONCE: Final = 1 << 26
_EMPTY: Final = pc.JoinOptions("replace", "")


def write_csv(target: IO[bytes], columns: Sequence[str], batches: Iterable[pa.RecordBatch]) -> None:
    """A header, and a row for each record of text columns."""
    target.write(csv_header(columns))
    for batch in batches:
        write_rows(target.write, batch)


def csv_header(columns: Sequence[str]) -> bytes:
    """The first row."""
    return (",".join(columns) + LINE_END).encode("utf-8")


def write_rows(put: Callable[[pa.Buffer], object], batch: pa.RecordBatch) -> None:
    """Gives the rows of a batch of at least two text columns to ``put``, some at a time."""
    for piece in _pieces(batch):
        put(_rows(piece))


def csv_bytes(content: pa.Table) -> bytes:
    """A table of text columns as CSV."""
    buffer = io.BytesIO()
    write_csv(buffer, content.column_names, content.to_batches())
    return buffer.getvalue()


def _rows(batch: pa.RecordBatch) -> pa.Buffer:
    *cells, last = (_quoted(column) for column in batch.columns)
    last = pc.binary_join_element_wise(last, LINE_END, "", options=_EMPTY)
    return _data(pc.binary_join_element_wise(*cells, last, ",", options=_EMPTY))


def _pieces(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """A batch in parts whose rows can be joined in memory."""
    if batch.num_rows <= _ROWS_AT_ONCE and (batch.nbytes <= _BYTES_AT_ONCE or batch.num_rows == 1):
        yield batch
        return
    half = (batch.num_rows + 1) // 2
    yield from _pieces(batch.slice(0, half))
    yield from _pieces(batch.slice(half))


def _quoted(column: pa.StringArray) -> pa.StringArray:
    data = bytes(_data(column))
    if not any(mark in data for mark in (b",", b'"', b"\n", b"\r")):
        return column
    quoted = pc.binary_join_element_wise('"', pc.replace_substring(column, '"', '""'), '"', "")
    return pc.if_else(pc.match_substring_regex(column, _NEEDS_QUOTES), quoted, column)


def _data(column: pa.StringArray) -> pa.Buffer:
    """The text of all cells, one after the other."""
    _, offsets, data = column.buffers()
    if data is None or not len(column):
        return pa.py_buffer(b"")
    ends = pa.Array.from_buffers(pa.int32(), len(column) + 1, [None, offsets], offset=column.offset)
    first, end = ends[0].as_py(), ends[-1].as_py()
    return data.slice(first, end - first)
