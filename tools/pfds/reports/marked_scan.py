"""Where things stand in the XML of a sheet: offsets into its bytes, so that a copy differs only where it is changed."""

from __future__ import annotations

import re
from array import array
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final
from xml.parsers import expat

from pfds.reports.marked_address import cell_at
from pfds.reports.marked_refusal import damaged
from pfds.reports.marked_xml import MAIN, OFFICE

_BEFORE_NOTES: Final = frozenset(
    f"{MAIN} {name}"
    for name in (
        *("sheetData", "sheetCalcPr", "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState"),
        *("dataConsolidate", "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting"),
        *("dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks"),
        *("colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing"),
    )
)
"""Parts of a sheet that stand before its drawing of notes."""

_ROW, _CELL, _DATA = (f"{MAIN} {name}" for name in ("row", "c", "sheetData"))
_VIEW, _COLUMN, _EXTENT, _NOTES = (f"{MAIN} {name}" for name in ("sheetView", "col", "dimension", "legacyDrawing"))
_TAG: Final = re.compile(rb"""<[^<>"']*(?:"[^"]*"[^<>"']*|'[^']*'[^<>"']*)*>""")


@dataclass(slots=True)
class Row:
    """A row that cells are marked in: where its tag begins and its content ends (None if it has none), its format,
    and its cells in the order that they stand in: column, place of the tag, format."""

    start: int
    style: int | None
    end: int | None = None
    cells: list[tuple[int, int, int]] = field(default_factory=list)


@dataclass(slots=True)
class Places:
    """All that changes may touch, each as the place where its tag begins.

    ``notes_at`` is where the drawing of notes belongs, ``notes`` the identifier of the one that is there already;
    ``numbers`` and ``starts`` are those of all rows.
    """

    views: list[int] = field(default_factory=list)
    extent: tuple[int, str] | None = None
    columns: list[tuple[int, int, int]] = field(default_factory=list)
    data: int | None = None
    data_end: int = 0
    rows: dict[int, Row] = field(default_factory=dict)
    numbers: array[int] = field(default_factory=lambda: array("q"))
    starts: array[int] = field(default_factory=lambda: array("q"))
    notes: str | None = None
    notes_at: int = 0


def tag_at(data: bytes, start: int) -> bytes:
    """The tag that begins at this place, from `<` to `>`."""
    found = _TAG.match(data, start)
    if found is None:
        raise damaged()
    return found[0]


def scan(data: bytes, wanted: Collection[int]) -> Places:
    """Places in a sheet; of the ``wanted`` rows also those of their cells. Raises CannotMark for XML that is none."""
    if b"\0" in data[:4]:
        raise damaged()
    scanner = _Scanner(data, wanted)
    try:
        scanner.parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError, OverflowError) as error:
        raise damaged() from error
    return scanner.places


class _Scanner:
    def __init__(self, data: bytes, wanted: Collection[int]) -> None:
        self.places = Places()
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartDoctypeDeclHandler = _refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self._data, self._wanted = data, wanted
        self._depth, self._top, self._inside = 0, 0, False
        self._row: Row | None = None
        self._number = self._column = 0

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._inside:
            self._depth += 1
            self._start_outside(name, attributes)
        elif name == _CELL:
            if self._row is not None:
                self._start_cell(self._row, attributes)
        elif name == _ROW:
            self._start_row(attributes)

    def _start_outside(self, name: str, attributes: dict[str, str]) -> None:
        at, places = self.parser.CurrentByteIndex, self.places
        if self._depth == 2:
            self._top = at
        if name == _DATA and self._depth == 2 and places.data is None:
            places.data, self._inside = at, True
        elif name == _VIEW and "tabSelected" in attributes:
            places.views.append(at)
        elif name == _COLUMN and attributes.get("style"):
            span = int(attributes["min"]), int(attributes["max"])
            places.columns.append((*span, int(attributes["style"])))
        elif name == _EXTENT:
            places.extent = at, attributes.get("ref", "")
        elif name == _NOTES:
            places.notes = attributes.get(f"{OFFICE} id", "")

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._number = int(attributes.get("r", self._number + 1))
        at = self.parser.CurrentByteIndex
        self.places.numbers.append(self._number)
        self.places.starts.append(at)
        self._row, self._column = None, 0
        if self._number in self._wanted:
            styled = attributes.get("customFormat", "0") in ("1", "true")
            self._row = self.places.rows[self._number] = Row(at, int(attributes.get("s", 0)) if styled else None)

    def _start_cell(self, row: Row, attributes: dict[str, str]) -> None:
        address = attributes.get("r")
        self._column = self._column + 1 if address is None else _column(address.rstrip("0123456789"))
        row.cells.append((self._column, self.parser.CurrentByteIndex, int(attributes.get("s", 0))))

    def _end(self, name: str) -> None:
        if self._inside:
            if name == _ROW:
                self._end_row()
            elif name == _DATA:
                self._inside = False
                self.places.data_end = self.parser.CurrentByteIndex
        if not self._inside:
            self._depth -= 1
            if self._depth == 1 and name in _BEFORE_NOTES:
                self.places.notes_at = self._after()

    def _end_row(self) -> None:
        if self._row is not None and not tag_at(self._data, self._row.start).endswith(b"/>"):
            self._row.end = self.parser.CurrentByteIndex
        self._row = None

    def _after(self) -> int:
        """The place after the element of the sheet that ends."""
        tag = tag_at(self._data, self._top)
        if tag.endswith(b"/>"):
            return self._top + len(tag)
        at = self.parser.CurrentByteIndex
        return at + len(tag_at(self._data, at))


@lru_cache(maxsize=1000)
def _column(letters: str) -> int:
    cell = cell_at(f"{letters}1")
    if cell is None:
        raise damaged()
    return cell.column


def _refuse(*_: object) -> None:
    raise damaged()
