"""What can be said of a date that was written otherwise than the standard does, and left as it is."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from pfds.intake.local_dates import Order, both_days, is_date, read_date
from pfds.intake.local_text import plain_digits, without_unseen
from pfds.standard.phrase import Phrase

_NO_ORDER: Final = Order(frozenset(), frozenset())
_SERIAL: Final = re.compile("[1-9][0-9]{4}")
_SERIALS: Final = range(18_264, 73_051)
"""Numbers that spreadsheet programs keep for the days of 1950 to 2099."""
_BEFORE_SERIALS: Final = date(1899, 12, 30)
_SHORT_YEAR: Final = re.compile(r"[0-9]{1,2}([./-])[0-9]{1,2}\1[0-9]{2}")
_LONGEST: Final = 100


def date_hint(value: str) -> Phrase | None:
    """One sentence on what may be meant; None if nothing is known."""
    text = plain_digits(without_unseen(value[:_LONGEST]))
    if _SERIAL.fullmatch(text) and int(text) in _SERIALS:
        day = _BEFORE_SERIALS + timedelta(int(text))
        return Phrase("It may be the number that spreadsheet programs keep for the day: {day}", day=day.isoformat())
    if _SHORT_YEAR.fullmatch(text):
        return Phrase("The year needs four digits.")
    if (days := both_days(text)) and "." not in text:
        first, second = days
        return Phrase(
            "Day and month cannot be told apart: it may be “{first}” or “{second}”.", first=first, second=second
        )
    if text != value and is_date(text):
        return Phrase("If this is the date that is meant, write: {day}", day=text)
    read = read_date(text, _NO_ORDER)
    return None if read is None else Phrase("If this is the date that is meant, write: {day}", day=read[0])
