"""Workbooks of LibreOffice and others (.ods): their cells as they are stored."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from pfds.intake.workbook_cells import LAST_COLUMN, CellWriter
from pfds.intake.workbook_numbers import BOOLEAN, ERROR, TEXT, UNKNOWN, moment_kind, number_text
from pfds.intake.workbook_parts import Attributes, Parts
from pfds.intake.workbook_refusal import DAMAGED, NO_WORKBOOK, PASSWORD, RefusedError

MIME: Final = b"application/vnd.oasis.opendocument.spreadsheet"
_MANIFEST: Final = "META-INF/manifest.xml"
_MANIFEST_BYTES: Final = 1 << 20
_HIDDEN: Final = ("collapse", "filter")
_ERRORS: Final = re.compile(r"#[A-Z0-9/]+[!?]?|Err:[0-9]{3}")
_ZERO_FIRST: Final = re.compile("0[0-9]+")
_WHITE: Final = re.compile("[ \t\r\n]+")
_CLOCK: Final = re.compile(r"PT([0-9]{1,2})H([0-9]{1,2})M([0-9]{1,2})(?:[.,][0-9]+)?S")

_Precision: TypeAlias = Literal["day", "month", "year"]


def read_ods(parts: Parts, writer: CellWriter) -> None:
    """Write the cells of every sheet, in the order of the workbook."""
    if b"encryption-data" in parts.head(_MANIFEST, _MANIFEST_BYTES):
        raise RefusedError(PASSWORD)
    if not parts.head("mimetype", 100).startswith(MIME):
        raise RefusedError(NO_WORKBOOK)
    styles = _Styles()
    if "styles.xml" in parts:
        parts.parse("styles.xml", styles.start, styles.end)
    content = _Content(writer, styles)
    parts.parse("content.xml", content.start, content.end, content.text)


@dataclass(slots=True)
class _Styles:
    """Sheets that are hidden, and days that are shown without their day or month, by the name of the style."""

    hidden: set[str] = field(default_factory=set)
    _formats: dict[str, _Precision] = field(default_factory=dict)
    _of_cells: dict[str, tuple[str, str]] = field(default_factory=dict)
    _name: str = ""
    _shown: set[str] = field(default_factory=set)

    def start(self, element: str, attributes: Attributes) -> None:
        if element == "style":
            self._name = attributes.get("style:name", "")
            parent = attributes.get("style:parent-style-name", "")
            self._of_cells[self._name] = attributes.get("style:data-style-name", ""), parent
        elif element == "table-properties" and attributes.get("table:display") == "false":
            self.hidden.add(self._name)
        elif element == "date-style":
            self._name, self._shown = attributes.get("style:name", ""), set()
        elif element in ("day", "month", "year"):
            self._shown.add(element)

    def end(self, element: str) -> None:
        if element == "date-style" and "day" not in self._shown:
            self._formats[self._name] = "month" if "month" in self._shown else "year"

    def precision(self, style: str) -> _Precision:
        """How much of a day a style shows."""
        for _ in range(10):
            name, parent = self._of_cells.get(style, ("", ""))
            if name:
                return self._formats.get(name, "day")
            style = parent
        return "day"


@dataclass(slots=True)
class _Cell:
    attributes: Attributes
    times: int
    covered: bool
    paragraphs: list[str] = field(default_factory=list)
    error: bool = False


class _Content:
    """The cells of all sheets."""

    def __init__(self, writer: CellWriter, styles: _Styles) -> None:
        self._writer = writer
        self._styles = styles
        self._depth = 0
        self._aside = 0
        self._cell: _Cell | None = None
        self._pieces: list[str] | None = None
        self._spaced = True
        self._row = self._column = 0
        self._repeated = 1
        self._row_style = ""
        self._column_styles: list[tuple[int, str]] = []
        self._waiting: list[tuple[int, str, str, bool]] = []

    def start(self, element: str, attributes: Attributes) -> None:
        if self._aside or element in ("annotation", "shapes", "tracked-changes", "frame", "custom-shape"):
            self._aside += 1
        elif element in ("table-cell", "covered-table-cell"):
            times = _times(attributes.get("table:number-columns-repeated"))
            self._cell = _Cell(attributes, times, covered=element == "covered-table-cell")
        elif element == "table":
            self._begin_table(attributes)
        elif element == "table-row":
            self._begin_row(attributes)
        elif element == "table-column":
            self._add_columns(attributes)
        elif self._cell is None:
            self._styles.start(element, attributes)
        else:
            self._start_text(element, attributes)

    def end(self, element: str) -> None:
        if self._aside:
            self._aside -= 1
        elif element == "p" and self._cell is not None and self._pieces is not None:
            self._cell.paragraphs.append("".join(self._pieces))
            self._pieces = None
        elif element in ("table-cell", "covered-table-cell"):
            self._end_cell()
        elif element == "table-row":
            self._end_row()
        elif element == "table":
            self._depth -= 1
            self._writer.end()
        elif self._cell is None:
            self._styles.end(element)

    def text(self, data: str) -> None:
        if self._pieces is None or self._aside:
            return
        piece = _WHITE.sub(" ", data)
        if self._spaced:
            piece = piece.removeprefix(" ")
        if piece:
            self._pieces.append(piece)
            self._spaced = piece.endswith(" ")

    def _start_text(self, element: str, attributes: Attributes) -> None:
        if element == "p":
            self._pieces, self._spaced = [], True
        elif self._pieces is not None and element in ("s", "tab", "line-break"):
            count = min(_times(attributes.get("text:c")), 1 << 16)
            self._pieces.append({"s": " " * count, "tab": "\t", "line-break": "\n"}[element])
            self._spaced = False

    def _begin_table(self, attributes: Attributes) -> None:
        if self._depth:
            raise RefusedError(DAMAGED)
        self._depth = 1
        hidden = attributes.get("table:style-name") in self._styles.hidden
        self._writer.begin(attributes.get("table:name", ""), hidden=hidden)
        self._row, self._repeated = 1, 0
        self._column_styles = []

    def _add_columns(self, attributes: Attributes) -> None:
        times = _times(attributes.get("table:number-columns-repeated"))
        before = self._column_styles[-1][0] if self._column_styles else 0
        self._column_styles.append((before + times, attributes.get("table:default-cell-style-name", "")))
        if attributes.get("table:visibility") in _HIDDEN:
            self._writer.hide_columns(before, before + times - 1)

    def _begin_row(self, attributes: Attributes) -> None:
        self._row += self._repeated
        self._repeated = _times(attributes.get("table:number-rows-repeated"))
        self._row_style = attributes.get("table:default-cell-style-name", "")
        self._column, self._waiting = 0, []
        if attributes.get("table:visibility") in _HIDDEN:
            self._writer.hide_rows(self._row, self._row + self._repeated - 1)

    def _end_row(self) -> None:
        if not self._waiting:
            return
        for row in range(self._row, self._row + self._repeated):
            for column, text, kind, formula in self._waiting:
                self._writer.cell(row, column, text, kind, formula=formula)

    def _end_cell(self) -> None:
        cell, self._cell = self._cell, None
        if cell is None:
            raise RefusedError(DAMAGED)
        column, self._column = self._column, self._column + cell.times
        rows, columns = (_times(cell.attributes.get(f"table:number-{name}-spanned")) for name in ("rows", "columns"))
        if rows * columns > 1:
            self._writer.merge(self._row, column, self._row + rows - 1, column + columns - 1)
        formula = "table:formula" in cell.attributes
        text, kind = self._read(cell, column)
        if not text and formula and not cell.attributes.get("office:value-type"):
            kind = UNKNOWN
        if (text or kind == UNKNOWN) and not cell.covered:
            if cell.times > LAST_COLUMN:
                raise RefusedError(DAMAGED)
            self._waiting.extend((column + step, text, kind, formula) for step in range(cell.times))

    def _read(self, cell: _Cell, column: int) -> tuple[str, str]:
        attributes = cell.attributes
        shown = "\n".join(cell.paragraphs)
        if attributes.get("calcext:value-type") == "error" or (
            "table:formula" in attributes and not attributes.get("office:string-value") and _ERRORS.fullmatch(shown)
        ):
            return shown, ERROR
        match attributes.get("office:value-type", ""):
            case "float" | "percentage" | "currency":
                text, kind = number_text(attributes.get("office:value", ""), "number")
                return (shown, kind) if _ZERO_FIRST.fullmatch(shown) and shown.lstrip("0") == text else (text, kind)
            case "date":
                return moment_kind(attributes.get("office:date-value", ""), self._precision(cell, column))
            case "boolean":
                return attributes.get("office:boolean-value", ""), BOOLEAN
            case "time":
                clock = _CLOCK.fullmatch(attributes.get("office:time-value", ""))
                return (":".join(part.zfill(2) for part in clock.groups()) if clock else shown), TEXT
        return attributes.get("office:string-value") or shown, TEXT

    def _precision(self, cell: _Cell, column: int) -> _Precision:
        style = cell.attributes.get("table:style-name") or self._row_style
        if not style:
            style = next((name for end, name in self._column_styles if column < end), "")
        return self._styles.precision(style)


def _times(text: str | None) -> int:
    if text is None:
        return 1
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        raise RefusedError(DAMAGED)
    return int(text)
