"""A published release against itself: its files, its tables, Parquet against CSV, and all that is made from them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from minisign import PublicKey
from pyarrow import parquet

from pfds import __version__
from pfds.checks.run import Options, validate
from pfds.editions.about import About
from pfds.editions.every import write_editions
from pfds.editions.public import Public
from pfds.editions.tables import (
    Written,
    canonical_batch,
    csv_of,
    csv_path,
    parquet_path,
    parquet_schema,
    text_batches,
)
from pfds.intake.submission import open_submission
from pfds.intake.tables import UnreadableInput
from pfds.release.build import write_files
from pfds.release.chain import Past, stated_withdrawn
from pfds.release.change_class import ChangeClass
from pfds.release.dataset import opened, sent
from pfds.release.descriptions import Publication, descriptions, release_json
from pfds.release.diff_changes import CHANGES_FILES, Changes, changes_since
from pfds.release.index import INDEX, BrokenIndex, read_index, stated_link
from pfds.release.manifest import MANIFEST, BrokenManifest, differences, file_hash, files_in, read_manifest
from pfds.release.sign import BadKey, store_key, wrong_signature
from pfds.release.terms import stated_about
from pfds.release.tombstones import TOMBSTONES, Tombstone, read_tombstones
from pfds.release.versions import GateRefused
from pfds.standard.model import Standard

_UNREADABLE = (
    OSError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RecursionError,
    GateRefused,
    pa.ArrowException,
)
_NUMBER_OF_VERSION = re.compile(r"[0-9A-Za-z.+-]{1,40}")


class _Wrong(Exception):
    """A file that cannot be used; the text is one sentence."""


@dataclass(frozen=True, slots=True)
class _Stated:
    """What release.json states: the facts, the toolkit that built it, completeness, rows and hash of each table, and
    what it took over from the releases before it (without the tombstones)."""

    about: About
    toolkit: str
    complete: bool
    tables: Mapping[str, tuple[int, str]]
    past: Past
    change_class: ChangeClass

    @property
    def by_this_toolkit(self) -> bool:
        return self.toolkit == __version__


def verify(standard: Standard, folder: Path, schema: Path | None = None, public: PublicKey | None = None) -> list[str]:
    """Everything that is wrong with the release in the folder, one sentence each; empty if it is as published.

    ``schema`` is the folder that the standard was read from, by default that of the toolkit; ``public`` the key that
    the release must be signed with, by default the one in its store, if there is one. Files that another version of
    the toolkit made from the tables are not compared; ``not_compared`` says so.
    """
    if changed := not_whole(folder, public):
        return changed
    try:
        manifest, stated = read_manifest(folder), _stated(standard, folder)
    except (BrokenManifest, _Wrong) as wrong:
        return [str(wrong)]
    expected = frozenset(path for name in standard.tables for path in (csv_path(name), parquet_path(name)))
    if missing := sorted(expected - manifest.keys()):
        return [f"{path} is missing." for path in missing]
    with TemporaryDirectory(prefix="pfds-") as room:
        contents = _contents(standard, folder, stated, schema, Path(room))
        return [*_index(folder, stated.about.version), *contents]


def not_whole(folder: Path, public: PublicKey | None = None) -> list[str]:
    """What is wrong with the files of a release and its signature, one sentence each, whatever is in them."""
    try:
        if changed := list(differences(folder, read_manifest(folder))):
            return changed
        public = public or store_key(folder.resolve().parent)
    except (BrokenManifest, BadKey) as wrong:
        return [str(wrong)]
    wrongly_signed = wrong_signature(folder, public) if public else None
    return [wrongly_signed] if wrongly_signed else []


def stated_standard(folder: Path) -> str | None:
    """The version of the standard that release.json names; None if it names none."""
    try:
        return _version_in(_release(folder), "standard")
    except _UNREADABLE:
        return None


def not_compared(folder: Path) -> str | None:
    """The sentence that says what ``verify`` leaves out, if another version of the toolkit built the release."""
    try:
        toolkit = _version_in(_release(folder), "toolkit")
    except (*_UNREADABLE, _Wrong):
        return None
    if toolkit == __version__:
        return None
    return (
        f"Toolkit {toolkit} built this release and {__version__} verifies it: what is made from the tables"
        " (README.md, datapackage.json, codebook/, codelists/, schema/ and the like) was not compared."
    )


def _release(folder: Path) -> Any:
    return json.loads((folder / "release.json").read_text("utf-8"))


def _version_in(release: Mapping[str, Any], key: str) -> str:
    if not _NUMBER_OF_VERSION.fullmatch(release[key]):
        raise ValueError(key)
    return str(release[key])


def _stated(standard: Standard, folder: Path) -> _Stated:
    """What release.json states. Raises _Wrong."""
    if not (folder / "release.json").is_file():
        raise _Wrong("release.json is missing.")
    try:
        release = _release(folder)
        if _version_in(release, "standard") != standard.version:
            raise _Wrong(
                f"release.json names standard {release['standard']}; this toolkit verifies {standard.version}."
            )
        files = {table["name"]: (table["csv"], table["parquet"]) for table in release["tables"]}
        tables = {table["name"]: (int(table["rows"]), str(table["sha256"])) for table in release["tables"]}
        past = Past(stated_link(release["previous"]), stated_withdrawn(release))
        toolkit, complete = _version_in(release, "toolkit"), release["complete"] is True
        change_class = ChangeClass(release["change_class"])
        stated = _Stated(stated_about(release), toolkit, complete, tables, past, change_class)
    except _UNREADABLE:
        raise _Wrong("release.json does not have the form that a release has.") from None
    if files != {name: (csv_path(name), parquet_path(name)) for name in standard.tables}:
        raise _Wrong("release.json does not name the tables of the standard and their files.")
    return stated


def _index(folder: Path, version: str) -> Iterator[str]:
    """The entry of the release in the index of its store, if it stands in one."""
    if folder.resolve().name != version:
        yield f"The folder is named {folder.resolve().name}, release.json says {version}."
    path = folder.resolve().parent / INDEX
    if not path.is_file():
        return
    try:
        hashes = {entry.version: entry.manifest_sha256 for entry in read_index(path)}
    except BrokenIndex as broken:
        yield str(broken)
        return
    if version not in hashes:
        yield f"{INDEX} of the store has no entry for {version}."
    elif hashes[version] != file_hash(folder / MANIFEST):
        yield f"{INDEX} of the store names another {MANIFEST} for {version}."


def _contents(standard: Standard, folder: Path, stated: _Stated, schema: Path | None, room: Path) -> list[str]:
    """The tables against release.json, each other and the standard; if they hold, what is made from them."""
    problems = [problem for name in standard.tables for problem in _table(standard, folder, stated, name)]
    text = room / "text"
    text.mkdir()
    try:
        broken = _broken(standard, folder, text)
    except UnreadableInput as problem:
        return [*problems, str(problem)]
    problems += broken or _not_canonical(standard, folder, text, room)
    return problems or list(_derived(standard, folder, stated, schema, room))


def _not_canonical(standard: Standard, folder: Path, text: Path, room: Path) -> Iterator[str]:
    with opened(standard, text, room) as tables:
        for name, table in standard.tables.items():
            records = tables.stream(f"SELECT * FROM {sent(name)} ORDER BY {table.primary_key}")
            written = csv_of(table, (canonical_batch(table, batch) for batch in records))
            if written.sha256 != file_hash(folder / csv_path(name)):
                yield f"{csv_path(name)} does not have the order, spelling and derived dates that its own cells give."


def _table(standard: Standard, folder: Path, stated: _Stated, name: str) -> Iterator[str]:
    text, path, (rows, digest) = csv_path(name), parquet_path(name), stated.tables[name]
    if file_hash(folder / text) != digest:
        yield f"{text} is not the table whose hash release.json gives."
    table = standard.tables[name]
    schema = parquet_schema(standard, stated.about, table)
    try:
        found, number = parquet.read_schema(folder / path), parquet.read_metadata(folder / path).num_rows
        if not found.equals(schema):
            yield f"{path} does not have the columns and types of the standard."
        elif number != rows:
            yield f"{path} has {number} rows, release.json says {rows}."
        elif csv_of(table, text_batches(table, folder / path)).sha256 != digest:
            yield f"{path} does not hold the same table as {text}."
        elif stated.by_this_toolkit and not found.equals(schema, check_metadata=True):
            yield f"{path} does not describe its columns as the standard does."
    except _UNREADABLE:
        yield f"{path} cannot be read as Parquet."


def _broken(standard: Standard, folder: Path, text: Path) -> list[str]:
    """What is wrong with cells, identifiers and references of the CSV tables, whose text goes to a folder."""
    submission = replace(open_submission([folder / "data"], standard), complete=True)
    report = validate(standard, submission, None, Options(rules=False, text=text)).report
    lines = [(item, f", line {item.origin.line}" if item.origin.line else "") for item in report.findings]
    return [f"data/{item.origin.file or item.table}{line}: {standard.rules[item.rule].title}." for item, line in lines]


def _derived(standard: Standard, folder: Path, stated: _Stated, schema: Path | None, room: Path) -> Iterator[str]:
    """Everything that is made from the tables and the facts, made again and compared."""
    try:
        tombstones = _tombstones(standard, folder)
    except _Wrong as wrong:
        yield str(wrong)
        return
    if not stated.by_this_toolkit:
        return
    again = room / stated.about.version
    tables = {
        name: Written(rows, (folder / csv_path(name)).stat().st_size, digest)
        for name, (rows, digest) in stated.tables.items()
    }
    publication = Publication(stated.about, tables, replace(stated.past, tombstones=tombstones), stated.complete)
    write_files(again, descriptions(standard, publication, schema))
    changes = _changes(standard, folder, stated)
    write_files(again, {**changes.files, **release_json(publication, changes.change_class)})
    write_editions(Public(standard, stated.about, folder, publication.rows, _before(folder, stated)), again)
    yield from _compared(folder, again, {*map(csv_path, tables), *map(parquet_path, tables)})


def _compared(folder: Path, again: Path, tables: Set[str]) -> Iterator[str]:
    """Files of a release that differ from those made again; the tables are compared elsewhere."""
    present, made = read_manifest(folder).keys() - tables, set(files_in(again))
    for path in sorted(present | made):
        if path not in present:
            yield f"{path} is missing."
        elif path not in made:
            yield f"{path} is not part of the release."
        elif file_hash(folder / path) != file_hash(again / path):
            yield f"{path} is not what this release's tables and metadata give."


def _before(folder: Path, stated: _Stated) -> Path | None:
    """The release before, if it is there and whole."""
    previous = stated.past.previous
    before = folder.resolve().parent / previous.version if previous else None
    return None if before is None or not_whole(before) else before


def _changes(standard: Standard, folder: Path, stated: _Stated) -> Changes:
    """What leads from the release before to this one; as the release says if that one is not there or not whole."""
    before = _before(folder, stated)
    if before or not stated.past.previous:
        with suppress(GateRefused):
            return changes_since(standard, before, folder)
    own = {path: (folder / path).read_bytes() for path in CHANGES_FILES}
    return Changes(stated.change_class, own, frozenset())


def _tombstones(standard: Standard, folder: Path) -> tuple[Tombstone, ...]:
    """The tombstones of the release. Raises _Wrong if they have another form, or the record is there."""
    try:
        found = read_tombstones(standard, (folder / TOMBSTONES).read_bytes())
    except _UNREADABLE:
        raise _Wrong(f"{TOMBSTONES} does not have the form that a release has.") from None
    for name in sorted({stone.table for stone in found}):
        ids = pa.array(sorted(stone.key for stone in found if stone.table == name))
        with parquet.ParquetFile(folder / parquet_path(name)) as file:
            keys = file.iter_batches(columns=[standard.tables[name].primary_key])
            if any(pc.any(pc.is_in(batch.column(0), ids)).as_py() for batch in keys):
                raise _Wrong(f"{TOMBSTONES} names a record that {csv_path(name)} still holds.")
    return found
