"""Formats of cells: those of the marks, made of the formats that the marked cells have, and those of our own sheet."""

from __future__ import annotations

from copy import deepcopy
from types import MappingProxyType
from typing import Final

from pfds.reports.marked_book import Book
from pfds.reports.marked_refusal import damaged, too_large
from pfds.reports.marked_xml import Element, child_in_order, made, main, parse_part, write_part
from pfds.standard.findings import Severity

COLOURS: Final = MappingProxyType(
    {
        Severity.ERROR: ("FFFFC7CE", "FFC00000"),
        Severity.WARNING: ("FFFFEB9C", "FF9C5700"),
        Severity.INFO: ("FFDDEBF7", "FF2F75B5"),
    }
)
"""Of the inside and of the border."""

_MOST_FORMATS: Final = 65_000
"""Excel repairs workbooks with more than 65,490."""
_ORDER: Final = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs")
_SIDES: Final = ("left", "right", "top", "bottom")


class Styles:
    """The formats of a workbook, to which formats are added; `save` puts them into its package."""

    def __init__(self, book: Book) -> None:
        self._package = book.package
        self._part, there = book.part_for_styles()
        self._root = parse_part(book.package, self._part) if there else made("styleSheet")
        if self._root.tag != main("styleSheet"):
            raise damaged()
        self._fonts = self._group("fonts", [_font(bold=False, size=0, link=False)])
        self._fills = self._group("fills", [_pattern("none"), _pattern("gray125")])
        self._borders = self._group("borders", [_border(None)])
        self._group("cellStyleXfs", [_format()])
        self._formats = self._group("cellXfs", [_format(xfId=0)])
        self._own = list(self._formats)
        if len(self._own) > _MOST_FORMATS:
            raise too_large()
        self._marks: dict[tuple[int, Severity], int] = {}
        self._looks: dict[Severity, tuple[str, str]] = {}

    def marked(self, style: int, severity: Severity) -> int:
        """The format of a cell that had the format ``style``, filled and bordered, with everything else as it was."""
        base = style if 0 <= style < len(self._own) else 0
        key = base, severity
        if key not in self._marks:
            fill, border = self._look(severity)
            changed = deepcopy(self._own[base])
            changed.attrib.update({"fillId": fill, "borderId": border, "applyFill": "1", "applyBorder": "1"})
            changed.tail = None
            self._marks[key] = _append(self._formats, changed)
            if len(self._formats) > _MOST_FORMATS:
                raise too_large()
        return self._marks[key]

    def plain(self, *, bold: bool = False, size: int = 0, link: bool = False, centred: bool = False) -> int:
        """A format for our own sheet: text at the top of its cell that is broken into lines, unless it is large."""
        font = _append(self._fonts, _font(bold=bold, size=size, link=link))
        changed = _format(xfId=0, fontId=font, applyFont=1, applyAlignment=1)
        changed.append(made("alignment", vertical="top", wrapText=0 if size else 1))
        if centred:
            changed[0].set("horizontal", "center")
        return _append(self._formats, changed)

    def save(self) -> None:
        """Put the formats into the package."""
        for group in (self._fonts, self._fills, self._borders, self._formats):
            group.set("count", str(len(group)))
        write_part(self._package, self._part, self._root)

    def _group(self, name: str, default: list[Element]) -> Element:
        group = child_in_order(self._root, name, _ORDER)
        if len(group) == 0:
            group.extend(default)
            group.set("count", str(len(group)))
        return group

    def _look(self, severity: Severity) -> tuple[str, str]:
        if severity not in self._looks:
            inside, outside = COLOURS[severity]
            fill, border = _append(self._fills, _pattern("solid", inside)), _append(self._borders, _border(outside))
            self._looks[severity] = str(fill), str(border)
        return self._looks[severity]


def _append(group: Element, element: Element) -> int:
    group.append(element)
    return len(group) - 1


def _font(*, bold: bool, size: int, link: bool) -> Element:
    font = made("font")
    if bold:
        font.append(made("b"))
    if link:
        font.append(made("u"))
    font.append(made("sz", val=size or 11))
    font.append(made("color", rgb="FF0563C1") if link else made("color", theme=1))
    font.append(made("name", val="Calibri"))
    font.append(made("family", val=2))
    return font


def _pattern(kind: str, colour: str | None = None) -> Element:
    fill, pattern = made("fill"), made("patternFill", patternType=kind)
    if colour:
        pattern.append(made("fgColor", rgb=colour))
        pattern.append(made("bgColor", indexed=64))
    fill.append(pattern)
    return fill


def _border(colour: str | None) -> Element:
    border = made("border")
    for name in _SIDES:
        side = made(name)
        if colour:
            side.set("style", "thick")
            side.append(made("color", rgb=colour))
        border.append(side)
    border.append(made("diagonal"))
    return border


def _format(**others: int) -> Element:
    return made("xf", **{"numFmtId": 0, "fontId": 0, "fillId": 0, "borderId": 0, **others})
