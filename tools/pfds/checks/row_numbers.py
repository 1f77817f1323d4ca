"""Sets of numbers of records, a bit for each: those of ten million records take little more than a megabyte."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from pfds.intake.columns import Integers

_Bits = npt.NDArray[np.uint8]
_SPAN_BITS: Final = 16
_SPAN: Final = 1 << _SPAN_BITS


@dataclass(slots=True)
class RowNumbers:
    """Numbers from 0 on; what lies far apart takes no room between."""

    _spans: dict[int, _Bits] = field(default_factory=dict)

    def add(self, numbers: Integers) -> None:
        """Take in numbers in any order, some of them perhaps several times."""
        rising = np.sort(numbers)
        spans, begins = np.unique(rising >> _SPAN_BITS, return_index=True)
        for span, begin, end in zip(spans.tolist(), begins.tolist(), [*begins[1:].tolist(), len(rising)], strict=False):
            flags = np.zeros(_SPAN, np.bool_)
            flags[rising[begin:end] & (_SPAN - 1)] = True
            bits = self._bits(span)
            np.bitwise_or(bits, np.packbits(flags), out=bits)

    def add_range(self, begin: int, end: int) -> None:
        """Take in every number from ``begin`` on and before ``end``."""
        for start in range(begin, end, _SPAN):
            self.add(np.arange(start, min(start + _SPAN, end), dtype=np.int64))

    def update(self, other: RowNumbers) -> None:
        """Take in the numbers of another set."""
        for span, bits in other._spans.items():
            np.bitwise_or(self._bits(span), bits, out=self._bits(span))

    def number(self, without: RowNumbers) -> int:
        """How many numbers there are that are not in another set."""
        nothing = np.zeros(_SPAN >> 3, np.uint8)
        return sum(
            int(np.count_nonzero(np.unpackbits(bits & ~without._spans.get(span, nothing))))
            for span, bits in self._spans.items()
        )

    def _bits(self, span: int) -> _Bits:
        return self._spans.setdefault(span, np.zeros(_SPAN >> 3, np.uint8))
