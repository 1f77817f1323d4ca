"""A submission opened from the paths given: folders, single files of a table, JSON documents."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from pfds.intake.metadata import merge_meta
from pfds.intake.paths import META_FILE, RefusedFileError, Source, open_source, survey
from pfds.intake.problems import shown, table_unknown
from pfds.intake.readers import TABLE_READERS, RefusedFile, open_reader
from pfds.intake.tables import Reader, Submission, UnreadableInput
from pfds.standard.findings import Finding, Origin
from pfds.standard.model import Standard

DOCUMENT_SUFFIX: Final = ".json"
FIRST: Final = ("claims", "names", "persons")
"""Tables to be read before the others: what they hold decides which cells of the others the rules look at."""
FORMS: Final = (
    "a folder of CSV or Parquet files, one .csv or .parquet file named after its table, or one .json document"
)


def open_submission(paths: Sequence[Path], standard: Standard) -> Submission:
    """Open all paths together as one submission.

    Raises UnreadableInput if a path is missing, cannot be opened or is of a form that is not read.
    """
    if not paths:
        raise UnreadableInput(f"No file or folder was given: give {FORMS}.")
    return _Intake(standard).open(paths)


def open_document(data: bytes, name: str, standard: Standard) -> Submission:
    """Open one JSON document that is in memory already, for instance from standard input."""
    return Submission((open_reader(io.BytesIO(data), len(data), name, DOCUMENT_SUFFIX, None, standard),))


@dataclass(slots=True)
class _Intake:
    """Gathers the files to read."""

    standard: Standard
    complete: bool = False
    sources: list[Source] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    partial: set[str] = field(default_factory=set)
    meta: dict[str, object] = field(default_factory=dict)

    def open(self, paths: Sequence[Path]) -> Submission:
        for path in paths:
            self._open(path)
        sources = _with_distinct_names(sorted(self.sources, key=self._source_rank))
        return Submission(
            files=tuple(self._reader(source) for source in sorted(sources, key=self._reading_rank)),
            meta=self.meta,
            findings=tuple(self.findings),
            complete=self.complete,
            partial=frozenset(self.partial),
        )

    def _source_rank(self, source: Source) -> tuple[int, str, str]:
        names = list(self.standard.tables)
        rank = names.index(source.table) if source.table in names else len(names)
        return (rank, source.file, str(source.path))

    def _reading_rank(self, source: Source) -> tuple[int, int, str, str]:
        first = FIRST.index(source.table) if source.table in FIRST else len(FIRST)
        return (first if source.table else -1, *self._source_rank(source))

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
        self.findings.extend(merge_meta(self.meta, folder.meta, META_FILE))
        for source in folder.sources:
            self._add(source)

    def _open_file(self, path: Path) -> None:
        suffix = path.suffix.lower()
        if suffix == DOCUMENT_SUFFIX:
            self.complete = True
            self._add(Source(path, shown(path.name), None, linked=True))
        elif suffix not in TABLE_READERS:
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

    def _reader(self, source: Source) -> Reader:
        try:
            stream, size = open_source(source)
        except RefusedFileError as refused:
            if source.linked and refused.finding.rule == "file-unreadable":
                raise UnreadableInput(f"{source.path} cannot be opened.") from refused
            return RefusedFile(source.file, source.table, refused.finding, self.standard)
        return open_reader(stream, size, source.file, source.path.suffix.lower(), source.table, self.standard)


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
