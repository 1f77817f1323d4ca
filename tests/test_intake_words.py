"""What the readers say of a finding fills every place that the words of the standard leave open."""

import string
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from pfds.intake import csv_file, csv_records
from pfds.standard.findings import Finding
from pfds.standard.load import load_standard
from reading import read_document, read_submission

STANDARD = load_standard()
SUPPLIED = {"id", "value"}

FILES = {
    "meta.json": b'{"colour": 1, "title": "T", "title": "T"}',
    "cases.csv": b'case_id,case_id,titel\ncas-a-1\ncas-a-2,b,c,d\ncas-\xff,b,c\ncas-a-4,b"\n',
    "events.csv": b"a,b\n",
    "names.csv": b"name_id\n" + b"x" * 200 + b"\n",
    "case.csv": b"",
    "below/cases.csv": b"",
}
DOCUMENT = b"""{"case": [], "cases": [
  {"titel": 1, "case_id": 5, "title": ""}, {"case_id": "a", "case_id": "b"}, 5], """
RULES = {
    "cell-length",
    "cell-type",
    "column-duplicate",
    "column-missing",
    "column-unknown",
    "encoding-invalid",
    "file-unreadable",
    "header-missing",
    "json-duplicate-key",
    "json-invalid",
    "limit-exceeded",
    "metadata-invalid",
    "row-too-long",
    "row-too-short",
    "table-duplicate",
    "table-unknown",
}


@pytest.fixture
def findings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Finding]:
    """At least one finding of every rule that the readers judge."""
    monkeypatch.setattr(csv_file, "MAX_RECORD_BYTES", 100)
    monkeypatch.setattr(csv_records, "MAX_RECORD_BYTES", 100)
    (tmp_path / "below").mkdir()
    for name, data in FILES.items():
        (tmp_path / name).write_bytes(data)
    parquet.write_table(pa.table({"person_id": [b"x"]}), tmp_path / "persons.parquet")
    (tmp_path / "cases.parquet").write_bytes(b"")
    document = read_document(DOCUMENT, "-", STANDARD)
    return [*read_submission([tmp_path], STANDARD).findings, *document.findings]


def test_every_rule_of_the_readers_is_in_the_catalogue(findings: list[Finding]) -> None:
    assert {finding.rule for finding in findings} == RULES
    assert STANDARD.rules.keys() >= RULES


def test_facts_fill_the_words(findings: list[Finding]) -> None:
    for finding in findings:
        rule = STANDARD.rules[finding.rule]
        named = {name for _, name, _, _ in string.Formatter().parse(rule.message + rule.fix) if name}
        assert named - SUPPLIED <= finding.facts.keys() | finding.values.keys(), finding.rule


def test_findings_weigh_what_the_catalogue_says(findings: list[Finding]) -> None:
    assert all(finding.severity is STANDARD.rules[finding.rule].severity for finding in findings)
