"""Workbooks of Excel (.xlsx, .xlsm): their cells as they are stored. Macros, links and pictures are never looked at."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from functools import cache
from typing import Final
from urllib.parse import unquote

from pfds.intake.workbook_cells import LAST_ROW, CellWriter
from pfds.intake.workbook_numbers import (
    BOOLEAN,
    ERROR,
    TEXT,
    UNKNOWN,
    Style,
    built_in_style,
    moment_kind,
    number_text,
    style_of,
)
from pfds.intake.workbook_parts import Attributes, Parts
from pfds.intake.workbook_refusal import DAMAGED, NO_WORKBOOK, TOO_MUCH, RefusedError

ROOT: Final = "_rels/.rels"
_MOST_STYLES: Final = 2_000_000
_CELL: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_ESCAPED: Final = re.compile("_x([0-9A-Fa-f]{4})_")
_NO_CHARACTERS: Final = 0xFFFE


def read_xlsx(parts: Parts, writer: CellWriter, most_text: int) -> None:
    """Write the cells of every sheet, in the order of the workbook."""
    main = _main_part(parts)
    book = _Book()
    parts.parse(main, book.start)
    targets = _related(parts, main)
    by_type = dict(targets.values())
    strings = _Strings(most_text)
    if by_type.get("sharedStrings", "") in parts:
        parts.parse(by_type["sharedStrings"], strings.start, strings.end, strings.text)
    styles = _Styles()
    if by_type.get("styles", "") in parts:
        parts.parse(by_type["styles"], styles.start, styles.end)
    for name, hidden, relation in book.sheets:
        kind, target = targets.get(relation, ("", ""))
        if kind == "worksheet":
            writer.begin(name, hidden=hidden)
            sheet = _Sheet(writer, strings.texts, styles.of_cells, from_1904=book.from_1904)
            parts.parse(target, sheet.start, sheet.end, sheet.text)
            writer.end()


def _main_part(parts: Parts) -> str:
    for kind, target in _related(parts, "").values():
        if kind == "officeDocument":
            return target
    raise RefusedError(NO_WORKBOOK)


def _related(parts: Parts, part: str) -> dict[str, tuple[str, str]]:
    """Type and name of the parts that a part points to, by the id that it has for them; none of them outside."""
    folder, name = posixpath.split(part)
    where = posixpath.join(folder, "_rels", f"{name}.rels")
    found: dict[str, tuple[str, str]] = {}

    def start(element: str, attributes: Attributes) -> None:
        if element == "Relationship" and attributes.get("TargetMode") != "External":
            kind = attributes.get("Type", "").rpartition("/")[2]
            target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", ""))).lstrip("/")
            found[attributes.get("Id", "")] = kind, target if target in parts else unquote(target)

    if where in parts:
        parts.parse(where, start)
    return found


@dataclass(slots=True)
class _Book:
    """Name, whether it is hidden, and relation of every sheet; and from when days are counted."""

    sheets: list[tuple[str, bool, str]] = field(default_factory=list)
    from_1904: bool = False

    def start(self, element: str, attributes: Attributes) -> None:
        if element == "workbookPr":
            self.from_1904 = attributes.get("date1904") in ("1", "true")
        elif element == "sheet":
            relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            hidden = attributes.get("state", "visible") != "visible"
            self.sheets.append((attributes.get("name", ""), hidden, relation))


class _Strings:
    """The texts that cells share, without the hints of how to pronounce them."""

    def __init__(self, most_text: int) -> None:
        self.texts: list[str] = []
        self._most = self._left = most_text
        self._pieces: list[str] = []
        self._wanted = self._aside = False

    def start(self, element: str, _: Attributes) -> None:
        if element == "si":
            self._pieces = []
        elif element == "rPh":
            self._aside = True
        elif element == "t":
            self._wanted = not self._aside

    def end(self, element: str) -> None:
        if element == "t":
            self._wanted = False
        elif element == "rPh":
            self._aside = False
        elif element == "si":
            self.texts.append(unescaped("".join(self._pieces)))

    def text(self, data: str) -> None:
        if self._wanted:
            self._left -= len(data)
            if self._left < 0:
                raise RefusedError(TOO_MUCH, "characters of text", self._most, self._most - self._left)
            self._pieces.append(data)


class _Styles:
    """How numbers are shown, by the number of the cell format."""

    def __init__(self) -> None:
        self.of_cells: list[Style] = []
        self._own: dict[int, Style] = {}
        self._inside = False

    def start(self, element: str, attributes: Attributes) -> None:
        if element == "numFmt":
            self._own[_number(attributes.get("numFmtId"))] = style_of(attributes.get("formatCode", ""))
        elif element == "cellXfs":
            self._inside = True
        elif element == "xf" and self._inside:
            number = _number(attributes.get("numFmtId"))
            self.of_cells.append(self._own.get(number) or built_in_style(number))
            if len(self.of_cells) > _MOST_STYLES:
                raise RefusedError(TOO_MUCH, "cell formats", _MOST_STYLES, len(self.of_cells))

    def end(self, element: str) -> None:
        if element == "cellXfs":
            self._inside = False


class _Sheet:
    """The cells of one sheet."""

    def __init__(self, writer: CellWriter, strings: list[str], styles: list[Style], *, from_1904: bool) -> None:
        self._writer = writer
        self._strings = strings
        self._styles = styles
        self._from_1904 = from_1904
        self._row = 0
        self._column = -1
        self._type = "n"
        self._style: Style = "number"
        self._formula = self._value = self._aside = False
        self._wanted = False
        self._pieces: list[str] = []

    def start(self, element: str, attributes: Attributes) -> None:
        if element == "c":
            self._begin_cell(attributes)
        elif element == "v":
            self._wanted = self._value = True
        elif element == "row":
            self._begin_row(attributes)
        elif element == "f":
            self._formula = True
        elif element == "t":
            self._wanted = not self._aside
        elif element == "rPh":
            self._aside = True
        elif element == "col" and _is_on(attributes.get("hidden")):
            first, last = _number(attributes.get("min"), 1), _number(attributes.get("max"), 1)
            self._writer.hide_columns(first - 1, last - 1)
        elif element == "mergeCell":
            self._writer.merge(*_area(attributes.get("ref", "")))

    def end(self, element: str) -> None:
        if element == "c":
            self._end_cell()
        elif element in ("v", "t"):
            self._wanted = False
        elif element == "rPh":
            self._aside = False

    def text(self, data: str) -> None:
        if self._wanted:
            self._pieces.append(data)

    def _begin_row(self, attributes: Attributes) -> None:
        stated = attributes.get("r")
        self._row = _number(stated, 1) if stated else self._row + 1
        if self._row > LAST_ROW:
            raise RefusedError(DAMAGED)
        self._column = -1
        if _is_on(attributes.get("hidden")):
            self._writer.hide_rows(self._row, self._row)

    def _begin_cell(self, attributes: Attributes) -> None:
        stated = attributes.get("r")
        if stated:
            self._row, self._column = _place(stated)
        else:
            self._column += 1
        self._type = attributes.get("t", "n")
        self._style = "number"
        if "s" in attributes:
            number = _number(attributes["s"])
            self._style = self._styles[number] if number < len(self._styles) else "number"
        self._formula = self._value = False
        self._pieces = []

    def _end_cell(self) -> None:
        text = "".join(self._pieces)
        if text:
            text, kind = self._read(text)
        if text:
            self._writer.cell(self._row, self._column, text, kind, formula=self._formula)
        elif self._formula and not (self._value and self._type == "str"):
            self._writer.cell(self._row, self._column, "", UNKNOWN, formula=True)

    def _read(self, text: str) -> tuple[str, str]:
        match self._type:
            case "s":
                number = _number(text.strip())
                if number >= len(self._strings):
                    raise RefusedError(DAMAGED)
                return self._strings[number], TEXT
            case "inlineStr" | "str":
                return unescaped(text), TEXT
            case "b":
                return "true" if _is_on(text.strip()) else "false", BOOLEAN
            case "e":
                return text, ERROR
            case "d":
                return moment_kind(text, self._style if isinstance(self._style, str) else "day")
        return number_text(text, self._style, from_1904=self._from_1904)


def unescaped(text: str) -> str:
    """Text with the characters that XML cannot hold, which are stored as `_x000D_`."""
    return _ESCAPED.sub(_escape, text) if "_x" in text else text


def _escape(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return chr(code) if code < 0x20 or code >= _NO_CHARACTERS or code == ord("_") else found[0]


def _is_on(text: str | None) -> bool:
    return text in ("1", "true")


def _number(text: str | None, default: int = 0) -> int:
    """A number that is no less than nothing; a workbook that has anything else here is damaged."""
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        raise RefusedError(DAMAGED)
    return int(text)


def _place(text: str) -> tuple[int, int]:
    """Row (1 = first) and column (0 = first) of `B3`."""
    found = _CELL.fullmatch(text)
    if not found:
        raise RefusedError(DAMAGED)
    return int(found[2]), _column(found[1])


@cache
def _column(letters: str) -> int:
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1


def _area(text: str) -> tuple[int, int, int, int]:
    first, _, last = text.partition(":")
    return (*_place(first), *_place(last or first))
