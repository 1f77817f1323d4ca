"""What package to make: how many records of each table, and their ids."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from benchmarks.draw import Numbers, ids

CHUNK: Final = 50_000
AS_OF: Final = date(2026, 6, 30)
_ID_PREFIXES: Final = {
    "cases": "cas", "persons": "per", "events": "evt", "organizations": "org", "sources": "src", "names": "nam",
    "case_parties": "cpa", "event_parties": "epa", "claims": "clm",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """What package to make: its number of events (a multiple of 10), its seed and its options."""

    events: int
    seed: int = 1
    protected: float = 0.001
    shuffled: bool = False

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that the package has."""
        return tuple(_ID_PREFIXES)

    def count(self, table: str) -> int:
        """Number of records of a table in the whole package."""
        tenths = {"cases": 1, "case_parties": 1, "sources": 2, "persons": 5, "event_parties": 15, "claims": 16}
        if table == "organizations":
            return max(20, self.events // 1000)
        if table == "names":
            return self.count("organizations") + self.count("persons")
        return self.events * tenths.get(table, 10) // 10

    def ids(self, table: str, numbers: Numbers) -> pl.Series:
        """Ids of the records with these numbers, counted from 0."""
        return ids(_ID_PREFIXES[table], numbers, self.count(table), self.shuffled)
