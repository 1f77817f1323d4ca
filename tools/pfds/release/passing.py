"""What a command lays on the disk for a while: gone when it ends, however it ends, short of being killed."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pfds.release.interrupts import held_back

_passing: set[Path] = set()
"""Noted before it is made, so that an interrupt at any moment finds it here."""


@contextmanager
def passing(prefix: str, folder: Path | None = None) -> Iterator[Path]:
    """A new name in the folder, by default that of temporary files; what is made there is removed in the end."""
    with held_back():  # the library tries the folder out with a file, which an interrupt would leave lying
        place = folder or tempfile.gettempdir()
    path = Path(place) / f"{prefix}{secrets.token_hex(6)}"
    if os.path.lexists(path):
        raise FileExistsError(path)
    _passing.add(path)
    try:
        yield path
    finally:
        _remove(path)


@contextmanager
def scratch(prefix: str = "pfds-", folder: Path | None = None) -> Iterator[Path]:
    """A new folder, for its owner only, that is removed in the end."""
    with passing(prefix, folder) as path:
        path.mkdir(mode=0o700)
        yield path


def clear_up() -> list[Path]:
    """Removes what an interrupt has left; returns what cannot be removed."""
    for path in list(_passing):
        _remove(path)
    return sorted(_passing)


def _remove(path: Path) -> None:
    with suppress(OSError):  # also of rmtree, which does not ignore all errors
        shutil.rmtree(path, ignore_errors=True)
    with suppress(OSError):
        path.unlink()
    if not os.path.lexists(path):
        _passing.discard(path)
