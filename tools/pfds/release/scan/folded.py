"""Folds blocks of text fast, and knows for each folded letter where it stood."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from unicodedata import category

import numpy as np
from numpy.typing import NDArray

from pfds.release.scan.skeletons import SKELETON
from pfds.standard.folding import FOLDED

_Codes = NDArray[np.uint32]
_CODE_POINTS: Final = 0x110000
_UNKNOWN, _SEVERAL, _FORMAT, _NOTHING = (_CODE_POINTS + number for number in range(4))
_ASCII: Final = bytes(ord(FOLDED[code][:1] or " ") if code < 128 else 32 for code in range(256))
_SPACE: Final = ord(" ")
_ONE_BY_ONE: Final = 16


@dataclass(frozen=True)
class Folded:
    """A text as `fold` has it, with a space at both ends and line by line alike, but spaces are not drawn together.

    ``skeleton`` is UTF-8, with letters that look alike replaced; ``keep`` tells which characters of ``source`` are
    left in it, None if all are.
    """

    source: str
    skeleton: bytes
    keep: NDArray[np.bool_] | None = None

    @cached_property
    def kept(self) -> NDArray[np.intp] | None:
        """The places in the source of the folded characters, None if each stands where it stood."""
        return None if self.keep is None else np.flatnonzero(self.keep)

    @cached_property
    def look(self) -> str:
        """The skeleton as text."""
        return self.skeleton.decode("utf-8")

    @cached_property
    def text(self) -> str:
        """What the skeleton is made of: as long as it."""
        if self.source.isascii():
            return self.look
        folded = _TABLE.fold[_codes(self.source)]
        folded[folded == _FORMAT] = _SPACE
        return _text(folded if self.keep is None else folded[self.keep])

    def at(self, place: int) -> int:
        """Where in the source a folded character stood."""
        return place if self.kept is None else int(self.kept[min(place, len(self.kept) - 1)])

    @cached_property
    def _characters(self) -> NDArray[np.intp]:
        data = np.frombuffer(self.skeleton, np.uint8)
        return np.cumsum((data & 0xC0) != 0x80)

    def character(self, byte: int) -> int:
        """Index of the character that begins at a byte of the skeleton."""
        return byte if self.skeleton.isascii() else int(self._characters[byte]) - 1


def folded(text: str) -> Iterator[Folded]:
    """A text folded: once, or, if it has characters that only format, once with spaces for them and once without."""
    source = f" {text} "
    if source.isascii():
        yield Folded(source, source.encode("ascii").translate(_ASCII))
        return
    codes = _codes(source)
    found = _TABLE.look_of(codes)
    while (several := np.unique(codes[found == _SEVERAL])).size:
        if several.size > _ONE_BY_ONE:
            source = source.translate({int(code): FOLDED[int(code)] for code in several})
        else:
            for code in several:
                source = source.replace(chr(code), FOLDED[int(code)])
        codes = _codes(source)
        found = _TABLE.look_of(codes)
    formatting = found == _FORMAT
    if not formatting.any():
        yield _without(source, found, found != _NOTHING)
        return
    yield _without(source, np.where(formatting, np.uint32(_SPACE), found), found != _NOTHING)
    yield _without(source, found, (found != _NOTHING) & ~formatting)


def _without(source: str, found: _Codes, keep: NDArray[np.bool_]) -> Folded:
    if keep.all():
        return Folded(source, _text(found).encode("utf-8"))
    return Folded(source, _text(found[keep]).encode("utf-8"), keep)


def _codes(text: str) -> _Codes:
    return np.frombuffer(text.encode("utf-32-le", errors="replace"), np.uint32)


def _text(codes: _Codes) -> str:
    return codes.astype("<u4", copy=False).tobytes().decode("utf-32-le")


class _Table:
    """What each character folds to, found out when it is first met."""

    def __init__(self) -> None:
        self.fold = np.full(_CODE_POINTS, _UNKNOWN, np.uint32)
        self.look = np.full(_CODE_POINTS, _UNKNOWN, np.uint32)

    def look_of(self, codes: _Codes) -> _Codes:
        """The skeletons of characters; numbers beyond Unicode tell apart those that are not replaced by one letter."""
        found = self.look[codes]
        unknown = np.unique(codes[found == _UNKNOWN])
        if not unknown.size:
            return found
        for code in map(int, unknown):
            self.fold[code] = _folded_code(code)
            self.look[code] = SKELETON.get(int(self.fold[code]), int(self.fold[code]))
        return self.look[codes]


def _folded_code(code: int) -> int:
    if category(chr(code)) == "Cf":
        return _FORMAT
    text = FOLDED[code]
    if not text:
        return _NOTHING
    return ord(text) if len(text) == 1 else _SEVERAL


_TABLE: Final = _Table()
