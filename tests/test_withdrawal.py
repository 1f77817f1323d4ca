"""Withdrawals: which releases held a record, what later ones hand on, and what remains to be done by hand."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bare_store import FIRST, FOURTH, SECOND, THIRD, three
from bare_store import entries as indexed
from kloop import STANDARD
from pfds.checks.database import Database
from pfds.release.chain import Past
from pfds.release.index import Link
from pfds.release.tombstones import Tombstone
from pfds.release.versions import GateRefused
from pfds.release.withdraw import (
    NOTHING_WITHDRAWN,
    Withdrawal,
    by_hand,
    plan_withdrawal,
    refuse_lost,
    refuse_returned,
    with_withdrawn,
)

STONE = Tombstone("events", "evt-exm-1", "protection")
MERGED = Tombstone("events", "evt-exm-2", "duplicate_merged", "evt-exm-3")
NONE: frozenset[str] = frozenset()


def held(store: Path, version: str, *ids: str, table: str = "events", column: str = "event_id") -> None:
    """Lets a release hold these records, and after its identifier, something else of each."""
    (store / version / "parquet").mkdir(exist_ok=True)
    content = pa.table({"title": [f"other {key}" for key in ids], column: pa.array(ids, pa.string())})
    pq.write_table(content, store / version / "parquet" / f"{table}.parquet")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Three releases: an event in all, one in the last two, a case in the first."""
    store = three(tmp_path / "store")
    held(store, FIRST, "evt-exm-1")
    held(store, SECOND, "evt-exm-1", "evt-exm-2")
    held(store, THIRD, "evt-exm-0", "evt-exm-1", "evt-exm-2")
    held(store, FIRST, "cas-exm-1", table="cases", column="case_id")
    return store


def plan(store: Path, *ids: str, version: str = FOURTH, reason: str = "error", **more: Any) -> Withdrawal:
    return plan_withdrawal(STANDARD, store, indexed(store), version, ids, reason, **more)


# What is withdrawn


def test_the_releases_that_held_a_record_are_found_oldest_first(store: Path) -> None:
    assert plan(store, "evt-exm-2") == Withdrawal((Tombstone("events", "evt-exm-2", "error"),), (SECOND, THIRD))
    found = plan(store, "evt-exm-2", "cas-exm-1", "evt-exm-1", reason="protection")
    assert found.held_by == (FIRST, SECOND, THIRD)
    assert found.tombstones == (
        Tombstone("events", "evt-exm-2", "protection"),
        Tombstone("cases", "cas-exm-1", "protection"),
        Tombstone("events", "evt-exm-1", "protection"),
    )


def test_only_releases_before_the_next_one_count(store: Path) -> None:
    assert plan(store, "evt-exm-1", version=THIRD).held_by == (FIRST, SECOND)


def test_a_duplicate_names_the_record_that_holds_the_same(store: Path) -> None:
    found = plan(store, "evt-exm-2", reason="duplicate_merged", merged_into="evt-exm-3")
    assert found.tombstones == (MERGED,)


@pytest.mark.parametrize(
    ("key", "version"),
    [("evt-exm-9", FOURTH), ("cas-exm-2", FOURTH), ("nothing", FOURTH), ("evt-exm-2", SECOND), ("evt-exm-1", FIRST)],
)
def test_what_no_release_held_is_not_withdrawn(store: Path, key: str, version: str) -> None:
    with pytest.raises(GateRefused) as told:
        plan(store, "evt-exm-1" if version == FOURTH else key, key, version=version)
    assert str(told.value) == f"No release before {version} in the store holds {key}. Nothing was withdrawn."


def test_a_release_that_is_gone_held_nothing(store: Path) -> None:
    (store / SECOND / "parquet" / "events.parquet").unlink()
    (store / SECOND / "parquet" / "events.parquet").mkdir()
    assert plan(store, "evt-exm-1").held_by == (FIRST, THIRD)


def test_a_release_that_cannot_be_read_is_damage(store: Path) -> None:
    (store / SECOND / "parquet" / "events.parquet").write_bytes(b"none")
    with pytest.raises(GateRefused, match=f"^The published release {SECOND} is damaged: "):
        plan(store, "evt-exm-1")


def test_a_release_whose_pages_are_broken_is_damage(store: Path) -> None:
    path = store / SECOND / "parquet" / "events.parquet"
    pq.write_table(pa.table({"event_id": ["evt-exm-1"]}), path)
    data = path.read_bytes()
    path.write_bytes(data[:4] + b"\xff" * 30 + data[34:])
    with pytest.raises(GateRefused, match=f"^The published release {SECOND} is damaged: "):
        plan(store, "evt-exm-1")


def test_a_table_without_its_identifiers_is_damage(store: Path) -> None:
    held(store, SECOND, "evt-exm-1", column="other")
    with pytest.raises(GateRefused, match=f"^The published release {SECOND} is damaged: "):
        plan(store, "evt-exm-1")


def test_a_release_that_the_system_cannot_read_is_damage(store: Path) -> None:
    path = store / SECOND / "parquet" / "events.parquet"
    path.unlink()
    path.symlink_to("/proc/self/mem")
    with pytest.raises(GateRefused, match=f"^The published release {SECOND} is damaged: "):
        plan(store, "evt-exm-1")


def test_a_withdrawal_names_its_records_and_whether_releases_go_with_them() -> None:
    assert Withdrawal((STONE, MERGED), ()).ids == {"evt-exm-1", "evt-exm-2"}
    assert Withdrawal((MERGED, STONE), ()).withdraws_releases
    assert not Withdrawal((MERGED,), ()).withdraws_releases
    assert (NOTHING_WITHDRAWN.ids, NOTHING_WITHDRAWN.held_by) == (NONE, ())
    assert not NOTHING_WITHDRAWN.withdraws_releases


# What the next release hands on


def test_the_past_stays_if_nothing_is_withdrawn() -> None:
    before = Past(Link(FIRST, "ab"), (FIRST,), (STONE, MERGED))
    assert with_withdrawn(before, NOTHING_WITHDRAWN, [], NONE) == before


def test_releases_are_withdrawn_for_protection_only_in_their_order() -> None:
    before = Past(Link(THIRD, "ab"), (THIRD,), ())
    held_by = (SECOND, FIRST)
    assert with_withdrawn(before, Withdrawal((STONE,), held_by), [], NONE) == Past(
        Link(THIRD, "ab"), (FIRST, SECOND, THIRD), (STONE,)
    )
    assert with_withdrawn(before, Withdrawal((MERGED,), held_by), [], NONE).withdrawn == (THIRD,)


def test_tombstones_are_added_and_the_oldest_reason_stays() -> None:
    older = Tombstone("events", "evt-exm-1", "error")
    marked = [Tombstone("cases", "cas-exm-1", "withdrawn"), Tombstone("events", "evt-exm-2", "withdrawn")]
    after = with_withdrawn(Past(None, (), (older,)), Withdrawal((STONE, MERGED), ()), marked, NONE)
    assert after.tombstones == (older, MERGED, marked[0])


@pytest.mark.parametrize("how", ["kept back", "withdrawn now", "withdrawn before"])
def test_nobody_is_told_of_a_record_that_was_merged_into_one_that_is_not_there_any_more(how: str) -> None:
    target = Tombstone("events", "evt-exm-3", "error")
    before = Past(None, (), (MERGED, target) if how == "withdrawn before" else (MERGED,))
    now = Withdrawal((target,), ()) if how == "withdrawn now" else NOTHING_WITHDRAWN
    after = with_withdrawn(before, now, [], frozenset({"evt-exm-3"}) if how == "kept back" else NONE)
    assert after.tombstones[0] == Tombstone("events", "evt-exm-2", "duplicate_merged", None)


def test_a_tombstone_says_where_a_record_is_that_is_still_there() -> None:
    after = with_withdrawn(Past(None, (), (MERGED,)), Withdrawal((STONE,), ()), [], frozenset({"evt-exm-9"}))
    assert after.tombstones == (MERGED, STONE)


# What is refused


@pytest.fixture
def tables(tmp_path: Path) -> Iterator[Database]:
    """Eight events as they were sent, of which one is public."""
    database = Database(tmp_path, reads=tmp_path, threads=1)
    ids = [f"evt-exm-{number}" for number in range(8)]
    database.relate("sent_events", pa.table({"event_id": ids, "record_status": ["active"] * 8}))
    database.relate("public_events", pa.table({"event_id": ["evt-exm-3"]}))
    yield database
    database.close()


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (1, "evt-exm-0"),
        (5, "evt-exm-0, evt-exm-1, evt-exm-2, evt-exm-3, evt-exm-4"),
        (6, "evt-exm-0, evt-exm-1, evt-exm-2, evt-exm-3, evt-exm-4 and others"),
    ],
)
def test_records_that_come_back_are_refused_and_some_named(tables: Database, number: int, told: str) -> None:
    stones = tuple(Tombstone("events", f"evt-exm-{each}", "error") for each in range(number))
    with pytest.raises(GateRefused) as refused:
        refuse_returned(STANDARD, tables, stones)
    assert str(refused.value) == (
        f"The dataset holds {told}, withdrawn in an earlier release; an identifier never comes back. Take the record"
        " out of the dataset, or mark it there as withdrawn (record_status)."
    )


def test_a_dataset_into_which_nothing_came_back_is_not_refused(tables: Database) -> None:
    refuse_returned(STANDARD, tables, (Tombstone("events", "evt-exm-8", "error"),))


def test_a_record_is_merged_into_a_published_one_only(tables: Database) -> None:
    refuse_lost(STANDARD, tables, Withdrawal((STONE, MERGED), ()))
    lost = Tombstone("events", "evt-exm-2", "duplicate_merged", "evt-exm-4")
    with pytest.raises(GateRefused) as refused:
        refuse_lost(STANDARD, tables, Withdrawal((STONE, MERGED, lost), ()))
    assert str(refused.value) == (
        "evt-exm-2 was merged into evt-exm-4, which is no published record of events. Name the record that holds the"
        " same now."
    )


# What remains


def test_what_no_program_can_do_is_said(tmp_path: Path) -> None:
    dataset = "In the dataset: take the record out or mark it as withdrawn; the next build is refused if it comes back."
    elsewhere = [
        f"On mirrors: publish the new release and the new index; ask them to delete {FIRST}, {SECOND}.",
        f"At archives that gave DOIs (Zenodo and others): have {FIRST}, {SECOND} closed, and name the new version"
        " there.",
        "In web archives, caches, backups and spreadsheets made from them: ask for removal; nobody can force it.",
    ]
    host = (
        f"On this host: delete {tmp_path / FIRST}, {tmp_path / SECOND}. The index keeps their hashes, so the chain"
        " still holds."
    )
    assert list(by_hand(tmp_path, Withdrawal((MERGED,), (FIRST, SECOND)))) == [dataset, *elsewhere]
    assert list(by_hand(tmp_path, Withdrawal((STONE,), (FIRST, SECOND)))) == [dataset, host, *elsewhere]
