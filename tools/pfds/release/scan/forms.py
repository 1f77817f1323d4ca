"""Tells whether a place that a name was come upon holds one of its forms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from itertools import accumulate, pairwise
from typing import Final

from pfds.release.leaks import differs_in_ending
from pfds.release.protected import Words
from pfds.release.scan.folded import Folded
from pfds.release.scan.skeletons import skeleton
from pfds.release.scan.sought import Kind, Sought

_WORD: Final = re.compile("[^ ]+")
_AROUND: Final = 400
"""Characters on each side within which the other words of a name are looked for."""
_GLUED: Final = 8
"""Letters from which a name without its spaces is found as a word."""
_GLUED_INSIDE: Final = 10
"""Letters from which it is found inside a longer word and in another order too."""
_LOOSE: Final = 8
"""Letters from which a name is found in bytes that are not text, where no space need stand before and after it."""


class Grade(Enum):
    """What to do about a form: refuse the release, or tell a person of it."""

    HIT = "hit"
    PART = "part"


Spans = list[tuple[int, int]]


class Forms:
    """Judges places; ``published`` are names that are not taken for a form of another one."""

    def __init__(self, published: frozenset[Words]) -> None:
        self._published = published

    def grade(self, sought: Sought, text: Folded, start: int, end: int, *, loose: bool) -> tuple[Grade, int] | None:
        """Whether a name or value whose anchor stands at ``start`` to ``end`` stands there, and where it ends.

        ``loose`` if the text is made of bytes in which words need not be parted from what is around them.
        """
        if sought.kind is Kind.SHORT:
            return (Grade.HIT, end) if tuple(text.text[start:end].split()) == sought.words and not loose else None
        ends = sought.kind is not Kind.NAME
        around = _Around(text, start, end)
        for words, anchor in _orders(sought):
            bare = tuple(map(skeleton, words))
            if (run := around.run(len(bare), anchor)) and self._is(text, run, words, bare, exact=ends):
                in_order = words == sought.words
                if in_order or _parted(text, run):
                    return Grade.HIT, run[-1][1]
                return Grade.PART, run[-1][1]
            if len(bare) > 1 and around.glued(bare, in_order=words == sought.words):
                return Grade.HIT, end
            if loose and len(bare) > 1 and len("".join(bare)) >= _LOOSE and around.holds(" ".join(bare)):
                return Grade.HIT, end
        return (Grade.PART, end) if around.word == skeleton(sought.words[sought.anchor]) and not ends else None

    def _is(self, text: Folded, run: Spans, words: Words, bare: Words, *, exact: bool) -> bool:
        looks = [text.look[start:end] for start, end in run]
        if tuple(text.text[start:end] for start, end in run) == words:
            return True
        if exact:
            return tuple(looks) == bare
        alike = all(differs_in_ending(look, base) for look, base in zip(looks, bare, strict=True))
        return alike and tuple(text.text[start:end] for start, end in run) not in self._published


class _Around:
    """The words around a place in a folded text."""

    def __init__(self, text: Folded, start: int, end: int) -> None:
        look = text.look
        self.low = max(0, start - _AROUND)
        self.high = end + _AROUND
        first = look.rfind(" ", 0, start) + 1
        last = look.find(" ", end)
        self.look, self.start = look, start
        self.at_start = first == start
        self.word = look[first:last]

    def run(self, length: int, anchor: int) -> Spans | None:
        """So many words of which the one at ``anchor`` begins at the place."""
        if not self.at_start:
            return None
        before = _spans(self.look[self.low : self.start], self.low)
        after = _spans(self.look[self.start : self.high], self.start)
        spans = [*(before[-anchor:] if anchor else []), *after[: length - anchor]]
        return spans if len(spans) == length else None

    def glued(self, words: Words, *, in_order: bool) -> bool:
        """Whether a name stands there with some or all of its words written together."""
        name = "".join(words)
        if len(name) >= _GLUED_INSIDE and name in self.word:
            return True
        if not in_order or len(name) < _GLUED:
            return False
        joints = set(accumulate(map(len, words)))
        low = max(0, self.start - len(name) - len(words))
        near = self.look[low : self.start + len(name) + len(words)].split(" ")
        return any(_joins(near[first:], name, joints) for first in range(len(near)))

    def holds(self, name: str) -> bool:
        """Whether a name stands there, whatever stands before and after it."""
        return name in " ".join(self.look[self.low : self.high].split())


def _joins(run: list[str], name: str, joints: set[int]) -> bool:
    """Whether the first words of a run, fewer than it has, are a name: each of them is one or more of its words."""
    for count, joined in enumerate(accumulate(run), start=1):
        if joined == name:
            return count < len(joints)
        if joined and (len(joined) not in joints or not name.startswith(joined)):
            return False
    return False


def _spans(text: str, offset: int) -> Spans:
    return [(offset + match.start(), offset + match.end()) for match in _WORD.finditer(text)]


def _orders(sought: Sought) -> Iterator[tuple[Words, int]]:
    """The words of a name in the orders in which it is written, and where its anchor is in each."""
    words, anchor, count = sought.words, sought.anchor, len(sought.words)
    yield words, anchor
    if sought.kind is Kind.NAME:
        yield (words[-1], *words[:-1]), (anchor + 1) % count
        if count > 2:
            yield (*words[1:], words[0]), (anchor - 1) % count


def _parted(text: Folded, run: Spans) -> bool:
    """Whether something else than spaces stands between words: a comma, a hyphen, the end of a cell."""
    between = pairwise(run)
    return any(text.source[text.at(end) : text.at(start)].strip() for (_, end), (start, _) in between)
