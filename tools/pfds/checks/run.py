"""A submission against the standard: every check in order, one report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from pfds.checks.cells import CheckedTable, check_cells
from pfds.checks.keys import check_keys, check_references, without_lost_references
from pfds.checks.relations import build_relations
from pfds.checks.rules import judgeable_rules, run_rules, wanted_relations
from pfds.intake.tables import InputFile, Submission
from pfds.standard.findings import Finding, Severity, Skipped
from pfds.standard.model import Standard


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a validation found; findings are ordered by file, row, field and rule."""

    standard: str
    as_of: date | None
    files: tuple[InputFile, ...]
    findings: tuple[Finding, ...]
    skipped: tuple[Skipped, ...]

    def count(self, severity: Severity) -> int:
        """Number of findings of one severity."""
        return sum(finding.severity is severity for finding in self.findings)

    @property
    def totals(self) -> Counter[tuple[str, Severity, str | None, str | None]]:
        """Exact number of findings by rule, severity, table and field."""
        return Counter((found.rule, found.severity, found.table, found.field) for found in self.findings)

    def reaches(self, severity: Severity) -> bool:
        """Whether any finding weighs at least as much as ``severity``."""
        return any(finding.severity.rank <= severity.rank for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of a validation: the report, and the tables with their defective cells emptied."""

    report: Report
    parts: tuple[CheckedTable, ...]


def validate(standard: Standard, submission: Submission, as_of: date | None) -> Checked:
    """Checks structure, cells, keys, references and rules; each defect is told once, at its cause."""
    findings = list(submission.findings)
    skipped = list(submission.skipped)
    findings.extend(_other_version(standard, submission))
    parts: list[CheckedTable] = []
    for text in submission.tables:
        part, found = check_cells(standard, text)
        parts.append(part)
        findings.extend(found)
    findings.extend(_missing_tables(standard, submission))
    unambiguous, repeated = check_keys(standard, parts)
    findings.extend(repeated)
    dangling, unjudged = check_references(standard, parts, submission.partial, submission.complete)
    findings.extend(dangling)
    skipped.extend(unjudged)
    unambiguous = without_lost_references(unambiguous, submission.partial)
    rules, not_judged = judgeable_rules(standard, unambiguous, submission, as_of)
    relations = build_relations(standard, unambiguous, as_of, wanted_relations(rules))
    offences, not_placed = run_rules(rules, unambiguous, relations)
    findings.extend(offences)
    skipped.extend((*not_judged, *not_placed))
    report = Report(standard.version, as_of, submission.files, _once(_ordered(findings)), _sorted_skips(skipped))
    return Checked(report, tuple(parts))


def _other_version(standard: Standard, submission: Submission) -> Iterable[Finding]:
    found = submission.meta.get("standard", standard.version)
    if found != standard.version:
        yield Finding(
            rule="standard-version-differs",
            severity=standard.rules["standard-version-differs"].severity,
            facts={"found": str(found), "expected": standard.version},
        )


def _missing_tables(standard: Standard, submission: Submission) -> Iterable[Finding]:
    if not submission.complete:
        return
    present = {text.table for text in submission.tables} | submission.partial
    for table in standard.tables.values():
        if table.required and table.name not in present:
            yield Finding(
                rule="table-missing",
                severity=standard.rules["table-missing"].severity,
                table=table.name,
                facts={
                    "table": table.name,
                    "problem": "Every submission has it, even if it holds no record.",
                },
            )


def _ordered(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(
        findings,
        key=lambda found: (
            found.origin.file or "",
            found.row or 0,
            found.field or "",
            found.rule,
            found.table or "",
            found.origin.line or 0,
            found.record_id or "",
            sorted(found.facts.items(), key=str),
        ),
    )


def _once(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Without a second mention of a missing table."""
    kept: list[Finding] = []
    told: set[str | None] = set()
    for found in findings:
        if found.rule == "table-missing":
            if found.table in told:
                continue
            told.add(found.table)
        kept.append(found)
    return tuple(kept)


def _sorted_skips(skipped: Iterable[Skipped]) -> tuple[Skipped, ...]:
    return tuple(sorted(set(skipped), key=lambda skip: (skip.rule, skip.because)))
