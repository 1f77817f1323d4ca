"""One pass over every file: cells are judged, and what later checks need is laid aside."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from pfds.checks.account import is_error, rejected
from pfds.checks.allocators import give_back_memory
from pfds.checks.cells import BadCells, CheckedTable, check_cells
from pfds.checks.gathered import Gathered
from pfds.checks.keys import sent
from pfds.checks.laying import (
    LaidColumn,
    Wanted,
    all_columns,
    decided_columns,
    defective_rows,
    laid_rows,
    linking_columns,
    numbered,
    record_rows,
)
from pfds.checks.mentions import NameMatcher
from pfds.checks.protected import ProtectedNames, mentions, searched
from pfds.checks.record_copy import RecordCopy
from pfds.checks.spool import Spool
from pfds.intake.columns import as_table
from pfds.intake.metadata import merge_meta
from pfds.intake.tables import READ_FIRST, InputFile, Reader, Reading, Submission, Task, TextTable
from pfds.standard.findings import Finding
from pfds.standard.model import Standard

Progress: TypeAlias = Callable[[str, int, int], None]
"""Told the file that is read, the bytes read of all files so far, and the bytes of all files."""

WORKERS: Final = 2
AHEAD: Final = 2
"""Pieces read ahead of those that are judged."""
_NAMING: Final = frozenset({"persons", "names"})


@dataclass(frozen=True, slots=True)
class _Judged:
    """The records of one table in a piece: what is to be laid aside of them, and where names stand in them."""

    checked: CheckedTable
    laid: pa.Table
    mentions: pa.Table | None


@dataclass(slots=True)
class CellPass:
    """Gathers what the files of a submission give, piece by piece and in order.

    Only columns ``wanted`` by a rule, claimed about or (if somebody is protected) holding text are laid aside. The
    records of each table are numbered from ``first`` on; ``laid`` are the columns to lay aside where that was decided.
    To ``search`` is to look for protected names in the tables that are read after persons and names. All records go
    into the ``copies`` as well.
    """

    standard: Standard
    gathered: Gathered
    spool: Spool
    wanted: Wanted
    progress: Progress | None = None
    workers: int = WORKERS
    first: int = 0
    search: bool = False
    copies: tuple[RecordCopy, ...] = ()
    laid: dict[str, tuple[LaidColumn, ...]] = field(default_factory=dict)
    _rows: dict[tuple[str, str], int] = field(default_factory=dict)
    _columns_of: dict[tuple[str, str], tuple[tuple[int, str], ...]] = field(default_factory=dict)
    _numbers: dict[str, int] = field(default_factory=dict)
    _spoilt: set[tuple[str, str]] = field(default_factory=set)
    _all: tuple[Reader, ...] = ()
    _unread: list[Reader] = field(default_factory=list)
    _last_keys: dict[str, str] = field(default_factory=dict)
    _names: ProtectedNames = field(default_factory=ProtectedNames)
    _matcher: NameMatcher | None = None
    _searching: bool = False
    _stopped: bool = False

    def run(self, submission: Submission) -> None:
        """Read every file."""
        self.gathered.meta.update(submission.meta)
        self.gathered.tally.add(submission.findings)
        self.gathered.skipped.extend(submission.skipped)
        self.gathered.unreadable |= submission.partial
        self._all = submission.files
        self._unread = list(submission.files)
        with ThreadPoolExecutor(min(self.workers, pa.cpu_count())) as judges, ThreadPoolExecutor(1) as taker:
            for reader in submission.files:
                self._prepare_search()
                self._read(reader, judges, taker)
                self._unread.remove(reader)

    def _prepare_search(self) -> None:
        """Makes the matcher as soon as all persons and names are read."""
        if self.search and not self._searching and not self._open(_NAMING):
            self._searching = True
            self._matcher = self._names.matcher()

    def _open(self, tables: frozenset[str]) -> bool:
        """Whether records of these tables may still be to come."""
        return any(reader.tables is None or tables & set(reader.tables) for reader in self._unread)

    def _read(self, reader: Reader, judges: ThreadPoolExecutor, taker: ThreadPoolExecutor) -> None:
        """Pieces are read here, judged side by side, and taken one after the other in another thread."""
        waiting: deque[Future[bool]] = deque()
        self._stopped = False
        try:
            for task in reader.tasks():
                waiting.append(taker.submit(self._take_next, judges.submit(self._judge, task), reader))
                self._tell(reader)
                if len(waiting) > WORKERS + AHEAD and waiting.popleft().result():
                    break
            while waiting:
                waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
        self._finish(reader)

    def _take_next(self, judged: Future[tuple[Reading, list[_Judged]]], reader: Reader) -> bool:
        """Takes note of the next piece, if those before can be trusted; True if those that follow cannot."""
        reading, tables = judged.result()
        self._stopped = self._stopped or self._take(reading, tables, reader)
        return self._stopped

    def _judge(self, task: Task) -> tuple[Reading, list[_Judged]]:
        reading = task()
        return reading, [self._judge_table(text) for text in reading.tables]

    def _judge_table(self, text: TextTable) -> _Judged:
        checked = check_cells(self.standard, text)
        laid = laid_rows(checked, self._columns(text.table))
        return _Judged(checked, laid, self._mentions(checked, self._matcher) if self._matcher else None)

    def _mentions(self, checked: CheckedTable, matcher: NameMatcher) -> pa.Table:
        columns = [name for name in searched(checked.table) if name in checked.text.columns.names]
        return mentions(matcher, checked.table, checked.columns, columns)

    def _take(self, reading: Reading, tables: list[_Judged], reader: Reader) -> bool:
        """Takes note of one piece; True if nothing that follows in the file can be trusted."""
        gathered = self.gathered
        findings = (self._moved(finding, reader) for finding in reading.findings)
        bad = (cells for table in tables for cells in self._placed(table.checked))
        gathered.tally.add_piece(self.standard, findings, bad)
        gathered.tally.add_unlisted(reading.unlisted)
        gathered.skipped.extend(reading.skipped)
        gathered.unreadable |= reading.partial
        gathered.tally.add(merge_meta(gathered.meta, reading.meta, reader.file))
        self._spoilt |= {
            (finding.table, reader.file)
            for finding in reading.findings
            if is_error(finding) and finding.table and finding.field and finding.row is None
        }
        for table in tables:
            self._take_table(table.checked, table.laid, reading.findings)
            if self._searching:
                gathered.searched.add(table.checked.table.name)
            if table.mentions is not None:
                self.spool.append("name_mentions", table.mentions)
        return reading.stops

    def _moved(self, finding: Finding, reader: Reader) -> Finding:
        before = self._rows.get((finding.table or "", reader.file), 0)
        return finding._replace(row=finding.row + before) if finding.row is not None and before else finding

    def _placed(self, checked: CheckedTable) -> Iterator[BadCells]:
        text = checked.text.after(self._rows.get((checked.text.table, checked.text.file), 0))
        return (replace(cells, column=replace(cells.column, text=text)) for cells in checked.bad)

    def _take_table(self, checked: CheckedTable, laid: pa.Table, told: Iterable[Finding]) -> None:
        table, file = checked.table, checked.text.file
        number = self._numbers.get(table.name, self.first)
        before = self._rows.get((table.name, file))
        if before is None:
            self.gathered.places.begin(checked.text, number)
            self._columns_of[table.name, file] = tuple(
                sorted((at, name) for name, at in checked.text.positions.items())
            )
            self.gathered.present.add(table.name)
        self._take_note(checked)
        for copy in self.copies:
            copy.add(checked)
        self.spool.append(sent(table.name), numbered(laid, number))
        self.gathered.defective |= {(table.name, name) for name in checked.defective}
        if self.wanted:
            self.spool.append("sent_records", record_rows(checked, number))
            if checked.defective:
                self.spool.append("sent_defective_cells", defective_rows(checked, number))
        size = len(checked.text.rows)
        self.gathered.account.take(table.name, size)
        self.gathered.account.reject(table.name, [rejected(self.standard, checked, told) + number])
        self._rows[table.name, file] = (before or 0) + size
        self._numbers[table.name] = number + size

    def _take_note(self, checked: CheckedTable) -> None:
        """What decides which cells of the other tables are laid aside."""
        name, cells = checked.table.name, checked.columns
        open_yet = [column for column in cells.names if (name, column) not in self.gathered.filled]
        self.gathered.filled |= {(name, column) for column in open_yet if cells.empty(column) < len(cells)}
        self._note_order(checked)
        if name == "claims":
            subject = ["subject_table", "subject_field"]
            pairs = as_table(cells, subject).group_by(subject)
            self.gathered.claimed |= {tuple(pair.values()) for pair in pairs.aggregate([]).to_pylist()}
        if name in ("persons", "names"):
            self._names.note(checked)
            public = pc.fill_null(pc.equal(cells.column("disclosure"), "public"), True)
            self.gathered.protected |= not pc.all(public, min_count=0).as_py()

    def _note_order(self, checked: CheckedTable) -> None:
        """Identifiers that rise from record to record need not be looked through for repeated ones."""
        name = checked.table.name
        keys = checked.columns.column(checked.table.primary_key).drop_null()
        if not len(keys) or name in self.gathered.repeating:
            return
        rising = pc.all(pc.greater(keys.slice(1), keys.slice(0, len(keys) - 1)), min_count=0).as_py()
        if not rising or keys[0].as_py() <= self._last_keys.get(name, ""):
            self.gathered.repeating.add(name)
        self._last_keys[name] = keys[-1].as_py()

    def _columns(self, name: str) -> tuple[LaidColumn, ...]:
        """Columns of a table to lay aside, decided once; all of them as long as it is open which will be needed.

        Nothing that is still to come of the file that is read now can change what is decided.
        """
        if name not in self.laid:
            table = self.standard.tables[name]
            if not self.wanted:
                self.laid[name] = linking_columns(table)
                return self.laid[name]
            if self._open(frozenset(READ_FIRST)):
                self.laid[name] = all_columns(table)
            else:
                self.laid[name] = decided_columns(
                    table, self.wanted, self.gathered.claimed, protected=self.gathered.protected and not self._searching
                )
        return self.laid[name]

    def _finish(self, reader: Reader) -> None:
        digest = reader.sha256()
        if digest is not None:
            held = reader.tables or tuple(table for table, file in self._rows if file == reader.file) or (None,)
            for table in held:
                held_in = table or "", reader.file
                columns = self._columns_of.get(held_in, ())
                self.gathered.files.append(InputFile(reader.file, digest, table, self._rows.get(held_in, 0), columns))
        self._reject_spoilt(reader.file)
        reader.close()
        self.spool.settle()
        give_back_memory()
        self._tell(reader)

    def _reject_spoilt(self, file: str) -> None:
        """All records of a file of which a column as a whole is wrong."""
        for table, spoilt in self._spoilt:
            if spoilt == file and (table, file) in self._rows:
                end = self._numbers[table]
                self.gathered.account.reject_all(table, end - self._rows[table, file], end)

    def _tell(self, reader: Reader) -> None:
        if self.progress:
            read = sum(each.progress()[0] for each in self._all)
            self.progress(reader.file, read, sum(each.progress()[1] for each in self._all))
