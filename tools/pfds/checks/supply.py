"""The relations that the SQL rules read, made known to a database from what was laid aside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

import pyarrow as pa

from pfds.checks.claim_values import CLAIM_VALUES, claim_makers
from pfds.checks.keys import Links, Presence, sent
from pfds.checks.laying import DEFECTIVE, LINE, RECORDS, ROW
from pfds.checks.mentions import NameMatcher
from pfds.checks.protected import MENTIONS, NOT_PUBLIC, mentions, searched
from pfds.checks.relations import (
    cells,
    cells_view,
    defective_cells_view,
    derived_values_view,
    fields_of,
    record_languages_view,
    record_references_view,
    records_view,
    standard_codes,
    standard_fields,
    typed_view,
)
from pfds.checks.sql import Laid, Maker, Sql
from pfds.intake.columns import HeldColumns
from pfds.standard.model import Field, Standard, Table


@dataclass(frozen=True, slots=True)
class Supply:
    """What relations are made from: the ``spool``, and what became of identifiers and references."""

    standard: Standard
    database: Sql
    spool: Laid
    links: Links
    presence: Presence
    as_of: date | None
    searched: frozenset[str] = frozenset()
    """Tables in which the names that are not for everybody were looked for already."""

    @property
    def filled(self) -> list[Table]:
        """Tables that hold records."""
        return [table for table in self.standard.tables.values() if self.spool.rows(sent(table.name))]

    def relate(self, wanted: frozenset[str]) -> None:
        """Make the relations known, those of ``wanted`` only."""
        for table in self.standard.tables.values():
            self._table(table, wanted)
        self._views(wanted)
        if "standard_fields" in wanted:
            self.database.relate("standard_fields", standard_fields(self.standard))
        if "standard_codes" in wanted:
            self.database.relate("standard_codes", standard_codes(self.standard))
        if "claim_values" in wanted:
            columns = {table.name: self._columns(table) for table in self.filled}
            self._derived("claim_values", CLAIM_VALUES, claim_makers(self.standard, self.database, columns))
        if "name_mentions" in wanted:
            self._derived("name_mentions", MENTIONS, self._name_mentions())
        if self.as_of is not None:
            self.database.relate("run", pa.table({"as_of": [self.as_of.isoformat()]}))

    def _table(self, table: Table, wanted: frozenset[str]) -> None:
        schema = self.spool.schema(sent(table.name))
        if schema is None or not self.spool.rows(sent(table.name)):
            if table.name in wanted:
                self.database.relate(table.name, _empty(table))
                self.database.view(cells(table.name), f"SELECT * FROM {table.name}")
            return
        lost = {name: relation for (owner, name), relation in self.links.lost.items() if owner == table.name}
        statement = cells_view(table, schema.names, self.links.repeated.get(table.name), lost)
        self.database.view(cells(table.name), statement)
        self.database.view(table.name, typed_view(table, schema.names))

    def _views(self, wanted: frozenset[str]) -> None:
        filled = self.filled
        laid = [
            (table, field) for table, field in fields_of(filled) if (table.name, field.name) in self.presence.filled
        ]
        keys = {table.name: table.primary_key for table in filled}
        if "records" in wanted:
            self._derived("sent_records", RECORDS, ())
            self.database.view("records", records_view(self.links.repeated))
        if "defective_cells" in wanted:
            self._derived("sent_defective_cells", DEFECTIVE, ())
            self.database.view("defective_cells", defective_cells_view(self.links.repeated, self.links.lost, keys))
        statements: Mapping[str, Callable[[], str]] = {
            "record_references": lambda: record_references_view(laid),
            "record_languages": lambda: record_languages_view(laid),
            "derived_values": lambda: derived_values_view(self._given(filled)),
        }
        for name, statement in statements.items():
            if name in wanted:
                self.database.view(name, statement())

    def _columns(self, table: Table) -> frozenset[str]:
        schema = self.spool.schema(sent(table.name))
        return frozenset(schema.names if schema else ())

    def _given(self, tables: list[Table]) -> list[tuple[Table, Field]]:
        return [
            (table, field)
            for table in tables
            for field in table.derived
            if (table.name, field.name) in self.presence.filled
        ]

    def _derived(self, name: str, schema: pa.Schema, makers: Iterable[Maker]) -> None:
        self.database.relate(name, self.spool.derived(name, schema, makers, self.database))

    def _name_mentions(self) -> Iterator[Maker]:
        """Where a form of a name that is not for everybody stands in text, in an address or in an identifier."""
        if not self.spool.rows(sent("names")):
            return
        names = self.database.rows(
            "SELECT n.name_id, n.name FROM names AS n LEFT JOIN persons AS p ON p.person_id = n.person_id"
            f" WHERE n.name_id IS NOT NULL AND n.name IS NOT NULL AND (n.disclosure IN {NOT_PUBLIC}"
            f" OR p.disclosure IN {NOT_PUBLIC}) ORDER BY ALL"
        )
        if not names:
            return
        matcher = NameMatcher(names)
        for table in self.filled:
            if table.name in self.searched:
                continue
            columns = [name for name in searched(table) if name in self._columns(table)]
            statement = f"SELECT {', '.join(columns)} FROM {cells(table.name)} WHERE {table.primary_key} IS NOT NULL"
            yield statement, partial(_mentions, matcher, table, columns)


def _mentions(matcher: NameMatcher, table: Table, columns: list[str], batch: pa.RecordBatch) -> pa.Table:
    return mentions(matcher, table, HeldColumns(pa.Table.from_batches([batch])), columns)


def _empty(table: Table) -> pa.Table:
    types: Mapping[str, pa.DataType] = {"integer": pa.int64(), "number": pa.float64()}
    columns = [(field.name, types.get(field.kind, pa.string())) for field in table.fields]
    bounds = [(field.name, pa.string()) for field in table.derived]
    return pa.schema([(ROW, pa.int64()), (LINE, pa.int64()), *columns, *bounds]).empty_table()
