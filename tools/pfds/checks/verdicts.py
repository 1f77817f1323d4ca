"""Verdicts on the values of a field, remembered: cells that have to be looked at are few, and often alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import compress
from typing import Final, TypeAlias

import pyarrow as pa

from pfds.intake.columns import Flags

Judge: TypeAlias = Callable[[pa.StringArray], Sequence[tuple[str, Flags]]]
"""Flags the bad ones of some values, rule by rule; a value is judged alike wherever it stands."""

_MOST: Final = 1 << 13
_LONGEST: Final = 64
"""Values of one field that are remembered, and the characters of each."""


class Verdicts:
    """The rule that each value breaks, the first one if there are several; None if it breaks none."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._known: dict[str, str | None] = {}

    def of(self, values: Sequence[str]) -> list[str | None]:
        """The rule that each of these values breaks."""
        known = self._known
        unknown = [value for value in dict.fromkeys(values) if value not in known]
        if not unknown:
            return [known[value] for value in values]
        fresh: dict[str, str | None] = dict.fromkeys(unknown)
        for rule, bad in self._judge(pa.array(unknown, pa.string())):
            fresh.update(dict.fromkeys(compress(unknown, bad.tolist()), rule))
        found = [fresh[value] if value in fresh else known[value] for value in values]
        if len(known) < _MOST:
            known.update((value, rule) for value, rule in fresh.items() if len(value) <= _LONGEST)
        return found
