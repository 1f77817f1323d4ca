"""Days as people write them, in figures or with the name of the month; what could be two days is left alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from pfds.standard.edtf import EdtfError, parse_edtf

_YEARS: Final = range(1800, 2200)
"""Years of this calendar; in others it may be the year 1446 or 2567."""

_ISO: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)Z?")
_YEAR_FIRST: Final = re.compile(r"([0-9]{4})([./-])([0-9]{1,2})(?:\2([0-9]{1,2}))?\.?")
_MONTH_YEAR: Final = re.compile(r"([0-9]{1,2})[./-]([0-9]{4})")
_YEAR_LAST: Final = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4})")
_AFTER: Final = re.compile(r"(?<=[0-9])[ \xa0]*(г\.?|года|году|ж\.?|жылы?)$", re.IGNORECASE)
_WORD: Final = re.compile(r"[0-9]+|[^\W\d_]+")
_CLOSES: Final = re.compile("(?<=[0-9])(st|nd|rd|th|er|º|ª|-(жылдын|жылы|жыл|го|е))(?![^\\W\\d_])", re.IGNORECASE)
_BETWEEN: Final = frozenset({"de", "del", "of", "le", "the", "el", "г", "года", "ж", "жыл", "жылдын", "в", "من", "عام"})
_MONTH_NAMES: Final = (
    "january jan январь января янв enero ene janvier janv январы يناير",
    "february feb февраль февраля фев февр febrero février fevrier févr февралы فبراير شباط",
    "march mar март марта марты marzo mars مارس آذار",
    "april apr апрель апреля апр апрели abril abr avril avr أبريل ابريل نيسان",
    "may май мая майы mayo mai مايو أيار",
    "june jun июнь июня июн июну junio juin يونيو حزيران",
    "july jul июль июля июл июлу julio juillet juil يوليو تموز",
    "august aug август августа авг августу agosto ago août aout أغسطس اغسطس آب",
    "september sep sept сентябрь сентября сен сент сентябры septiembre setiembre septembre سبتمبر أيلول",
    "october oct октябрь октября окт октябры octubre octobre أكتوبر اكتوبر",
    "november nov ноябрь ноября ноя нояб ноябры noviembre novembre نوفمبر",
    "december dec декабрь декабря дек декабры diciembre dic décembre decembre déc ديسمبر",
)
_MONTHS: Final = {name: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}

DAY, ORDER, TIME = "date", "date-order", "date-time"
"""How a date was read: by its form, by the order of day and month in the rest of its column, without its time."""


@dataclass(frozen=True, slots=True)
class Order:
    """Whether days or months stand first in a column, if any of its dates tells, for each mark between the figures."""

    day_first: frozenset[str]
    month_first: frozenset[str]

    def of(self, mark: str) -> str | None:
        """`day` or `month`; None if it cannot be known."""
        if mark in self.day_first and mark in self.month_first:
            return None
        if mark in self.day_first or (mark == "." and mark not in self.month_first):
            return "day"
        return "month" if mark in self.month_first else None


def find_order(values: Iterable[str]) -> Order:
    """The order in a column, told by the dates that can be read in one way only."""
    day_first, month_first = set(), set()
    for value in values:
        if found := _YEAR_LAST.fullmatch(_bare(value)):
            first, mark, second, year = int(found[1]), found[2], int(found[3]), int(found[4])
            if first > 12 and _is_day(year, second, first):
                day_first.add(mark)
            elif second > 12 and _is_day(year, first, second):
                month_first.add(mark)
    return Order(frozenset(day_first), frozenset(month_first))


def read_date(text: str, order: Order) -> tuple[str, str] | None:
    """A day, month or year of the EDTF profile, and how it was read; None if it is one already, or cannot be known."""
    if is_date(text):
        return None
    if found := _ISO.fullmatch(text):
        if not is_date(found[1]):
            return None
        return found[1], TIME if found[2].strip("0:.") else DAY
    bare = _bare(text)
    if found := _YEAR_LAST.fullmatch(bare):
        return _year_last(found, order)
    if found := _YEAR_FIRST.fullmatch(bare):
        year, month, day = found[1], found[3], found[4]
    elif found := _MONTH_YEAR.fullmatch(bare):
        year, month, day = found[2], found[1], None
    else:
        return _with_name(bare)
    return _told(int(year), int(month), int(day) if day else None)


def both_days(text: str) -> tuple[str, str] | None:
    """The two days that `03/04/2024` can be; None if it can only be one, or none."""
    found = _YEAR_LAST.fullmatch(_bare(text))
    if not found or found[1] == found[3]:
        return None
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    if first == second or not (_is_day(year, second, first) and _is_day(year, first, second)):
        return None
    return f"{year}-{second:02}-{first:02}", f"{year}-{first:02}-{second:02}"


def is_date(text: str) -> bool:
    """Whether a text is a date of the EDTF profile."""
    try:
        parse_edtf(text)
    except EdtfError:
        return False
    return True


def _bare(text: str) -> str:
    return _AFTER.sub("", text)


def _told(year: int, month: int, day: int | None) -> tuple[str, str] | None:
    if day is None:
        return (f"{year:04}-{month:02}", DAY) if year in _YEARS and 1 <= month <= 12 else None
    return (f"{year:04}-{month:02}-{day:02}", DAY) if _is_day(year, month, day) else None


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        return date(year, month, day).year in _YEARS
    except ValueError:
        return False


def _year_last(found: re.Match[str], order: Order) -> tuple[str, str] | None:
    first, mark, second, year = int(found[1]), found[2], int(found[3]), int(found[4])
    as_day_first, as_month_first = _told(year, second, first), _told(year, first, second)
    if as_day_first is None or as_month_first is None or first == second:
        return as_day_first or as_month_first
    if mark == "." and order.of(mark) == "day":
        return as_day_first
    chosen = {"day": as_day_first, "month": as_month_first}.get(order.of(mark) or "")
    return (chosen[0], ORDER) if chosen else None


def _with_name(text: str) -> tuple[str, str] | None:
    """A date with the name of its month in one of our languages; every word of it must be understood."""
    words = [word for word in _WORD.findall(_CLOSES.sub("", text.lower())) if word not in _BETWEEN]
    months = {_MONTHS[word] for word in words if word in _MONTHS}
    figures = [word for word in words if word.isdigit()]
    if len(months) != 1 or len(figures) + 1 != len(words) or not re.fullmatch(r"[\w\s.,/ºª-]+", text):
        return None
    (month,) = months
    years = [word for word in figures if len(word) == 4]
    days = [word for word in figures if len(word) <= 2]
    if len(years) != 1 or len(days) + 1 != len(figures) or len(days) > 1:
        return None
    return _told(int(years[0]), month, int(days[0]) if days else None)
