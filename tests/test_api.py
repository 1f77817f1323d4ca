"""pfds as a library: paths and tables in memory, findings as an Arrow table."""

import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import pfds
from command import KLOOP, ROOT
from command import pfds as command
from pfds.api import FINDINGS
from pfds.checks import record_copy

MISTAKES = ROOT / "examples" / "submissions" / "with-mistakes"
CASES = {"case_id": ["cas-exm-001", "cas-exm-001"], "title": ["A", None]}


def test_a_folder_gives_what_the_command_gives() -> None:
    result = pfds.validate(MISTAKES)
    assert result.json() + "\n" == command("validate", MISTAKES, "--format", "json").out
    assert result.text() + "\n" == command("validate", MISTAKES).out
    assert (result.valid, result.counts) == (False, {"error": 3, "warning": 0, "info": 0})


def test_a_valid_submission_has_findings_of_no_rows() -> None:
    result = pfds.validate(str(KLOOP), as_of=date(2025, 11, 5))
    assert result.valid
    assert result.findings.schema == FINDINGS
    assert (result.findings.num_rows, result.totals.num_rows, result.as_of) == (0, 0, date(2025, 11, 5))


def test_findings_have_the_columns_of_the_report_and_hide_values() -> None:
    findings = pfds.validate(MISTAKES).findings
    assert findings.schema == FINDINGS
    assert findings.column("value").null_count == findings.num_rows == 3
    shown = pfds.validate(MISTAKES, show_values=True).findings
    assert shown.column("value").to_pylist() == ["2025-02-30", "cas-exm-010", "jurnalist"]


@pytest.mark.parametrize("frame", [pa.table, pl.DataFrame, pd.DataFrame], ids=["pyarrow", "polars", "pandas"])
def test_tables_in_memory(frame: type) -> None:
    result = pfds.validate({"cases": frame(CASES)}, rules=False)
    told = {(found["rule"], found["field"], found["row"], found["file"]) for found in result.findings.to_pylist()}
    assert {("key-duplicate", "case_id", 2, "cases"), ("cell-required", "title", 2, "cases")} <= told


def test_typed_columns_are_read_as_the_text_of_a_cell() -> None:
    events = pa.table({"event_id": ["evt-exm-1"], "latitude": [42.87], "event_date": [date(2025, 5, 28)]})
    told = {found["field"] for found in pfds.validate({"events": events}, rules=False).findings.to_pylist()}
    assert told.isdisjoint({"latitude", "event_date", "event_id"})


def test_tables_in_memory_are_judged_between_themselves_only() -> None:
    events = pa.table({"event_id": ["evt-exm-1"], "case_id": ["cas-exm-9"]})
    assert "reference-missing" not in pfds.validate({"events": events}).totals.column("rule").to_pylist()
    both = pfds.validate({"events": events, "cases": pa.table(CASES)})
    assert "reference-missing" in both.totals.column("rule").to_pylist()


def test_a_table_that_the_standard_does_not_have() -> None:
    with pytest.raises(pfds.UnreadableInput, match=r"There is no table evnts\. Did you mean “events”"):
        pfds.validate({"evnts": pa.table(CASES)})


def test_a_path_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(pfds.UnreadableInput, match=r"nothing does not exist\.$"):
        pfds.validate(tmp_path / "nothing")


def test_totals_stay_exact_when_few_findings_are_kept() -> None:
    cases = pa.table({"case_id": [f"cas-exm-{n}" for n in range(50)], "title": pa.nulls(50, pa.string())})
    result = pfds.validate({"cases": cases}, rules=False, max_findings=2)
    titles = [found["row"] for found in result.findings.to_pylist() if found["field"] == "title"]
    assert titles == [1, 2]
    totals = {(row["rule"], row["field"]): row["total"] for row in result.totals.to_pylist()}
    assert totals["cell-required", "title"] == 50


def test_progress_is_told_for_every_file_and_ends_with_all_bytes(tmp_path: Path) -> None:
    folder = shutil.copytree(MISTAKES, tmp_path / "submission")
    told: list[tuple[str, int, int]] = []
    pfds.validate(folder, progress=lambda file, read, total: told.append((file, read, total)))
    assert {file for file, _, _ in told} == {"persons.csv", "events.csv", "cases.csv"}
    reads = [read for _, read, _ in told]
    assert reads == sorted(reads)
    assert told[-1][1] == told[-1][2] == sum(path.stat().st_size for path in folder.glob("*.csv"))


def test_a_typed_copy_of_all_records(tmp_path: Path) -> None:
    result = pfds.validate(MISTAKES, parquet=tmp_path)
    assert result.counts["error"] == 3
    events = pq.read_table(tmp_path / "events.parquet")
    assert events.num_rows == len((MISTAKES / "events.csv").read_text("utf-8").splitlines()) - 1
    assert events.column("event_date")[0].as_py() is None
    assert events.schema.field("latitude").type == pa.float64()
    assert {path.stem for path in tmp_path.iterdir()} == {"cases", "events", "persons"}


def test_a_typed_copy_of_more_records_than_one_group_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_copy, "_GROUP_ROWS", 2)
    cases = pa.table({"case_id": [f"cas-exm-{n}" for n in range(4)], "title": ["A"] * 4})
    pfds.validate({"cases": cases}, parquet=tmp_path)
    assert (
        pq.read_table(tmp_path / "cases.parquet").column("case_id").to_pylist() == cases.column("case_id").to_pylist()
    )


def test_what_is_not_offered_is_not_there() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        pfds.nothing  # noqa: B018
