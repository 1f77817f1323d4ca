"""index.json: the releases of a store, oldest first, each with the manifest hash of its own and of the one before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from pfds.release.versions import version_key
from pfds.standard.pretty_json import pretty

INDEX = "index.json"
_TEXTS = ("version", "standard", "date", "manifest_sha256", "status", "change_class")
_UNREADABLE = (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError)


class BrokenIndex(Exception):
    """An index that cannot be used; its text is one sentence."""


@dataclass(frozen=True, slots=True)
class Link:
    """A release as its successor names it: version, and SHA-256 of its manifest in hexadecimal digits."""

    version: str
    manifest_sha256: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One release: what its release.json says of it, its manifest's hash, its status, and the release before it."""

    version: str
    standard: str
    date: str
    counts: Mapping[str, int]
    hashes: Mapping[str, str]
    manifest_sha256: str
    status: str
    change_class: str
    previous: Link | None

    @property
    def link(self) -> Link:
        """This release as its successor names it."""
        return Link(self.version, self.manifest_sha256)


def index_bytes(entries: tuple[Entry, ...]) -> bytes:
    """The file: the same entries, the same bytes."""
    content = {"releases": [asdict(entry) for entry in entries]}
    return pretty(content).encode("utf-8")


def read_index(path: Path) -> tuple[Entry, ...]:
    """The entries of an index. Raises BrokenIndex if it is missing or has another form; the chain is not judged."""
    if not path.is_file():
        raise BrokenIndex(f"{INDEX} is missing.")
    try:
        return tuple(stated_entry(item) for item in json.loads(path.read_bytes())["releases"])
    except _UNREADABLE:
        raise BrokenIndex(f"{INDEX} of the store cannot be read.") from None


def stated_link(value: Any) -> Link | None:
    """A link as JSON holds it, or None. Raises one of ValueError, TypeError and LookupError for another form."""
    if value is None:
        return None
    version_key(value["version"])
    return Link(**_all(str, {key: value[key] for key in ("version", "manifest_sha256")}))


def stated_entry(item: Any) -> Entry:
    """An entry as JSON holds it. Raises ValueError, TypeError, LookupError or AttributeError for another form."""
    if {field.name for field in fields(Entry)} != set(item):
        raise ValueError(INDEX)
    version_key(item["version"])
    return Entry(
        **_all(str, {key: item[key] for key in _TEXTS}),
        counts=_all(int, item["counts"]),
        hashes=_all(str, item["hashes"]),
        previous=stated_link(item["previous"]),
    )


def _all(kind: type, values: Any) -> Any:
    """An object whose values are all of one kind. Raises TypeError for any other."""
    if not all(isinstance(value, kind) for value in values.values()):
        raise TypeError(kind)
    return values
