"""Which canaries stand in a text, whole or cut off, whatever their case."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from canaries.layers import Packed
from canaries.words import LETTERS, PART

_WORD = re.compile(rf"[^\W_]{{{PART},}}")
_NUMBER = re.compile(r"\d+(?:[.-]\d+)*")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")


class Search:
    """Seeks canaries. Words are found inside longer ones too, and by their first or last letters."""

    def __init__(self, canaries: Collection[str]) -> None:
        words = [value for value in canaries if len(value) == LETTERS and value.isalpha()]
        self._whole = frozenset(canaries)
        self._words = frozenset(words)
        self._parts = {part: word for word in words for part in (word[:PART], word[-PART:])}

    def found(self, texts: Iterable[str]) -> tuple[set[str], set[str]]:
        """The canaries that stand there whole, and those of which at least a part does."""
        whole, partly = set[str](), set[str]()
        for text in texts:
            for word in {*_WORD.findall(text)}:
                if word in self._whole:
                    whole.add(word)
                elif len(word) < 4096 or word.isalpha():
                    self._inside(word.casefold(), whole, set() if isinstance(text, Packed) else partly)
            whole |= {*_NUMBER.findall(text)} & self._whole
            whole |= {number.replace(",", "") for number in _THOUSANDS.findall(text)} & self._whole
        return whole, partly | whole

    def _inside(self, word: str, whole: set[str], partly: set[str]) -> None:
        at = 0
        while at <= len(word) - PART:
            if word[at : at + LETTERS] in self._words:
                whole.add(word[at : at + LETTERS])
                at += LETTERS
                continue
            if part := self._parts.get(word[at : at + PART]):
                partly.add(part)
            at += 1
