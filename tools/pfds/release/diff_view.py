"""What the reports for people tell of a difference, in words: the same for text, Markdown and HTML."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from pfds.release.change_class import MEANING, change_class
from pfds.release.diff import Change, Difference, FieldChange, TableDifference, base_of
from pfds.reports.wording import FIRST_STRONG_ISOLATE, POP_ISOLATE, Wording, visible
from pfds.standard.phrase import Count, Phrase

_LONGEST: Final = 240
_BEFORE: Final = 40
"""Characters shown before the first one that differs, if a text is too long to be shown whole."""
_NAMES: Final = 30


@dataclass(frozen=True, slots=True)
class Cell:
    """A changed cell: name and label of its field, what it held (empty if that is not to be told) and holds, and the
    ids of what caused it."""

    field: str
    label: str
    old: str
    new: str
    because: str


@dataclass(frozen=True, slots=True)
class Listed:
    """Identifiers under a heading, and in words how many more there are."""

    heading: str
    ids: Sequence[str]
    more: str


@dataclass(frozen=True, slots=True)
class TableView:
    """A table: label and name, its counts in words, changed records with their cells, and the lists of the others."""

    title: str
    name: str
    counts: Sequence[str]
    heading: str
    changed: Sequence[tuple[str, Sequence[Cell]]]
    more: str
    lists: Sequence[Listed]


@dataclass(frozen=True, slots=True)
class DifferenceView:
    """Everything in the order in which it is told; at most so many records of each table and kind.

    ``tells_old`` says whether to tell what changed cells held before.
    """

    wording: Wording
    difference: Difference
    most: int
    tells_old: bool = True

    @property
    def title(self) -> str:
        """Which releases are compared."""
        old, new = self.difference.old.version, self.difference.new.version
        return self.wording.say(Phrase("What changed from release {old} to release {new}", old=old, new=new))

    @property
    def verdict(self) -> Sequence[str]:
        """The class of the change and what it means."""
        found, say = change_class(self.difference), self.wording.say
        return [say(Phrase("Class of the change: {name}", name=found.value)), say(MEANING[found])]

    @property
    def note(self) -> str:
        """Why some content is absent, if anything was removed."""
        if not any(table.removed or table.reduced for table in self.difference.tables):
            return ""
        return self.wording.say(Phrase("Of removed records only the identifiers are told, never the content."))

    @property
    def form(self) -> Sequence[str]:
        """Differences of the form, one sentence each."""
        schema = self.difference.schema
        told: list[tuple[Phrase, Sequence[str]]] = [
            (Phrase("Tables added: {names}", names=_names(schema.tables_added)), schema.tables_added),
            (Phrase("Tables removed: {names}", names=_names(schema.tables_removed)), schema.tables_removed),
            (
                Phrase("Tables with fields in another order: {names}", names=_names(schema.tables_reordered)),
                schema.tables_reordered,
            ),
            (Phrase("Fields added: {names}", names=_names(schema.fields_added)), schema.fields_added),
            (Phrase("Fields removed: {names}", names=_names(schema.fields_removed)), schema.fields_removed),
            (
                Phrase("Fields that accept less than before: {names}", names=_names(schema.fields_narrowed)),
                schema.fields_narrowed,
            ),
            (Phrase("Codes added: {names}", names=_names(schema.codes_added)), schema.codes_added),
            (Phrase("Codes removed: {names}", names=_names(schema.codes_removed)), schema.codes_removed),
        ]
        return [*self._standard(), *(self.wording.say(phrase) for phrase, names in told if names)]

    def tables(self) -> Iterator[TableView]:
        """The tables that differ, one after the other."""
        for table in self.difference.tables:
            if table.added or table.changed or table.removed:
                yield self._table(table)

    def _standard(self) -> Sequence[str]:
        old, new = self.difference.schema.standard
        phrase = Phrase("Version of the standard: {old} before, {new} now", old=old, new=new)
        return [self.wording.say(phrase)] if old != new else []

    def _table(self, table: TableDifference) -> TableView:
        known, say = self.wording.standard.tables.get(table.name), self.wording.say
        difference, most = self.difference, self.most
        counts = [
            Count("{n} record added", "{n} records added", table.added),
            Count("{n} record changed", "{n} records changed", table.changed),
            Count("{n} record removed", "{n} records removed", table.removed),
            Count("{n} record as before", "{n} records as before", table.unchanged),
        ]
        listed = [
            (Phrase("Added"), list(map(_id, difference.added(table.name, most))), table.added),
            (Phrase("Removed"), list(map(_id, difference.removed(table.name, most))), table.removed),
        ]
        return TableView(
            known.plural if known else table.name,
            table.name,
            [say(count) for count in counts],
            say(Phrase("Changed")),
            [(_id(change.id), self._cells(table.name, change)) for change in difference.changed(table.name, most)],
            self._more(table.changed - most),
            [Listed(say(word), ids, self._more(number - most)) for word, ids, number in listed if ids],
        )

    def _cells(self, table: str, change: Change) -> Sequence[Cell]:
        names, sheet = {cell.name for cell in change.fields}, self.difference.new.sheets[table]
        return [self._cell(table, cell) for cell in change.fields if base_of(cell.name, sheet) not in names]

    def _cell(self, table: str, cell: FieldChange) -> Cell:
        known = self.wording.standard.tables.get(table)
        label = known.by_name[cell.name].title if known and cell.name in known.by_name else cell.name
        say = self.wording.say
        old, new = excerpts(cell.old or "", cell.new or "") if self.tells_old else ("", _cut(cell.new or "", 0))
        because = [
            (Phrase("New or changed claims: {ids}", ids=_names(cell.claims)), cell.claims),
            (Phrase("Sources: {ids}", ids=_names(cell.sources)), cell.sources),
        ]
        return Cell(
            cell.name,
            label,
            self._old(cell, old) if self.tells_old else "",
            self._value(new),
            "; ".join(say(phrase) for phrase, ids in because if ids),
        )

    def _old(self, cell: FieldChange, old: str) -> str:
        return self.wording.say(Phrase("(not told)")) if cell.hidden else self._value(old)

    def _value(self, text: str) -> str:
        if not text:
            return self.wording.say(Phrase("(empty)"))
        shown = visible(text)
        turned = any(unicodedata.bidirectional(char) in ("R", "AL") for char in shown)
        apart = turned or self.wording.language.direction == "rtl"
        return f"“{FIRST_STRONG_ISOLATE}{shown}{POP_ISOLATE}”" if apart else f"“{shown}”"

    def _more(self, number: int) -> str:
        return self.wording.say(Phrase("… and {more} more", more=f"{number:,}")) if number > 0 else ""


def excerpts(old: str, new: str) -> tuple[str, str]:
    """Two texts, cut so that the first place at which they differ is seen."""
    same = next((place for place, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), 0)
    start = max(0, same - _BEFORE)
    return _cut(old, start), _cut(new, start)


def _cut(text: str, start: int) -> str:
    if len(text) <= _LONGEST:
        return text
    part = text[start : start + _LONGEST]
    return f"{'…' if start else ''}{part}{'…' if start + _LONGEST < len(text) else ''}"


def _names(names: Sequence[str]) -> str:
    more = f" … (+{len(names) - _NAMES:,})" if len(names) > _NAMES else ""
    return ", ".join(map(_id, islice(names, _NAMES))) + more


def _id(text: str) -> str:
    """An identifier or name as it is safe to show anywhere; one of the right form is shown as it is."""
    return visible(text).replace("`", "\\u0060")
