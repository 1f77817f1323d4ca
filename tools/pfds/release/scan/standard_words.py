"""Names that are words of the standard, which every release holds.

A person can be called Case or Georgia. Such a name stands in the release of an empty dataset too, so that finding it
in a file says nothing. All that a release holds of a dataset is in the cells of its tables, which everything else is
made from: so these names, and only these, are looked for in the cells that hold text of the dataset.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pfds.release.manifest import files_in
from pfds.release.protected import Names
from pfds.release.scan.place import Found, Place
from pfds.release.scan.raw import RawSeeker
from pfds.release.scan.seeker import TextSeeker
from pfds.release.scan.sought import Kind, Sought
from pfds.release.scan.walk import Walk

_TABLES: Final = "data"
_WORDS: Final = (Kind.NAME, Kind.WORD, Kind.SHORT, Kind.TOKEN, Kind.VALUE)


@dataclass(frozen=True, slots=True)
class Baseline:
    """What every release holds: ``release`` makes the release of an empty dataset and says in which folder;
    ``free_text`` are the columns of each table that hold text of a dataset."""

    release: Callable[[], Path]
    free_text: Mapping[str, Collection[str]]

    def words_among(self, found: Collection[Found]) -> frozenset[Sought]:
        """Names and values found that stand in the release of an empty dataset as well."""
        names = {each.sought for each in found if each.sought and each.sought.kind in _WORDS}
        if not names:
            return frozenset()
        walk = _walk(names)
        folder = self.release()
        again = (each.sought for path in sorted(files_in(folder)) for each in walk.file(folder / path, Place(path)))
        known = {(each.kind, each.words) for each in again if each}
        return frozenset(each for each in names if (each.kind, each.words) in known)

    def in_cells(self, folder: Path, sought: Collection[Sought]) -> Iterator[Found]:
        """Where such names stand in cells that hold text of the dataset."""
        walk = _walk(sought)
        for table, columns in self.free_text.items():
            path = f"{_TABLES}/{table}.csv"
            if not columns or not (folder / path).is_file():
                continue
            with (folder / path).open(encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file):
                    for column in columns:
                        yield from walk.texts.within(row.get(column) or "", Place(path, (f"column {column}",)))


def _walk(sought: Collection[Sought]) -> Walk:
    values = [each.value for each in sought if each.kind is Kind.VALUE]
    names = frozenset(each.name if each.is_part else each.words for each in sought if each.kind is not Kind.VALUE)
    text = TextSeeker(Names(names, frozenset()), (), values)
    return Walk(text, RawSeeker(text, ()))
