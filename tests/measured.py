"""The command in a process of its own, with the time that it worked and the most memory that it took."""

import os
import signal
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread, Timer

from command import PFDS

WAIT = 90


@dataclass(frozen=True, slots=True)
class Measured:
    """How a command ended, what it said, the seconds that it worked (not those it waited), and bytes of memory, of all
    its processes."""

    code: int
    out: str
    err: str
    seconds: float
    memory: int


def measured(*arguments: str | Path) -> Measured:
    """pfds, killed if it does not end; the longest wait is much longer than it may work, for others may work too."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(
            [PFDS, *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True
        )
        killer = Timer(WAIT, os.killpg, (process.pid, signal.SIGKILL))
        peaks, ended = [0], Event()
        watch = Thread(target=_watch, args=(process.pid, peaks, ended))
        killer.start()
        watch.start()
        _, status, used = os.wait4(process.pid, 0)
        killer.cancel()
        ended.set()
        watch.join()
        process.returncode = os.waitstatus_to_exitcode(status)
        said = []
        for file in (out, err):
            file.seek(0)
            said.append(file.read().decode("utf-8"))
    return Measured(process.returncode, said[0], said[1], used.ru_utime + used.ru_stime, max(peaks))


def _watch(process: int, peaks: list[int], ended: Event) -> None:
    """The high-water marks of the process and of all that it starts, added up, seen again and again; the one that
    waiting gives holds the memory of the tests as well."""
    marks: dict[int, int] = {}
    while not ended.wait(0.02):
        for each in _with_children(process):
            with suppress(OSError, ValueError, IndexError):
                status = Path(f"/proc/{each}/status").read_text("ascii")
                marks[each] = int(status.split("VmHWM:")[1].split()[0]) << 10
        peaks.append(sum(marks.values()))


def _with_children(process: int) -> list[int]:
    found = [process]
    for each in found:
        with suppress(OSError):
            for thread in Path(f"/proc/{each}/task").iterdir():
                found += map(int, (thread / "children").read_text("ascii").split())
    return found
