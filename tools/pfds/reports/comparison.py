"""A report beside an earlier one: what is new, what is fixed, what is the same."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from pfds.checks.run import Report
from pfds.standard.findings import Finding

Column: TypeAlias = tuple[str, str | None, str | None]
"""Rule, table and field."""


class NotAReport(Exception):
    """A file that is no report of `pfds validate --format json`."""


@dataclass(frozen=True, slots=True)
class Past:
    """What an earlier report says of one finding; its values were never in it."""

    rule: str
    table: str | None
    field: str | None
    record_id: str | None
    file: str | None
    row: int | None

    @property
    def column(self) -> Column:
        """Rule, table and field."""
        return self.rule, self.table, self.field

    @property
    def subject(self) -> tuple[object, ...]:
        """What makes it the same finding within its column: the record, or else the row."""
        return (self.record_id,) if self.record_id else (self.file, self.row)


@dataclass(frozen=True, slots=True)
class LastReport:
    """An earlier report: its findings, and its exact totals by rule, table and field."""

    findings: tuple[Past, ...]
    totals: Mapping[Column, int]


@dataclass(frozen=True, slots=True)
class Change:
    """How many findings of a column are new, fixed and the same; only totals are compared if not ``exact``."""

    rule: str
    table: str | None
    field: str | None
    new: int
    fixed: int
    same: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """A report beside the last one; ``gone`` are the findings that are fixed, as the last report tells them."""

    changes: tuple[Change, ...]
    gone: tuple[Past, ...]
    # By identity: of two findings alike in all they say, one may be new.
    _new: frozenset[int] = field(repr=False)
    _unknown: frozenset[Column] = field(repr=False)

    @property
    def new(self) -> int:
        """Number of findings that the last report did not have."""
        return sum(change.new for change in self.changes)

    @property
    def fixed(self) -> int:
        """Number of findings that only the last report had."""
        return sum(change.fixed for change in self.changes)

    @property
    def same(self) -> int:
        """Number of findings that both have."""
        return sum(change.same for change in self.changes)

    def is_new(self, finding: Finding) -> bool | None:
        """Whether a finding of the report is new; None if not all of its column were listed, so that nobody knows."""
        if (finding.rule, finding.table, finding.field) in self._unknown:
            return None
        return id(finding) in self._new


def read_last(data: bytes) -> LastReport:
    """An earlier report in JSON. Raises NotAReport."""
    try:
        content = json.loads(data)
        findings = tuple(_past(item) for item in content["findings"])
        totals: Counter[Column] = Counter()
        for item in content["by_rule"]:
            totals[_text(item["rule"]), _maybe(item["table"]), _maybe(item["field"])] += _number(item["total"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NotAReport from error
    return LastReport(findings, totals)


def compare(report: Report, last: LastReport) -> Comparison:
    """Findings are the same if rule, table, field and record are, or the row where there is no record."""
    now, then = _by_column(report.findings), _by_column(last.findings)
    totals: Counter[Column] = Counter()
    for (rule, _, table, name), total in report.totals.items():
        totals[rule, table, name] += total
    changes, new, gone, unknown = [], set[int](), list[Past](), set[Column]()
    for column in sorted(totals.keys() | last.totals.keys(), key=str):
        present, past = now.get(column, []), then.get(column, [])
        if (len(present), len(past)) == (totals[column], last.totals.get(column, 0)):
            added, removed = _apart(present, past)
            changes.append(Change(*column, len(added), len(removed), len(present) - len(added), exact=True))
            new.update(map(id, added))
            gone.extend(removed)
        else:
            changes.append(_by_total(column, totals[column], last.totals.get(column, 0)))
            unknown.add(column)
    return Comparison(tuple(changes), tuple(gone), frozenset(new), frozenset(unknown))


def _by_column(findings: Iterable[Any]) -> Mapping[Column, list[Any]]:
    by_column: defaultdict[Column, list[Any]] = defaultdict(list)
    for finding in findings:
        by_column[finding.rule, finding.table, finding.field].append(finding)
    return by_column


def _apart(present: list[Finding], past: list[Past]) -> tuple[list[Finding], list[Past]]:
    """Findings that only the report has, and those that only the last one had."""
    before = Counter(each.subject for each in past)
    added = []
    for finding in present:
        subject = _as_past(finding).subject
        if before[subject]:
            before[subject] -= 1
        else:
            added.append(finding)
    removed = []
    for each in reversed(past):
        if before[each.subject]:
            before[each.subject] -= 1
            removed.append(each)
    return added, removed[::-1]


def _by_total(column: Column, now: int, then: int) -> Change:
    return Change(*column, max(now - then, 0), max(then - now, 0), min(now, then), exact=False)


def _as_past(finding: Finding) -> Past:
    return Past(finding.rule, finding.table, finding.field, finding.record_id, finding.origin.file, finding.row)


def _past(item: Mapping[str, Any]) -> Past:
    row = item["row"]
    return Past(
        _text(item["rule"]),
        _maybe(item["table"]),
        _maybe(item["field"]),
        _maybe(item["record_id"]),
        _maybe(item["file"]),
        None if row is None else _number(row),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _maybe(value: object) -> str | None:
    return None if value is None else _text(value)


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError
    return value
