"""The steps that lay the public part of a dataset aside: each gate stands in the way of what it is for."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from exm import add, named
from in_memory import FEW
from kloop import STANDARD, Tables
from laid import ABOUT, text_of
from pfds.release.account import TableRows
from pfds.release.chain import Past
from pfds.release.ledger import Kept, Ledger
from pfds.release.projection import NO_GUARD, Guard, Private, Projection, project
from pfds.release.protected import words
from pfds.release.tombstones import Tombstone
from pfds.release.versions import GateRefused
from pfds.release.withdraw import NOTHING_WITHDRAWN, Withdrawal
from test_disclose import decide

KNOWN = replace(STANDARD, rules={}, tables={**FEW.tables, "redactions": STANDARD.tables["redactions"]})
NOTHING_BEFORE = Past()
ADA, WITNESS, EVENT = "per-exm-ada", "per-exm-wit", "evt-exm-1"


def records(*changes: Callable[[Tables], object]) -> Tables:
    """Somebody public, and a witness of an event who has an identifier elsewhere."""
    tables: Tables = {}
    named(tables, "persons", ADA, "Ada Brightwater", birth_date="1971-07-19")
    named(tables, "persons", WITNESS, "Zorvan Quistrel")
    add(tables, "events", event_id=EVENT)
    for key, person, role in (("ada", ADA, "target"), ("wit", WITNESS, "witness")):
        add(tables, "event_parties", event_party_id=f"epa-exm-{key}", event_id=EVENT, person_id=person, role=role)
    about = {"subject_table": "persons", "subject_id": WITNESS}
    add(tables, "identifiers", identifier_id="idf-exm-1", identifier_value="Q97531864", **about)
    add(tables, "events", event_id="evt-exm-gone", record_status="withdrawn")
    for change in changes:
        change(tables)
    return tables


def projected(
    folder: Path,
    tables: Tables,
    guard: Guard = NO_GUARD,
    ledger: Ledger | None = None,
    before: Past = NOTHING_BEFORE,
    withdrawal: Withdrawal = NOTHING_WITHDRAWN,
) -> Projection:
    text, room = folder / "text", folder / "room"
    text.mkdir(parents=True)
    room.mkdir()
    for name, rows in tables.items():
        pq.write_table(text_of(name, rows), text / f"{name}.parquet")
    return project(KNOWN, Private(text, room), ABOUT, before, withdrawal, guard, ledger)


def test_the_public_part_is_text_of_public_fields_without_anything_else(tmp_path: Path) -> None:
    found = projected(tmp_path, records())
    assert {path.stem for path in found.folder.iterdir()} == FEW.tables.keys()
    assert found.folder.stat().st_mode & 0o777 == 0o700
    for name, table in FEW.tables.items():
        path = found.folder / f"{name}.parquet"
        assert pq.read_schema(path).names == [field.name for field in table.fields if field.disclosure == "public"]
        metadata = pq.read_metadata(path)
        groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
        assert not any(group.column(n).has_dictionary_page for group in groups for n in range(group.num_columns))
    held = b"".join(path.read_bytes() for path in found.folder.iterdir())
    assert [word for word in (b"Quistrel", WITNESS.encode(), b"1971", b"Q97531864") if word in held] == []
    parties = [row for batch in found.batches(FEW.tables["event_parties"]) for row in batch.to_pylist()]
    assert [(row["event_party_id"], row["group_label"]) for row in parties] == [
        ("epa-exm-ada", None),
        ("epa-exm-wit", "person not named"),
    ]


def test_the_gates_after_it_are_told_what_is_kept_back(tmp_path: Path) -> None:
    found = projected(tmp_path, records())
    assert words("Zorvan Quistrel") in found.names.protected
    assert words("Ada Brightwater") not in found.names.protected
    assert "Q97531864" in found.values
    assert WITNESS in found.disclosure.kept_back
    assert [(row.key, row.rows) for row in found.alike] == [("epa-exm-wit", 1)]
    assert found.marked == [Tombstone("events", "evt-exm-gone", "withdrawn")]
    assert found.ledger is None
    assert found.signed == frozenset()
    texts = decide(records(), EVENT, "*", "reviewed_text", decided_on="2025-03-12")
    assert projected(tmp_path / "signed", texts).signed == {(EVENT, "*")}


def test_every_row_of_every_table_is_accounted_for(tmp_path: Path) -> None:
    rows = {each.table: each for each in projected(tmp_path, decide(records(), EVENT, "*", "reviewed_text")).rows}
    assert list(rows) == list(KNOWN.tables)
    assert {name: each for name, each in rows.items() if each.rows} == {
        "persons": TableRows("persons", 2, 1, 1),
        "events": TableRows("events", 2, 1, 1),
        "event_parties": TableRows("event_parties", 2, 2, 0),
        "identifiers": TableRows("identifiers", 1, 0, 1),
        "redactions": TableRows("redactions", 1, 0, 1),
        "names": TableRows("names", 2, 1, 1),
    }


@pytest.mark.parametrize("returned", ["evt-exm-1", "evt-exm-gone"])
def test_a_withdrawn_record_does_not_come_back(tmp_path: Path, returned: str) -> None:
    before = Past(tombstones=(Tombstone("events", returned, "error"),))
    if returned == "evt-exm-gone":
        projected(tmp_path, records(), before=before)
    else:
        with pytest.raises(GateRefused, match="holds evt-exm-1, withdrawn in an earlier release"):
            projected(tmp_path, records(), before=before)


def test_records_are_withdrawn_with_what_hangs_on_them(tmp_path: Path) -> None:
    withdrawal = Withdrawal((Tombstone("events", EVENT, "error"),), ("2025.2.0",))
    found = projected(tmp_path, records(), withdrawal=withdrawal)
    assert [batch.num_rows for batch in found.batches(FEW.tables["event_parties"])] == []
    assert EVENT not in found.disclosure.kept_back


@pytest.mark.parametrize("into", ["evt-exm-2", "evt-exm-9"])
def test_a_record_is_merged_into_a_published_one_only(tmp_path: Path, into: str) -> None:
    tables = records(lambda tables: add(tables, "events", event_id="evt-exm-2"))
    withdrawal = Withdrawal((Tombstone("events", EVENT, "duplicate_merged", into),), ("2025.2.0",))
    if into == "evt-exm-2":
        projected(tmp_path, tables, withdrawal=withdrawal)
    else:
        with pytest.raises(GateRefused, match="which is no published record of events"):
            projected(tmp_path, tables, withdrawal=withdrawal)


def test_unless_asked_nothing_unknown_is_accepted_and_nobody_is_stopped_for_being_unique() -> None:
    assert Guard() == NO_GUARD == Guard(ledger=None, unknown_accepted=False, minimum_group=1, groups=None)


@pytest.mark.parametrize("named", ["groups.csv", "deep/groups.csv", "/groups.csv"])
def test_groups_are_reported_to_their_owner_before_they_stop_the_release(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    (tmp_path / "deep").mkdir()
    monkeypatch.chdir(tmp_path)
    report = Path(named) if named[0] != "/" else tmp_path / named[1:]
    with pytest.raises(GateRefused, match="epa-exm-wit stand for somebody protected"):
        projected(tmp_path / "stopped", records(), Guard(minimum_group=2, groups=report))
    assert report.read_text("utf-8") == "record_id,of_id,group_size\nepa-exm-wit,evt-exm-1,1\n"
    assert report.stat().st_mode & 0o777 == 0o600


def test_the_ledger_knows_what_is_kept_back_and_refuses_to_give_it_back(tmp_path: Path) -> None:
    def dated(tables: Tables) -> None:
        tables["events"][0]["event_date"] = "2025-02-03"

    first = projected(tmp_path / "first", records(dated), ledger=Ledger())
    assert first.ledger is not None
    assert first.ledger.kept == {
        (WITNESS, "*"): Kept("nothing", ABOUT.version, ABOUT.as_of),
        ("evt-exm-gone", "*"): Kept("nothing", ABOUT.version, ABOUT.as_of),
        (EVENT, "title"): Kept("nothing", ABOUT.version, ABOUT.as_of),
    }
    kept = {cell: replace(each, first="2025.2.0", last=date(2025, 2, 1)) for cell, each in first.ledger.kept.items()}
    before = Ledger(frozenset({"2025.2.0"}), kept)
    assert projected(tmp_path / "again", records(), ledger=before).ledger == Ledger(
        frozenset({"2025.2.0", ABOUT.version}), {cell: replace(each, last=ABOUT.as_of) for cell, each in kept.items()}
    )

    def freed(tables: Tables) -> None:
        tables["event_parties"][1]["role"] = "target"

    with pytest.raises(GateRefused, match=r"nobody decided so since: evt-exm-1 \(title\), per-exm-wit\. "):
        projected(tmp_path / "freed", records(freed), ledger=before)
    own = Ledger(frozenset({ABOUT.version}), {cell: replace(each, first=ABOUT.version) for cell, each in kept.items()})
    projected(tmp_path / "rebuilt", records(freed), ledger=own)
