"""Three releases with all their editions: a first one, one corrected and extended, one without a record withdrawn."""

import csv
import hashlib
import io
import json
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import frictionless
import pyarrow.parquet as pq
import pytest

from command import files, pfds
from exm import add, claim, named
from followed import applied, lines_of
from kloop import Tables
from pfds.editions.every import EDITIONS
from small_store import AS_OF, dataset

FIRST, SECOND, THIRD = "2025.3.0", "2025.4.0", "2025.5.0"
GONE, NAME, NOTE, PLACE = "per-exm-gone", "Zorvan Quistrel", "Marker Vexolith Nine", "Quistrelville"


def first(tables: Tables) -> None:
    """A person who will be withdrawn, in an event and a case of his own."""
    named(tables, "persons", GONE, NAME, gender="man", summary=NOTE, summary_lang="en")
    add(tables, "event_parties", event_party_id="epa-exm-x", event_id="evt-exm-1", person_id=GONE, age_at_event="97")
    add(tables, "case_parties", case_party_id="cpa-exm-x", case_id="cas-exm-1", person_id=GONE, note=NOTE)
    claim(tables, "x1", f"persons.{GONE}.*", quote=PLACE, quote_lang="en")


def second(tables: Tables) -> None:
    """A corrected event and one more."""
    first(tables)
    tables["events"][0]["locality"] = "Harbour"
    add(tables, "events", event_id="evt-exm-3", event_type="release", event_date="2025-03-05", case_id="cas-exm-1")


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store with the three releases. Tests must not change it."""
    return released(tmp_path_factory.mktemp("three"), (FIRST, first), (SECOND, second))


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store with the first and the last one of them. Tests must not change it."""
    return released(tmp_path_factory.mktemp("two"), (FIRST, first))


@pytest.fixture(params=["two", pytest.param("three", marks=pytest.mark.long)])
def store(request: pytest.FixtureRequest) -> Path:
    found: Path = request.getfixturevalue(request.param)
    return found


def released(folder: Path, *built: tuple[str, Callable[[Tables], None]]) -> Path:
    """A store with a release of each change, and one without a record withdrawn."""
    for version, change in built:
        data = dataset(folder / version, change)
        asked = ("--store", folder / "store", "--version", version, "--as-of", AS_OF, "--no-ledger")
        ran = pfds("release", "build", data, *asked)
        assert ran.code == 0, ran.said
    held = ("--dataset", data, "--as-of", AS_OF, "--store", folder / "store", "--no-ledger")
    ran = pfds("release", "withdraw", GONE, "--reason", "protection", "--version", THIRD, *held)
    assert ran.code == 0, ran.said
    return folder / "store"


def layers(path: str, data: bytes) -> Iterator[str]:
    """The bytes of a file as text, and all that is packed or encoded in it."""
    yield path
    yield data.decode("utf-8", "replace")
    yield data.decode("utf-16-le", "replace")
    if path.endswith((".zip", ".xlsx")):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield from layers(name, archive.read(name))
    if path.endswith(".parquet"):
        table = pq.read_table(io.BytesIO(data))
        yield f"{table.to_pylist()} {table.schema.metadata} {pq.read_metadata(io.BytesIO(data)).to_dict()}"
    if path.endswith(".sqlite"):
        with sqlite3.connect(":memory:") as database:
            database.deserialize(data)
            yield "\n".join(database.iterdump())
        database.close()


def everything(folder: Path) -> str:
    return "\n".join(layer for path, data in files(folder).items() for layer in layers(path, data))


def versions(store: Path) -> list[str]:
    return sorted(path.name for path in store.iterdir() if path.is_dir())


def test_each_release_has_every_edition(store: Path) -> None:
    assert {FIRST, THIRD} <= set(versions(store))
    for version in versions(store):
        present = files(store / version)
        assert [edition for edition in EDITIONS if not any(path.startswith(edition) for path in present)] == []


def test_the_newest_is_as_published(store: Path) -> None:
    ran = pfds("release", "verify", store / THIRD)
    assert ran.code == 0, ran.said


@pytest.mark.long
def test_the_store_is_as_published(three: Path) -> None:
    ran = pfds("release", "verify", three)
    assert (ran.code, f"checked in {FIRST}, {SECOND}, {THIRD}." in ran.out) == (0, True), ran.said


def test_the_changes_make_each_release_from_the_one_before(store: Path) -> None:
    for before, after in pairwise(versions(store)):
        assert applied(store / before, lines_of(store / after)) == files(store / after / "data")


@pytest.mark.long
def test_the_difference_says_exactly_what_was_changed(three: Path) -> None:
    ran = pfds("release", "diff", three / FIRST, three / SECOND, "--format", "json")
    told = json.loads(ran.out)
    assert told["change_class"] == "corrections"
    (events,) = told["tables"]
    assert (events["table"], events["counts"]) == ("events", {"added": 1, "changed": 1, "removed": 0, "unchanged": 1})


def test_the_withdrawn_content_is_in_no_byte_of_the_newest(store: Path) -> None:
    before, after = everything(store / FIRST), everything(store / THIRD)
    secrets = (NAME, NOTE, PLACE, "Quistrel", "Zorvan", "Vexolith")
    assert all(secret in before for secret in secrets)
    assert [secret for secret in secrets if secret in after] == []
    told = {path for path, data in files(store / THIRD).items() for layer in layers(path, data) if GONE in layer}
    packed = {path for path in told if path.startswith("archives/")}
    assert told - packed == {"tombstones.csv", "changes/changes.jsonl", "changes/CHANGES.md"}
    for path in packed:
        with zipfile.ZipFile(store / THIRD / path) as archive:
            assert [name for name in archive.namelist() if GONE.encode() in archive.read(name)] == ["tombstones.csv"]


def test_frictionless_accepts_the_newest(two: Path) -> None:
    for folder in (two / THIRD, two / THIRD / "flat"):
        assert frictionless.validate(str(folder / "datapackage.json")).valid


@pytest.mark.long
def test_frictionless_accepts_every_release(three: Path) -> None:
    for version in versions(three):
        assert frictionless.validate(str(three / version / "datapackage.json")).valid


def test_the_history_of_the_columns_goes_on(store: Path) -> None:
    for version in versions(store):
        text = (store / version / "codebook" / "history.csv").read_text("utf-8")
        assert {row["introduced_in"] for row in csv.DictReader(io.StringIO(text))} == {FIRST}


def test_what_changed_is_drawn_from_the_second_release_on(store: Path) -> None:
    drawn = [version for version in versions(store) if (store / version / "pictures" / "changes.svg").is_file()]
    assert drawn == versions(store)[1:]


@pytest.fixture
def third(two: Path, tmp_path: Path) -> Path:
    """The last release by itself, to be changed."""
    return Path(shutil.copytree(two / THIRD, tmp_path / THIRD))


def summed(folder: Path) -> Path:
    """The folder with sums that fit what it holds."""
    held = {path: data for path, data in files(folder).items() if path != "SHA256SUMS"}
    sums = (f"{hashlib.sha256(data).hexdigest()}  {path}\n" for path, data in held.items())
    (folder / "SHA256SUMS").write_text("".join(sums), "utf-8")
    return folder


def test_an_edition_made_of_something_else_is_told_though_all_sums_fit(third: Path) -> None:
    touched = [
        next(path for path in sorted(files(third)) if path.startswith(edition) and path != "provenance/build.json")
        for edition in EDITIONS
        if edition != "archives/"
    ]
    touched.remove("provenance/inputs.json")
    touched.append("provenance/rights.csv")
    for path in touched:
        (third / path).write_bytes((third / path).read_bytes() + b" ")
    *told, verdict = pfds("release", "verify", summed(third)).out.splitlines()
    assert told == [f"{path} is not what this release's tables and metadata give." for path in sorted(touched)]
    assert verdict.endswith(f"{len(touched)} problems.")


@pytest.mark.parametrize(
    ("path", "text"),
    [("provenance/build.json", '{"libraries": {"\\u001b[2J": "1"}}'), ("provenance/inputs.json", '{"sha256": [7]}')],
)
def test_a_record_of_the_build_in_another_form_is_told(third: Path, path: str, text: str) -> None:
    (third / path).write_text(text, "utf-8")
    ran = pfds("release", "verify", summed(third))
    assert ran.code == 1
    assert ran.out.splitlines()[0] == f"{path} does not have the form that a release has."


@pytest.mark.parametrize(
    "text",
    ["a,b\n1,2\n", *(pytest.param(text, marks=pytest.mark.long) for text in ("table,column\ncases\n", 'table,"a\nb'))],
)
def test_a_history_in_another_form_is_told(third: Path, text: str) -> None:
    (third / "codebook" / "history.csv").write_text(text, "utf-8")
    ran = pfds("release", "verify", summed(third))
    assert ran.code == 1
    assert ran.out.splitlines()[0] == f"The history of variables of {THIRD} cannot be read."
