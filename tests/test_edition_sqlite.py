"""The SQLite edition of a release: it says what the CSV files say, knows its keys, and explains itself."""

import csv
import re
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from exm import world
from kloop import STANDARD
from laid import laid, odd_world
from pfds.editions.public import Public
from pfds.editions.sqlite.files import APPLICATION_ID, SQLITE, write_sqlite
from pfds.standard.language import NAMES
from pfds.standard.model import Field
from pfds.standard.numbers import decimal_text
from public import public


@pytest.fixture(scope="module")
def kloop(kloop_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    yield from opened(public(kloop_release), tmp_path_factory.mktemp("kloop"))


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    folder = tmp_path_factory.mktemp("odd")
    yield from opened(laid(folder, odd_world()), folder)


def opened(release: Public, target: Path) -> Iterator[sqlite3.Connection]:
    write_sqlite(release, target)
    with closing(sqlite3.connect(f"file:{target / SQLITE}?mode=ro", uri=True)) as database:
        database.row_factory = sqlite3.Row
        yield database


def as_cell(field: Field, value: Any) -> str:
    """A value as the CSV file has it."""
    if value is None:
        return ""
    if field.kind == "boolean":
        return {0: "false", 1: "true"}[value]
    return decimal_text(value) if field.kind in ("integer", "number") else str(value)


def csv_rows(folder: Path, table: str) -> list[list[str]]:
    with (folder / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def rows_of(database: sqlite3.Connection, name: str, order: str = "1") -> list[sqlite3.Row]:
    """All rows of a table or view."""
    return database.execute(f"SELECT * FROM {name} ORDER BY {order}").fetchall()  # noqa: S608 - names of the standard


def assert_as_csv(database: sqlite3.Connection, folder: Path) -> None:
    for name, table in STANDARD.released.tables.items():
        header, *rows = csv_rows(folder, name)
        assert header == [field.name for field in table.released]
        found = rows_of(database, name)
        assert [[as_cell(*pair) for pair in zip(table.released, row, strict=True)] for row in found] == rows


def test_every_cell_is_that_of_the_csv_files(kloop: sqlite3.Connection, kloop_release: Path) -> None:
    assert_as_csv(kloop, kloop_release)


def test_odd_texts_old_days_and_small_numbers_are_kept(odd: sqlite3.Connection) -> None:
    (path,) = [row["file"] for row in odd.execute("PRAGMA database_list")]
    assert_as_csv(odd, Path(path).parents[1])


def test_values_have_the_types_of_their_columns(odd: sqlite3.Connection) -> None:
    types = {"date": "DATE", "integer": "INTEGER", "number": "REAL", "boolean": "BOOLEAN"}
    stored = {"integer": {"integer"}, "number": {"real"}, "boolean": {"integer"}}
    for name, table in STANDARD.released.tables.items():
        said = {row["name"]: row["type"] for row in odd.execute(f"PRAGMA table_info({name})")}
        assert said == {field.name: types.get(field.kind, "TEXT") for field in table.released}
        for field in table.released:
            values = odd.execute(f"SELECT DISTINCT typeof({field.name}) FROM {name}")  # noqa: S608 - as above
            assert {row[0] for row in values} <= {*stored.get(field.kind, {"text"}), "null"}


def test_keys_and_required_columns_are_declared(kloop: sqlite3.Connection) -> None:
    for name, table in STANDARD.released.tables.items():
        info = kloop.execute(f"PRAGMA table_info({name})").fetchall()
        assert [row["name"] for row in info if row["pk"]] == [table.primary_key]
        assert [bool(row["notnull"]) for row in info] == [field.required for field in table.released]


def test_references_to_records_and_to_codes_are_declared(kloop: sqlite3.Connection) -> None:
    for name, table in STANDARD.released.tables.items():
        declared = {(r["from"], r["table"], r["to"]) for r in kloop.execute(f"PRAGMA foreign_key_list({name})")}
        records = {(f.name, f.reference.table, f.reference.field) for f in table.released if f.reference}
        codes = {(f.name, f"codelist_{f.codelist}", "code") for f in table.released if f.codelist}
        assert declared == records | codes
    assert not kloop.execute("SELECT 1 FROM pragma_foreign_key_list('claims') WHERE \"from\" = 'subject_id'").fetchall()


def test_sqlite_finds_the_file_sound_and_every_reference_answered(kloop: sqlite3.Connection) -> None:
    assert [tuple(row) for row in kloop.execute("PRAGMA integrity_check")] == [("ok",)]
    assert kloop.execute("PRAGMA foreign_key_check").fetchall() == []
    assert kloop.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    assert kloop.execute("PRAGMA user_version").fetchone()[0] == 1_000


@pytest.mark.parametrize(
    "breaking",
    [
        pytest.param(("events", "case_id", "cas-exm-none"), id="record"),
        pytest.param(("events", "parent_event_id", "evt-exm-none"), id="own-table"),
        pytest.param(("cases", "status", "nothing"), id="code"),
    ],
)
def test_a_reference_to_nothing_is_refused(breaking: tuple[str, str, str], tmp_path: Path) -> None:
    table, field, value = breaking
    tables = world()
    tables[table][0][field] = value
    with pytest.raises(
        ValueError, match=rf"A record of the table {table} refers to something in \w+ that is not there"
    ):
        write_sqlite(laid(tmp_path, tables), tmp_path)


def test_a_second_record_with_an_identifier_is_refused(tmp_path: Path) -> None:
    tables = world()
    tables["sources"].append(tables["sources"][0])
    with pytest.raises(sqlite3.IntegrityError, match=r"UNIQUE constraint failed: sources\.source_id"):
        write_sqlite(laid(tmp_path, tables), tmp_path)


def test_the_edition_is_never_written_over_a_file(tmp_path: Path) -> None:
    release = laid(tmp_path, world())
    write_sqlite(release, tmp_path)
    with pytest.raises(FileExistsError):
        write_sqlite(release, tmp_path)


def test_every_way_between_records_has_an_index(kloop: sqlite3.Connection) -> None:
    asked = "SELECT * FROM claims WHERE subject_id = ?", "SELECT * FROM events WHERE parent_event_id = ?"
    for question in asked:
        plan = " ".join(row["detail"] for row in kloop.execute(f"EXPLAIN QUERY PLAN {question}", ("x",)))
        assert "USING INDEX" in plan
    for name, table in STANDARD.released.tables.items():
        indexed = {
            column["name"]
            for index in kloop.execute(f"PRAGMA index_list({name})").fetchall()
            for column in kloop.execute(f"PRAGMA index_info({index['name']})")
        }
        assert indexed == {field.name for field in table.released if field.kind == "id"}


def test_codelists_have_their_published_columns_in_their_order(kloop: sqlite3.Connection, kloop_release: Path) -> None:
    for name in STANDARD.codelists:
        with (kloop_release / "codelists" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        found = rows_of(kloop, f"codelist_{name}", "position")
        assert [row["position"] for row in found] == list(range(1, len(rows) + 1))
        assert [{key: str(cell or "") for key, cell in dict(row).items() if key != "position"} for row in found] == rows


def test_labelled_views_have_english_words_in_place_of_codes(kloop: sqlite3.Connection) -> None:
    for name, table in STANDARD.released.tables.items():
        plain = rows_of(kloop, name)
        said = rows_of(kloop, f"{name}_labelled")
        assert len(said) == len(plain)
        for before, after in zip(plain, said, strict=True):
            assert after.keys() == before.keys()
            for field in table.released:
                value = before[field.name]
                if field.codelist and value is not None:
                    value = STANDARD.codelists[field.codelist].codes[value].labels["en"]
                assert after[field.name] == value


def test_the_codebook_explains_every_column_in_every_language(kloop: sqlite3.Connection) -> None:
    tables = {row["table_name"]: row for row in kloop.execute("SELECT * FROM codebook_tables")}
    assert list(tables) == list(STANDARD.released.tables)
    for name, table in STANDARD.released.tables.items():
        assert tables[name]["records"] == len(rows_of(kloop, name))
        rows = kloop.execute("SELECT * FROM codebook WHERE table_name = ? ORDER BY position", (name,)).fetchall()
        assert [row["column_name"] for row in rows] == [field.name for field in table.released]
        for field, row in zip(table.released, rows, strict=True):
            assert (row["title_en"], row["description_en"]) == (field.title, field.description)
            assert (row["kind"], bool(row["required"]), row["codelist"]) == (field.kind, field.required, field.codelist)
            assert (row["references_table"] is not None) == (field.reference is not None)
            assert all(row[f"title_{code}"] and row[f"description_{code}"] for code in NAMES)
    assert kloop.execute("SELECT title_ru FROM codebook_tables WHERE table_name = 'events'").fetchone()[0] == "События"


def test_the_release_says_what_it_is(kloop: sqlite3.Connection) -> None:
    (row,) = kloop.execute("SELECT * FROM release").fetchall()
    assert (row["version"], row["standard"], row["as_of"]) == ("2025.11.0", STANDARD.version, "2025-11-05")
    assert (row["licence"], row["licence_page"]) == ("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/")
    assert row["title"] and row["publisher"] and row["toolkit"]


def test_the_same_tables_give_the_same_bytes_and_one_file(kloop_release: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_sqlite(public(kloop_release), tmp_path / name)
    one, two = ([p for p in (tmp_path / name).rglob("*") if p.is_file()] for name in ("one", "two"))
    assert [path.name for path in (*one, *two)] == ["pfds.sqlite"] * 2
    assert one[0].read_bytes() == two[0].read_bytes()
    assert int.from_bytes(one[0].read_bytes()[96:100], "big") == sqlite3.sqlite_version_info[0] * 1_000_000 + (
        sqlite3.sqlite_version_info[1] * 1_000 + sqlite3.sqlite_version_info[2]
    )


def test_another_sqlite_and_pandas_read_it(odd: sqlite3.Connection) -> None:
    (path,) = [row["file"] for row in odd.execute("PRAGMA database_list")]
    asked = ["sqlite3", "-readonly", path, "SELECT title FROM events_labelled WHERE event_id = 'evt-exm-1'"]
    assert subprocess.run(asked, capture_output=True, text=True).stdout == "=1+1\n"
    frame = pd.read_sql("SELECT * FROM events", odd, parse_dates=["event_date_earliest"])
    assert str(frame["event_date_earliest"].dtype).startswith("datetime64")
    assert frame["latitude"].dtype == "float64"


def test_names_need_no_quotation_marks(kloop: sqlite3.Connection) -> None:
    names = [row[0] for row in kloop.execute("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')")]
    assert all(re.fullmatch("[a-z][a-z0-9_]*", name) for name in names)
    for name in names:
        rows_of(kloop, name)
