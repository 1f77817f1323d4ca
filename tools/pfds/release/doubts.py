"""Single words of protected names that stand alone in a release: chance or not, a person looks and signs the text."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from pfds.release.projection import Projection
from pfds.release.protected import words
from pfds.release.redactions import RECORD, REVIEWED, Cell
from pfds.release.scan.place import Found, Place
from pfds.release.scan.report import PrivateReport
from pfds.release.scan.seeker import TextSeeker
from pfds.release.scan.texts import Texts
from pfds.release.versions import GateRefused
from pfds.standard.model import Standard, Table

_SHOWN: Final = 10
_SUBJECT: Final = "subject_id"
_NAMING: Final = ("names", "persons", "organizations", "sources")
"""Tables of those whom a dataset tells of, or was told by."""
_BREAKS: Final = str.maketrans("\r\n", "  ")


@dataclass(frozen=True, slots=True)
class Doubt:
    """A text of the release in which words of protected names stand: its table, the number of its row (1 = first), its
    identifier, the record that it is about, its field, and the words."""

    table: str
    row: int
    key: str
    subject: str | None
    field: str
    words: frozenset[str]

    def is_signed(self, signed: Collection[Cell]) -> bool:
        """Whether a reviewer has read the text, all texts of its record, or all about the record it is about."""
        cells = [(self.key, self.field), (self.key, RECORD)]
        return any(cell in signed for cell in (*cells, *([(self.subject, RECORD)] if self.subject else [])))


def doubts(standard: Standard, shown: Projection, free: Mapping[str, Collection[str]], texts: Texts) -> list[Doubt]:
    """Every text with a word of a name of somebody in the records; ``free`` are the fields of each table that hold
    text of a dataset. Those who make the dataset may be called "Legal team", whose words stand everywhere: not of them.
    """
    names = (words(text) for text, origin in shown.names.written.items() if origin.table in _NAMING)
    sought = frozenset(word for name in names for word in name)
    return [
        doubt
        for table in standard.released.tables.values()
        for doubt in _in_table(table, [name for name in free[table.name] if _is_public(table, name)], shown, texts)
        if doubt.words & sought
    ]


def refuse_unsigned(
    found: Iterable[Doubt], signed: Collection[Cell], seeker: TextSeeker, private: PrivateReport | None
) -> None:
    """Raises GateRefused if there is a text that nobody has signed."""
    places = list(dict.fromkeys(_place(each, seeker) for each in found if not each.is_signed(signed)))
    if not places:
        return
    more = f" and {len(places) - _SHOWN:,} other texts" if len(places) > _SHOWN else ""
    where = f"{private.path} says" if private else "--private-report FILE writes a file that says"
    raise GateRefused(
        f"A word of a name that is kept back stands alone in {'; '.join(places[:_SHOWN])}{more}. Nothing was published."
        " That can be chance: somebody who may know the names has to look at each, change the text, or sign it with a"
        f" row of redactions ({REVIEWED}) for the field or for * of its record; {where} which word stands where."
    )


def elsewhere(places: Mapping[Found, str], found: Iterable[Doubt]) -> tuple[str, ...]:
    """Of the doubtful places, those of words that stand in no text of a table: nobody can sign them."""
    known = {word for each in found for word in each.words}
    return tuple(
        dict.fromkeys(told for place, told in places.items() if place.sought and place.sought.words[0] not in known)
    )


def _is_public(table: Table, name: str) -> bool:
    return table.by_name[name].disclosure == "public"


def _in_table(table: Table, names: Collection[str], shown: Projection, texts: Texts) -> Iterator[Doubt]:
    before = 0
    for batch in shown.batches(table) if names else ():
        keys = batch.column(table.primary_key)
        subjects = batch.column(_SUBJECT) if _SUBJECT in table.by_name else None
        for name in names:
            for row, found in _words_by_row(batch.column(name), texts).items():
                subject = subjects[row].as_py() if subjects is not None else None
                yield Doubt(table.name, before + row + 1, keys[row].as_py(), subject, name, frozenset(found))
        before += batch.num_rows


def _words_by_row(column: pa.Array, texts: Texts) -> dict[int, set[str]]:
    """The words in each row (0 = first) that has any. The cells are looked through together, a line for each."""
    lines = "\n".join((text or "").translate(_BREAKS) for text in column.to_pylist())
    found: dict[int, set[str]] = {}
    for each in texts.within(lines, Place("")):
        if each.is_part and each.sought and each.line:
            found.setdefault(each.line - 1, set()).add(each.sought.words[0])
    return found


def _place(doubt: Doubt, seeker: TextSeeker) -> str:
    """Where a text stands; without an identifier in which such a word stands as well."""
    record = f"row {doubt.row}" if any(seeker.seen(doubt.key)) else doubt.key
    return f"data/{doubt.table}.csv, {record}, column {doubt.field}"
