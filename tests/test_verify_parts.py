"""What `verify` judges, part by part: files that are always there, the index, each table, what is made of them."""

import csv
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bare_store import a_key, sum_up
from command import ROOT, files
from kloop import STANDARD
from pfds.release import verify as verifying
from pfds.release.diff_changes import CHANGES_FILES
from pfds.release.index import index_bytes, read_index
from pfds.release.stated import Stated, stated_release
from pfds.release.verify import verify

NAME = "cases"
PARQUET, CSV = f"parquet/{NAME}.parquet", f"data/{NAME}.csv"
OTHER_CSV = f"{CSV} is not the table whose hash release.json gives."
OTHER_TABLE = f"{PARQUET} does not hold the same table as {CSV}."


@pytest.fixture
def folder(kloop_tables: Path, tmp_path: Path) -> Path:
    """A copy of the release, alone in its store, to be changed."""
    return Path(shutil.copytree(kloop_tables.parent, tmp_path / "store")) / kloop_tables.name


@pytest.fixture
def parquet(kloop_tables: Path, tmp_path: Path) -> Path:
    """A copy of one table and what is said of it, to be changed."""
    for path in (PARQUET, CSV, "release.json"):
        (tmp_path / "release" / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(kloop_tables / path, tmp_path / "release" / path)
    return tmp_path / "release" / PARQUET


def of_table(folder: Path, **other: Any) -> list[str]:
    stated = replace(stated_release(STANDARD, folder), **other)
    return list(verifying._table(STANDARD, folder, stated, NAME))


def stated(folder: Path, change: Callable[[Any], object]) -> None:
    """Changes release.json, and the manifest to fit."""
    path = folder / "release.json"
    release = json.loads(path.read_bytes())
    change(release)
    path.write_text(json.dumps(release), "utf-8")
    sum_up(folder)


# The whole


def test_a_release_as_published_has_nothing_wrong(folder: Path) -> None:
    before = files(folder.parent)
    assert verify(STANDARD, folder) == []
    assert files(folder.parent) == before


def test_changed_files_are_told_and_nothing_else_judged(folder: Path) -> None:
    (folder / "release.json").unlink()
    assert verify(STANDARD, folder) == ["release.json is missing."]


def test_the_key_that_is_given_has_to_have_signed_the_release(folder: Path) -> None:
    assert verify(STANDARD, folder, public=a_key().secret.get_public_key()) == [
        "SHA256SUMS.minisig is missing, and the releases of this store are signed."
    ]


def test_a_release_that_states_something_else_is_told(folder: Path) -> None:
    stated(folder, lambda release: release.update(standard="9.9.9"))
    assert verify(STANDARD, folder) == [f"release.json names standard 9.9.9; this toolkit verifies {STANDARD.version}."]


def test_a_manifest_that_broke_meanwhile_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken_now(*_: object) -> list[str]:
        (folder / "SHA256SUMS").unlink()
        return []

    monkeypatch.setattr(verifying, "not_whole", broken_now)
    assert verify(STANDARD, folder) == ["SHA256SUMS is missing."]


def test_files_that_every_release_has_are_missed_in_their_order(folder: Path) -> None:
    gone = ["LICENSE.txt", "data/events.csv", "parquet/cases.parquet", "schema/rules.json"]
    for path in gone:
        (folder / path).unlink()
    sum_up(folder)
    assert verify(STANDARD, folder) == [f"{path} is missing." for path in gone]


def test_a_release_upon_another_one_says_what_changed(folder: Path) -> None:
    stated(folder, lambda release: release.update(previous={"version": "2025.1.0", "manifest_sha256": "ab" * 32}))
    assert verify(STANDARD, folder) == [f"{path} is missing." for path in sorted(CHANGES_FILES)]


def test_the_store_and_the_contents_are_judged_together(folder: Path) -> None:
    renamed = folder.rename(folder.with_name("2025.11.1"))
    (folder.parent / "index.json").unlink()
    (renamed / "LICENSE.txt").write_bytes(b"None.\n")
    sum_up(renamed)
    assert verify(STANDARD, renamed) == [
        "The folder is named 2025.11.1, release.json says 2025.11.0.",
        "LICENSE.txt is not what this release's tables and metadata give.",
    ]


def test_the_schema_that_is_given_is_compared(folder: Path, tmp_path: Path) -> None:
    for name in ("submission.schema.json", "report.schema.json"):
        content = json.loads((ROOT / "schema" / name).read_bytes())
        (tmp_path / name).write_text(json.dumps({**content, "description": "Other."}), "utf-8")
    assert verify(STANDARD, folder, tmp_path) == [
        "schema/submission.schema.json is not what this release's tables and metadata give."
    ]


# The index of the store


def of_index(folder: Path, version: str = "2025.11.0") -> list[str]:
    return list(verifying._index(folder, version))


def test_the_entry_of_a_release_as_published_fits(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert of_index(folder) == []
    monkeypatch.chdir(folder)
    assert of_index(Path()) == []
    assert of_index(Path(), "2025.12.0")[0] == "The folder is named 2025.11.0, release.json says 2025.12.0."


def test_a_release_outside_a_store_has_no_entry(folder: Path) -> None:
    (folder.parent / "index.json").unlink()
    assert of_index(folder) == []
    (folder.parent / "index.json").mkdir()
    assert of_index(folder) == []


def test_a_broken_index_is_told(folder: Path) -> None:
    (folder.parent / "index.json").write_bytes(b"{")
    assert of_index(folder) == ["index.json of the store cannot be read."]


def test_an_index_that_does_not_know_the_release_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder.parent / "index.json").write_bytes(index_bytes(()))
    assert of_index(folder) == ["index.json of the store has no entry for 2025.11.0."]
    monkeypatch.chdir(folder)
    assert of_index(Path()) == ["index.json of the store has no entry for 2025.11.0."]


def test_an_index_that_names_another_manifest_is_told(folder: Path) -> None:
    path = folder.parent / "index.json"
    (entry,) = read_index(path)
    path.write_bytes(index_bytes((replace(entry, manifest_sha256="00" * 32),)))
    assert of_index(folder) == ["index.json of the store names another SHA256SUMS for 2025.11.0."]


# One table


def test_a_table_as_published_fits(parquet: Path) -> None:
    assert of_table(parquet.parents[1]) == []


def test_another_csv_file_is_told(parquet: Path) -> None:
    (parquet.parents[1] / CSV).write_bytes(b"")
    assert of_table(parquet.parents[1]) == [OTHER_CSV]


def test_other_columns_are_told(parquet: Path) -> None:
    table = pq.read_table(parquet)
    pq.write_table(table.drop_columns([table.column_names[-1]]), parquet)
    assert of_table(parquet.parents[1]) == [f"{PARQUET} does not have the columns and types of the standard."]


def test_another_number_of_rows_is_told(parquet: Path) -> None:
    found = stated_release(STANDARD, parquet.parents[1]).tables
    rows, digest = found[NAME]
    assert of_table(parquet.parents[1], tables={**found, NAME: (rows + 1, digest)}) == [
        f"{PARQUET} has {rows} rows, release.json says {rows + 1}."
    ]


def changed_title(table: pa.Table) -> pa.Table:
    place = table.schema.get_field_index("title")
    titles = ["Other", *table.column("title").to_pylist()[1:]]
    return table.set_column(place, table.schema.field(place), [titles])


@pytest.mark.parametrize("toolkit", [{}, {"toolkit": "99.0.0"}])
def test_another_cell_is_told_whoever_built_it(parquet: Path, toolkit: dict[str, str]) -> None:
    pq.write_table(changed_title(pq.read_table(parquet)), parquet)
    assert of_table(parquet.parents[1], **toolkit) == [OTHER_TABLE]


def test_columns_that_say_nothing_of_themselves_are_told_unless_another_toolkit_made_them(parquet: Path) -> None:
    table = pq.read_table(parquet)
    pq.write_table(table.replace_schema_metadata({}), parquet)
    assert of_table(parquet.parents[1]) == [f"{PARQUET} does not describe its columns as the standard does."]
    assert of_table(parquet.parents[1], toolkit="99.0.0") == []


@pytest.mark.parametrize("content", [b"", b"PAR1 no more", None])
def test_what_is_no_parquet_file_is_told(parquet: Path, content: bytes | None) -> None:
    parquet.unlink() if content is None else parquet.write_bytes(content)
    assert of_table(parquet.parents[1]) == [f"{PARQUET} cannot be read as Parquet."]


# Cells, references and order


def judged(folder: Path, room: Path) -> list[str]:
    """Tables against release.json and the standard, without what is made from them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verifying, "wrongly_made", lambda *given: iter([f"made of {given[1].name}"]))
        room.mkdir()
        return verifying._contents(STANDARD, folder, stated_release(STANDARD, folder), None, room)


def test_what_is_made_of_tables_is_judged_only_if_they_hold(folder: Path, tmp_path: Path) -> None:
    assert judged(folder, tmp_path / "one") == ["made of 2025.11.0"]
    (folder / PARQUET).write_bytes(b"")
    assert judged(folder, tmp_path / "two") == [f"{PARQUET} cannot be read as Parquet."]


def test_broken_cells_are_told_by_file_and_line(folder: Path, tmp_path: Path) -> None:
    path = folder / "data" / "event_parties.csv"
    path.write_bytes(path.read_bytes().replace(b"evt-klp-", b"evt-xxx-", 1))
    assert judged(folder, tmp_path / "room") == [
        "data/event_parties.csv is not the table whose hash release.json gives.",
        f"data/event_parties.csv, line 2: {STANDARD.rules['reference-missing'].title}.",
    ]


def test_a_missing_table_is_told_without_a_line(folder: Path, tmp_path: Path) -> None:
    (folder / CSV).unlink()
    text = tmp_path / "text"
    text.mkdir()
    told = verifying._broken(STANDARD, folder, text)
    assert f"data/{NAME}: {STANDARD.rules['table-missing'].title}." in told


def test_what_a_dataset_had_to_explain_is_no_defect_of_a_release(folder: Path, tmp_path: Path) -> None:
    with (folder / CSV).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    closed = rows[0] | {"date_opened": "2025-01-02", "date_closed": "2025-01-01"}
    with (folder / CSV).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows([closed, *rows[1:]])
    text = tmp_path / "text"
    text.mkdir()
    assert verifying._broken(STANDARD, folder, text) == []


def test_tables_that_cannot_be_opened_are_told(folder: Path, tmp_path: Path) -> None:
    shutil.rmtree(folder / "data")
    found: Stated = stated_release(STANDARD, folder)
    (tmp_path / "room").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verifying, "_table", lambda *given: iter([f"table {given[3]}"] if given[3] == NAME else []))
        told = verifying._contents(STANDARD, folder, found, None, tmp_path / "room")
    assert [type(problem) for problem in told] == [str, str]
    assert told[0] == f"table {NAME}"


def test_another_order_is_told_of_each_table_that_has_it(folder: Path, tmp_path: Path) -> None:
    turned = ("data/events.csv", "data/names.csv")
    for path in turned:
        header, *lines = (folder / path).read_bytes().decode("utf-8").split("\r\n")[:-1]
        (folder / path).write_bytes("\r\n".join([header, *reversed(lines), ""]).encode("utf-8"))
    told = judged(folder, tmp_path / "room")
    assert [problem for problem in told if "order" in problem] == [
        f"{path} does not have the order, spelling and derived dates that its own cells give."
        for path in sorted(turned, key=lambda path: list(STANDARD.released.tables).index(Path(path).stem))
    ]
