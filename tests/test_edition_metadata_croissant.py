"""The Croissant description of a release: mlcroissant takes it without a word and loads every record, offline."""

import csv
import json
import logging
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import mlcroissant  # type: ignore[import-untyped]
import pytest

from exm import named
from kloop import STANDARD, Tables
from metadata_judges import no_network
from pfds.editions.metadata.facts import facts
from pfds.editions.metadata.files import write_metadata
from pfds.standard.model import Field
from public import public
from small_store import build, dataset

pytestmark = [pytest.mark.usefixtures(no_network.__name__), pytest.mark.filterwarnings("ignore::DeprecationWarning")]

VERSION = "2025.3.0"
NAMES = ("Null", "NA", "001", "1e5", "true", "اسم طويل", "Айжан «Кыз»", "新聞記者")
USED = {field.codelist for table in STANDARD.released.tables.values() for field in table.released if field.codelist}


class Heard(logging.Handler):
    """Keeps what is logged."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


@dataclass(frozen=True)
class Taken:
    """A release with its descriptions, as mlcroissant took it, and what it said meanwhile."""

    release: Path
    dataset: Any
    said: list[str]


def taken(release: Path) -> Taken:
    """The release, described and taken once for several tests."""
    write_metadata(public(release), release)
    heard = Heard()
    logging.getLogger().addHandler(heard)
    try:
        return Taken(release, loaded(release), heard.said)
    finally:
        logging.getLogger().removeHandler(heard)


def loaded(release: Path) -> Any:
    return mlcroissant.Dataset(release / "metadata" / "croissant.json")


@pytest.fixture(scope="module")
def kloop(kloop_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Taken:
    """A copy of the Kloop release."""
    folder = tmp_path_factory.mktemp("croissant") / "release"
    shutil.copytree(kloop_release, folder)
    return taken(folder)


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Taken:
    """A release with the texts that readers of tables get wrong."""
    folder = tmp_path_factory.mktemp("odd")
    ran = build(dataset(folder / "data", make_odd), folder / "store", VERSION)
    assert ran.code == 0, ran.said
    return taken(folder / "store" / VERSION)


def make_odd(tables: Tables) -> None:
    for number, name in enumerate(NAMES):
        named(tables, "persons", f"per-exm-odd{number}", name)
    tables["names"][-1].update(lang="ru", script="Cyrl")
    tables["cases"][0].update(title='One, "two", אבג', summary=f'One,\n"two"{" and three" * 300}.')
    tables["events"][0].update(country="NAM", latitude="-22.5700001", longitude="17.08", geo_precision="exact")


def as_read(value: object) -> object:
    """A value as the reader gives it: text is bytes, a date is a moment."""
    if isinstance(value, bytes):
        return value.decode("utf-8")
    return value.date() if hasattr(value, "date") else value


def as_written(field: Field, cell: str) -> object:
    """The value that a cell of a CSV file stands for."""
    if not cell:
        return None
    if field.json_type == "boolean":
        return {"true": True, "false": False}[cell]
    if field.json_type in ("integer", "number"):
        return float(cell)
    return date.fromisoformat(cell) if field.kind == "date" else cell


def records(dataset: Any, name: str) -> list[dict[str, object]]:
    return [{key: as_read(value) for key, value in record.items()} for record in dataset.records(name)]


def written(release: Path, name: str) -> list[dict[str, object]]:
    fields = STANDARD.released.tables[name].by_name
    with (release / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [
            {f"{name}/{key}": as_written(fields[key], cell) for key, cell in row.items()}
            for row in csv.DictReader(file)
        ]


def changed(release: Path, folder: Path, change: Mapping[str, object]) -> Path:
    """A copy of the release whose description tells of its events only, and has other values at the top."""
    shutil.copytree(release, folder)
    path = folder / "metadata" / "croissant.json"
    found = json.loads(path.read_bytes())
    found.update(recordSet=[each for each in found["recordSet"] if each["@id"] == "events"], **change)
    path.write_text(json.dumps({key: value for key, value in found.items() if value is not None}), "utf-8")
    return folder


@pytest.mark.parametrize("which", ["kloop", "odd"])
def test_it_is_accepted_without_an_error_or_a_warning(which: str, request: pytest.FixtureRequest) -> None:
    found = request.getfixturevalue(which)
    context = found.dataset.metadata.ctx
    assert (found.said, context.issues.errors, context.issues.warnings) == ([], set(), set())
    assert context.conforms_to.value == "http://mlcommons.org/croissant/1.1"


@pytest.mark.parametrize("which", ["kloop", "odd"])
def test_it_loads_every_record_as_it_stands_in_the_csv_files(which: str, request: pytest.FixtureRequest) -> None:
    taken = request.getfixturevalue(which)
    found = {name: records(taken.dataset, name) for name in STANDARD.released.tables}
    assert found == {name: written(taken.release, name) for name in STANDARD.released.tables}
    assert sum(map(len, found.values())) > 30


def test_names_that_look_like_missing_values_are_names(odd: Taken) -> None:
    assert {*NAMES} < {record["names/name"] for record in records(odd.dataset, "names")}
    known = facts(public(odd.release))
    assert known.languages == ("en", "ru")
    assert [(country.code, country.name) for country in known.countries] == [("NAM", "Namibia"), ("NZL", "New Zealand")]


def test_every_codelist_that_a_column_uses_is_an_enumeration(kloop: Taken) -> None:
    dataset = kloop.dataset
    enumerations = {each.id: each for each in dataset.metadata.record_sets if each.data}
    assert enumerations.keys() == {f"codelist/{name}" for name in USED}
    for name in USED:
        key = f"codelist/{name}"
        assert [str(kind) for kind in enumerations[key].data_types] == ["https://schema.org/Enumeration"]
        assert records(dataset, key) == [
            {f"{key}/code": code.code, f"{key}/name": code.labels["en"]}
            for code in STANDARD.codelists[name].codes.values()
        ]


def test_keys_and_references_are_those_of_the_standard(kloop: Taken) -> None:
    found = json.loads((kloop.release / "metadata" / "croissant.json").read_bytes())
    sets = {each["@id"]: each for each in found["recordSet"]}
    for table in STANDARD.released.tables.values():
        assert sets[table.name]["key"] == {"@id": f"{table.name}/{table.primary_key}"}
        keys = {
            each["csvw:columnReference"]: tuple(each["csvw:reference"].values())
            for each in sets[table.name].get("csvw:foreignKey", ())
        }
        lists = {f.name: (f"../codelists/{f.codelist}.csv", "code") for f in table.released if f.codelist}
        assert keys == lists | {
            f.name: (f"../data/{f.reference.table}.csv", f.reference.field) for f in table.released if f.reference
        }
        assert all((kloop.release / "metadata" / path).is_file() for path, _ in keys.values())


def test_every_csv_and_parquet_file_of_tables_and_codelists_is_listed_with_its_hash(kloop: Taken) -> None:
    found = json.loads((kloop.release / "metadata" / "croissant.json").read_bytes())
    lines = (line.split("  ", 1) for line in (kloop.release / "SHA256SUMS").read_text("utf-8").splitlines())
    manifest = {path: digest for digest, path in lines}
    files = {each["@id"]: each["sha256"] for each in found["distribution"]}
    assert files.items() <= manifest.items()
    assert files.keys() == {
        *(f"data/{name}.csv" for name in STANDARD.released.tables),
        *(f"parquet/{name}.parquet" for name in STANDARD.released.tables),
        *(f"codelists/{name}.csv" for name in STANDARD.codelists),
    }


def test_what_learners_must_know_is_counted_in_the_records(kloop: Taken) -> None:
    metadata = kloop.dataset.metadata
    verified = [row["events/verification"] for row in written(kloop.release, "events")]
    (said,) = [line for line in metadata.data_limitations if line.startswith("Verification of the events")]
    for code, entry in STANDARD.codelists["verification"].codes.items():
        assert (f"{entry.labels['en']} {verified.count(code)}" in said) == (code in verified)
    assert metadata.data_biases == ["Types of the sources: News article 6, NGO statement 1."]
    assert metadata.data_release_maintenance_plan
    assert metadata.personal_sensitive_information


def test_a_description_without_a_licence_is_not_taken_in_silence(kloop: Taken, tmp_path: Path) -> None:
    dataset = loaded(changed(kloop.release, tmp_path / "release", {"license": None}))
    assert any("license" in warning for warning in dataset.metadata.ctx.issues.warnings)


@pytest.mark.parametrize("change", [{"@type": "sc:Report"}, {"conformsTo": "http://mlcommons.org/croissant/7.0"}])
def test_a_description_of_something_else_is_refused(kloop: Taken, tmp_path: Path, change: dict[str, object]) -> None:
    with pytest.raises(mlcroissant.ValidationError):
        loaded(changed(kloop.release, tmp_path / "release", change))


def test_a_table_that_is_not_the_one_described_is_refused(kloop: Taken, tmp_path: Path) -> None:
    release = changed(kloop.release, tmp_path / "release", {})
    shutil.copy(release / "parquet" / "cases.parquet", release / "parquet" / "events.parquet")
    with pytest.raises(mlcroissant.GenerationError) as error:
        list(loaded(release).records("events"))
    assert "not identical" in str(error.value.__cause__)
