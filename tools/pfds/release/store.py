"""The store of releases: one folder for each version, put in place whole, and index.json over all of them."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pfds.release.manifest import MANIFEST, BrokenManifest, differences, file_hash, read_manifest

INDEX = "index.json"
_RELEASE = "release.json"
_TAKEN = (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR)
"""How a rename fails if something stands there: on Linux, on other systems, and if it is no folder."""
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
    """A new folder in the store to build in, removed afterwards unless it was put in place.

    Its name is no version, so nothing takes it for a release. A builder that is killed leaves it behind:
    nobody uses it again, and it can be deleted once no builder runs.
    """
    store.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=".building-", dir=store))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def put_in_place(store: Path, version: str, built: Path) -> bool:
    """Publishes a built folder with one rename and enters it in the index.

    Returns False if the same release, byte for byte, is there already. Raises GateRefused, before anything is
    published, if something else has this version, a later version is published, or a published release is damaged.
    """
    target = store / version
    new = not os.path.lexists(target)
    if new:
        _refuse_later(store, version)
        _flush(built)
        new = _renamed(built, target)
    if not new:
        _refuse_other(target, built)
    _write_index(store)
    return new


def published_versions(store: Path) -> list[str]:
    """Versions in the store, oldest first."""
    names = [path.name for path in store.iterdir() if _CALVER.fullmatch(path.name) and (path / MANIFEST).is_file()]
    return sorted(names, key=version_key)


def index(store: Path) -> dict[str, Any]:
    """The index as the folders of the store say: it holds nothing of its own, so it can be made anew.

    Raises GateRefused if one of the releases is damaged.
    """
    entries: list[dict[str, Any]] = []
    versions = published_versions(store)
    for version in versions:
        previous = entries[-1] if entries else None
        entries.append(
            {
                "version": version,
                **_facts(store / version),
                "status": "current" if version == versions[-1] else "superseded",
                "change_class": "initial" if previous is None else "unclassified",
                "previous": previous
                and {"version": previous["version"], "manifest_sha256": previous["manifest_sha256"]},
            }
        )
    return {"releases": entries}


def _facts(folder: Path) -> dict[str, Any]:
    """What a published release says of itself. Raises GateRefused if its manifest and release.json are not whole."""
    try:
        release = _release(folder)
        return {
            "standard": release["standard"],
            "date": release["as_of"],
            "counts": {table["name"]: table["rows"] for table in release["tables"]},
            "hashes": {table["name"]: table["sha256"] for table in release["tables"]},
            "manifest_sha256": file_hash(folder / MANIFEST),
        }
    except (OSError, ValueError, LookupError, TypeError, RecursionError, BrokenManifest):
        raise GateRefused(
            f"The published release {folder.name} is damaged: {_RELEASE} or {MANIFEST} is not as it was published."
            " Restore it from a copy, then build again."
        ) from None


def _release(folder: Path) -> Any:
    """release.json of a published release. Raises ValueError if it is not the one that was published there."""
    data = (folder / _RELEASE).read_bytes()
    release = json.loads(data)
    if hashlib.sha256(data).hexdigest() != read_manifest(folder)[_RELEASE] or release["version"] != folder.name:
        raise ValueError(folder.name)
    return release


def _refuse_later(store: Path, version: str) -> None:
    later = [
        entry["version"] for entry in index(store)["releases"] if version_key(entry["version"]) > version_key(version)
    ]
    if later:
        raise GateRefused(f"Version {later[-1]} is published already; {version} would come before it.")


def _renamed(built: Path, target: Path) -> bool:
    """Whether the folder is now in place; False if another builder was there first."""
    try:
        built.rename(target)
    except OSError as problem:
        if problem.errno not in _TAKEN:
            raise
        return False
    _flush_folder(target.parent)
    return True


def _refuse_other(target: Path, built: Path) -> None:
    """Raises GateRefused unless what stands at ``target`` is, byte for byte, the release that was built."""
    if not (target / MANIFEST).is_file():
        raise GateRefused(f"Something that is no release stands at {target}. Move it away, then build again.")
    if file_hash(target / MANIFEST) != file_hash(built / MANIFEST):
        raise GateRefused(f"Version {target.name} is published already and differs. Choose the next version.")
    if damage := next(differences(target, read_manifest(built)), None):
        raise GateRefused(
            f"The published release {target.name} is damaged: {damage} Restore it from a copy, then build again."
        )


def _write_index(store: Path) -> None:
    """Replaces the index in one step, until it is what the folders say: another builder may publish meanwhile."""
    while (text := _index_bytes(store)) != _bytes_of(store / INDEX):
        handle, name = tempfile.mkstemp(prefix=".index-", dir=store)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(0o644)
            Path(name).replace(store / INDEX)
        finally:
            Path(name).unlink(missing_ok=True)
        _flush_folder(store)


def _index_bytes(store: Path) -> bytes:
    return (json.dumps(index(store), ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _bytes_of(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _flush(folder: Path) -> None:
    """Waits until every file of the folder, and every folder in it, is on the disk."""
    for path in (*folder.rglob("*"), folder):
        if path.is_dir():
            _flush_folder(path)
        else:
            with path.open("rb") as file:
                os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """Waits until the names in a folder are on the disk, where the system can do that."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
