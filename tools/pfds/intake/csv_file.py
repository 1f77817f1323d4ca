"""CSV files: strict RFC 4180 but for the separator, read in pieces of whole records, each with its physical line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import Final

import numpy as np
import pyarrow as pa

from pfds.intake.csv_cells import mend, read_cells, read_names
from pfds.intake.csv_dialect import COMMA, SEPARATORS, UnclearSeparatorError, find_separator, first_record
from pfds.intake.csv_scan import UNCLOSED, Records, Scan
from pfds.intake.encoding import BOM, SAVE_AS, BadByte, first_bad_byte, wide_encoding
from pfds.intake.header import Header, match_header
from pfds.intake.known_encodings import looks_like, suggestion
from pfds.intake.limits import MAX_COLUMNS, MAX_GARBLED_ROWS, MAX_RECORD_BYTES
from pfds.intake.problems import Facts, limit_facts, nothing_read, notice, problem
from pfds.intake.stream import ByteStream
from pfds.intake.tables import Flags, Integers, Reading, Task, TextTable, column_letters
from pfds.standard.findings import Finding, Origin, Skipped
from pfds.standard.model import Table

BLOCK: Final = 2 << 20
"""Bytes read at a time: smaller pieces cost more calls, larger ones more memory."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """Whole records that begin at byte ``offset`` of the file."""

    scan: Scan
    offset: int
    last: bool


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
            yield partial(nothing_read, unusable.finding, self._table.name, self.file, f"{self.file} could not be read")
            return
        yield head.read_header
        for number, piece in enumerate(chain(rest, pieces)):
            yield partial(head.read, piece, first=number == 0)

    def _pieces(self) -> Iterator[_Piece]:
        """The text cut after whole records; the last piece, and one that breaks, reaches as far as was read."""
        data, offset, line, size = b"", 0, 1, self._block
        while True:
            more = self._stream.read(size)
            data, last = data + more, len(more) < size
            if offset == 0 and data.startswith(BOM):
                data, offset = data[len(BOM) :], len(BOM)
            if offset <= len(BOM) and (encoding := wide_encoding(data)):
                facts = BadByte(0, data[0]).facts(f"It looks like {encoding}: {SAVE_AS}")
                raise _UnusableFileError(self._problem("encoding-invalid", None, facts))
            if self._separator is None and (header := first_record(data, ended=last)) is not None:
                self._separator = self._found_separator(header, line)
            scan = Scan(data, line, (self._separator or COMMA)[0])
            whole = len(data) if last else scan.whole
            if not whole and (len(data) > MAX_RECORD_BYTES or (self._separator and _breaks(scan))):
                whole, last = len(data), True
            if whole:
                head = scan.head(whole)
                yield _Piece(head, offset, last)
                data, offset, line, size = data[whole:], offset + whole, line + len(head.feeds), self._block
            else:
                size = max(self._block, len(data))
            if last:
                return

    def _found_separator(self, header: bytes, line: int) -> bytes:
        try:
            return find_separator(header, self._table)
        except UnclearSeparatorError as unclear:
            raise _UnusableFileError(self._problem("header-missing", line, {"suggestion": str(unclear)})) from unclear

    def _head(self, pieces: Iterator[_Piece]) -> tuple[_Body, list[_Piece]]:
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

    def _header(self, piece: _Piece, records: Records) -> _Body:
        line, end = int(records.lines[0]), int(records.ends[0])
        begin = int(records.starts[0])
        width = piece.scan.cells_of(begin, end)
        if width > MAX_COLUMNS:
            facts = limit_facts("columns", MAX_COLUMNS, width)
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
        return _Body(self.file, self._table, width, header, tuple(findings), separator)

    def _header_place(self, line: int, position: int | None) -> Origin:
        return Origin(self.file, None, line, None if position is None else f"{column_letters(position)}1")

    def _problem(self, rule: str, line: int | None, facts: Facts) -> Finding:
        return problem(rule, Origin(self.file, None, line), table=self._table.name, facts=facts)


def _breaks(scan: Scan) -> bool:
    """Whether more text would not mend it; a carriage return at the very end may be half of a line break."""
    stop = scan.records().stop
    return stop is not None and stop.problem != UNCLOSED and stop.offset < len(scan.data) - 1


def _after_header(piece: _Piece, records: Records) -> _Piece:
    begin = int(records.starts[1]) if len(records) > 1 else min(int(records.ends[0]), len(piece.scan.data))
    line = piece.scan.line + piece.scan.data.count(b"\n", 0, begin)
    scan = Scan(piece.scan.data[begin:], line, piece.scan.separator)
    return _Piece(scan, piece.offset + begin, piece.last)


@dataclass(slots=True)
class _Body:
    """The records below a header of ``width`` cells."""

    file: str
    table: Table
    width: int
    header: Header
    findings: tuple[Finding, ...]
    separator: bytes
    _schema: pa.Schema = field(init=False)

    def __post_init__(self) -> None:
        self._schema = pa.schema([(name, pa.string()) for name in self.header.positions])

    def read_header(self) -> Reading:
        """A table without records, and what is wrong with its header."""
        none = np.zeros(0, np.int64)
        return Reading((self._text(self._schema.empty_table(), none, np.zeros(0, np.bool_)),), self.findings)

    def read(self, piece: _Piece, *, first: bool) -> Reading:
        """The records of a piece."""
        records = piece.scan.records()
        if records.stop is None and not _too_long(records).size:
            try:
                cells = self._cells(piece.scan.data)
            except pa.ArrowInvalid:
                pass
            else:
                if cells.num_rows == len(records):
                    return Reading((self._text(cells, records.lines, np.zeros(len(records), np.bool_)),))
        return _Damaged(self, piece, records).read(first=first)

    def _cells(self, text: bytes) -> pa.Table:
        if not text:
            return self._schema.empty_table()
        return read_cells(text, self.width, self.header.positions, self.separator, all_text=True)

    def mended(self, text: bytes, lines: Integers, damaged: Flags) -> TextTable:
        """The records of a text in which every record has the cells of the header."""
        cells = self._cells(text)
        if cells.num_rows != len(lines):
            raise AssertionError(f"{len(lines)} records were found, but {cells.num_rows} were read")
        return self._text(cells, lines, damaged)

    def _text(self, cells: pa.Table, lines: Integers, damaged: Flags) -> TextTable:
        return TextTable(
            table=self.table.name,
            file=self.file,
            cells=cells,
            rows=np.arange(1, len(lines) + 1, dtype=np.int64),
            lines=lines,
            damaged=damaged,
            positions=self.header.positions,
            refused={},
        )


def _too_long(records: Records) -> Integers:
    return np.flatnonzero(records.ends - records.starts > MAX_RECORD_BYTES)


@dataclass(slots=True)
class _Damaged:
    """A piece in which some records, or all that follow, are not as they should be."""

    body: _Body
    piece: _Piece
    records: Records
    findings: list[Finding] = field(default_factory=list)

    def read(self, *, first: bool) -> Reading:
        """The sound records, the damaged ones flagged, and findings for what is wrong."""
        stopped_at = self._stop()
        garbled = self._garbled()
        if len(garbled) > MAX_GARBLED_ROWS:
            return self._other_encoding(garbled[0][1], first=first)
        hint = suggestion(self.piece.scan.data, SAVE_AS) if garbled else ""
        for index, bad in garbled:
            self._of_row("encoding-invalid", index, bad.moved(self.piece.offset).facts(hint))
        fields = self.piece.scan.cells(self.records)
        damaged = self._ragged(fields)
        indices = [index for index, _ in garbled]
        damaged[indices] = True
        text = mend(self.piece.scan.data, self.records, fields, self.body.width, indices, self.body.separator)
        table = self.body.mended(text, self.records.lines, damaged)
        if stopped_at is None:
            return Reading((table,), tuple(self.findings))
        return self._stopped(f"{self.body.file} was read only up to line {stopped_at}", table)

    def _stopped(self, because: str, *tables: TextTable) -> Reading:
        partial_tables = frozenset({self.body.table.name})
        return Reading(tables, tuple(self.findings), (Skipped("*", because),), partial_tables, stops=True)

    def _stop(self) -> int | None:
        """The line up to which records can be read; a finding says why it is not all of them."""
        records, stop = self.records, self.records.stop
        if stop and stop.problem == UNCLOSED and len(self.piece.scan.data) - stop.offset > MAX_RECORD_BYTES:
            self._too_long(stop.line, len(self.piece.scan.data) - stop.offset)
            return stop.line
        too_long = _too_long(records)
        if too_long.size:
            end = int(too_long[0])
            line = int(records.lines[end])
            self._too_long(line, int(records.ends[end] - records.starts[end]))
            self.records = Records(records.starts[:end], records.ends[:end], records.lines[:end], None)
            return line
        if stop:
            self.findings.append(self._problem("file-unreadable", stop.line, {"problem": stop.problem}))
            return stop.line
        return None

    def _too_long(self, line: int, size: int) -> None:
        facts = limit_facts("bytes in one record", MAX_RECORD_BYTES, size)
        self.findings.append(self._problem("limit-exceeded", line, facts))

    def _garbled(self) -> list[tuple[int, BadByte]]:
        """Indices of the records with bytes that are not UTF-8, each with the first of these (offset in the piece)."""
        found: list[tuple[int, BadByte]] = []
        data, records = self.piece.scan.data, self.records
        begin, end = (int(records.starts[0]), int(records.ends[-1])) if len(records) else (0, 0)
        while begin < end and len(found) <= MAX_GARBLED_ROWS and (bad := first_bad_byte(data, begin, end)):
            index = int(np.searchsorted(records.starts, bad.offset, "right")) - 1
            found.append((index, bad))
            begin = int(records.ends[index])
        return found

    def _other_encoding(self, bad: BadByte, *, first: bool) -> Reading:
        facts = bad.moved(self.piece.offset).facts(looks_like(self.piece.scan.data, SAVE_AS))
        finding = self._problem("encoding-invalid", None, facts)
        if first:
            return nothing_read(finding, self.body.table.name, self.body.file, f"{self.body.file} could not be read")
        self.findings.append(finding)
        return self._stopped(f"{self.body.file} was read only up to line {int(self.records.lines[0])}")

    def _ragged(self, fields: Integers) -> Flags:
        ragged: Flags = fields != self.body.width
        for index in np.flatnonzero(ragged).tolist():
            found = int(fields[index])
            rule = "row-too-short" if found < self.body.width else "row-too-long"
            self._of_row(rule, index, {"expected": self.body.width, "found": found})
        return ragged

    def _of_row(self, rule: str, index: int, facts: Facts) -> None:
        origin = Origin(self.body.file, None, int(self.records.lines[index]))
        self.findings.append(problem(rule, origin, table=self.body.table.name, row=index + 1, facts=facts))

    def _problem(self, rule: str, line: int | None, facts: Facts) -> Finding:
        return problem(rule, Origin(self.body.file, None, line), table=self.body.table.name, facts=facts)
