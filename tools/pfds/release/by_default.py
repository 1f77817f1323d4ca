"""Who is withheld until somebody decides otherwise: minors and witnesses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

import pyarrow as pa

from pfds.checks.database import Database
from pfds.checks.dates import bounds_of
from pfds.release.conditions import one_of, some
from pfds.release.dataset import sent
from pfds.standard.model import Standard

ADULT: Final = 18
"""Years of age from which a person is no minor."""
_NEVER: Final = "9999-12-31"
_ANY_TIME: Final = "0000-01-01"
_PERSONS: Final = "persons"
_DESCRIBED: Final = ("described_only", "unnamed_official")


def withheld_by_default(standard: Standard, dataset: Database, as_of: date) -> Iterator[str]:
    """Statements for the identifiers (column `id`) of minors and witnesses.

    A minor is whoever can have been under 18, by the dates and ages on record, at an event or at the beginning of a
    case that they had a part in, or is now. A witness is kept back whose name, initials or pen name is on record: who
    is known by a description only has none that could be told.
    """
    yield from _witnesses(standard)
    yield f"SELECT person_id AS id FROM {sent('event_parties')} WHERE TRY_CAST(age_at_event AS BIGINT) < {ADULT}"
    if _keep_birthdays(dataset):
        yield f"SELECT person_id AS id FROM birthdays WHERE adult_from > '{as_of.isoformat()}'"
        yield from _minors_then(dataset)


def _witnesses(standard: Standard) -> Iterator[str]:
    named = some(
        [
            f"NOT {one_of('identity_status', _DESCRIBED)}",
            f"person_id IN (SELECT person_id FROM {sent('names')} WHERE NOT {one_of('name_type', ['label'])})",
        ]
    )
    for table in standard.tables.values():
        for field in table.fields:
            if field.withheld_by_default:
                protected = one_of(field.name, field.withheld_by_default)
                bearers = f"SELECT person_id FROM {sent(table.name)} WHERE {protected} AND person_id IS NOT NULL"
                yield f"SELECT person_id AS id FROM {sent(_PERSONS)} WHERE {named} AND person_id IN ({bearers})"


def _keep_birthdays(dataset: Database) -> int:
    """Keeps `birthdays`: for each person with a date of birth the last day from which they can be an adult."""
    born = f"SELECT DISTINCT birth_date FROM {sent(_PERSONS)} WHERE birth_date IS NOT NULL"
    _keep_days(dataset, "births", born, _adult_from)
    select = f"SELECT person_id, day AS adult_from FROM {sent(_PERSONS)} JOIN births ON told = birth_date"
    return dataset.keep({"birthdays": select})["birthdays"]


def _minors_then(dataset: Database) -> Iterator[str]:
    """Persons who can have been minors when something happened that they had a part in."""
    for table, parts, key, day in (
        ("events", ("event_parties", "violations"), "event_id", "event_date"),
        ("cases", ("case_parties",), "case_id", "date_opened"),
    ):
        for part in parts:
            joined = f"{sent(part)} p JOIN birthdays b USING (person_id) JOIN {sent(table)} t USING ({key})"
            _keep_days(dataset, f"days_{part}", f"SELECT DISTINCT t.{day} FROM {joined} WHERE t.{day} NOT NULL", _first)
            yield (
                f"SELECT b.person_id AS id FROM {joined} JOIN days_{part} d ON d.told = t.{day}"
                " WHERE d.day < b.adult_from"
            )


def _keep_days(dataset: Database, name: str, select: str, day: Callable[[str], str | None]) -> None:
    """Keeps a relation of the distinct dates of a statement, as told, and the day that stands for each."""
    days = [(told, day(told)) for (told,) in dataset.rows(select)]
    known = [(told, found) for told, found in days if found]
    columns = {name: pa.array([pair[at] for pair in known], pa.string()) for at, name in enumerate(("told", "day"))}
    dataset.relate(name, pa.table(columns))


def _adult_from(born: str) -> str | None:
    """None if nothing is known; after a birth at any time since some day, never."""
    first, last = bounds_of(born) or (None, None)
    if last is None:
        return _NEVER if first else None
    return f"{min(int(last[:4]) + ADULT, 9999):04}{last[4:]}"


def _first(happened: str) -> str | None:
    """None if nothing is known; what ended on some day can have begun at any time."""
    first, last = bounds_of(happened) or (None, None)
    return first or (last and _ANY_TIME)
