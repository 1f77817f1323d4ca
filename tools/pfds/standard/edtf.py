"""EDTF-P: the profile of the Extended Date/Time Format that PFDS date columns use (see docs/edtf.md)."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from pfds.standard.phrase import Phrase

MAX_LENGTH = 100

Kind = Literal["moment", "interval", "unknown"]

_OPEN = ".."
_UNKNOWN = "XXXX"
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?([~?%]?)")
_SEASON = re.compile(r"([0-9]{4})-(2[1-4])")
_UNSPECIFIED_DAY = re.compile(r"([0-9]{4}-[0-9]{2})-XX")
_SEASON_FIRST_MONTH = {21: 3, 22: 6, 23: 9, 24: 12}
_MONTHS = (
    Phrase("January"), Phrase("February"), Phrase("March"), Phrase("April"), Phrase("May"), Phrase("June"),
    Phrase("July"), Phrase("August"), Phrase("September"), Phrase("October"), Phrase("November"), Phrase("December"),
)  # fmt: skip


class EdtfError(ValueError):
    """A text that is not an EDTF-P value.

    `reason` is a stable kebab-case code: form, too-long, year, no-such-month, no-such-day, season,
    qualifier, open or order. `detail` is a short English sentence for people.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class EdtfBounds:
    """What an EDTF-P value says: first and last possible day, both inclusive, None where open.

    `kind` is "interval" for something that lasted (A/B), "moment" for something that happened once at
    some time within the bounds, and "unknown" for XXXX.
    """

    earliest: date | None
    latest: date | None
    kind: Kind


def parse_edtf(text: str) -> EdtfBounds:
    """Read one EDTF-P value, such as "2025-05", "2025-05-28/2025-05-30" or "[..2025-09-17]".

    Raises EdtfError, and nothing else, when `text` is outside the profile. Takes time linear in
    MAX_LENGTH at most; longer texts are refused unread.
    """
    if len(text) > MAX_LENGTH:
        raise EdtfError(
            "too-long",
            Phrase("A date has at most {most} characters, this one has {found}.", most=MAX_LENGTH, found=len(text)),
        )
    if text == _UNKNOWN:
        return EdtfBounds(None, None, "unknown")
    if "/" in text:
        return EdtfBounds(*_interval(text), "interval")
    if text.startswith("["):
        return EdtfBounds(*_set(text), "moment")
    return EdtfBounds(*_single(text), "moment")


def _single(text: str) -> tuple[date, date]:
    """First and last day of a season, of a month with unspecified day, or of a date."""
    if season := _SEASON.fullmatch(text):
        return _season(int(season[1]), int(season[2]))
    if unspecified := _UNSPECIFIED_DAY.fullmatch(text):
        return _date(unspecified[1])
    return _date(text)


def _interval(text: str) -> tuple[date | None, date | None]:
    """Bounds of A/B, A/.. or ../B."""
    ends = text.split("/")
    if len(ends) != 2:
        raise EdtfError("form", Phrase("An interval has exactly one slash."))
    first, last = ends
    return _span(None if first == _OPEN else _date(first), None if last == _OPEN else _date(last))


def _set(text: str) -> tuple[date | None, date | None]:
    """Bounds of [A..B], [A..], [..B] or [A,B,...]."""
    if not text.endswith("]"):
        raise EdtfError("form", Phrase("A set ends with a square bracket."))
    inner = text[1:-1]
    if _OPEN in inner:
        first, _, last = inner.partition(_OPEN)
        return _span(_set_member(first) if first else None, _set_member(last) if last else None)
    members = [_set_member(member) for member in inner.split(",")]
    if len(members) < 2:
        raise EdtfError("form", Phrase("A set has at least two dates; write a single date without brackets."))
    return min(first for first, _ in members), max(last for _, last in members)


def _span(first: tuple[date, date] | None, last: tuple[date, date] | None) -> tuple[date | None, date | None]:
    """Earliest day of `first` and latest day of `last`; None stands for an open end."""
    if first is None and last is None:
        raise EdtfError("open", Phrase("Only one end may be open; write XXXX if nothing is known."))
    if first is not None and last is not None and first[0] > last[0]:
        raise EdtfError(
            "order",
            Phrase(
                "The start ({start}) is after the beginning of the end ({end}).", start=str(first[0]), end=str(last[0])
            ),
        )
    return first and first[0], last and last[1]


def _set_member(token: str) -> tuple[date, date]:
    """First and last day of a date without qualifier."""
    days = _date(token)
    if token[-1] in "~?%":
        raise EdtfError("qualifier", Phrase("Dates inside square brackets carry no ~, ? or %."))
    return days


def _date(token: str) -> tuple[date, date]:
    """First and last day of YYYY, YYYY-MM or YYYY-MM-DD, each with or without qualifier."""
    match = _DATE.fullmatch(token)
    if match is None:
        raise EdtfError("form", _form_detail(token))
    year, month, day = (None if part is None else int(part) for part in match.group(1, 2, 3))
    if not year:
        raise EdtfError("year", Phrase("Years run from 0001 to 9999."))
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    if month in _SEASON_FIRST_MONTH and day is None:
        raise EdtfError("season", Phrase("A season stands alone: without ~, ? or %, not in an interval or a set."))
    if not 1 <= month <= 12:
        raise EdtfError(
            "no-such-month", Phrase("There is no month {month}; months run from 01 to 12.", month=f"{month:02}")
        )
    length = monthrange(year, month)[1]
    if day is None:
        return date(year, month, 1), date(year, month, length)
    if not 1 <= day <= length:
        raise EdtfError(
            "no-such-day",
            Phrase(
                "{month} {year} has {length} days, no day {day}.",
                month=_MONTHS[month - 1],
                year=f"{year:04}",
                length=length,
                day=f"{day:02}",
            ),
        )
    return date(year, month, day), date(year, month, day)


def _season(year: int, code: int) -> tuple[date, date]:
    """First and last day of the three months of a northern season; winter ends in the next year."""
    if year == 0 or (year == 9999 and code == 24):
        raise EdtfError("year", Phrase("Years run from 0001 to 9999, also for the end of a winter."))
    first_month = _SEASON_FIRST_MONTH[code]
    year_after, month_after = (year + 1, 3) if code == 24 else (year, first_month + 3)
    return date(year, first_month, 1), date(year_after, month_after, 1) - timedelta(days=1)


def _form_detail(token: str) -> str:
    """Say in one sentence why `token` has not the form of a date."""
    if not token:
        return Phrase("A date is missing.")
    if any(char.isspace() for char in token):
        return Phrase("{token} contains white space.", token=repr(token))
    if not token.isascii():
        return Phrase(
            "{token} contains a character outside ASCII; use 0-9, the plain hyphen and capital X.", token=repr(token)
        )
    return Phrase(
        "{token} is not of the form YYYY, YYYY-MM or YYYY-MM-DD, nor another form of the profile.", token=repr(token)
    )
