"""Typed columns of Parquet and Arrow IPC, in pieces of text of bounded size; the process that reads them runs this."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import ipc, parquet

from pfds.intake.columnar_text import TextColumn, column_text, is_textable, type_words
from pfds.intake.limits import ALWAYS_EXPANDED, MAX_RECORD_BYTES, MAX_TEXT_EXPANSION, MOST_ROWS_WITHOUT_BYTES

BATCH_ROWS: Final = 1 << 14
PIECE_BYTES: Final = 8 << 20
"""Of text that is handed on together, unless one record has more."""
_LONGEST_INTEGER, _LONGEST_FLOAT, _LONGEST_DECIMAL = 20, 330, 80
_BUFFERED: Final = 1 << 20
"""Bytes of each column of a Parquet file that are read ahead."""


class LongTextError(Exception):
    """More text than is read: ``size`` bytes, of one ``record`` or of all that were read."""

    def __init__(self, size: int, *, record: bool) -> None:
        super().__init__(size)
        self.size = size
        self.record = record


@dataclass(frozen=True, slots=True)
class Piece:
    """So many records of the columns asked for, whose texts are made when they are asked for."""

    rows: int
    texts: Callable[[], list[TextColumn]]


@dataclass(frozen=True, slots=True)
class Columns:
    """Typed columns: their names, words for the types of those that have no text, and the ``pieces`` of the columns at
    the given positions."""

    names: list[str]
    textless: Mapping[int, str]
    pieces: Callable[[list[int]], Iterable[Piece]]


def parquet_columns(stream: pa.NativeFile) -> Columns:
    """Columns of a Parquet file; raises ArrowException or OSError if it is none."""
    source = parquet.ParquetFile(stream, pre_buffer=False, buffer_size=_BUFFERED)
    names = source.schema_arrow.names
    if source.metadata.num_rows > max(MOST_ROWS_WITHOUT_BYTES, 8 * stream.size()):
        raise pa.ArrowInvalid("more records than its bytes can hold")

    def batches(positions: list[int]) -> Iterator[pa.RecordBatch]:
        wanted = [names[position] for position in positions]
        for batch in source.iter_batches(BATCH_ROWS, columns=wanted, use_threads=False):
            yield batch.select([batch.schema.names.index(name) for name in wanted])

    return _columns(source.schema_arrow, batches, stream.size())


def arrow_columns(stream: pa.NativeFile) -> Columns:
    """Columns of an Arrow IPC file or stream, each batch validated before anything is done with it.

    Raises ArrowException or OSError if it is neither.
    """
    if stream.read(6) == b"ARROW1":
        stream.seek(0)
        file = ipc.open_file(stream)
        every = range(file.num_record_batches)
        return _columns(file.schema, lambda wanted: _valid(map(file.get_batch, every), wanted), stream.size())
    stream.seek(0)
    source = ipc.open_stream(stream)
    return _columns(source.schema, lambda wanted: _valid(source, wanted), stream.size())


def table_columns(content: pa.Table) -> Columns:
    """Columns of a table in memory."""
    return _columns(content.schema, lambda wanted: _valid(content.to_batches(BATCH_ROWS), wanted))


def most_text(size: int) -> int:
    """Bytes of text that a file of so many bytes may stand for."""
    return max(ALWAYS_EXPANDED, MAX_TEXT_EXPANSION * size)


def _columns(
    schema: pa.Schema, batches: Callable[[list[int]], Iterable[pa.RecordBatch]], size: int | None = None
) -> Columns:
    textless = {position: type_words(kind) for position, kind in enumerate(schema.types) if not is_textable(kind)}
    return Columns(schema.names, textless, lambda wanted: _pieces(batches(wanted), size))


def _pieces(batches: Iterable[pa.RecordBatch], size: int | None) -> Iterator[Piece]:
    """The same records; raises LongTextError if a file of ``size`` bytes stands for too much text."""
    text = 0
    for batch in batches:
        for small, length in _bounded(batch):
            text += length
            if size is not None and text > most_text(size):
                raise LongTextError(text, record=False)
            yield Piece(small.num_rows, partial(_texts, small))


def _texts(batch: pa.RecordBatch) -> list[TextColumn]:
    return [column_text(pa.chunked_array([column])) for column in batch.columns]


def _bounded(batch: pa.RecordBatch) -> Iterator[tuple[pa.RecordBatch, int]]:
    """The same records in batches whose text is not too long, each with the bytes of its text; raises LongTextError."""
    size = sum(_text_bytes(column) for column in batch.columns)
    if size <= (PIECE_BYTES if batch.num_rows > 1 else MAX_RECORD_BYTES):
        yield batch, size
    elif batch.num_rows == 1:
        raise LongTextError(size, record=True)
    else:
        half = batch.num_rows // 2
        yield from _bounded(batch.slice(0, half))
        yield from _bounded(batch.slice(half))


def _text_bytes(column: pa.Array[Any]) -> int:
    """Bytes of text that a column stands for, at most; few bytes of a file can stand for many."""
    if not isinstance(column, pa.DictionaryArray):
        lengths = _lengths(_without_encoding(column))
        return len(column) * _longest_number(column.type) if lengths is None else pc.sum(lengths).as_py() or 0
    lengths = _lengths(_without_encoding(column.dictionary))
    if lengths is None:
        return len(column) * _longest_number(column.type.value_type)
    most = len(column) * (pc.max(lengths).as_py() or 0)
    return most if most <= PIECE_BYTES // 64 else pc.sum(lengths.take(column.indices)).as_py() or 0


def _lengths(column: pa.Array[Any]) -> pa.Array[Any] | None:
    """Bytes of each text; None if they are no texts."""
    if pa.types.is_binary_view(column.type):
        end = column.offset + len(column)
        views = pa.Array.from_buffers(pa.int32(), 4 * end, [None, column.buffers()[1]])
        return views.take(pa.array(range(4 * column.offset, 4 * end, 4), pa.int64()))
    is_text = pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type)
    return pc.binary_length(column) if is_text else None


def _longest_number(kind: pa.DataType) -> int:
    """Characters that a value of a type without texts has at most."""
    if pa.types.is_decimal(kind):
        return _LONGEST_DECIMAL + abs(int(kind.scale))
    return _LONGEST_FLOAT if pa.types.is_floating(kind) else _LONGEST_INTEGER


def _valid(batches: Iterable[pa.RecordBatch], positions: list[int]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        if batch.num_rows > max(MOST_ROWS_WITHOUT_BYTES, 8 * batch.nbytes):
            raise pa.ArrowInvalid("more records than its bytes can hold")
        for position in positions:
            _validate(batch.column(position))
        for begin in range(0, batch.num_rows, BATCH_ROWS):
            yield batch.select(positions).slice(begin, BATCH_ROWS)


def _validate(column: pa.Array[Any]) -> None:
    """Raises ArrowInvalid if the buffers of a column contradict one another; text that is not UTF-8 is told later."""
    if pa.types.is_dictionary(column.type):
        words = _without_encoding(column.dictionary)
        words.validate(full=True)
        column = pa.DictionaryArray.from_arrays(column.indices, words, safe=False)
    _without_encoding(column).validate(full=True)


def _without_encoding(column: pa.Array[Any]) -> pa.Array[Any]:
    plain = {pa.string(): pa.binary(), pa.large_string(): pa.large_binary(), pa.string_view(): pa.binary_view()}
    kind = plain.get(column.type)
    return column if kind is None else column.view(kind)
