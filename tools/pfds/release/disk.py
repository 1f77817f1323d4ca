"""Files that are on the disk before anything is built upon them, and one writer at a time in a folder."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pfds.release.passing import passing

try:
    import fcntl
except ImportError:  # Windows, where the README asks for one builder at a time
    fcntl = None  # type: ignore[assignment]

PRIVATE = 0o600
"""The mode of a file that is for its owner only."""
_CANNOT_FLUSH = (errno.EINVAL, errno.ENOTSUP)
"""How file systems answer that have no way to flush a folder."""


class Unconfirmed(Exception):
    """Something is in place, complete, but the system did not confirm that it would survive a power cut."""


_WRITING = ".writing-"


@contextmanager
def locked(folder: Path, *, shared: bool = False) -> Iterator[None]:
    """Waits until no other process works in this folder under the same lock; a process that dies gives it up.

    A ``shared`` one, for who only reads, keeps out writers and lets in other readers.
    """
    if fcntl is None:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def clear_dead(folder: Path, prefix: str) -> None:
    """Removes the folders of this prefix that no living process has locked: whoever made them was killed."""
    if fcntl is None:
        return
    for left in folder.glob(f"{prefix}*"):
        with suppress(OSError):
            handle = os.open(left, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(left)
            finally:
                os.close(handle)


def clear_unfinished(workplace: Path) -> None:
    """Removes what killed writers left of `replace_file`; for who has locked the folder, as all do that write there."""
    for left in workplace.glob(f"{_WRITING}*"):
        left.unlink(missing_ok=True)


def write_durably(path: Path, data: bytes) -> None:
    """A file with this content, on the disk; one that stood there goes. If it cannot be written whole, none is left."""
    try:
        with path.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        flush_folder(path.parent)
    except OSError:
        path.unlink(missing_ok=True)
        raise


def replace_file(workplace: Path, path: Path, data: bytes, mode: int = 0o644) -> None:
    """Puts a file in place in one step; it is written in ``workplace``, a folder of the same disk.

    Raises Unconfirmed if it is in place, perhaps not for good.
    """
    with passing(_WRITING, workplace) as unfinished:
        write_durably(unfinished, data)
        unfinished.chmod(mode)
        unfinished.replace(path)
        confirm(path)


def confirm(path: Path) -> None:
    """Waits until the name of a file or folder is on the disk. Raises Unconfirmed if the system does not say so."""
    try:
        flush_folder(path.absolute().parent)
    except OSError as problem:
        reason = os.strerror(problem.errno) if problem.errno else "it gave no reason"
        raise Unconfirmed(
            f"{path} is in place, but the system did not confirm that it would survive a power cut: {reason}."
        ) from problem


def flush(folder: Path) -> None:
    """Waits until every file of the folder, and every folder in it, is on the disk."""
    for path in (*folder.rglob("*"), folder):
        if path.is_dir():
            flush_folder(path)
        else:
            flush_file(path)


def flush_file(path: Path) -> None:
    """Waits until the content of a file is on the disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Waits until the names in a folder are on the disk, where the system can do that."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as problem:
        if problem.errno not in _CANNOT_FLUSH:
            raise
    finally:
        os.close(handle)
