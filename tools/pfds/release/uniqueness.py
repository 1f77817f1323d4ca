"""How many rows that stand for somebody protected look the same: k-anonymity over what could give them away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pfds.checks.database import Database
from pfds.publish.dictionary import csv_text
from pfds.release.dataset import public
from pfds.release.hanging import SHORT
from pfds.release.redactions import RECORD, Decisions
from pfds.release.versions import GateRefused

_MONTH: Final = 7
_SHOWN: Final = 5
_WHO: Final = "CASE WHEN p.person_id IS NULL THEN group_label ELSE s.protected_group END"
_ALIKE: Final[Mapping[str, tuple[str, str, tuple[str, ...]]]] = {
    "event_parties": (
        "events",
        "event_id",
        (
            *("t.country", "t.admin1", "t.locality", f"substr(t.event_date, 1, {_MONTH})", "t.event_type"),
            *("p.role", "p.individual_outcome", _WHO),
            f"(SELECT string_agg(DISTINCT violation_type, ' ' ORDER BY violation_type) FROM {public('violations')} v"
            " WHERE v.event_id = p.event_id)",
        ),
    ),
    "case_parties": (
        "cases",
        "case_id",
        ("t.country", "t.case_type", f"substr(t.date_opened, 1, {_MONTH})", "p.role", "p.outcome", _WHO),
    ),
}
"""For each table whose rows can stand for somebody: the table it belongs to, the key, and the quasi-identifiers."""


@dataclass(frozen=True, slots=True)
class Alike:
    """A public row that stands for somebody protected: its identifier, that of its event or case, and how many such
    rows, itself included, look the same."""

    key: str
    of: str
    rows: int


def alike(dataset: Database) -> list[Alike]:
    """The rows of a disclosed dataset that stand for somebody protected, the most unique first."""
    return sorted(_found(dataset), key=lambda row: (row.rows, row.key))


def told(rows: Iterable[Alike]) -> str:
    """One sentence for the maintainers, with counts only; empty if nobody protected is in the release."""
    counts = Counter(row.rows for row in rows)
    if not counts:
        return ""
    smallest, number = min(counts.items())
    total = sum(counts.values())
    return (
        f"Rows that stand for somebody protected: {total}. The smallest group of such rows that look the same has"
        f" {smallest}; {number} are in groups of that size."
    )


def report(rows: Iterable[Alike]) -> str:
    """CSV for the maintainers only: each row, its event or case, and the size of its group."""
    return csv_text(("record_id", "of_id", "group_size"), ((row.key, row.of, row.rows) for row in rows))


def refuse_unique(rows: Iterable[Alike], minimum: int, decided: Decisions) -> None:
    """Raises GateRefused if a row looks like fewer than ``minimum`` others of its kind, itself counted, unless it was
    decided to publish it (the row, or its event or case as a whole)."""
    few = [
        row
        for row in rows
        if row.rows < minimum and not any((key, RECORD) in decided.published for key in (row.key, row.of))
    ]
    if few:
        more = f" and {len(few) - _SHOWN} others" if len(few) > _SHOWN else ""
        raise GateRefused(
            f"{', '.join(row.key for row in few[:_SHOWN])}{more} stand for somebody protected and look like fewer than"
            f" {minimum} such rows, so they may give the person away. Make the date or the place coarser, withhold"
            " the row, or add a row to redactions with the method publish."
        )


def _found(dataset: Database) -> Iterator[Alike]:
    for table, (of, key, same) in _ALIKE.items():
        own = "event_party_id" if table == "event_parties" else "case_party_id"
        joined = (
            f"{public(table)} p JOIN {public(of)} t USING ({key}) LEFT JOIN {public('persons')} s ON s.person_id ="
            " p.person_id"
        )
        select = (
            f"SELECT p.{own}, t.{key}, COUNT(*) OVER (PARTITION BY {', '.join(same)}) FROM {joined}"
            f" WHERE p.{own} IN (SELECT id FROM {SHORT})"
        )
        yield from (Alike(*row) for row in dataset.rows(select))
