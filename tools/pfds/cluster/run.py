"""A submission against the standard on a cluster: the same checks, the same report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from pyspark import Broadcast, TaskContext
from pyspark.sql import SparkSession

from pfds.checks.gathered import Gathered
from pfds.checks.keys import sent
from pfds.checks.laying import LaidColumn, Wanted, all_columns, decided_columns
from pfds.checks.rules import sql_rules
from pfds.checks.run import Between, Options, Report, conclude
from pfds.checks.tally import Tally
from pfds.cluster.database import SparkDatabase
from pfds.cluster.judging import Judge, Outcome
from pfds.cluster.laid import LaidAside
from pfds.cluster.parts import survey_parts
from pfds.cluster.remote import RemoteEntry, brought, is_uri, survey_uri
from pfds.cluster.session import spark_session
from pfds.intake.known_encodings import Encoding
from pfds.intake.submission import Listing, list_submission, open_file
from pfds.intake.survey import Source
from pfds.intake.tables import READ_FIRST, UnreadableInput
from pfds.standard.model import Standard


def validate(
    standard: Standard,
    paths: Sequence[str],
    as_of: date | None,
    options: Options,
    encoding: Encoding | None = None,
) -> Report:
    """Every check of `pfds.checks.run.validate`, with cells judged on workers file by file, and SQL by Spark.

    ``paths`` are paths that driver and workers share, or URIs of folders that Spark reads; a table may come in parts.
    ``options.folder`` must be given, and be shared as well; copies and ``progress`` are not for clusters. Raises
    UnreadableInput.
    """
    if options.folder is None:
        raise ValueError("a cluster needs a work folder")
    with spark_session() as session:
        elsewhere = [survey_uri(session, path, standard) for path in paths if is_uri(path)]
        here = [Path(path) for path in paths if not is_uri(path)]
        listing = list_submission(here, standard, survey_parts, elsewhere)
        return _Run(standard, session, options, options.folder, encoding).validate(listing, as_of)


@dataclass(frozen=True, slots=True)
class _Run:
    standard: Standard
    session: SparkSession
    options: Options
    folder: Path
    encoding: Encoding | None

    def validate(self, listing: Listing, as_of: date | None) -> Report:
        gathered = Gathered(Tally(self.options.most), meta=dict(listing.meta))
        laid = LaidAside(self.session, self.folder)
        gathered.tally.add(listing.findings)
        gathered.unreadable |= listing.partial
        files = dict(enumerate(listing.sources))
        first = {number for number, source in files.items() if source.table is None or source.table in READ_FIRST}
        self._judge({number: files[number] for number in sorted(first)}, {}, gathered, laid)
        columns = self._columns(gathered, laid)
        self._judge({number: files[number] for number in sorted(files.keys() - first)}, columns, gathered, laid)
        database = SparkDatabase(self.session, self.folder)
        between = Between(database, laid, complete=listing.complete, rules=self.options.rules)
        try:
            return conclude(self.standard, gathered, between, as_of)
        finally:
            database.close()

    @property
    def _wanted(self) -> Wanted:
        return Wanted.by(sql_rules(self.standard) if self.options.rules else ())

    def _columns(self, gathered: Gathered, laid: LaidAside) -> dict[str, tuple[LaidColumn, ...]]:
        """The columns to lay aside of each table; all of them where some records with all are laid aside already."""
        return {
            table.name: all_columns(table)
            if laid.schema(sent(table.name))
            else decided_columns(table, self._wanted, gathered.claimed, protected=gathered.protected)
            for table in self.standard.tables.values()
        }

    def _judge(
        self,
        files: Mapping[int, Source],
        columns: dict[str, tuple[LaidColumn, ...]],
        gathered: Gathered,
        laid: LaidAside,
    ) -> None:
        """Has the workers judge these files, and takes note of what they found in the order of the files."""
        judge = Judge(self.standard, self._wanted, columns, self.options.most, self.folder, self.encoding)
        remote = {number: source for number, source in files.items() if _is_fetched(source)}
        near = [(number, source) for number, source in files.items() if number not in remote]
        shared = self.session.sparkContext.broadcast(judge)
        outcomes = {**self._judge_near(shared, near), **self._judge_remote(shared, remote)}
        shared.unpersist()
        for number, source in files.items():
            outcome = outcomes[number]
            if outcome.refused:
                raise UnreadableInput(outcome.refused)
            gathered.add(outcome.gathered, source.file)
            laid.add(outcome.laid)

    def _judge_near(self, judge: Broadcast[Judge], files: list[tuple[int, Source]]) -> dict[int, Outcome]:
        if not files:
            return {}
        tasks = self.session.sparkContext.parallelize(files, len(files))
        return dict(tasks.map(partial(_judged, judge)).collect())

    def _judge_remote(self, judge: Broadcast[Judge], files: Mapping[int, Source]) -> dict[int, Outcome]:
        if not files:
            return {}
        by_uri = {source.entry.place[0]: (number, source) for number, source in files.items()}
        contents = self.session.sparkContext.binaryFiles(",".join(by_uri), len(by_uri))
        return dict(contents.map(partial(_judged_content, judge, by_uri)).collect())


def _is_fetched(source: Source) -> bool:
    return isinstance(source.entry, RemoteEntry) and source.entry.refusal() is None


def _judged(shared: Broadcast[Judge], numbered: tuple[int, Source]) -> tuple[int, Outcome]:
    judge, (number, source) = shared.value, numbered
    context = TaskContext.get()
    opener = partial(open_file, source, judge.standard, judge.encoding)
    return number, judge.judge(number, context.taskAttemptId() if context else 0, opener)


def _judged_content(
    judge: Broadcast[Judge], by_uri: Mapping[str, tuple[int, Source]], content: tuple[str, Any]
) -> tuple[int, Outcome]:
    number, source = by_uri[content[0]]
    assert isinstance(source.entry, RemoteEntry)  # noqa: S101
    return _judged(judge, (number, replace(source, entry=brought(source.entry, content[1]))))
