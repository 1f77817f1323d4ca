"""What a release command tells of protected values that it found: to all the places, to one file the values."""

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from command import Ran, pfds
from exm import named, world
from kloop import Tables, write_tables
from pfds.release.doubts import Doubt
from test_redactions import decide

SECRET = "Zorvan Quistrel"  # noqa: S105 - a made-up name
DAY = ("--as-of", "2025-03-12", "--only-tables")


def build(folder: Path, tables: Tables, *more: str | Path, store: Path | None = None) -> Ran:
    (folder / "dataset").mkdir(exist_ok=True)
    write_tables(folder / "dataset", tables)
    given = ("--store", store or folder / "store", "--version", "2025.3.0", *DAY, *more)
    return pfds("release", "build", folder / "dataset", *given)


def with_somebody_withheld(summary: str) -> Tables:
    tables = world()
    named(tables, "persons", "per-exm-hid", SECRET, disclosure="withheld")
    tables["cases"][0]["summary"] = summary
    return tables


def places(report: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(report.read_text("utf-8"))["places"]
    return found


def test_a_refusal_tells_places_and_the_private_report_whose_name_it_is(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    report.write_text("old", "utf-8")
    report.chmod(0o644)
    ran = build(tmp_path, with_somebody_withheld("So Quistrel Zorvan said."), "--private-report", report)
    assert (ran.code, ran.out) == (3, "")
    assert "data/cases.csv, line 2" in ran.err
    assert f"{report} says what stands where" in ran.err
    assert "quistrel" not in ran.err.casefold()
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    in_csv = next(place for place in places(report) if place["path"] == "data/cases.csv")
    assert (in_csv["line"], in_csv["verdict"], in_csv["value"]) == (2, "refused", "zorvan quistrel")
    assert in_csv["protected"] == {"table": "persons", "record": "per-exm-hid", "field": "display_name"}
    assert any(place["path"] == "parquet/cases.parquet" for place in places(report))
    assert not (tmp_path / "store").exists()


@pytest.mark.long
def test_without_it_the_refusal_says_how_to_get_it(tmp_path: Path) -> None:
    ran = build(tmp_path, with_somebody_withheld("So Quistrel Zorvan said."))
    assert ran.code == 3
    assert "--private-report FILE" in ran.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dataset"]


def test_a_word_of_a_name_alone_must_be_signed_by_who_has_looked(tmp_path: Path) -> None:
    report, store = tmp_path / "report.json", tmp_path / "zorvan-quistrel" / "store"
    tables = with_somebody_withheld("Then Quistrel alone came.")
    ran = build(tmp_path, tables, "--private-report", report, store=store)
    assert (ran.code, ran.out, store.exists()) == (3, "", False)
    assert "data/cases.csv, cas-exm-1, column summary" in ran.err
    assert "reviewed_text" in ran.err
    assert "quistrel" not in ran.err.replace("zorvan-quistrel", "").casefold()
    found = {(place["value"], place["name"], place["verdict"]) for place in places(report)}
    assert found == {("quistrel", "zorvan quistrel", "word of a name: a person has to judge")}

    decide(tables, "cases.cas-exm-1.summary", "reviewed_text", decided_on="2025-03-12", decided_by="Legal Harbourteam")
    tables["sources"][0]["title"] = "The harbourteam of the port"
    ran = build(tmp_path, tables, "--private-report", report, store=store)
    assert ran.code == 0, ran.said
    assert "a word of a name that is kept back stands alone in data/sources.csv, line 2" in ran.err
    assert "data/cases.csv" not in ran.err
    assert "2025.3.0: built; " in ran.out


@pytest.mark.parametrize(
    ("signed", "enough"),
    [
        (("clm-1", "quote"), True),
        (("clm-1", "*"), True),
        (("cas-1", "*"), True),
        (("cas-1", "quote"), False),
        (("clm-1", "note"), False),
        (("clm-2", "quote"), False),
    ],
)
def test_a_text_is_signed_for_itself_its_record_or_the_record_it_is_about(
    signed: tuple[str, str], enough: bool
) -> None:
    doubt = Doubt("claims", 1, "clm-1", "cas-1", "quote", frozenset({"quistrel"}))
    assert doubt.is_signed({signed}) == enough


@pytest.mark.long
def test_nothing_is_said_where_nothing_is_doubtful(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    ran = build(tmp_path, with_somebody_withheld("Nothing."), "--private-report", report)
    assert (ran.code, places(report)) == (0, [])
    assert "a word of a name" not in ran.err
    ran = pfds(
        *("release", "withdraw", "evt-exm-2", "--store", tmp_path / "store", "--reason", "error"),
        *("--version", "2025.4.0", "--dataset", tmp_path / "dataset", *DAY, "--private-report", report, "--no-ledger"),
    )
    assert (ran.code, places(report)) == (0, [])


@pytest.mark.parametrize(
    "where", ["store/x.json", "store/2025.3.0/data/x", "dataset/x.json", "folder", "link", "fifo", "no/x"]
)
def test_a_report_that_could_be_seen_or_not_be_written_is_refused_at_once(tmp_path: Path, where: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "target")
    os.mkfifo(tmp_path / "fifo")
    ran = build(tmp_path, world(), "--private-report", tmp_path / where)
    assert ran.code == 2
    assert "private report" in ran.err or "is a directory" in ran.err
    assert not (tmp_path / "store").exists()
    assert not (tmp_path / "target").exists()
