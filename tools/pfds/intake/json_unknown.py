"""Keys of JSON records that their table does not have, counted over all pieces of a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from threading import Condition
from typing import Final

from pfds.intake.header import unknown_column
from pfds.intake.limits import MAX_COLUMNS, MAX_MISFIT_RECORDS
from pfds.intake.problems import limit_facts, problem
from pfds.intake.tables import Reading
from pfds.standard.findings import Finding, Origin, Skipped
from pfds.standard.model import Table
from pfds.standard.phrase import Phrase

_KEY_LENGTH: Final = 1_000
"""Keys that begin with as many equal characters are counted as one."""


@dataclass(slots=True)
class KeyCounts:
    """Unknown keys of one piece: the line on which each stands first, and how often it stands; and how many records of
    the piece do not fit, for they are no objects, have such keys or values of another type, or lack a required one."""

    counts: dict[str, tuple[int, int]] = field(default_factory=dict)
    misfits: int = 0

    def add(self, keys: Iterable[str], line: int) -> None:
        """Count the keys of a record; once there are too many different ones, only the known go on counting."""
        for key in keys:
            self.put(key[:_KEY_LENGTH], line, 1)

    def put(self, key: str, line: int, times: int) -> None:
        """Count a key that stands on ``line``."""
        first, before = self.counts.get(key, (line, 0))
        if before or len(self.counts) <= MAX_COLUMNS:
            self.counts[key] = (min(first, line), before + times)


@dataclass(slots=True)
class UnknownKeys:
    """Adds up what the pieces of a file counted, in their order, whichever of them is read first."""

    table: Table
    file: str
    _begun: int = 0
    _added: int = 0
    _waiting: dict[int, KeyCounts] = field(default_factory=dict)
    _misfits: list[int] = field(default_factory=list)
    _total: KeyCounts = field(default_factory=KeyCounts)
    _changed: Condition = field(default_factory=Condition)

    def begin(self) -> int:
        """The number of the next piece; what is counted in it must be added."""
        self._begun += 1
        return self._begun - 1

    def add(self, piece: int, counts: KeyCounts) -> None:
        """Take note of what a piece holds."""
        with self._changed:
            self._waiting[piece] = counts
            while (found := self._waiting.pop(self._added, None)) is not None:
                for key, (line, times) in found.counts.items():
                    self._total.put(key, line, times)
                self._misfits.append(found.misfits + (self._misfits[-1] if self._misfits else 0))
                self._added += 1
            self._changed.notify_all()

    def bounded(self, piece: int, reading: Reading) -> Reading:
        """The reading of a piece, after which nothing more is read if too many records up to it do not fit.

        Waits for the pieces before it, which other threads are reading.
        """
        with self._changed:
            self._changed.wait_for(lambda: len(self._misfits) > piece)
        if self._misfits[piece] <= MAX_MISFIT_RECORDS:
            return reading
        facts = limit_facts(Phrase("records that do not fit"), MAX_MISFIT_RECORDS, self._misfits[piece])
        found = problem("limit-exceeded", Origin(self.file), table=self.table.name, facts=facts)
        because = Phrase("{file} could not be read to its end", file=self.file)
        return replace(
            reading,
            findings=(*reading.findings, found),
            skipped=(*reading.skipped, Skipped("*", because)),
            partial=reading.partial | {self.table.name},
            stops=True,
        )

    def findings(self) -> Iterator[Finding]:
        """One finding for each key; waits for the pieces that were begun, which other threads are reading."""
        with self._changed:
            self._changed.wait_for(lambda: self._added == self._begun)
        counts = self._total.counts
        if len(counts) > MAX_COLUMNS:
            facts = limit_facts(Phrase("columns"), MAX_COLUMNS, len(counts))
            yield problem("limit-exceeded", Origin(self.file), table=self.table.name, facts=facts)
            return
        for key, (line, times) in counts.items():
            yield unknown_column(key, self.table, Origin(self.file, None, line), times)
