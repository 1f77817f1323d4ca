"""A workbook as a submission: each sheet that is a table of the standard, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePosixPath
from typing import Final

import numpy as np
import pyarrow as pa

from pfds.intake.columns import HeldColumns, Integers
from pfds.intake.problems import empty_table, problem, table_unknown
from pfds.intake.sheet_cells import SheetColumn, sheet_columns
from pfds.intake.sheet_header import SheetHeader, find_header, is_template_sheet
from pfds.intake.sheet_labels import table_called
from pfds.intake.sheet_meta import META, read_meta_sheet
from pfds.intake.sheet_notices import BY_FILE, BY_LABEL, changes, notices, of_cells, recognised
from pfds.intake.stream import ByteStream
from pfds.intake.tables import Reading, Task, TextTable
from pfds.intake.workbook_frames import LIMITS, Limits, Sheet, WorkbookRefusedError
from pfds.intake.workbook_process import read_sheets
from pfds.standard.findings import Finding, Origin, Skipped
from pfds.standard.model import Standard
from pfds.standard.phrase import Phrase

_PIECE: Final = 1 << 16
"""Records that are judged together."""


class WorkbookFile:
    """A workbook that holds a whole submission; sheets that were read before it breaks off are kept."""

    tables = None

    def __init__(self, stream: ByteStream, file: str, standard: Standard, limits: Limits = LIMITS) -> None:
        self.file = file
        self.sha256 = stream.sha256
        self.progress = stream.progress
        self.close = stream.close
        self._stream = stream
        self._standard = standard
        self._limits = limits

    def tasks(self) -> Iterator[Task]:
        """For every sheet a task for what is known of it, then one for each piece of its records."""
        book = _Book(self.file, self._standard)
        try:
            with closing(read_sheets(self._stream, self._limits)) as sheets:
                for sheet in sheets:
                    yield from book.read(sheet)
            yield from book.end()
        except WorkbookRefusedError as refused:
            yield from book.end(whole=False)
            yield partial(book.refused, refused)


@dataclass(slots=True)
class _Book:
    """The sheets that were read: by table, the first of each; and those that have no name of a table."""

    file: str
    standard: Standard
    known: dict[str, str] = field(default_factory=dict)
    unknown: list[Sheet] = field(default_factory=list)

    def read(self, sheet: Sheet) -> Iterator[Task]:
        """The tasks of a sheet; one that may be called after its file waits for the others."""
        if not len(sheet.rows) or is_template_sheet(sheet):
            return
        if sheet.name.strip().casefold() == META:
            yield partial(read_meta_sheet, sheet, self.file, self.standard)
            return
        table = table_called(self.standard, sheet.name.strip())
        if table is None:
            self.unknown.append(sheet)
        elif table in self.known:
            facts = {"name": table, "first": Phrase("sheet {name}", name=self.known[table])}
            found = problem("table-duplicate", Origin(self.file, sheet.name), table=table, facts=facts)
            yield partial(Reading, (), (found,))
        else:
            yield from self._table(sheet, table, None if sheet.name == table else BY_LABEL)

    def end(self, *, whole: bool = True) -> Iterator[Task]:
        """The tasks of the sheets that have no name of a table."""
        named = table_called(self.standard, PurePosixPath(self.file).stem)
        if whole and named and len(self.unknown) == 1 and not self.known:
            yield from self._table(self.unknown[0], named, BY_FILE)
            return
        names = list(self.standard.tables)
        origins = ((sheet.name, Origin(self.file, sheet.name)) for sheet in self.unknown)
        found = tuple(table_unknown(origin, name, name, names) for name, origin in origins)
        if whole and not self.known and not found:
            found = (problem("table-unknown", Origin(self.file), facts=_NOTHING),)
        if found:
            yield partial(Reading, (), found)

    def refused(self, refused: WorkbookRefusedError) -> Reading:
        """The workbook cannot be read, or not further."""
        finding = problem(refused.rule, Origin(self.file), facts=refused.facts)
        words = (
            Phrase("{file} could not be read to its end", file=self.file)
            if self.known
            else Phrase("{file} could not be read", file=self.file)
        )
        return Reading((), (finding,), (Skipped("*", words),), frozenset(self.standard.tables), stops=True)

    def _table(self, sheet: Sheet, name: str, because: Phrase | None) -> Iterator[Task]:
        self.known[name] = sheet.name
        table = self.standard.tables[name]
        found = find_header(sheet, table, self.standard, self.file)
        told = [] if because is None else [recognised(sheet, name, self.file, because)]
        told.extend(found.header.findings)
        if not found.header.positions:
            skipped = Skipped("*", Phrase("a sheet of {file} could not be read", file=self.file))
            yield partial(Reading, (empty_table(name, self.file),), tuple(told), (skipped,), frozenset({name}))
            return
        rows, columns = sheet_columns(sheet, found, table, self.standard)
        told.extend(found.findings)
        told.extend(notices(sheet, name, self.file, found, rows))
        for column in columns:
            position = found.header.positions[column.field.name]
            told.extend(changes(column, rows, sheet, (self.file, name, position)))
        body = _Body(self.file, name, sheet.name, found, rows, columns)
        yield partial(Reading, (body.piece(0, 0),), tuple(told))
        for begin in range(0, len(rows), _PIECE):
            yield partial(body.read, begin, min(begin + _PIECE, len(rows)))


_NOTHING: Final = {
    "name": Phrase("The workbook"),
    "similar": "",
    "suggestion": Phrase("No sheet of it holds anything."),
}


@dataclass(frozen=True, slots=True)
class _Body:
    """The records of a sheet."""

    file: str
    table: str
    sheet: str
    found: SheetHeader
    rows: Integers
    columns: list[SheetColumn]

    def read(self, begin: int, end: int) -> Reading:
        """The records from ``begin`` to before ``end``, and what is wrong with single cells."""
        text = self.piece(begin, end)
        found: tuple[Finding, ...] = tuple(of_cells(self.columns, text, begin))
        return Reading((text,), found)

    def piece(self, begin: int, end: int) -> TextTable:
        """The records from ``begin`` to before ``end``."""
        size = end - begin
        cells = {column.field.name: column.values.slice(begin, size) for column in self.columns}
        refused = {column.field.name: column.refused[begin:end] for column in self.columns}
        return TextTable(
            table=self.table,
            file=self.file,
            columns=HeldColumns(pa.table(cells)),
            rows=np.arange(1, size + 1, dtype=np.int64),
            lines=self.rows[begin:end],
            damaged=np.zeros(size, np.bool_),
            positions=self.found.header.positions,
            refused={name: flags for name, flags in refused.items() if flags.any()},
            sheet=self.sheet,
        )
