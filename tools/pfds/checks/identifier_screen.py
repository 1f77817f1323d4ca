"""Screen for identifiers: of many that begin alike, one is judged in full, and of the others only the end."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import pyarrow as pa

from pfds.checks.screens import Octets, Screen, characters, octets_of
from pfds.intake.columns import Flags, Integers

_FORM: Final = re.compile(r"\^([^\\^$]+)(\[[^\]]+\])\{([0-9]+),([0-9]+)\}\$")
MOST_BEGINNINGS: Final = 8
"""Cells of one column that are judged in full, each for those that begin as it does; all others are left."""
_LONGEST_BEGINNING: Final = 56
_WORD: Final = np.dtype("<u8")


@dataclass(frozen=True, slots=True)
class IdentifierForm:
    """A pattern that ends in ``least`` to ``most`` of certain characters of ASCII, after its group `begin`."""

    pattern: re.Pattern[str]
    end: frozenset[str]
    least: int
    most: int


def identifier_form(pattern: str | None) -> IdentifierForm | None:
    """The parts of a pattern that ends in so many of certain characters, as those of identifiers do, if it does."""
    form = _FORM.fullmatch(pattern or "")
    end = characters(form[2]) if form else None
    if not form or not end or max(end) > "\x7f":
        return None
    whole = re.compile(f"(?P<begin>{form[1]}){form[2]}{{{form[3]},{form[4]}}}")
    return IdentifierForm(whole, end, int(form[3]), int(form[4]))


def identifier_screen(pattern: str | None) -> Screen | None:
    """Screen for a pattern that has the form of identifiers; None if it has not."""
    form = identifier_form(pattern)
    return _IdentifierScreen(form) if form else None


class _IdentifierScreen:
    def __init__(self, form: IdentifierForm) -> None:
        self._pattern = form.pattern
        self._ranges = _ranges(sorted(map(ord, form.end)))
        self._least = form.least
        self._most = form.most

    def __call__(self, column: pa.StringArray) -> Integers:
        offsets, octets = octets_of(column)
        octets = _padded(octets[offsets[0] : offsets[-1]])
        offsets -= offsets[0]
        filled = offsets[1:] > offsets[:-1]
        if column.null_count:
            filled &= column.is_valid().to_numpy(zero_copy_only=False)
        suspect = np.zeros(len(column), np.bool_)
        suspect[np.searchsorted(offsets, self._foreign(octets[: offsets[-1]]), "right") - 1] = True
        suspect &= filled
        cells = np.flatnonzero(filled & ~suspect)
        for _ in range(MOST_BEGINNINGS):
            if not cells.size:
                break
            known = self._pattern.fullmatch(column[int(cells[0])].as_py())
            if known is None or len(known["begin"]) > _LONGEST_BEGINNING:
                suspect[cells[0]] = True
                cells = cells[1:]
                continue
            cells = cells[~self._sound(known["begin"].encode("ascii"), offsets, cells, octets)]
        suspect[cells] = True
        return np.flatnonzero(suspect)

    def _foreign(self, octets: Octets) -> Integers:
        """Where octets stand that no end has."""
        known = np.zeros(len(octets), np.bool_)
        for first, last in self._ranges:
            known |= (octets - np.uint8(first)) <= last - first
        return np.flatnonzero(~known)

    def _sound(self, begin: bytes, offsets: Integers, cells: Integers, octets: Octets) -> Flags:
        """Which of these cells, all without foreign octets, begin as a sound one and go on for as long as they may."""
        places = offsets[cells]
        sizes = offsets[cells + 1] - places - len(begin)
        sound: Flags = (sizes >= self._least) & (sizes <= self._most)
        words = np.ndarray((len(octets) - _WORD.itemsize + 1,), _WORD, octets, strides=(1,))
        for at in range(0, len(begin), _WORD.itemsize):
            part = begin[at : at + _WORD.itemsize]
            mask = int.from_bytes(b"\xff" * len(part), "little")
            sound &= (words[places + at] & _WORD.type(mask)) == int.from_bytes(part, "little")
        return sound


def _ranges(codes: list[int]) -> list[tuple[int, int]]:
    """The first and the last of each run of numbers that follow one another."""
    breaks = [index + 1 for index, (one, following) in enumerate(pairwise(codes)) if following != one + 1]
    return [(codes[begin], codes[end - 1]) for begin, end in pairwise([0, *breaks, len(codes)])]


def _padded(octets: Octets) -> Octets:
    """The same with room behind, so that a whole word can be looked at wherever a cell or its beginning ends."""
    padded = np.zeros(len(octets) + _LONGEST_BEGINNING + _WORD.itemsize, np.uint8)
    padded[: len(octets)] = octets
    return padded
