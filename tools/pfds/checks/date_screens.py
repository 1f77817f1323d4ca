"""Screens for dates: arithmetic on the bytes of a whole column knows the plain ones and leaves the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pfds.checks.screens import Octets, octets_of
from pfds.intake.columns import Flags, Integers

_DAY, _MONTH, _YEAR = (np.frombuffer(shape, np.uint8) for shape in (b"0000-00-00", b"0000-00", b"0000"))
_FEBRUARY: Final = 2
_MONTHS: Final = 12
_MONTH_DAYS: Final = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], np.int32)


def days(column: pa.StringArray) -> Flags:
    """Which cells hold a day of the calendar as YYYY-MM-DD, from the year 0001 on."""
    return _of_calendar(column, (_DAY,))


def date_screen(column: pa.StringArray) -> Integers:
    """Screen for dates: every cell but the plain days."""
    return _filled(column, ~days(column))


def edtf_screen(column: pa.StringArray) -> Integers:
    """Screen for dates of EDTF: every cell but the plain days, months (YYYY-MM) and years (YYYY)."""
    return _filled(column, ~_of_calendar(column, (_DAY, _MONTH, _YEAR)))


def _filled(column: pa.StringArray, suspect: Flags) -> Integers:
    if column.null_count:
        suspect &= column.is_valid().to_numpy(zero_copy_only=False)
    return np.flatnonzero(suspect)


def _of_calendar(column: pa.StringArray, shapes: Sequence[Octets]) -> Flags:
    """Which cells have one of these shapes and stand in the calendar, from the year 0001 on."""
    offsets, octets = octets_of(column)
    sizes = np.diff(offsets)
    found = np.zeros(len(sizes), np.bool_)
    for shape in shapes:
        rows = np.flatnonzero(sizes == len(shape))
        if rows.size:
            found[rows] = _dates(_letters(rows, len(shape), offsets, octets), shape)
    return found


def _letters(rows: Integers, size: int, offsets: Integers, octets: Octets) -> Octets:
    """The octets of cells that all have ``size`` of them, one cell a row."""
    if rows.size * size == offsets[-1] - offsets[0]:
        return octets[offsets[0] : offsets[-1]].reshape(-1, size)
    letters: Octets = octets[offsets[rows][:, None] + np.arange(size)]
    return letters


def _dates(letters: Octets, shape: Octets) -> Flags:
    digits = letters - shape
    limits = np.where(ord("-") == shape, 0, 9).astype(np.uint8)
    shaped: Flags = np.all(digits <= limits, axis=1)
    number: npt.NDArray[np.int32] = np.where(shaped[:, None], digits, 0).astype(np.int32)
    year = number[:, 0] * 1000 + number[:, 1] * 100 + number[:, 2] * 10 + number[:, 3]
    shaped &= year > 0
    if len(shape) == len(_YEAR):
        return shaped
    month = number[:, 5] * 10 + number[:, 6]
    shaped &= (month > 0) & (month <= _MONTHS)
    if len(shape) == len(_MONTH):
        return shaped
    day = number[:, 8] * 10 + number[:, 9]
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    length = _MONTH_DAYS[np.where(shaped, month, 0)] + (leap & (month == _FEBRUARY))
    shaped &= (day > 0) & (day <= length)
    return shaped
