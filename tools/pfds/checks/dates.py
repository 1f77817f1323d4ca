"""Bounds of EDTF columns, worked out once for each distinct value."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from pfds.checks.date_screens import days
from pfds.standard.edtf import EdtfError, parse_edtf


@lru_cache(maxsize=1 << 16)
def bounds_of(text: str) -> tuple[str | None, str | None] | None:
    """First and last day of an EDTF value as ISO text, None where open; None instead of both if it cannot be read."""
    try:
        bounds = parse_edtf(text)
    except EdtfError:
        return None
    return _iso(bounds.earliest), _iso(bounds.latest)


def column_bounds(column: pa.StringArray) -> tuple[pa.StringArray, pa.StringArray]:
    """The earliest and the latest day of each value of a text column, as ISO text; a day is both."""
    plain = pa.array(days(column))
    others = pc.if_else(plain, pa.scalar(None, pa.string()), column)
    if others.null_count == len(others):
        return column, column
    encoded = others.dictionary_encode()
    bounds = [bounds_of(text) or (None, None) for text in encoded.dictionary.to_pylist()]
    earliest, latest = (
        pc.take(pa.array([bound[end] for bound in bounds], pa.string()), encoded.indices) for end in (0, 1)
    )
    return pc.if_else(plain, column, earliest), pc.if_else(plain, column, latest)


def map_distinct(column: pa.StringArray, function: Callable[[str], str | None]) -> pa.StringArray:
    """`function` of each value, called once for each distinct one; null stays null."""
    encoded = column.dictionary_encode()
    results = pa.array([function(text) for text in encoded.dictionary.to_pylist()], pa.string())
    return pc.take(results, encoded.indices)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
