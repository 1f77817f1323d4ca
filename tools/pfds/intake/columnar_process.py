"""Files of typed columns (Parquet, Arrow), read by a process of its own that is believed no more than it must be."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO, Final

import numpy as np
import pyarrow as pa

from pfds.intake.apart import BROKE_OFF, BY_PATH, Asked, BrokenOffProcessError
from pfds.intake.columnar_child import ARROW, COLUMNS, END, LONG_RECORD, LONG_TEXT, MANY_COLUMNS, MEMORY, PIECE, UNSOUND
from pfds.intake.columnar_form import BATCH_ROWS, Columns, LongTextError, Piece
from pfds.intake.columnar_text import OTHER_TYPE, TYPE_WORDS, TextColumn
from pfds.intake.limits import (
    MAX_ANSWER_SECONDS,
    MAX_COLUMNAR_MEMORY,
    MAX_COLUMNS,
    MAX_PROCESS_SECONDS,
    MAX_RECORD_BYTES,
)
from pfds.intake.problems import Facts, limit_facts
from pfds.intake.stream import HashedStream
from pfds.standard.phrase import Phrase

CHILD: Final = Path(__file__).with_name("columnar_child.py")
_LIBRARIES: Final = str(Path(pa.__file__).parents[1])
_LONGEST_LINE: Final = 64 << 20
_PIECE: Final = 1 << 20
_KNOWN_WORDS: Final[Mapping[str, Phrase]] = MappingProxyType({str(words): words for _, words in TYPE_WORDS})


class RefusedColumnsError(Exception):
    """A file that is not read, or not to its end: the rule, and the facts of its finding."""

    def __init__(self, rule: str, facts: Facts) -> None:
        super().__init__(rule)
        self.rule = rule
        self.facts = facts


class ColumnProcess:
    """One process that reads the files of a submission that have typed columns, one after the other.

    It begins when the first is read, and another one if it ended before the last.
    """

    def __init__(self, program: Path = CHILD, seconds: float = MAX_ANSWER_SECONDS) -> None:
        self._program = program
        self._seconds = seconds
        self._files: list[tuple[str, io.FileIO]] = []
        self._handed: dict[int, io.FileIO] = {}
        self._process: Asked | None = None

    def will_read(self, form: str, file: BinaryIO) -> None:
        """Take note of an open file of one of the forms of `columnar_child`, so that it can be handed over."""
        if isinstance(file, io.FileIO) and not BY_PATH:
            self._files.append((form, file))

    def columns(self, form: str, file: BinaryIO, stream: HashedStream) -> Columns:
        """The columns of a file, of which ``stream`` are the bytes.

        This, and the pieces, raise RefusedColumnsError, LongTextError, and UnsoundColumnsError if the form is another.
        """
        with self._answering() as process:
            number = next((number for number, handed in self._handed.items() if handed is file), None)
            process.ask([form, number, stream.size])
        if number is None:
            self._feed(stream)
        with self._answering() as process:
            kind, names, textless = _answer(process, COLUMNS)
            if kind != COLUMNS or not all(isinstance(name, str) for name in names):
                raise BrokenOffProcessError
            words = {int(position): _KNOWN_WORDS.get(said, OTHER_TYPE) for position, said in textless.items()}
        return Columns(names, words, self._pieces)

    def _feed(self, stream: HashedStream) -> None:
        """Hand over all bytes, and ask for one more, since only at their end some streams know that they are sound.

        A process that did not get all of them waits for the rest, and cannot be asked anything else.
        """
        left = stream.size
        try:
            while left > 0:
                piece = stream.read(min(left, _PIECE))
                left -= len(piece)
                with self._answering() as process:
                    process.say(piece or bytes(left))
                    left = left if piece else 0
            stream.read(1)
        except BaseException:
            self.close()
            raise

    def _pieces(self, positions: list[int]) -> Iterator[Piece]:
        whole = False
        try:
            with self._answering() as process:
                process.ask(positions)
            while True:
                with self._answering() as process:
                    piece = _piece(process, len(positions))
                if piece is None:
                    break
                yield piece
            whole = True
        finally:
            if not whole:
                self.close()

    def close(self) -> None:
        """End the process; if more is to be read, another one begins."""
        if self._process is not None:
            self._process.close()
            self._process = None

    @contextlib.contextmanager
    def _answering(self) -> Iterator[Asked]:
        try:
            process = self._process or self._begin()
            with process.waiting():
                yield process
        except BrokenOffProcessError as error:
            self.close()
            raise _told(error, self._seconds) from error
        except BaseException:
            self.close()
            raise

    def _begin(self) -> Asked:
        self._files = [(form, file) for form, file in self._files if not file.closed]
        self._handed = {file.fileno(): file for _, file in self._files}
        given = {
            "path": _LIBRARIES,
            "arrow": [file.fileno() for form, file in self._files if form == ARROW],
            "memory": MAX_COLUMNAR_MEMORY,
            "seconds": MAX_PROCESS_SECONDS,
            "columns": MAX_COLUMNS,
        }
        self._process = Asked(self._program, given, self._seconds, tuple(self._handed))
        return self._process

    def __del__(self) -> None:
        self.close()


def _answer(process: Asked, *kinds: str) -> list[Any]:
    """An answer of one of these kinds; raises what is said in ColumnProcess for one that refuses."""
    answer: list[Any] = process.line(_LONGEST_LINE)
    if answer[0] in kinds:
        return answer
    _, reason, found = answer
    if reason == UNSOUND:
        raise UnsoundColumnsError
    if reason in (LONG_RECORD, LONG_TEXT):
        raise LongTextError(int(found), record=reason == LONG_RECORD)
    if reason == MANY_COLUMNS:
        raise RefusedColumnsError("limit-exceeded", limit_facts(Phrase("columns"), MAX_COLUMNS, int(found)))
    if reason == MEMORY:
        limit = MAX_COLUMNAR_MEMORY >> 20
        words = Phrase("Reading the file takes more than the {limit} MiB of memory allowed", limit=limit)
        facts: Facts = {"problem": words, "subject": "MiB of memory", "limit": limit, "found": limit}
        raise RefusedColumnsError("limit-exceeded", facts)
    raise BrokenOffProcessError


class UnsoundColumnsError(Exception):
    """A file that is not of the form that its name says, or is damaged."""


def _piece(process: Asked, columns: int) -> Piece | None:
    kind, *said = _answer(process, PIECE, END)
    if kind == END:
        return None
    rows = said[0]
    if type(rows) is not int or not 0 <= rows <= BATCH_ROWS:
        raise BrokenOffProcessError
    texts = [_text(process, rows) for _ in range(columns)]
    return Piece(rows, lambda: texts)


def _text(process: Asked, rows: int) -> TextColumn:
    size, first, length = process.line(_PIECE)
    if size != rows or type(first) is not int or type(length) is not int or not 0 <= length <= MAX_RECORD_BYTES * 4:
        raise BrokenOffProcessError
    if not rows:
        return pa.chunked_array([], pa.string())
    filled = np.packbits(np.frombuffer(process.take(rows), np.bool_), bitorder="little")
    offsets = np.frombuffer(process.take(4 * (rows + 1)), np.int32) - np.int32(first)
    buffers = [pa.py_buffer(filled.tobytes()), pa.py_buffer(offsets.tobytes()), pa.py_buffer(process.take(length))]
    column = pa.Array.from_buffers(pa.binary(), rows, buffers)
    column.validate(full=True)
    return pa.chunked_array([column.view(pa.string())])


def _told(error: BrokenOffProcessError, seconds: float) -> RefusedColumnsError:
    if not error.late:
        return RefusedColumnsError("file-unreadable", {"problem": BROKE_OFF})
    limit = round(seconds)
    words = Phrase("Reading the file took longer than the {limit} seconds allowed", limit=limit)
    return RefusedColumnsError(
        "limit-exceeded", {"problem": words, "subject": "seconds", "limit": limit, "found": limit}
    )
