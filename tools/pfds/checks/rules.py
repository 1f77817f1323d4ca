"""The SQL rules of the standard, run by DuckDB over the relations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from pfds.checks.cells import CheckedTable
from pfds.checks.relations import Relations
from pfds.intake.tables import Submission
from pfds.standard.findings import Finding, Skipped
from pfds.standard.model import Rule, Standard

_SHOWN_TO_ALL = ("_id", "_table", "_field", "_count")
_OVER_ALL_TABLES = frozenset({"records", "record_values", "record_references"})
_PLACE = ("id", "field", "subject_table")


def sql_rules(standard: Standard) -> tuple[Rule, ...]:
    """The rules that are stated in SQL, by name."""
    return tuple(rule for rule in standard.rules.values() if rule.sql)


def wanted_relations(rules: Iterable[Rule]) -> frozenset[str]:
    """Every identifier that any of the rules reads: the relations among them must be supplied."""
    return frozenset[str]().union(*(rule.reads for rule in rules))


def judgeable_rules(
    standard: Standard, parts: Sequence[CheckedTable], submission: Submission, as_of: date | None
) -> tuple[list[Rule], list[Skipped]]:
    """The rules that can be judged on these tables, and why each of the others cannot."""
    judgeable: list[Rule] = []
    skipped: list[Skipped] = []
    for rule in sql_rules(standard):
        if reason := _why_not(rule, standard, parts, submission, as_of):
            skipped.append(Skipped(rule.name, reason))
        else:
            judgeable.append(rule)
    return judgeable, skipped


def run_rules(
    rules: Iterable[Rule], parts: Sequence[CheckedTable], relations: Relations
) -> tuple[list[Finding], list[Skipped]]:
    """Runs the rules; the offenders become findings at the place of their record."""
    findings: list[Finding] = []
    skipped: list[Skipped] = []
    with closing(connect(relations)) as connection:
        for rule in rules:
            offenders = select_offenders(connection, rule)
            known = [row for row in offenders if row["id"] is not None]
            findings.extend(_placed(rule, known, parts))
            if len(known) < len(offenders):
                skipped.append(Skipped(rule.name, "it concerns a record whose identifier must be corrected first"))
    return findings, skipped


def _why_not(
    rule: Rule, standard: Standard, parts: Sequence[CheckedTable], submission: Submission, as_of: date | None
) -> str | None:
    """In a complete submission an absent table holds no records; only the table that a rule is about and those
    that it needs must be there. Of single files, all that it reads must be there."""
    present = {part.table.name for part in parts}
    needed = {table for table, _ in rule.needs}
    wanted = {rule.table} | needed - rule.optional if submission.complete else {rule.table} | rule.reads
    if absent := [name for name in standard.tables if name in wanted and name not in present]:
        return f"the table {absent[0]} is absent"
    built_on = needed | (submission.partial if rule.reads & _OVER_ALL_TABLES else set())
    if partial := [name for name in standard.tables if name in built_on & submission.partial]:
        return f"the table {partial[0]} was not read to its end"
    if "run" in rule.reads and as_of is None:
        return "no as-of date is known: give one with --as-of or in meta.json"
    for table, field in rule.needs:
        if any(part.table.name == table and bool(part.defective[field].any()) for part in parts):
            return f"{table}.{field} has cells that must be corrected first"
    return None


def connect(relations: Relations) -> duckdb.DuckDBPyConnection:
    """A database in memory that sees the relations and nothing else: no file, no network, no extension.

    It never spills to the disk: what it holds may have to be kept secret.
    """
    connection = duckdb.connect(":memory:")
    for name, content in relations.items():
        connection.register(name, content)
    connection.execute("SET temp_directory = ''")
    connection.execute("SET enable_external_access = false")
    return connection


def select_offenders(connection: duckdb.DuckDBPyConnection, rule: Rule) -> list[Mapping[str, str | int | float | None]]:
    """Rows that the rule's statement returns, in a fixed order."""
    rows = connection.sql(rule.sql or "").to_arrow_table().to_pylist()
    return sorted(rows, key=lambda row: [str(value) for value in row.values()])


def _placed(
    rule: Rule, rows: Sequence[Mapping[str, str | int | float | None]], parts: Sequence[CheckedTable]
) -> Iterator[Finding]:
    """Findings at the places of the records."""
    by_table: dict[str, list[Mapping[str, str | int | float | None]]] = {}
    for row in rows:
        by_table.setdefault(rule.table or str(row["subject_table"]), []).append(row)
    for table, own in by_table.items():
        places = _places([str(row["id"]) for row in own], [part for part in parts if part.table.name == table])
        for row, (part, index) in zip(own, places, strict=True):
            yield _finding(rule, row, part, index)


def _places(ids: Sequence[str], parts: Sequence[CheckedTable]) -> list[tuple[CheckedTable, int]]:
    """The part and the index of the record that bears each id."""
    sought = pa.array(ids, pa.string())
    places: list[tuple[CheckedTable, int] | None] = [None] * len(ids)
    for part in parts:
        for position, index in enumerate(pc.index_in(sought, value_set=part.keys).to_pylist()):
            if index is not None and places[position] is None:
                places[position] = (part, index)
    return [place for place in places if place is not None]


def _finding(rule: Rule, row: Mapping[str, str | int | float | None], part: CheckedTable, index: int) -> Finding:
    field = None if row["field"] is None else str(row["field"])
    parameters = {name: _text(value) for name, value in row.items() if name not in _PLACE and value is not None}
    public = {name: value for name, value in parameters.items() if name.endswith(_SHOWN_TO_ALL)}
    return Finding(
        rule=rule.name,
        severity=rule.severity,
        table=part.table.name,
        field=field,
        row=int(part.text.rows[index]),
        record_id=str(row["id"]),
        origin=part.text.origin(index, field),
        facts={"id": str(row["id"]), "field": field or "", **public},
        values={name: value for name, value in parameters.items() if name not in public},
    )


def _text(value: str | int | float | None) -> str:
    return f"{value:.15g}" if isinstance(value, float) else str(value)
