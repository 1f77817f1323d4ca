"""Spark as the database of the checks between records."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.storagelevel import StorageLevel

from pfds.cluster.dialect import Step, taken_apart, translated


class SparkDatabase:
    """Relations by name in a session of Spark. What is kept stays with the workers, in memory or on their disks."""

    def __init__(self, session: SparkSession) -> None:
        self.session = session
        self._kept: list[DataFrame] = []
        self._numbers = count()

    def relate(self, name: str, content: pa.Table | DataFrame) -> None:
        """Make a table or a frame known under a name."""
        frame = content if isinstance(content, DataFrame) else self.session.createDataFrame(content)
        frame.createOrReplaceTempView(name)

    def view(self, name: str, select: str) -> None:
        """Make a statement known under a name."""
        self.frame(select).createOrReplaceTempView(name)

    def keep(self, name: str, select: str) -> int:
        """Keep what a statement gives under a name; returns how many rows that are."""
        return self._keep(name, self._of_steps(select))

    def row(self, select: str) -> tuple[Any, ...]:
        """The only row that a statement gives."""
        (found,) = self.rows(select)
        return found

    def rows(self, select: str) -> list[tuple[Any, ...]]:
        """All rows that a statement gives."""
        return [tuple(row) for row in self.frame(select).collect()]

    def records(self, select: str) -> list[dict[str, Any]]:
        """All rows that a statement gives, by column."""
        return [row.asDict() for row in self.frame(select).collect()]

    def batches(self, select: str, rows: int) -> Iterable[pa.RecordBatch]:
        """What a statement gives, in batches of at most so many ``rows``, all of it on the driver."""
        table: pa.Table = self.frame(select).toArrow()
        return table.to_batches(rows)

    def frame(self, select: str) -> DataFrame:
        """What a statement without recursion gives."""
        return self.session.sql(translated(select))

    def close(self) -> None:
        """Let go of everything that was kept."""
        for frame in self._kept:
            frame.unpersist()
        self._kept.clear()

    def _keep(self, name: str, frame: DataFrame) -> int:
        kept = frame.persist(StorageLevel.MEMORY_AND_DISK)
        self._kept.append(kept)
        kept.createOrReplaceTempView(name)
        return kept.count()

    def _of_steps(self, select: str) -> DataFrame:
        statement = taken_apart(select, "step_")
        for step in statement.steps:
            self._compute(step)
        return self.session.sql(statement.select)

    def _compute(self, step: Step) -> None:
        """Makes an expression known; a recursive one with all rows that any number of steps reaches, each once."""
        first = self._named(step, step.first)
        if step.next is None:
            first.createOrReplaceTempView(step.name)
            return
        known = frontier = first.distinct().localCheckpoint()
        while not frontier.isEmpty():
            frontier.createOrReplaceTempView(step.frontier)
            frontier = self._named(step, step.next).exceptAll(known).distinct().localCheckpoint()
            known = known.unionAll(frontier).localCheckpoint()
        known.createOrReplaceTempView(step.name)

    def _named(self, step: Step, select: str) -> DataFrame:
        frame = self.session.sql(select)
        return frame.toDF(*step.columns) if step.columns else frame
