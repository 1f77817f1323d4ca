"""Spark as the database of the checks between records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from itertools import count as counted
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import count, lit
from pyspark.storagelevel import StorageLevel

from pfds.cluster.dialect import Step, is_compound, taken_apart, translated
from pfds.intake.columns import Integers

AT_ONCE: Final = 16
"""Statements that are asked for their number in one job of Spark."""


class SparkDatabase:
    """Relations by name in a session of Spark. What is kept stays with the workers, in memory or on their disks; the
    steps of recursion go to ``folder``, which all of them reach."""

    def __init__(self, session: SparkSession, folder: Path) -> None:
        self.session = session
        self._folder = folder
        self._steps = counted()
        self._kept: list[DataFrame] = []

    def relate(self, name: str, content: pa.Table | DataFrame) -> None:
        """Make a table or a frame known under a name."""
        frame = content if isinstance(content, DataFrame) else self.session.createDataFrame(content)
        frame.createOrReplaceTempView(name)

    def view(self, name: str, select: str) -> None:
        """Make a statement known under a name; what takes more than reading is computed here, for every later one."""
        frame = self.frame(select)
        (self._written(frame) if is_compound(select) else frame).createOrReplaceTempView(name)

    def keep(self, selects: Mapping[str, str]) -> dict[str, int]:
        """Keep what each statement gives under its name; returns how many rows each is."""
        frames = {name: self._of_steps(select, f"{name}_") for name, select in selects.items()}
        for name, frame in frames.items():
            self._kept.append(frame.persist(StorageLevel.MEMORY_AND_DISK))
            frame.createOrReplaceTempView(name)
        return dict(zip(frames, _numbers([frame.agg(count("*")) for frame in frames.values()]), strict=True))

    def numbers(self, selects: Sequence[str]) -> list[int]:
        """The one number that each statement gives."""
        return _numbers([self.frame(select) for select in selects])

    def row(self, select: str) -> tuple[Any, ...]:
        """The only row that a statement gives."""
        (found,) = self.rows(select)
        return found

    def rows(self, select: str) -> list[tuple[Any, ...]]:
        """All rows that a statement gives."""
        return [tuple(row) for row in self.frame(select).collect()]

    def column(self, select: str) -> Iterator[Integers]:
        """The one column of whole numbers that a statement gives."""
        return (batch.column(0).to_numpy() for batch in self.frame(select).toArrow().to_batches())

    def records(self, select: str) -> list[dict[str, Any]]:
        """All rows that a statement gives, by column."""
        return [row.asDict() for row in self.frame(select).collect()]

    def frame(self, select: str) -> DataFrame:
        """What a statement without recursion gives."""
        return self.session.sql(translated(select))

    def close(self) -> None:
        """Let go of everything that was kept."""
        for frame in self._kept:
            frame.unpersist()
        self._kept.clear()

    def _of_steps(self, select: str, prefix: str) -> DataFrame:
        statement = taken_apart(select, prefix)
        for step in statement.steps:
            self._compute(step)
        return self.session.sql(statement.select)

    def _compute(self, step: Step) -> None:
        """Makes an expression known; a recursive one with all rows that any number of steps reaches, each once."""
        first = self._named(step, step.first)
        if step.next is None:
            first.createOrReplaceTempView(step.name)
            return
        known = frontier = self._written(first.distinct())
        while not frontier.isEmpty():
            frontier.createOrReplaceTempView(step.frontier)
            known.createOrReplaceTempView(step.name)
            further = self._named(step, step.next)
            further.createOrReplaceTempView(step.further)
            frontier = self._written(self.session.sql(f"TABLE {step.further} EXCEPT DISTINCT TABLE {step.name}"))
            known = known.unionAll(frontier)
        known.createOrReplaceTempView(step.name)

    def _written(self, frame: DataFrame) -> DataFrame:
        """The same rows read from the work folder, so that no later step computes them again."""
        uri = (self._folder / f"step-{next(self._steps)}").as_uri()
        frame.write.parquet(uri)
        return self.session.read.schema(frame.schema).parquet(uri)

    def _named(self, step: Step, select: str) -> DataFrame:
        frame = self.session.sql(select)
        return frame.toDF(*step.columns) if step.columns else frame


def _numbers(frames: Sequence[DataFrame]) -> list[int]:
    """The one number of each frame; some are asked for at once, so that no core waits for the last task of each."""
    numbers: list[int] = []
    for begin in range(0, len(frames), AT_ONCE):
        asked = [
            frame.toDF("n").withColumn("place", lit(place)) for place, frame in enumerate(frames[begin:][:AT_ONCE])
        ]
        rows = reduce(DataFrame.unionAll, asked).collect()
        numbers.extend(row["n"] for row in sorted(rows, key=lambda row: row["place"]))
    return numbers
