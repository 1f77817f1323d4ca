"""Withdrawals: which records go, which releases held them, and what no program can do about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pfds.checks.database import Database
from pfds.release.chain import Past, damaged
from pfds.release.dataset import public
from pfds.release.index import Entry
from pfds.release.tombstones import Tombstone, is_key, returned, together
from pfds.release.versions import GateRefused, version_key
from pfds.standard.model import Standard, Table

_WITHDRAWS_RELEASES = "protection"
"""The reason for which the releases that held the record are withdrawn; for all others they are superseded only."""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Records that a release withdraws, and the older releases that held them, oldest first."""

    tombstones: tuple[Tombstone, ...]
    held_by: tuple[str, ...]

    @property
    def ids(self) -> frozenset[str]:
        """Identifiers of the records."""
        return frozenset(stone.key for stone in self.tombstones)

    @property
    def withdraws_releases(self) -> bool:
        """Whether the releases that held the records are withdrawn too."""
        return any(stone.reason == _WITHDRAWS_RELEASES for stone in self.tombstones)


NOTHING_WITHDRAWN = Withdrawal((), ())


def plan_withdrawal(
    standard: Standard,
    store: Path,
    entries: Iterable[Entry],
    version: str,
    ids: Iterable[str],
    reason: str,
    merged_into: str | None = None,
) -> Withdrawal:
    """The withdrawal of records from ``version`` on, which another record holds as well if they were ``merged_into``
    it. Raises GateRefused if no earlier release holds one of them."""
    before = [entry for entry in entries if version_key(entry.version) < version_key(version)]
    stones, versions = [], set[str]()
    for key in ids:
        table = next((table for table in standard.released.tables.values() if is_key(table, key)), None)
        held = [entry.version for entry in before if table and _holds(store / entry.version, table, key)]
        if table is None or not held:
            raise GateRefused(f"No release before {version} in the store holds {key}. Nothing was withdrawn.")
        stones.append(Tombstone(table.name, key, reason, merged_into))
        versions.update(held)
    return Withdrawal(tuple(stones), tuple(sorted(versions, key=version_key)))


def with_withdrawn(
    before: Past, withdrawal: Withdrawal, marked: Iterable[Tombstone], kept_back: frozenset[str]
) -> Past:
    """What the next release hands on: ``marked`` are the records that the dataset itself calls withdrawn.

    A tombstone no longer says into what its record was merged if that one is withdrawn or ``kept_back`` since.
    """
    versions = {*before.withdrawn, *(withdrawal.held_by if withdrawal.withdraws_releases else ())}
    stones = together(before.tombstones, (*withdrawal.tombstones, *marked))
    hidden = kept_back | {stone.key for stone in stones}
    told = (replace(stone, merged_into=None) if stone.merged_into in hidden else stone for stone in stones)
    return replace(before, withdrawn=tuple(sorted(versions, key=version_key)), tombstones=tuple(told))


def refuse_returned(standard: Standard, dataset: Database, tombstones: tuple[Tombstone, ...]) -> None:
    """Raises GateRefused if the dataset holds a record again that an earlier release withdrew."""
    again = list(returned(standard, dataset, tombstones))
    if again:
        raise GateRefused(
            f"The dataset holds {', '.join(again[:5])}{' and others' if len(again) > 5 else ''}, withdrawn in an"
            " earlier release; an identifier never comes back. Take the record out of the dataset, or mark it there as"
            " withdrawn (record_status)."
        )


def refuse_lost(standard: Standard, tables: Database, withdrawal: Withdrawal) -> None:
    """Raises GateRefused if a record was merged into one that the public ``tables`` do not hold."""
    for stone in withdrawal.tombstones:
        if stone.merged_into:
            key = standard.tables[stone.table].primary_key
            select = f"SELECT COUNT(*) FROM {public(stone.table)} WHERE {key} = ?"
            if tables.row(select, [stone.merged_into]) == (0,):
                raise GateRefused(
                    f"{stone.key} was merged into {stone.merged_into}, which is no published record of {stone.table}."
                    " Name the record that holds the same now."
                )


def by_hand(store: Path, withdrawal: Withdrawal) -> Iterator[str]:
    """What a maintainer must still do after the release with the withdrawal is there, one sentence each."""
    held = ", ".join(withdrawal.held_by)
    yield "In the dataset: take the record out or mark it as withdrawn; the next build is refused if it comes back."
    if withdrawal.withdraws_releases:
        folders = ", ".join(str(store / version) for version in withdrawal.held_by)
        yield f"On this host: delete {folders}. The index keeps their hashes, so the chain still holds."
    yield f"On mirrors: publish the new release and the new index; ask them to delete {held}."
    yield f"At archives that gave DOIs (Zenodo and others): have {held} closed, and name the new version there."
    yield "In web archives, caches, backups and spreadsheets made from them: ask for removal; nobody can force it."


def _holds(folder: Path, table: Table, key: str) -> bool:
    path = folder / "parquet" / f"{table.name}.parquet"
    if not path.is_file():
        return False
    try:
        column = pq.read_table(path, columns=[table.primary_key]).column(0)
    except (OSError, pa.ArrowException):
        raise damaged(folder.name) from None
    return bool(pc.any(pc.equal(column, key)).as_py())
