"""Finds any of many byte strings, in one pass for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from ahocorasick_rs import BytesAhoCorasick, Implementation, MatchKind

_FEW: Final = 20_000
"""Needles up to which the fastest automaton fits into memory."""


class Automaton:
    """Finds any of many byte strings."""

    def __init__(self, needles: Iterable[bytes]) -> None:
        self.needles = sorted(set(needles))
        few = len(self.needles) <= _FEW
        self._automaton = BytesAhoCorasick(
            self.needles,
            matchkind=MatchKind.Standard,
            implementation=Implementation.DFA if few else Implementation.ContiguousNFA,
        )

    def found(self, data: bytes) -> Iterator[tuple[bytes, int, int]]:
        """Each needle in the data with its start and end, overlapping ones too."""
        if self.needles:
            for number, start, end in self._automaton.find_matches_as_indexes(data, overlapping=True):
                yield self.needles[number], start, end
