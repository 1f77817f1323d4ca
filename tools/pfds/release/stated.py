"""What a published release.json states of its release."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from pfds import __version__
from pfds.editions.about import LICENCE_PAGES, About
from pfds.editions.tables import csv_path, parquet_path
from pfds.release.chain import Past, stated_withdrawn
from pfds.release.change_class import ChangeClass
from pfds.release.index import stated_link
from pfds.release.versions import GateRefused, version_key
from pfds.standard.model import Standard

UNREADABLE: Final = (
    OSError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RecursionError,
    GateRefused,
    pa.ArrowException,
)
"""What reading a file may raise that has another form than ours."""
_NUMBER_OF_VERSION: Final = re.compile(r"[0-9A-Za-z.+-]{1,40}")


class Wrong(Exception):
    """A file that cannot be used; the text is one sentence."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What release.json states: the facts, the toolkit that built it, whether it is complete and has editions, rows and
    hash of each table, and what it took over from the releases before it (without the tombstones)."""

    about: About
    toolkit: str
    complete: bool
    editions: bool
    tables: Mapping[str, tuple[int, str]]
    past: Past
    change_class: ChangeClass

    @property
    def by_this_toolkit(self) -> bool:
        return self.toolkit == __version__


def stated_release(standard: Standard, folder: Path) -> Stated:
    """What release.json states. Raises Wrong."""
    if not (folder / "release.json").is_file():
        raise Wrong("release.json is missing.")
    try:
        release = _release(folder)
        if _version_in(release, "standard") != standard.version:
            raise Wrong(f"release.json names standard {release['standard']}; this toolkit verifies {standard.version}.")
        files = {table["name"]: (table["csv"], table["parquet"]) for table in release["tables"]}
        tables = {table["name"]: (int(table["rows"]), str(table["sha256"])) for table in release["tables"]}
        past = Past(stated_link(release["previous"]), stated_withdrawn(release))
        toolkit = _version_in(release, "toolkit")
        complete, editions = (release[key] is True for key in ("complete", "editions"))
        change_class = ChangeClass(release["change_class"])
        found = Stated(stated_about(release), toolkit, complete, editions, tables, past, change_class)
    except UNREADABLE:
        raise Wrong("release.json does not have the form that a release has.") from None
    if files != {name: (csv_path(name), parquet_path(name)) for name in standard.released.tables}:
        raise Wrong("release.json does not name the tables of the standard and their files.")
    return found


def stated_standard(folder: Path) -> str | None:
    """The version of the standard that release.json names; None if it names none."""
    try:
        return _version_in(_release(folder), "standard")
    except UNREADABLE:
        return None


def _release(folder: Path) -> Any:
    return json.loads((folder / "release.json").read_text("utf-8"))


def _version_in(release: Mapping[str, Any], key: str) -> str:
    if not _NUMBER_OF_VERSION.fullmatch(release[key]):
        raise ValueError(key)
    return str(release[key])


def stated_about(release: Mapping[str, object]) -> About:
    """The facts that a release.json states. Raises ValueError if one is missing or of another form."""
    version, standard, as_of, title, publisher, licence = (
        _stated(release, key) for key in ("version", "standard", "as_of", "title", "publisher", "license")
    )
    version_key(version)
    if licence not in LICENCE_PAGES:
        raise ValueError("The licence is not accepted for data.")
    return About(version, standard, date.fromisoformat(as_of), title, publisher, licence)


def _stated(release: Mapping[str, object], key: str) -> str:
    value = release.get(key)
    if not isinstance(value, str):
        raise ValueError(f"{key} is not stated as text.")  # noqa: TRY004
    return value
