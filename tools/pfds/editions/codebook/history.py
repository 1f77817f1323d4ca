"""The history of every variable over all releases: since when it is there, deprecated or gone."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path
from typing import Final, TypeAlias

from pfds.editions.public import Public
from pfds.publish.dictionary import csv_text
from pfds.standard.model import Field

HISTORY: Final = "codebook/history.csv"
_NO_RECORD: Final = "Releases before this one have no history of variables; it may have been there earlier."


class BrokenHistory(ValueError):
    """What a release tells of its variables does not have the form of a history."""


@dataclass(frozen=True, slots=True)
class Era:
    """A variable from the release that introduced it to the one that no longer has it; what is not so is "".

    A variable that comes back after it was removed begins a new era.
    """

    table: str
    column: str
    introduced_in: str
    deprecated_in: str = ""
    removed_in: str = ""
    replaced_by: str = ""
    note: str = ""


_Key: TypeAlias = tuple[str, str]


def history(public: Public) -> tuple[Era, ...]:
    """The eras of every variable that any release had, this one's first, in its order, then those that ended.

    It continues the history that the release before tells. That of the release itself, continued, is the same again.
    Raises BrokenHistory.
    """
    told = _told(public.before) if public.before else ()
    open_before = {(era.table, era.column): era for era in told if not era.removed_in}
    here = {
        (table, column.name): _continued(public.about.version, table, column, open_before)
        for table in public.rows
        for column in public.standard.tables[table].released
    }
    closed = (_ended(era, here, public.about.version) for era in told)
    return (*here.values(), *(era for era in closed if era.removed_in))


def history_csv(eras: Iterable[Era]) -> str:
    """The eras as CSV, a column for each of their fields."""
    return csv_text([each.name for each in fields(Era)], map(astuple, eras))


def _continued(version: str, table: str, column: Field, before: Mapping[_Key, Era]) -> Era:
    """The era of a variable of this release."""
    era = before.get((table, column.name)) or Era(table, column.name, version)
    if not column.deprecated:
        return replace(era, deprecated_in="", replaced_by="", note=era.note if era.note == _NO_RECORD else "")
    return replace(
        era,
        deprecated_in=era.deprecated_in or version,
        replaced_by=column.deprecated.use or "",
        note=column.deprecated.reason,
    )


def _ended(era: Era, here: Mapping[_Key, Era], version: str) -> Era:
    return era if era.removed_in or (era.table, era.column) in here else replace(era, removed_in=version)


def _told(folder: Path) -> tuple[Era, ...]:
    """What a release tells; of one without a history, the variables that its descriptor names."""
    told = _eras if (folder / HISTORY).is_file() else _variables
    try:
        return tuple(told(folder))
    except (ValueError, KeyError, TypeError, csv.Error) as problem:
        raise BrokenHistory(f"The history of variables of {folder.name} cannot be read.") from problem


def _eras(folder: Path) -> Iterator[Era]:
    with (folder / HISTORY).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, strict=True):
            if None in row.values():
                raise ValueError("too few cells")
            yield Era(**row)


def _variables(folder: Path) -> Iterator[Era]:
    package = json.loads((folder / "parquet" / "datapackage.json").read_text("utf-8"))
    for resource in package["resources"]:
        for column in resource["schema"]["fields"]:
            yield Era(resource["name"], column["name"], package["version"], note=_NO_RECORD)
