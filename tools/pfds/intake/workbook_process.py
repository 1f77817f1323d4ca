"""Workbooks read in a process of their own, which may fail, hang or say what it likes without harm."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Timer
from types import MappingProxyType
from typing import Any, BinaryIO, Final

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa

from pfds.intake import limits, workbook_refusal
from pfds.intake.problems import Facts, limit_facts
from pfds.intake.stream import ByteStream
from pfds.intake.tables import Integers
from pfds.intake.workbook_cells import CELLS, DONE, END, LAST_COLUMN, LAST_ROW, REFUSED, SHEET
from pfds.standard.phrase import Phrase

CHILD: Final = Path(__file__).with_name("workbook_child.py")
_PIECE: Final = 1 << 20
_LONGEST_FRAME: Final = 64 << 20
_BROKE_OFF: Final = Phrase("reading it broke off: it is damaged, or made to do harm")
_WORDS: Final = MappingProxyType(
    {
        workbook_refusal.OTHER: Phrase("it is not a workbook, whatever its name says"),
        workbook_refusal.TABLE_OF_TEXT: Phrase(
            "it is not a workbook but looks like a table of text: give its name the ending .csv"
        ),
        workbook_refusal.WEB_PAGE: Phrase("it is not a workbook but looks like a web page saved under that name"),
        workbook_refusal.PASSWORD: Phrase(
            "it is protected by a password: open it, take the password away and save it again"
        ),
        workbook_refusal.OLD_FORM: Phrase("it is a workbook of an old form: save it again as .xlsx"),
        workbook_refusal.NO_WORKBOOK: Phrase("it is an archive without the sheets of a workbook"),
        workbook_refusal.DAMAGED: Phrase("it is damaged: open it in your spreadsheet program and save it again"),
        workbook_refusal.TWICE: Phrase("it holds one of its parts twice, so that programs would see different content"),
        workbook_refusal.ENTITIES: Phrase("it declares abbreviations of XML, as no spreadsheet program writes them"),
    }
)
_SUBJECTS: Final = MappingProxyType(
    {
        str(subject): subject
        for subject in (
            Phrase("parts in the workbook"),
            Phrase("bytes in the unpacked workbook"),
            Phrase("characters of text"),
            Phrase("cell formats"),
            Phrase("bytes in one tag"),
            Phrase("characters in one cell"),
            Phrase("cells in the workbook"),
        )
    }
)


class WorkbookRefusedError(Exception):
    """A workbook that is not read, or not to its end: the rule, and the facts of its finding."""

    def __init__(self, rule: str, facts: Facts) -> None:
        super().__init__(rule)
        self.rule = rule
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a workbook is read, and what reading it may cost; see `limits` for the units."""

    size: int = limits.MAX_WORKBOOK_BYTES
    unpacked: int = limits.MAX_WORKBOOK_UNPACKED
    text: int = limits.MAX_WORKBOOK_TEXT
    cells: int = limits.MAX_WORKBOOK_CELLS
    characters: int = limits.MAX_CELL_CHARACTERS
    memory: int = limits.MAX_WORKBOOK_MEMORY
    seconds: int = limits.MAX_WORKBOOK_SECONDS


LIMITS: Final = Limits()


@dataclass(slots=True)
class Sheet:
    """The filled cells of one sheet: row (1 = first), column (0 = first), kind as in `workbook_numbers`, and text.

    The rest gives the first and last of hidden rows and columns, how many cells hold formulas, which is the first of
    these, and how many groups of cells are merged, of which the first row and column and the last ones are ``areas``.
    """

    name: str
    hidden: bool
    rows: Integers = field(default_factory=lambda: np.zeros(0, np.int64))
    columns: Integers = field(default_factory=lambda: np.zeros(0, np.int64))
    kinds: npt.NDArray[np.bytes_] = field(default_factory=lambda: np.zeros(0, "S1"))
    texts: pa.StringArray = field(default_factory=lambda: pa.array([], pa.string()))
    hidden_rows: tuple[tuple[int, int], ...] = ()
    hidden_columns: tuple[tuple[int, int], ...] = ()
    formulas: int = 0
    first_formula: tuple[int, int] | None = None
    merged: int = 0
    areas: tuple[tuple[int, int, int, int], ...] = ()


def read_sheets(stream: ByteStream, most: Limits = LIMITS, program: Path = CHILD) -> Generator[Sheet, None, None]:
    """The sheets of a workbook in their order, each as soon as it is read; raises WorkbookRefusedError.

    ``program`` gets the workbook on standard input and writes the frames of `workbook_cells`.
    """
    if stream.size > most.size:
        raise WorkbookRefusedError(
            "limit-exceeded", limit_facts(Phrase("bytes in the workbook"), most.size, stream.size)
        )
    with _started(program, most) as process:
        watch = _Watch(process, most.seconds)
        watch.start()
        try:
            _feed(process, stream)
            for sheet in _Frames(_output(process), most).sheets():
                watch.stop()
                yield sheet
                watch.start()
        except _BrokenOffError as error:
            raise watch.told() from error
        finally:
            watch.stop()
            process.kill()


class _Watch:
    """Ends a process that takes longer than so many seconds, the time that others take with its results aside."""

    def __init__(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        self._process = process
        self._allowed = self._left = float(seconds)
        self._late = False

    def start(self) -> None:
        self._began = time.monotonic()
        self._timer = Timer(max(self._left, 0), self._end)
        self._timer.daemon = True
        self._timer.start()

    def stop(self) -> None:
        self._timer.cancel()
        self._left -= time.monotonic() - self._began

    def told(self) -> WorkbookRefusedError:
        """Why the process said no more."""
        if not self._late:
            return WorkbookRefusedError("file-unreadable", {"problem": _BROKE_OFF})
        limit = round(self._allowed)
        words = Phrase("Reading the workbook took longer than the {limit} seconds allowed", limit=limit)
        facts: Facts = {"problem": words, "subject": "seconds", "limit": limit, "found": limit}
        return WorkbookRefusedError("limit-exceeded", facts)

    def _end(self) -> None:
        self._late = True
        self._process.kill()


def _started(program: Path, most: Limits) -> subprocess.Popen[bytes]:
    given = {name: getattr(most, name) for name in ("unpacked", "text", "cells", "characters", "memory", "seconds")}
    needed = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    try:
        return subprocess.Popen(  # noqa: S603 - our own program, which gets numbers only
            [sys.executable, "-I", "-S", "-B", str(program), json.dumps(given)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=needed,
        )
    except (OSError, ValueError) as error:
        words = Phrase("the program that reads workbooks could not be started")
        raise WorkbookRefusedError("file-unreadable", {"problem": words}) from error


def _feed(process: subprocess.Popen[bytes], stream: ByteStream) -> None:
    if process.stdin is None:
        raise _BrokenOffError
    with contextlib.suppress(BrokenPipeError, ConnectionError):
        while piece := stream.read(_PIECE):
            process.stdin.write(piece)
    with contextlib.suppress(BrokenPipeError, ConnectionError, OSError):
        process.stdin.close()


def _output(process: subprocess.Popen[bytes]) -> BinaryIO:
    if process.stdout is None:
        raise _BrokenOffError
    return process.stdout  # type: ignore[return-value]


class _BrokenOffError(Exception):
    """The process ended, or said what it should not."""


class _Frames:
    """What the process says, believed only as far as it has the right form."""

    def __init__(self, output: BinaryIO, most: Limits) -> None:
        self._output = output
        self._most = most
        self._cells = self._bytes = 0
        self._parts: list[tuple[Integers, Integers, npt.NDArray[np.bytes_], pa.StringArray]] = []

    def sheets(self) -> Iterator[Sheet]:
        sheet: Sheet | None = None
        while True:
            kind, *content = self._frame()
            try:
                if kind == CELLS and sheet is not None:
                    self._take(*content)
                elif kind == SHEET and sheet is None:
                    sheet = Sheet(_text(content[0]), bool(content[1]))
                elif kind == END and sheet is not None:
                    self._finish(sheet, content)
                elif kind == DONE and sheet is None:
                    return
                elif kind == REFUSED:
                    raise self._refused(*content)
                else:
                    raise _BrokenOffError
            except (TypeError, ValueError, IndexError, KeyError, OverflowError, pa.ArrowException) as error:
                raise _BrokenOffError from error
            if kind == END and sheet is not None:
                yield sheet
                sheet = None

    def _frame(self) -> list[Any]:
        line = self._output.readline(_LONGEST_FRAME)
        try:
            frame = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise _BrokenOffError from error
        if not isinstance(frame, list) or not frame or not line.endswith(b"\n"):
            raise _BrokenOffError
        return frame

    def _take(self, rows: Sequence[int], columns: Sequence[int], kinds: str, texts: Sequence[str]) -> None:
        part = (
            np.array(rows, np.int64),
            np.array(columns, np.int64),
            np.frombuffer(kinds.encode("ascii"), "S1"),
            pa.array(texts, pa.string()),
        )
        size = len(part[3])
        if any(len(each) != size for each in part) or part[3].null_count:
            raise _BrokenOffError
        if size and (
            part[0].min() < 1 or part[0].max() > LAST_ROW or part[1].min() < 0 or part[1].max() >= LAST_COLUMN
        ):
            raise _BrokenOffError
        self._cells += size
        self._bytes += part[3].nbytes
        self._check(Phrase("cells in the workbook"), self._most.cells, self._cells)
        self._check(Phrase("bytes of text in the workbook"), self._most.text, self._bytes)
        self._parts.append(part)

    def _check(self, subject: str, most: int, found: int) -> None:
        if found > most:
            raise WorkbookRefusedError("limit-exceeded", limit_facts(subject, most, found))

    def _finish(self, sheet: Sheet, content: Sequence[Any]) -> None:
        rows, columns, formulas, first, merged, areas = content
        sheet.hidden_rows, sheet.hidden_columns = _spans(rows), _spans(columns)
        sheet.formulas, sheet.merged = int(formulas), int(merged)
        sheet.first_formula = (int(first[0]), int(first[1])) if first else None
        sheet.areas = tuple((int(top), int(left), int(bottom), int(right)) for top, left, bottom, right in areas)
        if self._parts:
            *numbers, texts = zip(*self._parts, strict=True)
            sheet.rows, sheet.columns, sheet.kinds = (np.concatenate(each) for each in numbers)
            sheet.texts = pa.concat_arrays(texts)
        self._parts = []

    def _refused(self, reason: str, subject: str, most: int, found: int) -> WorkbookRefusedError:
        if reason == workbook_refusal.TOO_MUCH:
            return WorkbookRefusedError("limit-exceeded", limit_facts(_SUBJECTS[subject], int(most), int(found)))
        if reason == workbook_refusal.MEMORY:
            limit = self._most.memory >> 20
            words = Phrase("Reading the workbook takes more than the {limit} MiB of memory allowed", limit=limit)
            facts: Facts = {"problem": words, "subject": "MiB of memory", "limit": limit, "found": limit}
            return WorkbookRefusedError("limit-exceeded", facts)
        return WorkbookRefusedError("file-unreadable", {"problem": _WORDS[reason]})


def _spans(spans: Sequence[Sequence[int]]) -> tuple[tuple[int, int], ...]:
    return tuple((int(first), int(last)) for first, last in spans)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _BrokenOffError
    return value
