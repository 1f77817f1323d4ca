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


def verify(standard: Standard, folder: Path) -> list[str]:
    """Everything that is wrong with the release in the folder, one sentence each; empty if it is as published."""
    try:
        manifest = read_manifest(folder)
    except BrokenManifest as broken:
        return [str(broken)]
    changed = list(differences(folder, manifest))
    if changed:
        return changed
    try:
        release = json.loads((folder / "release.json").read_text("utf-8"))
        return [*_index(folder, release), *_tables(standard, folder, release)]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return [f"release.json or a file that it names cannot be read ({type(error).__name__})."]


def _index(folder: Path, release: Mapping[str, Any]) -> Iterator[str]:
    """The entry of the release in the index of its store, if it stands in one."""
    if folder.resolve().name != release["version"]:
        yield f"The folder is not named {release['version']}, as release.json says."
    path = folder.resolve().parent / INDEX
    if not path.is_file():
        return
    entries = [
        entry for entry in json.loads(path.read_text("utf-8"))["releases"] if entry["version"] == release["version"]
    ]
    if not entries:
        yield f"{INDEX} of the store has no entry for {release['version']}."
    elif entries[0]["manifest_sha256"] != file_hash(folder / MANIFEST):
        yield f"{INDEX} of the store names another {MANIFEST} for {release['version']}."


def _tables(standard: Standard, folder: Path, release: Mapping[str, Any]) -> Iterator[str]:
    if release["standard"] != standard.version:
        yield f"The release follows standard {release['standard']}; this toolkit verifies {standard.version}."
        return
    yield from _descriptor(folder, release)
    for entry in release["tables"]:
        yield from _table(standard, folder, entry)
    yield from _content(standard, folder)


def _descriptor(folder: Path, release: Mapping[str, Any]) -> Iterator[str]:
    expected = [table["name"] for table in release["tables"]]
    for place in ("", "parquet/"):
        descriptor = json.loads((folder / place / "datapackage.json").read_text("utf-8"))
        names = [item["name"] for item in descriptor["resources"] if not item["name"].startswith("codelist-")]
        if names != expected:
            yield f"{place}datapackage.json does not describe the tables that release.json names."
        if descriptor["version"] != release["version"]:
            yield f"{place}datapackage.json names version {descriptor['version']}, release.json {release['version']}."


def _table(standard: Standard, folder: Path, entry: Mapping[str, Any]) -> Iterator[str]:
    table = standard.tables[entry["name"]]
    if file_hash(folder / entry["csv"]) != entry["sha256"]:
        yield f"{entry['csv']} is not the table whose hash release.json gives."
    typed = pq.read_table(folder / entry["parquet"])
    if not typed.schema.equals(arrow_schema(standard, table, table.released), check_metadata=False):
        yield f"{entry['parquet']} does not have the columns and types of the standard."
        return
    if typed.num_rows != entry["rows"]:
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
        *(f for _, findings in checked for f in findings),
        *check_keys(standard, parts),
        *dangling,
    ]
    for finding in found:
        place = f"data/{finding.origin.file}, line {finding.origin.line}" if finding.origin.line else "data"
        yield f"{place}: {standard.rules[finding.rule].title} [{finding.rule}]."
    rows = {text.table: pa.table(text.cells).num_rows for text in submission.tables}
    for name in standard.tables:
        if name not in rows:
            yield f"data/{name}.csv is missing."
