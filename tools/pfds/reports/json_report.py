"""A report as JSON, in the shape that `datapackage/report.schema.json` publishes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from pfds import __version__
from pfds.checks.account import TableAccount
from pfds.checks.run import Report
from pfds.reports.comparison import Comparison
from pfds.reports.wording import Wording
from pfds.standard.findings import Finding, Severity


def json_report(
    wording: Wording, report: Report, max_findings: int, comparison: Comparison | None = None
) -> Iterator[str]:
    """The report as JSON text, in parts. At most ``max_findings`` are listed for each rule, table and field.

    Every finding stands in a line of its own, so that line tools can count and filter them. With a ``comparison``,
    `since_last` tells what changed, and each finding says whether it is new.
    """
    told: Counter[str] = Counter()
    before = {**_before_findings(report), **({"since_last": _changes(comparison)} if comparison else {})}
    yield _indented(before).removesuffix("\n}") + ',\n  "findings": ['
    for finding in capped(report.findings, max_findings):
        record = finding_record(wording, finding)
        if comparison:
            record["new"] = comparison.is_new(finding)
        yield f"{',' if told else ''}\n    {json.dumps(record, ensure_ascii=False)}"
        told[finding.rule] += 1
    yield ("\n  " if told else "") + "],\n" + _indented(_after_findings(report, told)).removeprefix("{\n")


def _indented(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2)


def _before_findings(report: Report) -> Mapping[str, Any]:
    return {
        "standard": report.standard,
        "toolkit": __version__,
        "as_of": report.as_of and report.as_of.isoformat(),
        "valid": report.count(Severity.ERROR) == 0,
        "input": [
            {"file": item.file, "sha256": item.sha256, "table": item.table, "rows": item.rows} for item in report.files
        ],
        "account": [account_record(account) for account in report.account],
        "counts": {severity.value: report.count(severity) for severity in Severity},
        "by_rule": [
            {"rule": rule, "severity": severity.value, "table": table, "field": field, "total": total}
            for (rule, severity, table, field), total in sorted(report.totals.items(), key=str)
        ],
    }


def _changes(comparison: Comparison) -> Mapping[str, Any]:
    return {
        "new": comparison.new,
        "fixed": comparison.fixed,
        "same": comparison.same,
        "by_rule": [asdict(change) for change in comparison.changes],
        "fixed_findings": [asdict(gone) for gone in comparison.gone],
    }


def _after_findings(report: Report, told: Counter[str]) -> Mapping[str, Any]:
    found: Counter[str] = Counter()
    for (rule, *_), total in report.totals.items():
        found[rule] += total
    return {
        "skipped": [{"rule": skip.rule, "because": skip.because} for skip in report.skipped],
        "truncated": {rule: total - told[rule] for rule, total in sorted(found.items())},
    }


def capped(findings: Iterable[Finding], most: int) -> Iterator[Finding]:
    """The first ``most`` findings of each rule, table and field, in order."""
    told: Counter[tuple[str, str | None, str | None]] = Counter()
    for finding in findings:
        group = (finding.rule, finding.table, finding.field)
        told[group] += 1
        if told[group] <= most:
            yield finding


def account_record(account: TableAccount) -> dict[str, Any]:
    """What becomes of the records of a table, in the shape of the report."""
    return {
        "table": account.table,
        "rows": account.rows,
        "accepted": account.accepted,
        "rejected": account.rejected,
        "duplicates": account.duplicates,
    }


def finding_record(wording: Wording, finding: Finding) -> dict[str, Any]:
    """One finding in the shape of the report; what repeats the content of cells only if the wording shows it."""
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "table": finding.table,
        "field": finding.field,
        "row": finding.row,
        "file": finding.origin.file,
        "sheet": finding.origin.sheet,
        "line": finding.origin.line,
        "cell": finding.origin.cell,
        "record_id": finding.record_id,
        "message": wording.message(finding),
        "fix": wording.fix(finding),
        "value": finding.value if wording.show_values else None,
    }
