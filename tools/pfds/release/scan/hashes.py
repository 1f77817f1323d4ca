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
        self._known = np.zeros(1 << _BITS, np.bool_)
        self._known[(self._heads & _LOW).astype(np.intp)] = True

    def among(self, heads: bytes) -> Iterator[tuple[int, Sought]]:
        """Which (0 = first) of many hashes is that of a value; ``heads`` are the first eight bytes of each."""
        numbers: _Heads = np.frombuffer(heads, "<u8")
        for place in np.flatnonzero(self._known[(numbers & _LOW).astype(np.intp)]):
            if sought := self._owner(numbers[place]):
                yield int(place), sought

    def in_bytes(self, data: bytes) -> Iterator[Sought]:
        """Values whose hashes stand anywhere in bytes."""
        for first in range(_HEAD if len(self._heads) else 0):
            yield from (sought for _, sought in self.among(data[first : first + (len(data) - first) // _HEAD * _HEAD]))

    def _owner(self, head: np.uint64) -> Sought | None:
        place = int(np.searchsorted(self._heads, head))
        if place == len(self._heads) or self._heads[place] != head:
            return None
        return self._sought[self._owners[place]]
