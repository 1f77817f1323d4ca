"""Parquet files: typed columns, turned into the text that a CSV cell would hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from pfds.intake.encoding import first_bad_byte
from pfds.intake.header import match_header
from pfds.intake.limits import MAX_COLUMNS, MAX_RECORDS, MAX_TEXT_BYTES
from pfds.intake.parquet_text import TextColumn, column_text, is_textable, type_words
from pfds.intake.problems import TYPE_WORDS, Facts, Reading, limit_facts, nothing_read, problem, type_facts
from pfds.intake.tables import TextTable
from pfds.standard.findings import Finding, Origin
from pfds.standard.model import Table

NOT_PARQUET: Final = "it is not a Parquet file, or it is damaged"


def read_parquet(data: bytes, file: str, table: Table) -> Reading:
    """Read the records of one table; what cannot be read becomes findings."""
    reader = _ParquetFile(file, table)
    try:
        return reader.read(parquet.ParquetFile(pa.BufferReader(data)))
    except (pa.ArrowException, OSError):
        finding = reader.problem("file-unreadable", facts={"problem": NOT_PARQUET})
    except _UnusableFileError as unusable:
        finding = unusable.finding
    return nothing_read(finding, table.name, file, f"{file} could not be read")


class _UnusableFileError(Exception):
    """Nothing can be read, for the reason that the finding gives."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.rule)
        self.finding = finding


@dataclass(slots=True)
class _ParquetFile:
    file: str
    table: Table
    findings: list[Finding] = field(default_factory=list)
    dropped: set[str] = field(default_factory=set)
    """Columns that turned out not to be UTF-8."""

    def problem(self, rule: str, name: str | None = None, row: int | None = None, *, facts: Facts) -> Finding:
        return problem(rule, Origin(self.file), table=self.table.name, field=name, row=row, facts=facts)

    def read(self, source: parquet.ParquetFile) -> Reading:
        schema, rows = source.schema_arrow, source.metadata.num_rows
        self._limit("columns", MAX_COLUMNS, len(schema.names))
        self._limit("records", MAX_RECORDS, rows)
        header = match_header(schema.names, self.table, lambda _: Origin(self.file))
        if not header.positions:
            raise _UnusableFileError(header.findings[0])
        self.findings.extend(header.findings)
        names = [name for name, position in header.positions.items() if self._has_text(name, schema.field(position))]
        parts = list(self._parts(source, names))
        kept = [name for name in names if name not in self.dropped]
        cells = pa.concat_tables([part.select(kept) for part in parts]) if parts else _no_rows(kept)
        read = TextTable(
            table=self.table.name,
            file=self.file,
            cells=cells,
            rows=np.arange(1, rows + 1, dtype=np.int64),
            lines=np.zeros(rows, np.int64),
            damaged=np.zeros(rows, np.bool_),
            positions={},
            refused={},
        )
        return Reading((read,), tuple(self.findings))

    def _limit(self, subject: str, limit: int, found: int) -> None:
        if found > limit:
            raise _UnusableFileError(self.problem("limit-exceeded", facts=limit_facts(subject, limit, found)))

    def _has_text(self, name: str, column: pa.Field[pa.DataType]) -> bool:
        if is_textable(column.type):
            return True
        expected = TYPE_WORDS[self.table.by_name[name].json_type]
        facts = {**type_facts(self.table.by_name[name], expected, type_words(column.type)), "value": "the whole column"}
        self.findings.append(self.problem("cell-type", name, facts=facts))
        return False

    def _parts(self, source: parquet.ParquetFile, names: list[str]) -> Iterator[pa.Table]:
        size = begin = 0
        for group in range(source.num_row_groups):
            rows = source.read_row_group(group, columns=names)
            columns = {name: column_text(rows.column(rows.schema.names.index(name))) for name in names}
            for name, column in columns.items():
                self._check_text(name, column, begin)
            part = pa.table(columns)
            size += part.nbytes
            begin += part.num_rows
            self._limit("bytes of text", MAX_TEXT_BYTES, size)
            yield part

    def _check_text(self, name: str, column: TextColumn, begin: int) -> None:
        if name in self.dropped:
            return
        try:
            column.validate(full=True)
        except pa.ArrowInvalid:
            self.dropped.add(name)
            self.findings.append(self._garbled(name, column.cast(pa.binary()).to_pylist(), begin))

    def _garbled(self, name: str, values: list[bytes | None], begin: int) -> Finding:
        for row, value in enumerate(values, begin + 1):
            if value and (bad := first_bad_byte(value, 0, len(value))):
                return self.problem("encoding-invalid", name, row, facts=bad.facts())
        raise AssertionError("a column that is not UTF-8 has no bad byte")


def _no_rows(names: list[str]) -> pa.Table:
    return pa.schema([(name, pa.string()) for name in names]).empty_table()
