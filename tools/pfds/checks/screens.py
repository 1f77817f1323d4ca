"""Screens: a quick look at the bytes of a whole column that leaves only the cells that may be bad.

A screen never passes over a bad cell; whether a cell that it leaves is bad, the checks of the field say.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pfds.intake.columns import Integers

Octets: TypeAlias = npt.NDArray[np.uint8]
Screen: TypeAlias = Callable[[pa.StringArray], Integers]
"""Indices, in order, of the cells of a column that may be bad; empty cells never are."""

_LETTER: Final = r"\\x[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|[^\\\]^-]"
_CLASS: Final = re.compile(rf"\[(\^?)((?:(?:{_LETTER})(?:-(?:{_LETTER}))?)+)(-?)\]")
_ITEM: Final = re.compile(rf"({_LETTER})(?:-({_LETTER}))?")
_ENDS: Final = re.compile(r"\^(\[\^[^\]]+\])\(\[\^\\x00\]\*\1\)\?\$")
_ALONE: Final = np.uint8(1)
"""Of a last octet: it is a whole character of the edge, whatever stands before it."""
_AFTER: Final = np.uint8(2)
"""Of a last octet: it ends a character of the edge if the octet before it is one of those that stand there."""


def octets_of(column: pa.StringArray) -> tuple[Integers, Octets]:
    """Where each cell begins, and the last ends, in the bytes of a column; and these bytes."""
    _, offsets, data = column.buffers()
    if offsets is None or data is None:
        return np.zeros(len(column) + 1, np.int64), np.zeros(0, np.uint8)
    places = np.frombuffer(offsets, np.int32)[column.offset : column.offset + len(column) + 1]
    return places.astype(np.int64), np.frombuffer(data, np.uint8)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What text must neither begin nor end with, and what it must not hold: tables of a flag for each octet.

    ``first`` are the first octets of characters at its edge; a last octet and the one before it are of such a character
    if their flags in ``last`` and ``before_last`` have a bit in common.
    """

    first: Octets
    last: Octets
    before_last: Octets
    inside: Octets


def text_bounds(pattern: str | None, forbidden: str | None) -> Bounds | None:
    """What patterns say of the edges and the inside of text; None if they have another form."""
    ends = _ENDS.fullmatch(pattern or "")
    edge = characters(ends[1].replace("[^", "[", 1)) if ends else None
    inside = characters(forbidden) if forbidden else None
    if edge is None or inside is None or any(ord(character) > 0x7F for character in inside):
        return None
    spelled = [character.encode("utf-8") for character in edge]
    longer = [octets for octets in spelled if len(octets) > 1]
    last = _table(*(octets[0] for octets in spelled if len(octets) == 1)) * _ALONE
    last |= _table(*(octets[-1] for octets in longer)) * _AFTER
    before_last = _table(*(octets[-2] for octets in longer)) * _AFTER | _ALONE
    first = _table(*(octets[0] for octets in spelled))
    return Bounds(first, last, before_last, _table(0, *map(ord, inside)))


def text_screen(pattern: str | None, forbidden: str | None, longest: int | None) -> Screen | None:
    """Screen for text that must neither begin nor end with certain characters, nor hold certain others.

    None if the patterns have another form.
    """
    bounds = text_bounds(pattern, forbidden)
    return _TextScreen(bounds, longest) if bounds else None


def characters(pattern: str) -> frozenset[str] | None:
    """The characters of a class such as `[\\x00-\\x1F]`; None if the pattern is no such class."""
    found = _CLASS.fullmatch(pattern)
    if found is None or found[1]:
        return None
    members: set[str] = set(found[3])
    for first, last in _ITEM.findall(found[2]):
        members.update(map(chr, range(_code(first), _code(last or first) + 1)))
    return frozenset(members)


def _code(letter: str) -> int:
    return int(letter[2:], 16) if letter[0] == "\\" else ord(letter)


class _TextScreen:
    def __init__(self, bounds: Bounds, longest: int | None) -> None:
        self._first = bounds.first.astype(np.bool_)
        self._last = bounds.last
        self._before_last = bounds.before_last
        self._inside = bounds.inside.astype(np.bool_)
        self._longest = longest
        inside = np.flatnonzero(bounds.inside)
        self._low = int(max(inside[inside < ord(" ")]))
        self._high = [octet for octet in inside.tolist() if octet > self._low]

    def __call__(self, column: pa.StringArray) -> Integers:
        offsets, octets = octets_of(column)
        begins, ends = offsets[:-1], offsets[1:]
        filled = ends > begins
        if not filled.any():
            return np.flatnonzero(filled)
        last = ends - 1
        suspect = self._first[octets[np.minimum(begins, len(octets) - 1)]]
        suspect |= (self._last[octets[last]] & self._before_last[octets[np.maximum(last, 1) - 1]]) != 0
        if self._longest is not None:
            suspect |= ends - begins > self._longest
        suspect &= filled
        held = self._held(octets[offsets[0] : offsets[-1]])
        if held.size:
            suspect[np.searchsorted(ends, held + offsets[0], "right")] = True
        return np.flatnonzero(suspect)

    def _held(self, octets: Octets) -> Integers:
        """Where forbidden characters stand."""
        low = octets <= self._low
        for other in self._high:
            low |= octets == other
        places = np.flatnonzero(low)
        return places[self._inside[octets[places]]]


def _table(*octets: int) -> Octets:
    flags = np.zeros(256, np.uint8)
    flags[list(octets)] = 1
    return flags
