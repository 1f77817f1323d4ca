"""Time along a picture: days as the numbers that the axis counts in, and where it is marked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import altair

DAY: Final = 86_400_000
"""Milliseconds."""
_FIRST: Final = date(1970, 1, 1).toordinal()
_MONTH_STEPS: Final = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12000, 24000)
_DAY_STEPS: Final = (1, 2, 7, 14)
_YEAR: Final = 12
_MOST_TICKS: Final = 8
_FEWEST_TICKS: Final = 3


@dataclass(frozen=True, slots=True)
class Span:
    """Days from ``first`` to ``last``, both of them included, that an axis shows."""

    first: date
    last: date

    @classmethod
    def around(cls, days: Iterable[date]) -> Span:
        """All the days, with some room before and after."""
        numbers = sorted(day.toordinal() for day in days)
        room = max((numbers[-1] - numbers[0]) // 25, 3)
        first, last = max(numbers[0] - room, 1), min(numbers[-1] + room, date.max.toordinal())
        return cls(date.fromordinal(first), date.fromordinal(last))

    def axis(self, column: str) -> altair.X:
        """The horizontal axis for the instants in a column, marked above the plot at days, months or years."""
        import altair as alt

        ticks, form = _ticks(self)
        domain = [begin(self.first), end(self.last)]
        return alt.X(
            f"{column}:T",
            scale=alt.Scale(type="utc", domain=domain, nice=False, padding=0),
            axis=alt.Axis(orient="top", values=list(ticks), format=form),
        )


def begin(day: date) -> int:
    """The first instant of a day."""
    return (day.toordinal() - _FIRST) * DAY


def end(day: date) -> int:
    """The instant that ends a day."""
    return begin(day) + DAY


def first_day(month: int) -> date:
    """Of a month, counted from that of the year 0, which is 0; days outside the calendar are its ends."""
    year = month // 12
    return date.min if year < MINYEAR else date.max if year > MAXYEAR else date(year, month % 12 + 1, 1)


def last_day(month: int) -> date:
    """As `first_day`."""
    following = first_day(month + 1)
    return following if following in (date.min, date.max) else following - timedelta(days=1)


def _ticks(span: Span) -> tuple[Sequence[int], str]:
    first, last = (day.year * 12 + day.month - 1 for day in (span.first, span.last))
    for step in _MONTH_STEPS:
        days = (first_day(month) for month in range(-(-first // step) * step, last + 1, step))
        ticks = [begin(day) for day in days if span.first <= day]
        if len(ticks) <= _MOST_TICKS:
            break
    if step == 1 and len(ticks) < _FEWEST_TICKS:
        return _day_ticks(span), "%Y-%m-%d"
    return ticks, "%Y-%m" if step < _YEAR else "%Y"


def _day_ticks(span: Span) -> Sequence[int]:
    days = range(begin(span.first), end(span.last), DAY)
    most = _MOST_TICKS // 2
    return next(days[::step] for step in _DAY_STEPS if len(days[::step]) <= most)
