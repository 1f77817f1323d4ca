"""Finds unsalted hashes of protected values, by their first 64 bits."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pfds.release.scan.sought import Sought, sought_identifier

BASE64_LETTERS: Final = (22, 27, 43)
"""Letters of base64 that stand for 16, 20 and 32 bytes."""
_HEAD: Final = 8
_FEWEST_BITS, _MOST_BITS = 22, 25
"""Bits of a head by which most are told from those that are sought: more for more hashes."""
_SPARE_BITS: Final = 4
_Heads = NDArray[np.uint64]
_Known = NDArray[np.bool_]


class Hashes:
    """Knows the hashes of values and identifiers: ``of`` are the digests of each."""

    def __init__(self, of: Iterable[tuple[Sought | str, Iterable[bytes]]]) -> None:
        self._hashed = list[Sought | str]()
        heads, owners = bytearray(), array("I")
        for hashed, digests in of:
            before = len(heads)
            for digest in digests:
                heads += digest[:_HEAD]
            owners.extend([len(self._hashed)] * ((len(heads) - before) // _HEAD))
            self._hashed.append(hashed)
        unsorted = np.frombuffer(bytes(heads), "<u8")
        order = np.argsort(unsorted, kind="stable")
        self._heads: _Heads = unsorted[order]
        self._owners = np.frombuffer(owners, np.uint32)[order]
        bits = min(_MOST_BITS, max(_FEWEST_BITS, len(unsorted).bit_length() + _SPARE_BITS))
        self._screens = [_Screen(self._heads, bits, shift) for shift in (0, bits)]

    def among(self, heads: bytes) -> Iterator[tuple[int, Sought]]:
        """Which (0 = first) of many hashes is that of a value; ``heads`` are the first eight bytes of each."""
        numbers: _Heads = np.frombuffer(heads, "<u8")
        places = np.arange(len(numbers))
        for screen in self._screens:
            places = places[screen.lets_through(numbers[places])]
        nearest = np.minimum(np.searchsorted(self._heads, numbers[places]), len(self._heads) - 1)
        for at in np.flatnonzero(self._heads[nearest] == numbers[places]) if len(places) else ():
            hashed = self._hashed[self._owners[nearest[at]]]
            yield int(places[at]), sought_identifier(hashed) if isinstance(hashed, str) else hashed

    def in_bytes(self, data: bytes) -> Iterator[Sought]:
        """Values whose hashes stand anywhere in bytes."""
        for first in range(_HEAD if len(self._heads) else 0):
            yield from (sought for _, sought in self.among(data[first : first + (len(data) - first) // _HEAD * _HEAD]))


class _Screen:
    """Lets through what may be one of many heads, by some of its bits."""

    def __init__(self, heads: _Heads, bits: int, shift: int) -> None:
        self._shift, self._low = np.uint64(shift), np.uint64((1 << bits) - 1)
        self._known: _Known = np.zeros(1 << bits, np.bool_)
        self._known[self._bits(heads)] = True

    def lets_through(self, heads: _Heads) -> _Known:
        return self._known[self._bits(heads)]

    def _bits(self, heads: _Heads) -> NDArray[np.intp]:
        return ((heads >> self._shift) & self._low).astype(np.intp)
