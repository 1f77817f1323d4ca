"""A dataset with a canary in every cell that can hold one, and what happens to it from one release to the next.

What cannot hold a canary (codes, yes and no, ages, languages, regions: too few values) is drawn at random; of these the
model compares cell by cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Final

from canaries.standard import Row, Schema
from canaries.words import Canaries

Tables = dict[str, list[Row]]
RECORDS: Final = 12
"""Records of each table in the first release; names, claims and conflicts are more."""
_LEVELS: Final = ("public", "public", "public", "initials", "pseudonym", "withheld", "embargoed")
_CODES: Final = {
    "cases.case_type": ("campaign",),
    "cases.status": ("trial", "appeal"),
    "events.event_type": ("official_statement", "threat", "harassment"),
    "events.event_status": ("occurred",),
    "events.geo_precision": ("locality", "district"),
    "case_parties.role": ("defendant", "respondent", "respondent", "witness"),
    "case_parties.outcome": ("pending",),
    "charges.status": ("alleged", "filed"),
    "sentences.stage": ("requested",),
    "event_parties.role": ("speaker", "addressee", "addressee", "witness"),
    "event_relations.relation_type": ("parallel",),
    "relationships.status": ("former",),
    "persons.current_status": ("deceased",),
    "persons.identity_status": ("identified", "identified", "identified", "described_only"),
    "claims.attribution_mode": ("narration", "paraphrase"),
    "claims.stance": ("asserts",),
    "claims.claim_status": ("accepted",),
    "conflicts.conflict_type": ("value",),
    "conflicts.resolution": ("resolved", "compatible"),
    "identifiers.scheme": ("publisher_local", "court_register", "company_register"),
    "sources.source_access": ("open", "open", "paywalled", "offline", "unseen", "confidential"),
}
"""Codes that go with every other cell; of other fields any code of the list will do."""
_OWNED: Final = {"persons": "person_id", "organizations": "organization_id"}
_TYPED: Final = {
    "subject_field": "*",
    "is_display": "false",
    "admin1": "NZ-AUK",
    "country": "NZL",
    "currency": "NZD",
    "lang": "en",
    "quote_lang": "en",
}


class Garden:
    """The records as they are now, and the means to make more and to change them."""

    def __init__(self, schema: Schema, codes: dict[str, list[str]], seed: int, records: int = RECORDS) -> None:
        self.random = Random(seed)  # noqa: S311 - test data, not secrets
        self.canaries = Canaries(self.random)
        self.schema = schema
        self.tables: Tables = {table: [] for table in schema.every}
        self._codes = codes
        for table in _ORDER:
            for number in range(records):
                self.add(table, _MAKE.get(table, Garden.filled)(self, table, number))

    def add(self, table: str, row: Row) -> None:
        """Adds a record."""
        self.tables[table].append(row)

    def filled(self, table: str, number: int) -> Row:
        """A new record with something in every field, but for links to others of its table and mergers."""
        row = {name: self._cell(table, name, mark) for name, mark in self.schema.fields(table).items()}
        return {name: cell for name, cell in row.items() if cell and not (number == 0 and name.startswith("parent_"))}

    def _cell(self, table: str, name: str, mark: dict[str, object]) -> str:
        if name == self.schema.key(table):
            return f"{PREFIXES[table]}-exm-{self.canaries.slug()}"
        if isinstance(link := mark.get("x-references"), dict):
            return "" if name == "merged_into" else self._link(str(link["table"]), name)
        if name == "disclosure":
            return self.random.choice(_LEVELS)
        if name == "record_status":
            return "active"
        if "x-codelist" in mark and name not in _TYPED:
            return self.random.choice(_CODES.get(f"{table}.{name}", self._codes[str(mark["x-codelist"])]))
        return _TYPED.get(name) or self._of_kind(str(mark["$ref"]).rpartition("/")[2], name)

    def _link(self, table: str, name: str) -> str:
        """An active record; of its own table only an older one, so that there is no circle."""
        rows = [row for row in self.tables[table] if row.get("record_status", "active") == "active"]
        if not rows:
            return ""
        if name == "case_party_id":
            rows = [row for row in rows if row["role"] != "witness"]
        row = rows[0] if name == "parent_event_id" else self.random.choice(rows)
        return row[self.schema.key(table)]

    def _of_kind(self, kind: str, name: str) -> str:
        give: dict[str, Callable[[], str]] = {
            "line": lambda: f"{self.canaries.word()} & <{self.canaries.word()}>",
            "text": lambda: f"{self.canaries.word()} \"50%\",\n'{self.canaries.word()}'; {self.canaries.word()}",
            "quote": lambda: f"«{self.canaries.word()}» {self.canaries.word()}",
            "url": lambda: f"https://{self.canaries.slug()}.example/{self.canaries.word('Latn')}?q=%D0%96",
            "sha256": self.canaries.digest,
            "duration": self.canaries.duration,
            "count": self.canaries.count,
            "amount": self.canaries.amount,
            "latitude": lambda: self.canaries.degrees(89),
            "longitude": lambda: self.canaries.degrees(89),
            "age": lambda: str(self.random.randint(12, 99)),
            "edtf": self._date(name),
            "date": self.canaries.last,
            "any_id": str,
        }
        return give[kind]()

    def _date(self, name: str) -> Callable[[], str]:
        if name == "birth_date":
            return self.canaries.birth
        return self.canaries.late if name in _LATE else self.canaries.early

    # Records that take more than one canary for each field

    def _owner(self, table: str, _: int) -> Row:
        """A person or organization with its names."""
        row = self.filled(table, 1)
        self._name(table, row)
        return row

    def _name(self, table: str, row: Row) -> None:
        """The names of an owner: what is shown, an alias, and, if the full one is kept back, that one too."""
        level = row["disclosure"]
        named = level == "public"
        shown = self._form(table, row, "full" if named else "label", "true")
        if level in ("withheld", "embargoed"):
            shown.update(name_type="full", disclosure=level)
        row["display_name"] = shown["name"]
        self.add("names", shown)
        if level == "public" and row.get("identity_status") == "described_only":
            shown.update(name_type="label")
            return
        for kind in ("alias", *(() if shown["name_type"] == "full" else ("full",))):
            form = self._form(table, row, kind, "false")
            form["disclosure"] = self.random.choice(("public", "withheld")) if named else "withheld"
            self.add("names", form)

    def _form(self, table: str, row: Row, kind: str, shown: str) -> Row:
        script = self.canaries.script()
        parts = {name: self.canaries.word(script) for name in ("given_name", "patronymic", "family_name")}
        form = self.filled("names", 1)
        for name in ("person_id", "organization_id", "transliterated_from"):
            form.pop(name, None)
        if self.tables["names"] and shown == "false":
            form["transliterated_from"] = self.tables["names"][-1]["name_id"]
        key = _OWNED[table]
        given = {key: row[key], "name": " ".join(parts.values()), "name_type": kind, "is_display": shown}
        return {**form, **parts, **given, "script": script if script != "Hani" else "Hans", "disclosure": "public"}

    def _party(self, table: str, number: int) -> Row:
        """Rows that stand for a person, for an organization, and for a group, in turn; the first is no witness."""
        row = self.filled(table, number)
        if not number:
            row["role"] = _CODES[f"{table}.role"][0]
        kept = ("person_id", "organization_id", "group_label")[number % 3]
        for name in {"person_id", "organization_id", "group_label"} - {kept}:
            row.pop(name, None)
        if kept != "group_label":
            for name in ("group_count", "group_count_qualifier"):
                row.pop(name)
        else:
            row["group_count_qualifier"] = "at_least"
        if kept != "person_id":
            row.pop("age_at_event", None)
        return row

    def _tie(self, table: str, number: int) -> Row:
        row = self.filled(table, number)
        for names in (("person_id", "organization_id"), ("to_person_id", "to_organization_id")):
            row.pop(names[number % 2])
        if row.get("person_id") is not None and row.get("person_id") == row.get("to_person_id"):
            row["to_person_id"] = self._another("persons", row["person_id"])
        if row.get("organization_id") is not None and row.get("organization_id") == row.get("to_organization_id"):
            row["to_organization_id"] = self._another("organizations", row["organization_id"])
        row["date_start"], row["date_end"] = self.canaries.early(), self.canaries.late()
        return row

    def _another(self, table: str, key: str) -> str:
        name = self.schema.key(table)
        return next(row[name] for row in self.tables[table] if row[name] != key and self._is_active(row))

    def _nationality(self, table: str, number: int) -> Row:
        return {**self.filled(table, number), "date_end": self.canaries.late()}

    def _relation(self, table: str, number: int) -> Row:
        first, second = self.random.sample([row for row in self.tables["events"] if self._is_active(row)], 2)
        return {**self.filled(table, number), "event_id": first["event_id"], "related_event_id": second["event_id"]}

    def _violation(self, table: str, number: int) -> Row:
        row = self.filled(table, number)
        row.pop(("person_id", "organization_id")[number % 2])
        return row

    def _identifier(self, table: str, number: int) -> Row:
        row, about = self.filled(table, number), self.random.choice(("persons", "organizations", "cases", "events"))
        subject = self.random.choice(self.tables[about])
        return {**row, "subject_table": about, "subject_id": subject[self.schema.key(about)]}

    def _event(self, table: str, number: int) -> Row:
        """An event; the first lasts as long as all others, which happen in its course."""
        row = self.filled(table, number)
        return row if number else {**row, "event_date": "1600-01-01/1999-12-31"}

    def claims_on_everything(self) -> None:
        """For every record a claim on the whole of it, and one on a cell; for some cells a conflict of two sources."""
        for table in [table for table in self.schema.tables if table not in ("claims", "conflicts")]:
            for row in self.tables[table]:
                if not any(claim["subject_id"] == row[self.schema.key(table)] for claim in self.tables["claims"]):
                    self._claim(table, row, "*")
                    names = [name for name in row if name not in (self.schema.key(table), "subject_id")]
                    self._claim(table, row, self.random.choice([each for each in names if each not in _UNCLAIMED]))
                    if "title" in row and self.random.random() < 0.7:
                        self._conflict(table, row, "title")

    def _claim(self, table: str, row: Row, about: str, **cells: str) -> Row:
        claim = self.filled("claims", 1)
        for name in ("attributed_to_person_id", "attributed_to_organization_id", "conflict_id"):
            if name == "conflict_id" or self.random.random() < 0.6:
                claim.pop(name, None)
        value = {} if about == "*" else {"claim_value": row[about]}
        subject = {"subject_table": table, "subject_id": row[self.schema.key(table)], "subject_field": about}
        claim.pop("claim_value", None)
        claim.update({**subject, **value, **cells})
        self.add("claims", claim)
        return claim

    def _conflict(self, table: str, row: Row, about: str) -> None:
        conflict = self.filled("conflicts", 1)
        conflict.update(subject_table=table, subject_id=row[self.schema.key(table)], subject_field=about)
        self.add("conflicts", conflict)
        for number in range(self.random.choice((2, 2, 3))):
            other = {} if number == 0 else {"claim_value": self.canaries.word(), "claim_status": "rejected"}
            self._claim(table, row, about, conflict_id=conflict["conflict_id"], disclosure="public", **other)

    # What happens between releases

    def live(self) -> None:
        """Time goes by: people need protection, sources ask for secrecy, texts are corrected, records are merged,
        withdrawn, deleted and added, and some decisions are forgotten."""
        for table in ("persons", "organizations"):
            for row in self._some(table, len(self.tables[table]) // 4, "public"):
                self.protect(table, row, self.random.choice(("initials", "pseudonym", "withheld", "embargoed")))
        for table in ("cases", "events", "claims", "identifiers"):
            for row in self._some(table, 2, "public"):
                row["disclosure"] = self.random.choice(("withheld", "embargoed"))
        for row in self.random.sample(self.tables["sources"], 2):
            self._write("sources", row, "source_access", "confidential")
        for table, name in _CORRECTED:
            for row in self.random.sample(self.tables[table], 3):
                self._write(table, row, name, self._of_kind("line", name))
        for table in ("cases", "events", "persons", "organizations"):
            self._end(table, "merged")
            self._end(table, "withdrawn")
        for table in ("charges", "event_objects", "violations"):
            self._delete(table, self.random.choice(self.tables[table]))
        for table in _ORDER:
            self.add(table, _MAKE.get(table, Garden.filled)(self, table, self.random.randint(1, 6)))
        self.claims_on_everything()
        there = {row[self.schema.key(table)] for table, row in self._rows()}
        kept = [row for row in self.tables["redactions"] if row["subject_id"] in there]
        self.tables["redactions"] = [row for row in kept if self.random.random() < 0.7]

    def protect(self, table: str, row: Row, level: str) -> None:
        """Somebody is no longer shown in full."""
        key = row[_OWNED[table]]
        if any(each["subject_id"] == key and "until_date" in each for each in self.tables["redactions"]):
            level = "withheld"
        for form in [form for form in self.tables["names"] if form.get(_OWNED[table]) == key]:
            form["disclosure"] = "withheld"
            self._write("names", form, "is_display", "false")
        row["disclosure"] = level
        label = self._form(table, row, "label", "true")
        label["disclosure"] = level if level in ("withheld", "embargoed") else "public"
        self.add("names", label)
        self._write(table, row, "display_name", label["name"])

    def _some(self, table: str, number: int, level: str) -> list[Row]:
        found = [row for row in self.tables[table] if row["disclosure"] == level and self._is_active(row)]
        return self.random.sample(found, min(number, len(found)))

    def _write(self, table: str, row: Row, name: str, text: str) -> None:
        """Another text, also in the accepted claims about it."""
        row[name] = text
        for claim in self.tables["claims"]:
            subject = (claim["subject_id"], claim["subject_field"], claim["claim_status"])
            if subject == (row[self.schema.key(table)], name, "accepted"):
                claim["claim_value"] = text

    def _end(self, table: str, status: str) -> None:
        """A record is merged into another, to which what pointed to it points then; or withdrawn, and no longer
        pointed to."""
        living = [row for row in self.tables[table][1:] if self._is_active(row)]
        if len(living) < 2:
            return
        into, ended = self.random.sample(living, 2)
        key = self.schema.key(table)
        ended["record_status"] = status
        if table in _OWNED:
            for form in [form for form in self.tables["names"] if form.get(key) == ended[key]]:
                self._delete("names", form)
        if status == "merged":
            ended["merged_into"] = into[key]
        for other, row in list(self._rows()):
            for name in self.schema.references(other):
                if row.get(name) == ended[key] and name.startswith(("parent_", "derived_")):
                    self._drop_cell(other, row, name)
                elif row.get(name) == ended[key] and row is not ended and name != "merged_into":
                    self._write(other, row, name, into[key])
        for row in [row for row in self.tables["relationships"] if _is_tie_to_itself(row)]:
            self._delete("relationships", row)
        for row in [row for row in self.tables["event_relations"] if row["event_id"] == row["related_event_id"]]:
            self._delete("event_relations", row)

    def _drop_cell(self, table: str, row: Row, name: str) -> None:
        """Empties a cell, and takes out the claims about it."""
        key = row[self.schema.key(table)]
        del row[name]
        kept = [each for each in self.tables["claims"] if (each["subject_id"], each["subject_field"]) != (key, name)]
        self.tables["claims"] = kept

    def _delete(self, table: str, row: Row) -> None:
        key = row[self.schema.key(table)]
        self.tables[table] = [each for each in self.tables[table] if each is not row]
        self.tables["claims"] = [claim for claim in self.tables["claims"] if claim["subject_id"] != key]
        self.tables["conflicts"] = [each for each in self.tables["conflicts"] if each["subject_id"] != key]
        for form in [form for form in self.tables["names"] if form.get("transliterated_from") == key]:
            self._drop_cell("names", form, "transliterated_from")

    def _is_active(self, row: Row) -> bool:
        return row.get("record_status", "active") == "active"

    def _rows(self) -> Iterator[tuple[str, Row]]:
        for table, rows in self.tables.items():
            for row in rows:
                yield table, row


def _is_tie_to_itself(row: Row) -> bool:
    ends = (row.get("person_id"), row.get("organization_id")), (row.get("to_person_id"), row.get("to_organization_id"))
    return ends[0] == ends[1]


PREFIXES: Final = {
    "cases": "cas",
    "persons": "per",
    "events": "evt",
    "organizations": "org",
    "sources": "src",
    "names": "nam",
    "person_nationalities": "nat",
    "relationships": "rsh",
    "case_parties": "cpa",
    "charges": "chg",
    "sentences": "sen",
    "event_parties": "epa",
    "event_relations": "rel",
    "event_objects": "obj",
    "violations": "vio",
    "claims": "clm",
    "conflicts": "cfl",
    "identifiers": "idf",
    "redactions": "red",
}
_ORDER: Final = (
    *("organizations", "persons", "sources", "cases", "events", "person_nationalities", "relationships"),
    *("case_parties", "charges", "sentences", "event_parties", "event_relations", "event_objects", "violations"),
    "identifiers",
)
"""Tables in the order in which their records need each other; names come with their owners, claims after all."""
_MAKE: Final[dict[str, Callable[[Garden, str, int], Row]]] = {
    "organizations": Garden._owner,
    "persons": Garden._owner,
    "case_parties": Garden._party,
    "event_parties": Garden._party,
    "relationships": Garden._tie,
    "events": Garden._event,
    "person_nationalities": Garden._nationality,
    "event_relations": Garden._relation,
    "violations": Garden._violation,
    "identifiers": Garden._identifier,
}
_LATE: Final = frozenset(
    {"death_date", "date_closed", "published", "current_status_as_of", "status_as_of", "asserted_on", "measure_until"}
)
_CORRECTED: Final = (("cases", "summary"), ("events", "description"), ("sources", "author"), ("sentences", "note"))
_UNCLAIMED: Final = frozenset(
    {"name", "display_name", "disclosure", "record_status", "modified", "merged_into", "title"}
)
