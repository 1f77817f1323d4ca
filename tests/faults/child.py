"""Runs work in children of one warm process: nothing is imported again, and nothing is shared with the next child."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path

from pfds.cli import main

Work = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended (the negative number of a signal that killed it), what it said, and what strace noted."""

    code: int
    out: str
    err: str
    trace: str = ""

    @property
    def said(self) -> str:
        return self.out + self.err


def command(*arguments: str | Path) -> Work:
    """The command pfds, as its users start it."""

    def work() -> None:
        sys.argv = ["pfds", *map(str, arguments)]
        main()

    return work


def run(work: Work, room: Path, tracing: Sequence[str] = (), meddle: Callable[[int], None] | None = None) -> Ended:
    """Does the work in a child; with ``tracing``, under strace with these options, from its first call on.

    ``room`` is a private folder: temporary files go to ``room/tmp``, what is said to ``room/said.out`` and
    ``room/said.err``, the notes of strace to ``room/trace``. ``meddle`` gets the number of the running child.
    """
    child = begin(work, room, waits=bool(tracing or meddle))
    tracer = _traced(child, room, tracing) if tracing else None
    if tracing or meddle:
        os.kill(child, signal.SIGUSR1)
    if meddle:
        meddle(child)
    ended = end(child, room)
    if tracer:
        tracer.communicate(timeout=60)
        ended = replace(ended, trace=(room / "trace").read_text("utf-8", "replace"))
    return ended


def begin(work: Work, room: Path, *, waits: bool = False) -> int:
    """Starts a child, which waits for SIGUSR1 first if it is to; returns its number."""
    (room / "tmp").mkdir(exist_ok=True)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
    # so that a handler in the child is one of the command
    before = [(number, signal.signal(number, signal.SIG_DFL)) for number in (signal.SIGINT, signal.SIGTERM)]
    readable, ready = os.pipe()
    child = os.fork()
    if not child:
        os.close(readable)
        _live(work, room, ready, waits=waits)
    for number, handler in before:
        signal.signal(number, handler)
    os.close(ready)
    os.read(readable, 1)  # ends when the child has prepared itself, so that no fault strikes before its work
    os.close(readable)
    return child


def end(child: int, room: Path) -> Ended:
    """Waits for a child and tells how it ended."""
    _, status = os.waitpid(child, 0)
    return Ended(os.waitstatus_to_exitcode(status), _text(room / "said.out"), _text(room / "said.err"))


def warm(work: Work, room: Path) -> Ended:
    """Imports here whatever the work imports in a child, so that later children need not."""

    def listing() -> None:
        try:
            work()
        finally:
            (room / "modules").write_text("\n".join(list(sys.modules)), "utf-8")

    ended = run(listing, room)
    for name in _text(room / "modules").splitlines():
        if name not in sys.modules and name != "__main__":
            try:
                import_module(name)
            except ImportError:
                continue
    return ended


def _live(work: Work, room: Path, ready: int, *, waits: bool) -> None:
    """The life of the child, which closes ``ready`` when it has prepared itself; never returns."""
    code = 70
    sys.dont_write_bytecode = True  # a compiled file that is cut off would break every later program
    try:
        for number, name in ((1, "said.out"), (2, "said.err")):
            handle = os.open(room / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            os.dup2(handle, number)
            os.close(handle)
        sys.stdout, sys.stderr = os.fdopen(1, "w", encoding="utf-8"), os.fdopen(2, "w", encoding="utf-8")
        os.environ["TMPDIR"], tempfile.tempdir = str(room / "tmp"), None
        os.close(ready)
        if waits:
            signal.sigwait([signal.SIGUSR1])
        work()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(bool(end.code))
    except BaseException as problem:
        sys.stderr.write(f"Traceback: {problem!r}\n")
        code = 1
    finally:
        code = _flushed(code)
        os._exit(code)


def _flushed(code: int) -> int:
    """The code of the interpreter, which is 120 if what was said cannot be written."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        return code or 120
    return code


def _traced(child: int, room: Path, tracing: Sequence[str]) -> subprocess.Popen[str]:
    """Attaches strace to the waiting child."""
    arguments = ["strace", "-f", "-s", "200", "-o", str(room / "trace"), *tracing, "-p", str(child)]
    tracer = subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True)
    assert tracer.stderr
    for line in tracer.stderr:
        if "attached" in line:
            break
    return tracer


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
