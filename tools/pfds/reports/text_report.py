"""A report for the person who sent the data: what to fix, where, and how."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from pfds.checks.run import Report
from pfds.reports.wording import fix, message, visible
from pfds.standard.findings import Finding, Severity
from pfds.standard.model import Standard

_WORDS = {Severity.ERROR: "Must fix", Severity.WARNING: "Please check", Severity.INFO: "For your information"}
_RULES_NAMED = 2


def text_report(standard: Standard, report: Report, max_findings: int, show_values: bool) -> Iterator[str]:
    """The report as text, in parts: groups by rule and column, the gravest and most frequent first, then the totals."""
    for group in _groups(report):
        yield "\n".join(_group(standard, group, _total(report, group[0]), max_findings, show_values)) + "\n\n"
    yield "\n".join(_summary(report))


def _groups(report: Report) -> list[list[Finding]]:
    def group(finding: Finding) -> tuple[int, str, str, str]:
        return finding.severity.rank, finding.rule, finding.table or "", finding.field or ""

    groups = [list(members) for _, members in groupby(sorted(report.findings, key=group), key=group)]
    return sorted(groups, key=lambda members: (members[0].severity.rank, -_total(report, members[0])))


def _total(report: Report, finding: Finding) -> int:
    return report.totals[finding.rule, finding.severity, finding.table, finding.field]


def _group(standard: Standard, findings: Sequence[Finding], total: int, most: int, show_values: bool) -> Iterator[str]:
    first = findings[0]
    column = ".".join(part for part in (first.table, first.field) if part)
    places = _many(total, "place")
    title = standard.rules[first.rule].title
    yield f"{_WORDS[first.severity]}: {title}  [{first.rule}]  {column + ', ' if column else ''}{places}"
    for finding in findings[:most]:
        yield f"  {_place(finding)}: {message(standard, finding, show_values)}"
    if total > most:
        yield f"  … and {total - most:,} more"
    yield from (
        f"  How to fix: {advice}"
        for advice in dict.fromkeys(fix(standard, found, show_values) for found in findings[: max(most, 1)])
    )


def _place(finding: Finding) -> str:
    origin = finding.origin
    parts = (
        visible(origin.file or "the submission"),
        origin.sheet and visible(origin.sheet),
        origin.line and f"line {origin.line}",
        finding.row and f"row {finding.row}",
        origin.cell and f"cell {origin.cell}",
        finding.record_id,
    )
    return ", ".join(part for part in parts if part)


def _summary(report: Report) -> Iterator[str]:
    tables = len({item.table for item in report.files if item.table})
    records = sum(item.rows for item in report.files)
    as_of = f", as of {report.as_of}" if report.as_of else ""
    yield f"{_many(records, 'record')} in {_many(tables, 'table')}, checked against standard {report.standard}{as_of}."
    yield from _not_judged(report)
    errors, warnings = report.count(Severity.ERROR), report.count(Severity.WARNING)
    verdict = "Not ready" if errors else "Ready"
    yield f"{verdict}: {_many(errors, 'place')} must be fixed, {_many(warnings, 'place')} should be checked."


def _not_judged(report: Report) -> Iterator[str]:
    """One line for each reason; the rules are named if they are few."""
    by_reason: dict[str, list[str]] = {}
    for skip in report.skipped:
        by_reason.setdefault(skip.because, []).append(skip.rule)
    for reason, rules in by_reason.items():
        names = ", ".join(rules) if len(rules) <= _RULES_NAMED else f"{len(rules)} rules"
        yield f"Not judged: {names}, because {reason}."


def _many(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
