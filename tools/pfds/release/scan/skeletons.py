"""Letters that look alike: Cyrillic and Greek ones as the Latin ones they can be taken for.

From the data file confusables.txt of Unicode Technical Standard 39, restricted to Greek, Coptic and Cyrillic letters
that are confusable with a basic Latin letter in lower or upper case. Names are compared without case, so a letter
stands here if either of its cases is confusable.
"""

from __future__ import annotations

from typing import Final

_LATIN: Final = {
    "a": "αа",
    "b": "βвь",
    "c": "сⲥ",
    "d": "ԁ",
    "e": "εеҽ",
    "f": "ϝ",
    "g": "ԍ",
    "h": "ηнһⲏ",
    "i": "ιіꙇ",
    "j": "ϳј",
    "k": "κкⲕ",
    "l": "ӏⲓⳑ",
    "m": "μмϻⲙ",
    "n": "ⲛ",
    "o": "οσоⲟ",
    "p": "ρрⲣ",
    "q": "ԛ",
    "r": "гⲅ",
    "s": "ѕ",
    "t": "τтⲧ",
    "u": "υ",
    "v": "νѵ",
    "w": "ѡԝ",
    "x": "χхⲭ",
    "y": "γуүⲩ",
    "z": "ζ",
}
SKELETON: Final = {ord(letter): ord(latin) for latin, letters in _LATIN.items() for letter in letters}
"""Folded letter to the Latin letter that it looks like, as code points."""


def skeleton(folded: str) -> str:
    """A folded text with every letter that looks like a Latin one replaced with that one."""
    return folded.translate(SKELETON)
