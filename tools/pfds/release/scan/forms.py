"""Tells whether a place that a name or value was come upon holds one of its forms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate
from typing import Final

from pfds.release.protected import HEAD, Words
from pfds.release.scan.folded import Window
from pfds.release.scan.skeletons import skeleton
from pfds.release.scan.sought import Kind, Sought

_WORD: Final = re.compile("[^ ]+")
_GLUED: Final = 8
"""Letters from which a name without its spaces is found as a word."""
_GLUED_INSIDE: Final = 10
"""Letters from which it is found inside a longer word and in another order too."""
_LOOSE: Final = 8
"""Letters from which a name is found in bytes that are not text, where no space need stand before and after it."""
_LONGEST_ENDING: Final = 3
_Spans = list[tuple[int, int]]


class Forms:
    """Judges places; ``published`` are names that are not taken for a form of another one."""

    def __init__(self, published: frozenset[Words]) -> None:
        self._published = published

    def end(self, sought: Sought, window: Window, length: int, *, loose: bool) -> int | None:
        """Where in a window a name or value ends of which so many letters were come upon; None if it is not there.

        ``loose`` if the text is made of bytes in which words need not be parted from what is around them.
        """
        end = window.start + length
        if sought.kind is Kind.NAME:
            return self._end_of_name(sought, window, end, loose=loose)
        if sought.kind is Kind.VALUE:
            return _end_of_value(sought, window, end)
        exactly = sought.kind is not Kind.SHORT or tuple(window.text[window.start : end].split()) == sought.words
        return end if exactly and not (loose and sought.kind in (Kind.SHORT, Kind.TOKEN)) else None

    def _end_of_name(self, sought: Sought, window: Window, end: int, *, loose: bool) -> int | None:
        around = _Around(window, end)
        for words, anchor in _orders(sought):
            bare = tuple(map(skeleton, words))
            if (run := around.run(len(bare), anchor)) and self._is(sought, window, run, words):
                return run[-1][1]
            if around.glued(bare, in_order=words == sought.words):
                return end
            if loose and len("".join(bare)) >= _LOOSE and around.holds(" ".join(bare)):
                return end
        return None

    def _is(self, sought: Sought, window: Window, run: _Spans, words: Words) -> bool:
        there = tuple(window.text[start:end] for start, end in run)
        if there == sought.words:
            return True
        looks = [window.look[start:end] for start, end in run]
        bare = map(skeleton, words)
        alike = all(differs_in_ending(look, base) for look, base in zip(looks, bare, strict=True))
        return alike and there not in self._published


def differs_in_ending(word: str, base: str) -> bool:
    """Whether a word is the base or differs from it in its ending only, as in the cases of Russian."""
    if word == base:
        return True
    return len(base) > HEAD and word.startswith(base[:-1]) and len(word) <= len(base) + _LONGEST_ENDING


@lru_cache(1 << 14)
def _pattern(words: Words) -> re.Pattern[str]:
    return re.compile("(?<![^ ])" + " {0,3}".join(re.escape(skeleton(word)) for word in words) + "(?![^ ])")


def _end_of_value(sought: Sought, window: Window, end: int) -> int | None:
    found = _pattern(sought.words).finditer(window.look)
    return next((match.end() for match in found if match.start() <= window.start and end <= match.end()), None)


class _Around:
    """The words around a place in a folded text."""

    def __init__(self, window: Window, end: int) -> None:
        look, start = window.look, window.start
        first = look.rfind(" ", 0, start) + 1
        last = look.find(" ", end)
        self.look, self.start = look, start
        self.word = look[first:] if last < 0 else look[first:last]
        self.at_start = first == start
        self._spans: tuple[_Spans, _Spans] | None = None

    def run(self, length: int, anchor: int) -> _Spans | None:
        """So many words of which the one at ``anchor`` begins at the place."""
        if not self.at_start:
            return None
        if self._spans is None:
            self._spans = _spans(self.look[: self.start], 0), _spans(self.look[self.start :], self.start)
        before, after = self._spans
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
        reach = len(name) + len(words)
        near = self.look[max(0, self.start - reach) : self.start + reach].split()
        return any(_joins(near[first:], name, joints) for first in range(len(near)))

    def holds(self, name: str) -> bool:
        """Whether a name stands there, whatever stands before and after it."""
        return name in " ".join(self.look.split())


def _joins(run: list[str], name: str, joints: set[int]) -> bool:
    """Whether the first words of a run, fewer than it has, are a name: each of them is one or more of its words."""
    for count, joined in enumerate(accumulate(run), start=1):
        if joined == name:
            return count < len(joints)
        if joined and (len(joined) not in joints or not name.startswith(joined)):
            return False
    return False


def _spans(text: str, offset: int) -> _Spans:
    return [(offset + match.start(), offset + match.end()) for match in _WORD.finditer(text)]


def _orders(sought: Sought) -> Iterator[tuple[Words, int]]:
    """The words of a name in the orders in which it is written, and where its anchor is in each."""
    words, anchor, count = sought.words, sought.anchor, len(sought.words)
    yield words, anchor
    yield (words[-1], *words[:-1]), (anchor + 1) % count
    if count > 2:
        yield (*words[1:], words[0]), (anchor - 1) % count
        yield words[::-1], count - 1 - anchor
