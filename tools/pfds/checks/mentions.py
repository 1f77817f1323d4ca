"""In which text cells a name stands as whole words, whatever its case, diacritics and punctuation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pfds.checks.sound_columns import SoundColumns
from pfds.checks.words import SPACE, Numbers, WordReader, Words, number_of
from pfds.intake.acceleration import accelerator
from pfds.intake.columns import TextColumns
from pfds.intake.split_columns import SplitColumns
from pfds.standard.folding import fold

if TYPE_CHECKING:
    from pfds_accelerator import Name

_BATCH = 1 << 18
_LONGEST_KEY = 8
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_SLOT_BITS = 18
_MENTIONS = pa.schema([("cell", pa.int64()), ("name_id", pa.string())])


class NameMatcher:
    """Finds names in text cells: `fold(name)` is part of `fold(cell)`.

    Every word becomes a number, and runs of words whose numbers give the key of a name are folded and compared with
    that name. Words that fold alike have the same number, so that no name is missed.
    """

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        """``names`` are (name_id, name); one without letters and digits is never found."""
        self._ids: dict[str, set[str]] = {}
        for name_id, name in names:
            if (folded := fold(name)).strip():
                self._ids.setdefault(folded, set()).add(name_id)
        self._keys = _Keys(self._ids)
        self._reader = WordReader()
        compiled = accelerator()
        self._look: Name | None = None
        if compiled:
            self._look = compiled.Name(self._reader.weights, SPACE, self._keys.first, int(_MULTIPLIER))

    def find_in(self, columns: TextColumns, name: str) -> pa.Table:
        """The same of a column; in CSV text only the cells in which a name may stand are made."""
        sent = columns.sent if isinstance(columns, SoundColumns) else columns
        if not self._look or not isinstance(sent, SplitColumns):
            return self.find(columns.column(name))
        rows = sent.split.left(sent.positions[name], self._look)
        found = self.find(columns.some(name, rows))
        return found.set_column(0, "cell", pa.array(rows[found.column("cell").to_numpy()], pa.int64()))

    def find(self, cells: pa.StringArray | pa.ChunkedArray) -> pa.Table:
        """Each pair of a cell (int64, index into ``cells``) and a name_id (string) found in it, once, in order.

        Null holds no name. Needs about 20 MB besides the result, or 30 bytes for each character of the longest cell.
        """
        chunks = cells.chunks if isinstance(cells, pa.ChunkedArray) else [cells]
        pieces, first = [_MENTIONS.empty_table()], 0
        for chunk in chunks if self._ids else ():
            for batch in _batches(chunk):
                if found := sorted(self._looked_at(batch)):
                    indexes, ids = zip(*found, strict=True)
                    columns = [pa.array(np.array(indexes) + first), pa.array(ids, pa.string())]
                    pieces.append(pa.table(columns, schema=_MENTIONS))
                first += len(batch)
        return pa.concat_tables(pieces)

    def _looked_at(self, cells: pa.StringArray) -> set[tuple[int, str]]:
        """What is found; with the compiled package only the cells in which a name may stand are read."""
        compiled = accelerator()
        if not compiled or not self._look:
            return self._found(cells)
        offsets, octets = _buffers(cells)
        rows = compiled.left(offsets, octets, self._look)
        return {(int(rows[cell]), name_id) for cell, name_id in self._found(cells.take(pa.array(rows)))}

    def _found(self, cells: pa.StringArray) -> set[tuple[int, str]]:
        if not len(cells):
            return set()
        words = self._reader.read(cells)
        found: set[tuple[int, str]] = set()
        for cell, first, names in self._keys.candidates(words):
            for name in names:
                if (cell, name) not in found and fold(words.run(cell, first, name.count(" ") - 1)) == name:
                    found.add((cell, name))
        return {(cell, name_id) for cell, name in found for name_id in self._ids[name]}


class _Keys:
    """Names by key: the numbers of their first words made into one number, for each count of words apart."""

    def __init__(self, names: Iterable[str]) -> None:
        by_length: dict[int, dict[int, list[str]]] = {}
        self.first = np.zeros(1 << _SLOT_BITS, np.bool_)
        for name in names:
            numbers = [number_of(word) for word in name.split()[:_LONGEST_KEY]]
            self.first[_slots(np.array(numbers[:1], np.uint64))] = True
            by_length.setdefault(len(numbers), {}).setdefault(_key(numbers), []).append(name)
        self._longest = max(by_length, default=0)
        self._known = {
            length: (np.array(sorted(names), np.uint64), [names[key] for key in sorted(names)])
            for length, names in by_length.items()
        }

    def candidates(self, words: Words) -> Iterator[tuple[int, int, list[str]]]:
        """(cell, word, names): names that may begin at a word; each that does is among them, others are rare."""
        numbers = words.numbers
        first = np.flatnonzero(self.first[_slots(numbers)])
        keys = np.zeros(len(first), np.uint64)
        for length in range(1, self._longest + 1):
            first = first[: np.searchsorted(first, len(numbers) - length, side="right")]
            keys = keys[: len(first)] * _MULTIPLIER + numbers[first + length - 1]
            if length in self._known:
                known, names = self._known[length]
                nearest = np.minimum(np.searchsorted(known, keys), len(known) - 1)
                hits = np.flatnonzero(known[nearest] == keys)
                columns = words.cells_of(first[hits]), first[hits], nearest[hits]
                for cell, word, key in zip(*(column.tolist() for column in columns), strict=True):
                    yield cell, word, names[key]


def _key(numbers: Iterable[int]) -> int:
    key = 0
    for number in numbers:
        key = (key * int(_MULTIPLIER) + number) % (1 << 64)
    return key


def _slots(numbers: Numbers) -> Numbers:
    return (numbers * _MULTIPLIER) >> np.uint64(64 - _SLOT_BITS)


def _batches(cells: pa.StringArray) -> Iterator[pa.StringArray]:
    """The cells in runs of at most _BATCH bytes and _BATCH cells; a longer cell stands alone."""
    if not len(cells):
        return
    offsets, _ = _buffers(cells)
    start = 0
    while start < len(cells):
        fitting = int(np.searchsorted(offsets, int(offsets[start]) + _BATCH, side="right")) - 1
        stop = max(start + 1, min(fitting, start + _BATCH))
        yield cells[start:stop]
        start = stop


def _buffers(cells: pa.StringArray) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint8]]:
    """Where each cell begins, and the last ends, in the bytes of a column; and these bytes."""
    _, offsets, octets = cells.buffers()
    places = np.frombuffer(offsets, np.int32)[cells.offset : cells.offset + len(cells) + 1]
    return places, np.frombuffer(octets or b"", np.uint8)
