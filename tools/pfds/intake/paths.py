"""Files of a submission on disk: what a folder holds, and its bytes read safely."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final, cast

from pfds.intake.limits import MAX_META_BYTES
from pfds.intake.metadata import Meta, companions, read_meta
from pfds.intake.problems import limit_facts, problem, shown, table_unknown
from pfds.intake.tables import UnreadableInput
from pfds.standard.findings import Finding, Origin
from pfds.standard.model import Standard

META_FILE: Final = "meta.json"
_LAID_BESIDE: Final = frozenset({"datapackage.json", "codelists.csv"})
"""What the standard publishes to be laid beside the tables; it holds no records and is never opened."""
DATA_SUFFIXES: Final = frozenset(
    (".csv", ".tsv", ".json", ".jsonl", ".parquet", ".xlsx", ".xls", ".ods", ".zip", ".arrow", ".feather")
)
TABLE_SUFFIXES: Final = (".csv", ".parquet", ".arrow", ".feather")

LINK: Final = "it is a link, and links in a folder are not followed"
SPECIAL: Final = "it is not an ordinary file"
CLOSED: Final = "it cannot be opened"
BELOW: Final = "Folders inside the folder are not read."
FORM: Final = "a table in a folder is read from CSV, Parquet or Arrow only"


@dataclass(frozen=True, slots=True)
class Source:
    """A file that holds a table, or (``table`` is None) a JSON document; ``file`` is its name in findings."""

    path: Path
    file: str
    table: str | None
    linked: bool = False
    """Whether a link may be followed: only where the path itself was given."""


class RefusedFileError(Exception):
    """A file that is not read; the finding says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.rule)
        self.finding = finding


@dataclass(slots=True)
class Folder:
    """What a folder holds: the files to read, its metadata, findings, and tables that could not be read."""

    path: Path
    tables: Sequence[str]
    sources: list[Source] = field(default_factory=list)
    meta: Meta = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    partial: set[str] = field(default_factory=set)


def survey(path: Path, standard: Standard) -> Folder:
    """Look at every entry of a folder, in the order of names; hidden files and other kinds are ignored."""
    tables = list(standard.tables)
    folder = Folder(path, tables)
    try:
        entries = sorted(entry for entry in path.iterdir() if not entry.name.startswith("."))
    except OSError as error:
        raise UnreadableInput(f"The folder {path} cannot be opened.") from error
    for entry in entries:
        if entry.name == META_FILE:
            _read_metadata(folder, entry, standard)
    known = companions(folder.meta) | _LAID_BESIDE
    for entry in entries:
        _look_at(folder, entry, known)
    if not folder.sources and not folder.findings:
        raise UnreadableInput(f"The folder {path} holds no data file such as {tables[0]}.csv.")
    return folder


def _read_metadata(folder: Folder, path: Path, standard: Standard) -> None:
    try:
        data = read_bytes(Source(path, META_FILE, None), MAX_META_BYTES)
    except RefusedFileError as refused:
        folder.findings.append(refused.finding)
        return
    folder.meta, findings = read_meta(data, META_FILE, standard)
    folder.findings.extend(findings)


def _look_at(folder: Folder, entry: Path, known: frozenset[str]) -> None:
    stem, suffix = entry.stem, entry.suffix.lower()
    is_table = stem in folder.tables and suffix in TABLE_SUFFIXES
    if entry.name == META_FILE or (entry.name in known and not is_table):
        return
    if entry.is_dir():
        _look_into(folder, entry)
    elif is_table:
        _add_table(folder, entry)
    elif (table := entry.name.split(".")[0]) in folder.tables:
        _refuse(folder, shown(entry.name), FORM, table)
    elif suffix not in DATA_SUFFIXES:
        return
    else:
        finding = table_unknown(Origin(shown(entry.name)), entry.name, stem, folder.tables)
        folder.findings.append(finding)


def _look_into(folder: Folder, entry: Path) -> None:
    if entry.is_symlink():
        _refuse(folder, shown(entry.name), LINK)
    elif any(_data_files(entry)):
        name = f"{shown(entry.name)}/"
        facts = {"name": name, "similar": "", "suggestion": BELOW}
        folder.findings.append(problem("table-unknown", Origin(name), facts=facts))


def _data_files(folder: Path) -> Iterator[str]:
    for _, subfolders, names in os.walk(folder):
        subfolders[:] = [name for name in subfolders if not name.startswith(".")]
        yield from (name for name in names if Path(name).suffix.lower() in DATA_SUFFIXES and name[0] != ".")


def _add_table(folder: Folder, entry: Path) -> None:
    first = next((source for source in folder.sources if source.table == entry.stem), None)
    if first is None:
        folder.sources.append(Source(entry, entry.name, entry.stem))
        return
    facts = {"name": entry.stem, "first": first.file}
    finding = problem("table-duplicate", Origin(entry.name), table=entry.stem, facts=facts)
    folder.findings.append(finding)


def _refuse(folder: Folder, file: str, words: str, table: str | None = None) -> None:
    facts = {"problem": words}
    folder.findings.append(problem("file-unreadable", Origin(file), table=table, facts=facts))
    if table:
        folder.partial.add(table)


def read_bytes(source: Source, limit: int) -> bytes:
    """All bytes of a file that is not to have more than ``limit``; raises RefusedFileError."""
    stream, size = open_source(source)
    with stream:
        if size > limit:
            facts = limit_facts("bytes in the file", limit, size)
            raise RefusedFileError(problem("limit-exceeded", Origin(source.file), table=source.table, facts=facts))
        try:
            return stream.read(limit + 1)
        except OSError as error:
            raise _refused(source, CLOSED) from error


def open_source(source: Source) -> tuple[BinaryIO, int]:
    """An ordinary file, open, and its size in bytes; raises RefusedFileError.

    A link in a folder, a pipe or a device is refused before it is opened.
    """
    try:
        status = source.path.stat() if source.linked else source.path.lstat()
        if stat.S_ISLNK(status.st_mode):
            raise _refused(source, LINK)
        if not stat.S_ISREG(status.st_mode):
            raise _refused(source, SPECIAL)
        flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
        if not source.linked:
            flags |= getattr(os, "O_NOFOLLOW", 0)
        stream = os.fdopen(os.open(source.path, flags), "rb", buffering=0)
        status = os.fstat(stream.fileno())
        if not stat.S_ISREG(status.st_mode):
            stream.close()
            raise _refused(source, SPECIAL)
    except OSError as error:
        raise _refused(source, CLOSED) from error
    return cast("BinaryIO", stream), status.st_size


def _refused(source: Source, words: str) -> RefusedFileError:
    facts = {"problem": words}
    return RefusedFileError(problem("file-unreadable", Origin(source.file), table=source.table, facts=facts))
