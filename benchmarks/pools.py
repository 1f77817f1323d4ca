"""What every table draws from: names, titles and sentences in three scripts, dates, organizations."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from benchmarks.draw import Draw, Numbers, date_pool, where
from benchmarks.plan import AS_OF, Plan
from benchmarks.standard import fields
from benchmarks.words import Lexicon, held_back_names, lexicons


class Pools:
    """The texts and dates of one package, the same for the same seed."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.lexicons = lexicons(plan.seed)
        self.held_back = held_back_names(plan.seed)
        self._dates = date_pool(plan.seed)

    def dates(self, draw: Draw, years: Numbers | int) -> pl.Series:
        """EDTF dates within the years given."""
        return draw.dates(np.full(draw.rows, years) if isinstance(years, int) else years, self._dates)

    def organization_ids(self, draw: Draw) -> pl.Series:
        """Ids of any organizations."""
        return self.plan.ids("organizations", draw.numbers(0, self.plan.count("organizations")))

    def names(self, draw: Draw) -> pl.Series:
        """Full names of persons."""
        return _by_script(draw, [draw.pick(it.given) + " " + draw.pick(it.family) for it in self.lexicons])

    def titles(self, draw: Draw) -> pl.Series:
        """Five words and a place."""
        return _by_script(draw, [draw.pick(it.phrases) + " – " + draw.pick(it.places) for it in self.lexicons])

    def phrases(self, draw: Draw) -> pl.Series:
        """Five words."""
        return _by_script(draw, [draw.pick(lexicon.phrases) for lexicon in self.lexicons])

    def places(self, draw: Draw) -> pl.Series:
        """One word."""
        return _by_script(draw, [draw.pick(lexicon.places) for lexicon in self.lexicons])

    def descriptions(self, draw: Draw) -> pl.Series:
        """Two sentences: in a fifth there are commas, in a twentieth quotes, in 7 of 100 a line break."""
        return _by_script(draw, [_description(draw, lexicon) for lexicon in self.lexicons])


def frame(table: str, **columns: pl.Series | str) -> pl.DataFrame:
    """A table of text with every field of the standard, in its order; what is not given is empty."""
    given = [
        (pl.lit(columns[name]) if name in columns else pl.lit(None, pl.String)).cast(pl.String).alias(name)
        for name in (field["name"] for field in fields(table))
    ]
    return pl.select(given)


def modified(draw: Draw) -> pl.Series:
    """Days of the last change."""
    return draw.days(date(2026, 1, 1), AS_OF)


def same(draw: Draw, text: str) -> pl.Series:
    """The text in every row."""
    return pl.Series([text]).new_from_index(0, draw.rows)


def if_filled(column: pl.Series, then: pl.Series) -> pl.Series:
    """Cells of the second column where the first one is filled."""
    return where(column.is_not_null().to_numpy(), then)


def _description(draw: Draw, lexicon: Lexicon) -> pl.Series:
    first = where(draw.chance(0.2), draw.pick(lexicon.with_comma), draw.pick(lexicon.plain))
    first = where(draw.chance(0.05), draw.pick(lexicon.with_quotes), first)
    return first + draw.pick([" "] * 93 + ["\n"] * 7) + draw.pick(lexicon.plain)


def _by_script(draw: Draw, columns: list[pl.Series]) -> pl.Series:
    """Cells of the Latin, Cyrillic and Arabic column in the proportion 10 to 7 to 3."""
    chance = draw.rng.random(draw.rows)
    return where(chance < 0.5, columns[0], where(chance < 0.85, columns[1], columns[2]))
