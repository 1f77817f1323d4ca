"""Findings as they come in: the first of each kind are kept, all are counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from pfds.checks.cells import BadCells
from pfds.standard.findings import Finding, Severity
from pfds.standard.model import Standard

Kind: TypeAlias = tuple[str, Severity, str | None, str | None]
"""Rule, severity, table and field."""
FirstFindings: TypeAlias = Callable[[int | None], Iterable[Finding]]


@dataclass(slots=True)
class Tally:
    """Keeps at most ``most`` findings of each kind (None: all of them); ``totals`` are exact."""

    most: int | None = None
    kept: list[Finding] = field(default_factory=list)
    totals: Counter[Kind] = field(default_factory=Counter)

    def add(self, findings: Iterable[Finding]) -> None:
        """Takes note of findings one by one."""
        for finding in findings:
            kind = (finding.rule, finding.severity, finding.table, finding.field)
            if self.room(kind) != 0:
                self.kept.append(finding)
            self.totals[kind] += 1

    def add_unlisted(self, findings: Iterable[tuple[Finding, int]]) -> None:
        """Takes note of findings that are not listed: each stands for so many of its kind."""
        for finding, number in findings:
            self.totals[finding.rule, finding.severity, finding.table, finding.field] += number

    def add_piece(self, standard: Standard, findings: Iterable[Finding], bad: Iterable[BadCells]) -> None:
        """Takes note of what the reader of a piece found and of its bad cells; only what is kept is worked out."""
        told: dict[Kind, list[Finding]] = {}
        for finding in findings:
            told.setdefault((finding.rule, finding.severity, finding.table, finding.field), []).append(finding)
        for cells in bad:
            column = cells.column
            kind = (cells.rule, standard.rules[cells.rule].severity, column.table.name, column.field.name)
            self._add_cells(standard, kind, cells, told.pop(kind, []))
        for alike in told.values():
            self.add(alike)

    def _add_cells(self, standard: Standard, kind: Kind, cells: BadCells, told: list[Finding]) -> None:
        """Bad cells, and findings of the reader of the same kind: what is kept are the first rows of both."""

        def first(room: int | None) -> Iterable[Finding]:
            found = [*told, *cells.findings(standard, room)]
            return sorted(found, key=lambda finding: finding.row or 0)[:room] if told else found

        self.add_many(kind, len(cells.indices) + len(told), first)

    def add_many(self, kind: Kind, total: int, first: FirstFindings) -> None:
        """Takes note of ``total`` findings of one kind, of which ``first`` gives as many as there is room for."""
        room = self.room(kind)
        if room != 0 and total:
            self.kept.extend(first(room))
        self.totals[kind] += total

    def add_all(self, later: Tally) -> None:
        """Takes note of what another tally, which keeps as many, took note of."""
        by_kind: dict[Kind, list[Finding]] = {}
        for finding in later.kept:
            by_kind.setdefault((finding.rule, finding.severity, finding.table, finding.field), []).append(finding)
        for kind, total in later.totals.items():
            self.add_many(kind, total, lambda room, kind=kind: by_kind.get(kind, [])[:room])  # type: ignore[misc]

    def room(self, kind: Kind) -> int | None:
        """How many more findings of a kind will be kept; None is any number."""
        return None if self.most is None else max(0, self.most - self.totals[kind])
