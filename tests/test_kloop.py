"""The Kloop case holds every fact and every conflict of the five reports, and invents nothing."""

import csv
import re
import subprocess
import sys
from collections import defaultdict
from datetime import date
from pathlib import Path

import pyarrow as pa

from pfds.checks.kernels import bad_cells
from pfds.checks.run import validate
from pfds.intake.submission import open_submission
from pfds.standard.load import load_standard
from reading import read_submission

STANDARD = load_standard()
EXAMPLES = Path(__file__).parents[1] / "examples"
FOLDER = EXAMPLES / "kloop-2025"
FACTS = range(1, 176)
CONFLICTS = [f"k{number:02}" for number in range(1, 22)]
Row = dict[str, str]


def rows(name: str) -> list[Row]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


TABLES = {path.stem: rows(path.stem) for path in sorted(FOLDER.glob("*.csv")) if path.stem in STANDARD.tables}
RECORDS = {
    (table, row[STANDARD.tables[table].primary_key]): row for table, records in TABLES.items() for row in records
}
COVERAGE = rows("coverage")
CLAIMS = TABLES["claims"]


def test_the_case_is_valid_without_a_single_remark() -> None:
    report = validate(STANDARD, open_submission([FOLDER], STANDARD), date(2025, 11, 5)).report
    assert report.findings == ()


def test_every_fact_is_covered() -> None:
    assert {int(row["fact"]) for row in COVERAGE} == set(FACTS)


def test_coverage_points_to_cells_that_hold_something() -> None:
    empty = [row for row in COVERAGE if not RECORDS[row["table"], row["record_id"]][row["field"]]]
    assert empty == []


def test_every_claimed_value_reads_as_the_field_that_it_is_about() -> None:
    refused = []
    for claim in CLAIMS:
        if claim["subject_field"] == "*":
            continue
        field = STANDARD.tables[claim["subject_table"]].by_name[claim["subject_field"]]
        if bad_cells(STANDARD, field, pa.array([claim["claim_value"]])):
            refused.append(claim["claim_id"])
    assert refused == []


def test_every_claim_is_about_a_record_that_is_there() -> None:
    assert [c["claim_id"] for c in CLAIMS if (c["subject_table"], c["subject_id"]) not in RECORDS] == []


def test_every_conflict_of_the_reports_is_recorded_with_its_competing_claims() -> None:
    numbers = {row["conflict_id"].split("-")[2] for row in TABLES["conflicts"]}
    assert numbers == set(CONFLICTS)
    competing: dict[str, set[str]] = defaultdict(set)
    for claim in CLAIMS:
        if claim["conflict_id"]:
            competing[claim["conflict_id"]].add(claim["claim_id"])
    assert [row["conflict_id"] for row in TABLES["conflicts"] if len(competing[row["conflict_id"]]) < 2] == []


def test_the_accountants_stay_initials() -> None:
    people = {row["person_id"]: row for row in TABLES["persons"]}
    for person, initials in (("per-klp-no", "N.O."), ("per-klp-ke", "K.E.")):
        assert people[person]["display_name"] == initials
        assert people[person]["identity_status"] == "initials_only"
        assert {row["name"] for row in TABLES["names"] if row["person_id"] == person} == {initials}


def test_no_form_in_another_script_is_invented() -> None:
    assert {row["script"] for row in TABLES["names"]} == {"Latn"}
    text = "".join(cell for row in RECORDS.values() for cell in row.values())
    assert re.findall(r"[\u0400-\u04ff]", text) == []


def test_no_passage_is_quoted() -> None:
    assert [c["claim_id"] for c in CLAIMS if c["quote"]] == []


def test_the_document_is_the_same_submission_and_fresh() -> None:
    made = subprocess.run(
        [sys.executable, "tools/example_document.py", "--check"], cwd=EXAMPLES.parent, capture_output=True, text=True
    )
    assert made.returncode == 0, made.stderr
    folder, document = (read_submission([path], STANDARD) for path in (FOLDER, EXAMPLES / "kloop-2025.json"))
    for one, other in zip(folder.tables, document.tables, strict=True):
        assert one.cells.to_pylist() == other.cells.select(one.cells.column_names).to_pylist()
    assert folder.meta == document.meta
