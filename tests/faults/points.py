"""The places where a fault can strike: every call, by name and occurrence, of one undisturbed run under strace."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import product
from random import Random

CALLS = (
    *("openat", "close", "read", "pread64", "write", "pwrite64", "writev", "sendfile", "copy_file_range", "lseek"),
    *("ftruncate", "fallocate", "fsync", "fdatasync", "flock", "fcntl", "ioctl", "getdents64", "mmap"),
    *("mkdir", "rmdir", "rename", "renameat", "renameat2", "unlink", "unlinkat", "link", "symlink", "readlink"),
    *("chmod", "fchmod", "fchmodat", "utimensat", "stat", "fstat", "lstat", "newfstatat", "statx", "statfs"),
    *("access", "faccessat2", "setxattr", "listxattr", "llistxattr", "flistxattr"),
)
"""Calls that touch files; those which a run does not make give no place."""
KINDS = ("KILL", "EIO", "ENOSPC", "EINTR", "EROFS", "EACCES", "EMFILE")
_CALL = re.compile(r"^(?P<task>\d+) +(?P<name>\w+)\((?P<rest>.*)$")
OF_THE_KERNEL = re.compile(r'[<"]/(proc|sys)/')
"""What looks like a file and lies on no disk. (Where it cannot be read, DuckDB ends the process when it starts.)"""
_NOT_FAILED = frozenset({"close", "mmap"})
"""Calls that are struck by kills only: a close that fails has closed, and a map that fails is a lack of memory."""


@dataclass(frozen=True, slots=True, order=True)
class Point:
    """One fault: in the scene, at the call with this name and occurrence (1 = first), of this kind."""

    scene: str
    call: str
    occurrence: int
    kind: str

    @property
    def tracing(self) -> tuple[str, ...]:
        """The options of strace that bring it about."""
        what = "signal=KILL" if self.kind == "KILL" else f"error={self.kind}"
        when = f"inject={self.call}:{what}:when={self.occurrence}"
        return "--decode-fds=path", "-e", f"trace={self.call}", "-e", when

    def __str__(self) -> str:
        return f"{self.scene}: {self.kind} at {self.call} {self.occurrence}"


def listing() -> tuple[str, ...]:
    """The options of strace that list every call."""
    return "--decode-fds=path", "-e", "trace=" + ",".join(f"?{name}" for name in CALLS)


def occurrences(trace: str, room: str) -> list[tuple[str, int]]:
    """Every call of a run from the first that names the room on, once for all its threads."""
    found: set[tuple[str, int]] = set()
    counted: Counter[tuple[str, str]] = Counter()
    begun = False
    for call in (match for match in map(_CALL.match, trace.splitlines()) if match):
        begun = begun or room in call["rest"]
        counted[call["task"], call["name"]] += 1
        if begun and not OF_THE_KERNEL.search(call["rest"]):
            found.add((call["name"], counted[call["task"], call["name"]]))
    return sorted(found)


def points(scene: str, calls: list[tuple[str, int]], kinds: Collection[str] = KINDS) -> Iterator[Point]:
    """Every fault of these kinds at these calls."""
    for (name, number), kind in product(calls, sorted(kinds)):
        if kind == "KILL" or (name not in _NOT_FAILED and (kind != "EMFILE" or name == "openat")):
            yield Point(scene, name, number, kind)


def drawn(every: list[Point], seed: int) -> list[Point]:
    """The points in an order that depends on the seed only."""
    ordered = sorted(every)
    Random(seed).shuffle(ordered)  # noqa: S311 - test data, not secrets
    return ordered
