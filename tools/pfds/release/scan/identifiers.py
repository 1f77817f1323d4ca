"""Finds identifiers of records, of which a large release keeps back so many that none can have objects of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from pfds.release.scan.automaton import Automaton

_OF_IDENTIFIERS: Final = re.compile(r"[\w-]")
_LIKE_ASCII: Final = {"\u017f": "s", "\u212a": "k"}
"""Letters that are an ASCII one in another case."""
_AROUND: Final = 256
"""Characters on each side of an identifier that are looked at."""
_ENCODINGS: Final = {1: (("ascii", 0),), 2: (("utf-16-le", 0), ("utf-16-be", 1))}
"""By the bytes that each letter has: encodings, and how many bytes of a letter come before the one that tells it."""


class Identifiers:
    """Knows identifiers, and finds those that stand by themselves and not as part of a longer one."""

    def __init__(self, identifiers: Iterable[str]) -> None:
        self.known = frozenset(identifiers)
        self._automaton = Automaton(identifier.encode("utf-8") for identifier in self.known)
        prefixes = {identifier.split("-", 1)[0] for identifier in self.known}
        heads = "|".join(sorted(map(re.escape, prefixes)))
        self._shape = re.compile(rf"\b(?:{heads})-[a-z0-9]+-[a-z0-9-]+", re.IGNORECASE)

    def within(self, text: str) -> Iterator[tuple[str, int]]:
        """Each identifier in a text, with the character (0 = first) of the text after which it ends."""
        for needle, start, end in self._automaton.found(_small(text)) if self.known else ():
            identifier = needle.decode("utf-8")
            if self._stands_alone(text, start, end, identifier):
                yield identifier, end

    def in_bytes(self, data: bytes) -> Iterator[tuple[str, int]]:
        """Each identifier in bytes, in letters of one byte or two, with the byte (0 = first) of its first letter."""
        views = [(width, first) for width in _ENCODINGS for first in range(width)] if self.known else ()
        for width, first in views:
            for needle, start, _ in self._automaton.found(data[first::width].lower()):
                identifier, at = needle.decode("utf-8"), first + start * width
                if any(self._stands_in_bytes(data, at, width, *each, identifier) for each in _ENCODINGS[width]):
                    yield identifier, at

    def _stands_in_bytes(self, data: bytes, at: int, width: int, encoding: str, before: int, identifier: str) -> bool:
        if (start := at - before) < 0:
            return False
        low, high = max(start % width, start - width * _AROUND), start + width * (len(identifier) + _AROUND)
        left, right = (part.decode(encoding, errors="replace") for part in (data[low:start], data[start:high]))
        return self._stands_alone(left + right, len(left), len(left) + len(identifier), identifier)

    def _stands_alone(self, text: str, start: int, end: int, identifier: str) -> bool:
        low, high = start, end
        while low > max(0, start - _AROUND) and _OF_IDENTIFIERS.match(text[low - 1]):
            low -= 1
        while high < min(len(text), end + _AROUND) and _OF_IDENTIFIERS.match(text[high]):
            high += 1
        return any(match[0].casefold().rstrip("-") == identifier for match in self._shape.finditer(text, low, high))


def _small(text: str) -> bytes:
    """A byte for each character: ASCII in lower case, anything for others."""
    for letter, like in _LIKE_ASCII.items():
        text = text.replace(letter, like)
    return text.encode("latin-1", errors="replace").lower()
