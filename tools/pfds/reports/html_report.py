"""A report as one page that needs nothing else: no script, no network; light or dark, and fit to be printed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final

from pfds import __version__
from pfds.checks.run import Report
from pfds.reports.comparison import Comparison
from pfds.reports.groups import Alike, Group, column_label, groups
from pfds.reports.html_words import SYMBOLS, WORDS
from pfds.reports.page import page_template, style_and_hash
from pfds.reports.places import Snippet, brief_places, place, snippet
from pfds.reports.summary import accounted, checked, not_judged, since_last, verdict
from pfds.reports.text_report import changed_problem
from pfds.reports.wording import SEVERITY, Wording, visible
from pfds.standard.findings import Finding, Severity
from pfds.standard.phrase import Count, Phrase

_FOLDER: Final = Path(__file__).parent
_FULL_CARDS: Final = 60
"""Groups told with tables of values and places; those that follow are told in brief, so that the page stays small."""
_VALUES: Final = 20
"""Distinct values told of a group."""
_VALUES_OF_A_COLUMN: Final = 5
"""Distinct values told of a column that has one problem as a whole."""
_SNIPPETS: Final = 3
_FIRST_PLACES: Final = 3
_ALL_PLACES: Final = 6000
"""Places listed on the page as a whole."""


@dataclass(frozen=True, slots=True)
class Card:
    """A group of findings as the page shows it."""

    severity: Severity
    symbol: str
    word: str
    title: str
    rule: str
    column: str
    label: str
    places: str
    cause: Sequence[str]
    seen: Sequence[Seen]
    suggests: bool
    counted: str
    unseen: str
    fixes: Sequence[str]
    snippets: Sequence[Snippet]
    all_places: Sequence[tuple[str, Sequence[str]]]
    unlisted: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen in how many places, and the first of these."""

    message: str
    suggestion: str
    count: str
    places: Sequence[str]
    new: bool


def html_report(
    wording: Wording, report: Report, max_findings: int, comparison: Comparison | None = None
) -> Iterator[str]:
    """The report as HTML, in parts; at most ``max_findings`` places are listed of each group."""
    page = _Page(wording, report, max_findings, comparison)
    yield from page_template(_FOLDER / "report.html.jinja").generate(page.content())


@dataclass(slots=True)
class _Page:
    wording: Wording
    report: Report
    most: int
    comparison: Comparison | None
    _left: int = field(default=_ALL_PLACES)

    def content(self) -> dict[str, Any]:
        """Everything that the template shows."""
        wording, report = self.wording, self.report
        return {
            "language": wording.language,
            **style_and_hash(_FOLDER / "report.css"),
            "words": {name: wording.say(phrase) for name, phrase in WORDS.items()},
            "severities": [(SYMBOLS[each], wording.say(SEVERITY[each])) for each in Severity],
            "ready": not report.count(Severity.ERROR),
            "verdict": verdict(wording, report),
            "checked": [checked(wording, report), *accounted(wording, report)],
            "shows_values": wording.show_values,
            "identity": self._identity(),
            "files": [(visible(file.file), file.sha256[:12], file.table or "", file.rows) for file in report.files],
            "counters": self._counters(),
            "totals": [f"{report.count(severity):,}" for severity in Severity],
            "since": since_last(wording, self.comparison) if self.comparison else "",
            "changes": list(self._changes()),
            "cards": [self._card(group, number) for number, group in enumerate(groups(wording, report))],
            "not_judged": list(not_judged(wording, report)),
        }

    def _identity(self) -> Sequence[tuple[str, str]]:
        report, words = self.report, WORDS
        stated = [
            (words["standard"], report.standard),
            (words["toolkit"], __version__),
            (words["as_of"], report.as_of.isoformat() if report.as_of else ""),
            (words["language"], self.wording.language.name),
        ]
        return [(self.wording.say(name), value) for name, value in stated if value]

    def _counters(self) -> Sequence[tuple[str, str, str, Sequence[str]]]:
        """For each table its label, name, records, and findings by severity."""
        rows: dict[str | None, int] = {}
        for file in self.report.files:
            rows[file.table] = rows.get(file.table, 0) + file.rows
        found: dict[tuple[str | None, Severity], int] = {}
        for (_, severity, table, _), total in self.report.totals.items():
            rows.setdefault(table, 0)
            found[table, severity] = found.get((table, severity), 0) + total
        order = [*self.wording.standard.tables, None]
        return [
            (
                self.wording.standard.tables[table].plural if table else self.wording.say(WORDS["whole"]),
                table or "",
                f"{rows[table]:,}" if table else "",
                [f"{found.get((table, severity), 0):,}" for severity in Severity],
            )
            for table in order
            if table in rows
        ]

    def _changes(self) -> Iterator[tuple[str, Sequence[str]]]:
        for change in self.comparison.changes if self.comparison else ():
            counts = [f"{number:,}" for number in (change.fixed, change.new, change.same)]
            yield changed_problem(self.wording, change), counts

    def _card(self, group: Group, number: int) -> Card:
        say, first = self.wording.say, group.first
        full = number < _FULL_CARDS
        values = _VALUES_OF_A_COLUMN if group.whole_column else _VALUES
        shown = group.alike[: values if full else 1]
        listed = self._listed(group) if full else []
        return Card(
            first.severity,
            SYMBOLS[first.severity],
            say(SEVERITY[first.severity]),
            self.wording.title(first),
            first.rule,
            ".".join(part for part in (first.table, group.field) if part),
            self._where(group),
            say(Count("{n} place", "{n} places", group.total)),
            [say(sentence) for sentence in group.cause],
            [self._seen(alike) for alike in shown],
            any(alike.suggestion for alike in shown),
            self._counted(group),
            self._more(group.total - sum(len(alike.findings) for alike in shown)),
            [say(Phrase("How to fix: {advice}", advice=advice)) for advice in group.fixes],
            list(self._snippets(group)) if full else [],
            list(brief_places(self.wording, listed)),
            self._more(group.total - len(listed)),
        )

    def _where(self, group: Group) -> str:
        table = self.wording.standard.tables.get(group.first.table or "")
        return " ▸ ".join(part for part in (table and table.plural, column_label(self.wording, group)) if part)

    def _listed(self, group: Group) -> Sequence[Finding]:
        if group.total == 1:
            return []
        listed = group.findings[: min(self.most, self._left)]
        self._left -= len(listed)
        return listed

    def _seen(self, alike: Alike) -> Seen:
        isnew = self.comparison is not None and all(map(self.comparison.is_new, alike.findings))
        return Seen(alike.message, alike.suggestion, f"{len(alike.findings):,}", self._first_places(alike), isnew)

    def _first_places(self, alike: Alike) -> Sequence[str]:
        if len(alike.findings) == 1:
            return [place(self.wording, alike.findings[0])]
        listed = brief_places(self.wording, alike.findings[:_FIRST_PLACES])
        return [f"{file}: {', '.join(spots)}" for file, spots in listed]

    def _snippets(self, group: Group) -> Iterator[Snippet]:
        cells = (snippet(self.wording, self.report, alike.findings[0]) for alike in group.alike)
        yield from islice((cell for cell in cells if cell), _SNIPPETS)

    def _counted(self, group: Group) -> str:
        if group.complete:
            return ""
        first = Phrase("These were counted among the first {number} places.", number=f"{len(group.findings):,}")
        return self.wording.say(first)

    def _more(self, number: int) -> str:
        return self.wording.say(Phrase("… and {more} more", more=f"{number:,}")) if number else ""
