"""Rows of the private table `redactions` for a garden: of every method, at random, with canaries in all their words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from canaries.plant import Garden
from canaries.standard import Row

_NAMED: Final = ("persons", "organizations")
_PARTIES: Final = ("case_parties", "event_parties")
_HOSTS: Final = ("cases", "events")


def decide(garden: Garden, days: Iterable[str], rows: int) -> None:
    """Adds some rows of each method; ``days`` are such on which a protection or its end may matter between releases."""
    untils = tuple(days)
    for method, target in _TARGETS.items():
        for _ in range(rows):
            table, row, name = target(garden)
            add(garden, table, row[garden.schema.key(table)], name, method, _made(garden), _until(garden, untils))


def add(garden: Garden, table: str, key: str, name: str, method: str, made: str, until: str = "") -> None:
    """Adds one row; an embargo of somebody ends for their names too."""
    known = garden.tables["redactions"]
    if method == "pseudonym" and any((row["subject_id"], row["redaction_method"]) == (key, method) for row in known):
        return
    about = {"subject_table": table, "subject_id": key, "subject_field": name, "redaction_method": method}
    row = {**garden.filled("redactions", 1), **about, "decided_on": made, "until_date": until}
    if method not in ("pseudonym", "group_label"):
        row["replacement"] = garden.random.choice(("", row["replacement"]))
    garden.add("redactions", {name: cell for name, cell in row.items() if cell})
    if table in _NAMED and name == "*" and until:
        for form in [form for form in garden.tables["names"] if form.get(garden.schema.key(table)) == key]:
            if form["disclosure"] == "embargoed":
                add(garden, "names", form["name_id"], "*", "publish", made, until)


def _made(garden: Garden) -> str:
    """Long ago, before or after the record was changed; or on a day to come."""
    return garden.canaries.coming() if garden.random.random() < 0.1 else garden.canaries.last()


def _until(garden: Garden, days: tuple[str, ...]) -> str:
    draw = garden.random.random()
    if draw < 0.6:
        return ""
    return (
        garden.canaries.last() if draw < 0.7 else garden.canaries.coming() if draw < 0.8 else garden.random.choice(days)
    )


def _any(garden: Garden, tables: Iterable[str]) -> tuple[str, Row]:
    table = garden.random.choice([table for table in tables if garden.tables[table]])
    return table, garden.random.choice(garden.tables[table])


def _whole(*tables: str) -> Callable[[Garden], tuple[str, Row, str]]:
    return lambda garden: (*_any(garden, tables), "*")


def _withheld(garden: Garden) -> tuple[str, Row, str]:
    """A cell that a record need not have; now and then the record."""
    table, row = _any(garden, garden.schema.tables)
    names = [name for name in garden.schema.fields(table) if name not in garden.schema.required(table)]
    return table, row, garden.random.choice(names) if names and garden.random.random() < 0.8 else "*"


def _dated(garden: Garden) -> tuple[str, Row, str]:
    dates = {
        table: [name for name in garden.schema.fields(table) if garden.schema.kind(table, name) == "edtf"]
        for table in garden.schema.tables
    }
    table, row = _any(garden, ("events", "events", "cases", *(table for table, names in dates.items() if names)))
    return table, row, garden.random.choice([*dates[table], "*"])


def _read(garden: Garden) -> tuple[str, Row, str]:
    table, row = _any(garden, (*_HOSTS, *_HOSTS, *_HOSTS, *_PARTIES, "persons", "claims", "sentences"))
    return table, row, garden.random.choice([*garden.schema.texts(table), "*", "*"])


def _freed(garden: Garden) -> tuple[str, Row, str]:
    """Somebody who may be kept back by default, or a record under an embargo."""
    table, row = _any(garden, ("persons", "persons", *_NAMED, *_HOSTS, "claims", "identifiers"))
    waiting = [each for each in garden.tables[table] if each["disclosure"] == "embargoed"]
    return table, garden.random.choice(waiting) if waiting and garden.random.random() < 0.5 else row, "*"


_TARGETS: Final[dict[str, Callable[[Garden], tuple[str, Row, str]]]] = {
    "withhold": _withheld,
    "date_to_month": _dated,
    "date_to_year": _dated,
    "place_to_locality": _whole("events"),
    "place_to_region": _whole("events"),
    "place_to_country": _whole("events"),
    "group_label": _whole(*_NAMED, *_PARTIES, *_PARTIES),
    "pseudonym": _whole(*_NAMED),
    "reviewed_text": _read,
    "publish": _freed,
}
