"""The conformance vectors of structure: our command finds exactly what they say; other programs too, where they can."""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from command import Ran, pfds
from pfds.standard.findings import Severity
from pfds.standard.model import Field
from vector_judges import JUDGES, NotExpressible, Spot, can_judge, expected, refused
from vectors import FOLDER, STANDARD, Case, cases, lay, place

STRUCTURE = json.loads((FOLDER.parent / "structure.json").read_text("utf-8"))["rules"]
FORM = json.loads((FOLDER / "structure.schema.json").read_text("utf-8"))
DIFFERENCES = json.loads((Path(__file__).parent / "vector_differences.json").read_text("utf-8"))
NO_JSON = {"json-invalid", "json-duplicate-key", "encoding-invalid"}
EVERYTHING = "*"


def rules_of(case: Case) -> set[str]:
    return {rule for rule, _, _, _ in case.places}


@cache
def quick() -> frozenset[tuple[str, str, str]]:
    """Topic, name and format of the first case of each rule of structure in each kind of input."""
    seen: set[tuple[str, str]] = set()
    chosen = []
    for number, case in enumerate(cases()):
        shows = {(case.forms[0], rule) for rule in rules_of(case) & STRUCTURE.keys()}
        if not shows <= seen:
            chosen.append((case.topic, case.name, case.forms[number % len(case.forms)]))
        seen |= shows
    return frozenset(chosen)


def runs() -> Iterator[Any]:
    for case in cases():
        for form in case.forms:
            marks = () if (case.topic, case.name, form) in quick() else pytest.mark.long
            yield pytest.param(case, form, marks=marks, id=f"{case.topic}: {case.name} [{form}]")


def judgements() -> Iterator[Any]:
    for judge in JUDGES:
        for case in cases():
            if can_judge(judge, case):
                marks = pytest.mark.long if judge == "frictionless" else ()
                yield pytest.param(judge, case, marks=marks, id=f"{judge}: {case.topic}: {case.name}")


def validated(case: Case, form: str, folder: Path) -> Ran:
    as_of = ("--as-of", case.content["as_of"]) if "as_of" in case.content else ()
    return pfds("validate", "--format", "json", "--max-findings", "100000", *as_of, *lay(case, form, folder))


def in_lines(findings: Sequence[dict[str, Any]]) -> list[Any]:
    return sorted(((*place(found), found["line"]) for found in findings if "line" in found), key=str)


@pytest.mark.parametrize(("case", "form"), list(runs()))
def test_our_command_finds_exactly_this(case: Case, form: str, tmp_path: Path) -> None:
    ran = validated(case, form, tmp_path)
    if case.content.get("cannot_open"):
        assert (ran.code, ran.out) == (2, "")
        return
    report = json.loads(ran.out)
    assert sorted(map(place, report["findings"]), key=str) == case.places
    wanted = [found for found in case.content["findings"] if "line" in found]
    placed = {place(found) for found in wanted}
    assert in_lines([found for found in report["findings"] if place(found) in placed]) == in_lines(wanted)
    skipped = {skip["rule"] for skip in report["skipped"]} & {EVERYTHING, *STRUCTURE}
    assert sorted(skipped) == sorted(case.content.get("skipped", []))
    assert ran.code == any(STANDARD.rules[rule].severity is Severity.ERROR for rule in rules_of(case))


@pytest.fixture(scope="module")
def neighbours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("package")


@pytest.mark.parametrize(("judge", "case"), list(judgements()))
def test_others_refuse_the_same_places(judge: str, case: Case, neighbours: Path) -> None:
    try:
        found = refused(judge, case, neighbours)
    except NotExpressible:
        assert rules_of(case) & NO_JSON
        return
    wanted = expected(judge, case)
    assert words(wanted - found) == listed(judge, case, "accepts")
    assert words(found - wanted) == listed(judge, case, "refuses")


def listed(judge: str, case: Case, verdict: str) -> list[str]:
    """Places of a case of which a judge is known to think otherwise."""
    name = f"{case.topic}: {case.name}"
    own = [group["cases"].get(name, {}) for group in DIFFERENCES["differences"] if judge in group["judges"]]
    return sorted(spot for difference in own for spot in difference.get(verdict, []))


def words(found: set[Spot]) -> list[str]:
    """Places as the list of differences writes them: `table`, `table row`, `table row field`."""
    return sorted(" ".join(str(part) for part in spot if part is not None) for spot in found)


def test_every_difference_belongs_to_a_case_that_is_judged() -> None:
    judged = {(judge, f"{case.topic}: {case.name}") for judge in JUDGES for case in cases() if can_judge(judge, case)}
    groups = DIFFERENCES["differences"]
    named = {(judge, name) for group in groups for judge in group["judges"] for name in group["cases"]}
    assert named <= judged
    assert all(group["because"] for group in groups)


@pytest.mark.parametrize("path", sorted((FOLDER / "structure").glob("*.json")), ids=lambda path: path.stem)
def test_every_topic_has_the_documented_form(path: Path) -> None:
    content = json.loads(path.read_text("utf-8"))
    assert [error.message for error in Draft202012Validator(FORM).iter_errors(content)] == []
    names = [case["name"] for case in content["cases"]]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("rule", STRUCTURE)
def test_every_rule_of_structure_fires_and_in_a_near_case_does_not(rule: str) -> None:
    topics = {case.topic for case in cases() if rule in rules_of(case)}
    assert topics
    assert any(case.topic in topics and rule not in rules_of(case) for case in cases())


def fields() -> Iterator[tuple[str, Field]]:
    for name, table in STANDARD.tables.items():
        yield from ((name, field) for field in table.fields)


def told(*rules: str) -> set[tuple[str | None, str | None]]:
    """Table and field of every finding of the rules."""
    return {(table, field) for case in cases() for rule, table, _, field in case.places if rule in rules}


def test_every_required_field_is_missing_once() -> None:
    required = {(table, field.name) for table, field in fields() if field.required}
    assert required <= told("cell-required", "key-missing")


def test_every_reference_points_to_nothing_once() -> None:
    assert {(table, field.name) for table, field in fields() if field.reference} <= told("reference-missing")


def test_every_kind_of_value_is_refused_once() -> None:
    rules = [rule for rule in STRUCTURE if rule.startswith("cell-") and rule != "cell-required"]
    refused_kinds = {field.kind for table, field in fields() if (table, field.name) in told(*rules)}
    assert {field.kind for _, field in fields()} == refused_kinds
