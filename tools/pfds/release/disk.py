"""Files that are on the disk before anything is built upon them, and one writer at a time in a folder."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows, where the README asks for one builder at a time
    fcntl = None  # type: ignore[assignment]


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Waits until no other process works in this folder under the same lock; a process that dies gives it up."""
    if fcntl is None:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def write_durably(path: Path, data: bytes) -> None:
    """A file with this content, on the disk; one that stood there goes. If it cannot be written whole, none is left."""
    try:
        with path.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink(missing_ok=True)
        raise
    flush_folder(path.parent)


def replace_file(workplace: Path, path: Path, data: bytes) -> None:
    """Puts a file in place in one step; it is written in ``workplace``, a folder of the same disk."""
    handle, name = tempfile.mkstemp(prefix=".writing-", dir=workplace)
    try:
        os.close(handle)
        write_durably(Path(name), data)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
    flush_folder(path.parent)


def flush(folder: Path) -> None:
    """Waits until every file of the folder, and every folder in it, is on the disk."""
    for path in (*folder.rglob("*"), folder):
        if path.is_dir():
            flush_folder(path)
        else:
            with path.open("rb") as file:
                os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Waits until the names in a folder are on the disk, where the system can do that."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
