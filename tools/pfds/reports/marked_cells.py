"""Marks on the cells of a sheet: their formats change, and nothing else of what the sheet holds."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Final, TypeAlias

from pfds.reports.marked_address import Cell, cell_at
from pfds.reports.marked_scan import Places, Row, tag_at
from pfds.reports.marked_xml import OFFICE
from pfds.standard.findings import Severity

Format: TypeAlias = Callable[[int, Severity], int]
"""Gives the marked format for the format that a cell has."""

_Edit: TypeAlias = tuple[int, int, bytes]
"""At a place, a number of bytes gives way to others."""

_ATTRIBUTE: Final = re.compile(rb"""\s+([^\s=/>]+)\s*=\s*("[^"]*"|'[^']*')""")
_OPENING: Final = re.compile(rb"<([^\s/>]+)")


class Marks:
    """Changes of one sheet: ``data`` is its XML, ``places`` what `scan` found in it."""

    def __init__(self, data: bytes, places: Places) -> None:
        self._data, self._places = data, places
        self._edits: list[_Edit] = []

    def mark(self, cells: Mapping[Cell, Severity], style: Format) -> None:
        """Mark these cells; those that the sheet does not hold are added, empty."""
        rows: dict[int, dict[int, Severity]] = {}
        for cell in sorted(cells):
            rows.setdefault(cell.row, {})[cell.column] = cells[cell]
        added = [
            *(
                new
                for number, row in rows.items()
                if number in self._places.rows
                for new in self._mark(number, row, style)
            ),
            *self._add_rows({number: row for number, row in rows.items() if number not in self._places.rows}, style),
        ]
        self._extend(added)

    def deselect(self) -> None:
        """Leave the sheet out of those that are selected: what is typed goes into all of them at once."""
        for at in self._places.views:
            tag = tag_at(self._data, at)
            self._replace(at, tag, without(tag, b"tabSelected"))

    def draw_notes(self, identifier: str) -> None:
        """Tell the sheet which drawing shows its notes."""
        name = self._named("legacyDrawing")
        tag = f'<{name} xmlns:r="{OFFICE}" r:id="{identifier}"/>'
        self._edits.append((self._places.notes_at, 0, tag.encode()))

    def pieces(self) -> Iterator[bytes]:
        """The XML of the sheet with all changes, in parts."""
        at = 0
        for start, length, content in sorted(self._edits, key=lambda edit: edit[:2]):
            yield self._data[at:start]
            yield content
            at = start + length
        yield self._data[at:]

    def _mark(self, number: int, wanted: Mapping[int, Severity], style: Format) -> Iterator[Cell]:
        """Mark cells of a row that is there; gives those that were added."""
        row = self._places.rows[number]
        there = {column: (at, old) for column, at, old in row.cells}
        added: dict[int, str] = {}
        for column, severity in wanted.items():
            if column in there:
                at, old = there[column]
                tag = tag_at(self._data, at)
                self._replace(at, tag, with_attribute(tag, b"s", style(old, severity)))
            else:
                new = style(self._style_of_empty(row.style, column), severity)
                added[column] = self._new_cell(Cell(number, column), new)
        self._add_cells(row, added)
        return (Cell(number, column) for column in added)

    def _add_cells(self, row: Row, added: Mapping[int, str]) -> None:
        if not added:
            return
        tag = tag_at(self._data, row.start)
        # It is a hint that may be absent, and would no longer be true.
        opening = without(tag, b"spans")
        if row.end is None:
            content = "".join(added.values()).encode()
            self._replace(row.start, tag, _filled(opening, content))
            return
        self._replace(row.start, tag, opening)
        for column, cell in added.items():
            at = next((place for other, place, _ in row.cells if other > column), row.end)
            self._edits.append((at, 0, cell.encode()))

    def _add_rows(self, rows: Mapping[int, Mapping[int, Severity]], style: Format) -> Iterator[Cell]:
        """Add rows that are not there. In a sheet whose rows stand in no order, none has a right place."""
        numbers, starts = self._places.numbers, self._places.starts
        if not rows or self._places.data is None or any(one >= other for one, other in pairwise(numbers)):
            return
        tag = tag_at(self._data, self._places.data)
        new = {number: self._new_row(number, row, style) for number, row in rows.items()}
        if tag.endswith(b"/>"):
            self._replace(self._places.data, tag, _filled(tag, b"".join(new.values())))
        else:
            for number, content in new.items():
                after = bisect_right(numbers, number)
                at = starts[after] if after < len(starts) else self._places.data_end
                self._edits.append((at, 0, content))
        yield from (Cell(number, column) for number, row in rows.items() for column in row)

    def _new_row(self, number: int, row: Mapping[int, Severity], style: Format) -> bytes:
        cells = "".join(
            self._new_cell(Cell(number, column), style(self._style_of_empty(None, column), severity))
            for column, severity in row.items()
        )
        name = self._named("row")
        return f'<{name} r="{number}">{cells}</{name}>'.encode()

    def _new_cell(self, cell: Cell, style: int) -> str:
        return f'<{self._named("c")} r="{cell}" s="{style}"/>'

    def _style_of_empty(self, row: int | None, column: int) -> int:
        if row is not None:
            return row
        return next((style for first, last, style in self._places.columns if first <= column <= last), 0)

    def _extend(self, added: list[Cell]) -> None:
        """Let the stated extent of the sheet hold the added cells as well."""
        at, extent = self._places.extent or (0, "")
        ends = [cell_at(end) for end in (extent.split(":") * 2)[:2]]
        corners = [end for end in ends if end is not None]
        if len(corners) < 2 or not added:
            return
        first = Cell(min(cell.row for cell in (*corners, *added)), min(cell.column for cell in (*corners, *added)))
        last = Cell(max(cell.row for cell in (*corners, *added)), max(cell.column for cell in (*corners, *added)))
        tag = tag_at(self._data, at)
        if [first, last] != corners:
            self._replace(at, tag, with_attribute(tag, b"ref", f"{first}:{last}"))

    def _named(self, name: str) -> str:
        """The name of an element with the prefix that the sheet has."""
        data = self._places.data
        opening = _OPENING.match(self._data, data) if data is not None else None
        prefix, colon, _ = opening[1].rpartition(b":") if opening else (b"", b"", b"")
        return prefix.decode("utf-8", "replace") + colon.decode() + name

    def _replace(self, at: int, tag: bytes, other: bytes) -> None:
        if other != tag:
            self._edits.append((at, len(tag), other))


def with_attribute(tag: bytes, name: bytes, value: int | str) -> bytes:
    """A tag in which an attribute has another value."""
    stated = b' %s="%s"' % (name, str(value).encode())
    for found in _ATTRIBUTE.finditer(tag):
        if found[1] == name:
            return tag[: found.start()] + stated + tag[found.end() :]
    opening = _OPENING.match(tag)
    end = opening.end() if opening else 1
    return tag[:end] + stated + tag[end:]


def without(tag: bytes, name: bytes) -> bytes:
    """A tag without an attribute."""
    found = next((found for found in _ATTRIBUTE.finditer(tag) if found[1] == name), None)
    return tag if found is None else tag[: found.start()] + tag[found.end() :]


def _filled(tag: bytes, content: bytes) -> bytes:
    """An empty element (`<row/>`) with content."""
    opening = _OPENING.match(tag)
    name = opening[1] if opening else b""
    return tag.removesuffix(b"/>").rstrip() + b">" + content + b"</" + name + b">"
