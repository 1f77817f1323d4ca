"""A release of the Kloop example: what lies in it, that it is the same every time, and that others can read it."""

import csv
import io
import json
import re
import shutil
import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml  # type: ignore[import-untyped]

from command import BIN, KLOOP, PFDS, Ran, files, pfds, run
from kloop import STANDARD
from pfds import __version__
from pfds.editions.every import EDITIONS
from pfds.release.disk import locked
from pfds.release.terms import about_release
from pfds.release.versions import GateRefused
from pfds.standard.model import Field, Table
from small_store import dataset

TABLES = list(STANDARD.released.tables.values())
ARROW_TYPES = {
    "code": pa.dictionary(pa.int32(), pa.string()),
    "date": pa.date32(),
    "integer": pa.int32(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
}


def named(table: object) -> str:
    return table.name if isinstance(table, Table) else ""


each_table = pytest.mark.parametrize("table", TABLES, ids=named)


def released_rows(folder: Path, table: Table) -> list[list[str]]:
    """Header and records of a table's CSV file."""
    return list(csv.reader(io.StringIO((folder / "data" / f"{table.name}.csv").read_bytes().decode("utf-8"))))


def about(folder: Path) -> Any:
    return json.loads((folder / "release.json").read_text("utf-8"))


def build(data: Path, store: Path, version: str, *more: str) -> Ran:
    return pfds("release", "build", data, "--store", store, "--version", version, "--only-tables", "--no-ledger", *more)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small dataset with what is said about the example: it shows as well what is refused."""
    folder = dataset(tmp_path_factory.mktemp("small") / "dataset")
    shutil.copy(KLOOP / "meta.json", folder)
    return folder


@pytest.fixture(scope="module")
def published(small: Path) -> Path:
    """The store of its release. Tests must not change it."""
    ran = build(small, small.parent / "store", "2025.11.0")
    assert ran.code == 0, ran.said
    return small.parent / "store"


@pytest.fixture
def store(published: Path, tmp_path: Path) -> Path:
    """A copy of the store, to be changed."""
    return Path(shutil.copytree(published, tmp_path / "store"))


@pytest.fixture
def changed(small: Path, tmp_path: Path) -> Path:
    """The small dataset with another word in it."""
    copy = Path(shutil.copytree(small, tmp_path / "changed"))
    cases = copy / "cases.csv"
    cases.write_bytes(cases.read_bytes().replace(b"criminal_prosecution", b"administrative_prosecution", 1))
    assert files(copy) != files(small)
    return copy


# What lies in it


def test_a_release_holds_what_the_contract_names(kloop_release: Path) -> None:
    expected = {
        *(f"data/{table.name}.csv" for table in TABLES),
        *(f"parquet/{table.name}.parquet" for table in TABLES),
        *("datapackage.json", "parquet/datapackage.json", "release.json", "tombstones.csv", "SHA256SUMS"),
        *("README.md", "CITATION.cff", "LICENSE.txt", "CHANGELOG.md"),
        *(f"codelists/{name}.csv" for name in STANDARD.codelists),
        *(f"schema/{table.record}.schema.json" for table in STANDARD.tables.values()),
        *("schema/submission.schema.json", "schema/dictionary.csv", "schema/crosswalk.csv", "schema/rules.json"),
    }
    found = set(files(kloop_release))
    assert {path for path in found if not path.startswith(EDITIONS)} == expected
    assert [edition for edition in EDITIONS if not any(path.startswith(edition) for path in found)] == []
    assert sorted(path.name for path in kloop_release.parent.iterdir()) == ["2025.11.0", "index.json"]


def test_the_index_names_the_release_with_its_counts_and_hashes(kloop_release: Path) -> None:
    (entry,) = json.loads((kloop_release.parent / "index.json").read_text("utf-8"))["releases"]
    tables = about(kloop_release)["tables"]
    assert entry["version"] == "2025.11.0"
    assert (entry["date"], entry["standard"]) == ("2025-11-05", STANDARD.version)
    assert (entry["status"], entry["previous"]) == ("current", None)
    assert entry["counts"] == {table["name"]: table["rows"] for table in tables}
    assert entry["hashes"] == {table["name"]: table["sha256"] for table in tables}


def test_all_public_records_of_the_example_are_released(kloop_release: Path) -> None:
    assert about(kloop_release)["complete"] is True
    for table in TABLES:
        sent = sent_records(table.name)
        header, *rows = released_rows(kloop_release, table)
        kept = {row[0]: dict(zip(header, row, strict=True)) for row in rows}
        assert set(kept) == {row[table.primary_key] for row in sent}
        for row in sent:
            for field in table.fields:
                if field.disclosure == "public" and field.kind != "number":
                    assert kept[row[table.primary_key]][field.name] == row.get(field.name, "")


def sent_records(table: str) -> list[dict[str, str]]:
    """The records of the example's CSV file, if it has one."""
    given = KLOOP / f"{table}.csv"
    return list(csv.DictReader(io.StringIO(given.read_text("utf-8")))) if given.is_file() else []


def test_fields_that_are_not_public_have_no_column(kloop_release: Path) -> None:
    kept_back = {
        f"{table.name}.{field.name}" for table in TABLES for field in table.fields if field.disclosure != "public"
    }
    columns = {f"{table.name}.{name}" for table in TABLES for name in released_rows(kloop_release, table)[0]}
    assert {"persons.birth_date", "claims.coder"} <= kept_back
    assert not columns & (kept_back | {"persons.birth_date_earliest", "persons.birth_date_latest"})


def test_the_citation_file_names_what_is_cited(kloop_release: Path) -> None:
    citation = yaml.safe_load((kloop_release / "CITATION.cff").read_text("utf-8"))
    assert citation["cff-version"] == "1.2.0"
    assert citation["type"] == "dataset"
    assert citation["message"]
    assert citation["authors"] == [{"name": about(kloop_release)["publisher"]}]
    assert citation["title"] == about(kloop_release)["title"]
    assert citation["version"] == "2025.11.0"
    assert citation["date-released"] == date(2025, 11, 5)
    assert citation["license"] == "CC-BY-4.0"


def test_every_date_comes_from_the_as_of_date(kloop_release: Path) -> None:
    assert about(kloop_release)["as_of"] == "2025-11-05"
    for path in ("datapackage.json", "parquet/datapackage.json"):
        assert json.loads((kloop_release / path).read_text("utf-8"))["created"] == "2025-11-05T00:00:00Z"
    today = datetime.now().astimezone().date().isoformat()
    texts = [data for path, data in files(kloop_release).items() if not path.endswith(".parquet")]
    assert not any(today.encode() in text for text in texts) or today <= "2025-11-05"


def test_the_words_of_a_release_have_no_gap(kloop_release: Path) -> None:
    for name in ("README.md", "CITATION.cff", "LICENSE.txt", "CHANGELOG.md"):
        text = (kloop_release / name).read_text("utf-8")
        assert "$" not in text
        assert "None" not in text
    assert __version__ == about(kloop_release)["toolkit"]


# That it is the same every time


@pytest.mark.parametrize(
    "env",
    [
        pytest.param(
            {"TZ": "Pacific/Kiritimati", "LC_ALL": "ru_RU.UTF-8", "PYTHONHASHSEED": "1"}, marks=pytest.mark.long
        ),
        pytest.param(
            {"TZ": "America/Adak", "LC_ALL": "C", "PYTHONHASHSEED": "2", "LANG": "tr_TR.UTF-8"}, marks=pytest.mark.long
        ),
    ],
    ids=["east", "west"],
)
def test_the_same_dataset_gives_the_same_bytes_anywhere(
    kloop_release: Path, tmp_path: Path, env: dict[str, str]
) -> None:
    arguments = ("--store", "store", "--version", "2025.11.0", "--as-of", "2025-11-05")
    ran = run(PFDS, "release", "build", KLOOP, *arguments, cwd=tmp_path, env=env)
    assert ran.code == 0, ran.said
    assert files(tmp_path / "store") == files(kloop_release.parent)


def test_building_again_changes_nothing(small: Path, store: Path) -> None:
    before, times = files(store), {path: path.stat().st_mtime_ns for path in store.rglob("*")}
    ran = build(small, store, "2025.11.0")
    assert ran.code == 0, ran.said
    assert "there already" in ran.out
    assert files(store) == before
    assert {path: path.stat().st_mtime_ns for path in store.rglob("*")} == times


def test_the_order_of_records_sent_does_not_matter(kloop_tables: Path, tmp_path: Path) -> None:
    turned = tmp_path / "turned"
    shutil.copytree(KLOOP, turned)
    rows = list(csv.reader(io.StringIO((turned / "claims.csv").read_text("utf-8"))))
    with (turned / "claims.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([rows[0], *reversed(rows[1:])])
    ran = build(turned, tmp_path / "store", "2025.11.0")
    assert ran.code == 0, ran.said
    assert files(tmp_path / "store") == files(kloop_tables.parent)


# What is refused


def test_another_content_under_a_published_version_is_refused(store: Path, changed: Path) -> None:
    before = files(store)
    ran = build(changed, store, "2025.11.0")
    assert (ran.code, ran.out) == (3, "")
    assert "2025.11.0 is published already" in ran.err
    assert files(store) == before


@pytest.mark.parametrize("older", ["2025.2.0", pytest.param("2024.12.0", marks=pytest.mark.long)])
def test_a_version_before_the_newest_is_refused(small: Path, store: Path, older: str) -> None:
    before = files(store)
    ran = build(small, store, older)
    assert ran.code == 3
    assert f"{older} would come before it" in ran.err
    assert files(store) == before
    assert sorted(path.name for path in store.iterdir()) == ["2025.11.0", "index.json"]


def test_a_later_version_joins_the_first_and_leaves_it_alone(store: Path, changed: Path) -> None:
    before = files(store / "2025.11.0")
    ran = build(changed, store, "2025.11.10")
    assert ran.code == 0, ran.said
    assert files(store / "2025.11.0") == before
    first, second = json.loads((store / "index.json").read_text("utf-8"))["releases"]
    assert [(entry["version"], entry["status"]) for entry in (first, second)] == [
        ("2025.11.0", "superseded"),
        ("2025.11.10", "current"),
    ]
    assert second["previous"] == {"version": "2025.11.0", "manifest_sha256": first["manifest_sha256"]}
    assert pfds("release", "verify", store / "2025.11.0").code == 0


@pytest.mark.parametrize("version", ["1.0", "2025.13.0", "2025.01.0", "2025.1", "latest", "../2025.1.0", "2025.1.0 "])
def test_a_version_of_another_form_is_wrong_usage(small: Path, tmp_path: Path, version: str) -> None:
    ran = build(small, tmp_path / "store", version)
    assert ran.code == 2
    assert "YYYY.M.N" in ran.err
    assert not (tmp_path / "store").exists()


def with_meta(folder: Path, meta: dict[str, Any]) -> Path:
    """The example with other metadata; None takes one out."""
    shutil.copytree(KLOOP, folder)
    stated = {**json.loads((folder / "meta.json").read_text("utf-8")), **meta}
    text = json.dumps({key: value for key, value in stated.items() if value is not None})
    (folder / "meta.json").write_text(text, "utf-8")
    return folder


def test_a_release_needs_a_date(tmp_path: Path) -> None:
    ran = build(with_meta(tmp_path / "dataset", {"as_of": None}), tmp_path / "store", "2025.11.0")
    assert ran.code == 2
    assert "No as-of date is known" in ran.err
    assert not (tmp_path / "store").exists()


def test_a_release_needs_a_licence_for_data(tmp_path: Path) -> None:
    ran = build(with_meta(tmp_path / "dataset", {"license": "Apache-2.0"}), tmp_path / "store", "2025.11.0")
    assert (ran.code, ran.out) == (3, "")
    assert "CC-BY-4.0, CC-BY-SA-4.0, CC0-1.0, ODC-By-1.0" in ran.err
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize("licence", ["proprietary", "\x1b[2J", "", ["CC-BY-4.0"]])
def test_another_licence_is_refused_and_not_repeated(licence: object) -> None:
    with pytest.raises(GateRefused) as refused:
        about_release("2025.11.0", STANDARD.version, date(2025, 11, 5), {"license": licence})
    accepted = "Accepted are CC-BY-4.0, CC-BY-SA-4.0, CC0-1.0, ODC-By-1.0."
    assert str(refused.value) == f"The licence that the metadata names is not accepted for data. {accepted}"


@pytest.mark.parametrize(
    ("path", "damage"),
    [
        ("release.json", b"{"),
        ("release.json", b"[]"),
        ("release.json", None),
        ("SHA256SUMS", b"nonsense"),
        ("SHA256SUMS", b""),
    ],
)
def test_a_damaged_older_release_is_named_and_nothing_is_published(
    small: Path, store: Path, path: str, damage: bytes | None
) -> None:
    if damage is None:
        (store / "2025.11.0" / path).unlink()
    else:
        (store / "2025.11.0" / path).write_bytes(damage)
    before = files(store)
    ran = build(small, store, "2025.11.1")
    assert (ran.code, ran.out) == (3, "")
    assert "The published release 2025.11.0 is damaged" in ran.err
    assert files(store) == before
    assert sorted(path.name for path in store.iterdir()) == ["2025.11.0", "index.json"]


def test_a_damaged_release_is_not_called_the_same(small: Path, store: Path) -> None:
    (store / "2025.11.0" / "README.md").write_text("Other words.", "utf-8")
    ran = build(small, store, "2025.11.0")
    assert (ran.code, ran.out) == (3, "")
    assert "The published release 2025.11.0 is damaged: README.md was changed" in ran.err


@pytest.mark.parametrize(
    "kind", ["folder", *(pytest.param(each, marks=pytest.mark.long) for each in ("link", "file", "empty folder"))]
)
def test_what_is_no_release_is_not_replaced(small: Path, tmp_path: Path, kind: str) -> None:
    store, place = tmp_path / "store", tmp_path / "store" / "2025.11.0"
    store.mkdir()
    if kind == "file":
        place.write_text("notes", "utf-8")
    elif kind == "link":
        place.symlink_to(tmp_path / "nowhere")
    else:
        place.mkdir()
    if kind == "folder":
        (place / "notes.txt").write_text("notes", "utf-8")
    before = files(store)
    ran = build(small, store, "2025.11.0")
    assert (ran.code, ran.out) == (3, "")
    assert "Something that is no release stands at" in ran.err
    assert files(store) == before
    assert [path.name for path in store.iterdir()] == ["2025.11.0"]


@pytest.fixture
def overtaken(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty store in which another builder publishes 2025.11.0 just before this one's rename."""
    race, rename = tmp_path / "race", Path.rename

    def late(path: Path, target: Path) -> Path:
        if target == race / "2025.11.0":
            shutil.copytree(store / "2025.11.0", target)
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", late)
    return race


@pytest.mark.long
def test_the_same_release_of_a_faster_builder_is_there_already(small: Path, store: Path, overtaken: Path) -> None:
    ran = build(small, overtaken, "2025.11.0")
    assert ran.code == 0, ran.said
    assert "there already" in ran.out
    assert files(overtaken) == files(store)


@pytest.mark.long
def test_another_release_of_a_faster_builder_stands(store: Path, overtaken: Path, changed: Path) -> None:
    ran = build(changed, overtaken, "2025.11.0")
    assert (ran.code, ran.out) == (3, "")
    assert "2025.11.0 is published already and differs" in ran.err
    assert files(overtaken / "2025.11.0") == files(store / "2025.11.0")


@pytest.mark.long
def test_what_a_killed_builder_left_is_removed(small: Path, store: Path) -> None:
    left, links, kept = store / ".building-left", store / ".building-link", store / "2025.11.0"
    shutil.copytree(kept, left)
    links.symlink_to(kept)
    (store / ".writing-left").write_bytes(b"unfinished")
    ran = build(small, store, "2025.11.1")
    assert ran.code == 0, ran.said
    releases = json.loads((store / "index.json").read_text("utf-8"))["releases"]
    assert [entry["version"] for entry in releases] == ["2025.11.0", "2025.11.1"]
    assert not left.exists()
    assert not (store / ".writing-left").exists()
    assert links.is_symlink()
    assert kept.is_dir()


def test_what_a_living_builder_has_is_not_removed(small: Path, store: Path) -> None:
    alive = store / ".building-alive"
    shutil.copytree(store / "2025.11.0", alive)
    with locked(alive):
        ran = build(small, store, "2025.11.1")
    assert ran.code == 0, ran.said
    assert alive.is_dir()


def test_a_dataset_with_an_error_is_refused_and_leaves_no_trace(store: Path, changed: Path) -> None:
    (changed / "cases.csv").write_bytes((changed / "cases.csv").read_bytes().replace(b",NZL,", b",Kyrgyzstan,", 1))
    before = sorted(path.name for path in store.iterdir())
    ran = build(changed, store, "2025.12.0")
    assert ran.code == 3
    assert "cell-code" in ran.err
    assert "Kyrgyzstan" not in ran.said
    assert sorted(path.name for path in store.iterdir()) == before


# That others can read it


def test_frictionless_finds_the_release_valid(kloop_release: Path) -> None:
    ran = run(BIN / "frictionless", "validate", kloop_release / "datapackage.json", "--json")
    assert ran.code == 0, ran.out
    assert json.loads(ran.out)["valid"] is True


@each_table
def test_csv_files_are_strict_and_ordered(kloop_release: Path, table: Table) -> None:
    data = (kloop_release / "data" / f"{table.name}.csv").read_bytes()
    header, *rows = released_rows(kloop_release, table)
    quoted_out = re.sub(rb'"(?:[^"]|"")*"', b"", data)
    assert not data.startswith(b"\xef\xbb\xbf")
    assert data.endswith(b"\r\n")
    assert quoted_out.count(b"\r\n") == quoted_out.count(b"\n") == quoted_out.count(b"\r") == len(rows) + 1
    assert header == [field.name for field in table.released]
    assert all(len(row) == len(header) for row in rows)
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)


@each_table
def test_csv_and_parquet_hold_the_same_cells(kloop_release: Path, table: Table) -> None:
    header, *rows = released_rows(kloop_release, table)
    typed = pq.read_table(kloop_release / "parquet" / f"{table.name}.parquet")
    assert typed.column_names == header
    as_text = [
        [cell_text(table.by_name[name], value) for name, value in record.items()] for record in typed.to_pylist()
    ]
    assert as_text == rows


def cell_text(field: Field, value: Any) -> str:
    """A typed value as the contract says that a cell holds it, without the toolkit's own means."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        text = format(Decimal(str(value)), "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return value.isoformat() if isinstance(value, date) else str(value)


@each_table
def test_parquet_files_are_typed_compressed_and_described(kloop_release: Path, table: Table) -> None:
    file = pq.ParquetFile(kloop_release / "parquet" / f"{table.name}.parquet")
    schema = file.schema_arrow
    assert schema.metadata[b"table"] == table.name.encode()
    for field in table.released:
        column = schema.field(field.name)
        assert column.type == ARROW_TYPES.get(field.kind, pa.string())
        assert column.metadata[b"description"].decode("utf-8") == field.description
        assert column.nullable is not field.required
        assert column.metadata.get(b"codelist", b"").decode() == (field.codelist or "")
        target = field.reference
        assert column.metadata.get(b"references", b"").decode() == (f"{target.table}.{target.field}" if target else "")
    assert (schema.metadata[b"release"], schema.metadata[b"license"]) == (b"2025.11.0", b"CC-BY-4.0")
    for group in range(file.metadata.num_row_groups):
        columns = [file.metadata.row_group(group).column(index) for index in range(file.metadata.num_columns)]
        assert {column.compression for column in columns} == {"ZSTD"}
        assert all(column.is_stats_set and column.has_offset_index and column.has_column_index for column in columns)


def test_every_reader_counts_the_same_records(kloop_release: Path) -> None:
    for entry in about(kloop_release)["tables"]:
        text, typed = kloop_release / entry["csv"], kloop_release / entry["parquet"]
        counts = {
            "pandas csv": len(pd.read_csv(text, dtype=str, keep_default_na=False, na_values=[""])),
            "pandas parquet": len(pd.read_parquet(typed, dtype_backend="pyarrow")),
            "polars csv": len(pl.read_csv(text, infer_schema=False)),
            "polars parquet": len(pl.read_parquet(typed)),
            "duckdb csv": counted(f"FROM read_csv('{text}', all_varchar = true, header = true)"),
            "duckdb parquet": counted(f"FROM '{typed}'"),
        }
        assert set(counts.values()) == {entry["rows"]}, (entry["name"], counts)


def counted(query: str) -> int:
    return len(duckdb.execute(query).fetchall())


def test_the_code_in_the_readme_runs(kloop_release: Path) -> None:
    blocks = re.findall(r"```(\w+)\n(.*?)```", (kloop_release / "README.md").read_text("utf-8"), re.DOTALL)
    python = "\n".join(code for language, code in blocks if language == "python")
    (sql,) = [code for language, code in blocks if language == "sql"]
    program = f"{python}\nimport duckdb\nprint(len(events), len(duckdb.sql({sql!r}).fetchall()))\n"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=kloop_release, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    events, kinds = map(int, done.stdout.split())
    rows = released_rows(kloop_release, STANDARD.released.tables["events"])[1:]
    assert (events, kinds) == (len(rows), len({row[1] for row in rows}))


def test_sha256sum_agrees(kloop_release: Path) -> None:
    done = subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=kloop_release, check=False)
    assert done.returncode == 0
