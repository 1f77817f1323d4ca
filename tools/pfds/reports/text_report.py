"""A report for the person who sent the data: what to fix, where, and how."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pfds.checks.run import Report
from pfds.reports.comparison import Change, Comparison
from pfds.reports.groups import VALUES_OF_A_COLUMN, Alike, Group, column, groups
from pfds.reports.places import place, snippet
from pfds.reports.plain_report import plain_report
from pfds.reports.summary import accounted, checked, not_judged, since_last, verdict
from pfds.reports.terminal import bold, in_colour, table
from pfds.reports.wording import SEVERITY, Wording
from pfds.standard.findings import Finding
from pfds.standard.phrase import Count, Phrase

_PLACES_OF_A_VALUE: Final = 3
"""Places told of one value, where a column has several problematic values."""
_REASONS: Final = 3
"""Reasons for not judging rules that are told."""


@dataclass(frozen=True, slots=True)
class Style:
    """How text is laid out: ``plain``, one fact on each line, for screen readers; with ``colour`` on a terminal."""

    plain: bool = False
    colour: bool = False


NO_STYLE: Final = Style()


def text_report(
    wording: Wording,
    report: Report,
    max_findings: int,
    style: Style = NO_STYLE,
    comparison: Comparison | None = None,
) -> Iterator[str]:
    """The report as text, in parts: groups by rule and column, the gravest and most frequent first, then the totals.

    At most ``max_findings`` places are listed for each group. A part does not end with a line break if it is the last.
    """
    found = groups(wording, report)
    if style.plain:
        yield from plain_report(wording, report, found, max_findings, comparison)
        return
    layout = _Layout(wording, report, max_findings, style, comparison)
    for group in found:
        yield "\n".join(layout.group(group)) + "\n\n"
    yield "\n".join(layout.summary(found))


@dataclass(frozen=True, slots=True)
class _Layout:
    wording: Wording
    report: Report
    most: int
    style: Style
    comparison: Comparison | None

    def group(self, group: Group) -> Iterator[str]:
        """Lines of a group: title, what was seen and where, the cell between its neighbours, the cause, the fix."""
        say, first = self.wording.say, group.first
        severity = say(SEVERITY[first.severity])
        if self.style.colour:
            severity = in_colour(severity, first.severity)
        where = column(self.wording, group)
        places = say(Count("{n} place", "{n} places", group.total))
        title = self._bold(self.wording.title(first))
        yield f"{severity}: {title}  [{first.rule}]  {where + ', ' if where else ''}{places}"
        yield from (f"  {say(sentence)}" for sentence in group.cause)
        yield from self._seen(group)
        yield from self._snippet(group)
        yield from (f"  {line}" for line in self._fix(group))

    def summary(self, found: Sequence[Group]) -> Iterator[str]:
        """What was checked, what could not be judged, the verdict, and where more is told."""
        say = self.wording.say
        yield checked(self.wording, self.report)
        yield from accounted(self.wording, self.report)
        reasons = list(not_judged(self.wording, self.report))
        yield from reasons[:_REASONS] if len(reasons) > _REASONS + 1 else reasons
        if len(reasons) > _REASONS + 1:
            more = len(reasons) - _REASONS
            yield say(
                Count(
                    "More rules were not judged, for {n} other reason; the formats html and json tell it.",
                    "More rules were not judged, for {n} other reasons; the formats html and json tell them.",
                    more,
                )
            )
        if self.comparison:
            yield since_last(self.wording, self.comparison)
            yield from fixed_lines(self.wording, self.comparison, self.most)
        if found:
            yield say(Phrase("Explain: {command}", command=f"pfds explain {found[0].first.rule}"))
        yield self._bold(verdict(self.wording, self.report))

    def _bold(self, text: str) -> str:
        return bold(text) if self.style.colour else text

    def _fix(self, group: Group) -> Iterator[str]:
        advice = Phrase("How to fix: {advice}", advice=group.fixes[0])
        yield self.wording.say(advice)
        if len(group.fixes) > 1:
            yield self.wording.say(Phrase("The others are fixed likewise."))

    def _seen(self, group: Group) -> Iterator[str]:
        most = min(self.most, VALUES_OF_A_COLUMN) if group.whole_column else self.most
        of_value = 1 if group.whole_column else most if len(group.alike) == 1 else _PLACES_OF_A_VALUE
        told = 0
        for alike in group.alike:
            listed = alike.findings[: min(of_value, most - told)]
            if not listed:
                break
            told += len(listed)
            yield from self._alike(group, alike, listed)
        if group.total > told:
            yield "  " + self.wording.say(Phrase("… and {more} more", more=f"{group.total - told:,}"))

    def _alike(self, group: Group, alike: Alike, listed: Sequence[Finding]) -> Iterator[str]:
        words = " ".join(part for part in (alike.message, alike.suggestion) if part)
        if len(alike.findings) == 1:
            yield f"  {self._place(alike.findings[0])}: {words}"
            return
        many: Phrase = Count("{n} place", "{n} places", len(alike.findings))
        if not group.complete:
            many = Phrase("{places} among the first {number}", places=many, number=f"{len(group.findings):,}")
        yield f"  {words}  ({self.wording.say(many)})"
        yield from (f"    {self._place(finding)}" for finding in listed)

    def _place(self, finding: Finding) -> str:
        where = place(self.wording, finding)
        new = self.comparison.is_new(finding) if self.comparison else None
        return f"{where} ({self.wording.say(Phrase('new'))})" if new else where

    def _snippet(self, group: Group) -> Iterator[str]:
        seen = snippet(self.wording, self.report, group.first) if self.most else None
        if seen is None:
            return
        titles = [f"{letter} {name}" for letter, name in seen.columns]
        cells = [seen.value if at == seen.position else "…" for at in range(len(titles))]
        yield from (f"    {line}" for line in table([["", *titles], [str(seen.row), *cells]]))


def fixed_lines(wording: Wording, comparison: Comparison, most: int) -> Iterator[str]:
    """A line for each column in which something is fixed since the last report, as many as ``most``."""
    fixed = [change for change in comparison.changes if change.fixed]
    for change in fixed[:most]:
        places = Count("{n} place", "{n} places", change.fixed)
        line = Phrase("Fixed: {problem}, {places}", problem=changed_problem(wording, change), places=places)
        yield "  " + wording.say(line)
    if len(fixed) > most:
        yield "  " + wording.say(Phrase("… and {more} more", more=f"{len(fixed) - most:,}"))


def changed_problem(wording: Wording, change: Change) -> str:
    """The problem that changed, by its title, rule and column; what a report of others says may be anything."""
    rule = wording.standard.rules.get(change.rule)
    if rule is None:
        return wording.say(Phrase("a rule that this version does not have"))
    where = ".".join(name for name in (change.table, change.field) if name)
    return f"{rule.title}  [{rule.name}]" + (f"  {where}" if where else "")
