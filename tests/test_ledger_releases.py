"""What an earlier release kept back is not published by a later one, unless somebody decided so since: by command."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from command import Ran, pfds
from exm import world
from kloop import Tables, write_tables
from pfds.release.ledger import Ledger
from pfds.release.versions import GateRefused
from test_redactions import Change, decide, deciding, place, projected, witness

BEFORE, NOW = "2025.2.0", "2025.3.0"
LAST = date(2025, 2, 1)


def remembered(folder: Path, *changes: Change) -> Ledger:
    """The ledger after a release of the small dataset with changes, as if it were the first."""
    now = projected(folder / "before", *changes, ledger=Ledger()).ledger
    assert now is not None
    kept = {cell: replace(kept, first=BEFORE, last=LAST) for cell, kept in now.kept.items()}
    return Ledger(frozenset({BEFORE}), kept)


@pytest.mark.long
def test_a_ledger_tells_causes_and_not_what_hangs_on_them(tmp_path: Path) -> None:
    def several(tables: Tables) -> None:
        place(tables)
        witness(tables)
        tables["events"][1]["disclosure"] = "pseudonym"
        tables["organizations"][1]["disclosure"] = "pseudonym"
        decide(tables, "events.evt-exm-1.event_date", "date_to_year")

    kept = {cell: each.left for cell, each in remembered(tmp_path, several).kept.items()}
    assert kept == {
        ("per-exm-wit", "*"): "nothing",
        ("evt-exm-2", "*"): "nothing",
        ("org-exm-court", "*"): "reduced",
        ("evt-exm-1", "event_date"): "year",
        ("evt-exm-1", "event_date_text"): "nothing",
        ("evt-exm-1", "title"): "nothing",
        ("evt-exm-1", "description"): "nothing",
        ("evt-exm-2", "title"): "nothing",
        ("cas-exm-1", "title"): "nothing",
    }


@pytest.mark.long
def test_a_decision_taken_out_of_the_dataset_is_missed(tmp_path: Path) -> None:
    ledger = remembered(tmp_path, place, deciding("events.evt-exm-1.event_date", "date_to_month"))
    with pytest.raises(GateRefused, match=r"evt-exm-1 \(description\), evt-exm-1 \(event_date\), "):
        projected(tmp_path / "undecided", place, ledger=ledger)
    weaker = deciding("events.evt-exm-1.event_date", "date_to_year")
    projected(tmp_path / "stronger", place, weaker, ledger=ledger)
    projected(tmp_path / "decided", place, deciding("events.evt-exm-1.*", "publish"), ledger=ledger)


@pytest.mark.long
def test_a_cell_that_says_no_more_than_before_is_published(tmp_path: Path) -> None:
    def coarse(tables: Tables) -> None:
        tables["events"][0].update(event_date="2025-02", modified="2025-02-01")
        decide(tables, "events.evt-exm-1.title", "reviewed_text")

    ledger = remembered(tmp_path, deciding("events.evt-exm-1.event_date", "date_to_month"))
    projected(tmp_path / "coarse", coarse, ledger=ledger)


@pytest.mark.long
def test_a_person_kept_back_before_is_not_published_because_the_record_changed(tmp_path: Path) -> None:
    def withheld(tables: Tables) -> None:
        tables["persons"][0]["disclosure"] = "withheld"
        tables["names"][0]["disclosure"] = "withheld"

    ledger = remembered(tmp_path, withheld)
    with pytest.raises(GateRefused, match="nam-exm-ada, per-exm-ada"):
        projected(tmp_path / "undecided", ledger=ledger)
    projected(tmp_path / "gone", lambda tables: tables.update(redactions=[]), withheld, ledger=ledger)


def release(folder: Path, version: str, tables: Tables, *more: str | Path) -> Ran:
    dataset = folder / f"dataset-{version}-{len(list(folder.iterdir()))}"
    dataset.mkdir()
    write_tables(dataset, tables)
    asked: list[str | Path] = [
        "--store",
        folder / "store",
        "--version",
        version,
        "--as-of",
        "2025-03-12",
        "--only-tables",
    ]
    return pfds("release", "build", dataset, *asked, *more)


def test_a_release_after_an_incomplete_one_needs_to_know_what_was_kept_back(tmp_path: Path) -> None:
    ledger, tables = tmp_path / "ledger.json", world()
    witness(tables)
    assert release(tmp_path, BEFORE, tables, "--ledger", ledger).code == 0
    assert json.loads(ledger.read_text("utf-8"))["releases"] == [BEFORE]

    ran = release(tmp_path, NOW, tables)
    assert (ran.code, "--ledger FILE" in ran.err) == (3, True), ran.said

    tables["event_parties"][-1]["role"] = "target"
    before = ledger.read_bytes()
    ran = release(tmp_path, NOW, tables, "--ledger", ledger)
    assert (ran.code, "per-exm-wit" in ran.err, ledger.read_bytes()) == (3, True, before), ran.said
    assert "Quistrel" not in ran.said

    for subject in ("persons.per-exm-wit.*", "events.evt-exm-2.*"):
        decide(tables, subject, "publish", decided_on="2025-03-12", reason="consent_given")
    assert release(tmp_path, NOW, tables, "--ledger", ledger).code == 0
    assert pfds("release", "verify", tmp_path / "store").code == 0


@pytest.mark.parametrize("option", ["--ledger", "--groups"])
@pytest.mark.parametrize(("where", "why"), [("store", "everything is published"), ("data", "files are its tables")])
def test_a_private_file_among_other_files_is_refused_at_once(tmp_path: Path, option: str, where: str, why: str) -> None:
    (tmp_path / "data").mkdir()
    write_tables(tmp_path / "data", world())
    asked = ("--store", tmp_path / "store", "--version", NOW, option, tmp_path / where / "more" / "private")
    ran = pfds("release", "build", tmp_path / "data", *asked)
    assert (ran.code, why in ran.err) == (2, True), ran.said
    assert not (tmp_path / "store").exists()


@pytest.mark.long
def test_a_store_without_a_ledger_can_begin_one(tmp_path: Path) -> None:
    ledger, tables = tmp_path / "ledger.json", world()
    witness(tables)
    assert release(tmp_path, BEFORE, tables).code == 0
    ran = release(tmp_path, "2025.2.1", tables, "--ledger", ledger)
    assert (ran.code, ledger.exists()) == (3, False), ran.said
    assert release(tmp_path, "2025.2.1", tables, "--no-ledger", "--ledger", ledger).code == 0
    for words in ("built", "there already"):
        ran = release(tmp_path, NOW, tables, "--ledger", ledger)
        assert (ran.code, words in ran.out) == (0, True), ran.said
    assert release(tmp_path, "2025.3.1", tables, "--no-ledger").code == 0
    assert release(tmp_path, "2025.3.2", tables, "--ledger", ledger).code == 3
