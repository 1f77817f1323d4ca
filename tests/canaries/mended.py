"""What rules of the standard would object to in the public part of a valid dataset, and what a release does then, said
once more: of the rules to which a dataset of canaries can give cause."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from canaries.standard import Row, Schema, Tables

Shown = Mapping[str, Mapping[str, Row]]
_TEXT = "Text not published"
_OWNERS = ("person_id", "organization_id")
_COUNTED = ("exact", "at_least", "at_most", "about")

Mend = Mapping[str, str | None]
"""The cells to be emptied, or to be filled where they are empty; none if the record must go."""
GOES: Mend = {}


def mends(schema: Schema, raw: Tables, shown: Shown) -> Iterator[tuple[str, str, Mend]]:
    """A name for the reason, the record, and what is done."""
    for key in {*_about_other_cells(schema, raw, shown), *_contradicting(shown), *_nameless(shown), *_lonely(shown)}:
        yield "", key, GOES
    yield from _alone(shown)
    for rows, reasons in (
        (shown["cases"], _case),
        (shown["events"], _event),
        (shown["event_objects"], _object),
        (shown["relationships"], _tie),
        (shown["charges"], _charge),
        (shown["conflicts"], _conflict),
        (shown["case_parties"], _group),
        (shown["event_parties"], _group),
    ):
        for key, row in rows.items():
            yield from ((reason, key, mend) for reason, mend in reasons(row))


def with_mends(cells: Row, mends: Iterable[Mend]) -> Row:
    """The cells of a record after all that is done."""
    said = [item for mend in mends for item in mend.items()]
    emptied = {name for name, content in said if content is None}
    filled = {name: content for name, content in said if content is not None}
    return {**filled, **{name: cell for name, cell in cells.items() if name not in emptied}}


def _alone(shown: Shown) -> Iterator[tuple[str, str, Mend]]:
    """Cells that mean nothing without another one."""
    for table, cell, other in (
        ("sentences", "amount", "currency"),
        ("persons", "current_status", "current_status_as_of"),
        ("case_parties", "outcome_date", "outcome"),
        ("claims", "quote", "quote_lang"),
    ):
        for key, row in shown[table].items():
            if cell in row and other not in row:
                yield "alone", key, {cell: None}


def _case(row: Row) -> Iterator[tuple[str, Mend]]:
    if row["case_type"] == "other" and "summary" not in row:
        yield "described", {"summary": _TEXT}


def _event(row: Row) -> Iterator[tuple[str, Mend]]:
    if "other" in (row["event_type"], row.get("outcome")) and "description" not in row:
        yield "described", {"description": _TEXT}
    if {"latitude", "longitude"} <= row.keys() and "geo_precision" not in row:
        yield "precise", {"latitude": None, "longitude": None}


def _object(row: Row) -> Iterator[tuple[str, Mend]]:
    if row["object_type"] == "other" and "description" not in row:
        yield "described", {"description": _TEXT}


def _tie(row: Row) -> Iterator[tuple[str, Mend]]:
    if row["role_type"] == "other" and "position_text" not in row:
        yield "described", {"position_text": _TEXT}


def _charge(row: Row) -> Iterator[tuple[str, Mend]]:
    if not {"article", "offence_title"} & row.keys():
        yield "charged", {"offence_title": _TEXT}


def _conflict(row: Row) -> Iterator[tuple[str, Mend]]:
    if row["resolution"] in ("resolved", "compatible") and "resolution_note" not in row:
        yield "noted", {"resolution_note": _TEXT}


def _group(row: Row) -> Iterator[tuple[str, Mend]]:
    who = [name for name in (*_OWNERS, "group_label") if name in row]
    number, qualifier = "group_count" in row, row.get("group_count_qualifier")
    if not who:
        yield "unnamed", {"group_label": "not named", "group_count_qualifier": "unknown"}
    if "group_label" in row and qualifier is None:
        yield "unqualified", {"group_count_qualifier": "unknown"}
    elif "group_label" in row and number == (qualifier not in _COUNTED):
        yield "counted", {"group_count": None, "group_count_qualifier": None}


def _about_other_cells(schema: Schema, raw: Tables, shown: Shown) -> Iterator[str]:
    """Claims and conflicts about a cell that is not shown as it stands."""
    stands = {(table, row[schema.key(table)]): row for table in schema.tables for row in raw[table]}
    for table in ("claims", "conflicts"):
        for key, row in shown[table].items():
            about, subject, name = row["subject_table"], row["subject_id"], row["subject_field"]
            if name in schema.fields(about) and shown[about][subject].get(name) != stands[about, subject].get(name):
                yield key


def _contradicting(shown: Shown) -> Iterator[str]:
    """Claims that contradict others outside of any conflict, one of each cell at a time; and claims of nothing."""
    told = {(row["subject_id"], row["subject_field"]) for row in shown["conflicts"].values()}
    values, doubting = defaultdict[tuple[str, str], set[str]](set), defaultdict[tuple[str, str], list[str]](list)
    for key, row in shown["claims"].items():
        cell = row["subject_id"], row["subject_field"]
        if cell[1] != "*" and "claim_value" not in row:
            yield key
        elif cell[1] != "*" and "conflict_id" not in row:
            values[cell].add(row["claim_value"])
            doubting[cell] += [key] if row["claim_status"] in ("compatible", "unresolved", "rejected") else []
    for cell, keys in doubting.items():
        if keys and len(values[cell]) > 1 and cell not in told:
            yield min(keys)


def _nameless(shown: Shown) -> Iterator[str]:
    """Who is public, and has no public form of the name."""
    forms = [row for row in shown["names"].values() if row["is_display"] == "true"]
    named = {form[owner] for form in forms for owner in _OWNERS if owner in form}
    for table in ("persons", "organizations"):
        for key, row in shown[table].items():
            if row["disclosure"] == "public" and row["record_status"] == "active" and key not in named:
                yield key


def _lonely(shown: Shown) -> Iterator[str]:
    """Records merged into none, names of nobody or of two, and ties that lack an end."""
    for key, row in shown["names"].items():
        if len(row.keys() & {*_OWNERS}) != 1:
            yield key
    for key, row in shown["relationships"].items():
        if len(row.keys() & {*_OWNERS}) != 1 or len(row.keys() & {"to_person_id", "to_organization_id"}) != 1:
            yield key
    for rows in shown.values():
        merged = ((key, row) for key, row in rows.items() if row.get("record_status") == "merged")
        yield from (key for key, row in merged if "merged_into" not in row)
