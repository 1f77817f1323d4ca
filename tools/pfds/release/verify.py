"""A published release against itself: every file, every table, and Parquet against CSV."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pfds.checks.cells import check_cells
from pfds.checks.keys import check_keys, check_references
from pfds.intake.submission import read_submission
from pfds.intake.tables import UnreadableInput
from pfds.publish.arrow_schema import arrow_schema
from pfds.release.manifest import MANIFEST, BrokenManifest, differences, file_hash, read_manifest
from pfds.release.store import INDEX
from pfds.release.tables import as_text, csv_bytes, sha256
from pfds.standard.model import Standard

_UNREADABLE = (OSError, ValueError, KeyError, TypeError, AttributeError, pa.ArrowException)


def verify(standard: Standard, folder: Path) -> list[str]:
    """Everything that is wrong with the release in the folder, one sentence each; empty if it is as published."""
    try:
        manifest = read_manifest(folder)
    except BrokenManifest as broken:
        return [str(broken)]
    if changed := list(differences(folder, manifest)):
        return changed
    try:
        release = json.loads((folder / "release.json").read_text("utf-8"))
        if release["standard"] != standard.version:
            return [f"release.json names standard {release['standard']}; this toolkit verifies {standard.version}."]
        expected = {name: (f"data/{name}.csv", f"parquet/{name}.parquet") for name in standard.tables}
        if {table["name"]: (table["csv"], table["parquet"]) for table in release["tables"]} != expected:
            return ["release.json does not name the tables of the standard and their files."]
        return [
            *_index(folder, release["version"]),
            *_descriptors(folder, release),
            *(problem for table in release["tables"] for problem in _table(standard, folder, table)),
            *_content(standard, folder),
        ]
    except _UNREADABLE:
        return ["release.json does not have the form that a release has."]


def _index(folder: Path, version: str) -> Iterator[str]:
    """The entry of the release in the index of its store, if it stands in one."""
    if folder.resolve().name != version:
        yield f"The folder is named {folder.resolve().name}, release.json says {version}."
    path = folder.resolve().parent / INDEX
    if not path.is_file():
        return
    try:
        releases = json.loads(path.read_text("utf-8"))["releases"]
        hashes = {entry["version"]: entry["manifest_sha256"] for entry in releases}
    except _UNREADABLE:
        yield f"{INDEX} of the store cannot be read."
        return
    if version not in hashes:
        yield f"{INDEX} of the store has no entry for {version}."
    elif hashes[version] != file_hash(folder / MANIFEST):
        yield f"{INDEX} of the store names another {MANIFEST} for {version}."


def _descriptors(folder: Path, release: Mapping[str, Any]) -> Iterator[str]:
    expected = [table["name"] for table in release["tables"]]
    for path in ("datapackage.json", "parquet/datapackage.json"):
        try:
            descriptor = json.loads((folder / path).read_text("utf-8"))
            names = [item["name"] for item in descriptor["resources"] if not item["name"].startswith("codelist-")]
            version = descriptor["version"]
        except _UNREADABLE:
            yield f"{path} cannot be read."
            continue
        if names != expected:
            yield f"{path} does not describe the tables that release.json names."
        if version != release["version"]:
            yield f"{path} names version {version}, release.json {release['version']}."


def _table(standard: Standard, folder: Path, entry: Mapping[str, Any]) -> Iterator[str]:
    table = standard.tables[entry["name"]]
    if file_hash(folder / entry["csv"]) != entry["sha256"]:
        yield f"{entry['csv']} is not the table whose hash release.json gives."
    try:
        typed = pq.read_table(folder / entry["parquet"])
    except _UNREADABLE:
        yield f"{entry['parquet']} cannot be read as Parquet."
        return
    if not typed.schema.equals(arrow_schema(standard, table, table.released), check_metadata=False):
        yield f"{entry['parquet']} does not have the columns and types of the standard."
    elif typed.num_rows != entry["rows"]:
        yield f"{entry['parquet']} has {typed.num_rows} rows, release.json says {entry['rows']}."
    elif sha256(csv_bytes(as_text(table, typed))) != entry["sha256"]:
        yield f"{entry['parquet']} does not hold the same table as {entry['csv']}."


def _content(standard: Standard, folder: Path) -> Iterator[str]:
    """Cells, identifiers and references of the CSV tables, as for a submission."""
    try:
        submission = read_submission([folder / "data"], standard)
    except UnreadableInput as problem:
        yield str(problem)
        return
    checked = [check_cells(standard, text) for text in submission.tables]
    parts = [part for part, _ in checked]
    dangling, _ = check_references(standard, parts, frozenset(), complete=True)
    found = [
        *submission.findings,
        *(finding for _, findings in checked for finding in findings),
        *check_keys(standard, parts)[1],
        *dangling,
    ]
    for finding in found:
        line = f", line {finding.origin.line}" if finding.origin.line else ""
        yield f"data/{finding.origin.file or finding.table}{line}: {standard.rules[finding.rule].title}."
