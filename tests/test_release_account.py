"""Every row of a dataset is published or kept back once, and what a release holds reads back as it was to be written;
if not, nothing is published."""

import json
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from command import Ran
from exm import named
from kloop import STANDARD, Tables
from pfds.editions import tables as writing
from pfds.editions.public import Public
from pfds.editions.read_again import written_otherwise
from pfds.release import projection
from pfds.release.account import TableRows, accounted
from pfds.release.dataset import in_order, opened
from pfds.release.disclose import GONE
from pfds.release.versions import GateRefused
from public import public
from small_store import VERSIONS, build, dataset

SECRET = "Zorvan Quistrel"  # noqa: S105 - a made-up name


def with_somebody_withheld(tables: Tables) -> None:
    named(tables, "persons", "per-exm-hid", SECRET, disclosure="withheld")


def assert_nothing_published(ran: Ran, store: Path) -> None:
    assert ran.code == 3, ran.said
    assert "Nothing was published" in ran.err
    assert not store.exists()


def test_the_private_report_and_it_alone_says_how_many_rows_are_published_and_kept_back(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    data = dataset(tmp_path / "data", with_somebody_withheld)
    ran = build(data, tmp_path / "store", VERSIONS[0], "--private-report", report)
    assert ran.code == 0, ran.said
    account = {each.pop("table"): each for each in json.loads(report.read_text("utf-8"))["account"]}
    assert account["persons"] == {"rows": 2, "published": 1, "kept_back": 1}
    assert account["names"] == {"rows": 4, "published": 3, "kept_back": 1}
    assert account["redactions"] == {"rows": 0, "published": 0, "kept_back": 0}
    released = json.loads((tmp_path / "store" / VERSIONS[0] / "release.json").read_text("utf-8"))["tables"]
    assert {table["name"]: table["rows"] for table in released} == {
        name: rows["published"] for name, rows in account.items() if name != "redactions"
    }
    assert not [path for path in (tmp_path / "store").rglob("*.json") if "kept_back" in path.read_text("utf-8")]


Batches = Iterator[pa.RecordBatch]


def _without_the_first(batches: Batches) -> Batches:
    yield next(batches).slice(1)
    yield from batches


def _with_one_twice(batches: Batches) -> Batches:
    first = next(batches)
    yield from (first.slice(0, 1), first, *batches)


@pytest.mark.parametrize("change", [_without_the_first, pytest.param(_with_one_twice, marks=pytest.mark.long)])
def test_a_row_that_is_lost_or_doubled_on_the_way_is_told(
    change: Callable[[Batches], Batches], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = in_order

    def changed(dataset: Any, table: Any, relation: str) -> Batches:
        found = known(dataset, table, relation)
        return change(found) if table.name == "claims" else found

    monkeypatch.setattr(projection, "in_order", changed)
    ran = build(dataset(tmp_path / "data"), tmp_path / "store", VERSIONS[0])
    assert_nothing_published(ran, tmp_path / "store")
    assert "claims" in ran.err


@pytest.mark.parametrize(("accepted", "refused"), [({"cases": 3}, False), ({"cases": 2}, True), ({}, True)])
def test_a_row_that_was_not_checked_is_told(accepted: dict[str, int], refused: bool, tmp_path: Path) -> None:
    rows = {field.name: ["a", "b", "c"] for field in STANDARD.tables["cases"].fields}
    parquet.write_table(pa.table(rows), tmp_path / "cases.parquet")
    with opened(STANDARD, tmp_path, tmp_path) as database:
        database.keep({GONE: "SELECT 'b' AS id"})
        published = {**dict.fromkeys(STANDARD.released.tables, 0), "cases": 2}
        if refused:
            with pytest.raises(GateRefused, match="table cases"):
                accounted(STANDARD, database, published, accepted)
        else:
            assert TableRows("cases", 3, 2, 1) in accounted(STANDARD, database, published, accepted)


@pytest.mark.parametrize(
    ("sink", "lost"),
    [
        ("_CsvSink", "cell"),
        *(pytest.param(*each, marks=pytest.mark.long) for each in (("_CsvSink", "row"), ("_ParquetSink", "cell"))),
        pytest.param("_ParquetSink", "row", marks=pytest.mark.long),
    ],
)
def test_a_table_that_is_written_otherwise_is_not_published(
    sink: str, lost: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = getattr(writing, sink).write

    def write(self: Any, batch: pa.RecordBatch) -> None:
        if "claim_id" in batch.schema.names and lost == "row":
            batch = batch.slice(1)
        elif "claim_id" in batch.schema.names:
            at = batch.schema.get_field_index("quote")
            batch = batch.set_column(at, "quote", pa.array(["a quote"] * len(batch), pa.string()))
        known(self, batch)

    monkeypatch.setattr(getattr(writing, sink), "write", write)
    ran = build(dataset(tmp_path / "data"), tmp_path / "store", VERSIONS[0])
    assert_nothing_published(ran, tmp_path / "store")
    assert "claims.csv" in ran.err if sink == "_CsvSink" else "claims.parquet" in ran.err


# Editions


@pytest.fixture
def copied(kloop_release: Path, tmp_path: Path) -> Public:
    """A release of which a test may change the editions."""
    copy = tmp_path / kloop_release.name
    for name in ("sqlite", "stata", "flat", "archives", "xlsx"):
        shutil.copytree(kloop_release / name, copy / name)
    for path in kloop_release.iterdir():
        if not (copy / path.name).exists():
            (copy / path.name).symlink_to(path)
    return public(copy)


def _change_a_cell(folder: Path) -> str:
    with closing(sqlite3.connect(folder / "sqlite" / "pfds.sqlite", isolation_level=None)) as database:
        database.execute("UPDATE cases SET title = title || '.' WHERE case_id = (SELECT MIN(case_id) FROM cases)")
    return "sqlite/pfds.sqlite"


def _lose_a_row(folder: Path) -> str:
    with closing(sqlite3.connect(folder / "sqlite" / "pfds.sqlite", isolation_level=None)) as database:
        database.execute("DELETE FROM claims WHERE claim_id = (SELECT MAX(claim_id) FROM claims)")
    return "sqlite/pfds.sqlite"


def _swap_tables_of_stata(folder: Path) -> str:
    (folder / "stata" / "cases.dta").write_bytes((folder / "stata" / "events.dta").read_bytes())
    return "stata/cases.dta"


def _change_a_letter_of_stata(folder: Path) -> str:
    path = folder / "stata" / "sources.dta"
    path.write_bytes(path.read_bytes().replace(b"Kloop", b"Klopp", 1))
    return "stata/sources.dta"


def _lose_a_flat_row(folder: Path) -> str:
    path = folder / "flat" / "cases_flat.parquet"
    parquet.write_table(parquet.read_table(path).slice(1), path)
    return "flat/cases_flat.csv"


def _change_a_flat_cell(folder: Path) -> str:
    path = folder / "flat" / "events_flat.csv"
    path.write_bytes(path.read_bytes().replace(b"KGZ", b"KAZ", 1))
    return "flat/events_flat.csv"


def _lose_a_letter_of_the_workbook(folder: Path) -> str:
    with zipfile.ZipFile(folder / "xlsx" / "pfds.xlsx") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(folder / "xlsx" / "pfds.xlsx", "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data.replace(b"<t>KGZ<", b"<t>KG<", 1))
    return "xlsx/pfds.xlsx"


def _change_an_archive(folder: Path) -> str:
    return _packed_again(folder, lambda members: {**members, "data/cases.csv": members["data/cases.csv"][:-1]})


def _lose_a_member(folder: Path) -> str:
    return _packed_again(folder, lambda members: {name: members[name] for name in members if name != "data/cases.csv"})


def _packed_again(folder: Path, change: Callable[[dict[str, bytes]], dict[str, bytes]]) -> str:
    (path,) = (folder / "archives").glob("*-csv.zip")
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in change(members).items():
            archive.writestr(name, data)
    return f"archives/{path.name}"


@pytest.mark.parametrize(
    "change",
    [
        *(_change_a_cell, _lose_a_row, _swap_tables_of_stata, _change_a_letter_of_stata),
        *(_lose_a_flat_row, _change_a_flat_cell, _change_an_archive, _lose_a_member, _lose_a_letter_of_the_workbook),
    ],
)
def test_an_edition_that_holds_something_else_is_told(change: Callable[[Path], str], copied: Public) -> None:
    path = change(copied.folder)
    assert list(written_otherwise(copied)) == [path]


def test_editions_as_they_were_written_are_not_told(kloop_release: Path) -> None:
    assert list(written_otherwise(public(kloop_release))) == []
