"""The options that protect beyond a single release: the ledger, and how unique protected people are."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, Final

import click

from pfds.release.projection import Guard

_FILE: Final = click.Path(dir_okay=False, path_type=Path)
_OPTIONS: Final = (
    click.option(
        "--ledger",
        type=_FILE,
        metavar="FILE",
        help="Private file beside the dataset that remembers what each release kept back: read, and written on.",
    ),
    click.option(
        "--no-ledger",
        is_flag=True,
        help="Build although no ledger tells what the release before kept back; with --ledger, begin one.",
    ),
    click.option(
        "--minimum-group",
        type=click.IntRange(min=1),
        default=1,
        show_default=True,
        metavar="N",
        help="Refuse if a row that stands for somebody protected looks like fewer than N such rows, itself counted.",
    ),
    click.option(
        "--groups",
        type=_FILE,
        metavar="FILE",
        help="Private CSV file for those rows, each with the number of rows that look the same.",
    ),
)


def guarded(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command these options, and what they say as its argument ``guard``."""

    @wraps(command)
    def with_guard(
        ledger: Path | None, no_ledger: bool, minimum_group: int, groups: Path | None, **others: Any
    ) -> None:
        command(guard=Guard(ledger, no_ledger, minimum_group, groups), **others)

    for option in reversed(_OPTIONS):
        with_guard = option(with_guard)
    return with_guard
