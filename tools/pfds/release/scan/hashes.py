"""Finds unsalted hashes of protected values, by their first 64 bits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pfds.release.scan.sought import Sought

BASE64_LETTERS: Final = (22, 27, 43)
"""Letters of base64 that stand for 16, 20 and 32 bytes."""
_HEAD: Final = 8
_BITS: Final = 22
_SHIFTS: Final = (0, _BITS)
"""Where in a head the bits stand by which most are told from those that are sought."""
_LOW: Final = np.uint64((1 << _BITS) - 1)
_Heads = NDArray[np.uint64]


class Hashes:
    """Knows the hashes of values: ``of`` are the digests of each."""

    def __init__(self, of: Iterable[tuple[Sought, Iterable[bytes]]]) -> None:
        self._sought = list[Sought]()
        heads, owners = bytearray(), list[int]()
        for sought, digests in of:
            before = len(heads)
            for digest in digests:
                heads += digest[:_HEAD]
            owners += [len(self._sought)] * ((len(heads) - before) // _HEAD)
            self._sought.append(sought)
        unsorted = np.frombuffer(bytes(heads), "<u8")
        order = np.argsort(unsorted, kind="stable")
        self._heads: _Heads = unsorted[order]
        self._owners: list[int] = np.array(owners, np.intp)[order].tolist()
        self._known = [np.zeros(1 << _BITS, np.bool_) for _ in _SHIFTS]
        for known, shift in zip(self._known, _SHIFTS, strict=True):
            known[_bits(self._heads, shift)] = True

    def among(self, heads: bytes) -> Iterator[tuple[int, Sought]]:
        """Which (0 = first) of many hashes is that of a value; ``heads`` are the first eight bytes of each."""
        numbers: _Heads = np.frombuffer(heads, "<u8")
        places = np.arange(len(numbers))
        for known, shift in zip(self._known, _SHIFTS, strict=True):
            places = places[known[_bits(numbers[places], shift)]]
        nearest = np.minimum(np.searchsorted(self._heads, numbers[places]), len(self._heads) - 1)
        for at in np.flatnonzero(self._heads[nearest] == numbers[places]) if len(places) else ():
            yield int(places[at]), self._sought[self._owners[int(nearest[at])]]

    def in_bytes(self, data: bytes) -> Iterator[Sought]:
        """Values whose hashes stand anywhere in bytes."""
        for first in range(_HEAD if len(self._heads) else 0):
            yield from (sought for _, sought in self.among(data[first : first + (len(data) - first) // _HEAD * _HEAD]))


def _bits(heads: _Heads, shift: int) -> NDArray[np.intp]:
    return ((heads >> np.uint64(shift)) & _LOW).astype(np.intp)
