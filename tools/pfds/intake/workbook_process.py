"""Workbooks read in a process of their own, which may fail, hang or say what it likes without harm."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path
from threading import Timer
from typing import BinaryIO, Final

from pfds.intake.problems import Facts, limit_facts
from pfds.intake.stream import ByteStream
from pfds.intake.workbook_frames import LIMITS, BrokenOffFramesError, Frames, Limits, Sheet, WorkbookRefusedError
from pfds.standard.phrase import Phrase

CHILD: Final = Path(__file__).with_name("workbook_child.py")
_PIECE: Final = 1 << 20
_BROKE_OFF: Final = Phrase("reading it broke off: it is damaged, or made to do harm")


def read_sheets(stream: ByteStream, most: Limits = LIMITS, program: Path = CHILD) -> Generator[Sheet, None, None]:
    """The sheets of a workbook in their order, each as soon as it is read; raises WorkbookRefusedError.

    ``program`` gets the workbook on standard input and writes the frames of `workbook_cells`.
    """
    if stream.size > most.size:
        raise WorkbookRefusedError(
            "limit-exceeded", limit_facts(Phrase("bytes in the workbook"), most.size, stream.size)
        )
    with _started(program, most) as process:
        watch = _Watch(process, most.seconds)
        watch.start()
        try:
            _feed(process, stream)
            for sheet in Frames(_output(process), most).sheets():
                watch.stop()
                yield sheet
                watch.start()
        except BrokenOffFramesError as error:
            raise watch.told() from error
        finally:
            watch.stop()
            process.kill()
            _close(process)


class _Watch:
    """Ends a process that takes longer than so many seconds, the time that others take with its results aside."""

    def __init__(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        self._process = process
        self._allowed = self._left = float(seconds)
        self._late = False

    def start(self) -> None:
        self._began = time.monotonic()
        self._timer = Timer(max(self._left, 0), self._end)
        self._timer.daemon = True
        self._timer.start()

    def stop(self) -> None:
        self._timer.cancel()
        self._left -= time.monotonic() - self._began

    def told(self) -> WorkbookRefusedError:
        """Why the process said no more."""
        if not self._late:
            return WorkbookRefusedError("file-unreadable", {"problem": _BROKE_OFF})
        limit = round(self._allowed)
        words = Phrase("Reading the workbook took longer than the {limit} seconds allowed", limit=limit)
        facts: Facts = {"problem": words, "subject": "seconds", "limit": limit, "found": limit}
        return WorkbookRefusedError("limit-exceeded", facts)

    def _end(self) -> None:
        self._late = True
        self._process.kill()


def _started(program: Path, most: Limits) -> subprocess.Popen[bytes]:
    given = {name: getattr(most, name) for name in ("unpacked", "text", "cells", "characters", "memory", "seconds")}
    needed = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    try:
        return subprocess.Popen(  # noqa: S603 - our own program, which gets numbers only
            [sys.executable, "-I", "-S", "-B", str(program), json.dumps(given)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=needed,
        )
    except (OSError, ValueError) as error:
        words = Phrase("the program that reads workbooks could not be started")
        raise WorkbookRefusedError("file-unreadable", {"problem": words}) from error


def _feed(process: subprocess.Popen[bytes], stream: ByteStream) -> None:
    if process.stdin is None:
        raise BrokenOffFramesError
    with contextlib.suppress(BrokenPipeError, ConnectionError):
        while piece := stream.read(_PIECE):
            process.stdin.write(piece)
    _close(process)


def _close(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError):
        if process.stdin is not None:
            process.stdin.close()


def _output(process: subprocess.Popen[bytes]) -> BinaryIO:
    if process.stdout is None:
        raise BrokenOffFramesError
    return process.stdout  # type: ignore[return-value]
