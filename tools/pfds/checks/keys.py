"""Identifiers and references over all tables: each identifier once, each reference to a record that is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field

from pfds.checks.account import Account
from pfds.checks.explanations import MOST_SUGGESTIONS
from pfds.checks.laying import LINE, ROW
from pfds.checks.places import Places
from pfds.checks.sql import Sql
from pfds.checks.tally import Tally
from pfds.standard.findings import Finding, Skipped
from pfds.standard.model import Field, Standard, Table
from pfds.standard.phrase import Phrase
from pfds.standard.suggestions import did_you_mean, nearest

_MOST_SUGGESTIONS_FROM = 5000


def sent(table: str) -> str:
    """Name of the relation that holds a table as it was sent, without its defective cells."""
    return f"sent_{table}"


@dataclass(frozen=True, slots=True)
class Presence:
    """What is known of the tables before their records are compared.

    ``tables`` are those of which at least one file was opened, ``unreadable`` those not read to their end, ``filled``
    the fields (with their table) that hold anything. In the tables ``repeating`` an identifier may stand twice. If the
    submission is ``complete``, an absent table holds no records.
    """

    tables: frozenset[str]
    unreadable: frozenset[str]
    filled: frozenset[tuple[str, str]]
    repeating: frozenset[str]
    complete: bool


@dataclass(slots=True)
class Links:
    """What became of the identifiers and references.

    ``repeated`` maps a table to the relation of the numbers of its records whose identifier stands earlier already;
    ``lost`` maps a table and field to the relation of the numbers of the records that point to nothing there.
    """

    skipped: list[Skipped] = dataclass_field(default_factory=list)
    repeated: dict[str, str] = dataclass_field(default_factory=dict)
    lost: dict[tuple[str, str], str] = dataclass_field(default_factory=dict)

    @property
    def defective(self) -> set[tuple[str, str]]:
        """Tables and fields with cells that say nothing."""
        return set(self.lost)


def check_links(
    standard: Standard, database: Sql, presence: Presence, places: Places, tally: Tally, account: Account
) -> Links:
    """Every identifier and every reference; what is wrong goes into the tally, and the records into the account."""
    check = _Links(standard, database, presence, places, tally, account)
    repeating = presence.tables & presence.repeating
    check.keys([table for name, table in standard.tables.items() if name in repeating])
    for name, table in standard.tables.items():
        check.references(
            name,
            [
                (own, field)
                for own in standard.tables.values()
                for field in own.fields
                if _points(field, table) and (own.name, field.name) in presence.filled
            ],
        )
    for table in standard.tables.values():
        if (table.name, "subject_id") in presence.filled:
            check.subjects(table)
    return check.links


def _points(field: Field, table: Table) -> bool:
    return field.reference is not None and field.reference.table == table.name


@dataclass(slots=True)
class _Links:
    standard: Standard
    database: Sql
    presence: Presence
    places: Places
    tally: Tally
    account: Account
    links: Links = dataclass_field(default_factory=Links)

    def keys(self, tables: Sequence[Table]) -> None:
        """Identifiers that stand in a table a second time, in whichever of its files."""
        totals = self.database.numbers(
            [
                f"SELECT CAST(COALESCE(SUM(n - 1), 0) AS BIGINT) FROM (SELECT COUNT(*) AS n FROM {sent(table.name)}"
                f" WHERE {table.primary_key} IS NOT NULL GROUP BY {table.primary_key} HAVING COUNT(*) > 1)"
                for table in tables
            ]
        )
        for table, repeated in zip(tables, totals, strict=True):
            if repeated:
                self._repeats(table, repeated)

    def _repeats(self, table: Table, repeated: int) -> None:
        key, name = table.primary_key, f"repeated_{table.name}"
        statement = (
            f"SELECT {ROW}, {LINE}, {key}, first_number FROM (SELECT {ROW}, {LINE}, {key},"
            f" MIN({ROW}) OVER (PARTITION BY {key}) AS first_number FROM {sent(table.name)} WHERE {key} IN"
            f" (SELECT {key} FROM {sent(table.name)} GROUP BY {key} HAVING COUNT(*) > 1)) WHERE {ROW} > first_number"
        )
        self.database.keep({name: statement})
        self.links.repeated[table.name] = name
        self.account.repeat(table.name, self.database.column(f"SELECT {ROW} FROM {name}"))
        rule = self.standard.rules["key-duplicate"]
        self.tally.add_many(
            (rule.name, rule.severity, table.name, key), repeated, lambda room: self._repeated(table, name, room)
        )

    def _repeated(self, table: Table, name: str, room: int | None) -> Iterator[Finding]:
        rows = self.database.rows(
            f"SELECT {ROW}, {LINE}, {table.primary_key}, first_number FROM {name} ORDER BY {ROW}{_limit(room)}"
        )
        for number, line, record_id, first in rows:
            facts = {
                "field": table.primary_key,
                "first_row": self.places.row(table.name, first),
                "record_id": record_id,
            }
            yield self.places.finding(
                self.standard.rules["key-duplicate"],
                table.name,
                table.primary_key,
                (number, line),
                record_id,
                value=record_id,
                facts=facts,
            )

    def references(self, target: str, pointing: list[tuple[Table, Field]]) -> None:
        """References to the records of one table that are not there."""
        if not pointing:
            return
        if target in self.presence.unreadable:
            self._skip(Phrase("the table {table} was not read to its end", table=target))
        elif target in self.presence.tables:
            self._look_up(self.standard.tables[target], pointing)
        elif self.presence.complete:
            self._table_missing(target, pointing)
        else:
            self._skip(Phrase("the table {table} is absent", table=target))

    def _skip(self, because: str) -> None:
        self.links.skipped.append(Skipped("reference-missing", because))

    def _table_missing(self, target: str, pointing: Iterable[tuple[Table, Field]]) -> None:
        places = ", ".join([f"{table.name}.{field.name}" for table, field in pointing][:3])
        facts = {"table": target, "problem": Phrase("It is pointed to by: {fields}.", fields=places)}
        severity = self.standard.rules["table-missing"].severity
        self.tally.add([Finding(rule="table-missing", severity=severity, table=target, facts=facts)])

    def _look_up(self, target: Table, pointing: list[tuple[Table, Field]]) -> None:
        names = [f"lost_{table.name}_{link.name}" for table, link in pointing]
        totals = self._lose([_lost(table, link.name, target) for table, link in pointing], names)
        lost = [(*link, name, total) for link, name, total in zip(pointing, names, totals, strict=True) if total]
        self.links.lost.update({(table.name, link.name): name for table, link, name, _ in lost})
        if not lost:
            return
        if reason := self._unusable_keys(target, lost):
            self._skip(reason)
            return
        suggestions = _Suggestions(self.database, target)
        rule = self.standard.rules["reference-missing"]
        for table, field, name, total in lost:
            self.account.reject(table.name, self.database.column(f"SELECT {ROW} FROM {name}"))
            self.tally.add_many(
                (rule.name, rule.severity, table.name, field.name),
                total,
                lambda room, table=table, field=field, name=name: self._dangling(  # type: ignore[misc]
                    table, field, name, suggestions, room
                ),
            )

    def _lose(self, selects: Sequence[str], names: Sequence[str]) -> list[int]:
        """Keeps what each statement gives under its name, if that is anything; returns how many rows each is."""
        totals = self.database.numbers([f"SELECT COUNT(*) FROM ({select})" for select in selects])
        kept = zip(names, selects, totals, strict=True)
        self.database.keep({name: select for name, select, total in kept if total})
        return totals

    def _unusable_keys(self, target: Table, lost: list[tuple[Table, Field, str, int]]) -> str | None:
        """Why the dangling references say nothing: they may mean the records whose own identifier is defective."""
        (unusable,) = self.database.row(f"SELECT COUNT(*) FROM {sent(target.name)} WHERE {target.primary_key} IS NULL")
        values = " UNION ".join(f"SELECT DISTINCT {field.name} FROM {name}" for _, field, name, _ in lost)
        (meant,) = self.database.row(f"SELECT COUNT(*) FROM ({values})") if unusable else (0,)
        if meant > unusable or not unusable:
            return None
        total = sum(total for *_, total in lost)
        return Phrase(
            "the number of references to {table} that may mean records whose identifier must be corrected first is"
            " {references}, and that of such records {records}",
            table=target.name,
            references=total,
            records=unusable,
        )

    def _dangling(
        self, table: Table, field: Field, name: str, suggestions: _Suggestions, room: int | None
    ) -> Iterator[Finding]:
        rows = self.database.rows(
            f"SELECT {ROW}, {LINE}, {table.primary_key}, {field.name} FROM {name} ORDER BY {ROW}{_limit(room)}"
        )
        for number, line, record_id, value in rows:
            yield self.places.finding(
                self.standard.rules["reference-missing"],
                table.name,
                field.name,
                (number, line),
                record_id,
                value=value,
                facts={
                    "field": field.name,
                    "target_table": suggestions.target.name,
                    "suggestion": suggestions.of(value),
                },
            )

    def subjects(self, table: Table) -> None:
        """The records whose `subject_id` points to nothing in the table that they name: rules tell these."""
        distinct = self.database.rows(f"SELECT DISTINCT subject_table FROM {sent(table.name)} ORDER BY 1")
        read = self.presence.tables - self.presence.unreadable
        targets = [self.standard.tables[target] for (target,) in distinct if target in read]
        names = [f"lost_{table.name}_subject_id_{target.name}" for target in targets]
        selects = [_lost(table, "subject_id", target, f" AND s.subject_table = '{target.name}'") for target in targets]
        totals = self._lose(selects, names)
        if lost := [f"SELECT * FROM {name}" for name, total in zip(names, totals, strict=True) if total]:
            name = f"lost_{table.name}_subject_id"
            self.database.keep({name: " UNION ALL ".join(lost)})
            self.links.lost[table.name, "subject_id"] = name


def _lost(table: Table, field: str, target: Table, where: str = "") -> str:
    """Statement for the records whose cell points to no record of ``target``."""
    return (
        f"SELECT s.{ROW}, s.{LINE}, s.{table.primary_key}, s.{field} FROM {sent(table.name)} AS s"
        f" LEFT JOIN {sent(target.name)} AS t ON t.{target.primary_key} = s.{field}"
        f" WHERE s.{field} IS NOT NULL AND t.{target.primary_key} IS NULL{where}"
    )


@dataclass(slots=True)
class _Suggestions:
    """For an identifier that is not in the table, the nearest one that is; worked out for some only."""

    database: Sql
    target: Table
    _known: tuple[str, ...] | None = None
    _told: dict[str, str] = dataclass_field(default_factory=dict)

    def of(self, value: str) -> str:
        """Words that suggest another identifier, or none."""
        if value not in self._told:
            near = nearest(value, self._ids()) if len(self._told) < MOST_SUGGESTIONS else None
            self._told[value] = did_you_mean(near)
        return self._told[value]

    def _ids(self) -> tuple[str, ...]:
        if self._known is None:
            key, relation = self.target.primary_key, sent(self.target.name)
            (total,) = self.database.row(f"SELECT COUNT({key}) FROM {relation}")
            few = total <= _MOST_SUGGESTIONS_FROM
            rows = (
                self.database.rows(f"SELECT {key} FROM {relation} WHERE {key} IS NOT NULL ORDER BY {ROW}")
                if few
                else []
            )
            self._known = tuple(str(key) for (key,) in rows)
        return self._known


def _limit(room: int | None) -> str:
    return "" if room is None else f" LIMIT {room}"
