"""A submission read from the paths given: folders, single files of a table, JSON documents."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pfds.intake.csv_file import read_csv
from pfds.intake.json_document import read_json
from pfds.intake.limits import MAX_FILE_BYTES, MAX_JSON_BYTES
from pfds.intake.metadata import Meta
from pfds.intake.parquet_file import read_parquet
from pfds.intake.paths import META_FILE, TABLE_SUFFIXES, RefusedFileError, Source, read_bytes, survey
from pfds.intake.problems import Reading, nothing_read, problem, shown, table_unknown
from pfds.intake.tables import InputFile, Submission, TextTable, UnreadableInput
from pfds.standard.findings import Finding, Origin, Skipped
from pfds.standard.model import Standard

DOCUMENT_SUFFIX = ".json"
FORMS = "a folder of CSV or Parquet files, one .csv or .parquet file named after its table, or one .json document"


def read_submission(paths: Sequence[Path], standard: Standard) -> Submission:
    """Read all paths together as one submission.

    Raises UnreadableInput if a path is missing, cannot be opened or is of a form that is not read.
    """
    if not paths:
        raise UnreadableInput(f"No file or folder was given: give {FORMS}.")
    return _Intake(standard).read(paths)


def read_document(data: bytes, name: str, standard: Standard) -> Submission:
    """Read one JSON document that is in memory already, for instance from standard input."""
    intake = _Intake(standard, complete=True)
    intake.take(read_json(data, name, standard), name, data)
    return intake.submission()


@dataclass(slots=True)
class _Intake:
    """Gathers what each file gives."""

    standard: Standard
    complete: bool = False
    sources: list[Source] = field(default_factory=list)
    tables: list[TextTable] = field(default_factory=list)
    files: list[InputFile] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    partial: set[str] = field(default_factory=set)
    meta: dict[str, object] = field(default_factory=dict)

    def read(self, paths: Sequence[Path]) -> Submission:
        for path in paths:
            self._open(path)
        for source in _with_distinct_names(sorted(self.sources, key=self._source_rank)):
            self._read_source(source)
        return self.submission()

    def submission(self) -> Submission:
        return Submission(
            tables=tuple(sorted(self.tables, key=lambda table: self._rank(table.table, table.file))),
            files=tuple(sorted(self.files, key=lambda file: self._rank(file.table, file.file))),
            meta=self.meta,
            findings=tuple(self.findings),
            skipped=tuple(self.skipped),
            complete=self.complete,
            partial=frozenset(self.partial),
        )

    def _rank(self, table: str | None, file: str) -> tuple[int, str]:
        names = list(self.standard.tables)
        return (names.index(table) if table in names else len(names), file)

    def _source_rank(self, source: Source) -> tuple[int, str, str]:
        return (*self._rank(source.table, source.file), str(source.path))

    def _open(self, path: Path) -> None:
        try:
            if not path.exists():
                raise UnreadableInput(f"{path} does not exist.")
            if path.is_dir():
                self._open_folder(path)
            elif path.is_file():
                self._open_file(path)
            else:
                raise UnreadableInput(f"{path} is neither a file nor a folder.")
        except (OSError, ValueError) as error:
            raise UnreadableInput(f"{path} cannot be opened.") from error

    def _open_folder(self, path: Path) -> None:
        folder = survey(path, self.standard)
        self.complete = True
        self.findings.extend(folder.findings)
        self.partial |= folder.partial
        self._merge_meta(folder.meta, META_FILE)
        for source in folder.sources:
            self._add(source)

    def _open_file(self, path: Path) -> None:
        suffix = path.suffix.lower()
        if suffix == DOCUMENT_SUFFIX:
            self.complete = True
            self._add(Source(path, shown(path.name), None, linked=True))
        elif suffix not in TABLE_SUFFIXES:
            raise UnreadableInput(f"{path} is of a form that is not read today: give {FORMS}.")
        elif path.stem in self.standard.tables:
            self._add(Source(path, path.name, path.stem, linked=True))
        else:
            names = list(self.standard.tables)
            self.findings.append(table_unknown(Origin(shown(path.name)), path.name, path.stem, names))

    def _add(self, source: Source) -> None:
        """Take note of a file, once: given twice, it is still the same records."""
        known = {_real(other) for other in self.sources}
        if _real(source) not in known:
            self.sources.append(source)

    def _read_source(self, source: Source) -> None:
        limit = MAX_FILE_BYTES if source.table else MAX_JSON_BYTES
        try:
            data = read_bytes(source, limit)
        except RefusedFileError as refused:
            if source.linked and refused.finding.rule == "file-unreadable":
                raise UnreadableInput(f"{source.path} cannot be opened.") from refused
            self._refuse(source, refused.finding)
            return
        if source.table is None:
            self.take(read_json(data, source.file, self.standard), source.file, data)
        else:
            read = read_csv if source.path.suffix.lower() == ".csv" else read_parquet
            self.take(read(data, source.file, self.standard.tables[source.table]), source.file, data)

    def _refuse(self, source: Source, finding: Finding) -> None:
        because = f"{source.file} could not be read"
        if source.table is None:
            self._collect(Reading((), (finding,), (Skipped("*", because),), frozenset(self.standard.tables)))
        else:
            self._collect(nothing_read(finding, source.table, source.file, because))

    def take(self, reading: Reading, file: str, data: bytes) -> None:
        """Add what one file gave, and the file itself."""
        digest = hashlib.sha256(data).hexdigest()
        held: list[tuple[str | None, int]] = [(table.table, len(table.rows)) for table in reading.tables]
        self.files.extend(InputFile(file, digest, table, rows) for table, rows in held or [(None, 0)])
        self._collect(reading)
        self._merge_meta(reading.meta, file)

    def _collect(self, reading: Reading) -> None:
        self.tables.extend(reading.tables)
        self.findings.extend(reading.findings)
        self.skipped.extend(reading.skipped)
        self.partial |= reading.partial

    def _merge_meta(self, meta: Meta, file: str) -> None:
        for key, value in meta.items():
            if self.meta.setdefault(key, value) != value:
                self.findings.append(problem("json-duplicate-key", Origin(file), facts={"name": shown(key)}))


def _real(source: Source) -> Path:
    """The file that would be read; a link in a folder stands for itself."""
    return source.path.resolve() if source.linked else source.path.parent.resolve() / source.path.name


def _with_distinct_names(sources: Iterable[Source]) -> list[Source]:
    """Name files of the same name by their folder too, and count those that are still the same."""
    listed = list(sources)
    times = Counter(source.file for source in listed)
    used: Counter[str] = Counter()
    distinct = []
    for source in listed:
        name = source.file
        if times[name] > 1:
            name = f"{source.path.resolve().parent.name}/{name}"
        used[name] += 1
        distinct.append(replace(source, file=name if used[name] == 1 else f"{name} ({used[name]})"))
    return distinct
