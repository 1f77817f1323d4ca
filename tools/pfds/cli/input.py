"""The submission that the arguments of a verb name."""

from __future__ import annotations

import sys
from pathlib import Path

from pfds.intake.known_encodings import Encoding
from pfds.intake.submission import open_document, open_submission
from pfds.intake.tables import Submission, UnreadableInput
from pfds.standard.model import Standard


def read_input(paths: tuple[str, ...], standard: Standard, encoding: Encoding | None) -> Submission:
    """Opens what was given: paths, or `-` for a JSON document on standard input. Raises UnreadableInput."""
    if "-" not in paths:
        return open_submission([Path(path) for path in paths], standard, encoding)
    if len(paths) > 1:
        raise UnreadableInput("Standard input (-) holds a whole submission; give no other path with it.")
    if sys.stdin is None:
        raise UnreadableInput("There is no standard input to read.")
    return open_document(sys.stdin.buffer.read(), "-", standard, encoding)
