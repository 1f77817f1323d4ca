"""A submission against the standard: every check in order, one report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pfds.checks.account import TableAccount
from pfds.checks.cell_pass import CellPass, Progress
from pfds.checks.database import Database
from pfds.checks.gathered import Gathered
from pfds.checks.keys import Presence, check_links, sent
from pfds.checks.laying import Wanted
from pfds.checks.record_copy import RecordCopy
from pfds.checks.rules import judgeable_rules, run_rules, sql_rules
from pfds.checks.spool import Spool
from pfds.checks.sql import Laid, Sql
from pfds.checks.supply import Supply
from pfds.checks.tally import Kind, Tally
from pfds.intake.tables import InputFile, Submission
from pfds.standard.findings import Finding, Severity, Skipped
from pfds.standard.model import Standard
from pfds.standard.phrase import Phrase


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a validation found; findings are ordered by file, row, field and rule.

    ``findings`` may be only the first of each kind; ``totals`` count all of them by rule, severity, table and field,
    and the ``account`` counts the records by what becomes of them.
    """

    standard: str
    as_of: date | None
    files: tuple[InputFile, ...]
    findings: tuple[Finding, ...]
    totals: Counter[Kind]
    skipped: tuple[Skipped, ...]
    account: tuple[TableAccount, ...] = ()

    def count(self, severity: Severity) -> int:
        """Number of findings of one severity."""
        return sum(total for kind, total in self.totals.items() if kind[1] is severity)

    def reaches(self, severity: Severity) -> bool:
        """Whether any finding weighs at least as much as ``severity``."""
        return any(total and kind[1].rank <= severity.rank for kind, total in self.totals.items())


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of a validation: the report, and what the submission says of itself."""

    report: Report
    meta: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Options:
    """How to validate.

    ``most`` findings of each rule, table and field are kept (None: all). ``folder`` is a private place on the disk
    for what does not fit into memory; without one, memory is not bounded. ``rules`` says whether the SQL rules are
    judged. A typed copy of all records goes to the folder ``parquet``, one of their text to the folder ``text``.
    """

    most: int | None = None
    folder: Path | None = None
    rules: bool = True
    parquet: Path | None = None
    text: Path | None = None
    progress: Progress | None = None


def validate(standard: Standard, submission: Submission, as_of: date | None, options: Options = Options()) -> Checked:
    """Checks structure, cells, keys, references and rules; each defect is told once, at its cause.

    Without ``as_of``, the day that the submission states is taken, if it states one.
    """
    tally = Tally(options.most)
    wanted = Wanted.by(sql_rules(standard) if options.rules else ())
    spool = Spool(options.folder)
    copies = [RecordCopy(standard, options.parquet)] if options.parquet else []
    copies += [RecordCopy(standard, options.text, text=True)] if options.text else []
    cells = CellPass(
        standard, Gathered(tally), spool, wanted, options.progress, search=options.rules, copies=tuple(copies)
    )
    cells.run(submission)
    for copy in copies:
        copy.close()
    with closing(Database(options.folder)) as database:
        between = Between(database, spool, complete=submission.complete, rules=options.rules)
        report = conclude(standard, cells.gathered, between, as_of)
    return Checked(report, cells.gathered.meta)


@dataclass(frozen=True, slots=True)
class Between:
    """What the checks between records work with: a database, the columns laid aside, whether the submission is
    complete, and whether the SQL rules are judged."""

    database: Sql
    spool: Laid
    complete: bool
    rules: bool = True


def conclude(standard: Standard, gathered: Gathered, between: Between, as_of: date | None) -> Report:
    """The checks that look at several records, and the report, once all cells are judged."""
    presence, tally = gathered.presence(complete=between.complete), gathered.tally
    day = as_of or _stated_day(gathered.meta)
    tally.add(_other_version(standard, gathered.meta))
    tally.add(_missing_tables(standard, presence))
    skipped = [*gathered.skipped, *_between_records(standard, gathered, presence, between, day)]
    return Report(
        standard.version,
        day,
        tuple(sorted(gathered.files, key=lambda file: _file_order(standard, file))),
        tuple(_once(_ordered(tally.kept))),
        _counted_once(tally.totals),
        _sorted_skips(skipped),
        gathered.account.of_tables(standard),
    )


def _between_records(
    standard: Standard, gathered: Gathered, presence: Presence, between: Between, day: date | None
) -> list[Skipped]:
    """Identifiers, references and rules."""
    database, spool = between.database, between.spool
    noted = gathered.places, gathered.tally, gathered.account
    for name in standard.tables:
        if spool.schema(sent(name)) is not None:
            database.relate(sent(name), spool.close(sent(name)))
    links = check_links(standard, database, presence, *noted)
    if not between.rules:
        return links.skipped
    defective = frozenset(gathered.defective | links.defective)
    rules, not_judged = judgeable_rules(standard, presence, defective, day)
    rules = [rule for rule in rules if rule.table is None or spool.rows(sent(rule.table))]
    supply = Supply(standard, database, spool, links, presence, day, frozenset(gathered.searched))
    supply.relate(Wanted.by(rules).names)
    not_placed = run_rules(standard, rules, database, *noted)
    return [*links.skipped, *not_judged, *not_placed]


def _stated_day(meta: Mapping[str, object]) -> date | None:
    stated = meta.get("as_of")
    return date.fromisoformat(stated) if isinstance(stated, str) else None


def _file_order(standard: Standard, file: InputFile) -> tuple[int, str]:
    names = list(standard.tables)
    return (names.index(file.table) if file.table in names else len(names), file.file)


def _other_version(standard: Standard, meta: Mapping[str, object]) -> Iterable[Finding]:
    found = meta.get("standard", standard.version)
    if found != standard.version:
        yield Finding(
            rule="standard-version-differs",
            severity=standard.rules["standard-version-differs"].severity,
            facts={"found": str(found), "expected": standard.version},
        )


def _missing_tables(standard: Standard, presence: Presence) -> Iterable[Finding]:
    if not presence.complete:
        return
    for table in standard.tables.values():
        if table.required and table.name not in presence.tables | presence.unreadable:
            yield Finding(
                rule="table-missing",
                severity=standard.rules["table-missing"].severity,
                table=table.name,
                facts={
                    "table": table.name,
                    "problem": Phrase("Every submission has it, even if it holds no record."),
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
            _Facts(found),
        ),
    )


@dataclass(slots=True, eq=False)
class _Facts:
    """Facts of a finding in an order that is worked out only for findings alike in all else."""

    finding: Finding

    def __lt__(self, other: _Facts) -> bool:
        return self._sorted() < other._sorted()

    def _sorted(self) -> list[str]:
        return sorted(map(str, self.finding.facts.items()))


def _once(findings: Iterable[Finding]) -> Iterable[Finding]:
    """Without a second mention of a missing table."""
    told: set[str | None] = set()
    for found in findings:
        if found.rule == "table-missing":
            if found.table in told:
                continue
            told.add(found.table)
        yield found


def _counted_once(totals: Counter[Kind]) -> Counter[Kind]:
    return Counter({kind: 1 if kind[0] == "table-missing" else total for kind, total in totals.items() if total})


def _sorted_skips(skipped: Iterable[Skipped]) -> tuple[Skipped, ...]:
    return tuple(sorted(set(skipped), key=lambda skip: (skip.rule, skip.because)))
