"""A mutant tried in a forked child: with a limit of time, and a room that it cannot write outside of."""

from __future__ import annotations

import os
import resource
import select
import signal
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Final, NoReturn

_KILLED: Final = 41
_OUTSIDE: Final = 42
_BROKEN: Final = 43
_MEMORY: Final = 4 << 30
_FILE: Final = 256 << 20
_CHANGES: Final[dict[str, slice]] = {
    **dict.fromkeys(
        ("os.remove", "os.rmdir", "os.mkdir", "os.truncate", "os.chmod", "os.chown", "os.utime", "shutil.rmtree"),
        slice(0, 1),
    ),
    **dict.fromkeys(("os.link", "os.symlink"), slice(1, 2)),
    "os.rename": slice(0, 2),
}
"""Audited operations that change files, and which of their arguments are the paths that they change."""


class Fate(StrEnum):
    """How a mutant ended.

    `killed`: a test failed. `timeout`: the tests did not end in their time. `outside`: it was stopped before it changed
    a file outside its room, which no test may do. `survived`: all tests that execute it passed. `untested`: no test
    executes it.
    """

    KILLED = "killed"
    TIMEOUT = "timeout"
    OUTSIDE = "outside"
    SURVIVED = "survived"
    UNTESTED = "untested"


class BrokenHarness(Exception):
    """A child that ended as no mutant does; its text says how."""


def fate(trial: Callable[[], None], room: Path, seconds: float) -> Fate:
    """What becomes of a mutant. ``trial`` applies it and runs the tests; it calls `killed` when one fails.

    ``seconds`` of processor time the tests may take, and some more of the clock, for the machine may be busy.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that threads of libraries do not live on in the child
        child = os.fork()
    if child == 0:
        _try(trial, room, seconds)
    status = _ended(child, 10 + 8 * seconds)
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    if status is None or (os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL)):
        return Fate.TIMEOUT
    code = os.waitstatus_to_exitcode(status)
    if code == _BROKEN:
        raise BrokenHarness("A mutant could not be applied.")
    known = {0: Fate.SURVIVED, _OUTSIDE: Fate.OUTSIDE}
    return known.get(code, Fate.KILLED)


def killed() -> NoReturn:
    """Ends the child: a test has failed."""
    os._exit(_KILLED)


def _try(trial: Callable[[], None], room: Path, seconds: float) -> NoReturn:
    try:
        os.setpgid(0, 0)
        _limit(seconds)
        _stay_in(room)
        trial()
    except BaseException as problem:
        os.write(2, f"{type(problem).__name__}: {problem}\n".encode())
        os._exit(_BROKEN)
    os._exit(0)


def _limit(seconds: float) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, int(seconds) + 2))
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    memory = pages * os.sysconf("SC_PAGE_SIZE") + _MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE, _FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _stay_in(room: Path) -> None:
    """From now on this process ends before it changes a file outside the room."""
    allowed = (f"{room.resolve()}/", "/dev/")

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        changed = _CHANGES.get(event, slice(0))
        if event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR):
            changed = slice(1)
        for path in arguments[changed]:
            if isinstance(path, str | bytes | os.PathLike) and not _is_in(os.fsdecode(path), allowed):
                os.write(2, f"{event} of {os.fsdecode(path)}, outside {room}\n".encode())
                os._exit(_OUTSIDE)

    sys.addaudithook(hook)


def _is_in(path: str, allowed: tuple[str, ...]) -> bool:
    """A bare name is one in a folder that was opened, as by `shutil.rmtree`, whose own event has the whole path."""
    if "/" not in path:
        return True
    return os.path.abspath(path).startswith(allowed)  # noqa: PTH100 - links stay what they are


def _ended(child: int, seconds: float) -> int | None:
    """How a child ended; None if it had to be stopped."""
    watched = os.pidfd_open(child)
    try:
        ready, _, _ = select.select([watched], [], [], seconds)
        if not ready:
            with suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)
        status = os.waitpid(child, 0)[1]
        return status if ready else None
    finally:
        os.close(watched)
