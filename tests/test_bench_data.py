"""The packages that benchmarks measure on: the same bytes each time, clean, or bad in every constrained column."""

import json
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.csv
import pytest
from benchmarks.generate import generate
from benchmarks.plan import Plan

from command import ROOT, Ran, files, pfds, run

EVENTS = 300
RECORDS = {
    "cases": 30,
    "persons": 150,
    "events": 300,
    "organizations": 20,
    "sources": 60,
    "names": 170,
    "case_parties": 30,
    "event_parties": 450,
    "claims": 480,
}


def make(folder: Path, dirty: float = 0.0, form: str = "csv", **options: Any) -> Path:
    generate(folder, Plan(EVENTS, **options), dirty, form)
    return folder


def make_by_command(folder: Path, *options: str) -> Ran:
    return run(sys.executable, "-m", "benchmarks.generate", folder, "--events", str(EVENTS), *options, cwd=ROOT)


def report(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(pfds("validate", folder, "--format", "json").out)
    return found


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("bench") / "clean")


def test_the_same_options_give_the_same_bytes(clean: Path, tmp_path: Path) -> None:
    assert make_by_command(tmp_path / "again").code == 0
    assert files(tmp_path / "again") == files(clean)


def test_another_seed_gives_other_records(clean: Path, tmp_path: Path) -> None:
    assert files(make(tmp_path / "other", seed=2))["events.csv"] != files(clean)["events.csv"]


def test_clean_records_cause_no_finding(clean: Path) -> None:
    found = report(clean)
    assert found["by_rule"] == []
    assert {file["table"]: file["rows"] for file in found["input"] if file["table"]} == RECORDS


@pytest.mark.parametrize("options", [{"shuffled": True, "protected": 0.2}, {"form": "parquet"}])
def test_clean_records_of_every_kind_cause_no_finding(options: dict[str, Any], tmp_path: Path) -> None:
    assert report(make(tmp_path / "made", **options))["by_rule"] == []


def test_protected_persons_are_withheld_with_their_names(tmp_path: Path) -> None:
    made = make(tmp_path / "made", protected=0.2)
    persons, names = (pl.read_csv(made / f"{table}.csv", infer_schema=False) for table in ("persons", "names"))
    held_back = persons.filter(pl.col("disclosure") == "withheld")
    assert 15 <= len(held_back) <= 45
    own = names.filter(pl.col("person_id").is_in(held_back["person_id"].to_list()))
    assert own["disclosure"].unique().to_list() == ["withheld"]
    assert own["name"].to_list() == held_back["display_name"].to_list()


def test_text_is_as_varied_as_real_text(clean: Path) -> None:
    events = pl.from_arrow(
        pyarrow.csv.read_csv(clean / "events.csv", parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True))
    )
    assert isinstance(events, pl.DataFrame)
    text = events["description"].cast(pl.String)
    assert events.height == EVENTS
    for letters in ("[a-z]", r"\p{Cyrillic}", r"\p{Arabic}", ",", '"', "\n"):
        assert text.str.contains(letters).sum() > 0, letters
    assert (clean / "events.csv").stat().st_size / EVENTS == pytest.approx(400, rel=0.15)


def test_json_lines_hold_the_same_records_typed(clean: Path, tmp_path: Path) -> None:
    made = make(tmp_path / "made", form="jsonl")
    for path in sorted(clean.glob("*.csv")):
        cells = pl.read_csv(path, infer_schema=False).to_dicts()
        records = [json.loads(line) for line in (made / f"{path.stem}.jsonl").read_text("utf-8").splitlines()]
        assert [{name: _as_cell(value) for name, value in record.items()} for record in records] == [
            {name: cell for name, cell in row.items() if cell is not None} for row in cells
        ]
    first = json.loads((made / "names.jsonl").read_text("utf-8").splitlines()[0])
    assert first["is_display"] is True


def test_dirty_records_are_bad_in_every_constrained_column(tmp_path: Path) -> None:
    made = make(tmp_path / "made", dirty=0.1)
    found = {(one["table"], one["field"]) for one in report(made)["by_rule"] if one["severity"] == "error"}
    for table in RECORDS:
        schema = json.loads((ROOT / "datapackage" / "tables" / f"{table}.json").read_text("utf-8"))
        constrained = {field["name"] for field in schema["fields"] if field.get("constraints")}
        assert constrained - {field for own, field in found if own == table} == set(), table


def test_a_typed_file_cannot_be_dirty(tmp_path: Path) -> None:
    refused = make_by_command(tmp_path / "made", "--dirty", "0.1", "--form", "parquet")
    assert refused.code == 2
    assert "cannot hold bad values" in refused.err


def _as_cell(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
