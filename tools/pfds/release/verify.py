"""A published release against itself: its files, its tables, Parquet against CSV, and all that is made from them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from minisign import PublicKey
from pyarrow import parquet

from pfds.checks.run import Options, validate
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
from pfds.release.chain import Past
from pfds.release.dataset import in_order, opened, sent
from pfds.release.descriptions import Publication, descriptions
from pfds.release.diff_changes import CHANGES_FILES
from pfds.release.index import INDEX, BrokenIndex, read_index
from pfds.release.manifest import MANIFEST, BrokenManifest, file_hash, read_manifest
from pfds.release.passing import scratch
from pfds.release.remade import wrongly_made
from pfds.release.stated import UNREADABLE, Stated, Wrong, stated_release
from pfds.release.whole import not_whole
from pfds.standard.model import Standard


def verify(standard: Standard, folder: Path, schema: Path | None = None, public: PublicKey | None = None) -> list[str]:
    """Everything that is wrong with the release in the folder, one sentence each; empty if it is as published.

    ``schema`` is the folder that the standard was read from, by default that of the toolkit; ``public`` the key that
    the release must be signed with, by default the one in its store, if there is one. What other versions
    made of the tables than are installed here is not compared; `pfds.release.remade.not_compared` says so.
    """
    if changed := not_whole(folder, public):
        return changed
    try:
        manifest, stated = read_manifest(folder), stated_release(standard, folder)
    except (BrokenManifest, Wrong) as wrong:
        return [str(wrong)]
    expected = _always_there(standard, stated, schema)
    if missing := sorted(expected - manifest.keys()):
        return [f"{path} is missing." for path in missing]
    with scratch() as room:
        contents = _contents(standard, folder, stated, schema, room)
        return [*_index(folder, stated.about.version), *contents]


def _always_there(standard: Standard, stated: Stated, schema: Path | None) -> set[str]:
    """Paths of the files that the release has whatever its records are, and whichever toolkit built it."""
    tables = {name: Written(0, 0, "") for name in standard.released.tables}
    described = descriptions(standard, Publication(stated.about, tables, Past(), complete=True, editions=False), schema)
    changes = CHANGES_FILES if stated.past.previous else frozenset()
    return {*described, *changes, *map(csv_path, tables), *map(parquet_path, tables)}


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


def _contents(standard: Standard, folder: Path, stated: Stated, schema: Path | None, room: Path) -> list[str]:
    """The tables against release.json, each other and the standard; if they hold, what is made from them."""
    problems = [problem for name in standard.released.tables for problem in _table(standard, folder, stated, name)]
    text = room / "text"
    text.mkdir()
    try:
        broken = _broken(standard, folder, text)
    except UnreadableInput as problem:
        return [*problems, str(problem)]
    problems += broken or _not_canonical(standard, folder, text, room)
    return problems or list(wrongly_made(standard, folder, stated, schema, room))


def _not_canonical(standard: Standard, folder: Path, text: Path, room: Path) -> Iterator[str]:
    with opened(standard.released, text, room) as tables:
        for name, table in standard.released.tables.items():
            records = in_order(tables, table, sent(name))
            written = csv_of(table, (canonical_batch(table, batch) for batch in records))
            if written.sha256 != file_hash(folder / csv_path(name)):
                yield f"{csv_path(name)} does not have the order, spelling and derived dates that its own cells give."


def _table(standard: Standard, folder: Path, stated: Stated, name: str) -> Iterator[str]:
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
    except UNREADABLE:
        yield f"{path} cannot be read as Parquet."


def _broken(standard: Standard, folder: Path, text: Path) -> list[str]:
    """What is wrong with cells, identifiers and references of the CSV tables, whose text goes to a folder."""
    submission = open_submission([folder / "data"], standard.released)
    report = validate(standard.released, submission, None, Options(rules=False, text=text)).report
    lines = [(item, f", line {item.origin.line}" if item.origin.line else "") for item in report.findings]
    return [f"data/{item.origin.file or item.table}{line}: {standard.rules[item.rule].title}." for item, line in lines]
