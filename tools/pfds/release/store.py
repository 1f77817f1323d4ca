"""The store of releases: one folder for each version, put in place whole, and index.json over all of them."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pfds.release.manifest import MANIFEST, file_hash

INDEX = "index.json"
_CALVER = re.compile(r"[1-9][0-9]{3}\.(1[0-2]|[1-9])\.(0|[1-9][0-9]{0,5})")


class GateRefused(Exception):
    """A release that must not be published; its text says why and what to do."""


def version_key(version: str) -> tuple[int, ...]:
    """Year, month and number of a version `YYYY.M.N`. Raises ValueError for any other form."""
    if not _CALVER.fullmatch(version):
        raise ValueError(f"{version} is not a version of the form YYYY.M.N, such as 2025.11.0.")
    return tuple(int(part) for part in version.split("."))


@contextmanager
def workplace(store: Path) -> Iterator[Path]:
    """A new folder inside the store that nobody sees, removed afterwards if it is still there."""
    store.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=".building-", dir=store))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def put_in_place(store: Path, version: str, built: Path) -> bool:
    """Publishes a built folder with one rename and enters it in the index.

    Returns False if the same release, byte for byte, is there already. Raises GateRefused if another one has
    this version, or a later version is published.
    """
    target = store / version
    if target.exists():
        if file_hash(target / MANIFEST) != file_hash(built / MANIFEST):
            raise GateRefused(f"Version {version} is published already and differs. Choose the next version.")
        _write_index(store)
        return False
    later = [entry for entry in published_versions(store) if version_key(entry) > version_key(version)]
    if later:
        raise GateRefused(f"Version {later[-1]} is published already; {version} would come before it.")
    _flush(built)
    built.rename(target)
    _write_index(store)
    return True


def published_versions(store: Path) -> list[str]:
    """Versions in the store, oldest first."""
    names = [path.name for path in store.iterdir() if _CALVER.fullmatch(path.name) and (path / MANIFEST).is_file()]
    return sorted(names, key=version_key)


def index(store: Path) -> dict[str, Any]:
    """The index as the folders of the store say: it holds nothing of its own, so it can be made anew."""
    entries: list[dict[str, Any]] = []
    versions = published_versions(store)
    for version in versions:
        release = json.loads((store / version / "release.json").read_text("utf-8"))
        previous = entries[-1] if entries else None
        entries.append(
            {
                "version": version,
                "standard": release["standard"],
                "date": release["as_of"],
                "status": "current" if version == versions[-1] else "superseded",
                "change_class": "initial" if previous is None else "unclassified",
                "counts": {table["name"]: table["rows"] for table in release["tables"]},
                "hashes": {table["name"]: table["sha256"] for table in release["tables"]},
                "manifest_sha256": file_hash(store / version / MANIFEST),
                "previous": previous
                and {"version": previous["version"], "manifest_sha256": previous["manifest_sha256"]},
            }
        )
    return {"releases": entries}


def _write_index(store: Path) -> None:
    """Replaces the index, if it is another one, in one step."""
    text = json.dumps(index(store), ensure_ascii=False, indent=2) + "\n"
    if (store / INDEX).is_file() and (store / INDEX).read_bytes() == text.encode("utf-8"):
        return
    handle, name = tempfile.mkstemp(prefix=".index-", dir=store)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(name).chmod(0o644)
    Path(name).replace(store / INDEX)


def _flush(folder: Path) -> None:
    """Waits until every file of the folder is on the disk."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
