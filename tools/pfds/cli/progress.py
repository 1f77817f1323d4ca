"""How far the reading is: shown on the terminal only, for whatever takes more than a second."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Protocol

import click

from pfds.checks.cell_pass import Progress
from pfds.standard.language import Language
from pfds.standard.phrase import Phrase

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

PATIENCE: Final = 1.0
"""Seconds before anything is shown, and the least between two changes of the bar."""
BETWEEN_SENTENCES: Final = 10.0
"""Seconds between two sentences, where there is no bar."""


class _Teller(Protocol):
    def tell(self, file: str, read: int, total: int) -> None:
        """Take note of the file that is read, the bytes read of all files, and the bytes of all."""

    def clear(self) -> None:
        """Take away what is shown."""


@contextmanager
def progress_on_terminal(language: Language, *, plain: bool = False) -> Iterator[Progress | None]:
    """Something to be told of progress, or None where standard error is no terminal; a bar is taken away again.

    ``plain`` progress is a sentence from time to time.
    """
    if not sys.stderr.isatty():
        yield None
        return
    teller: _Teller = _Sentences(language) if plain else _RichBar(language)
    try:
        yield teller.tell
    finally:
        teller.clear()


class _Sentences:
    def __init__(self, language: Language) -> None:
        self._language = language
        self._begun = self._last = time.monotonic()

    def tell(self, file: str, read: int, total: int) -> None:
        now = time.monotonic()
        if now - self._last < BETWEEN_SENTENCES:
            return
        self._last = now
        if not 0 < read < total:
            click.echo(self._language.say(_COMPARING), err=True)
            return
        left = round((now - self._begun) * (total - read) / read)
        words = Phrase(
            "Reading {file}: {share} % of {size} MB, about {seconds} seconds left.",
            file=click.unstyle(file),
            share=100 * read // total,
            size=f"{total / 1e6:,.1f}",
            seconds=f"{left:,}",
        )
        click.echo(self._language.say(words), err=True)

    def clear(self) -> None:
        pass


class _RichBar:
    """Bytes, speed and remaining time; it is loaded only once it is shown, as that takes a tenth of a second."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._last = time.monotonic()
        self._begun = self._last
        self._bar: Bar | None = None
        self._task: TaskID | None = None

    def tell(self, file: str, read: int, total: int) -> None:
        now = time.monotonic()
        if now - self._last < PATIENCE:
            return
        self._last = now
        bar, task = self._shown(total)
        reading = Phrase("Reading {file}", file=click.unstyle(file))
        words = self._language.say(reading if 0 <= read < total else _COMPARING)
        bar.update(task, completed=read, description=words, refresh=True)

    def clear(self) -> None:
        if self._bar is not None:
            self._bar.stop()

    def _shown(self, total: int) -> tuple[Bar, TaskID]:
        if self._bar is None or self._task is None:
            self._bar = _new_bar()
            self._task = self._bar.add_task("", total=total)
            self._bar.start()
        return self._bar, self._task


def _new_bar() -> Bar:
    from rich.console import Console  # noqa: PLC0415 - see _RichBar
    from rich.progress import (  # noqa: PLC0415 - see _RichBar
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        auto_refresh=False,
    )


_COMPARING: Final = Phrase("Comparing records …")
