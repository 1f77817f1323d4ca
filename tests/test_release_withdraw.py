"""A withdrawn record goes from the next release with all that hangs on it, and never comes back."""

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from command import Ran, files, pfds
from exm import add, claim, named
from kloop import Tables
from small_store import AS_OF, build, dataset, titled, verify

OLDEST, HELD, NEXT, LATER = "2025.2.0", "2025.3.0", "2025.4.0", "2025.5.0"
GONE = "evt-exm-gone"
NOTE = "Marker Vexolith Nine"
PLACE = "Quistrelville"


def with_event(tables: Tables) -> None:
    """An event that will be withdrawn, and what hangs on it."""
    add(tables, "events", event_id=GONE, title=NOTE, locality=PLACE, case_id="cas-exm-1")
    add(tables, "event_parties", event_party_id="epa-exm-x", event_id=GONE, person_id="per-exm-ada", age_at_event="97")
    add(tables, "event_objects", object_id="obj-exm-x", event_id=GONE, description=NOTE)
    add(tables, "events", event_id="evt-exm-sub", parent_event_id=GONE, case_id="cas-exm-1")
    claim(tables, "x1", f"events.{GONE}.*", quote=NOTE, quote_lang="en")
    claim(tables, "x2", f"events.{GONE}.locality", PLACE)
    claim(tables, "x3", "events.evt-exm-sub.*")


def marked_as_withdrawn(tables: Tables) -> None:
    add(tables, "events", event_id=GONE, title=NOTE, record_status="withdrawn")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a release before the record, and one with it; ``data`` beside it is the latter's dataset."""
    folder = tmp_path_factory.mktemp("published")
    for version, data in ((OLDEST, dataset(folder / "old")), (HELD, dataset(folder / "data", with_event))):
        ran = build(data, folder / "store", version)
        assert ran.code == 0, ran.said
    return folder / "store"


@pytest.fixture(scope="module")
def withdrawal(published: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ran]:
    """The store after the withdrawal, and what was said of it."""
    store = Path(shutil.copytree(published, tmp_path_factory.mktemp("withdrawn") / "store"))
    ran = withdraw(published, store)
    assert ran.code == 0, ran.said
    return store, ran


@pytest.fixture
def withdrawn(withdrawal: tuple[Path, Ran]) -> Path:
    """The store after the withdrawal. Tests must not change it."""
    return withdrawal[0]


@pytest.fixture
def store(published: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(published, tmp_path / "store"))


def withdraw(
    published: Path, store: Path, *ids: str, reason: str = "protection", version: str = NEXT, merged: str | None = None
) -> Ran:
    data = published.with_name("data")
    more = ("--store", store, "--reason", reason, "--version", version, "--dataset", data, "--as-of", AS_OF)
    into = ("--merged-into", merged) if merged else ()
    return pfds("release", "withdraw", *(ids or (GONE,)), "--only-tables", "--no-ledger", *more, *into)


def index(store: Path) -> list[Any]:
    return list(json.loads((store / "index.json").read_text("utf-8"))["releases"])


def statuses(store: Path) -> dict[str, str]:
    return {entry["version"]: entry["status"] for entry in index(store)}


def tombstones(store: Path, version: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO((store / version / "tombstones.csv").read_text("utf-8"))))[1:]


def everything(folder: Path) -> str:
    """All bytes of a release, and what its Parquet files hold, as text."""
    pieces = []
    for path, content in files(folder).items():
        pieces += [path, content.decode("utf-8", "replace")]
        if path.endswith(".parquet"):
            table = pq.read_table(folder / path)
            pieces += [str(table.schema.metadata), str(table.to_pylist())]
            pieces += [str(pq.read_metadata(folder / path).to_dict())]
    return "\n".join(pieces)


def test_no_byte_of_the_newest_release_holds_the_content(withdrawn: Path) -> None:
    before, after = everything(withdrawn / HELD), everything(withdrawn / NEXT)
    hidden = (NOTE, PLACE, "obj-exm-x", "epa-exm-x", "clm-exm-x1", "clm-exm-x2")
    assert all(text in before for text in hidden)
    assert [text for text in hidden[:2] if text in after] == []
    data = "".join(text.decode() for path, text in files(withdrawn / NEXT).items() if path.startswith("data/"))
    assert [text for text in (*hidden, GONE) if text in data] == []


def test_what_only_mentioned_the_record_stays(withdrawn: Path) -> None:
    events = pq.read_table(withdrawn / NEXT / "parquet" / "events.parquet").to_pylist()
    kept = {row["event_id"]: row for row in events}
    assert set(kept) == {"evt-exm-1", "evt-exm-2", "evt-exm-sub"}
    assert kept["evt-exm-sub"]["parent_event_id"] is None


def test_a_tombstone_with_a_coarse_reason_remains(withdrawn: Path) -> None:
    assert tombstones(withdrawn, HELD) == []
    assert tombstones(withdrawn, NEXT) == [["events", GONE, "protection", ""]]


def test_the_store_with_a_withdrawal_passes(withdrawn: Path) -> None:
    ran = verify(withdrawn)
    assert (ran.code, ran.err) == (0, ""), ran.said


def test_for_protection_the_releases_that_held_it_are_withdrawn_and_no_others(withdrawn: Path) -> None:
    assert statuses(withdrawn) == {OLDEST: "superseded", HELD: "withdrawn", NEXT: "current"}


@pytest.mark.long
def test_for_another_reason_the_releases_that_held_it_are_superseded(published: Path, store: Path) -> None:
    ran = withdraw(published, store, reason="error")
    assert ran.code == 0, ran.said
    assert statuses(store) == {OLDEST: "superseded", HELD: "superseded", NEXT: "current"}
    assert tombstones(store, NEXT) == [["events", GONE, "error", ""]]
    assert f"delete {store / HELD}" not in ran.out
    assert verify(store).code == 0


def test_what_must_be_done_by_hand_is_said(withdrawal: tuple[Path, Ran]) -> None:
    store, ran = withdrawal
    out = ran.out
    assert f"Marked as withdrawn: {HELD}." in out
    for words in ("In the dataset: ", f"delete {store / HELD}", "On mirrors: ", "DOIs", "backups"):
        assert words in out


@pytest.mark.long
def test_a_withdrawn_release_may_be_deleted_and_another_not(withdrawn: Path, tmp_path: Path) -> None:
    store = Path(shutil.copytree(withdrawn, tmp_path / "store"))
    shutil.rmtree(store / HELD)
    ran = verify(store)
    assert (ran.code, f"{HELD}: Withdrawn, and its files are gone" in ran.out) == (0, True), ran.said
    assert build(dataset(tmp_path / "data", titled("Later")), store, LATER).code == 0
    assert statuses(store)[HELD] == "withdrawn"
    shutil.rmtree(store / OLDEST)
    assert verify(store).code == 1


@pytest.mark.long
def test_withdrawing_again_to_the_same_version_changes_nothing(withdrawn: Path, published: Path) -> None:
    before = files(withdrawn)
    ran = withdraw(published, withdrawn)
    assert (ran.code, "there already" in ran.out) == (0, True), ran.said
    assert files(withdrawn) == before


# They never come back


def test_a_dataset_that_holds_the_record_again_is_refused(withdrawn: Path, published: Path) -> None:
    before = files(withdrawn)
    ran = build(published.with_name("data"), withdrawn, LATER)
    assert (ran.code, ran.out) == (3, "")
    assert f"The dataset holds {GONE}, withdrawn in an earlier release; an identifier never comes back." in ran.err
    assert files(withdrawn) == before


@pytest.mark.parametrize(
    "change", [pytest.param(lambda _: None, marks=pytest.mark.long), marked_as_withdrawn], ids=["taken out", "marked"]
)
def test_a_dataset_without_the_record_is_built_and_keeps_the_tombstone(
    withdrawn: Path, tmp_path: Path, change: Any
) -> None:
    store = Path(shutil.copytree(withdrawn, tmp_path / "store"))
    ran = build(dataset(tmp_path / "data", change), store, LATER)
    assert ran.code == 0, ran.said
    assert tombstones(store, LATER) == [["events", GONE, "protection", ""]]
    assert statuses(store) == {OLDEST: "superseded", HELD: "withdrawn", NEXT: "superseded", LATER: "current"}
    assert verify(store).code == 0


def test_a_text_that_names_the_withdrawn_record_is_refused(withdrawn: Path, tmp_path: Path) -> None:
    before = files(withdrawn)
    ran = build(dataset(tmp_path / "data", titled(f"See {GONE}")), withdrawn, LATER)
    assert (ran.code, "data/sources.csv, line 3" in ran.err) == (3, True), ran.said
    assert files(withdrawn) == before


@pytest.mark.long
def test_a_record_without_a_status_of_its_own_is_withdrawn_too(published: Path, store: Path) -> None:
    ran = withdraw(published, store, "src-exm-2", "clm-exm-x2", reason="source_retracted")
    assert ran.code == 0, ran.said
    assert tombstones(store, NEXT) == [
        ["sources", "src-exm-2", "source_retracted", ""],
        ["claims", "clm-exm-x2", "source_retracted", ""],
    ]
    assert "Second source" not in everything(store / NEXT)
    assert PLACE in everything(store / NEXT)
    assert build(published.with_name("data"), store, LATER).code == 3


@pytest.mark.long
def test_a_duplicate_says_which_record_holds_the_same(published: Path, store: Path, tmp_path: Path) -> None:
    ran = withdraw(published, store, reason="duplicate_merged", merged="evt-exm-2")
    assert ran.code == 0, ran.said
    assert tombstones(store, NEXT) == [["events", GONE, "duplicate_merged", "evt-exm-2"]]
    assert verify(store / NEXT).code == 0

    def withheld(tables: Tables) -> None:
        next(row for row in tables["events"] if row["event_id"] == "evt-exm-2")["disclosure"] = "withheld"

    ran = build(dataset(tmp_path / "withheld", withheld), store, LATER)
    assert ran.code == 0, ran.said
    assert tombstones(store, LATER) == [["events", GONE, "duplicate_merged", ""]]


@pytest.mark.parametrize(
    ("reason", "merged", "code", "said"),
    [
        ("duplicate_merged", "evt-exm-nowhere", 3, "is no published record of events"),
        pytest.param("duplicate_merged", "src-exm-1", 3, "is no published record of events", marks=pytest.mark.long),
        ("duplicate_merged", GONE, 2, "names another record"),
        ("protection", "evt-exm-2", 2, "goes with --reason duplicate_merged only"),
    ],
)
def test_a_record_that_holds_the_same_must_be_one(
    published: Path, store: Path, reason: str, merged: str, code: int, said: str
) -> None:
    before = files(store)
    ran = withdraw(published, store, reason=reason, merged=merged)
    assert (ran.code, said in ran.err) == (code, True), ran.said
    assert files(store) == before


@pytest.mark.long
def test_a_name_that_stands_elsewhere_stops_the_withdrawal(tmp_path: Path) -> None:
    def with_person(tables: Tables) -> None:
        named(tables, "persons", "per-exm-gone", "Zorvan Quistrel")
        tables["sources"][1]["title"] = "Zorvan Quistrel is free"

    data, store = dataset(tmp_path / "data", with_person), tmp_path / "store"
    assert build(data, store, HELD).code == 0
    before = files(store)
    ran = withdraw(store, store, "per-exm-gone")
    assert (ran.code, "data/sources.csv, line 3" in ran.err) == (3, True), ran.said
    assert "Quistrel" not in ran.said
    assert files(store) == before


@pytest.mark.long
@pytest.mark.parametrize("key", ["evt-exm-none", "nonsense", "evt-exm-1'; DROP"])
def test_what_no_release_held_is_not_withdrawn(published: Path, store: Path, key: str) -> None:
    before = files(store)
    ran = withdraw(published, store, key)
    assert (ran.code, "No release before 2025.4.0 in the store holds" in ran.err) == (3, True), ran.said
    assert files(store) == before


@pytest.mark.long
@pytest.mark.parametrize("reason", ["", "minor", "court order"])
def test_a_reason_that_is_not_on_the_list_is_wrong_usage(published: Path, store: Path, reason: str) -> None:
    assert withdraw(published, store, reason=reason).code == 2
    assert statuses(store) == {OLDEST: "superseded", HELD: "current"}


def test_a_withdrawal_under_a_version_that_is_taken_is_refused(published: Path, store: Path) -> None:
    before = files(store)
    assert withdraw(published, store, version=HELD).code == 3
    assert files(store) == before
