"""A picture of a release with its data: what is drawn, what it is called, and the table of what it shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pfds.editions.pictures.canvas import Drawing
from pfds.editions.pictures.words import Say


@dataclass(frozen=True, slots=True, eq=False)
class Named:
    """A cell that stands for a thing by its code in data, and by its name where people read."""

    code: str
    say: Say


Cell = str | int | None | Named


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A column of the data of a picture: its name in data, and its heading where people read."""

    name: str
    heading: Say


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A picture; ``name`` is that of its files. ``notes`` say what the picture leaves out or counts in its own way."""

    name: str
    title: Say
    about: Say
    drawing: Drawing
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    notes: Sequence[Say] = ()

    def data(self) -> list[list[str | int | None]]:
        """Its rows as data, with codes."""
        return [[cell.code if isinstance(cell, Named) else cell for cell in row] for row in self.rows]
