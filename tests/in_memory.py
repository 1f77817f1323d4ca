"""Datasets in memory: what is decided in SQL about a handful of records, without a release and in milliseconds."""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

import pyarrow as pa

from kloop import STANDARD, Tables
from laid import text_of
from pfds.checks.database import Database
from pfds.release.dataset import public, sent
from pfds.release.disclose import Disclosure, disclose
from pfds.standard.model import Rule, Standard

AS_OF = date(2025, 3, 12)
FEW = replace(
    STANDARD.released,
    rules={},
    tables={
        name: STANDARD.tables[name]
        for name in (
            *("cases", "persons", "events", "organizations", "sources", "names", "case_parties", "sentences"),
            *("event_parties", "violations", "claims", "conflicts", "identifiers"),
        )
    },
)
"""The standard of a release with those of its tables that differ in how they are disclosed."""
_NEEDED = {"persons": "claims", "events": "event_parties", "cases": "case_parties"}
"""Tables without which the others are disclosed otherwise."""

Rows = Iterable[Mapping[str, str | None]]
Records = Mapping[str, Mapping[str, str | None]]

_free: dict[int, list[Database]] = defaultdict(list)
"""Databases of a process that nobody uses: opening one takes as long as a test."""


@contextmanager
def empty_database() -> Iterator[Database]:
    """A database with nothing in it; whatever is put there is gone in the end."""
    free = _free[os.getpid()]
    database = free.pop() if free else Database(threads=1)
    database.connection.execute("BEGIN")
    try:
        yield database
    finally:
        database.connection.execute("ROLLBACK")
        free.append(database)


@contextmanager
def dataset(tables: Tables) -> Iterator[Database]:
    """A dataset with these records; tables that are not given are empty."""
    with empty_database() as database:
        for name, table in STANDARD.tables.items():
            if rows := tables.get(name):
                database.relate(sent(name), text_of(name, rows))
            else:
                columns = ", ".join(f"NULL::VARCHAR AS {field.name}" for field in table.fields)
                database.view(sent(name), f"SELECT {columns} LIMIT 0")
        yield database


@contextmanager
def relations(**contents: Rows) -> Iterator[Database]:
    """A database with these relations, whose columns are those of their first row."""
    with empty_database() as database:
        for name, content in contents.items():
            relate(database, name, content)
        yield database


def relate(database: Database, name: str, content: Rows) -> None:
    """Makes rows of text known under a name; without any, it is a relation of no identifiers."""
    rows = list(content)
    names = rows[0] if rows else ("id",)
    database.relate(name, pa.table({each: pa.array([row.get(each) for row in rows], pa.string()) for each in names}))


def ids(*keys: str | None) -> list[Mapping[str, str | None]]:
    """Rows of a relation of identifiers."""
    return [{"id": key} for key in keys]


def keys(database: Database, relation: str, condition: str = "true") -> list[str]:
    """The first column of the rows of a relation for which a condition holds, in order."""
    return sorted(row[0] for row in database.rows(f"SELECT * FROM {relation} WHERE {condition}"))  # noqa: S608


@dataclass(frozen=True, slots=True)
class Disclosed:
    """A disclosed dataset, and its public records by their identifiers."""

    standard: Standard
    database: Database
    disclosure: Disclosure
    records: Records


@contextmanager
def disclosed(tables: Tables, *without: str, rules: Iterable[Rule] = ()) -> Iterator[Disclosed]:
    """The records of these tables disclosed, save those ``without`` which the release shall be; the ``rules`` are
    asked."""
    wanted = {"persons", *tables}
    wanted |= {_NEEDED[name] for name in wanted & _NEEDED.keys()}
    known = [name for name in STANDARD.released.tables if name in wanted]
    asked = {rule.name: rule for rule in rules}
    standard = replace(STANDARD.released, rules=asked, tables={name: STANDARD.tables[name] for name in known})
    with dataset(tables) as database:
        found = disclose(standard, database, AS_OF, frozenset(without))
        records = {}
        for table in standard.tables.values():
            for record in database.records(f"SELECT * FROM {public(table.name)}"):  # noqa: S608
                records[record[table.primary_key]] = record
        yield Disclosed(standard, database, found, records)
