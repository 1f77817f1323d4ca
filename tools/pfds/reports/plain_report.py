"""A report with one fact on each line, for screen readers and for line tools."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pfds.checks.run import Report
from pfds.reports.comparison import Comparison
from pfds.reports.groups import VALUES_OF_A_COLUMN, Group, column
from pfds.reports.places import place
from pfds.reports.summary import accounted, checked, not_judged, since_last, verdict
from pfds.reports.wording import SEVERITY, Wording
from pfds.standard.phrase import Count, Phrase


def plain_report(
    wording: Wording, report: Report, found: Sequence[Group], max_findings: int, comparison: Comparison | None
) -> Iterator[str]:
    """The report in parts: the verdict first, then each group, each fact in words on a line of its own."""
    yield verdict(wording, report) + "\n"
    yield "\n".join([checked(wording, report), *accounted(wording, report)])
    if comparison:
        yield "\n" + since_last(wording, comparison)
    for number, group in enumerate(found, 1):
        title = wording.title(group.first)
        heading = Phrase("Problem {number} of {all}: {title}", number=number, all=len(found), title=title)
        yield "\n\n" + wording.say(heading) + "\n"
        yield "\n".join(wording.say(fact) for fact in _facts(wording, group, max_findings, comparison))
    reasons = list(not_judged(wording, report))
    yield "\n\n" + "\n".join(reasons) if reasons else ""


def _facts(wording: Wording, group: Group, most: int, comparison: Comparison | None) -> Iterator[str]:
    where = column(wording, group)
    yield Phrase("Severity: {severity}", severity=SEVERITY[group.first.severity])
    if where:
        yield Phrase("Column: {column}", column=where)
    yield Phrase("How many: {places}", places=Count("{n} place", "{n} places", group.total))
    yield from group.cause
    most, of_value = (min(most, VALUES_OF_A_COLUMN), 1) if group.whole_column else (most, most)
    told = 0
    for alike in group.alike:
        if told >= most:
            break
        yield alike.message
        if alike.suggestion:
            yield alike.suggestion
        if len(alike.findings) > 1:
            yield Phrase("This was seen in: {places}", places=Count("{n} place", "{n} places", len(alike.findings)))
        for finding in alike.findings[: min(of_value, most - told)]:
            yield Phrase("Place: {place}", place=place(wording, finding))
            if comparison and comparison.is_new(finding):
                yield Phrase("This is new since the last check.")
            told += 1
    if group.total > told:
        yield Phrase("… and {more} more", more=f"{group.total - told:,}")
    yield from (Phrase("How to fix: {advice}", advice=advice) for advice in group.fixes[: max(most, 1)])
    yield Phrase("Explain: {command}", command=f"pfds explain {group.first.rule}")
