"""A report as JUnit XML, which build servers show: a suite for each table, a case for each rule and column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from pfds.checks.run import Report
from pfds.reports.groups import Group, groups
from pfds.reports.places import place
from pfds.reports.wording import SEVERITY, Wording, visible
from pfds.standard.findings import Severity, Skipped
from pfds.standard.phrase import Count, Phrase


def junit_report(wording: Wording, report: Report, max_findings: int) -> Iterator[str]:
    """The report as XML, in parts; a case tells at most ``max_findings`` places.

    Errors are failures. Warnings and hints are told in the output of cases that pass, rules that could not be judged
    are skipped cases, and a table in which nothing was found has one case that passes.
    """
    suites = _suites(wording, report)
    skipped = _by_rule(report.skipped)
    failures = sum(map(_fails, (group for found in suites.values() for group in found)))
    tests = sum(max(len(found), 1) for found in suites.values()) + len(skipped)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<testsuites name="pfds" tests="{tests}" failures="{failures}" errors="0" skipped="{len(skipped)}">\n'
    for name, found in suites.items():
        yield from _suite(wording, name, found, max_findings)
    if skipped:
        yield _opening("rules", len(skipped), skipped=len(skipped))
        for rule, reasons in skipped.items():
            words = _attribute("; ".join(map(wording.say, reasons)))
            yield f'    <testcase classname="rules" name={_attribute(rule)}><skipped message={words}/></testcase>\n'
        yield "  </testsuite>\n"
    yield "</testsuites>"


def _suites(wording: Wording, report: Report) -> Mapping[str, list[Group]]:
    """Groups by table, tables in which nothing was found among them."""
    suites: dict[str, list[Group]] = {file.table: [] for file in report.files if file.table}
    found = sorted(groups(wording, report), key=lambda group: group.first.table or "")
    for table, members in groupby(found, key=lambda group: group.first.table or "submission"):
        suites.setdefault(table, []).extend(members)
    return suites


def _by_rule(skipped: tuple[Skipped, ...]) -> Mapping[str, list[str]]:
    by_rule: dict[str, list[str]] = {}
    for skip in skipped:
        by_rule.setdefault(skip.rule, []).append(skip.because)
    return by_rule


def _suite(wording: Wording, name: str, found: list[Group], most: int) -> Iterator[str]:
    yield _opening(name, max(len(found), 1), sum(map(_fails, found)))
    if not found:
        yield f'    <testcase classname={_attribute(name)} name="{name}"/>\n'
    for group in found:
        title = _attribute(f"{group.first.rule} {group.field}" if group.field else group.first.rule)
        yield f"    <testcase classname={_attribute(name)} name={title}>{_outcome(wording, group, most)}</testcase>\n"
    yield "  </testsuite>\n"


def _opening(name: str, tests: int, failures: int = 0, skipped: int = 0) -> str:
    counts = f'tests="{tests}" failures="{failures}" errors="0" skipped="{skipped}"'
    return f"  <testsuite name={_attribute(name)} {counts}>\n"


def _fails(group: Group) -> bool:
    return group.first.severity is Severity.ERROR


def _outcome(wording: Wording, group: Group, most: int) -> str:
    places = wording.say(Count("{n} place", "{n} places", group.total))
    title = f"{wording.title(group.first)}, {places}"
    body = escape("\n".join(map(_clean, _lines(wording, group, most))))
    if _fails(group):
        return f'<failure type="{group.first.severity.value}" message={_attribute(title)}>{body}</failure>'
    severity = wording.say(SEVERITY[group.first.severity])
    return f"<system-out>{escape(_clean(f'{severity}: {title}'))}\n{body}</system-out>"


def _lines(wording: Wording, group: Group, most: int) -> Iterator[str]:
    for finding in group.findings[:most]:
        yield f"{place(wording, finding)}: {wording.message(finding)}"
    if group.total > most:
        yield wording.say(Phrase("… and {more} more", more=f"{group.total - most:,}"))
    yield from (wording.say(Phrase("How to fix: {advice}", advice=advice)) for advice in group.fixes[: max(most, 1)])


def _attribute(text: str) -> str:
    return quoteattr(_clean(text))


def _clean(text: str) -> str:
    """Text without what XML 1.0 does not take, such as most control characters: these stand as escapes."""
    return visible(text).replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")
