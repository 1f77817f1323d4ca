"""What a release may show, said once more: sets and loops over records, nothing of the toolkit but the files of the
standard.

After docs/disclosure.md; the marks of tables and fields (`x-publishedWhen`, `x-reducedWhen`, `x-references`,
`x-disclosure`, `x-clearedWhenProtected`) are read from schema/.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Row = dict[str, str]
Tables = Mapping[str, list[Row]]
_NOTE = "The note is not published, because it may repeat what is kept back."
_LABELS = {"persons": "person not named", "organizations": "organization not named"}
_GROUP = ("group_label", "group_count", "group_count_qualifier")


@dataclass(frozen=True)
class Schema:
    """The standard as its files say it: of each table its key, its conditions and the marks of its fields."""

    tables: dict[str, dict[str, Any]]

    def key(self, table: str) -> str:
        return str(self.tables[table]["x-primaryKey"])

    def fields(self, table: str) -> dict[str, dict[str, Any]]:
        return dict(self.tables[table]["properties"])

    def required(self, table: str) -> list[str]:
        return list(self.tables[table]["required"])

    def condition(self, table: str, name: str) -> dict[str, list[str]]:
        return dict(self.tables[table].get(name, {}))

    def references(self, table: str) -> dict[str, dict[str, str]]:
        return {name: mark["x-references"] for name, mark in self.fields(table).items() if "x-references" in mark}

    def public(self, table: str) -> list[str]:
        return [name for name, mark in self.fields(table).items() if mark["x-disclosure"] == "public"]

    def cleared(self, table: str) -> list[str]:
        return [name for name, mark in self.fields(table).items() if mark.get("x-clearedWhenProtected")]

    def grouped(self) -> list[str]:
        """Tables whose rows can stand for somebody under a label."""
        return [table for table in self.tables if self.grouping(table)]

    def grouping(self, table: str) -> list[str]:
        return [name for name, mark in self.references(table).items() if mark["onWithheld"] == "group"]


def read_schema(folder: Path) -> Schema:
    """The tables that schema/ describes."""
    found = (json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.schema.json")))
    return Schema({each["x-table"]: each for each in found if isinstance(each.get("x-table"), str)})


def public_part(schema: Schema, tables: Tables, without: Collection[str] = ()) -> dict[str, dict[str, Row]]:
    """The records of each table that may be published, by identifier, each with its public cells that are not empty."""
    return _Release(schema, tables, frozenset(without)).shown()


@dataclass
class _Release:
    schema: Schema
    tables: Tables
    without: frozenset[str]
    reduced: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)

    def shown(self) -> dict[str, dict[str, Row]]:
        for table, row in self._rows():
            codes = self.schema.condition(table, "x-reducedWhen")
            if codes and _holds(row, codes):
                self.reduced.add(self._id(table, row))
        cut = {table: [self._cut(table, row) for row in self.tables.get(table, [])] for table in self.schema.tables}
        before = {self._id("claims", row): row.get("conflict_id", "") for row in self.tables.get("claims", [])}
        self.tables = cut
        self.gone = {self._id(table, row) for table, row in self._rows() if not self._may(table, row)}
        while (
            more := {self._id(table, row) for table, row in self._rows() if self._falls(table, row, before)} - self.gone
        ):
            self.gone |= more
        lost = self._lost(before)
        return {
            table: {
                self._id(table, row): self._cells(table, row, lost)
                for row in cut[table]
                if self._id(table, row) not in self.gone
            }
            for table in self.schema.tables
        }

    def _rows(self) -> Iterator[tuple[str, Row]]:
        for table in self.schema.tables:
            for row in self.tables.get(table, []):
                yield table, row

    def _id(self, table: str, row: Row) -> str:
        return row[self.schema.key(table)]

    def _cut(self, table: str, row: Row) -> Row:
        """A record of somebody who is shown by initials or label has what every record must have, and no more."""
        if self._id(table, row) not in self.reduced:
            return row
        kept = {*self.schema.required(table), "merged_into"}
        return {name: cell for name, cell in row.items() if name in kept}

    def _may(self, table: str, row: Row) -> bool:
        """Whether the record is published if nothing else matters."""
        key = self._id(table, row)
        if key in self.without or not _holds(row, self.schema.condition(table, "x-publishedWhen")):
            return False
        for name, mark in self.schema.references(table).items():
            if row.get(name) in self.reduced and (
                mark.get("onReduced") == "drop" or (name == "merged_into" and key not in self.reduced)
            ):
                return False
        return "subject_id" not in row or self._may_say(row)

    def _may_say(self, row: Row) -> bool:
        """Whether a claim, conflict or identifier speaks of a cell that may be known."""
        about, subject, name = row["subject_table"], row["subject_id"], row.get("subject_field")
        if name is None:
            return subject not in self.reduced
        if name != "*" and name not in self.schema.public(about):
            return False
        always = {"*", *self.schema.required(about)} - {"display_name"}
        return subject not in self.reduced or name in always

    def _falls(self, table: str, row: Row, before: Mapping[str, str]) -> bool:
        """Whether a record goes because of what is gone."""
        if any(row.get(name) in self.gone for name in ("subject_id", "claim_value")):
            return True
        marks = self.schema.references(table)
        if any(row.get(name) in self.gone for name, mark in marks.items() if mark["onWithheld"] == "drop"):
            return True
        if "subject_field" in row and self._tells_of_somebody(row):
            return True
        return table == "conflicts" and self._lost(before).get(self._id(table, row), 2) < 2

    def _tells_of_somebody(self, row: Row) -> bool:
        about, name, subject = row["subject_table"], row["subject_field"], row["subject_id"]
        if name in self.schema.grouping(about) and subject in self._standing(self.gone):
            return True
        hangs = about in self.schema.grouped() or about in self._hanging()
        return hangs and name in self.schema.cleared(about) and subject in self._short()

    def _standing(self, hidden: Collection[str]) -> set[str]:
        """Rows that stand for somebody hidden under a label."""
        return {
            self._id(table, row)
            for table in self.schema.grouped()
            for row in self.tables[table]
            if any(row.get(name) in hidden for name in self.schema.grouping(table))
        }

    def _hanging(self) -> dict[str, list[str]]:
        """Tables whose rows belong to such a row, with the field that says to which."""
        grouped = self.schema.grouped()
        found = {
            table: [
                name
                for name, mark in self.schema.references(table).items()
                if mark["table"] in grouped and name in self.schema.required(table)
            ]
            for table in self.schema.tables
            if table not in grouped
        }
        return {table: names for table, names in found.items() if names}

    def _short(self) -> set[str]:
        """Rows that stand for somebody not named in full, and what belongs to them."""
        short = self._standing(self.gone | self.reduced)
        return short | {
            self._id(table, row)
            for table, names in self._hanging().items()
            for row in self.tables[table]
            if any(row.get(name) in short for name in names)
        }

    def _lost(self, before: Mapping[str, str]) -> dict[str, int]:
        """Conflicts that lost a claim, with the number left."""
        lost = {conflict for claim, conflict in before.items() if conflict and claim in self.gone}
        left = [conflict for claim, conflict in before.items() if claim not in self.gone]
        return {conflict: left.count(conflict) for conflict in lost}

    def _cells(self, table: str, row: Row, lost: Collection[str]) -> Row:
        cells = {name: row[name] for name in self.schema.public(table) if name in row}
        short, key = self._short(), self._id(table, row)
        marks = self.schema.references(table)
        hidden = [name for name, mark in marks.items() if mark["onWithheld"] != "drop" and row.get(name) in self.gone]
        for name in hidden:
            del cells[name]
        for name in reversed([name for name in self.schema.grouping(table) if name in hidden]):
            cells.update(zip(_GROUP, (_LABELS[marks[name]["table"]], "1", "exact"), strict=True))
        protected = short | self.reduced
        if table == "conflicts" and "resolution_note" in cells and (row["subject_id"] in protected or key in lost):
            cells["resolution_note"] = _NOTE
        if (row["subject_id"] in protected) if "subject_field" in row else (key in short):
            cells = {name: cell for name, cell in cells.items() if name not in self.schema.cleared(table)}
        return cells


def _holds(row: Row, codes: Mapping[str, Collection[str]]) -> bool:
    return all(row.get(name) in allowed for name, allowed in codes.items())
