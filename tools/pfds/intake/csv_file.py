"""CSV files: strict RFC 4180 in UTF-8, every record with its row and physical line."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pyarrow as pa

from pfds.intake.csv_cells import Block, blocks_of, read_block, read_names
from pfds.intake.csv_scan import Records, scan_records
from pfds.intake.encoding import BOM, SAVE_AS, BadByte, first_bad_byte, wide_encoding
from pfds.intake.header import Header, match_header
from pfds.intake.limits import MAX_COLUMNS, MAX_GARBLED_ROWS, MAX_RECORD_BYTES
from pfds.intake.problems import Facts, Reading, limit_facts, nothing_read, problem
from pfds.intake.tables import Flags, TextTable, column_letters
from pfds.standard.findings import Finding, Origin, Skipped
from pfds.standard.model import Table

WORKERS = 4
SEPARATORS = ((";", "semicolons"), ("\t", "tabs"))


def read_csv(data: bytes, file: str, table: Table) -> Reading:
    """Read the records of one table; what breaks off or is damaged becomes findings."""
    return _CsvFile(data, file, table).read()


class _UnusableFileError(Exception):
    """Nothing can be read, for the reason that the finding gives."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding


@dataclass(slots=True)
class _CsvFile:
    data: bytes
    file: str
    table: Table
    findings: list[Finding] = field(default_factory=list)

    def read(self) -> Reading:
        try:
            records = self._records()
            header = self._header(records)
            sound = self._sound(records)
            garbled = self._garbled(records, sound)
        except _UnusableFileError as unusable:
            because = f"{self.file} could not be read"
            return nothing_read(unusable.finding, self.table.name, self.file, because)
        self.findings.extend(header.findings)
        damaged = self._ragged(records, sound)
        damaged[garbled] = True
        read = TextTable(
            table=self.table.name,
            file=self.file,
            cells=self._cells(records, sound, header, garbled),
            rows=np.arange(1, sound, dtype=np.int64),
            lines=records.lines[1:sound],
            damaged=damaged[1:sound],
            positions=header.positions,
            refused={},
        )
        return self._reading(read, records, sound)

    def _reading(self, read: TextTable, records: Records, sound: int) -> Reading:
        if sound == len(records) and records.stop is None:
            return Reading((read,), tuple(self.findings))
        line = int(records.lines[sound]) if sound < len(records) else records.stop.line if records.stop else 0
        skipped = Skipped("*", f"{self.file} was read only up to line {line}")
        return Reading((read,), tuple(self.findings), (skipped,), frozenset({self.table.name}))

    def _problem(self, rule: str, line: int | None, facts: Facts) -> Finding:
        return problem(rule, Origin(self.file, None, line), table=self.table.name, facts=facts)

    def _records(self) -> Records:
        if encoding := wide_encoding(self.data):
            bad = BadByte(0, self.data[0])
            facts = bad.facts(f"It looks like {encoding}: {SAVE_AS}")
            raise _UnusableFileError(self._problem("encoding-invalid", None, facts))
        records = scan_records(self.data, len(BOM) if self.data.startswith(BOM) else 0)
        if len(records):
            return records
        hint = self._separator_hint(self.data.strip().partition(b"\n")[0])
        if hint or records.stop is None:
            raise _UnusableFileError(self._problem("header-missing", 1, {"suggestion": hint}))
        stop = records.stop
        raise _UnusableFileError(self._problem("file-unreadable", stop.line, {"problem": stop.problem}))

    def _header(self, records: Records) -> Header:
        width, line = int(records.fields[0]), int(records.lines[0])
        if width > MAX_COLUMNS:
            facts = limit_facts("columns", MAX_COLUMNS, width)
            raise _UnusableFileError(self._problem("limit-exceeded", line, facts))
        text = self.data[records.starts[0] : records.ends[0]]
        names = read_names(text, width)
        header = match_header(names, self.table, partial(self._header_place, line), self._separator_hint(text))
        if not header.positions:
            raise _UnusableFileError(header.findings[0])
        if bad := first_bad_byte(self.data, int(records.starts[0]), int(records.ends[0])):
            self.findings.append(self._problem("encoding-invalid", line, bad.facts()))
        return header

    def _header_place(self, line: int, position: int | None) -> Origin:
        return Origin(self.file, None, line, None if position is None else f"{column_letters(position)}1")

    def _separator_hint(self, header: bytes) -> str:
        text = header.removeprefix(BOM).decode("utf-8", "replace")
        for separator, words in SEPARATORS:
            names = (name.strip().strip('"') for name in text.split(separator))
            if separator in text and any(name in self.table.by_name for name in names):
                return f"The columns are separated by {words}; save with commas."
        return ""

    def _sound(self, records: Records) -> int:
        """How many records, the header included, can be read; a finding says why it is not all of them."""
        too_long = np.flatnonzero(records.ends - records.starts > MAX_RECORD_BYTES)
        if too_long.size:
            first = int(too_long[0])
            size = int(records.ends[first] - records.starts[first])
            facts = limit_facts("bytes in one record", MAX_RECORD_BYTES, size)
            self.findings.append(self._problem("limit-exceeded", int(records.lines[first]), facts))
            return first
        if stop := records.stop:
            self.findings.append(self._problem("file-unreadable", stop.line, {"problem": stop.problem}))
        return len(records)

    def _garbled(self, records: Records, sound: int) -> list[int]:
        """Indices of the records with bytes that are not UTF-8."""
        found: list[tuple[int, BadByte]] = []
        for block in blocks_of(records, 1, sound):
            begin, end = int(records.starts[block.first]), int(records.ends[block.last])
            while begin < end and (bad := first_bad_byte(self.data, begin, end)):
                index = int(np.searchsorted(records.starts, bad.offset, "right")) - 1
                found.append((index, bad))
                begin = int(records.ends[index])
                if len(found) > MAX_GARBLED_ROWS:
                    facts = found[0][1].facts(f"It does not look like UTF-8: {SAVE_AS}")
                    raise _UnusableFileError(self._problem("encoding-invalid", None, facts))
        self.findings.extend(self._of_row("encoding-invalid", records, index, bad.facts()) for index, bad in found)
        return [index for index, _ in found]

    def _of_row(self, rule: str, records: Records, index: int, facts: Facts) -> Finding:
        origin = Origin(self.file, None, int(records.lines[index]))
        return problem(rule, origin, table=self.table.name, row=index, facts=facts)

    def _ragged(self, records: Records, sound: int) -> Flags:
        width = int(records.fields[0])
        ragged: Flags = records.fields != width
        for index in np.flatnonzero(ragged[:sound]).tolist():
            found = int(records.fields[index])
            rule = "row-too-short" if found < width else "row-too-long"
            self.findings.append(self._of_row(rule, records, index, {"expected": width, "found": found}))
        return ragged

    def _cells(self, records: Records, sound: int, header: Header, garbled: Sequence[int]) -> pa.Table:
        columns = dict(header.positions)
        schema = pa.schema([(name, pa.string()) for name in columns])
        blocks = [
            Block(block.first, block.last, bool(_within(block, garbled))) for block in blocks_of(records, 1, sound)
        ]
        with ThreadPoolExecutor(min(WORKERS, pa.cpu_count())) as pool:
            parts = list(pool.map(partial(read_block, self.data, records, columns), blocks))
        return pa.concat_tables([schema.empty_table(), *parts]) if parts else schema.empty_table()


def _within(block: Block, indices: Sequence[int]) -> list[int]:
    return [index for index in indices if block.first <= index <= block.last]
