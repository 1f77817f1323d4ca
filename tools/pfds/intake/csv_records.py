"""The records below the header of a CSV file, and what is wrong with those that are damaged."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from pfds.intake.columns import Flags, HeldColumns, Integers, TextColumns
from pfds.intake.csv_cells import read_cells
from pfds.intake.csv_mending import mended
from pfds.intake.csv_scan import UNCLOSED, Records, Scan
from pfds.intake.encoding import SAVE_AS, BadByte, first_bad_byte
from pfds.intake.header import Header
from pfds.intake.known_encodings import looks_like, suggestion
from pfds.intake.limits import MAX_GARBLED_ROWS, MAX_RECORD_BYTES, MOST_LISTED_ROWS
from pfds.intake.problems import Facts, limit_facts, nothing_read, problem
from pfds.intake.split_columns import split_cells
from pfds.intake.tables import Reading, TextTable
from pfds.standard.findings import Finding, Origin, Skipped
from pfds.standard.model import Table
from pfds.standard.phrase import Phrase


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole records that begin at byte ``offset`` of the file."""

    scan: Scan
    offset: int
    last: bool


@dataclass(slots=True)
class Body:
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
        text = self._text(HeldColumns(self._schema.empty_table()), none, np.zeros(0, np.bool_))
        return Reading((text,), self.findings)

    def read(self, piece: Piece, *, first: bool) -> Reading:
        """The records of a piece."""
        split = split_cells(piece.scan, self.width, self.header.positions, MAX_RECORD_BYTES)
        if split is not None:
            return Reading((self._text(split, split.lines + piece.scan.line, np.zeros(len(split), np.bool_)),))
        records = piece.scan.records()
        if records.stop is None and not _too_long(records).size:
            try:
                cells = self._cells(piece.scan.data)
            except pa.ArrowInvalid:
                pass
            else:
                if cells.num_rows == len(records):
                    text = self._text(HeldColumns(cells), records.lines, np.zeros(len(records), np.bool_))
                    return Reading((text,))
        return _Damaged(self, piece, records).read(first=first)

    def _cells(self, text: bytes) -> pa.Table:
        if not text:
            return self._schema.empty_table()
        return read_cells(text, self.width, self.header.positions, self.separator, all_text=True)

    def mended(self, scan: Scan, records: Records, damaged: Flags, *, garbled: bool) -> TextTable:
        """Records of which some have not the cells of the header."""
        columns = sorted(self.header.positions.values())
        text = mended(scan, records, columns, garbled=garbled)
        numbers = {name: columns.index(position) for name, position in self.header.positions.items()}
        cells = read_cells(text, len(columns), numbers, self.separator) if text else self._schema.empty_table()
        if cells.num_rows != len(records):
            raise AssertionError(f"{len(records)} records were found, but {cells.num_rows} were read")
        return self._text(HeldColumns(cells), records.lines, damaged)

    def _text(self, columns: TextColumns, lines: Integers, damaged: Flags) -> TextTable:
        return TextTable(
            table=self.table.name,
            file=self.file,
            columns=columns,
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

    body: Body
    piece: Piece
    records: Records
    findings: list[Finding] = field(default_factory=list)
    unlisted: list[tuple[Finding, int]] = field(default_factory=list)

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
        table = self.body.mended(self.piece.scan, self.records, damaged, garbled=bool(indices))
        if stopped_at is None:
            return Reading((table,), tuple(self.findings), unlisted=tuple(self.unlisted))
        return self._stopped(f"{self.body.file} was read only up to line {stopped_at}", table)

    def _stopped(self, because: str, *tables: TextTable) -> Reading:
        partial_tables = frozenset({self.body.table.name})
        return Reading(
            tables, tuple(self.findings), (Skipped("*", because),), partial_tables, {}, True, tuple(self.unlisted)
        )

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
        facts = limit_facts(Phrase("bytes in one record"), MAX_RECORD_BYTES, size)
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
        for rule, those in (("row-too-short", fields < self.body.width), ("row-too-long", fields > self.body.width)):
            indices = np.flatnonzero(those)
            for index in indices[:MOST_LISTED_ROWS].tolist():
                self._of_row(rule, index, {"expected": self.body.width, "found": int(fields[index])})
            if len(indices) > MOST_LISTED_ROWS:
                self.unlisted.append((self.findings[-1], len(indices) - MOST_LISTED_ROWS))
        return ragged

    def _of_row(self, rule: str, index: int, facts: Facts) -> None:
        origin = Origin(self.body.file, None, int(self.records.lines[index]))
        self.findings.append(problem(rule, origin, table=self.body.table.name, row=index + 1, facts=facts))

    def _problem(self, rule: str, line: int | None, facts: Facts) -> Finding:
        return problem(rule, Origin(self.body.file, None, line), table=self.body.table.name, facts=facts)
