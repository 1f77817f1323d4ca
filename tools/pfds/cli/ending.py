"""How the command ends, whatever happens: nothing is left lying about, and one sentence says what was wrong."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable

import click

from pfds import __version__
from pfds.release.interrupts import Interrupted, beyond_recall, catch_interrupts, interrupted_by
from pfds.release.passing import clear_up

DEFECT = 70
_USAGE = 2
_BY_SIGNAL = 128
_OF_THE_DATABASE = frozenset({"IOException", "OutOfMemoryException"})


def exit_code(run: Callable[[], object]) -> int:
    """Runs a command and says how it ended: 128 and the number of the signal if it was interrupted, 2 if the system
    refused a file, 70 for a defect of ours, otherwise the code of the command."""
    sys.unraisablehook = _told_already
    try:
        catch_interrupts()
        code = _code(run)
        beyond_recall()
    except Interrupted:
        code = _BY_SIGNAL
    left = clear_up()
    if number := interrupted_by():
        click.echo("Interrupted. What was there before is as it was.", err=True)
        code = _BY_SIGNAL + number
    for path in left:
        click.echo(f"{path} could not be removed. It may hold what you gave: remove it yourself.", err=True)
    return code


def _told_already(_: object) -> None:
    """Of a file that was refused once, and is refused again when it is let go of, nothing more is said."""


def _code(run: Callable[[], object]) -> int:
    try:
        try:
            run()
        finally:
            _flush()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(bool(end.code))
    except Exception as error:  # the one place where a defect of ours may surface
        return 0 if interrupted_by() else _told(error)
    return 0


def _told(error: Exception) -> int:
    if (reason := _refusal(error)) is not None:
        click.echo(f"Error: The system refused to read or write{reason}.", err=True)
        return _USAGE
    where = traceback.extract_tb(error.__traceback__)[-1]
    click.echo(
        f"pfds {__version__} has a defect: {type(error).__name__} at {where.name}:{where.lineno}. Your files were"
        " not changed. Please report this line together with the command; it holds nothing of your data.",
        err=True,
    )
    return DEFECT


def _refusal(error: Exception) -> str | None:
    """What the system refused and why, as the end of a sentence; None if something else was the matter."""
    if isinstance(error, OSError):
        file = f" {error.filename}" if isinstance(error.filename, str) else " a file"
        return f"{file}: {os.strerror(error.errno)}" if error.errno else file
    return " a temporary file, or has no memory left" if type(error).__name__ in _OF_THE_DATABASE else None


def _flush() -> None:
    """Says now what is still to be said; if that fails it is not tried again when the interpreter ends."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.close(nowhere)
        raise
