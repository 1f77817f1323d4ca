"""Bounds of EDTF columns, worked out once for each distinct value."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from pfds.standard.edtf import EdtfError, parse_edtf


@lru_cache(maxsize=1 << 16)
def bounds_of(text: str) -> tuple[str | None, str | None]:
    """First and last day of an EDTF value as ISO text; None is open, and both are None if it cannot be read."""
    try:
        bounds = parse_edtf(text)
    except EdtfError:
        return None, None
    return _iso(bounds.earliest), _iso(bounds.latest)


def column_bounds(column: pa.StringArray) -> tuple[pa.StringArray, pa.StringArray]:
    """The earliest and the latest day of each value of a text column, as ISO text."""
    return map_distinct(column, lambda text: bounds_of(text)[0]), map_distinct(column, lambda text: bounds_of(text)[1])


def map_distinct(column: pa.StringArray, function: Callable[[str], str | None]) -> pa.StringArray:
    """`function` of each value, called once for each distinct one; null stays null."""
    encoded = column.dictionary_encode()
    results = pa.array([function(text) for text in encoded.dictionary.to_pylist()], pa.string())
    return pc.take(results, encoded.indices)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
