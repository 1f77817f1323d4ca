"""Notes on the cells of a sheet, and the drawing that programs show them by, beside those that are there already."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree

from pfds.reports.marked_address import Cell, cell_at
from pfds.reports.marked_book import Book
from pfds.reports.marked_links import Relationships
from pfds.reports.marked_package import Package
from pfds.reports.marked_xml import OFFICE, Element, cell_text, child_in_order, made, main, parse_part, write_part

AUTHOR: Final = "PFDS"

_COMMENTS_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_DRAWING_TYPE: Final = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_MOST_DRAWING_BYTES: Final = 32 << 20
_BLOCK: Final = 1024
"""Numbers of shapes are given in blocks of so many, each of which belongs to one drawing."""

_BLOCKS: Final = re.compile(rb"""<(?:[\w.-]+:)?idmap\b[^>]*?\bdata\s*=\s*["']([0-9,]+)["']""")
_SHAPE: Final = re.compile(rb"_x0000_s([0-9]{1,9})")
_END: Final = re.compile(rb"</xml\s*>\s*\Z")
_KIND: Final = b'id="_x0000_t202"'
_PREFIXES: Final = (
    b'xmlns:v="urn:schemas-microsoft-com:vml"',
    b'xmlns:o="urn:schemas-microsoft-com:office:office"',
    b'xmlns:x="urn:schemas-microsoft-com:office:excel"',
)
_LINE_CHARACTERS: Final = 44
_MOST_LINES: Final = 20
_LAST_LEFT, _LAST_TOP = 16_000, 1_048_000


class Notes:
    """Adds notes to the sheets of a workbook."""

    def __init__(self, book: Book, *, right_to_left: bool) -> None:
        self._book = book
        self._align = "right" if right_to_left else "left"
        self._block = 1 + max(_blocks_of(book.package), default=0)

    def add(self, sheet: str, drawing: str | None, notes: Mapping[Cell, str]) -> str | None:
        """Put notes on cells of the sheet in the part ``sheet``; a cell that has a note of others keeps it, and gets
        no more.

        ``drawing`` is the identifier of the drawing that the sheet names, if it names one; the identifier of a new
        one is given back. A sheet with conversations in place of notes, or with a drawing of another make, gets no
        note, because it could not be opened without a repair.
        """
        links = Relationships(self._book.package, sheet)
        comments, shown = links.targets("comments"), None if drawing is None else links.target(drawing)
        old = None if shown is None else self._drawing(shown)
        if links.targets("threadedComment") or len(comments) > 1 or (drawing is not None and old is None):
            return None
        told = self._write_comments(comments[0] if comments else None, links, notes)
        if not told:
            return None
        if shown is not None and old is not None:
            self._book.package.write(shown, self._drawn(old, told))
            return None
        return self._new_drawing(links, told)

    def _drawing(self, part: str) -> bytes | None:
        if part not in self._book.package:
            return None
        data = self._book.package.read(part, _MOST_DRAWING_BYTES)
        return data if _END.search(data) and b"<!DOCTYPE" not in data else None

    def _write_comments(self, part: str | None, links: Relationships, notes: Mapping[Cell, str]) -> dict[Cell, str]:
        """Write the texts; gives those that were written."""
        package = self._book.package
        root = made("comments") if part is None else parse_part(package, part)
        authors = child_in_order(root, "authors", ("authors", "commentList"))
        texts = child_in_order(root, "commentList", ("authors", "commentList"))
        taken = {cell_at(comment.get("ref")): comment for comment in texts.iterchildren(main("comment"))}
        told = {cell: text for cell, text in notes.items() if cell not in taken}
        again = {cell: text for cell, text in notes.items() if cell in taken and _is_ours(taken[cell], authors)}
        for cell, text in again.items():
            _tell(taken[cell], text)
        if not told and not again:
            return {}
        authors.append(made("author"))
        authors[-1].text = AUTHOR
        for cell, text in told.items():
            texts.append(made("comment", ref=str(cell), authorId=len(authors) - 1, shapeId=0))
            _tell(texts[-1], text)
        write_part(package, part or self._new_part("xl/pfdsComments{}.xml", _COMMENTS_TYPE, "comments", links)[0], root)
        return told

    def _new_part(self, pattern: str, kind: str, relation: str, links: Relationships) -> tuple[str, str]:
        part = self._book.package.unused(pattern)
        self._book.types.add(part, kind)
        return part, links.add(f"{OFFICE}/{relation}", part)

    def _new_drawing(self, links: Relationships, notes: Mapping[Cell, str]) -> str:
        part, identifier = self._new_part("xl/drawings/pfdsNotes{}.vml", _DRAWING_TYPE, "vmlDrawing", links)
        layout = b'<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data=""/></o:shapelayout>'
        self._book.package.write(part, self._drawn(b"<xml " + b" ".join(_PREFIXES) + b">" + layout + b"</xml>", notes))
        return identifier

    def _drawn(self, drawing: bytes, notes: Mapping[Cell, str]) -> Iterator[bytes]:
        """A drawing with shapes for these notes as well."""
        first = self._block
        self._block += 1 + len(notes) // _BLOCK
        drawing = _with_blocks(drawing, [str(block).encode() for block in range(first, self._block)])
        ending = _END.search(drawing)
        end = ending.start() if ending else len(drawing)
        yield drawing[:end]
        root = drawing[: drawing.find(b">", drawing.find(b"<xml")) + 1]
        names = b"" if all(prefix in root for prefix in _PREFIXES) else b" " + b" ".join(_PREFIXES)
        if _KIND not in drawing:
            yield b"<v:shapetype" + names + _SHAPE_KIND
        for number, (cell, text) in enumerate(notes.items(), first * _BLOCK + 1):
            yield b"<v:shape" + names + _shape(number, cell, text, self._align).encode()
        yield drawing[end:]


def _is_ours(comment: Element, authors: Element) -> bool:
    """Whether the note comes from an earlier copy that was marked."""
    number = comment.get("authorId", "")
    known = number.isascii() and number.isdecimal() and int(number[:6]) < len(authors)
    return known and authors[int(number[:6])].text == AUTHOR


def _tell(comment: Element, text: str) -> None:
    for old in list(comment):
        comment.remove(old)
    run = etree.SubElement(etree.SubElement(comment, main("text")), main("r"))
    words = etree.SubElement(run, main("t"), {"{http://www.w3.org/XML/1998/namespace}space": "preserve"})
    words.text = cell_text(text)


def _blocks_of(package: Package) -> Iterator[int]:
    for name in package.names:
        if name.lower().endswith(".vml"):
            data = package.read(name, _MOST_DRAWING_BYTES)
            claimed = (block for found in _BLOCKS.finditer(data) for block in found[1].split(b","))
            yield from (int(block) for block in claimed if 0 < len(block) <= 6)
            yield from (int(found[1]) // _BLOCK for found in _SHAPE.finditer(data))


def _with_blocks(drawing: bytes, blocks: list[bytes]) -> bytes:
    """A drawing that claims more blocks of numbers."""
    empty = re.search(rb"""(<(?:[\w.-]+:)?idmap\b[^>]*?\bdata\s*=\s*["'])([0-9,]*)""", drawing)
    if empty is None:
        return drawing
    claimed = [block for block in empty[2].split(b",") if block]
    return drawing[: empty.start(2)] + b",".join([*claimed, *blocks]) + drawing[empty.end(2) :]


_SHAPE_KIND: Final = (
    b' id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    b'<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)


def _shape(number: int, cell: Cell, text: str, align: str) -> str:
    """The shape of a note, hidden until the pointer stands on its cell, high enough for its text."""
    lines = min(sum(1 + len(line) // _LINE_CHARACTERS for line in text.split("\n")), _MOST_LINES) + 1
    row, column = cell.row - 1, cell.column - 1
    left, top = min(column + 1, _LAST_LEFT), min(max(row - 1, 0), _LAST_TOP)
    anchor = f"{left}, 15, {top}, 10, {left + 4}, 15, {top + lines}, 4"
    return (
        f' id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;margin-left:60pt;margin-top:2pt;'
        f'width:240pt;height:{15 * lines}pt;z-index:1;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">'
        '<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
        f'<v:textbox style="mso-direction-alt:auto"><div style="text-align:{align}"></div></v:textbox>'
        '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill>"
        f"<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
    )
