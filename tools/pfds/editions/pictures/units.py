"""Units of time that events are counted by: months, or years, decades and centuries where there are too many months."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pfds.editions.pictures.time import first_day
from pfds.standard.phrase import Phrase


@dataclass(frozen=True, slots=True)
class Unit:
    """So many ``months``, and what a picture that counts by them says of itself."""

    months: int
    about: Phrase
    short: Phrase

    def period(self, number: int) -> str:
        """A period by its number, in the Extended Date/Time Format: 2025-05, 2025, 202X or 20XX."""
        first = first_day(number * self.months)
        if self.months == 1:
            return f"{first.year:04}-{first.month:02}"
        year = f"{number * self.months // 12:04}"
        return {12: year, 120: f"{year[:3]}X", 1200: f"{year[:2]}XX"}[self.months]


UNITS: Final = (
    Unit(
        1,
        Phrase(
            "How many events of each type there were in each month; those whose date is not known to the month, or that"
            " lasted longer, are counted in the last column."
        ),
        Phrase("Events per month"),
    ),
    Unit(
        12,
        Phrase(
            "How many events of each type there were in each year; those whose date is not known to the year, or that"
            " lasted longer, are counted in the last column."
        ),
        Phrase("Events per year"),
    ),
    Unit(
        120,
        Phrase(
            "How many events of each type there were in each decade; those whose date is not known to the decade, or"
            " that lasted longer, are counted in the last column."
        ),
        Phrase("Events per decade"),
    ),
    Unit(
        1200,
        Phrase(
            "How many events of each type there were in each century; those whose date is not known to the century, or"
            " that lasted longer, are counted in the last column."
        ),
        Phrase("Events per century"),
    ),
)
"""The smallest first."""
