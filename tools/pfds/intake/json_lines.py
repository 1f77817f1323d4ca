"""JSON Lines: one record on each line, each read and judged by itself, so that a broken one takes no other with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Final

import numpy as np

from pfds.intake.columns import Integers
from pfds.intake.encoding import BOM, BadByte, wide_encoding
from pfds.intake.json_piece import MOST_RECORDS, JsonPiece, JudgedRecords
from pfds.intake.json_records import RecordTable
from pfds.intake.json_text import SAVE
from pfds.intake.json_unknown import KeyCounts, UnknownKeys
from pfds.intake.known_encodings import looks_like
from pfds.intake.limits import MAX_GARBLED_ROWS, MAX_RECORD_BYTES, MAX_RECORD_VALUES
from pfds.intake.octets import count_octet
from pfds.intake.problems import Facts, limit_facts, nothing_read, problem
from pfds.intake.split_columns import split_lines
from pfds.intake.stream import ByteStream
from pfds.intake.tables import Reading, Task, TextTable
from pfds.standard.findings import Finding, Origin, Skipped
from pfds.standard.model import Standard, Table
from pfds.standard.phrase import Phrase

BLOCK: Final = 4 << 20
NO_RECORDS: Final = Phrase("the lines are not JSON objects, one record on each line")

_BLANKS: Final = b" \t\r\n"
_FEED: Final = ord("\n")


@dataclass(frozen=True, slots=True)
class _Lines:
    """Whole lines, from byte ``offset`` and physical ``line`` of the file on; a line too long has no bytes."""

    data: bytes
    offset: int
    line: int
    size: int

    @property
    def is_too_long(self) -> bool:
        """Whether this is one line that is not read."""
        return not self.data and self.size > 0


class JsonLinesFile:
    """A JSON Lines file of one table."""

    def __init__(self, stream: ByteStream, file: str, table: Table, standard: Standard, block: int = BLOCK) -> None:
        self.file = file
        self.tables = (table.name,)
        self.sha256 = stream.sha256
        self.progress = stream.progress
        self.close = stream.close
        self._stream = stream
        self._body = _Body(file, table, standard, UnknownKeys(table, file))
        self._block = block
        self._ended = False

    def tasks(self) -> Iterator[Task]:
        """One task for every piece, and one for what is known only at the end."""
        head = self._more()
        if encoding := wide_encoding(head):
            facts = BadByte(0, head[0]).facts(f"It looks like {encoding}: {SAVE}")
            yield partial(self._body.nothing, problem("encoding-invalid", Origin(self.file), facts=facts))
            return
        for number, lines in enumerate(self._pieces(head)):
            yield partial(self._body.read, lines, self._body.unknown.begin(), first=number == 0)
        yield self._body.end

    def _pieces(self, head: bytes) -> Iterator[_Lines]:
        """The text cut after line feeds."""
        data, offset, line = head.removeprefix(BOM), len(head) - len(head.removeprefix(BOM)), 1
        while data or not self._ended:
            if len(data) > MAX_RECORD_BYTES and not 0 <= data.find(b"\n") <= MAX_RECORD_BYTES:
                size, data = self._pass_over(data)
                yield _Lines(b"", offset, line, size)
                offset, line = offset + size, line + 1
            elif end := len(data) if self._ended else data.rfind(b"\n") + 1:
                yield from _few(_Lines(data[:end], offset, line, end))
                offset, line, data = offset + end, line + count_octet(data[:end], _FEED), data[end:]
            data += self._more()

    def _pass_over(self, data: bytes) -> tuple[int, bytes]:
        """The length of the first line, which is not kept, and what was read of the lines that follow."""
        size = 0
        while b"\n" not in data and not self._ended:
            size += len(data)
            data = self._more()
        end = data.find(b"\n") + 1 or len(data)
        return size + end, data[end:]

    def _more(self) -> bytes:
        if self._ended:
            return b""
        data = self._stream.read(self._block)
        self._ended = len(data) < self._block
        return data


def _few(lines: _Lines) -> Iterator[_Lines]:
    """The same lines in pieces that are not to have too many."""
    if count_octet(lines.data, _FEED) <= MOST_RECORDS:
        yield lines
        return
    feeds = np.flatnonzero(np.frombuffer(lines.data, np.uint8) == _FEED)
    cuts = [0, *(feeds[MOST_RECORDS - 1 :: MOST_RECORDS] + 1).tolist(), len(lines.data)]
    for number, (begin, end) in enumerate(pairwise(cuts)):
        if begin < end:
            yield _Lines(lines.data[begin:end], lines.offset + begin, lines.line + number * MOST_RECORDS, end - begin)


def _all_filled(data: bytes) -> bool:
    """Whether every line begins with a curly bracket, so that none is blank."""
    return data.startswith(b"{") and data.count(b"\n{") == count_octet(data, _FEED) - data.endswith(b"\n")


@dataclass(slots=True)
class _Body:
    """What the pieces of a file have in common."""

    file: str
    table: Table
    standard: Standard
    unknown: UnknownKeys

    def read(self, lines: _Lines, number: int, *, first: bool) -> Reading:
        """The records of a piece."""
        counts = KeyCounts()
        try:
            if lines.is_too_long:
                return self._too_long(lines)
            judged = self._judged(lines)
            counts = judged.unknown
        finally:
            self.unknown.add(number, counts)
        nothing = first and 1 < len(judged.broken) == len(judged.text.rows)
        if nothing or len(judged.broken) > MAX_GARBLED_ROWS:
            return self._no_records(judged, lines.data, lines.line, first=first)
        whole = self._not_whole() if judged.lost else ((), frozenset[str]())
        return self.unknown.bounded(number, Reading((judged.text,), judged.findings, *whole))

    def end(self) -> Reading:
        """A table without records, so that there is one even if the file is empty, and the unknown keys."""
        none = RecordTable(self.table, self.file, KeyCounts()).finish()
        return Reading((none,), tuple(self.unknown.findings()))

    def nothing(self, finding: Finding) -> Reading:
        """The file cannot be read."""
        return nothing_read(finding, self.table.name, self.file, Phrase("{file} could not be read", file=self.file))

    def _judged(self, lines: _Lines) -> JudgedRecords:
        """With the compiled package only the records are judged here in which something is unusual."""
        plain = split_lines(lines.data, self.table, MAX_RECORD_VALUES)
        if plain is None:
            return self._judged_all(lines)
        records = plain.records
        text = TextTable(
            table=self.table.name,
            file=self.file,
            columns=records,
            rows=plain.numbers + 1,
            lines=records.lines + lines.line,
            damaged=np.zeros(len(records), np.bool_),
            positions={},
            refused={},
        )
        if not len(plain.others):
            return JudgedRecords(text, (), KeyCounts(), (), 0)
        others = [lines.data[begin:end] for begin, end in plain.others[:, :2].tolist()]
        judged = JsonPiece(self.standard, self.table, self.file, others, plain.others[:, 2] + lines.line).judge()
        return judged.among(self.table, text, plain.others[:, 3])

    def _judged_all(self, lines: _Lines) -> JudgedRecords:
        records = lines.data.removesuffix(b"\n").split(b"\n")
        numbers: Integers = np.arange(lines.line, lines.line + len(records), dtype=np.int64)
        if not _all_filled(lines.data):
            filled = [bool(record.strip(_BLANKS)) for record in records]
            numbers = numbers[filled]
            records = [record for record, is_filled in zip(records, filled, strict=True) if is_filled]
        text, offset, first = lines.data, lines.offset, lines.line
        return JsonPiece(self.standard, self.table, self.file, records, numbers, text, offset, first).judge()

    def _too_long(self, lines: _Lines) -> Reading:
        facts = limit_facts(Phrase("bytes in one record"), MAX_RECORD_BYTES, lines.size)
        careful = RecordTable(self.table, self.file, KeyCounts())
        careful.add_broken("", 1, lines.line)
        finding = self._problem("limit-exceeded", lines.line, 1, facts)
        return Reading((careful.finish(),), (finding,), *self._not_whole())

    def _no_records(self, judged: JudgedRecords, text: bytes, line: int, *, first: bool) -> Reading:
        """One finding for all lines from the first that is broken on."""
        broken = judged.findings[0] if judged.findings[0].rule == "encoding-invalid" else None
        facts: Facts = {"problem": NO_RECORDS, "column": 0}
        if broken:
            facts = {**broken.facts, "suggestion": looks_like(text, SAVE)}
        at = int(judged.text.lines[judged.broken[0]])
        finding = self._problem("encoding-invalid" if broken else "json-invalid", at, None, facts)
        if first:
            return self.nothing(finding)
        skipped = (Skipped("*", Phrase("{file} was read only up to line {line}", file=self.file, line=line)),)
        return Reading((), (finding,), skipped, frozenset({self.table.name}), stops=True)

    def _not_whole(self) -> tuple[tuple[Skipped, ...], frozenset[str]]:
        because = Phrase("not all of table {table} in {file} could be read", table=self.table.name, file=self.file)
        return (Skipped("*", because),), frozenset({self.table.name})

    def _problem(self, rule: str, line: int, row: int | None, facts: Facts) -> Finding:
        return problem(rule, Origin(self.file, None, line), table=self.table.name, row=row, facts=facts)
