"""The chain of releases: what each takes over from those before it, and where the chain does not hold.

Every release.json names its predecessor by the hash of its manifest, and the releases withdrawn so far. These facts
stand in the manifest, and so under its signature; index.json repeats them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pfds.release.index import Entry, Link, stated_entry
from pfds.release.manifest import MANIFEST, BrokenManifest, file_hash, read_manifest
from pfds.release.tombstones import TOMBSTONES, Tombstone, read_tombstones
from pfds.release.versions import GateRefused, is_version, version_key
from pfds.standard.model import Standard

RELEASE = "release.json"
_UNREADABLE = (OSError, ValueError, LookupError, TypeError, RecursionError, BrokenManifest)


@dataclass(frozen=True, slots=True)
class Past:
    """What a release takes over: its predecessor, the versions withdrawn so far (oldest first), the tombstones."""

    previous: Link | None = None
    withdrawn: tuple[str, ...] = ()
    tombstones: tuple[Tombstone, ...] = ()


def past(standard: Standard, store: Path, entries: tuple[Entry, ...], version: str) -> Past:
    """What ``version`` takes over from the releases of the index before it. Raises GateRefused if one is damaged."""
    before = [entry for entry in entries if version_key(entry.version) < version_key(version)]
    if not before:
        return Past()
    last = before[-1]
    folder = store / last.version
    return Past(last.link, stated_withdrawn(published(folder)), _tombstones(standard, folder))


def _tombstones(standard: Standard, folder: Path) -> tuple[Tombstone, ...]:
    """The tombstones of a published release, none of which may be lost. Raises GateRefused if they are damaged."""
    try:
        return read_tombstones(standard, _listed(folder, TOMBSTONES))
    except _UNREADABLE:
        raise damaged(folder.name) from None


def published(folder: Path) -> Any:
    """release.json of a published release. Raises GateRefused if it is not the one that was published there."""
    try:
        release = json.loads(_listed(folder, RELEASE))
        if release["version"] != folder.name:
            raise ValueError(folder.name)
    except _UNREADABLE:
        raise damaged(folder.name) from None
    return release


def _listed(folder: Path, path: str) -> bytes:
    """The content of a file as the manifest lists it. Raises ValueError, LookupError, OSError or BrokenManifest."""
    data = (folder / path).read_bytes()
    if hashlib.sha256(data).hexdigest() != read_manifest(folder)[path]:
        raise ValueError(path)
    return data


def entry_of(folder: Path) -> Entry:
    """The entry that a release has while it is the newest. Raises GateRefused if it is damaged."""
    release = published(folder)
    try:
        previous = release["previous"]
        return stated_entry(
            {
                "version": release["version"],
                "standard": release["standard"],
                "date": release["as_of"],
                "counts": {table["name"]: table["rows"] for table in release["tables"]},
                "hashes": {table["name"]: table["sha256"] for table in release["tables"]},
                "manifest_sha256": file_hash(folder / MANIFEST),
                "status": "current",
                "change_class": release.get("change_class", "unclassified" if previous else "initial"),
                "previous": previous,
            }
        )
    except _UNREADABLE:
        raise damaged(folder.name) from None


def stated_withdrawn(release: Any) -> tuple[str, ...]:
    """The releases that a release.json calls withdrawn. Raises GateRefused if it states them in another form."""
    versions = release.get("withdrawn_releases")
    if not isinstance(versions, list) or not all(isinstance(item, str) and is_version(item) for item in versions):
        raise damaged(release["version"])
    return tuple(versions)


def extended(entries: Iterable[Entry], folder: Path) -> tuple[Entry, ...]:
    """The index with the release in ``folder`` as its newest."""
    withdrawn = stated_withdrawn(published(folder))
    return (*(replace(entry, status=_status(entry.version, withdrawn)) for entry in entries), entry_of(folder))


def broken_links(entries: tuple[Entry, ...]) -> Iterator[str]:
    """Where an index is no chain, one sentence each."""
    before: Entry | None = None
    for entry in entries:
        if before and version_key(entry.version) <= version_key(before.version):
            yield f"The chain is broken: index.json has {entry.version} after {before.version}."
        if entry.previous != (before and before.link):
            yield _broken(entry, before)
        before = entry


def wrong_statuses(store: Path, entries: tuple[Entry, ...]) -> Iterator[str]:
    """Entries whose status is not the one that the newest release gives them, one sentence each."""
    if not entries:
        return
    withdrawn = stated_withdrawn(published(store / entries[-1].version))
    for entry in entries:
        status = "current" if entry is entries[-1] else _status(entry.version, withdrawn)
        if entry.status != status:
            yield f"index.json calls {entry.version} {entry.status}; by the newest release it is {status}."


def unknown_releases(store: Path, entries: tuple[Entry, ...]) -> list[str]:
    """Whatever stands in the store under the name of a version that the index does not have; oldest first."""
    known = {entry.version for entry in entries}
    names = [path.name for path in store.iterdir() if is_version(path.name) and path.name not in known]
    return sorted(names, key=version_key)


def damaged(version: str) -> GateRefused:
    """The refusal to build upon a release that is not as it was published."""
    return GateRefused(
        f"The published release {version} is damaged: {RELEASE}, {MANIFEST} or {TOMBSTONES} is not as it was published."
        " Restore it from a copy, then build again."
    )


def _status(version: str, withdrawn: tuple[str, ...]) -> str:
    return "withdrawn" if version in withdrawn else "superseded"


def _broken(entry: Entry, before: Entry | None) -> str:
    if entry.previous is None:
        return f"The chain is broken at {entry.version}: it names no predecessor, but {before and before.version} is."
    if before is None or entry.previous.version != before.version:
        return f"The chain is broken at {entry.version}: index.json lacks its predecessor {entry.previous.version}."
    return f"The chain is broken at {entry.version}: {before.version} has another {MANIFEST} than it names."
