"""What the maintainers decided about single records and cells: the private table `redactions`, as of a day.

Default deny: a row that nobody can carry out as it stands (an unknown method, a field that the table has not) keeps the
whole record back. Until a date is past, protection holds and a decision to publish does not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import pyarrow as pa

from pfds.checks.database import Database
from pfds.release.coarser import Unit, coarser
from pfds.release.dataset import sent
from pfds.standard.model import Standard, Table

RECORD: Final = "*"
PUBLISH, REVIEWED, WITHHOLD = "publish", "reviewed_text", "withhold"
_DATES: Final[Mapping[str, Unit]] = {"date_to_month": "month", "date_to_year": "year"}
_PLACES: Final = {"place_to_locality": "locality", "place_to_region": "admin1", "place_to_country": "country"}
_NAMED: Final = ("persons", "organizations")
_NOTHING: Final = "nothing"
_STRONGEST: Final = (_NOTHING, "year", "month")

Cell = tuple[str, str]
"""Identifier of a record, and name of a field or `*`."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision to publish: the day it was made, and the day from which it holds, if one was given."""

    decided: date
    since: date | None


@dataclass(frozen=True, slots=True)
class Decisions:
    """The rows of the table that hold on a day.

    ``withheld`` are records; ``cells`` say what is left of a cell (`year`, `month`, `nothing`); ``labels`` stand for a
    person or organization, or in a single row that points to one; ``pseudonyms`` replace a display name; ``signed`` are
    texts that were read, with the day; ``published`` what is to be published; ``ended`` what was protected until a day
    that is past, with the last such day; ``risen`` are the records whose embargo is over. ``there`` says whether the
    table has any row at all.
    """

    there: bool = False
    withheld: set[str] = field(default_factory=set)
    cells: dict[Cell, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    pseudonyms: dict[str, str] = field(default_factory=dict)
    signed: dict[Cell, date] = field(default_factory=dict)
    published: dict[Cell, list[Decision]] = field(default_factory=lambda: defaultdict(list))
    ended: dict[Cell, date] = field(default_factory=dict)
    risen: set[str] = field(default_factory=set)

    @property
    def decided_persons(self) -> set[str]:
        """Records that are not kept back by default any more, because somebody decided about them."""
        return {key for key, name in self.published if name == RECORD} | set(self.pseudonyms)


@dataclass(frozen=True, slots=True)
class _Row:
    key: str
    name: str
    method: str
    replacement: str | None
    until: date | None
    over: bool
    """Whether the date until which it holds is past."""
    decided: date | None
    """The day of the decision, if somebody made it by now."""


def decisions(standard: Standard, dataset: Database, as_of: date) -> Decisions:
    """The decisions of the dataset that hold on a day."""
    found = Decisions(there=bool(dataset.row(f"SELECT COUNT(*) FROM {sent('redactions')}")[0]))
    for row in _rows(dataset, as_of) if found.there else ():
        if row.method in (PUBLISH, REVIEWED):
            _allow(found, row)
        elif row.until and row.over and row.decided:
            _end(found, row, row.until)
        else:
            _protect(found, standard.table_of(row.key), row)
    return found


def replacements(standard: Standard, dataset: Database, found: Decisions) -> Iterator[tuple[str, str, str | None]]:
    """Identifier, field and new content of each cell that is published otherwise than it stands in the dataset."""
    yield from ((key, name, None) for (key, name), left in found.cells.items() if left == _NOTHING)
    for number, (table, name, unit, keys) in enumerate(_coarse(standard, found)):
        dataset.relate(f"coarse_{number}", pa.table({"id": pa.array(keys, pa.string())}))
        wanted = f"JOIN coarse_{number} ON id = {table.primary_key}"
        cells = dataset.rows(f"SELECT {table.primary_key}, {name} FROM {sent(table.name)} {wanted}")
        yield from ((key, name, coarser(text, unit)) for key, text in cells if text)
    for key, label in found.pseudonyms.items():
        yield key, "display_name", label


def _coarse(standard: Standard, found: Decisions) -> Iterator[tuple[Table, str, Unit, list[str]]]:
    together: dict[tuple[str, str, Unit], list[str]] = defaultdict(list)
    for (key, name), left in found.cells.items():
        table = standard.table_of(key)
        for unit in _DATES.values():
            if table and left == unit:
                together[table.name, name, unit].append(key)
    for (name, cell, unit), keys in together.items():
        yield standard.tables[name], cell, unit, keys


def _rows(dataset: Database, as_of: date) -> Iterator[_Row]:
    columns = "subject_id, subject_field, redaction_method, replacement, until_date, decided_by, decided_on"
    select = f"SELECT {columns} FROM {sent('redactions')} WHERE subject_id IS NOT NULL ORDER BY redaction_id"
    for key, name, method, replacement, until_text, by, on in dataset.rows(select):
        until, day = _day(until_text), _day(on)
        over = until is not None and until <= as_of
        decided = day if by and day and day <= as_of and (over or until_text is None) else None
        yield _Row(key, name or "", method or "", replacement, until, over, decided)


def _allow(found: Decisions, row: _Row) -> None:
    """A decision that gives something free; one whose day, or whose maker, is not known gives nothing free."""
    if row.decided is None:
        return
    cell = (row.key, row.name)
    if row.method == REVIEWED:
        found.signed[cell] = max(row.decided, found.signed.get(cell, row.decided))
        return
    found.published[cell].append(Decision(row.decided, row.until))
    if row.until:
        _end(found, row, row.until)


def _end(found: Decisions, row: _Row, day: date) -> None:
    """Notes what ended; with a date or a label that was to be coarse until then, no embargo of the record ends."""
    found.ended[row.key, row.name] = max(day, found.ended.get((row.key, row.name), day))
    if row.name == RECORD and row.method in (WITHHOLD, PUBLISH):
        found.risen.add(row.key)


def _protect(found: Decisions, table: Table | None, row: _Row) -> None:
    if row.method == "pseudonym" and table and table.name in _NAMED and row.name == RECORD and row.replacement:
        found.pseudonyms[row.key] = row.replacement
    elif row.method == "group_label" and table and row.name == RECORD and "group_label" in table.by_name:
        found.labels[row.key] = row.replacement or "not named"
    elif row.method == "group_label" and table and row.name == RECORD and table.name in _NAMED:
        found.withheld.add(row.key)
        if row.replacement:
            found.labels[row.key] = row.replacement
    elif table and (cells := dict(_cells(table, row.name, row.method))):
        for name, left in cells.items():
            before = found.cells.get((row.key, name), left)
            found.cells[row.key, name] = min(before, left, key=_STRONGEST.index)
    else:
        found.withheld.add(row.key)


def _cells(table: Table, name: str, method: str) -> Iterator[tuple[str, str]]:
    """The cells that a method leaves less of, and how much; none if it cannot be carried out on cells."""
    if method == WITHHOLD and name in (each.name for each in table.fields):
        cleared = [name, *finer(table, [name])]
        if not any(table.by_name[each].required for each in cleared):
            yield from ((each, _NOTHING) for each in cleared)
    elif method in _DATES:
        dates = [each.name for each in table.fields if each.kind == "edtf" and name in (each.name, RECORD)]
        yield from ((each, _DATES[method]) for each in dates)
        yield from ((each, _NOTHING) for each in finer(table, dates))
        if name == RECORD:
            days = (each for each in table.fields if each.kind == "date" and not each.required)
            yield from ((each.name, _NOTHING) for each in days)
    elif _PLACES.get(method) in table.by_name:
        yield from ((each, _NOTHING) for each in finer(table, [_PLACES[method]]))


def finer(table: Table, names: Iterable[str]) -> list[str]:
    """Fields that tell the same as some others, and more."""
    given = list(names)
    found = list(given)
    for name in found:
        found += [each.name for each in table.fields if name in each.tells_more_than and each.name not in found]
    return found[len(given) :]


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
