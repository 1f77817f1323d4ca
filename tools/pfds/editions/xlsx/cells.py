"""Values as cells of a workbook: numbers, days and truth values where nothing is lost by it, and text for the rest."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from pfds.publish.template_plan import MOST_CHARACTERS, NOT_IN_XML
from pfds.standard.model import Field
from pfds.standard.numbers import decimal_text

FIRST_DAY: Final = date(1900, 3, 1)
"""From here on all spreadsheet programs agree on the number of a day; Excel counts a 29 February 1900."""

_WRITTEN: Final = ".16G"
"""The digits of a number that XlsxWriter writes; a float may need one more."""

_LINE_END: Final = re.compile(r"\r\n?")


@dataclass(frozen=True, slots=True)
class Look:
    """Formats of a workbook, as XlsxWriter knows them."""

    text: Any
    day: Any
    head: Any
    wrapped: Any
    title: Any
    right_to_left: Any


def look_of(book: Any) -> Look:
    """The formats, added to a workbook. Text is marked as such: it stays text also where a person types it anew."""
    wrapped = {"num_format": "@", "text_wrap": True, "valign": "top"}
    return Look(
        text=book.add_format({"num_format": "@"}),
        day=book.add_format({"num_format": "yyyy-mm-dd"}),
        head=book.add_format({"num_format": "@", "bold": True, "bg_color": "#DDE6F0", "bottom": 1}),
        wrapped=book.add_format(wrapped),
        title=book.add_format({"num_format": "@", "bold": True, "font_size": 14}),
        right_to_left=book.add_format({**wrapped, "reading_order": 2, "align": "right"}),
    )


def why_not(text: str) -> str:
    """Why a cell cannot hold a text, as the end of a sentence; empty if it can."""
    if len(text) * 2 > MOST_CHARACTERS and len(text.encode("utf-16-le")) // 2 > MOST_CHARACTERS:
        return f"it is longer than the {MOST_CHARACTERS:,} characters of a cell"
    if NOT_IN_XML.search(text):
        return "it holds a character that a workbook cannot hold"
    if text.startswith("<r>") and text.endswith("</r>"):
        return "it looks like the inner form of a cell, which is never written into one"
    return ""


def as_written(text: str) -> str:
    """A text as a cell holds it, which knows one kind of line end."""
    return _LINE_END.sub("\n", text)


def writer_of(page: Any, field: Field, look: Look) -> Callable[[int, int, Any], object]:
    """What writes a value of a column that can be held to a row and column, both counted from 0."""

    def text(row: int, column: int, value: str) -> object:
        return page.write_string(row, column, as_written(value), look.text)

    def day(row: int, column: int, value: date) -> object:
        if value < FIRST_DAY:
            return text(row, column, value.isoformat())
        return page.write_datetime(row, column, value, look.day)

    def number(row: int, column: int, value: float) -> object:
        if float(f"{value:{_WRITTEN}}") != value:
            return text(row, column, decimal_text(value))
        return page.write_number(row, column, value)

    def truth(row: int, column: int, value: bool) -> object:
        return page.write_boolean(row, column, value)

    kinds: Mapping[str, Callable[[int, int, Any], object]] = {"date": day, "boolean": truth}
    return kinds.get(field.kind, number if field.kind in ("integer", "number") else text)
