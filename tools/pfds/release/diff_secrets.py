"""Old content that a comparison must not tell again: that of records taken back, wherever else it stood."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator
from typing import Final

from pfds.checks.database import Database
from pfds.checks.dates import bounds_of
from pfds.release.coarser import UNITS, coarser
from pfds.release.diff_side import Sheet, Side
from pfds.release.hanging import TEXT_KEPT_BACK
from pfds.release.protected import Names, Words, names_of, words
from pfds.release.scan.seeker import TextSeeker
from pfds.standard.model import Standard

_OWNERS: Final = {"persons": "display_name", "organizations": "display_name"}


class Secrets:
    """Decides which old cells and identifiers are not told."""

    def __init__(self, standard: Standard, names: Names) -> None:
        self._seeker = TextSeeker(names)
        self._kept_back: set[tuple[str | None, str, str | None]] = {
            (table.name, field.name, TEXT_KEPT_BACK)
            for table in standard.tables.values()
            for field in table.fields
            if field.cleared_when_protected
        }
        self._kept_back |= {
            (rule.table, name, content)
            for rule in standard.rules.values()
            if rule.withheld
            for name, content in rule.withheld.cells.items()
        }
        self._languages = {
            (table.name, field.name)
            for table in standard.tables.values()
            for field in table.fields
            if field.cleared_when_protected and field.kind == "language"
        }
        self._dates = {
            (table.name, f"{field.name}{bound}")
            for table in standard.tables.values()
            for field in table.fields
            if field.kind == "edtf"
            for bound in ("", "_earliest", "_latest")
        }

    def hide(self, table: str, field: str, old: str | None, new: str | None) -> bool:
        """Whether the old cell holds a name that was taken back, or may have been emptied or made coarser to protect
        somebody: releases do not say why a cell is empty."""
        if old is None:
            return False
        if new is None or (table, field, new) in self._kept_back:
            return True
        if (table, field) in self._languages and old.startswith(f"{new}-"):
            return True
        return ((table, field) in self._dates and _is_coarser(old, new)) or self._names_somebody(old)

    def told(self, key: str) -> str:
        """The identifier of a removed record; its SHA-256, as `sha256:…`, if it holds a name that was taken back."""
        if not self._names_somebody(key):
            return key
        return told_as_hash(key)

    def _names_somebody(self, text: str) -> bool:
        return self._seeker.names_somebody(text)


def _is_coarser(old: str, new: str) -> bool:
    """Whether a date, or its first or last day, may be what is left of an old one."""
    left = [coarser(old, unit) for unit in UNITS]
    return old != new and any(new in (text, *(bounds_of(text) or ())) for text in left)


def told_as_hash(key: str) -> str:
    """What is told instead of an identifier that holds a name."""
    return f"sha256:{hashlib.sha256(key.encode('utf-8')).hexdigest()}"


def reduced_in(standard: Standard, name: str, alias: str | None, sheet: Sheet, before: Sheet | None = None) -> str:
    """The condition that a release shows only part of a record; with ``before``, that it did so already.

    With an ``alias`` it reads the columns of that table, without one the old columns of kept changes.
    """
    table = standard.tables.get(name)
    reduced = table.reduced_when if table else {}
    known = sheet.columns if before is None else sheet.columns.keys() & before.columns.keys()
    if not reduced or not all(field in known for field in reduced):
        return "false"
    cell = '"old {}"' if alias is None else f'{alias}."{{}}"'
    tests = (
        f"COALESCE({cell.format(field)} IN ({', '.join(repr(code) for code in sorted(codes))}), false)"
        for field, codes in reduced.items()
    )
    return f"({' AND '.join(tests)})"


def names_taken_back(
    old: Side,
    new: Side,
    differing: Collection[str],
    related: Callable[[str, str], str],
    database: Database,
) -> Names:
    """Names that the second release has not: their record is removed, or their bearer is removed or reduced."""
    lost: set[Words] = set()
    for name, column in (("names", "name"), *_OWNERS.items()):
        if name not in differing or column not in getattr(old.sheets.get(name), "columns", ()):
            continue
        key = old.sheets[name].key
        where = f'o."{key}" IN (SELECT id FROM gone_{name})'
        if name in _OWNERS:
            where += f' OR o."{key}" IN (SELECT id FROM changed_{name} WHERE reduced)'
        select = f'SELECT o."{column}" FROM {related("old", name)} o WHERE {where}'
        lost |= {words(text) for text in _texts(database, select)}
    return names_of(lost, _published(new, related, database))


def _published(new: Side, related: Callable[[str, str], str], database: Database) -> Iterator[Words]:
    for name, column in (("names", "name"), *_OWNERS.items()):
        if column in getattr(new.sheets.get(name), "columns", ()):
            for text in _texts(database, f'SELECT "{column}" FROM {related("new", name)}'):
                yield words(text)


def _texts(database: Database, select: str) -> Iterator[str]:
    for batch in database.stream(select):
        yield from (text for text in batch.column(0).to_pylist() if text)
