"""Words in pictures: said in each language, cut to the room there is, and fit to stand in any XML."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

from pfds.reports.wording import FIRST_STRONG_ISOLATE, POP_ISOLATE
from pfds.standard.language import Language
from pfds.standard.messages import FIELD, TABLE
from pfds.standard.model import Code, Field, Table
from pfds.standard.phrase import Phrase

Say = Callable[[Language], str]
"""What gives a text in a language."""

_NOT_DRAWN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff]+"
)
_FULL: Final = frozenset("WF")
"""East Asian widths that take a square."""
_WIDTHS: Final[Mapping[str, float]] = {"Lu": 0.74, "Ll": 0.6, "Lo": 0.6, "Mn": 0.0, "Me": 0.0, "Nd": 0.62, "Zs": 0.3}
"""Of letters by their category, in their size; rather too wide than too narrow."""
_OTHER: Final = 0.55
_NARROW: Final = frozenset("fijlrtI.,:;'’|!()[]-·")
_WIDE: Final = frozenset("mwMWЖМФШЩЮжмфшщыю@%—…")


def verbatim(text: str) -> Say:
    """The same in every language."""
    return lambda _: text


def phrase(words: Phrase) -> Say:
    """A phrase of the toolkit."""
    return lambda language: language.say(words)


def label(code: Code) -> Say:
    """The label of a code."""
    return lambda language: code.labels.get(language.code, code.labels["en"])


def title_of(about: Table | Field) -> Say:
    """The name of a table or a column, as people say it."""
    context, english = (TABLE, about.plural) if isinstance(about, Table) else (FIELD, about.title)
    return lambda language: language.text(context, english)


def drawable(text: str) -> str:
    """Text without characters that no XML may hold, or that would turn the direction of what follows."""
    return _NOT_DRAWN.sub(" ", text)


def fitted(text: str, room: float, size: float) -> str:
    """As much of a text as a line of ``room`` pixels holds in letters of ``size`` pixels.

    Letters are not measured but estimated: fonts differ between machines, and pictures must not.
    """
    line = " ".join(drawable(text).split())
    left = room / size
    for position, char in enumerate(line):
        left -= _width(char)
        if left < 0:
            line = line[: max(position - 1, 1)].rstrip() + "…"
            break
    rtl = any(unicodedata.bidirectional(char) in ("R", "AL") for char in line)
    return f"{FIRST_STRONG_ISOLATE}{line}{POP_ISOLATE}" if rtl else line


@lru_cache(maxsize=4096)
def _width(char: str) -> float:
    if char in _NARROW:
        return 0.38
    if char in _WIDE:
        return 0.95
    if unicodedata.east_asian_width(char) in _FULL:
        return 1.0
    return _WIDTHS.get(unicodedata.category(char), _OTHER)
