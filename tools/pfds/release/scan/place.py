"""Where something protected stands in a release."""

from __future__ import annotations

from dataclasses import dataclass

from pfds.release.scan.sought import Sought


class Undecodable(Exception):
    """A layer that cannot be looked through; its text says why, without anything that stands in it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A layer of a file: the path of the file, what was unpacked to come there, and how the text there is read, if
    not as it stands."""

    path: str
    layers: tuple[str, ...] = ()
    reading: str = ""

    def inside(self, layer: str) -> Place:
        """A layer of this one."""
        return Place(self.path, (*self.layers, *filter(None, [self.reading]), layer))

    def read_as(self, reading: str) -> Place:
        """The same place, read in another way."""
        return Place(self.path, self.layers, ", ".join(filter(None, [self.reading, reading])))


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
