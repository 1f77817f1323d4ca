"""Everything that is made from the tables of a published release, made again and compared."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from pfds import __version__
from pfds.editions.builder import other_libraries
from pfds.editions.codebook.history import BrokenHistory
from pfds.editions.every import ARCHIVES, EDITIONS, write_editions
from pfds.editions.provenance import BUILD, INPUTS, Inputs
from pfds.editions.public import Public
from pfds.editions.tables import Written, csv_path, parquet_path
from pfds.release.build import write_files
from pfds.release.descriptions import Publication, descriptions, release_json
from pfds.release.diff_changes import CHANGES_FILES, Changes, changes_since
from pfds.release.gates import GATES
from pfds.release.manifest import file_hash, files_in, read_manifest
from pfds.release.stated import UNREADABLE, Stated, Wrong, stated_release
from pfds.release.tombstones import TOMBSTONES, Tombstone, read_tombstones
from pfds.release.versions import GateRefused
from pfds.release.whole import not_whole
from pfds.standard.model import Standard

_SHA256: Final = re.compile("[0-9a-f]{64}")


def wrongly_made(standard: Standard, folder: Path, stated: Stated, schema: Path | None, room: Path) -> Iterator[str]:
    """What is not made from the tables of the release as it should be, one sentence each.

    The tables themselves are sound; ``room`` is for what is made again. Left out is what ``not_compared`` tells.
    """
    try:
        tombstones = _tombstones(standard, folder)
        inputs = _inputs(folder) if stated.editions else None
        others = _other_libraries(folder) if stated.editions else ()
    except Wrong as wrong:
        yield str(wrong)
        return
    if not stated.by_this_toolkit:
        return
    again = room / stated.about.version
    publication = _publication(folder, stated, tombstones)
    write_files(again, descriptions(standard, publication, schema))
    changes = _changes(standard, folder, stated)
    write_files(again, {**changes.files, **release_json(publication, changes.change_class)})
    apart = tuple(path for name in publication.tables for path in (csv_path(name), parquet_path(name)))
    if found := list(_compared(folder, again, (*apart, *(EDITIONS if stated.editions else ())))):
        yield from found
    elif stated.editions and not others:
        before = _before(folder, stated) or (folder if stated.past.previous else None)
        try:
            write_editions(
                Public(standard.released, stated.about, folder, publication.rows, before), again, inputs, GATES
            )
        except BrokenHistory as broken:
            yield str(broken)
            return
        found = list(_compared(folder, again, (*apart, BUILD, ARCHIVES)))
        yield from found or _compared(folder, again, (*apart, BUILD))


def _publication(folder: Path, stated: Stated, tombstones: tuple[Tombstone, ...]) -> Publication:
    tables = {
        name: Written(rows, (folder / csv_path(name)).stat().st_size, digest)
        for name, (rows, digest) in stated.tables.items()
    }
    past = replace(stated.past, tombstones=tombstones)
    return Publication(stated.about, tables, past, stated.complete, stated.editions)


def not_compared(standard: Standard, folder: Path) -> str | None:
    """The sentence that says what ``wrongly_made`` leaves out: files made by other versions than those here."""
    try:
        stated = stated_release(standard, folder)
        others = _other_libraries(folder) if stated.by_this_toolkit and stated.editions else ()
    except Wrong:
        return None
    if not stated.by_this_toolkit:
        return (
            f"Toolkit {stated.toolkit} built this release and {__version__} verifies it: what is made from the tables"
            " (README.md, datapackage.json, codebook/, codelists/, schema/ and the like) was not compared."
        )
    if others:
        return (
            f"This release was built with other versions of {', '.join(others)} than are installed here: what they made"
            " of the tables was not compared."
        )
    return None


def _other_libraries(folder: Path) -> tuple[str, ...]:
    try:
        return other_libraries(folder / BUILD)
    except UNREADABLE:
        raise _formless(BUILD) from None


def _inputs(folder: Path) -> Inputs:
    try:
        told = json.loads((folder / INPUTS).read_bytes())["sha256"]
        return None if told is None else tuple(map(_digest, told))
    except UNREADABLE:
        raise _formless(INPUTS) from None


def _formless(path: str) -> Wrong:
    return Wrong(f"{path} does not have the form that a release has.")


def _digest(text: str) -> str:
    if not _SHA256.fullmatch(text):
        raise ValueError(text)
    return text


def _compared(folder: Path, again: Path, apart: tuple[str, ...]) -> Iterator[str]:
    """Files of a release that differ from those made again; what begins with one of ``apart`` is not looked at."""
    present, made = (
        {path for path in paths if not path.startswith(apart)} for paths in (read_manifest(folder), files_in(again))
    )
    for path in sorted(present | made):
        if path not in present:
            yield f"{path} is missing."
        elif path not in made:
            yield f"{path} is not part of the release."
        elif file_hash(folder / path) != file_hash(again / path):
            yield f"{path} is not what this release's tables and metadata give."


def _before(folder: Path, stated: Stated) -> Path | None:
    """The release before, if it is there and whole."""
    previous = stated.past.previous
    before = folder.resolve().parent / previous.version if previous else None
    return None if before is None or not_whole(before) else before


def _changes(standard: Standard, folder: Path, stated: Stated) -> Changes:
    """What leads from the release before to this one; as the release says if that one is not there or not whole."""
    before = _before(folder, stated)
    if before or not stated.past.previous:
        with suppress(GateRefused):
            return changes_since(standard, before, folder)
    own = {path: (folder / path).read_bytes() for path in CHANGES_FILES}
    return Changes(stated.change_class, own, frozenset())


def _tombstones(standard: Standard, folder: Path) -> tuple[Tombstone, ...]:
    """The tombstones of the release. Raises Wrong if they have another form, or the record is there."""
    try:
        found = read_tombstones(standard, (folder / TOMBSTONES).read_bytes())
    except UNREADABLE:
        raise _formless(TOMBSTONES) from None
    for name in sorted({stone.table for stone in found}):
        ids = pa.array(sorted(stone.key for stone in found if stone.table == name))
        with parquet.ParquetFile(folder / parquet_path(name)) as file:
            keys = file.iter_batches(columns=[standard.tables[name].primary_key])
            if any(pc.any(pc.is_in(batch.column(0), ids)).as_py() for batch in keys):
                raise Wrong(f"{TOMBSTONES} names a record that {csv_path(name)} still holds.")
    return found
