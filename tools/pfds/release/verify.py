"""A published release against itself: its files, its tables, Parquet against CSV, and all that is made from them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from minisign import PublicKey

from pfds import __version__
from pfds.checks.run import Options, validate
from pfds.editions.about import About
from pfds.forms.csv_form import csv_bytes
from pfds.intake.submission import open_submission
from pfds.intake.tables import UnreadableInput
from pfds.publish.arrow_schema import arrow_schema
from pfds.release.build import Publication, canonical_tables, release_files, release_paths, with_changes
from pfds.release.chain import Past, stated_withdrawn
from pfds.release.change_class import ChangeClass
from pfds.release.diff_changes import CHANGES_FILES, Changes, changes_since
from pfds.release.index import INDEX, BrokenIndex, read_index, stated_link
from pfds.release.manifest import MANIFEST, BrokenManifest, differences, file_hash, read_manifest
from pfds.release.sign import BadKey, store_key, wrong_signature
from pfds.release.tables import as_text, dataset_tables, sha256
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
    expected = release_paths(standard, stated.about, schema) | (CHANGES_FILES if stated.past.previous else frozenset())
    if others := list(_other_files(manifest, expected, exact=stated.by_this_toolkit)):
        return others
    return [*_index(folder, stated.about.version), *_contents(standard, folder, stated, schema)]


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
    if files != {name: (f"data/{name}.csv", f"parquet/{name}.parquet") for name in standard.tables}:
        raise _Wrong("release.json does not name the tables of the standard and their files.")
    return stated


def _other_files(present: Iterable[str], expected: frozenset[str], *, exact: bool) -> Iterator[str]:
    """Files that a release has and this one has not, and, if the set is to be exact, the reverse."""
    for path in sorted(expected ^ frozenset(present)):
        if path in expected:
            yield f"{path} is missing."
        elif exact:
            yield f"{path} is not part of the release."


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


def _contents(standard: Standard, folder: Path, stated: _Stated, schema: Path | None) -> list[str]:
    """The tables against release.json, each other and the standard; if they hold, what is made from them."""
    problems = [problem for name in standard.tables for problem in _table(standard, folder, stated, name)]
    try:
        records, broken = _records(standard, folder)
    except UnreadableInput as problem:
        return [*problems, str(problem)]
    tables = canonical_tables(standard, dataset_tables(standard, records))
    problems += broken or _not_canonical(folder, tables)
    return problems or list(_derived(standard, folder, stated, tables, schema))


def _not_canonical(folder: Path, tables: Mapping[str, pa.Table]) -> list[str]:
    return [
        f"data/{name}.csv does not have the order, spelling and derived dates that its own cells give."
        for name, content in tables.items()
        if csv_bytes(content) != (folder / "data" / f"{name}.csv").read_bytes()
    ]


def _table(standard: Standard, folder: Path, stated: _Stated, name: str) -> Iterator[str]:
    text, path, (rows, digest) = f"data/{name}.csv", f"parquet/{name}.parquet", stated.tables[name]
    if file_hash(folder / text) != digest:
        yield f"{text} is not the table whose hash release.json gives."
    table = standard.tables[name]
    try:
        typed = pq.read_table(folder / path)
    except _UNREADABLE:
        yield f"{path} cannot be read as Parquet."
        return
    schema = arrow_schema(standard, table, table.released)
    if not typed.schema.equals(schema):
        yield f"{path} does not have the columns and types of the standard."
    elif typed.num_rows != rows:
        yield f"{path} has {typed.num_rows} rows, release.json says {rows}."
    elif sha256(csv_bytes(as_text(table, typed))) != digest:
        yield f"{path} does not hold the same table as {text}."
    elif stated.by_this_toolkit and not typed.schema.equals(schema, check_metadata=True):
        yield f"{path} does not describe its columns as the standard does."


def _records(standard: Standard, folder: Path) -> tuple[Mapping[str, pa.Table], list[str]]:
    """The CSV tables, read as a submission, and what is wrong with their cells, identifiers and references."""
    submission = replace(open_submission([folder / "data"], standard), complete=True)
    checked = validate(standard, submission, None, Options(rules=False, keep=True))
    lines = [(item, f", line {item.origin.line}" if item.origin.line else "") for item in checked.report.findings]
    return checked.tables, [
        f"data/{item.origin.file or item.table}{line}: {standard.rules[item.rule].title}." for item, line in lines
    ]


def _derived(
    standard: Standard, folder: Path, stated: _Stated, tables: Mapping[str, pa.Table], schema: Path | None
) -> Iterator[str]:
    """Everything that is made from the tables and the facts, made again and compared."""
    try:
        tombstones = _tombstones(standard, folder, tables)
    except _Wrong as wrong:
        yield str(wrong)
        return
    if not stated.by_this_toolkit:
        return
    past = replace(stated.past, tombstones=tombstones)
    publication = Publication(stated.about, tables, past, stated.complete)
    contents = release_files(standard, publication, schema)
    changes = _changes(standard, folder, stated, contents, tables)
    for path, data in with_changes(publication, contents, changes).items():
        if (folder / path).read_bytes() != data:
            yield f"{path} is not what this release's tables and metadata give."


def _changes(
    standard: Standard, folder: Path, stated: _Stated, contents: Mapping[str, bytes], tables: Mapping[str, pa.Table]
) -> Changes:
    """What leads from the release before to this one; as the release says if that one is not there or not whole."""
    previous = stated.past.previous
    before = folder.resolve().parent / previous.version if previous else None
    if before is None or not not_whole(before):
        with suppress(GateRefused):
            return changes_since(standard, before, contents, tables)
    own = {path: (folder / path).read_bytes() for path in CHANGES_FILES}
    return Changes(stated.change_class, own, frozenset())


def _tombstones(standard: Standard, folder: Path, tables: Mapping[str, pa.Table]) -> tuple[Tombstone, ...]:
    """The tombstones of the release. Raises _Wrong if they have another form, or the record is there."""
    try:
        found = read_tombstones(standard, (folder / TOMBSTONES).read_bytes())
    except _UNREADABLE:
        raise _Wrong(f"{TOMBSTONES} does not have the form that a release has.") from None
    for name in sorted({stone.table for stone in found}):
        ids = {stone.key for stone in found if stone.table == name}
        if ids & set(tables[name].column(standard.tables[name].primary_key).to_pylist()):
            raise _Wrong(f"{TOMBSTONES} names a record that data/{name}.csv still holds.")
    return found
