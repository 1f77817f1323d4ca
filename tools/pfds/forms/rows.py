"""Records that come some at a time, taken as many at a time as are to be compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc


@dataclass(slots=True)
class Rows:
    """The records of one table, and how many of them were taken."""

    batches: Iterator[pa.RecordBatch]
    taken: int = 0
    _held: list[pa.RecordBatch] = field(default_factory=list)

    def take(self, rows: int) -> pa.Table | None:
        """The next ``rows`` records, at least one; None if there are not so many."""
        while sum(batch.num_rows for batch in self._held) < rows:
            batch = next(self.batches, None)
            if batch is None:
                return None
            self._held.append(batch)
        held = pa.Table.from_batches(self._held)
        self._held = held.slice(rows).to_batches()
        self.taken += rows
        return held.slice(0, rows)

    def are_left(self) -> bool:
        """Whether there are records that were not taken."""
        return any(batch.num_rows for batch in (*self._held, *self.batches))


def first_difference(wanted: pa.ChunkedArray, found: pa.ChunkedArray) -> int | None:
    """Index of the first cell that differs; empty cells are alike."""
    if wanted.equals(found):
        return None
    both_empty = pc.and_(pc.is_null(wanted), pc.is_null(found))
    index = pc.index(pc.or_(both_empty, pc.fill_null(pc.equal(wanted, found), False)), False).as_py()
    return None if index < 0 else int(index)
