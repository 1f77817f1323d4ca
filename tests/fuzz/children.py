"""Runs the real command in forked children of one process that has imported it once, each watched and limited."""

from __future__ import annotations

import contextlib
import io
import os
import select
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Final

from pfds import cli
from pfds.standard.language import load_language
from pfds.standard.load import load_standard

UNCAUGHT: Final = 99
_LOOK: Final = 0.05
_TOLD: Final = 16
"""Bytes in which a child tells the exit code of a command and the seconds that it worked."""
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Limits:
    """Time that one command may work, in seconds, and memory of it and its children, in bytes."""

    seconds: float = 5
    memory: int = 512 << 20

    @property
    def wall(self) -> float:
        """Seconds until a command is stopped; more than it may work, for a machine may be busy with others."""
        return 12 * self.seconds


LIMITS: Final = Limits()


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: its exit code, or None and what ``stopped`` it; what it said; how long it worked; the most
    memory its process took; what it left in its temporary folder."""

    code: int | None
    out: bytes
    err: bytes
    seconds: float
    memory: int
    left: tuple[str, ...] = ()
    stopped: str = ""


def load() -> None:
    """Import what the children need, so that none has to."""
    for where, _ in cli.VERBS.values():
        import_module(where.split(":")[0])
    for name in ("release.verify", "forms.json_form", "forms.parquet_form", "forms.csv_form", "intake.workbook_file"):
        import_module(f"pfds.{name}")
    load_standard()
    load_language("en")


def run(commands: Sequence[Sequence[str]], room: Path, limits: Limits) -> list[Ended]:
    """How each command ended; one that dies or has to be stopped takes nothing away from those that follow."""
    ended: list[Ended] = []
    while len(ended) < len(commands):
        ended += _in_one_child(commands[len(ended) :], room, limits)
    return ended


def _in_one_child(commands: Sequence[Sequence[str]], room: Path, limits: Limits) -> list[Ended]:
    """The commands up to the first that does not end by itself."""
    shutil.rmtree(room, ignore_errors=True)
    room.mkdir(parents=True)
    told, tell = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os.close(told)
        _run_all(commands, room, tell)
    os.close(tell)
    try:
        return _watched(child, told, len(commands), room, limits)
    finally:
        os.close(told)


def _watched(child: int, told: int, commands: int, room: Path, limits: Limits) -> list[Ended]:
    ended: list[Ended] = []
    began, most, stopped = time.monotonic(), 0, ""
    while len(ended) < commands:
        ready, _, _ = select.select([told], [], [], _LOOK)
        most = max(most, sum(_resident(process) for process in _family(child)))
        if ready:
            line = os.read(told, _TOLD)
            if not line:
                break
            code, worked = int(line[:4]), float(line[4:])
            over = f"more than {limits.seconds:g} seconds of work" if worked > limits.seconds else ""
            over = f"more than {limits.memory >> 20} MiB of memory" if most > limits.memory else over
            ended.append(_one(room, len(ended), code, worked, most, over))
            began, most = time.monotonic(), 0
        elif time.monotonic() - began > limits.wall:
            stopped = f"no end after {limits.wall:g} seconds"
        if most > limits.memory:
            stopped = f"more than {limits.memory >> 20} MiB of memory"
        if stopped:
            break
    if len(ended) < commands:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if len(ended) < commands:
        why = stopped or f"it died with {os.waitstatus_to_exitcode(status)}"
        ended.append(_one(room, len(ended), None, time.monotonic() - began, most, why))
    return ended


def _one(room: Path, number: int, code: int | None, seconds: float, memory: int, stopped: str = "") -> Ended:
    out, err = ((room / f"{name}{number}") for name in ("out", "err"))
    said = [path.read_bytes() if path.exists() else b"" for path in (out, err)]
    left = () if stopped else tuple(path.name for path in (room / f"tmp{number}").iterdir())
    return Ended(code, said[0], said[1], seconds, memory, left, stopped)


def _family(process: int) -> Iterator[int]:
    yield process
    with contextlib.suppress(OSError, ValueError):
        children = Path(f"/proc/{process}/task/{process}/children").read_text("ascii")
        for child in children.split():
            yield from _family(int(child))


def _resident(process: int) -> int:
    try:
        return int(Path(f"/proc/{process}/statm").read_text("ascii").split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


def _run_all(commands: Sequence[Sequence[str]], room: Path, tell: int) -> None:
    """In the child: every command in turn; never returns."""
    os.setpgid(0, 0)
    before = sum(os.times()[:4])
    for number, arguments in enumerate(commands):
        code = _run_one(arguments, room, number)
        worked = sum(os.times()[:4])
        os.write(tell, b"%4d%12.3f" % (code, worked - before))
        before = worked
    os._exit(0)


def _run_one(arguments: Sequence[str], room: Path, number: int) -> int:
    own = room / f"tmp{number}"
    own.mkdir()
    tempfile.tempdir = os.environ["TMPDIR"] = str(own)
    for stream, path in ((0, Path(os.devnull)), (1, room / f"out{number}"), (2, room / f"err{number}")):
        given = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(given, stream)
        os.close(given)
    sys.stdout = io.TextIOWrapper(io.FileIO(1, "w", closefd=False), encoding="utf-8", write_through=True)
    sys.stderr = io.TextIOWrapper(io.FileIO(2, "w", closefd=False), encoding="utf-8", write_through=True)
    sys.argv = ["pfds", *arguments]
    try:
        cli.main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        code = UNCAUGHT
    else:
        code = 0
    for stream_left in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream_left.flush()
    return code
