"""Reports for programs: each is what its format says, hides values, and stays whole whatever the values are."""

import csv
import io
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
import xlsxwriter

import pfds
from command import KLOOP, ROOT
from command import pfds as command
from pfds.api import FINDINGS
from pfds.reports.csv_report import LONGEST_CELL
from pfds.reports.formats import FORMATS
from reported import HOSTILE, MISTAKES, RIGHT_TO_LEFT, SCRIPT, groups_of_persons, read, submission

SARIF_SCHEMA = os.environ.get("PFDS_SARIF_SCHEMA", "")
"""The schema of SARIF 2.1.0 as OASIS publishes it."""
FOR_PROGRAMS = ("json", "csv", "sarif", "junit", "github")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return groups_of_persons(tmp_path_factory.mktemp("hostile"), *HOSTILE, *["journalist"] * 20)


def written(folder: Path, form: str, *options: str) -> str:
    ran = command("validate", folder, "--format", form, *options)
    assert (ran.code, ran.err) == (1, "")
    return ran.out


@pytest.mark.parametrize("form", FOR_PROGRAMS)
def test_values_are_hidden_from_programs(form: str, hostile: Path) -> None:
    out = written(hostile, form)
    parts = ("document.title", RIGHT_TO_LEFT, "HYPERLINK", "SUM(1)", "evil", "zzz", "100%")
    assert [part for part in parts if part in out] == []
    assert "(hidden)" in out


@pytest.mark.parametrize("form", FOR_PROGRAMS)
def test_values_are_shown_to_programs_if_that_is_asked_for(form: str, hostile: Path) -> None:
    assert "SUM(1)" in written(hostile, form, "--show-values", "--max-findings", "50")


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_a_report_is_the_same_each_time(form: str, hostile: Path) -> None:
    if FORMATS[form].binary:
        return
    assert written(hostile, form) == written(hostile, form)


# CSV


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_csv_has_the_columns_and_rows_of_the_findings() -> None:
    found = rows(written(MISTAKES, "csv"))
    findings = pfds.validate(MISTAKES).findings
    assert list(found[0]) == FINDINGS.names
    assert [{name: str(value or "") for name, value in row.items()} for row in findings.to_pylist()] == found


def test_csv_of_a_sound_submission_is_its_header() -> None:
    ran = command("validate", KLOOP, "--format", "csv")
    assert (ran.code, ran.out) == (0, ",".join(f'"{name}"' for name in FINDINGS.names) + "\n")


def test_csv_puts_text_in_quotation_marks_and_numbers_in_none() -> None:
    line = written(MISTAKES, "csv").splitlines()[1]
    assert line.startswith('"cell-date","error","events","event_date",1,"events.csv","",2,"E2","evt-exm-001",')


def test_csv_holds_no_formula_and_no_line_break(hostile: Path) -> None:
    out = written(hostile, "csv", "--show-values")
    values = [row["value"] for row in rows(out)]
    assert [value for value in values if value.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    assert values[2:6] == ['\'=HYPERLINK("http://x")', "'@SUM(1)", "'+1", "'-1"]
    assert "\\u202eevil\\u2066" in values
    assert "a\\u001b[31mb" in values
    assert max(map(len, values)) == LONGEST_CELL
    assert len(out.splitlines()) == len(HOSTILE) + 1


# SARIF


def sarif(folder: Path, *options: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(written(folder, "sarif", *options))
    return content


def test_sarif_tells_rules_and_places() -> None:
    content = sarif(MISTAKES)
    (run,) = content["runs"]
    assert content["version"] == "2.1.0"
    assert run["tool"]["driver"]["name"] == "pfds"
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert all(rules[result["ruleIndex"]] == result["ruleId"] for result in run["results"])
    assert {result["level"] for result in run["results"]} == {"error"}
    (first, *_) = run["results"]
    (location,) = first["locations"]
    path = (MISTAKES / "events.csv").relative_to(ROOT).as_posix()
    uri = location["physicalLocation"]["artifactLocation"]["uri"]
    assert uri in (path, "events.csv")
    assert location["physicalLocation"]["region"] == {"startLine": 2}
    assert location["logicalLocations"] == [
        {"fullyQualifiedName": "events!E2", "kind": "cell", "name": "evt-exm-001"},
    ]


def test_sarif_points_to_files_as_they_were_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    (run,) = sarif(MISTAKES.relative_to(ROOT))["runs"]
    location = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location == {"uri": "examples/submissions/with-mistakes/events.csv"}
    assert (ROOT / location["uri"]).is_file()


def test_sarif_of_another_place_names_no_folder() -> None:
    assert str(ROOT) not in written(MISTAKES, "sarif")


def test_sarif_writes_names_of_files_as_addresses(tmp_path: Path) -> None:
    (submission(tmp_path) / "my cases #1.csv").write_text("a,b\n", "utf-8")
    (run,) = sarif(tmp_path)["runs"]
    (location,) = run["results"][0]["locations"]
    assert location["physicalLocation"] == {"artifactLocation": {"uri": "my%20cases%20%231.csv"}}


def test_sarif_of_a_sound_submission_has_no_result() -> None:
    (run,) = json.loads(command("validate", KLOOP, "--format", "sarif").out)["runs"]
    assert run["results"] == []
    assert len(run["artifacts"]) == 16


@pytest.mark.skipif(not SARIF_SCHEMA, reason="PFDS_SARIF_SCHEMA names no file")
@pytest.mark.parametrize("options", [(), ("--show-values",), ("--max-findings", "0"), ("--lang", "ar")])
def test_sarif_is_valid(hostile: Path, options: tuple[str, ...]) -> None:
    schema = json.loads(Path(SARIF_SCHEMA).read_text("utf-8"))
    validator = jsonschema.validators.validator_for(schema)(schema)
    for folder in (hostile, MISTAKES):
        assert [error.message for error in validator.iter_errors(sarif(folder, *options))] == []


# Workbooks


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """A workbook with a sheet of events of which the second has a wrong date."""
    folder = submission(tmp_path / "s", events=[{}, {"event_date": "soon"}, *[{}] * 10])
    with xlsxwriter.Workbook(tmp_path / "sent.xlsx") as book:
        for table in ("cases", "persons", "events"):
            sheet = book.add_worksheet(table)
            for number, row in enumerate(read(folder / f"{table}.csv")):
                sheet.write_row(number, 0, row)
    return tmp_path / "sent.xlsx"


def test_a_place_in_a_workbook_is_a_cell_and_no_line(workbook: Path) -> None:
    assert "  sent.xlsx, sheet events, cell E3, evt-exm-0002: " in command("validate", workbook).out
    (run,) = sarif(workbook)["runs"]
    (result,) = (each for each in run["results"] if each["ruleId"] == "cell-date")
    (location,) = result["locations"]
    assert location["physicalLocation"] == {"artifactLocation": {"uri": "sent.xlsx"}}
    assert location["logicalLocations"][0]["fullyQualifiedName"] == "events!E3"
    (_, properties, words) = next(
        each for each in commands(written(workbook, "github")) if "[cell-date]" in each[1]["title"]
    )
    assert "line" not in properties
    assert "sheet events, cell E3" in words


# JUnit


def xml(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)  # noqa: S314 - a report of ours


def counted(element: ElementTree.Element) -> Mapping[str, int]:
    return {
        "tests": len(element.findall(".//testcase")),
        "failures": len(element.findall(".//failure")),
        "errors": 0,
        "skipped": len(element.findall(".//skipped")),
    }


@pytest.mark.parametrize("options", [(), ("--show-values",), ("--max-findings", "0")])
def test_junit_counts_what_it_holds(hostile: Path, options: tuple[str, ...]) -> None:
    for folder in (MISTAKES, hostile):
        suites = xml(written(folder, "junit", *options))
        assert suites.tag == "testsuites"
        for element in (suites, *suites):
            assert {name: int(element.get(name, "-1")) for name in counted(element)} == counted(element)


def test_junit_has_a_failure_for_each_rule_and_column() -> None:
    suites = xml(written(MISTAKES, "junit"))
    failed = {
        (case.get("classname"), case.get("name"))
        for case in suites.iter("testcase")
        if case.find("failure") is not None
    }
    assert failed == {
        ("persons", "cell-code protected_group"),
        ("events", "cell-date event_date"),
        ("events", "reference-missing case_id"),
    }
    passed = {case.get("name") for case in suites.iter("testcase") if not len(case)}
    assert passed == {"cases"}
    (text,) = (failure.text for failure in suites.iter("failure") if "Unknown code" in failure.get("message", ""))
    assert text is not None
    assert "persons.csv, line 2, row 1, cell E2, per-exm-001: " in text
    assert "How to fix: " in text


def test_junit_does_not_fail_for_a_warning(tmp_path: Path) -> None:
    (submission(tmp_path) / "meta.json").write_text('{"standard": "0.0.1"}', "utf-8")
    ran = command("validate", tmp_path, "--format", "junit")
    suites = xml(ran.out)
    assert (ran.code, suites.get("failures")) == (0, "0")
    assert "Please check: " in (suites.findtext(".//system-out") or "")


# GitHub


def commands(out: str) -> list[tuple[str, dict[str, str], str]]:
    """Workflow commands as the runner of GitHub reads them."""
    found = []
    for line in out.splitlines():
        if match := re.fullmatch(r"::(\w+) ([^:]*(?:[^:]*))::(.*)", line):
            name, stated, words = match.groups()
            properties = dict(each.split("=", 1) for each in stated.split(","))
            found.append((name, properties, words))
    return found


def test_github_shows_findings_beside_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    out = written(MISTAKES.relative_to(ROOT), "github")
    name, properties, words = commands(out)[0]
    path = "examples/submissions/with-mistakes/events.csv"
    assert (name, properties) == ("error", {"file": path, "line": "2", "title": "Date not understood [cell-date]"})
    assert "evt-exm-001: event_date is not a date that can be read: (hidden)." in words
    assert out.splitlines()[-1] == "Not ready: 3 places must be fixed, 0 places should be checked."


def test_github_takes_no_command_from_a_value(hostile: Path) -> None:
    out = written(hostile, "github", "--show-values", "--max-findings", "99")
    lines = out.splitlines()
    assert len(commands(out)) == len(lines) - 1 == len(HOSTILE)
    assert "“100%25:a,b::error::”" in out
    assert SCRIPT in out


def test_github_escapes_the_names_of_files(tmp_path: Path) -> None:
    (submission(tmp_path) / "a,b: 100%.csv").write_text("a,b\n", "utf-8")
    out = written(tmp_path, "github")
    assert "::error file=a%2Cb%3A 100%25.csv,title=Not a table of the standard [table-unknown]::" in out


def test_github_lists_few_of_each_kind(tmp_path: Path) -> None:
    out = written(groups_of_persons(tmp_path, *["x"] * 30), "github")
    assert len(commands(out)) == 10
    assert "30 places must be fixed" in out
