"""`pfds release verify` sees every change to a published release, and says in one sentence which file."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from command import KLOOP, Ran, files, pfds
from kloop import STANDARD, kloop_tables, write_tables
from pfds import __version__
from pfds.editions.tables import text_batches
from pfds.forms.csv_form import csv_bytes
from pfds.release.remade import not_compared

FILES = (
    "data/events.csv",
    "parquet/events.parquet",
    "datapackage.json",
    "parquet/datapackage.json",
    "release.json",
    "README.md",
    "CITATION.cff",
    "LICENSE.txt",
    "CHANGELOG.md",
    "codelists/event_type.csv",
    "schema/rules.json",
    "tombstones.csv",
)
KEPT = ("data", "parquet", "release.json", "tombstones.csv")
"""What a release is made again from, with the Parquet folder, whose descriptor has a test of its own."""


@pytest.fixture
def folder(kloop_tables: Path, tmp_path: Path) -> Path:
    """A copy of the release, alone in its store, to be changed."""
    copy = tmp_path / "store" / kloop_tables.name
    shutil.copytree(kloop_tables.parent, copy.parent)
    return copy


def verify(folder: Path) -> Ran:
    return pfds("release", "verify", folder)


def sum_again(folder: Path) -> None:
    """What a forger does next: the manifest and the index of the store fit the changed files again."""
    sums = (
        f"{hashlib.sha256(data).hexdigest()}  {path}\n" for path, data in files(folder).items() if path != "SHA256SUMS"
    )
    (folder / "SHA256SUMS").write_text("".join(sums), "utf-8")
    index = folder.parent / "index.json"
    content = json.loads(index.read_text("utf-8"))
    content["releases"][0]["manifest_sha256"] = hashlib.sha256((folder / "SHA256SUMS").read_bytes()).hexdigest()
    index.write_text(json.dumps(content), "utf-8")


def edit_json(path: Path, edit: Callable[[Any], None]) -> None:
    content = json.loads(path.read_text("utf-8"))
    edit(content)
    path.write_text(json.dumps(content), "utf-8")


def replace_text(path: Path, old: str, new: str) -> None:
    text = path.read_bytes().decode("utf-8")
    assert old in text
    path.write_bytes(text.replace(old, new, 1).encode("utf-8"))


def forge_csv(folder: Path, name: str, old: str, new: str) -> None:
    """A change to a CSV file that release.json then vouches for."""
    path = folder / "data" / f"{name}.csv"
    replace_text(path, old, new)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()

    def vouch(release: Any) -> None:
        for table in release["tables"]:
            if table["name"] == name:
                table["sha256"] = digest

    edit_json(folder / "release.json", vouch)


def assert_refused(ran: Ran, *sentences: str) -> None:
    """Exit code 1, exactly these sentences, and a verdict that counts them."""
    *told, verdict = ran.out.splitlines()
    assert (ran.code, ran.err) == (1, "")
    assert told == list(sentences)
    assert f"not as published; {len(sentences)} problem" in verdict


def test_a_release_as_published_passes(kloop_tables: Path) -> None:
    ran = verify(kloop_tables)
    assert (ran.code, ran.err) == (0, "")
    assert "as published" in ran.out


def test_a_release_without_its_store_passes(folder: Path) -> None:
    (folder.parent / "index.json").unlink()
    assert verify(folder).code == 0


def test_a_release_is_verified_from_within_its_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert verify(Path()).code == 0


@pytest.mark.parametrize("path", FILES)
def test_one_changed_bit_is_seen(folder: Path, path: str) -> None:
    data = bytearray((folder / path).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / path).write_bytes(data)
    assert_refused(verify(folder), f"{path} was changed: its SHA-256 is not the one in SHA256SUMS.")


@pytest.mark.parametrize("path", FILES)
def test_a_missing_file_is_seen(folder: Path, path: str) -> None:
    (folder / path).unlink()
    assert_refused(verify(folder), f"{path} is missing.")


def test_an_additional_file_is_seen(folder: Path) -> None:
    (folder / "data" / "notes.txt").write_text("more", "utf-8")
    assert_refused(verify(folder), "data/notes.txt is not part of the release.")


def test_a_link_in_place_of_a_file_is_seen(folder: Path, tmp_path: Path) -> None:
    moved = tmp_path / "events.csv"
    (folder / "data" / "events.csv").rename(moved)
    (folder / "data" / "events.csv").symlink_to(moved)
    assert_refused(verify(folder), "data/events.csv is not an ordinary file.")


def test_a_link_in_place_of_a_folder_is_seen(folder: Path, tmp_path: Path) -> None:
    (folder / "codelists").rename(tmp_path / "codelists")
    (folder / "codelists").symlink_to(tmp_path / "codelists")
    ran = verify(folder)
    assert ran.code == 1
    assert "codelists is not part of the release." in ran.out


@pytest.mark.parametrize("path", ["data/events.csv", "SHA256SUMS"])
def test_a_pipe_in_place_of_a_file_is_seen(folder: Path, path: str) -> None:
    (folder / path).unlink()
    os.mkfifo(folder / path)
    assert_refused(verify(folder), f"{path} is not an ordinary file.")


def test_an_edited_sum_is_seen(folder: Path) -> None:
    digest = hashlib.sha256((folder / "data" / "events.csv").read_bytes()).hexdigest()
    replace_text(folder / "SHA256SUMS", digest, "0" * 64)
    assert_refused(verify(folder), "data/events.csv was changed: its SHA-256 is not the one in SHA256SUMS.")


@pytest.mark.parametrize("line", ["nonsense\n", f"{'0' * 64} data/x.csv\n", f"{'0' * 64}  data/events.csv\n", "\n"])
def test_a_broken_line_of_the_manifest_is_told(folder: Path, line: str) -> None:
    with (folder / "SHA256SUMS").open("a", encoding="utf-8") as file:
        file.write(line)
    number = len((folder / "SHA256SUMS").read_text("utf-8").splitlines())
    assert_refused(verify(folder), f"SHA256SUMS, line {number}, is not a hash and a path.")


def test_a_missing_manifest_is_told(folder: Path) -> None:
    (folder / "SHA256SUMS").unlink()
    assert_refused(verify(folder), "SHA256SUMS is missing.")


def test_a_manifest_that_is_not_text_is_told(folder: Path) -> None:
    (folder / "SHA256SUMS").write_bytes(b"\xff\xfe\x00")
    assert_refused(verify(folder), "SHA256SUMS cannot be read.")


def test_an_exchanged_parquet_file_is_seen_though_all_sums_fit(folder: Path) -> None:
    path = folder / "parquet" / "persons.parquet"
    table = pq.read_table(path)
    names = ["Somebody Else", *table.column("display_name").to_pylist()[1:]]
    position = table.schema.get_field_index("display_name")
    pq.write_table(table.set_column(position, table.schema.field(position), [names]), path)
    sum_again(folder)
    assert_refused(verify(folder), "parquet/persons.parquet does not hold the same table as data/persons.csv.")


def test_a_parquet_file_of_another_table_is_seen_though_all_sums_fit(folder: Path) -> None:
    shutil.copyfile(folder / "parquet" / "cases.parquet", folder / "parquet" / "persons.parquet")
    sum_again(folder)
    assert_refused(verify(folder), "parquet/persons.parquet does not have the columns and types of the standard.")


def test_a_parquet_file_that_is_none_is_seen_though_all_sums_fit(folder: Path) -> None:
    (folder / "parquet" / "persons.parquet").write_bytes(b"PAR1 no more")
    sum_again(folder)
    assert_refused(verify(folder), "parquet/persons.parquet cannot be read as Parquet.")


def test_a_changed_csv_file_is_seen_though_all_sums_fit(folder: Path) -> None:
    replace_text(folder / "data" / "cases.csv", "criminal_prosecution", "administrative_prosecution")
    sum_again(folder)
    assert_refused(verify(folder), "data/cases.csv is not the table whose hash release.json gives.")


def test_a_changed_number_of_rows_is_seen_though_all_sums_fit(folder: Path) -> None:
    rows: list[int] = []

    def one_more(release: Any) -> None:
        rows.append(release["tables"][0]["rows"])
        release["tables"][0]["rows"] += 1

    edit_json(folder / "release.json", one_more)
    sum_again(folder)
    sentence = f"parquet/cases.parquet has {rows[0]} rows, release.json says {rows[0] + 1}."
    assert_refused(verify(folder), sentence)


def test_a_dangling_reference_is_seen_though_all_sums_fit(folder: Path) -> None:
    forge_csv(folder, "event_parties", "evt-klp-", "evt-xxx-")
    sum_again(folder)
    assert_refused(
        verify(folder),
        "parquet/event_parties.parquet does not hold the same table as data/event_parties.csv.",
        f"data/event_parties.csv, line 2: {STANDARD.rules['reference-missing'].title}.",
    )


def test_a_repeated_identifier_is_seen_though_all_sums_fit(folder: Path) -> None:
    lines = (folder / "data" / "names.csv").read_bytes().decode("utf-8").split("\r\n")
    forge_csv(folder, "names", lines[2], lines[1])
    sum_again(folder)
    ran = verify(folder)
    assert ran.code == 1
    assert f"data/names.csv, line 3: {STANDARD.rules['key-duplicate'].title}." in ran.out


def made_otherwise(path: str) -> str:
    return f"{path} is not what this release's tables and metadata give."


def described_wrong(field: str, value: Any) -> Callable[[Any], None]:
    return lambda descriptor: descriptor["resources"][0].update({field: value})


@pytest.mark.parametrize("path", ["datapackage.json", "parquet/datapackage.json"])
@pytest.mark.parametrize(
    "edit",
    [
        lambda descriptor: descriptor.update(version="2025.12.0"),
        lambda descriptor: descriptor["resources"].pop(),
        lambda descriptor: descriptor["resources"][0]["schema"]["fields"].reverse(),
        described_wrong("path", "../elsewhere.csv"),
        described_wrong("hash", "sha256:0"),
        described_wrong("bytes", -1),
    ],
    ids=["version", "table", "fields", "path", "hash", "bytes"],
)
def test_a_descriptor_that_says_something_else_is_seen_though_all_sums_fit(
    folder: Path, path: str, edit: Callable[[Any], None]
) -> None:
    edit_json(folder / path, edit)
    sum_again(folder)
    assert_refused(verify(folder), made_otherwise(path))


@pytest.mark.parametrize("path", [path for path in FILES if path.split("/")[0] not in KEPT])
def test_a_derived_file_with_other_words_is_seen_though_all_sums_fit(folder: Path, path: str) -> None:
    (folder / path).write_bytes(b"nothing\n")
    sum_again(folder)
    assert_refused(verify(folder), made_otherwise(path))


@pytest.mark.parametrize("path", [path for path in FILES if path != "release.json"])
def test_a_file_taken_out_is_seen_though_all_sums_fit(folder: Path, path: str) -> None:
    (folder / path).unlink()
    sum_again(folder)
    assert_refused(verify(folder), f"{path} is missing.")


def test_a_missing_release_json_is_told_though_all_sums_fit(folder: Path) -> None:
    (folder / "release.json").unlink()
    sum_again(folder)
    assert_refused(verify(folder), "release.json is missing.")


def test_the_schema_taken_out_is_seen_though_all_sums_fit(folder: Path) -> None:
    paths = sorted(f"schema/{path.name}" for path in (folder / "schema").iterdir())
    shutil.rmtree(folder / "schema")
    sum_again(folder)
    assert_refused(verify(folder), *(f"{path} is missing." for path in paths))


def test_an_additional_file_is_seen_though_all_sums_fit(folder: Path) -> None:
    (folder / "data" / "meta.json").write_text("{}", "utf-8")
    sum_again(folder)
    assert_refused(verify(folder), "data/meta.json is not part of the release.")


def forge_table(folder: Path, name: str, forge: Callable[[pa.Table], pa.Table]) -> None:
    """Another table in CSV and Parquet alike, which release.json and the manifest then vouch for."""
    path = folder / "parquet" / f"{name}.parquet"
    forged = forge(pq.read_table(path))
    pq.write_table(forged, path)
    text = csv_bytes(pa.Table.from_batches(text_batches(STANDARD.tables[name], path)))
    (folder / "data" / f"{name}.csv").write_bytes(text)

    def vouch(release: Any) -> None:
        (entry,) = [entry for entry in release["tables"] if entry["name"] == name]
        entry.update(rows=forged.num_rows, sha256=hashlib.sha256(text).hexdigest())

    edit_json(folder / "release.json", vouch)
    sum_again(folder)


def another_day(events: pa.Table) -> pa.Table:
    days = [date(1999, 1, 1), *events.column("event_date_earliest").to_pylist()[1:]]
    position = events.schema.get_field_index("event_date_earliest")
    return events.set_column(position, events.schema.field(position), pa.array(days, pa.date32()))


def turned_round(events: pa.Table) -> pa.Table:
    return events.take(list(reversed(range(events.num_rows))))


@pytest.mark.parametrize("forge", [another_day, turned_round])
@pytest.mark.parametrize("toolkit", [__version__, "99.0.0"])
def test_forged_dates_and_order_are_seen_though_all_sums_fit(
    folder: Path, forge: Callable[[pa.Table], pa.Table], toolkit: str
) -> None:
    edit_json(folder / "release.json", lambda release: release.update(toolkit=toolkit))
    forge_table(folder, "events", forge)
    sentence = "data/events.csv does not have the order, spelling and derived dates that its own cells give."
    assert_refused(verify(folder), sentence)


def test_a_record_taken_out_everywhere_but_in_the_texts_is_seen(folder: Path) -> None:
    forge_table(folder, "names", lambda names: names.slice(0, names.num_rows - 1))
    derived = ("README.md", "datapackage.json", "release.json")
    told = verify(folder).out.splitlines()[:-1]
    assert sorted(told) == [made_otherwise(path) for path in derived]


def test_a_parquet_file_that_describes_nothing_is_seen_though_all_sums_fit(folder: Path) -> None:
    path = folder / "parquet" / "persons.parquet"
    bare = pq.read_table(path)
    fields = [field.remove_metadata() for field in bare.schema]
    pq.write_table(bare.cast(pa.schema(fields)), path)
    sum_again(folder)
    assert_refused(verify(folder), "parquet/persons.parquet does not describe its columns as the standard does.")


@pytest.mark.parametrize(
    "rows",
    [
        "cases,cas-klp-gone",
        "nothing,cas-klp-gone,withdrawn",
        "cases,no identifier,withdrawn",
        'cases,"cas',
        "cases,cas-klp-gone,error,cas-klp-2",
    ],
)
def test_tombstones_of_another_form_are_told_though_all_sums_fit(folder: Path, rows: str) -> None:
    (folder / "tombstones.csv").write_text(f"subject_table,subject_id,reason,merged_into\n{rows}\n", "utf-8")
    sum_again(folder)
    ran = verify(folder)
    assert ran.code == 1
    assert ran.out.startswith("tombstones.csv ")


def test_a_tombstone_of_a_record_that_is_there_is_told_though_all_sums_fit(folder: Path) -> None:
    key = pq.read_table(folder / "parquet" / "cases.parquet").column("case_id")[0].as_py()
    (folder / "tombstones.csv").write_text(
        f"subject_table,subject_id,reason,merged_into\ncases,{key},withdrawn,\n", "utf-8"
    )
    sum_again(folder)
    assert_refused(verify(folder), "tombstones.csv names a record that data/cases.csv still holds.")


def test_a_release_with_tombstones_passes(tmp_path: Path) -> None:
    tables = kloop_tables()
    gone = {**tables["cases"][0], "case_id": "cas-klp-gone", "record_status": "withdrawn"}
    tables["cases"].append(gone)
    (tmp_path / "dataset").mkdir()
    write_tables(tmp_path / "dataset", tables)
    shutil.copyfile(KLOOP / "meta.json", tmp_path / "dataset" / "meta.json")
    store = tmp_path / "store"
    built = pfds("release", "build", tmp_path / "dataset", "--store", store, "--version", "2025.11.0", "--only-tables")
    assert built.code == 0, built.said
    assert "cas-klp-gone" in (store / "2025.11.0" / "tombstones.csv").read_text("utf-8")
    ran = verify(store / "2025.11.0")
    assert ran.code == 0, ran.said


def test_what_another_toolkit_made_is_not_compared_and_that_is_said(folder: Path) -> None:
    edit_json(folder / "release.json", lambda release: release.update(toolkit="99.0.0"))
    (folder / "README.md").write_text("Other words.\n", "utf-8")
    sum_again(folder)
    assert verify(folder).code == 0
    assert (not_compared(STANDARD, folder) or "").startswith(
        f"Toolkit 99.0.0 built this release and {__version__} verifies it:"
    )


def test_a_file_missing_from_a_release_of_another_toolkit_is_seen(folder: Path) -> None:
    edit_json(folder / "release.json", lambda release: release.update(toolkit="99.0.0"))
    (folder / "LICENSE.txt").unlink()
    sum_again(folder)
    assert_refused(verify(folder), "LICENSE.txt is missing.")


def test_everything_is_compared_in_a_release_of_this_toolkit(kloop_tables: Path) -> None:
    assert not_compared(STANDARD, kloop_tables) is None


def test_another_standard_is_told_though_all_sums_fit(folder: Path) -> None:
    edit_json(folder / "release.json", lambda release: release.update(standard="99.0.0"))
    sum_again(folder)
    sentence = f"release.json names standard 99.0.0; this toolkit verifies {STANDARD.version}."
    assert_refused(verify(folder), sentence)


@pytest.mark.parametrize("fact", ["title", "license", "as_of", "version", "toolkit", "complete"])
def test_a_fact_that_release_json_does_not_state_is_told_though_all_sums_fit(folder: Path, fact: str) -> None:
    edit_json(folder / "release.json", lambda release: release.update({fact: 5}))
    sum_again(folder)
    ran = verify(folder)
    assert ran.code == 1
    assert ran.out.startswith("release.json ")


@pytest.mark.parametrize("text", ["{", "[]", '{"standard": 1}', "null", '{"standard": "0.1.0", "tables": [{}]}'])
def test_a_broken_release_json_is_told_though_all_sums_fit(folder: Path, text: str) -> None:
    (folder / "release.json").write_text(text, "utf-8")
    sum_again(folder)
    ran = verify(folder)
    assert (ran.code, ran.err) == (1, "")
    assert ran.out.startswith("release.json ")


def test_a_release_json_that_names_other_files_is_told_though_all_sums_fit(folder: Path) -> None:
    edit_json(folder / "release.json", lambda release: release["tables"][0].update(csv="../../elsewhere.csv"))
    sum_again(folder)
    assert_refused(verify(folder), "release.json does not name the tables of the standard and their files.")


def test_a_renamed_folder_is_seen(folder: Path) -> None:
    renamed = folder.with_name("2025.12.0")
    folder.rename(renamed)
    assert_refused(verify(renamed), "The folder is named 2025.12.0, release.json says 2025.11.0.")


def test_a_release_that_its_store_does_not_know_is_seen(folder: Path) -> None:
    edit_json(folder.parent / "index.json", lambda index: index["releases"].clear())
    assert_refused(verify(folder), "index.json of the store has no entry for 2025.11.0.")


def test_a_release_exchanged_as_a_whole_is_seen_in_the_store(folder: Path) -> None:
    replace_text(folder / "README.md", "Load it", "Take it")
    index = (folder.parent / "index.json").read_bytes()
    sum_again(folder)
    (folder.parent / "index.json").write_bytes(index)
    sentence = "index.json of the store names another SHA256SUMS for 2025.11.0."
    assert_refused(verify(folder), sentence, made_otherwise("README.md"))


def test_a_broken_index_is_told(folder: Path) -> None:
    (folder.parent / "index.json").write_text('{"releases": [', "utf-8")
    assert_refused(verify(folder), "index.json of the store cannot be read.")


@pytest.mark.parametrize("path", ["nowhere", "store/2025.11.0/README.md"])
def test_what_is_no_folder_is_wrong_usage(folder: Path, tmp_path: Path, path: str) -> None:
    ran = verify(tmp_path / path)
    assert (ran.code, ran.out) == (2, "")
    assert "Traceback" not in ran.err


def test_an_empty_folder_is_no_release(tmp_path: Path) -> None:
    assert_refused(verify(tmp_path), "SHA256SUMS is missing.")
