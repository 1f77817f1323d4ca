"""A report for the person who sent the data: what to fix, where, and how."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from pfds.checks.run import Report
from pfds.reports.wording import SEVERITY, Wording, visible
from pfds.standard.findings import Finding, Severity
from pfds.standard.phrase import Count, Phrase

_RULES_NAMED = 2


def text_report(wording: Wording, report: Report, max_findings: int) -> Iterator[str]:
    """The report as text, in parts: groups by rule and column, the gravest and most frequent first, then the totals."""
    for group in _groups(report):
        yield "\n".join(_group(wording, group, _total(report, group[0]), max_findings)) + "\n\n"
    yield "\n".join(_summary(wording, report))


def _groups(report: Report) -> list[list[Finding]]:
    def group(finding: Finding) -> tuple[int, str, str, str]:
        return finding.severity.rank, finding.rule, finding.table or "", finding.field or ""

    groups = [list(members) for _, members in groupby(sorted(report.findings, key=group), key=group)]
    return sorted(groups, key=lambda members: (members[0].severity.rank, -_total(report, members[0])))


def _total(report: Report, finding: Finding) -> int:
    return report.totals[finding.rule, finding.severity, finding.table, finding.field]


def _group(wording: Wording, findings: Sequence[Finding], total: int, most: int) -> Iterator[str]:
    first = findings[0]
    column = ".".join(part for part in (first.table, first.field) if part)
    places = wording.say(Count("{n} place", "{n} places", total))
    severity = wording.say(SEVERITY[first.severity])
    yield f"{severity}: {wording.title(first)}  [{first.rule}]  {column + ', ' if column else ''}{places}"
    for finding in findings[:most]:
        yield f"  {_place(wording, finding)}: {wording.message(finding)}"
    if total > most:
        yield "  " + wording.say(Phrase("… and {more} more", more=f"{total - most:,}"))
    for advice in dict.fromkeys(wording.fix(found) for found in findings[: max(most, 1)]):
        yield "  " + wording.say(Phrase("How to fix: {advice}", advice=advice))


def _place(wording: Wording, finding: Finding) -> str:
    origin = finding.origin
    parts = (
        visible(origin.file or wording.say(Phrase("the submission"))),
        origin.sheet and wording.say(Phrase("sheet {name}", name=visible(origin.sheet))),
        origin.line and wording.say(Phrase("line {number}", number=origin.line)),
        finding.row and wording.say(Phrase("row {number}", number=finding.row)),
        origin.cell and wording.say(Phrase("cell {name}", name=origin.cell)),
        finding.record_id,
    )
    return ", ".join(part for part in parts if part)


def _summary(wording: Wording, report: Report) -> Iterator[str]:
    tables = len({item.table for item in report.files if item.table})
    records = sum(item.rows for item in report.files)
    held = {
        "records": Count("{n} record", "{n} records", records),
        "tables": Count("{n} table", "{n} tables", tables),
        "standard": report.standard,
    }
    if report.as_of:
        day = report.as_of.isoformat()
        checked = Phrase("{records} in {tables}, checked against standard {standard}, as of {day}.", **held, day=day)
    else:
        checked = Phrase("{records} in {tables}, checked against standard {standard}.", **held)
    yield wording.say(checked)
    yield from _not_judged(wording, report)
    found = {
        "errors": Count("{n} place must be fixed", "{n} places must be fixed", report.count(Severity.ERROR)),
        "warnings": Count(
            "{n} place should be checked", "{n} places should be checked", report.count(Severity.WARNING)
        ),
    }
    ready = Phrase("Ready: {errors}, {warnings}.", **found)
    yield wording.say(Phrase("Not ready: {errors}, {warnings}.", **found) if report.count(Severity.ERROR) else ready)


def _not_judged(wording: Wording, report: Report) -> Iterator[str]:
    """One line for each reason; the rules are named if they are few."""
    by_reason: dict[str, list[str]] = {}
    for skip in report.skipped:
        by_reason.setdefault(skip.because, []).append(skip.rule)
    for reason, rules in by_reason.items():
        many = Count("{n} rule", "{n} rules", len(rules))
        names = ", ".join(rules) if len(rules) <= _RULES_NAMED else many
        yield wording.say(Phrase("Not judged: {rules}, because {reason}.", rules=names, reason=reason))
