"""Columns of records laid aside until all are read: in memory, or beyond a threshold in Parquet files."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pyarrow as pa
from pyarrow import parquet

MEMORY_BYTES: Final = 32 << 20
"""Of all relations together, beyond which they go to the disk."""
_GROUP_ROWS: Final = 1 << 17
_GROUP_BYTES: Final = 8 << 20


@dataclass(slots=True)
class _Relation:
    schema: pa.Schema
    held: list[pa.Table] = field(default_factory=list)
    rows: int = 0
    bytes: int = 0
    writer: parquet.ParquetWriter | None = None


class Spool:
    """Relations by name. Without a ``folder``, which must be private, all stay in memory.

    The files hold what was sent, also what must be kept secret: whoever gives the folder takes it away again.
    """

    def __init__(self, folder: Path | None = None, memory: int = MEMORY_BYTES) -> None:
        self._folder = folder
        self._memory = memory
        self._relations: dict[str, _Relation] = {}
        self._bytes = 0
        self._on_disk = False

    def append(self, name: str, rows: pa.Table) -> None:
        """Add rows to a relation; all of one relation have the same columns."""
        relation = self._relations.setdefault(name, _Relation(rows.schema))
        if not rows.num_rows:
            return
        size = rows.nbytes
        relation.held.append(rows)
        relation.rows += rows.num_rows
        relation.bytes += size
        self._bytes += size
        if self._folder and not self._on_disk and self._bytes > self._memory:
            self._on_disk = True
            for each in self._relations:
                self._write(each)
        elif self._on_disk and (relation.bytes > _GROUP_BYTES or len(relation.held) * rows.num_rows > _GROUP_ROWS):
            self._write(name)

    def rows(self, name: str) -> int:
        """Number of rows of a relation."""
        relation = self._relations.get(name)
        return relation.rows if relation else 0

    def schema(self, name: str) -> pa.Schema | None:
        """Columns of a relation; None if there is no such relation."""
        relation = self._relations.get(name)
        return relation.schema if relation else None

    @property
    def on_disk(self) -> bool:
        """Whether the relations went to the disk."""
        return self._on_disk

    def close(self, name: str) -> pa.Table | Path:
        """All rows of a relation, to which none are added any more: a table, or a Parquet file."""
        relation = self._relations[name]
        if relation.writer is None:
            return pa.concat_tables([relation.schema.empty_table(), *relation.held])
        self._write(name)
        relation.writer.close()
        return self._path(name)

    def _path(self, name: str) -> Path:
        assert self._folder is not None
        return self._folder / f"{name}.parquet"

    def _write(self, name: str) -> None:
        relation = self._relations[name]
        if not relation.held:
            return
        group = pa.concat_tables(relation.held).combine_chunks()
        relation.held.clear()
        relation.bytes = 0
        if relation.writer is None:
            relation.writer = parquet.ParquetWriter(
                self._path(name), relation.schema, compression="lz4", write_statistics=False, store_schema=False
            )
        relation.writer.write_table(group, row_group_size=group.num_rows)
