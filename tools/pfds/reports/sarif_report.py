"""A report as SARIF 2.1.0, which editors and code hosts show."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import quote

from pfds import __version__
from pfds.checks.run import Report
from pfds.reports.json_report import capped
from pfds.reports.places import line_of
from pfds.reports.wording import Wording
from pfds.standard.findings import Finding, Severity
from pfds.standard.model import Rule

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_BREAK: Final = "\n"
_LEVELS: Final = MappingProxyType({Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"})


def sarif_report(
    wording: Wording, report: Report, max_findings: int, paths: Mapping[str, str] = MappingProxyType({})
) -> Iterator[str]:
    """The report as SARIF, in parts; at most ``max_findings`` for each rule, table and field.

    A line of a text file is a physical location, a cell a logical one (`events!D8`), as regions of SARIF are for text
    only. ``paths`` tells where the files of findings lie.
    """
    rules = sorted({kind[0] for kind in report.totals})
    numbers = {name: number for number, name in enumerate(rules)}
    head = _indented({"$schema": _SCHEMA, "version": "2.1.0"}).removesuffix("\n}")
    run = _indented(_run(wording, report, [wording.standard.rules[name] for name in rules], paths)).removesuffix("\n}")
    yield f'{head},\n  "runs": [\n    {run.replace(_BREAK, _BREAK + "    ")},\n      "results": ['
    divider = "\n"
    for finding in capped(report.findings, max_findings):
        yield divider + "        " + json.dumps(_result(wording, finding, numbers, paths), ensure_ascii=False)
        divider = ",\n"
    yield "\n      ]\n    }\n  ]\n}"


def _indented(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2)


def _run(wording: Wording, report: Report, rules: list[Rule], paths: Mapping[str, str]) -> Mapping[str, Any]:
    driver = {
        "name": "pfds",
        "fullName": f"Press Freedom Data Standard {report.standard}",
        "version": __version__,
        "language": wording.language.code,
        "rules": [_rule(rule) for rule in rules],
    }
    artifacts = [
        {"location": {"uri": _uri(file.file, paths)}, "hashes": {"sha-256": file.sha256}} for file in report.files
    ]
    return {
        "tool": {"driver": driver},
        "language": wording.language.code,
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True}],
        "artifacts": artifacts,
        "properties": {
            "counts": {severity.value: report.count(severity) for severity in Severity},
            "skipped": [{"rule": skip.rule, "because": wording.say(skip.because)} for skip in report.skipped],
        },
    }


def _rule(rule: Rule) -> Mapping[str, Any]:
    return {
        "id": rule.name,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "help": {"text": f"{rule.why} `pfds explain {rule.name}`"},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _result(
    wording: Wording, finding: Finding, numbers: Mapping[str, int], paths: Mapping[str, str]
) -> Mapping[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": numbers[finding.rule],
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{wording.message(finding)} {wording.fix(finding)}"},
    }
    location = {**_physical(finding, paths), **_logical(finding)}
    return {**result, "locations": [location]} if location else result


def _physical(finding: Finding, paths: Mapping[str, str]) -> Mapping[str, Any]:
    if finding.origin.file is None:
        return {}
    where: dict[str, Any] = {"artifactLocation": {"uri": _uri(finding.origin.file, paths)}}
    if line := line_of(finding):
        where["region"] = {"startLine": line}
    return {"physicalLocation": where}


def _logical(finding: Finding) -> Mapping[str, Any]:
    holder = finding.origin.sheet or finding.table
    if holder is None:
        return {}
    cell = finding.origin.cell or finding.field
    where: dict[str, Any] = {
        "fullyQualifiedName": f"{holder}!{cell}" if cell else holder,
        "kind": "cell" if finding.origin.cell else "column" if cell else "table",
    }
    if finding.record_id:
        where["name"] = finding.record_id
    return {"logicalLocations": [where]}


def _uri(file: str, paths: Mapping[str, str]) -> str:
    return quote(paths.get(file, file).replace("\\", "/"))
