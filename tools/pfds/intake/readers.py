"""The reader of each form of file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, BinaryIO, Final, TypeAlias

from pfds.intake.columnar_child import ARROW, PARQUET
from pfds.intake.columnar_file import NOT_ARROW, NOT_PARQUET, ColumnarFile
from pfds.intake.columnar_process import ColumnProcess
from pfds.intake.csv_file import CsvFile
from pfds.intake.decoding import DecodedReader, DecodedStream
from pfds.intake.json_document import JsonDocument
from pfds.intake.json_lines import JsonLinesFile
from pfds.intake.known_encodings import Encoding
from pfds.intake.problems import nothing_read, problem
from pfds.intake.stream import BrokenOffError, ByteStream, HashedStream
from pfds.intake.survey import WORKBOOK_SUFFIXES
from pfds.intake.tables import Reader, Reading, Task
from pfds.standard.findings import Finding, Origin, Skipped
from pfds.standard.model import Standard, Table
from pfds.standard.phrase import Phrase

if TYPE_CHECKING:
    from pfds.intake.workbook_frames import Limits

BROKEN_OFF: Final = Phrase("the disk could not read it to its end")

OpenReader: TypeAlias = Callable[[ByteStream, str, Table, Standard], Reader]


@dataclass(frozen=True, slots=True)
class File:
    """What a file is called in findings, the form that its suffix tells, and its table (None: a JSON
    document or a workbook)."""

    name: str
    suffix: str
    table: str | None


def _csv(stream: ByteStream, file: str, table: Table, _: Standard) -> Reader:
    return CsvFile(stream, file, table)


def _json_lines(stream: ByteStream, file: str, table: Table, standard: Standard) -> Reader:
    return JsonLinesFile(stream, file, table, standard)


_TEXT_READERS: Final[Mapping[str, OpenReader]] = MappingProxyType(
    {".csv": _csv, ".jsonl": _json_lines, ".ndjson": _json_lines}
)
_COLUMN_FORMS: Final = MappingProxyType(
    {".parquet": (PARQUET, NOT_PARQUET), ".arrow": (ARROW, NOT_ARROW), ".feather": (ARROW, NOT_ARROW)}
)
TABLE_SUFFIXES: Final = (*_TEXT_READERS, *_COLUMN_FORMS)
"""Forms of a file that holds one table."""


def open_reader(
    stream: BinaryIO,
    size: int,
    file: File,
    standard: Standard,
    encoding: Encoding | None,
    limits: Limits | None = None,
    columns: ColumnProcess | None = None,
) -> Reader:
    """The reader of an open file of ``size`` bytes. Text is read as UTF-8, or in the ``encoding`` given; a workbook
    within its ``limits``, by default those of `limits`; typed columns by the process ``columns``, or one of its own."""
    hashed = HashedStream(stream, size)
    if file.suffix in WORKBOOK_SUFFIXES:
        from pfds.intake.workbook_file import WorkbookFile  # noqa: PLC0415 - most submissions are none
        from pfds.intake.workbook_frames import LIMITS  # noqa: PLC0415 - see above

        return WorkbookFile(hashed, file.name, standard, limits or LIMITS)
    if file.table is not None and file.suffix in _COLUMN_FORMS:
        form, otherwise = _COLUMN_FORMS[file.suffix]
        process = columns or ColumnProcess()
        process.will_read(form, stream)
        opened = partial(process.columns, form, stream, hashed)
        return ColumnarFile(hashed, opened, file.name, standard.tables[file.table], otherwise)
    decoded = DecodedStream(hashed, encoding, by_mark=file.suffix == ".csv")
    if file.table is None:
        reader: Reader = JsonDocument(decoded, file.name, standard)
    else:
        reader = _TEXT_READERS[file.suffix](decoded, file.name, standard.tables[file.table], standard)
    return DecodedReader(reader, decoded, asked=encoding is not None)


class WholeReader:
    """A reader whose file may turn out to be damaged while it is read; what stands before that is still read."""

    def __init__(self, reader: Reader, standard: Standard) -> None:
        self.file = reader.file
        self.tables = reader.tables
        self.progress = reader.progress
        self.close = reader.close
        self._reader = reader
        self._standard = standard

    def tasks(self) -> Iterator[Task]:
        """The tasks of the reader, and, if the bytes break off, one that says so."""
        begun = False
        try:
            for task in self._reader.tasks():
                begun = True
                yield task
        except (BrokenOffError, OSError) as error:
            words = str(error) if isinstance(error, BrokenOffError) else BROKEN_OFF
            yield partial(self._broken_off, words, begun=begun)

    def sha256(self) -> str | None:
        """Hash of all bytes of the file; None if they cannot be read."""
        try:
            return self._reader.sha256()
        except (BrokenOffError, OSError):
            return None

    def _broken_off(self, words: str, *, begun: bool) -> Reading:
        table = self.tables[0] if self.tables else None
        finding = problem("file-unreadable", Origin(self.file), table=table, facts={"problem": words})
        if table and not begun:
            return nothing_read(finding, table, self.file, Phrase("{file} could not be read", file=self.file))
        skipped = (Skipped("*", Phrase("{file} could not be read to its end", file=self.file)),)
        return Reading((), (finding,), skipped, frozenset(self.tables or self._standard.tables), stops=True)


class RefusedFile:
    """A file that is not read, for the reason that the finding gives; it holds ``table``, or may hold any."""

    def __init__(self, file: str, table: str | None, finding: Finding, standard: Standard) -> None:
        self.file = file
        self.tables = None if table is None else (table,)
        self._finding = finding
        self._standard = standard

    def tasks(self) -> Iterator[Task]:
        """One task that gives the reason."""
        yield self._read

    def _read(self) -> Reading:
        because = Phrase("{file} could not be read", file=self.file)
        if self.tables:
            return nothing_read(self._finding, self.tables[0], self.file, because)
        skipped = (Skipped("*", because),)
        return Reading((), (self._finding,), skipped, frozenset(self._standard.tables), stops=True)

    def sha256(self) -> None:
        """A file that was not read has no hash."""

    def progress(self) -> tuple[int, int]:
        """Nothing to read."""
        return 0, 0

    def close(self) -> None:
        """Nothing is open."""
