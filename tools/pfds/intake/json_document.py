"""One JSON document: an optional object `meta`, and an array of records for each table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import numpy as np

from pfds.intake.encoding import BOM
from pfds.intake.json_cursor import NO_COMMA, BrokenJsonError, CrowdedJsonError, JsonCursor
from pfds.intake.json_piece import MOST_RECORDS, JsonPiece
from pfds.intake.json_text import not_text
from pfds.intake.json_unknown import KeyCounts, UnknownKeys
from pfds.intake.limits import MAX_JSON_BYTES, MAX_RECORD_BYTES, MAX_RECORD_VALUES, MAX_UNKNOWN_TABLES
from pfds.intake.metadata import check_meta
from pfds.intake.problems import limit_facts, problem, shown, table_unknown
from pfds.intake.stream import ByteStream
from pfds.intake.tables import Reading, Task
from pfds.standard.findings import Finding, Origin, Skipped
from pfds.standard.model import Standard
from pfds.standard.phrase import Phrase

META: Final = "meta"
NOT_OBJECT: Final = Phrase("the document is not an object in curly brackets")
NOT_LIST: Final = Phrase("a table is not a list of records in square brackets")
TRAILING: Final = Phrase("there is text after the end of the document")

_PIECE: Final = 4 << 20
"""Bytes of records that are read together."""


class JsonDocument:
    """A document that holds a whole submission. What stands before the place where it breaks is still read."""

    tables = None

    def __init__(self, stream: ByteStream, file: str, standard: Standard) -> None:
        self.file = file
        self.sha256 = stream.sha256
        self.progress = stream.progress
        self.close = stream.close
        self._stream = stream
        self._standard = standard

    def tasks(self) -> Iterator[Task]:
        """One task for every piece of a table, and one for what is known only at the end; the text is held whole."""
        data = self._stream.read(MAX_JSON_BYTES + 1) if self._stream.size <= MAX_JSON_BYTES else b""
        if max(self._stream.size, len(data)) > MAX_JSON_BYTES:
            facts = limit_facts(Phrase("bytes in the JSON document"), MAX_JSON_BYTES, max(self._stream.size, len(data)))
            finding: Finding | None = problem("limit-exceeded", Origin(self.file), facts=facts)
        else:
            finding = not_text(data, self.file)
        if finding:
            yield partial(_nothing, finding, self.file, self._standard)
            return
        text = data.removeprefix(BOM).decode("utf-8")
        del data
        yield from _Document(JsonCursor(text), self.file, self._standard).tasks()


def _nothing(finding: Finding, file: str, standard: Standard) -> Reading:
    skipped = (Skipped("*", Phrase("{file} could not be read", file=file)),)
    return Reading((), (finding,), skipped, frozenset(standard.tables), stops=True)


class TooManyTablesError(BrokenJsonError):
    """A document with so many names that are no tables is not read further."""


@dataclass(slots=True)
class _Document:
    cursor: JsonCursor
    file: str
    standard: Standard
    closed: bool = False
    strange: int = 0
    unknown: dict[str, UnknownKeys] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)
    cut: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    meta: Mapping[str, object] = field(default_factory=dict)

    def tasks(self) -> Iterator[Task]:
        try:
            yield from self._envelope()
            if not self.cursor.at_end:
                raise self.cursor.broken(TRAILING)
        except BrokenJsonError as error:
            self._invalid(error)
            if not self.closed:
                self.skipped.append(
                    Skipped("*", Phrase("{file} was read only up to line {line}", file=self.file, line=error.line))
                )
        yield self._end

    def _end(self) -> Reading:
        unknown = (found for keys in self.unknown.values() for found in keys.findings())
        begun = frozenset(self.unknown if self.closed else self.standard.tables)
        return Reading((), (*self.findings, *unknown), tuple(self.skipped), begun - self.whole, self.meta)

    def _envelope(self) -> Iterator[Task]:
        if not self.cursor.take("{"):
            raise self.cursor.broken(NOT_OBJECT)
        names: set[str] = set()
        self.closed = self.cursor.take("}")
        while not self.closed:
            line = self.cursor.line()
            yield from self._member(self.cursor.name(), line, names)
            self.closed = self.cursor.take("}")
            if not self.closed:
                self.cursor.expect(",", NO_COMMA)

    def _member(self, name: str, line: int, names: set[str]) -> Iterator[Task]:
        if name in names:
            self._repeated(name, line)
        elif name == META:
            meta, findings = check_meta(self.cursor.value(), Origin(self.file, None, line), self.standard)
            self.meta = meta
            self.findings.extend(findings)
        elif name in self.standard.tables:
            yield from self._records(name)
        else:
            self._unknown(name, line)
        names.add(name)

    def _repeated(self, name: str, line: int) -> None:
        self.cursor.value()
        table = name if name in self.standard.tables else None
        facts = {"name": shown(name)}
        origin = Origin(self.file, None, line)
        self.findings.append(problem("json-duplicate-key", origin, table=table, facts=facts))
        if table:
            self._not_whole(table)

    def _unknown(self, name: str, line: int) -> None:
        self.strange += 1
        if self.strange > MAX_UNKNOWN_TABLES:
            raise TooManyTablesError(line, 0, NOT_OBJECT)
        self.cursor.value()
        finding = table_unknown(Origin(self.file, None, line), name, name, list(self.standard.tables))
        self.findings.append(finding)

    def _records(self, name: str) -> Iterator[Task]:
        self.unknown[name] = UnknownKeys(self.standard.tables[name], self.file)
        gathered = _Gathered(self.standard, self.unknown[name])
        if not self.cursor.take("["):
            yield gathered.task()
            self._invalid(self.cursor.broken(NOT_LIST), name)
            self.cursor.value()
            self._not_whole(name)
            return
        closed = self.cursor.take("]")
        try:
            while not closed:
                line = self.cursor.line()
                record = self.cursor.passed().encode()
                if len(record) > MAX_RECORD_BYTES:
                    self._too_long(name, line, len(record))
                elif gathered.add(record, line):
                    yield gathered.task()
                closed = self.cursor.take("]")
                if not closed:
                    self.cursor.expect(",", NO_COMMA)
        except BrokenJsonError:
            yield gathered.task()
            raise
        yield gathered.task()
        if name not in self.cut:
            self.whole.add(name)

    def _too_long(self, table: str, line: int, size: int) -> None:
        """A record that is not read."""
        facts = limit_facts(Phrase("bytes in one record"), MAX_RECORD_BYTES, size)
        self.findings.append(problem("limit-exceeded", Origin(self.file, None, line), table=table, facts=facts))
        if table not in self.cut:
            self.cut.add(table)
            self._not_whole(table)

    def _not_whole(self, table: str) -> None:
        self.whole.discard(table)
        self.skipped.append(
            Skipped("*", Phrase("not all of table {table} in {file} could be read", table=table, file=self.file))
        )

    def _invalid(self, error: BrokenJsonError, table: str | None = None) -> None:
        if isinstance(error, (CrowdedJsonError, TooManyTablesError)):
            subject, most = _LIMITS[type(error)]
            facts = limit_facts(subject, most, most + 1)
            self.findings.append(problem("limit-exceeded", Origin(self.file, None, error.line), facts=facts))
            return
        facts = {"problem": error.words, "column": error.column}
        origin = Origin(self.file, None, error.line)
        self.findings.append(problem("json-invalid", origin, table=table, facts=facts))


_LIMITS: Final[Mapping[type, tuple[Phrase, int]]] = {
    CrowdedJsonError: (Phrase("values in one record"), MAX_RECORD_VALUES),
    TooManyTablesError: (Phrase("names that are no tables"), MAX_UNKNOWN_TABLES),
}


@dataclass(slots=True)
class _Gathered:
    """Records of a table that are to be read together."""

    standard: Standard
    unknown: UnknownKeys
    _records: list[bytes] = field(default_factory=list)
    _lines: list[int] = field(default_factory=list)
    _size: int = 0

    def add(self, record: bytes, line: int) -> bool:
        """Add the next record; True if they are enough."""
        self._records.append(record)
        self._lines.append(line)
        self._size += len(record)
        return len(self._records) == MOST_RECORDS or self._size > _PIECE

    def task(self) -> Task:
        """The task that reads them; others can be gathered after that."""
        records, lines = self._records, np.array(self._lines, np.int64)
        self._records, self._lines, self._size = [], [], 0
        piece = JsonPiece(self.standard, self.unknown.table, self.unknown.file, records, lines)
        return partial(_judge, piece, self.unknown, self.unknown.begin())


def _judge(piece: JsonPiece, unknown: UnknownKeys, number: int) -> Reading:
    counts = KeyCounts()
    try:
        judged = piece.judge()
        counts = judged.unknown
    finally:
        unknown.add(number, counts)
    return unknown.bounded(number, Reading((judged.text,), judged.findings))
