"""Programs of our own that read what somebody sent, each in a process apart that gets nothing but what it needs."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from threading import Lock, Timer, current_thread
from typing import BinaryIO, Final, cast

from pfds.standard.phrase import Phrase

BROKE_OFF: Final = Phrase("reading it broke off: it is damaged, or made to do harm")
BY_PATH: Final = os.name == "nt"
"""Where a process is told the path of a file, because it cannot be handed the open file."""
_OVERSLEPT: Final = 1
"""Seconds by which a watch is late only if it was stopped: by a key, a debugger, or with the whole machine."""


class BrokenOffProcessError(Exception):
    """A process that ended, took too long (``late``), or said what it should not."""

    def __init__(self, *, late: bool = False) -> None:
        super().__init__()
        self.late = late


def started(program: Path, given: Mapping[str, object], descriptors: Sequence[int] = ()) -> subprocess.Popen[bytes]:
    """A process that runs a ``program`` with what it is ``given``, and besides its standard streams has the open files
    ``descriptors``; no settings of ours reach it. Raises OSError or ValueError."""
    needed = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    needed["HOME"] = os.devnull  # a library that finds none asks the system who we are, over a socket
    return subprocess.Popen(  # noqa: S603 - our own program, which gets numbers and the path of the installation
        [sys.executable, "-I", "-S", "-B", str(program), json.dumps(given)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=needed,
        pass_fds=descriptors,
    )


class Watch:
    """Ends a process that takes longer than so many seconds, the time that others take with its results aside.

    Time in which the watch was stopped as well, with everything else, does not count.
    """

    def __init__(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        self.late = False
        self._process = process
        self._left = float(seconds)
        self._lock = Lock()
        self._timer: Timer | None = None

    def start(self) -> None:
        """The process is being waited for."""
        with self._lock:
            self._set()

    def stop(self) -> None:
        """It is not waited for any more."""
        with self._lock:
            if self._timer:
                self._timer.cancel()
            self._timer = None
            taken = time.monotonic() - self._began
            self._left -= taken if taken <= self._left else 0

    def _set(self) -> None:
        self._began = time.monotonic()
        self._timer = Timer(self._left, self._end)
        self._timer.daemon = True
        self._timer.start()

    def _end(self) -> None:
        with self._lock:
            if self._timer is not current_thread():
                return
            if time.monotonic() - self._began - self._left > _OVERSLEPT:
                self._set()
                return
            self.late = True
        self._process.kill()


class Asked:
    """A process that answers what it is asked, each time within so many ``seconds``.

    Raises BrokenOffProcessError for whatever else it does.
    """

    def __init__(
        self, program: Path, given: Mapping[str, object], seconds: float, descriptors: Sequence[int] = ()
    ) -> None:
        try:
            self._process = started(program, given, descriptors)
        except (OSError, ValueError) as error:
            raise BrokenOffProcessError from error
        self._into = cast("BinaryIO", self._process.stdin)
        self._out = cast("BinaryIO", self._process.stdout)
        self._seconds = seconds

    @contextlib.contextmanager
    def waiting(self) -> Iterator[None]:
        """While it is asked and answers; the bytes that it says cannot be had otherwise."""
        watch = Watch(self._process, self._seconds)
        watch.start()
        try:
            yield
        except (OSError, ValueError, TypeError, KeyError, IndexError, OverflowError) as error:
            raise BrokenOffProcessError(late=watch.late) from error
        except BrokenOffProcessError as error:
            error.late = watch.late
            raise
        finally:
            watch.stop()

    def say(self, data: bytes) -> None:
        """Give it bytes."""
        self._into.write(data)
        self._into.flush()

    def ask(self, question: object) -> None:
        """Put a question, as a line of JSON."""
        self._into.write(json.dumps(question).encode() + b"\n")
        self._into.flush()

    def line(self, most: int) -> list[object]:
        """The next line that it says, a list in JSON of ``most`` bytes."""
        line = self._out.readline(most)
        found = json.loads(line) if line.endswith(b"\n") else None
        if not isinstance(found, list) or not found:
            raise BrokenOffProcessError
        return found

    def take(self, size: int) -> bytes:
        """The next ``size`` bytes that it says."""
        data = self._out.read(size)
        if len(data) < size:
            raise BrokenOffProcessError
        return data

    def close(self) -> None:
        """End it."""
        self._process.kill()
        for stream in (self._into, self._out):
            with contextlib.suppress(OSError):
                stream.close()
        self._process.wait()
