"""Columns of records laid aside until all are read: in memory, or beyond a threshold in Parquet files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pyarrow as pa
from pyarrow import parquet

from pfds.checks.database import Database
from pfds.checks.sql import Maker

MEMORY_BYTES: Final = 16 << 20
"""Of all relations together, beyond which they go to the disk."""
_BATCH_ROWS: Final = 1 << 14
_GROUP_ROWS: Final = 1 << 17
_GROUP_BYTES: Final = 4 << 20
_FILE_GROUPS: Final = 32
"""Row groups of one file: until it is closed, memory holds where each column of each of them lies."""
_SAMPLE_ROWS: Final = 1 << 12
_REPEATED: Final = 4
_NUMBERS, _TEXT = "DELTA_BINARY_PACKED", "DELTA_LENGTH_BYTE_ARRAY"
"""Encodings that are read faster than plain ones (text in two thirds of the time) and take less room."""


@dataclass(slots=True)
class _Relation:
    schema: pa.Schema
    held: list[pa.Table] = field(default_factory=list)
    rows: int = 0
    held_rows: int = 0
    bytes: int = 0
    groups: int = 0
    writer: parquet.ParquetWriter | None = None


class Spool:
    """Relations by name. Without a ``folder``, which must be private, all stay in memory.

    The files hold what was sent, also what must be kept secret: whoever gives the folder takes it away again.
    """

    def __init__(self, folder: Path | None = None, memory: int | None = None) -> None:
        self._folder = folder
        self._memory = MEMORY_BYTES if memory is None else memory
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
        relation.held_rows += rows.num_rows
        relation.rows += rows.num_rows
        relation.bytes += size
        self._bytes += size
        if self._folder and not self._on_disk and self._bytes > self._memory:
            self._on_disk = True
            for each in self._relations:
                self._write(each)
        elif self._on_disk and (relation.bytes > _GROUP_BYTES or relation.held_rows > _GROUP_ROWS):
            self._write(name)

    def settle(self) -> None:
        """Let go of what waits for more rows, if relations are on the disk: those to come may be other ones."""
        if self._on_disk:
            for name in self._relations:
                self._write(name)

    def rows(self, name: str) -> int:
        """Number of rows of a relation."""
        relation = self._relations.get(name)
        return relation.rows if relation else 0

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all relations."""
        return tuple(self._relations)

    def schema(self, name: str) -> pa.Schema | None:
        """Columns of a relation; None if there is no such relation."""
        relation = self._relations.get(name)
        return relation.schema if relation else None

    @property
    def on_disk(self) -> bool:
        """Whether the relations went to the disk."""
        return self._on_disk

    def close(self, name: str) -> pa.Table | Path:
        """All rows of a relation, to which none are added any more: a table, or a folder of Parquet files."""
        relation = self._relations[name]
        if not relation.groups:
            return pa.concat_tables([relation.schema.empty_table(), *relation.held])
        self._write(name)
        if relation.writer:
            relation.writer.close()
        return self._files(name)

    def derived(self, name: str, schema: pa.Schema, makers: Iterable[Maker], database: Database) -> pa.Table | Path:
        """A relation made from the batches of statements, after the rows that were appended already."""
        self.append(name, schema.empty_table())
        for select, make in makers:
            for batch in database.batches(select, _BATCH_ROWS):
                self.append(name, make(batch))
        return self.close(name)

    def _files(self, name: str) -> Path:
        return (self._folder or Path()) / name

    def _write(self, name: str) -> None:
        relation = self._relations[name]
        if not relation.held:
            return
        group = pa.concat_tables(relation.held).combine_chunks()
        relation.held.clear()
        relation.bytes = relation.held_rows = 0
        if relation.writer is None:
            relation.writer = self._next_file(name, group)
        relation.writer.write_table(group, row_group_size=group.num_rows)
        relation.groups += 1
        if not relation.groups % _FILE_GROUPS:
            relation.writer.close()
            relation.writer = None

    def _next_file(self, name: str, rows: pa.Table) -> parquet.ParquetWriter:
        """A file for rows like these, after those that the relation has already."""
        folder = self._files(name)
        folder.mkdir(mode=0o700, exist_ok=True)
        repetitive = _repetitive(rows)
        return parquet.ParquetWriter(
            folder / f"{self._relations[name].groups:08}.parquet",
            rows.schema,
            compression="lz4",
            use_dictionary=repetitive,
            column_encoding={
                each.name: _NUMBERS if pa.types.is_integer(each.type) else _TEXT
                for each in rows.schema
                if each.name not in repetitive
            },
            write_statistics=False,
            store_schema=False,
        )


def _repetitive(rows: pa.Table) -> list[str]:
    """Columns of few distinct values, which a dictionary makes smaller and faster to write."""
    head = rows.slice(0, _SAMPLE_ROWS)
    return [name for name in head.column_names if len(head.column(name).unique()) * _REPEATED < head.num_rows]
