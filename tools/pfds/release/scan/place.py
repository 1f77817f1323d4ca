"""Where something protected stands in a release."""

from __future__ import annotations

from dataclasses import dataclass

from pfds.release.scan.sought import Sought


class Undecodable(Exception):
    """A layer that cannot be looked through; its text says why, without anything that stands in it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A layer of a file: the path of the file, and what was unpacked or decoded to come there."""

    path: str
    layers: tuple[str, ...] = ()

    def inside(self, *layers: str) -> Place:
        """A layer of this one."""
        return Place(self.path, (*self.layers, *layers))


@dataclass(frozen=True, slots=True)
class Found:
    """What stands at a place: a protected value, or a word of one; or, without ``sought``, why nobody can tell.

    ``line`` is 1 for the first line of a text and the first row of a table, None where there are none.
    """

    place: Place
    line: int | None = None
    sought: Sought | None = None
    why: str = ""

    @property
    def is_part(self) -> bool:
        """Whether only a word of a name stands there, which a person has to judge."""
        return self.sought is not None and self.sought.is_part
