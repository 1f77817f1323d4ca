"""Characters that stand for the same text: white space around it, unseen marks, digits of other scripts."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

SPACES: Final = (
    " \t\n\v\f\r\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
"""White space as the standard knows it; it can also stand in a class of characters."""

_OTHER_DIGIT: Final = re.compile(r"(?![0-9])\d")
_UNSEEN: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")


def trimmed(text: str) -> str:
    """Text without white space at its ends."""
    return text.strip(SPACES)


def without_unseen(text: str) -> str:
    """Text without marks of direction, soft hyphens and other characters that cannot be seen, and trimmed."""
    return trimmed(_UNSEEN.sub("", text))


def plain_digits(text: str) -> str:
    """Text with the digits 0 to 9 in place of those of other scripts."""
    return text if text.isascii() else _OTHER_DIGIT.sub(lambda digit: str(unicodedata.digit(digit[0])), text)
