"""Cells of a workbook on their way out of the process that reads it, and what is to be told of their sheets."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import BinaryIO, Final

from pfds.intake.workbook_refusal import DAMAGED, TOO_MUCH, RefusedError

LAST_ROW: Final = 1_048_576
LAST_COLUMN: Final = 16_384
MOST_AREAS: Final = 10_000
"""Merged cells, and spans of hidden rows or columns, that are told of a sheet."""

SHEET, CELLS, END, DONE, REFUSED = "sheet", "cells", "end", "done", "refused"
"""Frames, each a line of JSON: ``[SHEET, name, hidden]``, ``[CELLS, rows, columns, kinds, texts]``, ``[END, hidden
rows, hidden columns, formulas, [row, column] of the first, merged, areas]``, ``[DONE]``, and ``[REFUSED, reason,
subject, limit, found]``. Rows count from 1, columns from 0; what is hidden is a list of first and last ones."""

_FRAME_CELLS: Final = 1 << 14
_FRAME_CHARACTERS: Final = 1 << 20


class CellWriter:
    """Writes sheets as frames; ``most_cells`` of all sheets, each of at most ``most_characters``."""

    def __init__(self, out: BinaryIO, most_cells: int, most_characters: int) -> None:
        self._out = out
        self._most_cells = most_cells
        self._most_characters = most_characters
        self._cells = self._characters = 0
        self._waiting: list[tuple[int, int, str, str]] = []

    def begin(self, name: str, *, hidden: bool) -> None:
        """A sheet begins."""
        self.frame([SHEET, name, hidden])
        self.hidden_rows: list[list[int]] = []
        self.hidden_columns: list[list[int]] = []
        self.formulas = self.merged = 0
        self.first_formula: Sequence[int] = ()
        self._areas: list[Sequence[int]] = []

    def cell(self, row: int, column: int, text: str, kind: str, *, formula: bool = False) -> None:
        """A cell that is not empty."""
        if not (0 < row <= LAST_ROW and 0 <= column < LAST_COLUMN):
            raise RefusedError(DAMAGED)
        if formula:
            self.first_formula = self.first_formula or (row, column)
            self.formulas += 1
        size = len(text)
        if size > self._most_characters:
            raise RefusedError(TOO_MUCH, "characters in one cell", self._most_characters, size)
        self._waiting.append((row, column, kind, text))
        self._characters += size
        if len(self._waiting) >= _FRAME_CELLS or self._characters >= _FRAME_CHARACTERS:
            self._flush()

    def hide_rows(self, first: int, last: int) -> None:
        """Rows that are not shown, after all that were named before."""
        _extend(self.hidden_rows, first, min(last, LAST_ROW))

    def hide_columns(self, first: int, last: int) -> None:
        """Columns that are not shown, after all that were named before."""
        _extend(self.hidden_columns, first, min(last, LAST_COLUMN - 1))

    def merge(self, first_row: int, first_column: int, last_row: int, last_column: int) -> None:
        """Cells that are shown as one."""
        self.merged += 1
        if len(self._areas) < MOST_AREAS:
            self._areas.append((first_row, first_column, last_row, last_column))

    def end(self) -> None:
        """The sheet ends."""
        self._flush()
        self.frame(
            [
                *(END, self.hidden_rows, self.hidden_columns, self.formulas),
                *(list(self.first_formula), self.merged, self._areas),
            ]
        )

    def frame(self, content: Sequence[object]) -> None:
        """One frame."""
        self._out.write(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")

    def _flush(self) -> None:
        self._cells += len(self._waiting)
        if self._cells > self._most_cells:
            raise RefusedError(TOO_MUCH, "cells in the workbook", self._most_cells, self._cells)
        if self._waiting:
            rows, columns, kinds, texts = zip(*self._waiting, strict=True)
            self.frame([CELLS, rows, columns, "".join(kinds), texts])
        self._waiting = []
        self._characters = 0


def _extend(spans: list[list[int]], first: int, last: int) -> None:
    if spans and spans[-1][1] + 1 == first:
        spans[-1][1] = last
    elif len(spans) < MOST_AREAS:
        spans.append([first, last])
