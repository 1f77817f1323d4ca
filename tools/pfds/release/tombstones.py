"""Tombstones: identifiers of withdrawn records, each with a coarse reason and no content. They never come back."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyarrow as pa

from pfds.checks.database import Database
from pfds.publish.dictionary import csv_text
from pfds.release.conditions import NEVER, every, inside, one_of
from pfds.release.dataset import sent
from pfds.standard.model import Standard, Table

TOMBSTONES = "tombstones.csv"
REASONS: Mapping[str, str] = {
    "protection": "to protect somebody: safety, consent taken back, a legal order; never told apart",
    "error": "the record was wrong as a whole",
    "duplicate_merged": "another record holds the same",
    "out_of_scope": "the record does not belong into the dataset",
    "source_retracted": "what it rested on was taken back",
}
UNSTATED = "withdrawn"
"""The reason of a record that the dataset itself marks as withdrawn."""
MERGED = "duplicate_merged"
"""The reason for which a tombstone may say which record to use instead."""
_COLUMNS = ("subject_table", "subject_id", "reason", "merged_into")


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A withdrawn record: its table, its identifier, one of REASONS or UNSTATED, and the record of the same table that
    holds the same, if it was merged into one."""

    table: str
    key: str
    reason: str
    merged_into: str | None = None


def tombstone_text(standard: Standard, tombstones: Iterable[Tombstone]) -> str:
    """tombstones.csv, ordered by table and identifier."""
    order = list(standard.tables)
    ordered = sorted(tombstones, key=lambda stone: (order.index(stone.table), stone.key))
    return csv_text(_COLUMNS, ((stone.table, stone.key, stone.reason, stone.merged_into) for stone in ordered))


def read_tombstones(standard: Standard, data: bytes) -> tuple[Tombstone, ...]:
    """The tombstones of a tombstones.csv. Raises ValueError if it has another form."""
    try:
        header, *rows = csv.reader(io.StringIO(data.decode("utf-8")), strict=True)
        found = tuple(Tombstone(table, key, reason, merged_into or None) for table, key, reason, merged_into in rows)
    except (csv.Error, ValueError):
        raise ValueError(TOMBSTONES) from None
    if tuple(header) != _COLUMNS:
        raise ValueError(TOMBSTONES)
    for stone in found:
        table = standard.released.tables.get(stone.table)
        if not table or stone.reason not in (*REASONS, UNSTATED) or not is_key(table, stone.key):
            raise ValueError(TOMBSTONES)
        if stone.merged_into and (stone.reason != MERGED or not is_key(table, stone.merged_into)):
            raise ValueError(TOMBSTONES)
    return found


def is_key(table: Table, text: str) -> bool:
    """Whether a text has the form of the table's identifiers."""
    return re.fullmatch(str(table.by_name[table.primary_key].pattern), text) is not None


def together(older: Iterable[Tombstone], newer: Iterable[Tombstone]) -> tuple[Tombstone, ...]:
    """All tombstones, one for each record: the oldest, which gives the reason."""
    first: dict[tuple[str, str], Tombstone] = {}
    for stone in (*older, *newer):
        first.setdefault((stone.table, stone.key), stone)
    return tuple(first.values())


def returned(standard: Standard, dataset: Database, tombstones: Collection[Tombstone]) -> Iterator[str]:
    """Identifiers of tombstones that the dataset holds again, save in records that it marks as withdrawn itself."""
    ids = sorted({stone.key for stone in tombstones})
    dataset.relate("tombstones", pa.table({"id": pa.array(ids, pa.string())}))
    for name in sorted({stone.table for stone in tombstones}, key=list(standard.tables).index):
        table = standard.tables[name]
        marked = one_of("record_status", ["withdrawn"]) if "record_status" in table.by_name else NEVER
        found = every([inside(table.primary_key, "tombstones"), f"NOT {marked}"])
        yield from (
            key
            for (key,) in dataset.rows(
                f"SELECT DISTINCT {table.primary_key} FROM {sent(name)} WHERE {found} ORDER BY 1"
            )
        )
