"""All editions of a release, in the order in which they are made."""

from __future__ import annotations

from pathlib import Path

from pfds.editions.public import Public


def write_editions(public: Public, target: Path) -> None:
    """Writes every edition of the release into the folder ``target``."""
