"""A submission opened from the paths given: folders, zip archives, single files of a table, JSON documents."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pfds.intake.archive import survey_archive
from pfds.intake.columnar_process import ColumnProcess
from pfds.intake.foreign import table_meant
from pfds.intake.known_encodings import Encoding
from pfds.intake.metadata import merge_meta
from pfds.intake.paths import DiskEntry, survey_folder
from pfds.intake.problems import shown, table_unknown
from pfds.intake.readers import TABLE_SUFFIXES, File, RefusedFile, WholeReader, open_reader
from pfds.intake.sheet_labels import table_called
from pfds.intake.survey import META_FILE, WORKBOOK_SUFFIXES, NotOpenedError, Source, Survey
from pfds.intake.tables import READ_FIRST, Reader, Submission, UnreadableInput
from pfds.standard.findings import Finding, Origin
from pfds.standard.model import Standard

if TYPE_CHECKING:
    from pfds.intake.workbook_frames import Limits

DOCUMENT_SUFFIX: Final = ".json"
ARCHIVE_SUFFIX: Final = ".zip"
_OLD_WORKBOOKS: Final = (".xls", ".xlsb", ".xlt", ".xltx", ".numbers", ".fods", ".sxc")
FORMS: Final = (
    "a folder of CSV, JSON Lines, Parquet or Arrow files or a .zip of it, one .csv, .jsonl, .parquet or .arrow file"
    " named after its table, one workbook (.xlsx, .xlsm or .ods), or one .json document"
)


def open_submission(
    paths: Sequence[Path], standard: Standard, encoding: Encoding | None = None, limits: Limits | None = None
) -> Submission:
    """Open all paths together as one submission; CSV and JSON are read as UTF-8, or in the ``encoding`` given, and a
    workbook within the ``limits`` given.

    Raises UnreadableInput if a path is missing, cannot be opened or is of a form that is not read.
    """
    listed, columns = list_submission(paths, standard), ColumnProcess()
    return Submission(
        files=tuple(open_file(source, standard, encoding, limits, columns) for source in listed.sources),
        meta=listed.meta,
        findings=listed.findings,
        complete=listed.complete,
        partial=listed.partial,
    )


def list_submission(
    paths: Sequence[Path],
    standard: Standard,
    look: Callable[[Path, Standard], Survey] = survey_folder,
    elsewhere: Sequence[Survey] = (),
) -> Listing:
    """Look for the files of a submission without opening them.

    ``look`` surveys a folder on disk; what lies ``elsewhere`` belongs to the submission too. Raises UnreadableInput if
    a path is missing, cannot be opened or is of a form that is not read.
    """
    if not paths and not elsewhere:
        raise UnreadableInput(f"No file or folder was given: give {FORMS}.")
    return _Intake(standard, look).list(paths, elsewhere)


def open_file(
    source: Source,
    standard: Standard,
    encoding: Encoding | None = None,
    limits: Limits | None = None,
    columns: ColumnProcess | None = None,
) -> Reader:
    """The reader of a file, which tells of one that is refused; raises UnreadableInput if a given path is closed."""
    try:
        stream, size = source.entry.open()
    except NotOpenedError as refused:
        if source.entry.given and refused.rule == "file-unreadable":
            raise UnreadableInput(f"{source.entry.path} cannot be opened.") from refused
        return RefusedFile(source.file, source.table, source.problem(refused), standard)
    file = File(source.file, source.suffix, source.table)
    return WholeReader(open_reader(stream, size, file, standard, encoding, limits, columns), standard)


def open_document(data: bytes, name: str, standard: Standard, encoding: Encoding | None = None) -> Submission:
    """Open one JSON document that is in memory already, for instance from standard input."""
    file = File(name, DOCUMENT_SUFFIX, None)
    return Submission((open_reader(io.BytesIO(data), len(data), file, standard, encoding),))


@dataclass(frozen=True, slots=True)
class Listing:
    """The files of a submission in the order to read them, and what was found before they are read.

    The rest is as in Submission.
    """

    sources: tuple[Source, ...]
    meta: Mapping[str, object] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    complete: bool = True
    partial: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Intake:
    """Gathers the files to read."""

    standard: Standard
    look: Callable[[Path, Standard], Survey]
    complete: bool = False
    sources: list[Source] = field(default_factory=list)
    places: set[tuple[str, ...]] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)
    partial: set[str] = field(default_factory=set)
    meta: dict[str, object] = field(default_factory=dict)

    def list(self, paths: Sequence[Path], elsewhere: Sequence[Survey]) -> Listing:
        for path in paths:
            self._open(path)
        for held in elsewhere:
            self._take(held)
        sources = _with_distinct_names(sorted(self.sources, key=self._source_rank))
        return Listing(
            sources=tuple(sorted(sources, key=self._reading_rank)),
            meta=self.meta,
            findings=tuple(self.findings),
            complete=self.complete,
            partial=frozenset(self.partial),
        )

    def _source_rank(self, source: Source) -> tuple[int | str, ...]:
        names = list(self.standard.tables)
        rank = names.index(source.table) if source.table in names else len(names)
        return (rank, source.file, *source.entry.place)

    def _reading_rank(self, source: Source) -> tuple[int | str, ...]:
        first = READ_FIRST.index(source.table) if source.table in READ_FIRST else len(READ_FIRST)
        return (first if source.table else -1, *self._source_rank(source))

    def _open(self, path: Path) -> None:
        try:
            if not path.exists():
                raise UnreadableInput(f"{path} does not exist.")
            if path.is_dir():
                self._take(self.look(path, self.standard))
            elif path.is_file():
                self._open_file(path)
            else:
                raise UnreadableInput(f"{path} is neither a file nor a folder.")
        except (OSError, ValueError) as error:
            raise UnreadableInput(f"{path} cannot be opened.") from error

    def _take(self, held: Survey) -> None:
        self.complete = True
        self.findings.extend(held.findings)
        self.partial |= held.partial
        self.findings.extend(merge_meta(self.meta, held.meta, META_FILE))
        for source in held.sources:
            self._add(source)

    def _open_file(self, path: Path) -> None:
        suffix = path.suffix.lower()
        if suffix == DOCUMENT_SUFFIX:
            self.complete = True
            self._add(Source(DiskEntry(path, given=True), shown(path.name), None))
        elif suffix == ARCHIVE_SUFFIX:
            self._take(survey_archive(path, self.standard))
        elif suffix in WORKBOOK_SUFFIXES:
            self.complete = self.complete or table_called(self.standard, path.stem) is None
            self._add(Source(DiskEntry(path, given=True), shown(path.name), None))
        elif suffix in _OLD_WORKBOOKS:
            raise UnreadableInput(f"{path} is a workbook of a form that is not read: save it as .xlsx or .ods.")
        elif suffix not in TABLE_SUFFIXES:
            raise UnreadableInput(f"{path} is of a form that is not read today: give {FORMS}.")
        elif path.stem in self.standard.tables:
            self._add(Source(DiskEntry(path, given=True), path.name, path.stem))
        else:
            names = list(self.standard.tables)
            unknown = table_unknown(Origin(shown(path.name)), path.name, path.stem, names)
            self.findings.append(table_meant(unknown, path, self.standard) if suffix == ".csv" else unknown)

    def _add(self, source: Source) -> None:
        """Take note of a file, once: given twice, it is still the same records."""
        place = source.entry.place
        if place not in self.places:
            self.places.add(place)
            self.sources.append(source)


def _with_distinct_names(sources: Iterable[Source]) -> list[Source]:
    """Name files of the same name by their folder or archive too, and count those that are still the same."""
    listed = list(sources)
    times = Counter(source.file for source in listed)
    used: Counter[str] = Counter()
    distinct = []
    for source in listed:
        name = source.file
        if times[name] > 1:
            name = f"{source.entry.container}/{name}"
        used[name] += 1
        distinct.append(replace(source, file=name if used[name] == 1 else f"{name} ({used[name]})"))
    return distinct
