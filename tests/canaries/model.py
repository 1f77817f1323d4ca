"""What a release may show, said once more: sets and loops over records, nothing of the toolkit but the files of the
standard.

After docs/disclosure.md; the marks of tables and fields (`x-publishedWhen`, `x-reducedWhen`, `x-references`,
`x-disclosure`, `x-clearedWhenProtected`, `x-withheldByDefault`, `x-tellsMoreThan`) are read from schema/.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from canaries.decided import NOTHING, Decided, decided, shortened
from canaries.mended import Mend, mends, with_mends
from canaries.standard import Row, Schema, Tables
from canaries.young import minors, witnesses

_NOTE = "The note is not published, because it may repeat what is kept back."
KEPT_BACK = "Text not published"
_LABELS = {"persons": "person not named", "organizations": "organization not named"}
_GROUP = ("group_label", "group_count", "group_count_qualifier")
REDUCED, EVERYTHING = 3, 4
"""What is left of a record, after what can be left of a cell."""
Left = dict[tuple[str, str], int]


@dataclass(frozen=True)
class Part:
    """The records of each table that may be published, by identifier, each with its public cells that are not empty;
    the withdrawn ones among those that could have been; what is kept back for itself, with what is left of it; and the
    cells whose text a reviewer can free."""

    shown: dict[str, dict[str, Row]]
    marked: frozenset[str]
    left: Left
    decided: Decided
    texts: frozenset[tuple[str, str]]


def public_part(schema: Schema, tables: Tables, as_of: str, without: Collection[str] = ()) -> Part:
    """What a release as of a day shows of the records, without some that it withdraws."""
    rows = {table: tables.get(table, []) for table in schema.every}
    return _Release(schema, rows, decided(schema, rows["redactions"], as_of), as_of, frozenset(without)).part()


@dataclass
class _Release:
    schema: Schema
    raw: Tables
    decided: Decided
    as_of: str
    without: frozenset[str]
    tables: Tables = field(default_factory=dict)
    changed: dict[tuple[str, str], str | None] = field(default_factory=dict)
    reduced: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    standing: dict[str, set[str]] = field(default_factory=dict)
    modified: dict[str, str] = field(default_factory=dict)
    mended: dict[str, dict[str, Mend]] = field(default_factory=dict)

    def part(self) -> Part:
        decided = self.decided
        kept = minors(self.raw, self.as_of) | witnesses(self.schema, self.raw)
        free = {key for key, name in decided.published if name == "*"} | decided.pseudonyms.keys()
        self.without |= decided.withheld | (kept - free)
        self._change()
        self.modified = {self._id(table, row): row["modified"] for table, row in self._rows() if "modified" in row}
        for table, row in self._rows():
            codes = self.schema.condition(table, "x-reducedWhen")
            if codes and _holds(row, codes):
                self.reduced.add(self._id(table, row))
        self.tables = {table: [self._cut(table, row) for row in self.tables[table]] for table in self.schema.tables}
        marked = {self._id(table, row) for table, row in self._rows() if self._is_marked(table, row)}
        own = {self._id(table, row) for table, row in self._rows() if not self._may_itself(table, row)}
        self.gone = own | {self._id(table, row) for table, row in self._rows() if not self._may(table, row)}
        shown = self._shown()
        while self._mend(shown):
            shown = self._shown()
        texts = {(self._id(table, row), name) for table, row in self._rows() for name in self.schema.texts(table)}
        return Part(shown, frozenset(marked), self._left(own), decided, frozenset(texts))

    def _shown(self) -> dict[str, dict[str, Row]]:
        self._find_gone()
        found: dict[str, dict[str, Row]] = {table: {} for table in self.schema.tables}
        for table, row in self._rows():
            if (key := self._id(table, row)) not in self.gone:
                found[table][key] = self._cells(table, row)
        return found

    def _mend(self, shown: Mapping[str, Mapping[str, Row]]) -> bool:
        """Notes what rules ask for, and says whether there was anything; what does not help is followed by more."""
        found = list(mends(self.schema, self.raw, shown)) if self.gone or self.decided.there else []
        for reason, key, cells in found:
            if cells and reason not in self.mended.get(key, {}):
                self.mended.setdefault(key, {})[reason] = cells
            else:
                self.gone.add(key)
        return bool(found)

    def _change(self) -> None:
        """The records with the cells that were decided to be published otherwise, and embargoes that ended."""
        self.changed = {cell: None for cell, left in self.decided.cells.items() if left == NOTHING}
        changed = {
            table: [self._decided(table, row) for row in self.raw.get(table, [])] for table in self.schema.tables
        }
        self.tables = changed

    def _decided(self, table: str, row: Row) -> Row:
        key = self._id(table, row)
        for name, cell in row.items():
            if left := self.decided.cells.get((key, name)):
                self.changed[key, name] = shortened(cell, left)
        if key in self.decided.pseudonyms:
            self.changed[key, "display_name"] = self.decided.pseudonyms[key]
        cells = {name: self.changed.get((key, name), cell) for name, cell in row.items()}
        if cells.get("disclosure") == "embargoed" and key in self.decided.risen:
            cells["disclosure"] = "public"
        if cells.get("disclosure") in ("public", "initials") and key in self.decided.pseudonyms:
            cells["disclosure"] = "pseudonym"
        return {name: cell for name, cell in cells.items() if cell is not None}

    def _find_gone(self) -> None:
        while True:
            self._stand()
            more = {self._id(table, row) for table, row in self._rows() if self._falls(table, row)} - self.gone
            if not more:
                return
            self.gone |= more

    def _stand(self) -> None:
        """Which rows stand for somebody, or tell of somebody, as far as is known."""
        hidden = self.gone | self.reduced
        short = self._standing(hidden)
        hanging = {
            self._id(table, row)
            for table, names in self._hanging().items()
            for row in self.raw.get(table, [])
            if any(row.get(name) in short for name in names)
        }
        telling = {key for key, _ in self.changed} | self._telling(hidden)
        self.standing = {"short": short | hanging, "nameless": self._standing(self.gone), "telling": telling}

    def _rows(self) -> Iterator[tuple[str, Row]]:
        for table in self.schema.tables:
            for row in self.tables[table]:
                yield table, row

    def _id(self, table: str, row: Row) -> str:
        return row[self.schema.key(table)]

    def _cut(self, table: str, row: Row) -> Row:
        """A record of somebody who is shown by initials or label has what every record must have, and no more."""
        if self._id(table, row) not in self.reduced:
            return row
        kept = {*self.schema.required(table), "merged_into"}
        return {name: cell for name, cell in row.items() if name in kept}

    def _may_itself(self, table: str, row: Row) -> bool:
        """Whether the record is published for what it is."""
        return self._id(table, row) not in self.without and _holds(row, self.schema.condition(table, "x-publishedWhen"))

    def _is_marked(self, table: str, row: Row) -> bool:
        """Whether it is withdrawn, and else would be published."""
        active = {**row, "record_status": "active"}
        return row.get("record_status") == "withdrawn" and self._may_itself(table, active)

    def _may(self, table: str, row: Row) -> bool:
        """Whether the record is published if nothing is gone."""
        key = self._id(table, row)
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
        if (name != "*" and name not in self.schema.public(about)) or (subject, name) in self.changed:
            return False
        always = {"*", *self.schema.required(about)} - {"display_name"}
        return subject not in self.reduced or name in always

    def _falls(self, table: str, row: Row) -> bool:
        """Whether a record goes because of what is gone."""
        if any(row.get(name) in self.gone for name in ("subject_id", "claim_value")):
            return True
        marks = self.schema.references(table)
        if any(row.get(name) in self.gone for name, mark in marks.items() if mark["onWithheld"] == "drop"):
            return True
        if "subject_field" in row and self._tells_of_somebody(row):
            return True
        return table == "conflicts" and self._lost().get(self._id(table, row), 2) < 2

    def _tells_of_somebody(self, row: Row) -> bool:
        about, name, subject = row["subject_table"], row["subject_field"], row["subject_id"]
        if name in self.schema.grouping(about) and subject in self.standing["nameless"]:
            return True
        if about in self._hosts() and name in self.schema.texts(about) and subject in self.standing["telling"]:
            return True
        hangs = about in self.schema.grouped() or about in self._hanging()
        return hangs and name in self.schema.cleared(about) and subject in self.standing["short"]

    def _standing(self, hidden: Collection[str]) -> set[str]:
        """Rows that stand for somebody hidden under a label, or were given one."""
        return {
            self._id(table, row)
            for table in self.schema.grouped()
            for row in self.raw.get(table, [])
            if any(row.get(name) in hidden for name in self.schema.grouping(table))
            or self._id(table, row) in self.decided.labels
        }

    def _hosts(self) -> set[str]:
        """Tables in whose records people have a part."""
        return {
            mark["table"]
            for table in self.schema.grouped()
            for name, mark in self.schema.references(table).items()
            if name in self.schema.required(table)
        }

    def _telling(self, hidden: Collection[str]) -> set[str]:
        """Cases and events that name somebody hidden, or that another row says to name them."""
        hosts, found = self._hosts(), set[str]()
        for table in self.schema.tables:
            names = [name for name, mark in self.schema.references(table).items() if mark["table"] in _LABELS]
            to = [*self.schema.belonging(table, list(hosts)), *([self.schema.key(table)] if table in hosts else [])]
            for row in self.raw.get(table, []) if to else ():
                labelled = table in self.schema.grouped() and self._id(table, row) in self.decided.labels
                withheld = any(name in row and (self._id(table, row), name) in self.changed for name in names)
                if labelled or withheld or any(row.get(name) in hidden for name in names):
                    found |= {row[name] for name in to}
        return found

    def _hanging(self) -> dict[str, list[str]]:
        """Tables whose rows belong to such a row, with the field that says to which."""
        grouped = self.schema.grouped()
        found = {table: self.schema.belonging(table, grouped) for table in self.schema.tables if table not in grouped}
        return {table: names for table, names in found.items() if names}

    def _lost(self) -> dict[str, int]:
        """Conflicts that lost a claim, with the number left."""
        before = [(row["claim_id"], row["conflict_id"]) for row in self.raw.get("claims", []) if "conflict_id" in row]
        lost = {conflict for claim, conflict in before if claim in self.gone}
        left = [conflict for claim, conflict in before if claim not in self.gone]
        return {conflict: left.count(conflict) for conflict in lost}

    def _cells(self, table: str, row: Row) -> Row:
        cells = {name: row[name] for name in self.schema.public(table) if name in row}
        key = self._id(table, row)
        self._stand_for(table, row, cells)
        protected = self.standing["short"] | self.standing["telling"] | self.reduced
        noted = table == "conflicts" and "resolution_note" in cells
        if noted and (row["subject_id"] in protected or key in self._lost()):
            cells["resolution_note"] = _NOTE
        if row.get("subject_id" if "subject_field" in row else self.schema.key(table)) in protected:
            for name in self.schema.cleared(table):
                if name.endswith("_lang") and name.removesuffix("_lang") in cells:
                    cells |= {name: row[name].partition("-")[0]} if name in row else {}
                elif not self._is_read(table, row, name):
                    cells.pop(name, None)
                    cells |= {name: KEPT_BACK} if name in self.schema.required(table) else {}
        return with_mends(cells, self.mended.get(key, {}).values())

    def _stand_for(self, table: str, row: Row, cells: Row) -> None:
        """Takes out who is not shown, and puts a label there."""
        marks, grouping, key = self.schema.references(table), self.schema.grouping(table), self._id(table, row)
        labels = self.decided.labels
        hidden = [name for name, mark in marks.items() if mark["onWithheld"] != "drop" and row.get(name) in self.gone]
        for name in hidden:
            del cells[name]
        for name in reversed([name for name in grouping if name in hidden]):
            label = labels.get(row[name], _LABELS[marks[name]["table"]])
            cells.update(zip(_GROUP, (label, "1", "exact"), strict=True))
        if grouping and key in labels:
            cells["group_label"] = labels[key]
            if any(name in row for name in grouping):
                cells.update(group_count="1", group_count_qualifier="exact")
            for name in grouping:
                cells.pop(name, None)

    def _is_read(self, table: str, row: Row, name: str) -> bool:
        """Whether a reviewer has read the text, and nobody changed the record since."""
        if name not in self.schema.texts(table):
            return False
        key = self._id(table, row)
        cells = [(key, name), (key, "*"), *([(row["subject_id"], "*")] if "subject_field" in row else [])]
        days = ((key, self.decided.read[key, each]) for key, each in cells if (key, each) in self.decided.read)
        return any(day >= self.modified.get(key, "") for key, day in days)

    def _left(self, own: Collection[str]) -> Left:
        """What is kept back for itself, and what is left of it."""
        left: Left = dict(self.decided.cells)
        for table in self._hosts():
            for row in self.raw.get(table, []):
                if self._id(table, row) in self.standing["telling"]:
                    texts = [name for name in self.schema.texts(table) if not self._is_read(table, row, name)]
                    left |= {(self._id(table, row), name): NOTHING for name in texts if name in row}
        for table in self.schema.grouped():
            for row in self.raw.get(table, []):
                if self._id(table, row) in self.decided.labels:
                    names = [name for name in self.schema.grouping(table) if name in row]
                    left |= {(self._id(table, row), name): NOTHING for name in names}
        left |= {(key, "*"): REDUCED for key in self.reduced}
        return left | {(key, "*"): NOTHING for key in own}


def _holds(row: Mapping[str, str], codes: Mapping[str, Collection[str]]) -> bool:
    return all(row.get(name) in allowed for name, allowed in codes.items())
