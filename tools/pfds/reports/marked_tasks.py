"""What there is to do about a report: one task for each place that is listed, the gravest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pfds.checks.run import Report
from pfds.reports.json_report import capped
from pfds.reports.marked_address import Cell, cell_at
from pfds.reports.wording import SEVERITY, Wording, visible
from pfds.standard.findings import Finding, Severity
from pfds.standard.phrase import Count, Phrase

MOST_TASKS = 65_000
"""Excel takes 65,530 links in a sheet."""


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to fix or to check; ``cell`` is where it lies, if ``exact``, or else begins; ``place`` says it."""

    severity: Severity
    sheet: str | None
    cell: Cell | None
    exact: bool
    place: str
    file: str
    what: str
    fix: str
    rule: str


def tasks(wording: Wording, report: Report, max_findings: int, sheets: Sequence[str]) -> list[Task]:
    """At most ``max_findings`` tasks for each rule, table and field: by severity, then in the order of the cells."""
    order = {name: number for number, name in enumerate(sheets)}
    listed = [_task(wording, finding) for finding in capped(report.findings, max_findings)]

    def rank(task: Task) -> tuple[int, int, str, str, Cell]:
        number = -1 if task.sheet is None else order.get(task.sheet, len(order))
        return task.severity.rank, number, task.file, task.sheet or "", task.cell or Cell(0, 0)

    return sorted(listed, key=rank)[:MOST_TASKS]


def note(wording: Wording, task: Task) -> str:
    """A task as the text of a note on its cell."""
    what = f"{wording.say(SEVERITY[task.severity])}: {task.what}"
    return "\n".join((what, wording.say(Phrase("How to fix: {advice}", advice=task.fix))) if task.fix else (what,))


def summary(wording: Wording, report: Report) -> str:
    """Whether the data can be used, and how many places stand against it."""
    found = {
        "errors": Count("{n} place must be fixed", "{n} places must be fixed", report.count(Severity.ERROR)),
        "warnings": Count(
            "{n} place should be checked", "{n} places should be checked", report.count(Severity.WARNING)
        ),
    }
    ready = Phrase("Ready: {errors}, {warnings}.", **found)
    return wording.say(Phrase("Not ready: {errors}, {warnings}.", **found) if report.count(Severity.ERROR) else ready)


def left_out(wording: Wording, report: Report, listed: Sequence[Task]) -> Iterator[str]:
    """A sentence for each kind of finding of which not all places are listed, with the exact number."""
    told = Counter(task.rule for task in listed)
    found: Counter[str] = Counter()
    for (rule, *_), total in report.totals.items():
        found[rule] += total
    for rule, total in sorted(found.items(), key=lambda item: (wording.standard.rules[item[0]].severity.rank, item[0])):
        if total > told[rule]:
            title = wording.standard.rules[rule].title
            facts = {"listed": f"{told[rule]:,}", "total": f"{total:,}"}
            yield wording.say(Phrase("{title}: {listed} of {total} places are listed here.", title=title, **facts))


def _task(wording: Wording, finding: Finding) -> Task:
    origin = finding.origin
    cell = cell_at(origin.cell)
    return Task(
        finding.severity,
        origin.sheet,
        cell or cell_at(f"A{origin.line}"),
        cell is not None,
        _place(wording, finding),
        visible(origin.file or ""),
        wording.message(finding),
        wording.fix(finding),
        finding.rule,
    )


def _place(wording: Wording, finding: Finding) -> str:
    origin = finding.origin
    if origin.cell:
        return visible(origin.cell)
    if origin.line is None:
        return ""
    if origin.sheet is None:
        return wording.say(Phrase("line {number}", number=origin.line))
    return wording.say(Phrase("row {number}", number=origin.line))
