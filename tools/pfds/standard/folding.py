"""Text for comparison: without case, diacritics and punctuation."""

from __future__ import annotations

import re
from unicodedata import category, normalize

_NOT_WORD = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """Text for comparison: no case, no diacritics, words parted by single spaces, a space at both ends."""
    return f" {' '.join(text.translate(FOLDED).split())} "


class Folded(dict[int, str]):
    """For each code point what it folds to: letters and digits, single spaces between or around them, or nothing."""

    def __missing__(self, code: int) -> str:
        bare = "".join(char for char in normalize("NFKD", chr(code)) if category(char) != "Mn")
        self[code] = _NOT_WORD.sub(" ", bare.casefold())
        return self[code]


# Characters fold one by one: the only ones that NFKD moves are marks, which fold to nothing or to a space.
FOLDED = Folded()
