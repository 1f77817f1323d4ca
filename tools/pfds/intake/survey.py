"""What a folder or an archive holds: the tables to read, metadata, and what must not be passed over silently."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final, Protocol

from pfds.intake.limits import MAX_META_BYTES
from pfds.intake.metadata import Meta, companions, read_meta
from pfds.intake.problems import Facts, limit_facts, problem, shown, table_unknown
from pfds.intake.stream import BrokenOffError
from pfds.intake.tables import UnreadableInput
from pfds.standard.findings import Finding, Origin
from pfds.standard.model import Standard
from pfds.standard.phrase import Phrase

META_FILE: Final = "meta.json"
_LAID_BESIDE: Final = frozenset({"datapackage.json", "codelists.csv"})
"""What the standard publishes to be laid beside the tables; it holds no records and is never opened."""
TABLE_SUFFIXES: Final = (".csv", ".jsonl", ".ndjson", ".parquet", ".arrow", ".feather")

WORKBOOK_SUFFIXES: Final = (".xlsx", ".xlsm", ".ods")
"""Forms of a file that holds a whole submission in its sheets, and is given by itself."""
DATA_SUFFIXES: Final = frozenset((*TABLE_SUFFIXES, *WORKBOOK_SUFFIXES, ".tsv", ".json", ".xls", ".zip"))

LINK: Final = Phrase("it is a link, and links in a folder are not followed")
CLOSED: Final = Phrase("it cannot be opened")
BELOW: Final = Phrase("Folders inside the folder are not read.")
FORM: Final = Phrase("a table in a folder is read from CSV, JSON Lines, Parquet or Arrow only")
WORKBOOK: Final = Phrase("a workbook holds a whole submission: give it by itself, not in a folder or an archive")


class NotOpenedError(Exception):
    """An entry that is not opened: the rule, and the facts of its finding."""

    def __init__(self, words: str = "", limit: Facts | None = None) -> None:
        super().__init__(words)
        self.rule = "limit-exceeded" if limit else "file-unreadable"
        self.facts: Facts = limit or {"problem": words}


class Entry(Protocol):
    """A file or a folder that a submission holds, on disk or in an archive."""

    @property
    def name(self) -> str:
        """Its own name, without those of the folders that it lies in."""

    @property
    def container(self) -> str:
        """Name of the folder or archive that it lies in."""

    @property
    def place(self) -> tuple[str, ...]:
        """What no other entry has, unless it is the same file."""

    @property
    def path(self) -> Path | None:
        """Where it lies on the disk as a file of its own."""

    @property
    def given(self) -> bool:
        """Whether this path itself was given, so that it may be a link, and must be there."""

    def is_link(self) -> bool:
        """Whether it stands for something elsewhere."""

    def is_folder(self) -> bool:
        """Whether it is a folder."""

    def names_below(self) -> Iterable[str]:
        """Names of the files in this folder and in folders below."""

    def open(self) -> tuple[BinaryIO, int]:
        """Its bytes, and how many these are; raises NotOpenedError."""


@dataclass(frozen=True, slots=True)
class Source:
    """An entry that holds a table, or (``table`` is None) a JSON document; ``file`` is its name in findings."""

    entry: Entry
    file: str
    table: str | None

    @property
    def suffix(self) -> str:
        """What the name ends with, in small letters."""
        return suffix_of(self.entry.name)

    def problem(self, refused: NotOpenedError) -> Finding:
        """The finding for an entry that is not opened."""
        return problem(refused.rule, Origin(self.file), table=self.table, facts=refused.facts)


@dataclass(slots=True)
class Survey:
    """The files to read, metadata, findings, and tables that could not be read."""

    tables: Sequence[str]
    sources: list[Source] = field(default_factory=list)
    meta: Meta = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    partial: set[str] = field(default_factory=set)

    def refuse(self, name: str, words: str) -> None:
        """An entry that may have held a table is not read."""
        table = name.split(".", maxsplit=1)[0]
        owner = table if table in self.tables else None
        self.findings.append(problem("file-unreadable", Origin(shown(name)), table=owner, facts={"problem": words}))
        if owner:
            self.partial.add(owner)


def survey(entries: Iterable[Entry], survey: Survey, standard: Standard, whole: str) -> Survey:
    """Look at every entry, in the order of names; hidden files and other kinds are ignored.

    Raises UnreadableInput if the ``whole`` ("The folder x") holds nothing to read or to tell.
    """
    visible = sorted((entry for entry in entries if not entry.name.startswith(".")), key=lambda entry: entry.name)
    for entry in visible:
        if entry.name == META_FILE:
            _read_metadata(survey, entry, standard)
    known = companions(survey.meta) | _LAID_BESIDE
    for entry in visible:
        _look_at(survey, entry, known)
    if not survey.sources and not survey.findings:
        raise UnreadableInput(f"{whole} holds no data file such as {survey.tables[0]}.csv.")
    return survey


def suffix_of(name: str) -> str:
    """What a name ends with, in small letters: ".csv"."""
    return PurePosixPath(name).suffix.lower()


def _read_metadata(survey: Survey, entry: Entry, standard: Standard) -> None:
    source = Source(entry, META_FILE, None)
    try:
        data = _read_bytes(entry, MAX_META_BYTES)
    except NotOpenedError as refused:
        survey.findings.append(source.problem(refused))
        return
    survey.meta, findings = read_meta(data, META_FILE, standard)
    survey.findings.extend(findings)


def _read_bytes(entry: Entry, limit: int) -> bytes:
    stream, size = entry.open()
    with stream:
        if size > limit:
            raise NotOpenedError(limit=limit_facts(Phrase("bytes in the file"), limit, size))
        try:
            return stream.read(limit + 1)
        except OSError as error:
            raise NotOpenedError(CLOSED) from error
        except BrokenOffError as error:
            raise NotOpenedError(str(error)) from error


def _look_at(survey: Survey, entry: Entry, known: frozenset[str]) -> None:
    stem, suffix = PurePosixPath(entry.name).stem, suffix_of(entry.name)
    is_table = stem in survey.tables and suffix in TABLE_SUFFIXES
    if entry.name == META_FILE or (entry.name in known and not is_table):
        return
    if entry.is_folder():
        _look_into(survey, entry)
    elif is_table:
        _add_table(survey, entry, stem)
    elif suffix in WORKBOOK_SUFFIXES:
        survey.refuse(entry.name, WORKBOOK)
    elif entry.name.split(".")[0] in survey.tables:
        survey.refuse(entry.name, FORM)
    elif suffix in DATA_SUFFIXES:
        survey.findings.append(table_unknown(Origin(shown(entry.name)), entry.name, stem, survey.tables))


def _look_into(survey: Survey, entry: Entry) -> None:
    name = shown(entry.name)
    if entry.is_link():
        survey.findings.append(problem("file-unreadable", Origin(name), facts={"problem": LINK}))
    elif any(suffix_of(below) in DATA_SUFFIXES and below[0] != "." for below in entry.names_below()):
        facts = {"name": f"{name}/", "similar": "", "suggestion": BELOW}
        survey.findings.append(problem("table-unknown", Origin(f"{name}/"), facts=facts))


def _add_table(survey: Survey, entry: Entry, table: str) -> None:
    first = next((source for source in survey.sources if source.table == table), None)
    if first is None:
        survey.sources.append(Source(entry, entry.name, table))
        return
    facts = {"name": table, "first": first.file}
    survey.findings.append(problem("table-duplicate", Origin(entry.name), table=table, facts=facts))
