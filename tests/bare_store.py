"""Stores of bare releases, made in milliseconds: of each only what the chain of releases is made of, and one table.

They name another version of the standard than this toolkit's, so that `verify` judges their files and not their tables.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from minisign import KeyPair

from kloop import STANDARD
from pfds.release.chain import past
from pfds.release.index import Entry, Link, read_index
from pfds.release.manifest import manifest_text
from pfds.release.sign import Signer, signer
from pfds.release.store import put_in_place
from pfds.release.tombstones import Tombstone, tombstone_text

FIRST, SECOND, THIRD, FOURTH = "2025.9.0", "2025.10.0", "2025.10.1", "2026.1.0"
PRIVATE_USE = "0.0.1"
"""A version of the standard that nobody has."""


@cache
def a_key(number: int = 0) -> Signer:
    """A key of no password; another one for each number."""
    return signer(KeyPair.generate().secret_key)


def stated(version: str, previous: Link | None = None, **other: Any) -> dict[str, Any]:
    """What release.json states."""
    return {
        "version": version,
        "standard": PRIVATE_USE,
        "as_of": "2025-03-12",
        "tables": [{"name": "events", "rows": 2, "sha256": "ab" * 32}],
        "change_class": "additive" if previous else "initial",
        "previous": previous and asdict(previous),
        "withdrawn_releases": [],
        **other,
    }


def bare(
    folder: Path, previous: Link | None = None, tombstones: Sequence[Tombstone] = (), title: str = "", **other: Any
) -> Path:
    """A release in a new folder, which its version names."""
    lay(folder, stated(folder.name, previous, **other), tombstone_text(STANDARD, tombstones), title)
    return folder


def lay(folder: Path, release: Mapping[str, Any], tombstones: str, title: str = "") -> None:
    """The files of a bare release."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    (folder / "data" / "events.csv").write_text(f"event_id,title\nevt-exm-1,{title}\n", "utf-8")
    (folder / "tombstones.csv").write_text(tombstones, "utf-8")
    (folder / "release.json").write_text(json.dumps(release), "utf-8")
    sum_up(folder)


def sum_up(folder: Path) -> None:
    """The manifest of the files that are there."""
    (folder / "SHA256SUMS").write_text(manifest_text(folder), "utf-8")


def published(
    store: Path, version: str, key: Signer | None = None, tombstones: Sequence[Tombstone] = (), **other: Any
) -> Entry:
    """Publishes a bare release as the next of the store; its entry."""
    store.mkdir(parents=True, exist_ok=True)
    before = past(STANDARD, store, entries(store), version)
    built = bare(store.parent / "built" / version, before.previous, tombstones, **other)
    if key:
        (built / "SHA256SUMS.minisig").write_bytes(key.sign((built / "SHA256SUMS").read_bytes(), version))
    assert put_in_place(store, built, before.previous, key)
    return entries(store)[-1]


def entries(store: Path) -> tuple[Entry, ...]:
    """The index; none if there is no such file yet."""
    return read_index(store / "index.json") if (store / "index.json").is_file() else ()


def three(store: Path, key: Signer | None = None) -> Path:
    """A store with three bare releases."""
    for version in (FIRST, SECOND, THIRD):
        published(store, version, key, title=version)
    return store


def is_free(folder: Path, how: int) -> bool:
    """Whether somebody else could lock the folder now."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(handle)
    return True


class Killed(BaseException):
    """What ends a builder before its last step."""


@contextmanager
def killed_before_the_last_step(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whoever publishes meanwhile is killed before the index is replaced."""

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(Path, "replace", killed)
        yield
