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
    """What stands at a place: a protected value, or only a part of one; or, without ``sought``, why nobody can tell.

    ``line`` is 1 for the first, None where there are no lines.
    """

    place: Place
    line: int | None = None
    sought: Sought | None = None
    part: bool = False
    why: str = ""
