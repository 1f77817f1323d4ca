"""SHA256SUMS: every file of a release with its hash, and the comparison with what is there."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

MANIFEST = "SHA256SUMS"
SIGNATURE = f"{MANIFEST}.minisig"
_OUTSIDE = (MANIFEST, SIGNATURE)
"""Files of a release that the manifest does not list: itself, and what vouches for it."""
_LINE = re.compile(r"(?P<hash>[0-9a-f]{64})  (?P<path>[^\x00-\x1f]+)")


class BrokenManifest(Exception):
    """A manifest that cannot be read; its text is one sentence."""


def manifest_text(folder: Path) -> str:
    """Hash and path of every file in the folder but the manifest and its signature, ordered by path."""
    return "".join(f"{file_hash(folder / path)}  {path}\n" for path in sorted(files_in(folder)) if path not in _OUTSIDE)


def read_manifest(folder: Path) -> dict[str, str]:
    """Path to hash, as the manifest of the folder says. Raises BrokenManifest."""
    path = folder / MANIFEST
    if not os.path.lexists(path):
        raise BrokenManifest(f"{MANIFEST} is missing.")
    if not is_ordinary(path):
        raise BrokenManifest(f"{MANIFEST} is not an ordinary file.")
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise BrokenManifest(f"{MANIFEST} cannot be read.") from None
    entries: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        match = _LINE.fullmatch(line)
        if not match or match["path"] in entries:
            raise BrokenManifest(f"{MANIFEST}, line {number}, is not a hash and a path.")
        entries[match["path"]] = match["hash"]
    return entries


def differences(folder: Path, expected: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with the files of the folder, one sentence each; nothing if they are as expected."""
    present = set(files_in(folder)) - set(_OUTSIDE)
    for path in sorted(present | set(expected)):
        if path not in present:
            yield f"{path} is missing."
        elif path not in expected:
            yield f"{path} is not part of the release."
        elif not is_ordinary(folder / path):
            yield f"{path} is not an ordinary file."
        elif file_hash(folder / path) != expected[path]:
            yield f"{path} was changed: its SHA-256 is not the one in {MANIFEST}."
    for path in sorted(_empty_folders(folder)):
        yield f"{path} is not part of the release."


def files_in(folder: Path) -> Iterator[str]:
    """Relative paths of everything in the folder that is not a folder itself; links are not followed."""
    for parent, folders, names in os.walk(folder):
        links = [name for name in folders if (Path(parent) / name).is_symlink()]
        for name in (*names, *links):
            yield (Path(parent) / name).relative_to(folder).as_posix()


def _empty_folders(folder: Path) -> Iterator[str]:
    """Folders in which nothing is, of which no file tells."""
    for parent, folders, names in os.walk(folder):
        if not folders and not names and Path(parent) != folder:
            yield Path(parent).relative_to(folder).as_posix()


def file_hash(path: Path) -> str:
    """SHA-256 of a file in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_ordinary(path: Path) -> bool:
    """Whether a file stands there, and neither a link nor a pipe nor anything else."""
    return stat.S_ISREG(path.lstat().st_mode)
