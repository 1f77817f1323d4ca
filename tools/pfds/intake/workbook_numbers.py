"""Numbers of a workbook as the text that stands for them, without loss: whole numbers, fractions, days and times."""

from __future__ import annotations

import math
import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from pfds.standard.numbers import decimal_text

Style: TypeAlias = Literal["number", "day", "month", "year", "time"] | int
"""How a number is shown: as one of these, or (an int) in at least so many digits."""

TEXT, NUMBER, BOOLEAN, DAY, MOMENT, SPAN, ROUNDED, ERROR, UNKNOWN = "s", "n", "b", "d", "t", "p", "m", "e", "x"
"""Kinds of cells: text; a number; true or false; a day; a day and a time; a month or year that is stored as its first
day; a number with more digits than the program kept; an error; a formula of which no result is stored."""

_KEPT_DIGITS: Final = 15
_LONGEST_NUMBER: Final = 400
_LAST_SERIAL: Final = 2_958_466
_DAY_SECONDS: Final = 86_400
_PLAIN: Final = re.compile(r"-?[0-9]{1,15}")
_ASIDE: Final = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]?', re.IGNORECASE)
_BUILT_IN: Final[dict[int, Style]] = {
    **dict.fromkeys((14, 15, 16, 22, *range(27, 32), *range(34, 37), *range(50, 59)), "day"),
    17: "month",
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 45, 46, 47), "time"),
}


def built_in_style(number: int) -> Style:
    """The style of a format that is known by its number only."""
    return _BUILT_IN.get(number, "number")


@lru_cache(maxsize=4096)
def style_of(code: str) -> Style:
    """The style that a format code such as `dd.mm.yyyy` gives."""
    shown = _ASIDE.sub("", code[:1000].split(";", maxsplit=1)[0]).lower().strip()
    if re.fullmatch("0{2,}", shown):
        return len(shown)
    if not re.search("[dmyhs]", shown) or "general" in shown:
        return "number"
    if "d" in shown:
        return "day"
    if re.search(r"[hs]|\[m", shown):
        return "day" if "y" in shown else "time"
    return "month" if "m" in shown else "year"


def number_text(stored: str, style: Style, *, from_1904: bool = False) -> tuple[str, str]:
    """Text and kind of a cell in which a number is ``stored``."""
    try:
        number = float(stored) if len(stored) <= _LONGEST_NUMBER else math.inf
    except ValueError:
        return stored, TEXT
    if not math.isfinite(number):
        return stored, TEXT
    if isinstance(style, str) and style != "number" and 0 <= number < _LAST_SERIAL:
        return _moment_text(number, style, from_1904=from_1904) or _plain_text(stored, number)
    text, kind = _plain_text(stored, number)
    return (text.zfill(style), kind) if isinstance(style, int) and text.isdigit() else (text, kind)


def _plain_text(stored: str, number: float) -> tuple[str, str]:
    if _PLAIN.fullmatch(stored):
        return str(int(stored)), NUMBER
    if number.is_integer():
        text = decimal_text(stored.strip())
        return text, NUMBER if len(text.lstrip("-")) <= _KEPT_DIGITS else ROUNDED
    return decimal_text(number), NUMBER


def _moment_text(serial: float, style: str, *, from_1904: bool) -> tuple[str, str] | None:
    """A day, counted from 1900 or 1904, and a time; None if it is a length of time, not a moment."""
    days, seconds = divmod(round(serial * _DAY_SECONDS), _DAY_SECONDS)
    if style == "time":
        return (_clock(seconds), TEXT) if days == 0 else None
    day = _day_text(days, from_1904=from_1904)
    if seconds:
        return f"{day}T{_clock(seconds)}", MOMENT
    if style == "month" and day.endswith("-01"):
        return day[:7], SPAN
    if style == "year" and day.endswith("-01-01"):
        return day[:4], SPAN
    return day, DAY


def _day_text(days: int, *, from_1904: bool) -> str:
    """The day that so many days stand for; the count from 1900 knows a 29 February 1900 that there never was."""
    if from_1904:
        return (date(1904, 1, 1) + timedelta(days)).isoformat()
    if days == 60:
        return "1900-02-29"
    return (date(1899, 12, 31 if days < 60 else 30) + timedelta(days)).isoformat()


def _clock(seconds: int) -> str:
    minutes, second = divmod(seconds, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{second:02}"


def moment_kind(text: str, style: Style = "day") -> tuple[str, str]:
    """Text and kind of a moment that is stored as `2024-03-12` or `2024-03-12T14:30:00`, perhaps with a fraction."""
    day, _, time = text.partition("T")
    time = time.split(".", maxsplit=1)[0].rstrip("Z")
    if time.strip("0:"):
        return f"{day}T{time}", MOMENT
    if style == "month" and day.endswith("-01"):
        return day[:-3], SPAN
    if style == "year" and day.endswith("-01-01"):
        return day[:-6], SPAN
    return day, DAY
