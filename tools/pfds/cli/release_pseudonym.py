"""pfds release pseudonym: new pseudonyms for the table of redactions."""

from __future__ import annotations

import secrets
from typing import Final

import click

_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without those that are taken for one another."""
_LENGTH: Final = 8


@click.command()
@click.option("--number", type=click.IntRange(1, 10_000), default=1, show_default=True, help="How many.")
@click.option("--word", default="Person", show_default=True, help="The word before each.")
def pseudonym(number: int, word: str) -> None:
    """Print new random pseudonyms, one on each line.

    Lay each into the column "replacement" of a row of redactions with the method "pseudonym". It says
    nothing of the person, stays the same in every release while it stands there, and can be exchanged.
    """
    for _ in range(number):
        click.echo(f"{word} {''.join(secrets.choice(_LETTERS) for _ in range(_LENGTH))}")
