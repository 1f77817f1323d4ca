"""Findings put together as a person deals with them: by rule and column, in it by what is the same about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from pfds.checks.run import Report
from pfds.reports.causes import is_whole_column, likely_cause
from pfds.reports.wording import Wording
from pfds.standard.findings import Finding
from pfds.standard.phrase import Phrase

VALUES_OF_A_COLUMN: Final = 3
"""Values told in words of a column that has one problem as a whole, each with a single place."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Findings of a group that say the same, as those of one value do; in the order of files and rows."""

    message: str
    suggestion: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one rule in one column; ``total`` counts also those that are not among ``findings``.

    Those about columns, not about cells, are one group for the table. ``alike`` divides them by what they say, the
    most frequent first. ``fixes`` tell what to do; where they leave out the suggestion made for a value, it is in
    ``alike``. ``cause`` are sentences, if almost the ``whole_column`` has the problem.
    """

    findings: tuple[Finding, ...]
    total: int
    alike: tuple[Alike, ...]
    fixes: tuple[str, ...]
    cause: tuple[Phrase, ...]
    whole_column: bool

    @property
    def first(self) -> Finding:
        """The finding that stands first in the data."""
        return self.findings[0]

    @property
    def field(self) -> str | None:
        """The field that all findings are about, if it is one."""
        return self.first.field if len({finding.field for finding in self.findings}) == 1 else None

    @property
    def complete(self) -> bool:
        """Whether every finding of the group is known."""
        return len(self.findings) == self.total


def groups(wording: Wording, report: Report) -> list[Group]:
    """All groups, the gravest first, among these the one with most places."""

    def kind(finding: Finding) -> tuple[int, str, str, str]:
        in_cells = finding.field if finding.row is not None else None
        return finding.severity.rank, finding.rule, finding.table or "", in_cells or ""

    rows = _rows(report)
    found = [
        _group(wording, report, tuple(members), rows)
        for _, members in groupby(sorted(report.findings, key=kind), key=kind)
    ]
    return sorted(found, key=lambda group: (group.first.severity.rank, -group.total))


def column(wording: Wording, group: Group) -> str:
    """The column that a group is about as programs name it, and as people do where that says more."""
    name = ".".join(part for part in (group.first.table, group.field) if part)
    label = column_label(wording, group)
    plain = (group.field or "").replace("_", " ")
    return f"{name} ({label})" if label and label.casefold() != plain.casefold() else name


def column_label(wording: Wording, group: Group) -> str:
    """The label of the column that a group is about, if the standard has such a column."""
    table = wording.standard.tables.get(group.first.table or "")
    field = table.by_name.get(group.field or "") if table else None
    return field.title if field else ""


def _rows(report: Report) -> Counter[str | None]:
    rows: Counter[str | None] = Counter()
    for file in report.files:
        rows[file.table] += file.rows
    return rows


def _group(wording: Wording, report: Report, findings: tuple[Finding, ...], rows: Counter[str | None]) -> Group:
    first = findings[0]
    kinds = {(found.rule, found.severity, found.table, found.field) for found in findings}
    total = sum(report.totals[kind] for kind in kinds)
    fixes = tuple(dict.fromkeys(map(wording.fix, findings)))
    divided = len(fixes) > 1
    return Group(
        findings,
        total,
        tuple(_alike(wording, findings, suggest=divided)),
        tuple(dict.fromkeys(map(wording.general_fix, findings))) if divided else fixes,
        likely_cause(findings, total, rows[first.table]),
        is_whole_column(first, total, rows[first.table]),
    )


def _alike(wording: Wording, findings: Iterable[Finding], *, suggest: bool) -> list[Alike]:
    by_words: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        words = wording.message(finding), wording.suggestion(finding) if suggest else ""
        by_words.setdefault(words, []).append(finding)
    alike = [Alike(message, suggestion, tuple(members)) for (message, suggestion), members in by_words.items()]
    return sorted(alike, key=lambda each: -len(each.findings))
