"""How far the reading is: one line on the terminal, for whatever takes more than a second."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import click

from pfds.checks.cell_pass import Progress

PATIENCE: Final = 1.0
"""Seconds before anything is shown, and the least between two changes."""


@contextmanager
def progress_on_terminal() -> Iterator[Progress | None]:
    """Something to be told of progress, or None where standard error is no terminal; the line is taken away again."""
    if not sys.stderr.isatty():
        yield None
        return
    line = _Line()
    try:
        yield line.tell
    finally:
        line.clear()


class _Line:
    def __init__(self) -> None:
        self._last = time.monotonic()
        self._shown = False

    def tell(self, file: str, read: int, total: int) -> None:
        now = time.monotonic()
        if now - self._last < PATIENCE:
            return
        self._last = now
        self._shown = True
        words = f"Reading {file}, {100 * read // total} %" if 0 <= read < total else "Comparing records"
        click.echo(f"\r\x1b[K{words} …", nl=False, err=True)

    def clear(self) -> None:
        if self._shown:
            click.echo("\r\x1b[K", nl=False, err=True)
