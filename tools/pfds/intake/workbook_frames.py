"""What the process that reads a workbook says, believed only as far as it has the right form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, BinaryIO, Final

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa

from pfds.intake import limits, workbook_refusal
from pfds.intake.columns import Integers
from pfds.intake.problems import Facts, limit_facts
from pfds.intake.workbook_cells import CELLS, DONE, END, LAST_COLUMN, LAST_ROW, REFUSED, SHEET
from pfds.standard.phrase import Phrase

_LONGEST_FRAME: Final = 64 << 20
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


class BrokenOffFramesError(Exception):
    """The process ended, or said what it should not."""


class Frames:
    """The output of the process, up to the end that it tells; raises BrokenOffFramesError and WorkbookRefusedError."""

    def __init__(self, output: BinaryIO, most: Limits) -> None:
        self._output = output
        self._most = most
        self._cells = self._bytes = 0
        self._parts: list[tuple[Integers, Integers, npt.NDArray[np.bytes_], pa.StringArray]] = []

    def sheets(self) -> Iterator[Sheet]:
        """The sheets in their order, each as soon as it is there."""
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
                    raise BrokenOffFramesError
            except (TypeError, ValueError, IndexError, KeyError, OverflowError, pa.ArrowException) as error:
                raise BrokenOffFramesError from error
            if kind == END and sheet is not None:
                yield sheet
                sheet = None

    def _frame(self) -> list[Any]:
        line = self._output.readline(_LONGEST_FRAME)
        try:
            frame = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise BrokenOffFramesError from error
        if not isinstance(frame, list) or not frame or not line.endswith(b"\n"):
            raise BrokenOffFramesError
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
            raise BrokenOffFramesError
        if size and (
            part[0].min() < 1 or part[0].max() > LAST_ROW or part[1].min() < 0 or part[1].max() >= LAST_COLUMN
        ):
            raise BrokenOffFramesError
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
        sheet.first_formula = (_place(first[0]), _place(first[1])) if first else None
        sheet.areas = tuple((_place(a), _place(b), _place(c), _place(d)) for a, b, c, d in areas)
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
    return tuple((_place(first), _place(last)) for first, last in spans)


def _place(number: object) -> int:
    """The number of a row or column."""
    if not isinstance(number, int) or not 0 <= number <= LAST_ROW:
        raise BrokenOffFramesError
    return number


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise BrokenOffFramesError
    return value
