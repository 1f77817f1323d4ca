"""A submission against the standard on a cluster: the same checks, the same report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from pyspark import TaskContext
from pyspark.sql import SparkSession

from pfds.checks.gathered import Gathered
from pfds.checks.keys import sent
from pfds.checks.laying import decided_columns, laid_columns
from pfds.checks.rules import sql_rules, wanted_relations
from pfds.checks.run import Between, Report, conclude
from pfds.checks.tally import Tally
from pfds.cluster.database import SparkDatabase
from pfds.cluster.judging import Judge, Outcome
from pfds.cluster.laid import LaidAside
from pfds.cluster.session import spark_session
from pfds.intake.submission import Listing, list_submission, open_file
from pfds.intake.tables import READ_FIRST, UnreadableInput
from pfds.standard.model import Field, Standard


def validate(standard: Standard, paths: Sequence[Path], as_of: date | None, most: int | None, folder: Path) -> Report:
    """Every check of `pfds.checks.run.validate`, with cells judged on workers file by file, and SQL by Spark.

    ``folder`` is a private place that driver and workers reach under the same path. Raises UnreadableInput.
    """
    listing = list_submission(paths, standard)
    with spark_session() as session:
        return _Run(standard, session, folder, most).validate(listing, as_of)


@dataclass(frozen=True, slots=True)
class _Run:
    standard: Standard
    session: SparkSession
    folder: Path
    most: int | None

    def validate(self, listing: Listing, as_of: date | None) -> Report:
        gathered, laid = Gathered(Tally(self.most), meta=dict(listing.meta)), LaidAside(self.session, self.folder)
        gathered.tally.add(listing.findings)
        gathered.unreadable |= listing.partial
        files = list(enumerate(listing.sources))
        deciding = [file for file in files if file[1].table is None or file[1].table in READ_FIRST]
        self._judge(deciding, {}, gathered, laid)
        self._judge(files[len(deciding) :], self._columns(gathered, laid), gathered, laid)
        database = SparkDatabase(self.session, self.folder)
        try:
            return conclude(self.standard, gathered, Between(database, laid, complete=listing.complete), as_of)
        finally:
            database.close()

    def _columns(self, gathered: Gathered, laid: LaidAside) -> dict[str, tuple[Field, ...]]:
        """The columns to lay aside of each table; all of them where some records with all are laid aside already."""
        return {
            table.name: laid_columns(table, frozenset(table.by_name))
            if laid.schema(sent(table.name))
            else decided_columns(table, self._wanted, gathered.claimed, protected=gathered.protected)
            for table in self.standard.tables.values()
        }

    @property
    def _wanted(self) -> frozenset[str]:
        return wanted_relations(sql_rules(self.standard))

    def _judge(
        self, files: list[tuple[int, Any]], columns: dict[str, tuple[Field, ...]], gathered: Gathered, laid: LaidAside
    ) -> None:
        if not files:
            return
        judge = Judge(self.standard, self._wanted, columns, self.most, self.folder)
        context = self.session.sparkContext
        outcomes: Iterable[Outcome] = context.parallelize(files, len(files)).map(partial(_judged, judge)).collect()
        for (_, source), outcome in zip(files, outcomes, strict=True):
            if outcome.refused:
                raise UnreadableInput(outcome.refused)
            gathered.add(outcome.gathered, source.file)
            laid.add(outcome.laid)


def _judged(judge: Judge, numbered: tuple[int, Any]) -> Outcome:
    number, source = numbered
    context = TaskContext.get()
    return judge.judge(number, context.taskAttemptId() if context else 0, partial(open_file, source))
