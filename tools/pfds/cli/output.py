"""Where a report goes: to standard output, or to a file that is written as a whole or not at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import click

from pfds.cli.options import CannotOpen
from pfds.release.disk import Unconfirmed, confirm, flush_file
from pfds.release.interrupts import beyond_recall
from pfds.release.passing import passing

_DATA_SUFFIXES: Final = (
    *(".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".parquet", ".arrow", ".feather", ".xlsx", ".xls", ".ods", ".zip"),
)


def check_output(output: Path, inputs: Sequence[str]) -> None:
    """Raises CannotOpen if ``output`` would take the place of a file that was given, or would be read as data of a
    folder that was given the next time."""
    if output.is_dir():
        raise CannotOpen(f"{output} is a folder; give the name of a file.")
    if not output.absolute().parent.is_dir():
        raise CannotOpen(f"{output} cannot be written: there is no folder {output.parent}.")
    for path in (Path(name) for name in inputs if name != "-"):
        if output.exists() and path.exists() and output.samefile(path):
            raise CannotOpen(f"{output} was given to be read; a report is not written over it.")
        if path.is_dir() and _lies_in(output, path) and output.suffix.lower() in _DATA_SUFFIXES:
            raise CannotOpen(
                f"{output} lies in a folder that is checked, where it would be taken for data; write it elsewhere."
            )


def write_output(parts: Iterable[str] | Iterable[bytes], output: Path | None) -> None:
    """Write a report: text to standard output, or anything to a file, which appears only once it is complete and is for
    its owner only. Text ends with a line break. Raises CannotOpen."""
    if output is None:
        # Not click.echo, which would flush after each of the thousands of parts.
        sys.stdout.writelines(part for part in parts if isinstance(part, str))
        click.echo()
        return
    try:
        _write_file(parts, output)
    except Unconfirmed as problem:
        raise CannotOpen(str(problem)) from problem
    except OSError as error:
        raise CannotOpen(f"{output} cannot be written.") from error


def _write_file(parts: Iterable[str] | Iterable[bytes], output: Path) -> None:
    with passing(f".{output.name}.", output.absolute().parent) as unfinished:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            end = b""
            for part in parts:
                file.write(part.encode("utf-8", "backslashreplace") if isinstance(part, str) else part)
                end = b"\n" if isinstance(part, str) else b""
            file.write(end)
        flush_file(unfinished)
        beyond_recall()
        unfinished.replace(output)
        confirm(output)


def _lies_in(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())


def is_terminal_with_colour() -> bool:
    """Whether standard output is a terminal on which colour is wanted (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def is_dumb_terminal() -> bool:
    """Whether the terminal says that it knows no more than lines of text."""
    return os.environ.get("TERM") == "dumb"
