"""Columns that the workers laid aside in the work folder, as relations of Spark."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet
from pyspark import Broadcast, TaskContext
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import lit

from pfds.checks.sql import Maker
from pfds.cluster.database import SparkDatabase
from pfds.cluster.judging import Piece

_BATCH_ROWS = 1 << 14
_MAKER = "pfds_maker"


@dataclass(slots=True)
class LaidAside:
    """Relations by name, each in pieces that lie in the work folder."""

    session: SparkSession
    folder: Path
    _pieces: dict[str, list[Piece]] = field(default_factory=dict)

    def add(self, laid: Mapping[str, Piece]) -> None:
        """Take note of the pieces of a further file."""
        for name, piece in laid.items():
            self._pieces.setdefault(name, []).append(piece)

    def rows(self, name: str) -> int:
        """Number of rows of a relation."""
        return sum(piece.rows for piece in self._pieces.get(name, ()))

    def schema(self, name: str) -> pa.Schema | None:
        """Columns of a relation; None if there is no such relation."""
        pieces = self._pieces.get(name)
        return pieces[0].schema if pieces else None

    def close(self, name: str) -> DataFrame:
        """All rows of a relation."""
        schema = self._pieces[name][0].schema
        paths = [Path(piece.path).as_uri() for piece in self._pieces[name] if piece.rows]
        if not paths:
            return self.session.createDataFrame([], _columns(schema))
        return self.session.read.schema(_columns(schema)).parquet(*paths)

    def derived(self, name: str, schema: pa.Schema, makers: Iterable[Maker], database: SparkDatabase) -> DataFrame:
        """A relation made on the workers from what statements give, after the rows that were laid aside."""
        pieces = self._pieces.setdefault(name, [])
        for columns, alike in _alike(makers, database).items():
            source = self.folder / f"{name}-{len(pieces)}-{'-'.join(columns)[:40]}"
            frames = [frame.withColumn(_MAKER, lit(number)) for number, (frame, _) in enumerate(alike)]
            _union(frames).write.parquet(source.as_uri())
            files = sorted(str(path) for path in source.glob("*.parquet"))
            context = self.session.sparkContext
            making = context.broadcast(_Making(tuple(make for _, make in alike), schema))
            pieces.extend(context.parallelize(files, max(len(files), 1)).map(partial(_made, making)).collect())
            making.unpersist()
        if not pieces:
            pieces.append(Piece(schema, 0, ""))
        return self.close(name)


@dataclass(frozen=True, slots=True)
class _Making:
    """Makes the rows of a relation from one file of what statements gave."""

    makers: tuple[Callable[[pa.RecordBatch], pa.Table], ...]
    schema: pa.Schema

    def make(self, path: str) -> Piece:
        """The rows, in a file beside the other."""
        context = TaskContext.get()
        target = f"{path}.{context.taskAttemptId() if context else 0}.made"
        rows = 0
        with parquet.ParquetFile(path) as source, parquet.ParquetWriter(target, self.schema) as writer:
            for batch in source.iter_batches(_BATCH_ROWS):
                for table in self._made(batch):
                    writer.write_table(table)
                    rows += table.num_rows
        return Piece(self.schema, rows, target)

    def _made(self, batch: pa.RecordBatch) -> Iterable[pa.Table]:
        numbers = batch.column(_MAKER)
        for number in numbers.unique().to_pylist():
            yield self.makers[number](batch.filter(pa.compute.equal(numbers, number)).drop_columns([_MAKER]))


def _made(making: Broadcast[_Making], path: str) -> Piece:
    piece: Piece = making.value.make(path)
    return piece


def _alike(makers: Iterable[Maker], database: SparkDatabase) -> dict[tuple[str, ...], list[tuple[DataFrame, Any]]]:
    """What statements give and what is made of it, by their columns."""
    alike: dict[tuple[str, ...], list[tuple[DataFrame, Any]]] = {}
    for select, make in makers:
        frame = database.frame(select)
        alike.setdefault(tuple(frame.columns), []).append((frame, make))
    return alike


def _union(frames: list[DataFrame]) -> DataFrame:
    while len(frames) > 1:
        frames = [
            frames[i].unionAll(frames[i + 1]) if i + 1 < len(frames) else frames[i] for i in range(0, len(frames), 2)
        ]
    return frames[0]


def _columns(schema: pa.Schema) -> str:
    return ", ".join(f"`{field.name}` {'BIGINT' if pa.types.is_int64(field.type) else 'STRING'}" for field in schema)
