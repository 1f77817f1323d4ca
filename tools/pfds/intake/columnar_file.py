"""Tables of typed columns (Parquet, Arrow IPC, tables in memory), turned into the text that a CSV cell would hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import Any, Final

import numpy as np
import pyarrow as pa

from pfds.intake.columnar_form import Columns, LongTextError, Piece, most_text
from pfds.intake.columnar_process import RefusedColumnsError, UnsoundColumnsError
from pfds.intake.columnar_text import TextColumn
from pfds.intake.columns import HeldColumns
from pfds.intake.encoding import first_bad_byte
from pfds.intake.header import Header, match_header
from pfds.intake.limits import MAX_COLUMNS, MAX_RECORD_BYTES
from pfds.intake.problems import TYPE_WORDS, Facts, limit_facts, nothing_read, problem, type_facts
from pfds.intake.stream import HashedStream
from pfds.intake.tables import Reading, Task, TextTable
from pfds.standard.findings import Finding, Origin, Skipped
from pfds.standard.model import Table
from pfds.standard.phrase import Phrase

NOT_PARQUET: Final = Phrase("it is not a Parquet file, or it is damaged")
NOT_ARROW: Final = Phrase("it is not an Arrow IPC file, or it is damaged")


class ColumnarFile:
    """A file of typed columns that holds one table; what cannot be read becomes findings."""

    def __init__(
        self,
        stream: HashedStream,
        columns: Callable[[], Columns],
        file: str,
        table: Table,
        otherwise: str,
    ) -> None:
        """``columns`` opens the file; ``otherwise`` says what it is not if that fails."""
        self.file = file
        self.tables = (table.name,)
        self.progress = stream.progress
        self.close = stream.close
        self._stream = stream
        self._columns = columns
        self._table = table
        self._otherwise = otherwise

    def sha256(self) -> str | None:
        """Hash of all bytes of the file."""
        return self._stream.sha256()

    def tasks(self) -> Iterator[Task]:
        """One task for the columns, then one for every batch of records."""
        body = _Body(self.file, self._table)
        begun = False
        try:
            for task in self._read(body):
                begun = True
                yield task
        except RefusedColumnsError as refused:
            finding = body.problem(refused.rule, facts=refused.facts)
        except LongTextError as long:
            finding = body.too_long(long, self._stream.size)
        except (UnsoundColumnsError, pa.ArrowException, OSError, ValueError, OverflowError):
            finding = body.problem("file-unreadable", facts={"problem": self._otherwise})
        else:
            return
        yield partial(body.broken if begun else body.nothing, finding)

    def _read(self, body: _Body) -> Iterator[Task]:
        columns = self._columns()
        if not body.open(columns):
            yield body.read_header
            return
        names = list(body.positions)
        pieces = iter(columns.pieces(list(body.positions.values())))
        first = next(pieces, None)
        yield body.read_header
        for piece in chain([first] if first else [], pieces):
            yield partial(body.read, names, piece)


@dataclass(slots=True)
class _Body:
    """The columns of one file that are read, by name with their position."""

    file: str
    table: Table
    positions: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    refused: Finding | None = None

    def problem(self, rule: str, name: str | None = None, row: int | None = None, *, facts: Facts) -> Finding:
        return problem(rule, Origin(self.file), table=self.table.name, field=name, row=row, facts=facts)

    def too_long(self, long: LongTextError, size: int) -> Finding:
        """A record, or the text of a file of ``size`` bytes, is not read."""
        if long.record:
            facts = limit_facts(Phrase("bytes in one record"), MAX_RECORD_BYTES, long.size)
            return self.problem("limit-exceeded", row=1, facts=facts)
        facts = limit_facts(Phrase("bytes of text in the file"), most_text(size), long.size)
        return self.problem("limit-exceeded", facts=facts)

    def open(self, columns: Columns) -> bool:
        """Match the columns with the fields; False if nothing can be read."""
        if len(columns.names) > MAX_COLUMNS:
            facts = limit_facts(Phrase("columns"), MAX_COLUMNS, len(columns.names))
            self.refused = self.problem("limit-exceeded", facts=facts)
            return False
        header = match_header(columns.names, self.table, lambda _: Origin(self.file))
        if not header.positions:
            self.refused = header.findings[0]
            return False
        self.findings.extend(header.findings)
        self._keep_textable(columns, header)
        return True

    def _keep_textable(self, columns: Columns, header: Header) -> None:
        for name, position in header.positions.items():
            if position not in columns.textless:
                self.positions[name] = position
                continue
            field = self.table.by_name[name]
            facts = type_facts(field, TYPE_WORDS[field.json_type], columns.textless[position])
            self.findings.append(self.problem("cell-type", name, facts={**facts, "value": "the whole column"}))

    def read_header(self) -> Reading:
        """A table without records, and what is wrong with its columns."""
        if self.refused:
            return self.nothing(self.refused)
        schema = pa.schema([(name, pa.string()) for name in self.positions])
        return Reading((self._text(schema.empty_table(), 0),), tuple(self.findings))

    def nothing(self, finding: Finding) -> Reading:
        """The file cannot be read."""
        return nothing_read(finding, self.table.name, self.file, Phrase("{file} could not be read", file=self.file))

    def broken(self, finding: Finding) -> Reading:
        """The file breaks here."""
        skipped = (Skipped("*", Phrase("{file} could not be read to its end", file=self.file)),)
        return Reading((), (finding,), skipped, frozenset({self.table.name}), stops=True)

    def read(self, names: list[str], piece: Piece) -> Reading:
        """The records of a piece."""
        found: list[Finding] = []
        texts = dict(zip(names, piece.texts(), strict=True))
        refused = {}
        for name, text in texts.items():
            if garbled := _garbled_rows(text):
                texts[name], refused[name] = self._without(text, garbled, found, name)
        return Reading((self._text(pa.table(texts), piece.rows, refused),), tuple(found))

    def _without(
        self, column: TextColumn, garbled: dict[int, Facts], found: list[Finding], name: str
    ) -> tuple[TextColumn, np.ndarray[Any, Any]]:
        """The column without the cells that are not UTF-8, and where these are."""
        found.extend(self.problem("encoding-invalid", name, row + 1, facts=facts) for row, facts in garbled.items())
        flags = np.zeros(len(column), np.bool_)
        flags[list(garbled)] = True
        values = [None if flags[row] else value for row, value in enumerate(column.cast(pa.binary()).to_pylist())]
        return pa.chunked_array([pa.array(values, pa.binary()).cast(pa.string())]), flags

    def _text(self, cells: pa.Table, rows: int, refused: dict[str, Any] | None = None) -> TextTable:
        return TextTable(
            table=self.table.name,
            file=self.file,
            columns=HeldColumns(cells),
            rows=np.arange(1, rows + 1, dtype=np.int64),
            lines=np.zeros(rows, np.int64),
            damaged=np.zeros(rows, np.bool_),
            positions={},
            refused=refused or {},
        )


def _garbled_rows(column: TextColumn) -> dict[int, Facts]:
    """Rows (0 = first) of the cells that are not UTF-8, with what is wrong in each."""
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        values = enumerate(column.cast(pa.binary()).to_pylist())
        return {row: bad.facts() for row, value in values if value and (bad := first_bad_byte(value, 0, len(value)))}
    return {}
