"""Makes text of damaged CSV records that can be read at once: it has the columns that are read, and each of its records
has all of them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import numpy as np

from pfds.intake.columns import Flags, Integers
from pfds.intake.csv_scan import QUOTE, Octets, Records, Scan

_EMPTY: Final = '""'
"""The cell of a record that would be a blank line without it."""


def mended(scan: Scan, records: Records, columns: Collection[int], *, garbled: bool) -> bytes:
    """The cells of records at the positions ``columns`` (0 = first), in this order, as text.

    Cells that a record has not are empty, and other ones are left out: a record of two bytes may miss thousands. If
    some records are ``garbled``, bytes that are not UTF-8 give way to U+FFFD.
    """
    if not len(records):
        return b""
    read = np.array(sorted(columns), np.int64)
    first, last = int(records.starts[0]), int(records.ends[-1])
    left = _left(scan, records, read)[first:last]
    before = np.concatenate([[0], np.cumsum(left)])
    starts, ends = before[records.starts - first], before[records.ends - first]
    present = np.searchsorted(read, scan.cells(records))
    lacking = len(read) - np.maximum(present, 1)
    blank = (starts == ends) & (lacking == 0)
    text = _filled_up(scan.octets[first:last][left], ends, lacking, blank, scan.separator).tobytes()
    return text.decode("utf-8", "replace").encode() if garbled else text


def _left(scan: Scan, records: Records, read: Integers) -> Flags:
    """Of each octet whether it is left: without the cells that are not read, and what parts them from others."""
    within = scan.separators[: np.searchsorted(scan.separators, records.ends[-1])]
    number = np.searchsorted(within, records.starts)
    record = np.repeat(np.arange(len(records)), np.diff(number, append=len(within)))
    position = np.arange(len(within)) - number[record] + 1
    stops = np.append(within, len(scan.octets))[1:]
    stops = np.minimum(stops, records.ends[record])
    dropped = ~np.isin(position, read)
    borders = np.zeros(len(scan.octets) + 1, np.int8)
    borders[within[dropped]] += 1
    borders[stops[dropped]] -= 1
    leading = within[position == read[0]]
    borders[leading] += 1
    borders[leading + 1] -= 1
    if read[0]:
        heads = np.append(within, len(scan.octets))[number]
        borders[records.starts] += 1
        borders[np.minimum(heads, records.ends)] -= 1
    left: Flags = np.cumsum(borders[:-1], dtype=np.int8) == 0
    return left


def _filled_up(octets: Octets, ends: Integers, lacking: Integers, blank: Flags, separator: int) -> Octets:
    """Octets with as many separators as each record is lacking at its end, and quotation marks for blank records."""
    added = np.where(blank, len(_EMPTY), lacking)
    before = np.cumsum(added)
    filled = np.full(len(octets) + int(before[-1]), separator, np.uint8)
    stretches = np.diff(ends, prepend=0, append=len(octets))
    filled[np.arange(len(octets)) + np.repeat(np.concatenate([[0], before]), stretches)] = octets
    for number in range(len(_EMPTY)):
        filled[ends[blank] + before[blank] - 1 - number] = QUOTE
    return filled
