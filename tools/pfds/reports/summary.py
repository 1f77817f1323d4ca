"""What a report says as a whole: what was checked, what could not be judged, and the verdict."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pfds.checks.run import Report
from pfds.reports.comparison import Comparison
from pfds.reports.wording import Wording
from pfds.standard.findings import Severity
from pfds.standard.phrase import Count, Phrase

_RULES_NAMED: Final = 2


def checked(wording: Wording, report: Report) -> str:
    """How many records in how many tables were checked, against what, as of when."""
    records = sum(item.rows for item in report.files)
    tables = len({item.table for item in report.files if item.table})
    held = {
        "records": Count("{n} record", "{n} records", records),
        "tables": Count("{n} table", "{n} tables", tables),
        "standard": report.standard,
    }
    if report.as_of is None:
        return wording.say(Phrase("{records} in {tables}, checked against standard {standard}.", **held))
    day = report.as_of.isoformat()
    return wording.say(
        Phrase("{records} in {tables}, checked against standard {standard}, as of {day}.", **held, day=day)
    )


def accounted(wording: Wording, report: Report) -> Iterator[str]:
    """In how many records there is nothing to correct, if there are any."""
    rows = sum(account.rows for account in report.account)
    if rows:
        accepted = sum(account.accepted for account in report.account)
        yield wording.say(
            Count(
                "{accepted} of {n} record has nothing to correct.",
                "{accepted} of {n} records have nothing to correct.",
                rows,
                accepted=f"{accepted:,}",
            )
        )


def verdict(wording: Wording, report: Report) -> str:
    """Whether the data are ready, and in how many places they are not."""
    errors, warnings = report.count(Severity.ERROR), report.count(Severity.WARNING)
    found = {
        "errors": Count("{n} place must be fixed", "{n} places must be fixed", errors),
        "warnings": Count("{n} place should be checked", "{n} places should be checked", warnings),
    }
    ready = Phrase("Ready: {errors}, {warnings}.", **found)
    return wording.say(Phrase("Not ready: {errors}, {warnings}.", **found) if errors else ready)


def not_judged(wording: Wording, report: Report) -> Iterator[str]:
    """One sentence for each reason; the rules are named if they are few."""
    by_reason: dict[str, list[str]] = {}
    for skip in report.skipped:
        by_reason.setdefault(skip.because, []).append(skip.rule)
    for reason, rules in by_reason.items():
        names: str = ", ".join(rules)
        if "*" in rules:
            names = Phrase("every rule that needs it")
        elif len(rules) > _RULES_NAMED:
            names = Count("{n} rule", "{n} rules", len(rules))
        yield wording.say(Phrase("Not judged: {rules}, because {reason}.", rules=names, reason=reason))


def since_last(wording: Wording, comparison: Comparison) -> str:
    """What changed since an earlier report, in one sentence."""
    return wording.say(
        Phrase(
            "Since the last check: {fixed} fixed, {new} new, {same} the same.",
            fixed=f"{comparison.fixed:,}",
            new=f"{comparison.new:,}",
            same=f"{comparison.same:,}",
        )
    )
