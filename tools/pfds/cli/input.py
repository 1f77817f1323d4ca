"""The submission that the arguments of a verb name."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pfds.intake.known_encodings import Encoding
from pfds.intake.submission import open_document, open_submission
from pfds.intake.tables import Submission, UnreadableInput
from pfds.standard.model import Standard

if TYPE_CHECKING:
    from pfds.intake.workbook_frames import Limits


def read_input(
    paths: tuple[str, ...], standard: Standard, encoding: Encoding | None, limits: Limits | None = None
) -> Submission:
    """Opens what was given: paths, or `-` for a JSON document on standard input. Raises UnreadableInput."""
    if "-" not in paths:
        return open_submission([Path(path) for path in paths], standard, encoding, limits)
    if len(paths) > 1:
        raise UnreadableInput("Standard input (-) holds a whole submission; give no other path with it.")
    if sys.stdin is None:
        raise UnreadableInput("There is no standard input to read.")
    return open_document(sys.stdin.buffer.read(), "-", standard, encoding)


def workbook_limits(memory: int | None, seconds: int | None) -> Limits | None:
    """Limits of reading a workbook, in MiB and seconds; None if they are as usual."""
    if memory is None and seconds is None:
        return None
    from pfds.intake.workbook_frames import LIMITS, Limits  # noqa: PLC0415 - most submissions are no workbook

    return Limits(
        memory=LIMITS.memory if memory is None else memory << 20,
        seconds=LIMITS.seconds if seconds is None else seconds,
    )
