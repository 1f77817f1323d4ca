"""Folds blocks of text fast: one byte for each folded letter, and each knows where it stood."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from unicodedata import category

import numpy as np
from numpy.typing import NDArray

from pfds.release.scan.skeletons import SKELETON, skeleton
from pfds.standard.folding import FOLDED

_Codes = NDArray[np.uint32]
_Marks = NDArray[np.uint8]
_Places = NDArray[np.intp]
_CODE_POINTS: Final = 0x110000
_UNKNOWN, _NOTHING, _SEVERAL, _FORMAT, _SPACE = 0, 1, 2, 3, 32
_REACH: Final = 200
"""Characters on each side within which the other words of a name are looked for."""


def marks(look: str) -> bytes:
    """A folded skeleton with one byte for each letter: ASCII as it is, other letters by the end of their code."""
    return bytes(map(_mark, map(ord, look)))


def _mark(code: int) -> int:
    return code if code < 0x80 else 0x80 | (code & 0x7F)


_ASCII: Final = bytes(ord(FOLDED[code][:1] or " ") if code < 0x80 else _SPACE for code in range(256))


@dataclass(frozen=True, slots=True)
class Window:
    """The folded text around a place: as it is, with letters that look alike replaced, and where in it the place is."""

    text: str
    look: str
    start: int


@dataclass(frozen=True)
class Folded:
    """A text as `fold` has it, with a space at both ends, but spaces are not drawn together.

    ``data`` has one byte for each folded letter, so that several letters may share one: what is found in it has to be
    looked at in a `Window`. ``origin`` is the place in the source of each, None if each stands where it stood.
    Characters that only format are left out if ``joined``, else they are spaces.
    """

    source: str
    data: bytes
    origin: _Places | None = None
    joined: bool = False

    def at(self, place: int) -> int:
        """Where in the source a folded letter stood."""
        return place if self.origin is None else int(self.origin[min(place, len(self.origin) - 1)])

    def near(self, start: int, end: int) -> bytes:
        """The data around a place in the data: that of its window."""
        if self.origin is None:
            return self.data[max(0, start - _REACH) : end + _REACH]
        first, last = self.at(start) - _REACH, self.at(end - 1) + _REACH
        low, high = np.searchsorted(self.origin, (first, last + 1)).tolist()
        return self.data[low:high]

    def window(self, start: int, end: int) -> Window:
        """The text around a place in the data."""
        first, last = self.at(start), self.at(end - 1)
        before = self._folded(self.source[max(0, first - _REACH) : first])
        text = before + self._folded(self.source[first : last + 1 + _REACH])
        within = 0 if self.origin is None else start - int(np.searchsorted(self.origin, first))
        return Window(text, skeleton(text), len(before) + within)

    def _folded(self, text: str) -> str:
        if self.joined:
            text = "".join(letter for letter in text if category(letter) != "Cf")
        return text.translate(FOLDED)

    @cached_property
    def letters(self) -> _Places:
        """The places of all that is not a space."""
        return np.flatnonzero(np.frombuffer(self.data, np.uint8) != _SPACE)


def folded(text: str) -> Iterator[Folded]:
    """A text folded: once, or, if it has characters that only format, once with spaces for them and once without."""
    source = f" {text} "
    if source.isascii():
        yield Folded(source, source.encode("ascii").translate(_ASCII))
        return
    codes = np.frombuffer(source.encode("utf-32-le", errors="replace"), np.uint32)
    found = _TABLE.marks_of(codes)
    if found.min() > _FORMAT:
        yield Folded(source, found.tobytes())
        return
    formatting = found == _FORMAT
    if formatting.any():
        yield _spread(source, codes, np.where(formatting, np.uint8(_NOTHING), found), joined=True)
        found = np.where(formatting, np.uint8(_SPACE), found)
    yield _spread(source, codes, found, joined=False)


def _spread(source: str, codes: _Codes, found: _Marks, *, joined: bool) -> Folded:
    """Leaves out characters that fold to nothing, and makes room for those that fold to several letters."""
    several = found == _SEVERAL
    if not several.any():
        kept = np.flatnonzero(found != _NOTHING)
        return Folded(source, found[kept].tobytes(), kept, joined)
    lengths = (found != _NOTHING).astype(np.intp)
    lengths[several] = _TABLE.lengths[codes[several]]
    ends = np.cumsum(lengths)
    origin = np.repeat(np.arange(len(codes)), lengths)
    data = found[origin]
    wide = np.flatnonzero(data == _SEVERAL)
    place = wide - (ends - lengths)[origin[wide]]
    data[wide] = _TABLE.letters[_TABLE.offsets[codes[origin[wide]]] + place]
    return Folded(source, data.tobytes(), origin, joined)


class _Table:
    """What each character folds to, found out when it is first met."""

    def __init__(self) -> None:
        self.marks = np.full(_CODE_POINTS, _UNKNOWN, np.uint8)
        self.lengths = np.zeros(_CODE_POINTS, np.uint8)
        self.offsets = np.zeros(_CODE_POINTS, np.uint32)
        self.letters = np.zeros(0, np.uint8)

    def marks_of(self, codes: _Codes) -> _Marks:
        """A byte for each character, or what tells that it folds to nothing, to several letters, or only formats."""
        found: _Marks = self.marks[codes]
        if found.min() == _UNKNOWN:
            for code in map(int, np.unique(codes[found == _UNKNOWN])):
                self.marks[code] = self._learnt(code)
            found = self.marks[codes]
        return found

    def _learnt(self, code: int) -> int:
        if category(chr(code)) == "Cf":
            return _FORMAT
        text = FOLDED[code]
        if len(text) == 1:
            return _mark(SKELETON.get(ord(text), ord(text)))
        if not text:
            return _NOTHING
        self.lengths[code], self.offsets[code] = len(text), len(self.letters)
        self.letters = np.append(self.letters, np.frombuffer(marks(skeleton(text)), np.uint8))
        return _SEVERAL


_TABLE: Final = _Table()
