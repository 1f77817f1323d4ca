"""The process that reads files of typed columns: it says what columns there are, then their texts, piece by piece.

Run as a program of its own by `columnar_process`. Each question is two lines of JSON: ``[form, descriptor, size]``,
with ``size`` bytes after it unless the file is an open one, and, once the columns are known, the list of positions
that are wanted. Answers are ``[COLUMNS, names, {position: words}]``, then ``[PIECE, rows]`` with three buffers for
each column, ``[END]``, and at any time ``[REFUSED, reason, found]``.
"""

from __future__ import annotations

import io
import json
import mmap
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import pyarrow as pa

    from pfds.intake.columnar_form import Columns

COLUMNS, PIECE, END, REFUSED = "columns", "piece", "end", "refused"
PARQUET, ARROW = "parquet", "arrow"
UNSOUND, MEMORY, MANY_COLUMNS = "unsound", "memory", "many-columns"
LONG_RECORD, LONG_TEXT = "long-record", "long-text"
_NOT_NEEDED: Final = ("numpy", "pandas", "pyarrow._hdfs", *(f"pyarrow._{name}fs" for name in ("s3", "gcs", "azure")))
"""What pyarrow would load if it is there: it takes longer than reading a small file, or knows other machines."""


def main(given: dict[str, Any]) -> None:
    """Answer until nothing more is asked."""
    sys.path += [str(Path(__file__).parents[2]), given["path"]]
    sys.modules.update(dict.fromkeys(_NOT_NEEDED))  # type: ignore[arg-type]
    from pfds.intake.confinement import confine, leave_network  # noqa: PLC0415 - found by the path that was added

    leave_network()
    from pfds.intake.columnar_form import arrow_columns, parquet_columns  # noqa: PLC0415 - takes threads with it

    maps = {descriptor: mapped(descriptor) for descriptor in given["arrow"]}
    confine(given["memory"], given["seconds"], more=True)
    readers: dict[str, Callable[[Any], Columns]] = {PARQUET: parquet_columns, ARROW: arrow_columns}
    for line in sys.stdin.buffer:
        form, descriptor, size = json.loads(line)
        try:
            _read(readers[form], _content(descriptor, size, maps), given["columns"])
        except MemoryError:
            _say([REFUSED, MEMORY, 0])


def _content(descriptor: int | None, size: int, maps: dict[int, Any]) -> pa.NativeFile:
    import pyarrow as pa  # noqa: PLC0415 - found by the path that was added

    if descriptor is None:
        return pa.BufferReader(sys.stdin.buffer.read(size))
    if descriptor in maps:
        return pa.BufferReader(maps[descriptor])
    return pa.PythonFile(Apart(descriptor), "r")


def _read(reader: Callable[[Any], Columns], content: pa.NativeFile, most_columns: int) -> None:
    import pyarrow as pa  # noqa: PLC0415 - see above

    from pfds.intake.columnar_form import LongTextError  # noqa: PLC0415 - see above

    try:
        columns = reader(content)
        if len(columns.names) > most_columns:
            _say([REFUSED, MANY_COLUMNS, len(columns.names)])
            return
        _say([COLUMNS, columns.names, columns.textless])
        for piece in columns.pieces(json.loads(sys.stdin.buffer.readline())):
            _say([PIECE, piece.rows])
            for text in piece.texts():
                _say_column(text.combine_chunks())
            sys.stdout.buffer.flush()
        _say([END])
    except LongTextError as long:
        _say([REFUSED, LONG_RECORD if long.record else LONG_TEXT, long.size])
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        if isinstance(error, MemoryError):
            raise
        _say([REFUSED, UNSOUND, 0])


def _say_column(text: pa.StringArray) -> None:
    """Three buffers of a column: a byte for each value that is there, offsets, and the bytes of all texts."""
    import pyarrow as pa  # noqa: PLC0415 - see above

    there = text.is_valid().cast(pa.uint8()).buffers()[1]
    _, places, texts = text.buffers()
    offsets = memoryview(places).cast("i")[text.offset : text.offset + len(text) + 1] if len(text) else [0]
    _say([len(text), offsets[0], offsets[-1] - offsets[0]])
    out = sys.stdout.buffer
    if len(text):
        out.write(memoryview(there)[: len(text)])
        out.write(offsets)  # type: ignore[arg-type]
        if texts is not None:
            out.write(memoryview(texts)[offsets[0] : offsets[-1]])


def _say(head: list[object]) -> None:
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n")
    if head[0] != PIECE:
        sys.stdout.buffer.flush()


def mapped(descriptor: int) -> Any:
    """The bytes of an open file, which are not read before they are needed; none of one that is empty."""
    import pyarrow as pa  # noqa: PLC0415 - see above

    size = os.fstat(descriptor).st_size
    return pa.py_buffer(mmap.mmap(descriptor, size, access=mmap.ACCESS_READ) if size else b"")


class Apart(io.RawIOBase):
    """An open file that is read without moving the place at which others read it."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor
        self._place = 0
        self._size = os.fstat(descriptor).st_size

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        self._place = offset + (0, self._place, self._size)[whence]
        return self._place

    def read(self, size: int = -1, /) -> bytes:
        left = max(self._size - self._place, 0)
        data = os.pread(self._descriptor, left if size < 0 else min(size, left), self._place)
        self._place += len(data)
        return data


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
