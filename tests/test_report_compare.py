"""A report beside the last one: what is new, what is fixed, what is the same."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from command import ROOT, pfds
from reported import submission

GOOD: list[dict[str, str]] = [{}] * 10


def persons(folder: Path, *wrong: str, before: int = 0) -> Path:
    """A submission whose persons of these ids have an unknown code, so many records standing before them."""
    rows = [{"person_id": f"per-exm-{name}", "protected_group": "x"} for name in wrong]
    return submission(folder, persons=[*GOOD[:before], *rows, *GOOD])


@pytest.fixture
def last(tmp_path: Path) -> Path:
    """The report on a submission in which the persons a, b and c are wrong."""
    return report(persons(tmp_path / "last", "a", "b", "c"), tmp_path / "last.json")


def report(folder: Path, path: Path, *options: str) -> Path:
    pfds("validate", folder, "-o", path, *options)
    return path


def compared(folder: Path, last: Path, *options: str) -> dict[str, Any]:
    ran = pfds("validate", folder, "--format", "json", "--compare", last, *options)
    content: dict[str, Any] = json.loads(ran.out)
    schema = json.loads((ROOT / "datapackage" / "report.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(content)
    return content


def counts(content: dict[str, Any]) -> tuple[int, int, int]:
    since = content["since_last"]
    return since["new"], since["fixed"], since["same"]


def test_the_same_data_have_the_same_findings(tmp_path: Path, last: Path) -> None:
    content = compared(tmp_path / "last", last)
    assert counts(content) == (0, 0, 3)
    assert content["since_last"]["fixed_findings"] == []
    assert {found["new"] for found in content["findings"]} == {False}


def test_findings_are_new_fixed_or_the_same(tmp_path: Path, last: Path) -> None:
    content = compared(persons(tmp_path / "now", "b", "d"), last)
    assert counts(content) == (1, 2, 1)
    assert {found["record_id"]: found["new"] for found in content["findings"]} == {
        "per-exm-b": False,
        "per-exm-d": True,
    }
    assert [gone["record_id"] for gone in content["since_last"]["fixed_findings"]] == ["per-exm-a", "per-exm-c"]


def test_a_record_that_moved_has_the_same_findings(tmp_path: Path, last: Path) -> None:
    assert counts(compared(persons(tmp_path / "now", "a", "b", "c", before=5), last)) == (0, 0, 3)


def test_without_records_rows_are_compared(tmp_path: Path) -> None:
    old = submission(tmp_path / "old", persons=[{"person_id": "wrong 1"}, {"person_id": "wrong 2"}, *GOOD])
    new = submission(tmp_path / "new", persons=[{"person_id": "wrong 1"}, {}, {"person_id": "wrong 2"}, *GOOD])
    content = compared(new, report(old, tmp_path / "last.json"))
    assert counts(content) == (1, 1, 1)
    assert [gone["row"] for gone in content["since_last"]["fixed_findings"]] == [2]


def test_columns_of_which_not_all_is_listed_are_compared_by_their_totals(tmp_path: Path) -> None:
    last = report(persons(tmp_path / "old", "a", "b", "c"), tmp_path / "last.json", "--max-findings", "1")
    content = compared(persons(tmp_path / "now", "d"), last)
    assert counts(content) == (0, 2, 1)
    assert [change["exact"] for change in content["since_last"]["by_rule"]] == [False]
    assert [found["new"] for found in content["findings"]] == [None]


def test_totals_hold_where_fewer_are_listed(tmp_path: Path, last: Path) -> None:
    content = compared(persons(tmp_path / "now", "b", "d", "e"), last, "--max-findings", "1")
    assert counts(content) == (2, 2, 1)
    assert len(content["findings"]) == 1


def test_everything_fixed_is_told(tmp_path: Path, last: Path) -> None:
    ran = pfds("validate", submission(tmp_path / "now"), "--compare", last)
    assert ran.code == 0
    assert "Since the last check: 3 fixed, 0 new, 0 the same.\n" in ran.out
    assert "Fixed: Unknown code  [cell-code]  persons.protected_group, 3 places\n" in ran.out


def test_text_says_which_findings_are_new(tmp_path: Path, last: Path) -> None:
    lines = pfds("validate", persons(tmp_path / "now", "b", "d"), "--compare", last).out.splitlines()
    assert [line.strip() for line in lines if "cell E" in line] == [
        "persons.csv, line 2, row 1, cell E2, per-exm-b",
        "persons.csv, line 3, row 2, cell E3, per-exm-d (new)",
    ]
    assert "Since the last check: 2 fixed, 1 new, 1 the same." in lines


def test_plain_text_says_which_findings_are_new(tmp_path: Path, last: Path) -> None:
    lines = pfds("validate", persons(tmp_path / "now", "b", "d"), "--compare", last, "--plain").out.splitlines()
    assert lines[3] == "Since the last check: 2 fixed, 1 new, 1 the same."
    at = lines.index("This is new since the last check.")
    assert lines[at - 1].endswith("per-exm-d")
    assert lines.count("This is new since the last check.") == 1


def test_a_page_tells_what_changed(tmp_path: Path, last: Path) -> None:
    now = persons(tmp_path / "now", "b", "d")
    page = report(now, tmp_path / "r.html", "--compare", str(last)).read_text("utf-8")
    assert "<p>Since the last check: 2 fixed, 1 new, 1 the same.</p>" in page
    assert (
        '<th scope="row">Unknown code  [cell-code]  persons.protected_group</th><td>2</td><td>1</td><td>1</td>' in page
    )
    assert "Since the last check" not in report(now, tmp_path / "s.html").read_text("utf-8")


def test_without_a_last_report_nothing_is_said_of_it(tmp_path: Path) -> None:
    ran = pfds("validate", persons(tmp_path, "a"), "--format", "json")
    assert "since_last" not in ran.out
    assert '"new"' not in ran.out
    assert "last check" not in pfds("validate", tmp_path).out


def test_a_rule_that_is_gone_is_told(tmp_path: Path, last: Path) -> None:
    last.write_text(last.read_text("utf-8").replace("cell-code", "rule-of-old"), "utf-8")
    out = pfds("validate", persons(tmp_path / "now", "a"), "--compare", last).out
    assert "Since the last check: 3 fixed, 1 new, 0 the same." in out
    assert "Fixed: a rule that this version does not have, 3 places" in out
    assert "rule-of-old" not in out


def without(name: str) -> Callable[[dict[str, Any]], object]:
    return lambda content: content.pop(name)


@pytest.mark.parametrize(
    "spoil",
    [
        without("findings"),
        without("by_rule"),
        lambda content: content.update(findings={}, by_rule=[1]),
        lambda content: content["findings"].append("x"),
        lambda content: content["findings"][0].update(row="7"),
        lambda content: content["findings"][0].update(rule=None),
        lambda content: content["by_rule"][0].update(total=-1),
        lambda content: content["by_rule"][0].update(total=True),
    ],
)
def test_a_report_of_another_shape_is_refused(tmp_path: Path, last: Path, spoil: Callable[[Any], object]) -> None:
    content = json.loads(last.read_text("utf-8"))
    spoil(content)
    last.write_text(json.dumps(content), "utf-8")
    ran = pfds("validate", tmp_path / "last", "--compare", last)
    assert (ran.code, ran.out) == (2, "")
    assert "is no report that `pfds validate --format json` wrote." in ran.err


@pytest.mark.parametrize("data", [b"", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'{"findings": 1'])
def test_a_file_that_is_no_report_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "last.json").write_bytes(data)
    ran = pfds("validate", submission(tmp_path / "s"), "--compare", tmp_path / "last.json")
    assert (ran.code, ran.out) == (2, "")
    assert "is no report" in ran.err


@pytest.mark.parametrize("form", ["csv", "sarif", "junit", "github"])
def test_a_format_that_cannot_compare_says_so(tmp_path: Path, last: Path, form: str) -> None:
    ran = pfds("validate", tmp_path / "last", "--format", form, "--compare", last)
    assert (ran.code, ran.out) == (2, "")
    assert "text, html and json" in ran.err
