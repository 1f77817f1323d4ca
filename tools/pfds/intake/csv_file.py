"""CSV files: strict RFC 4180 but for the separator, read in pieces of whole records, each with its physical line."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import chain, pairwise
from typing import Final

import numpy as np

from pfds.intake.csv_cells import read_names
from pfds.intake.csv_dialect import COMMA, SEPARATORS, UnclearSeparatorError, find_separator, first_record
from pfds.intake.csv_records import Body, Piece
from pfds.intake.csv_scan import UNCLOSED, Records, Scan, end_of_records
from pfds.intake.encoding import BOM, SAVE_AS, BadByte, first_bad_byte, wide_encoding
from pfds.intake.header import match_header
from pfds.intake.known_encodings import suggestion
from pfds.intake.limits import MAX_COLUMNS, MAX_HEADER_BYTES, MAX_RECORD_BYTES, MOST_PIECE_LINES
from pfds.intake.problems import Facts, limit_facts, nothing_read, notice, problem
from pfds.intake.stream import ByteStream
from pfds.intake.tables import Task, column_letters
from pfds.standard.findings import Finding, Origin
from pfds.standard.model import Table
from pfds.standard.phrase import Phrase

BLOCK: Final = 4 << 20
"""Bytes read at a time: smaller pieces cost more calls, larger ones more memory."""


class _UnusableFileError(Exception):
    """Nothing can be read, for the reason that the finding gives."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.rule)
        self.finding = finding


class CsvFile:
    """A CSV file of one table; what breaks off or is damaged becomes findings."""

    def __init__(self, stream: ByteStream, file: str, table: Table, block: int = BLOCK) -> None:
        self.file = file
        self.tables = (table.name,)
        self.sha256 = stream.sha256
        self.progress = stream.progress
        self.close = stream.close
        self._stream = stream
        self._table = table
        self._block = block
        self._separator: bytes | None = None

    def tasks(self) -> Iterator[Task]:
        """One task for the header, then one for every piece."""
        pieces = self._pieces()
        try:
            head, rest = self._head(pieces)
        except _UnusableFileError as unusable:
            yield partial(
                nothing_read,
                unusable.finding,
                self._table.name,
                self.file,
                Phrase("{file} could not be read", file=self.file),
            )
            return
        yield head.read_header
        for number, piece in enumerate(chain(rest, pieces)):
            yield partial(head.read, piece, first=number == 0)

    def _pieces(self) -> Iterator[Piece]:
        """The text cut after whole records; the last piece, and one that breaks, reaches as far as was read."""
        kept, offset, line, size = b"", 0, 1, self._block
        while True:
            more = self._stream.read(size)
            last = len(more) < size
            end = end_of_records(kept, more) if self._separator and not last else 0
            if end:
                data, kept = b"".join((kept, memoryview(more)[:end])), more[end:]
            else:
                data = kept + more
                if offset == 0 and data.startswith(BOM):
                    data, offset = data[len(BOM) :], len(BOM)
                if offset <= len(BOM) and (encoding := wide_encoding(data)):
                    facts = BadByte(0, data[0]).facts(f"It looks like {encoding}: {SAVE_AS}")
                    raise _UnusableFileError(self._problem("encoding-invalid", None, facts))
                if self._separator is None:
                    self._separator = self._separator_of(data, line, ended=last)
                scan = self._scan(data, line)
                whole = len(data) if last else scan.whole
                if not whole and (len(data) > MAX_RECORD_BYTES or (self._separator and _breaks(scan))):
                    whole, last = len(data), True
                data, kept = data[:whole], data[whole:]
            if data:
                piece = Piece(self._scan(data, line), offset, last)
                yield from _few(piece)
                offset, line, size = offset + len(data), line + piece.scan.line_feeds, self._block
            else:
                size = max(self._block, len(kept))
            if last:
                return

    def _scan(self, data: bytes, line: int) -> Scan:
        return Scan(data, line, (self._separator or COMMA)[0])

    def _separator_of(self, data: bytes, line: int, *, ended: bool) -> bytes | None:
        """The separator that the header shows; None if the header has no end yet."""
        header = first_record(data, ended=ended)
        if header is not None:
            return self._found_separator(header, line)
        if len(data) > MAX_HEADER_BYTES:
            facts = limit_facts(Phrase("bytes in one record"), MAX_HEADER_BYTES, len(data))
            raise _UnusableFileError(self._problem("limit-exceeded", line, facts))
        return None

    def _found_separator(self, header: bytes, line: int) -> bytes:
        try:
            return find_separator(header, self._table)
        except UnclearSeparatorError as unclear:
            raise _UnusableFileError(self._problem("header-missing", line, {"suggestion": str(unclear)})) from unclear

    def _head(self, pieces: Iterator[Piece]) -> tuple[Body, list[Piece]]:
        """The header, and what follows it in its piece."""
        piece = None
        for piece in pieces:
            records = piece.scan.records()
            if len(records):
                return self._header(piece, records), [_after_header(piece, records)]
            if records.stop:
                break
        stop = records.stop if piece else None
        if stop is None:
            raise _UnusableFileError(self._problem("header-missing", 1, {"suggestion": ""}))
        raise _UnusableFileError(self._problem("file-unreadable", stop.line, {"problem": stop.problem}))

    def _header(self, piece: Piece, records: Records) -> Body:
        line, end = int(records.lines[0]), int(records.ends[0])
        begin = int(records.starts[0])
        width = piece.scan.cells_of(begin, end)
        if width > MAX_COLUMNS:
            facts = limit_facts(Phrase("columns"), MAX_COLUMNS, width)
            raise _UnusableFileError(self._problem("limit-exceeded", line, facts))
        text = piece.scan.data[begin:end]
        place = partial(self._header_place, line)
        separator = self._separator or COMMA
        header = match_header(read_names(text, width, separator), self._table, place)
        if not header.positions:
            raise _UnusableFileError(header.findings[0])
        findings = list(header.findings)
        if separator != COMMA:
            facts = {"separator": SEPARATORS[separator]}
            findings.insert(0, notice("csv-separator-other", place(None), self._table.name, facts))
        if bad := first_bad_byte(text, 0, len(text)):
            findings.insert(
                0,
                self._problem(
                    "encoding-invalid", line, bad.moved(piece.offset + begin).facts(suggestion(text, SAVE_AS))
                ),
            )
        return Body(self.file, self._table, width, header, tuple(findings), separator)

    def _header_place(self, line: int, position: int | None) -> Origin:
        return Origin(self.file, None, line, None if position is None else f"{column_letters(position)}1")

    def _problem(self, rule: str, line: int | None, facts: Facts) -> Finding:
        return problem(rule, Origin(self.file, None, line), table=self._table.name, facts=facts)


def _few(piece: Piece) -> Iterator[Piece]:
    """The same text in pieces that are not to have too many lines."""
    scan = piece.scan
    if scan.line_feeds <= MOST_PIECE_LINES:
        yield piece
        return
    ends = np.flatnonzero(scan.ending)[MOST_PIECE_LINES - 1 :: MOST_PIECE_LINES]
    cuts = [0, *(scan.feeds[ends] + 1).tolist(), len(scan.data)]
    for begin, end in pairwise(cuts):
        if begin < end:
            line = scan.line + int(np.searchsorted(scan.feeds, begin))
            part = Scan(scan.data[begin:end], line, scan.separator)
            yield Piece(part, piece.offset + begin, piece.last and end == len(scan.data))


def _breaks(scan: Scan) -> bool:
    """Whether more text would not mend it; a carriage return at the very end may be half of a line break."""
    stop = scan.records().stop
    return stop is not None and stop.problem != UNCLOSED and stop.offset < len(scan.data) - 1


def _after_header(piece: Piece, records: Records) -> Piece:
    begin = int(records.starts[1]) if len(records) > 1 else min(int(records.ends[0]), len(piece.scan.data))
    line = piece.scan.line + piece.scan.data.count(b"\n", 0, begin)
    scan = Scan(piece.scan.data[begin:], line, piece.scan.separator)
    return Piece(scan, piece.offset + begin, piece.last)
