"""The private table `redactions`, said once more: what its rows decide on a day, of which record and cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from canaries.standard import Row, Schema

NOTHING, YEAR, MONTH = range(3)
"""What is left of a cell, the least first."""
_UNITS = {"date_to_month": MONTH, "date_to_year": YEAR}
_PLACES = {"place_to_locality": "locality", "place_to_region": "admin1", "place_to_country": "country"}
_DAY = re.compile(r"(\d{4})-(\d\d)-\d\d")


@dataclass
class Decided:
    """What holds on a day: records kept back; what is left of cells; labels and pseudonyms; texts read, with the day;
    records and cells published on purpose, with the days of decision and of effect; protections that ended, with their
    day; records whose embargo is over; whether there is any row."""

    withheld: set[str] = field(default_factory=set)
    cells: dict[tuple[str, str], int] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    pseudonyms: dict[str, str] = field(default_factory=dict)
    read: dict[tuple[str, str], str] = field(default_factory=dict)
    published: dict[tuple[str, str], list[tuple[str, str]]] = field(default_factory=dict)
    ended: dict[tuple[str, str], str] = field(default_factory=dict)
    risen: set[str] = field(default_factory=set)
    there: bool = False


def decided(schema: Schema, rows: Iterable[Row], as_of: str) -> Decided:
    """What the rows decide as of a day."""
    rows = list(rows)
    found = Decided(there=bool(rows))
    for row in sorted(rows, key=lambda row: row["redaction_id"]):
        cell, method, until = (row["subject_id"], row["subject_field"]), row["redaction_method"], row.get("until_date")
        made = row["decided_on"] <= as_of
        past = until is not None and until <= as_of
        if method in ("publish", "reviewed_text"):
            if made and (past or until is None):
                _free(found, row, cell)
        elif past and made and until is not None:
            found.ended[cell] = max(until, found.ended.get(cell, until))
            found.risen |= {cell[0]} if method == "withhold" and cell[1] == "*" else set()
        else:
            _protect(schema, found, row)
    return found


def shortened(text: str, left: int) -> str:
    """A day, or a span of two, to the month or the year."""
    ends = [_DAY.sub(r"\1-\2" if left == MONTH else r"\1", end) for end in text.split("/")]
    return "/".join(dict.fromkeys(ends))


def _free(found: Decided, row: Row, cell: tuple[str, str]) -> None:
    day = row["decided_on"]
    if row["redaction_method"] == "reviewed_text":
        found.read[cell] = max(day, found.read.get(cell, day))
        return
    found.published.setdefault(cell, []).append((day, row.get("until_date", "")))
    if "until_date" in row:
        found.ended[cell] = max(row["until_date"], found.ended.get(cell, ""))
        found.risen |= {cell[0]} if cell[1] == "*" else set()


def _protect(schema: Schema, found: Decided, row: Row) -> None:
    table, key, name = row["subject_table"], row["subject_id"], row["subject_field"]
    method, words = row["redaction_method"], row.get("replacement")
    whole, somebody = name == "*", table in ("persons", "organizations")
    if method == "pseudonym" and somebody and whole and words:
        found.pseudonyms[key] = words
    elif method == "group_label" and whole and "group_label" in schema.fields(table):
        found.labels[key] = words or "not named"
    elif method == "group_label" and whole and somebody:
        found.withheld.add(key)
        found.labels |= {key: words} if words else {}
    elif left := dict(_left(schema, table, name, method)):
        for cell, rest in left.items():
            found.cells[key, cell] = min(rest, found.cells.get((key, cell), rest))
    else:
        found.withheld.add(key)


def _left(schema: Schema, table: str, name: str, method: str) -> Iterator[tuple[str, int]]:
    marks = schema.fields(table)
    if method == "withhold" and name in marks:
        names = {name, *_finer(schema, table, {name})}
        if not names & set(schema.required(table)):
            yield from ((each, NOTHING) for each in names)
    elif method in _UNITS:
        dates = {each for each in marks if schema.kind(table, each) == "edtf" and name in (each, "*")}
        yield from ((each, _UNITS[method]) for each in dates)
        yield from ((each, NOTHING) for each in _finer(schema, table, dates))
        if name == "*":
            days = {each for each in marks if schema.kind(table, each) == "date"} - set(schema.required(table))
            yield from ((each, NOTHING) for each in days)
    elif _PLACES.get(method) in marks:
        yield from ((each, NOTHING) for each in _finer(schema, table, {_PLACES[method]}))


def _finer(schema: Schema, table: str, names: set[str]) -> set[str]:
    """Cells that tell more of the same, and those that tell more than these."""
    found = set(names)
    while (
        more := {name for name, mark in schema.fields(table).items() if found & set(mark.get("x-tellsMoreThan", ()))}
        - found
    ):
        found |= more
    return found - names
