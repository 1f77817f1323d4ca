"""The known word that may have been meant by one that is not known."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from pfds.standard.phrase import Phrase

_LONGEST_WORD = 100


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that looks most like ``word``, if any is near; white space and case aside."""
    close = difflib.get_close_matches(word[:_LONGEST_WORD].strip().casefold(), list(known), n=1, cutoff=0.6)
    return close[0] if close else None


def did_you_mean(word: str | None) -> str:
    """A question about the nearest known word, or nothing."""
    return Phrase("Did you mean “{word}”?", word=word) if word else ""
