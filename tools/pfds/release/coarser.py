"""Dates with less precision than they were written with."""

from __future__ import annotations

import re
from typing import Final, Literal

from pfds.checks.dates import bounds_of

Unit = Literal["month", "year"]
UNITS: Final[tuple[Unit, ...]] = ("month", "year")
UNKNOWN: Final = "XXXX"
_FINER: Final[dict[Unit, re.Pattern[str]]] = {
    "month": re.compile("([0-9]{4}-(?:0[1-9]|1[0-2]))-(?:[0-9]{2}|XX)"),
    "year": re.compile("([0-9]{4})-[0-9]{2}(?:-(?:[0-9]{2}|XX))?"),
}
_TWO: Final = re.compile(r"\[?([^\[\]/,]+?)(?:/|\.\.|,)([^\[\]/,]+?)\]?")


def coarser(text: str, unit: Unit) -> str:
    """An EDTF date to the month or the year; one that says no more stays as it is.

    A span within one month or year becomes that month or year. What cannot be read becomes unknown.
    """
    found = _FINER[unit].sub(r"\1", text)
    two = _TWO.fullmatch(found)
    if two and two[1] == two[2]:
        found = two[1]
    return found if bounds_of(found) else UNKNOWN
