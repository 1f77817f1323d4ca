"""The SQL rules of the standard, run over the relations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from pfds.checks.account import Account
from pfds.checks.keys import Presence
from pfds.checks.laying import LINE, ROW
from pfds.checks.places import Places
from pfds.checks.relations import cells
from pfds.checks.sql import Sql
from pfds.checks.tally import Tally
from pfds.standard.findings import Finding, Severity, Skipped
from pfds.standard.model import Rule, Standard, Table
from pfds.standard.phrase import Phrase

_SHOWN_TO_ALL = ("_id", "_table", "_field", "_count")
_OVER_ALL_TABLES = frozenset({"records", "record_languages", "record_references", "name_mentions"})
_PLACE = ("id", "field", "subject_table", ROW, LINE)
_NO_ID = Phrase("it concerns a record whose identifier must be corrected first")


def sql_rules(standard: Standard) -> tuple[Rule, ...]:
    """The rules that are stated in SQL, by name."""
    return tuple(rule for rule in standard.rules.values() if rule.sql)


def judgeable_rules(
    standard: Standard, presence: Presence, defective: frozenset[tuple[str, str]], as_of: date | None
) -> tuple[list[Rule], list[Skipped]]:
    """The rules that can be judged, and why each of the others cannot.

    ``defective`` are the tables and fields with cells that say nothing.
    """
    judgeable: list[Rule] = []
    skipped: list[Skipped] = []
    for rule in sql_rules(standard):
        if reason := _why_not(rule, standard, presence, defective, as_of):
            skipped.append(Skipped(rule.name, reason))
        else:
            judgeable.append(rule)
    return judgeable, skipped


def _why_not(
    rule: Rule,
    standard: Standard,
    presence: Presence,
    defective: frozenset[tuple[str, str]],
    as_of: date | None,
) -> str | None:
    """In a complete submission an absent table holds no records; only the table that a rule is about and those
    that it needs must be there. Of single files, all that it reads must be there. A private table that is absent holds
    none in any case: only the maintainers have it."""
    if rule.table and standard.tables[rule.table].private and rule.table not in presence.tables:
        return None
    needed = {table for table, _ in rule.needs}
    wanted = {rule.table} | needed - rule.optional if presence.complete else {rule.table} | rule.reads
    if absent := [name for name in standard.tables if name in wanted and name not in presence.tables]:
        return Phrase("the table {table} is absent", table=absent[0])
    built_on = needed | (presence.unreadable if rule.reads & _OVER_ALL_TABLES else set())
    if partial := [name for name in standard.tables if name in built_on & presence.unreadable]:
        return Phrase("the table {table} was not read to its end", table=partial[0])
    if "run" in rule.reads and as_of is None:
        return Phrase("no as-of date is known: give one with --as-of or in meta.json")
    for table, field in rule.needs:
        if (table, field) in defective:
            return Phrase("{field} has cells that must be corrected first", field=f"{table}.{field}")
    return None


def run_rules(
    standard: Standard, rules: Iterable[Rule], database: Sql, places: Places, tally: Tally, account: Account
) -> list[Skipped]:
    """Runs the rules; the offenders go into the tally at the place of their record, and into the account."""
    offenders = [_Offenders(standard, rule, database, places, tally, account) for rule in rules]
    totals = database.keep({each.name: each.rule.sql or "" for each in offenders})
    return [Skipped(each.rule.name, _NO_ID) for each in offenders if totals[each.name] and not each.tell()]


class _Offenders:
    """What the statement of one rule returns, kept in the database."""

    def __init__(
        self, standard: Standard, rule: Rule, database: Sql, places: Places, tally: Tally, account: Account
    ) -> None:
        self._standard = standard
        self.rule = rule
        self._database = database
        self._places = places
        self._tally = tally
        self._account = account
        self.name = "offenders_" + rule.name.replace("-", "_")

    def tell(self) -> bool:
        """Every offender; False if some have no identifier by which to find them."""
        for table in self._tables():
            where = "o.id IS NOT NULL" if self.rule.table else f"o.id IS NOT NULL AND o.subject_table = '{table.name}'"
            fields = f"SELECT field, COUNT(*) FROM {self.name} AS o WHERE {where} GROUP BY field ORDER BY field"
            for field, total in self._database.rows(fields):
                self._tally.add_many(
                    (self.rule.name, self.rule.severity, table.name, field),
                    total,
                    lambda room, table=table, where=where, field=field: self._first(table, where, field, room),  # type: ignore[misc]
                )
            if self.rule.severity is Severity.ERROR:
                numbers = f"SELECT c.{ROW} {self._records(table, where)}"
                self._account.reject(table.name, self._database.column(numbers))
        (unknown,) = self._database.row(f"SELECT COUNT(*) FROM {self.name} WHERE id IS NULL")
        return not unknown

    def _tables(self) -> list[Table]:
        if self.rule.table:
            return [self._standard.tables[self.rule.table]]
        named = {name for (name,) in self._database.rows(f"SELECT DISTINCT subject_table FROM {self.name}")}
        return [table for table in self._standard.tables.values() if table.name in named]

    def _first(self, table: Table, where: str, field: str | None, room: int | None) -> Iterator[Finding]:
        same = "o.field IS NULL" if field is None else f"o.field = '{field}'"
        limit = "" if room is None else f" LIMIT {room}"
        statement = f"SELECT c.{ROW}, c.{LINE}, o.* {self._records(table, where)} AND {same} ORDER BY ALL{limit}"
        for row in self._database.records(statement):
            yield self._finding(table, row)

    def _records(self, table: Table, where: str) -> str:
        """The offenders of a table beside their records."""
        return f"FROM {self.name} AS o JOIN {cells(table.name)} AS c ON c.{table.primary_key} = o.id WHERE {where}"

    def _finding(self, table: Table, row: Mapping[str, Any]) -> Finding:
        parameters = {name: _text(value) for name, value in row.items() if name not in _PLACE and value is not None}
        public = {name: value for name, value in parameters.items() if name.endswith(_SHOWN_TO_ALL)}
        field = None if row["field"] is None else str(row["field"])
        return self._places.finding(
            self.rule,
            table.name,
            field,
            (row[ROW], row[LINE]),
            str(row["id"]),
            facts={"id": str(row["id"]), "field": field or "", **public},
            values={name: value for name, value in parameters.items() if name not in public},
        )


def _text(value: str | int | float) -> str:
    return f"{value:.15g}" if isinstance(value, float) else str(value)
