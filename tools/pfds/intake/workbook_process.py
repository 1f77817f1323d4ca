"""Workbooks read in a process of their own, which may fail, hang or say what it likes without harm."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Generator
from pathlib import Path
from typing import BinaryIO, Final

from pfds.intake.apart import BROKE_OFF, Watch, started
from pfds.intake.problems import Facts, limit_facts
from pfds.intake.stream import ByteStream
from pfds.intake.workbook_frames import LIMITS, BrokenOffFramesError, Frames, Limits, Sheet, WorkbookRefusedError
from pfds.standard.phrase import Phrase

CHILD: Final = Path(__file__).with_name("workbook_child.py")
_PIECE: Final = 1 << 20


def read_sheets(stream: ByteStream, most: Limits = LIMITS, program: Path = CHILD) -> Generator[Sheet, None, None]:
    """The sheets of a workbook in their order, each as soon as it is read; raises WorkbookRefusedError.

    ``program`` gets the workbook on standard input and writes the frames of `workbook_cells`.
    """
    if stream.size > most.size:
        raise WorkbookRefusedError(
            "limit-exceeded", limit_facts(Phrase("bytes in the workbook"), most.size, stream.size)
        )
    with _started(program, most) as process:
        watch = Watch(process, most.seconds)
        watch.start()
        try:
            _feed(process, stream)
            for sheet in Frames(_output(process), most).sheets():
                watch.stop()
                yield sheet
                watch.start()
        except BrokenOffFramesError as error:
            raise _told(watch, most.seconds) from error
        finally:
            watch.stop()
            process.kill()
            _close(process)


def _told(watch: Watch, seconds: float) -> WorkbookRefusedError:
    """Why the process said no more."""
    if not watch.late:
        return WorkbookRefusedError("file-unreadable", {"problem": BROKE_OFF})
    limit = round(seconds)
    words = Phrase("Reading the workbook took longer than the {limit} seconds allowed", limit=limit)
    facts: Facts = {"problem": words, "subject": "seconds", "limit": limit, "found": limit}
    return WorkbookRefusedError("limit-exceeded", facts)


def _started(program: Path, most: Limits) -> subprocess.Popen[bytes]:
    given = {name: getattr(most, name) for name in ("unpacked", "text", "cells", "characters", "memory", "seconds")}
    try:
        return started(program, given)
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
