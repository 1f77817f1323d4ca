"""One pass over every file: cells are judged, and what later checks need is laid aside."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from pfds.checks.cells import CheckedTable, check_cells
from pfds.checks.keys import Presence, sent
from pfds.checks.laying import defective_rows, laid_columns, laid_rows, record_rows
from pfds.checks.places import Places
from pfds.checks.spool import Spool
from pfds.checks.tally import Tally
from pfds.intake.metadata import merge_meta
from pfds.intake.tables import InputFile, Reader, Reading, Submission, Task
from pfds.standard.findings import Finding, Skipped
from pfds.standard.model import Field, Standard

Progress: TypeAlias = Callable[[str, int, int], None]
"""Told the file that is read, the bytes read of all files so far, and the bytes of all files."""

WORKERS: Final = 2
AHEAD: Final = 2
"""Pieces read ahead of those that are judged."""
_DECIDING: Final = ("claims", "persons", "names")


@dataclass(slots=True)
class CellPass:
    """Gathers what the files of a submission give, piece by piece and in order.

    Only columns ``wanted`` by a rule, claimed about or (if somebody is protected) holding text are laid aside. With
    ``keep``, the records themselves are kept as well, per table.
    """

    standard: Standard
    tally: Tally
    spool: Spool
    wanted: frozenset[str]
    keep: bool = False
    progress: Progress | None = None
    places: Places = field(default_factory=Places)
    skipped: list[Skipped] = field(default_factory=list)
    files: list[InputFile] = field(default_factory=list)
    meta: dict[str, object] = field(default_factory=dict)
    kept: dict[str, list[pa.Table]] = field(default_factory=dict)
    defective: set[tuple[str, str]] = field(default_factory=set)
    _present: set[str] = field(default_factory=set)
    _unreadable: set[str] = field(default_factory=set)
    _filled: set[tuple[str, str]] = field(default_factory=set)
    _rows: dict[tuple[str, str], int] = field(default_factory=dict)
    _numbers: dict[str, int] = field(default_factory=dict)
    _laid: dict[str, tuple[Field, ...]] = field(default_factory=dict)
    _all: tuple[Reader, ...] = ()
    _unread: list[Reader] = field(default_factory=list)
    _claimed: set[tuple[str, str]] = field(default_factory=set)
    _protected: bool = False

    def run(self, submission: Submission) -> None:
        """Read every file."""
        self.meta.update(submission.meta)
        self.tally.add(submission.findings)
        self.skipped.extend(submission.skipped)
        self._unreadable |= submission.partial
        self._all = submission.files
        self._unread = list(submission.files)
        with ThreadPoolExecutor(min(WORKERS, pa.cpu_count())) as pool:
            for reader in submission.files:
                self._read(reader, pool)
                self._unread.remove(reader)

    def presence(self, *, complete: bool) -> Presence:
        """Which tables and fields there are."""
        return Presence(frozenset(self._present), frozenset(self._unreadable), frozenset(self._filled), complete)

    def _read(self, reader: Reader, pool: ThreadPoolExecutor) -> None:
        waiting: deque[Future[tuple[Reading, list[CheckedTable]]]] = deque()
        tasks = reader.tasks()
        try:
            for task in tasks:
                waiting.append(pool.submit(self._judge, task))
                self._tell(reader)
                if len(waiting) > WORKERS + AHEAD and self._take(*waiting.popleft().result(), reader):
                    break
            else:
                while waiting and not self._take(*waiting.popleft().result(), reader):
                    pass
        finally:
            for future in waiting:
                future.cancel()
        self._finish(reader)

    def _judge(self, task: Task) -> tuple[Reading, list[CheckedTable]]:
        reading = task()
        return reading, [check_cells(self.standard, text) for text in reading.tables]

    def _take(self, reading: Reading, checked: list[CheckedTable], reader: Reader) -> bool:
        """Takes note of one piece; True if nothing that follows in the file can be trusted."""
        self.tally.add(self._moved(finding, reader) for finding in reading.findings)
        self.skipped.extend(reading.skipped)
        self._unreadable |= reading.partial
        self.tally.add(merge_meta(self.meta, reading.meta, reader.file))
        for table in checked:
            self._take_table(table)
        return reading.stops

    def _moved(self, finding: Finding, reader: Reader) -> Finding:
        before = self._rows.get((finding.table or "", reader.file), 0)
        return replace(finding, row=finding.row + before) if finding.row is not None and before else finding

    def _take_table(self, checked: CheckedTable) -> None:
        table, file = checked.table, checked.text.file
        number = self._numbers.get(table.name, 0)
        before = self._rows.get((table.name, file))
        if before is None:
            self.places.begin(checked.text, number)
            self._present.add(table.name)
        self._tell_cells(checked, before or 0)
        self._take_note(checked)
        if self.keep:
            self.kept.setdefault(table.name, []).append(checked.cells)
        self.spool.append(sent(table.name), laid_rows(checked, self._columns(table.name), number))
        self.spool.append("sent_records", record_rows(checked, number))
        if checked.defective:
            self.defective |= {(table.name, name) for name in checked.defective}
            self.spool.append("sent_defective_cells", defective_rows(checked, number))
        size = len(checked.text.rows)
        self._rows[table.name, file] = (before or 0) + size
        self._numbers[table.name] = number + size

    def _tell_cells(self, checked: CheckedTable, before: int) -> None:
        for cells in checked.bad:
            column = replace(cells.column, text=cells.column.text.after(before))
            self.tally.add_cells(replace(cells, column=column))

    def _take_note(self, checked: CheckedTable) -> None:
        """What decides which cells of the other tables are laid aside."""
        name, cells = checked.table.name, checked.cells
        size = cells.num_rows
        self._filled |= {(name, column) for column in cells.column_names if cells.column(column).null_count < size}
        if name == "claims":
            pairs = cells.select(["subject_table", "subject_field"]).group_by(["subject_table", "subject_field"])
            self._claimed |= {tuple(pair.values()) for pair in pairs.aggregate([]).to_pylist()}
        if name in ("persons", "names"):
            public = pc.fill_null(pc.equal(cells.column("disclosure"), "public"), True)
            self._protected |= not pc.all(public, min_count=0).as_py()

    def _columns(self, name: str) -> tuple[Field, ...]:
        """Columns of a table to lay aside, decided once; all of them as long as it is open which will be needed."""
        if name not in self._laid:
            table = self.standard.tables[name]
            undecided = any(reader.tables is None or set(reader.tables) & set(_DECIDING) for reader in self._unread)
            claimed = {field for owner, field in self._claimed if owner == name}
            text = {field.name for field in table.fields if field.kind in ("line", "text", "url")}
            names = set(table.by_name) if undecided else claimed | (text if self._protected else set())
            self._laid[name] = laid_columns(table, self.wanted | names)
        return self._laid[name]

    def _finish(self, reader: Reader) -> None:
        digest = reader.sha256()
        if digest is not None:
            held = reader.tables or tuple(table for table, file in self._rows if file == reader.file) or (None,)
            for table in held:
                rows = self._rows.get((table or "", reader.file), 0)
                self.files.append(InputFile(reader.file, digest, table, rows))
        reader.close()
        self._tell(reader)

    def _tell(self, reader: Reader) -> None:
        if self.progress:
            read = sum(each.progress()[0] for each in self._all)
            self.progress(reader.file, read, sum(each.progress()[1] for each in self._all))
