"""Columns drawn at random, without a loop over rows: codes, dates of mixed precision, ids, text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from typing import Final

import numpy as np
import polars as pl

Numbers = np.ndarray[tuple[int], np.dtype[np.int64]]

FIRST_YEAR: Final = 1940
LAST_YEAR: Final = 2030
_FORMS_PER_YEAR: Final = 400
_AUTHORITY: Final = "bch"


class Draw:
    """A source of columns of one length; the same seed gives the same columns."""

    def __init__(self, rng: np.random.Generator, rows: int) -> None:
        self.rng = rng
        self.rows = rows

    def chance(self, share: float) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """A mask that is true for about the share of the rows."""
        return self.rng.random(self.rows) < share

    def numbers(self, low: int, high: int) -> Numbers:
        """Whole numbers from low up to, not including, high."""
        return self.rng.integers(low, high, self.rows)

    def pick(self, pool: pl.Series | Sequence[str], filled: float = 1.0) -> pl.Series:
        """A cell of the pool for each row; the rest beyond the share filled is empty."""
        values = pl.Series(pool, dtype=pl.String)
        return self.keep(values.gather(self.numbers(0, len(values))), filled)

    def keep(self, column: pl.Series, filled: float) -> pl.Series:
        """The column with only about the share filled left in it."""
        return column if filled >= 1 else where(self.chance(filled), column)

    def dates(self, years: Numbers, pool: pl.Series) -> pl.Series:
        """EDTF dates within the years given, from ``date_pool``."""
        return pool.gather((years - FIRST_YEAR) * _FORMS_PER_YEAR + self.numbers(0, _FORMS_PER_YEAR))

    def days(self, first: date, last: date) -> pl.Series:
        """Calendar days from first to last."""
        pool = pl.date_range(first, last, eager=True).cast(pl.String)
        return self.pick(pool)

    def decimals(self, low: float, high: float) -> pl.Series:
        """Numbers with up to four decimals, as text."""
        return pl.Series(np.round(self.rng.uniform(low, high, self.rows), 4)).cast(pl.String)


def where(
    mask: np.ndarray[tuple[int], np.dtype[np.bool_]], then: pl.Series, other: pl.Series | None = None
) -> pl.Series:
    """Cells of one column where the mask holds, else of the other column or empty."""
    kept = pl.when(pl.Series(mask)).then(then)
    return pl.select((kept if other is None else kept.otherwise(other)).alias("cell")).to_series()


def ids(prefix: str, numbers: Numbers, count: int, shuffled: bool) -> pl.Series:
    """Ids such as evt-bch-0000001 for records numbered from 0; shuffled, their order is not that of the records."""
    if shuffled:
        numbers = (numbers * _step(count) + count // 3) % count
    width = max(7, len(str(count)))
    return (f"{prefix}-{_AUTHORITY}-" + pl.Series(numbers + 1).cast(pl.String).str.zfill(width)).alias("id")


@cache
def date_pool(seed: int) -> pl.Series:
    """EDTF dates of mixed precision, the same number for each year from FIRST_YEAR to LAST_YEAR."""
    rng = np.random.default_rng([seed, FIRST_YEAR])
    years = np.repeat(np.arange(FIRST_YEAR, LAST_YEAR + 1), _FORMS_PER_YEAR)
    first_days, lengths, seasons = (rng.integers(low, high, len(years)) for low, high in ((0, 330), (1, 30), (21, 25)))
    drawn = zip(rng.random(len(years)), years, first_days, lengths, seasons, strict=True)
    return pl.Series([_date(float(chance), *map(int, numbers)) for chance, *numbers in drawn])


def _date(chance: float, year: int, first_day: int, length: int, season: int) -> str:
    day = date(year, 1, 1) + timedelta(days=first_day)
    later = day + timedelta(days=length)
    forms = (
        (0.72, f"{day}"),
        (0.84, f"{day:%Y-%m}"),
        (0.88, f"{year}"),
        (0.90, f"{year}-{season}"),
        (0.93, f"{day}?"),
        (0.95, f"{day:%Y-%m}~"),
        (0.985, f"{day}/{later}"),
        (0.997, f"[{day}..{later}]"),
        (1.0, "XXXX"),
    )
    return next(form for limit, form in forms if chance <= limit)


def _step(count: int) -> int:
    """A number without a common divisor with the count, near the golden section, so that ids jump about."""
    step = max(1, int(count * 0.618))
    while np.gcd(step, count) != 1:
        step += 1
    return step
