"""The quality of a release: figures, the report of its validation, and the gates that it passed."""

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from command import ROOT, files, pfds
from exm import world
from pfds.editions.codebook.document import codebook_content
from pfds.editions.codebook.facts import book
from pfds.editions.measures import measured
from pfds.editions.quality import Gate, write_quality
from public import public
from small_store import AS_OF, VERSIONS, build, dataset

GATES = (Gate("leaks", "No name that is kept back stands in any file."), Gate("version", "The version is new."))


@pytest.fixture(scope="module")
def written(kloop_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The quality of the example."""
    target = tmp_path_factory.mktemp("quality")
    write_quality(public(kloop_release), target, GATES)
    return target / "quality"


def content(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def test_there_are_four_files(written: Path) -> None:
    assert set(files(written)) == {"gates.json", "statistics.csv", "statistics.json", "validation.json"}


def test_the_report_is_the_one_that_validate_gives_of_the_public_tables(kloop_release: Path, written: Path) -> None:
    as_of = content(kloop_release / "release.json")["as_of"]
    ran = pfds("validate", kloop_release / "data", "--format", "json", "--as-of", as_of)
    assert (written / "validation.json").read_text("utf-8") == ran.out
    report = content(written / "validation.json")
    assert report["valid"] is True
    assert {each["table"]: each["rows"] for each in report["input"]} == public(kloop_release).rows
    Draft202012Validator(content(ROOT / "datapackage" / "report.schema.json")).validate(report)


def test_statistics_are_those_of_the_codebook(kloop_release: Path, written: Path) -> None:
    release = public(kloop_release)
    known = codebook_content(book(release, measured(release)))["tables"]
    found = content(written / "statistics.json")
    assert (found["release"], found["standard"]) == ("2025.11.0", "0.1.0")
    for table, told in zip(found["tables"], known, strict=True):
        assert (table["table"], table["rows"]) == (told["table"], told["rows"])
        for column, meant in zip(table["columns"], told["columns"], strict=True):
            most_frequent = column.pop("most_frequent", None)
            assert column.items() <= meant.items()
            assert most_frequent == (meant["codes"][:10] if "codes" in meant else None)


def test_the_flat_form_says_the_same(written: Path) -> None:
    with (written / "statistics.csv").open(encoding="utf-8", newline="") as file:
        flat = {(row["table"], row["column"]): row for row in csv.DictReader(file)}
    columns = {
        (table["table"], column["column"]): column
        for table in content(written / "statistics.json")["tables"]
        for column in table["columns"]
    }
    assert list(flat) == list(columns)
    for name, column in columns.items():
        codes = "|".join(f"{each['code']}:{each['rows']}" for each in column.pop("most_frequent", []))
        assert flat[name]["most_frequent"] == codes
        for key, value in column.items():
            assert flat[name][key] == ("" if value is None else str(value))


def test_only_what_is_public_is_counted(tmp_path: Path) -> None:
    """One of two organizations is withheld, and with it all that points to it."""
    tables = world()
    tables["organizations"][1]["disclosure"] = "withheld"
    store = tmp_path / "store"
    ran = build(dataset(tmp_path / "data", lambda own: own.update(tables)), store, VERSIONS[0])
    assert ran.code == 0, ran.said
    write_quality(public(store / VERSIONS[0]), tmp_path, GATES)
    report, found = (content(tmp_path / "quality" / name) for name in ("validation.json", "statistics.json"))
    assert report["as_of"] == AS_OF
    assert {each["table"]: each["rows"] for each in report["input"]}["organizations"] == 1
    rows = {table["table"]: table["rows"] for table in found["tables"]}
    assert (len(tables["organizations"]), rows["organizations"]) == (2, 1)
    for data in files(tmp_path / "quality").values():
        assert b"org-exm-court" not in data


def test_a_finding_is_told_without_the_content_of_its_cell(kloop_release: Path, tmp_path: Path) -> None:
    release = public(kloop_release)
    folder = tmp_path / "changed"
    (folder / "data").mkdir(parents=True)
    for path in (kloop_release / "data").iterdir():
        (folder / "data" / path.name).write_bytes(path.read_bytes().replace(b",detention,", b",secret_word,"))
    (folder / "parquet").symlink_to(kloop_release / "parquet")
    write_quality(replace(release, folder=folder), tmp_path, GATES, measured(release))
    report = content(tmp_path / "quality" / "validation.json")
    assert report["valid"] is False
    assert "cell-code" in {each["rule"] for each in report["findings"]}
    assert "secret_word" not in (tmp_path / "quality" / "validation.json").read_text("utf-8")


def test_gates_are_those_of_the_release_in_order(written: Path) -> None:
    assert content(written / "gates.json") == {
        "release": "2025.11.0",
        "gates": [
            {"gate": "leaks", "meaning": "No name that is kept back stands in any file.", "passed": True},
            {"gate": "version", "meaning": "The version is new.", "passed": True},
        ],
    }


def test_figures_that_are_known_already_are_not_counted_again(
    kloop_release: Path, written: Path, tmp_path: Path
) -> None:
    release = public(kloop_release)
    write_quality(release, tmp_path, GATES, measured(release))
    assert files(tmp_path / "quality") == files(written)
