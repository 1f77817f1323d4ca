"""Minors and witnesses, said once more."""

from __future__ import annotations

from collections.abc import Iterator

from canaries.standard import Row, Schema, Tables

_HAPPENED = (
    ("event_parties", "events", "event_id", "event_date"),
    ("violations", "events", "event_id", "event_date"),
    ("case_parties", "cases", "case_id", "date_opened"),
)


def minors(tables: Tables, as_of: str) -> set[str]:
    """Persons who may have been under 18 when something happened that they had a part in, or may be now."""
    adult = {row["person_id"]: _eighteen(row["birth_date"]) for row in tables["persons"] if "birth_date" in row}
    found = {who for who, day in adult.items() if day > as_of}
    for table, of, key, date in _HAPPENED:
        days = {row[key]: _first(row[date]) for row in tables[of] if date in row}
        for row in tables[table]:
            if "person_id" in row and row[key] in days and days[row[key]] < adult.get(row["person_id"], ""):
                found.add(row["person_id"])
    parts = tables["event_parties"]
    return found | {row["person_id"] for row in parts if "person_id" in row and int(row.get("age_at_event", 99)) < 18}


def witnesses(schema: Schema, tables: Tables) -> set[str]:
    """Persons in a role for which the standard keeps them back, of whom a name is on record."""
    named = {row["person_id"] for row in tables["names"] if "person_id" in row and row["name_type"] != "label"}
    described = {
        row["person_id"]
        for row in tables["persons"]
        if row["identity_status"] in ("described_only", "unnamed_official") and row["person_id"] not in named
    }
    return {row["person_id"] for row in _marked(schema, tables) if "person_id" in row} - described


def _marked(schema: Schema, tables: Tables) -> Iterator[Row]:
    for table in schema.tables:
        for name, codes in schema.kept_by_default(table).items():
            yield from (row for row in tables[table] if row.get(name) in codes)


def _first(date: str) -> str:
    """The first day of a day, month, year, or span."""
    return (date.partition("/")[0] + "-01-01")[:10]


def _eighteen(birth: str) -> str:
    """The last day on which somebody can turn 18, as text that sorts among days."""
    last = birth.rpartition("/")[2]
    return f"{int(last[:4]) + 18:04}{(last + '-12-31')[4:10] if len(last) != 7 else last[4:] + '-31'}"
