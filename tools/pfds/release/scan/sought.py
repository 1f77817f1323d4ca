"""What is looked for: protected names, identifiers and other values, each with the texts by which it is come upon."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import product
from typing import Final

from pfds.release.protected import HEAD, UNSPACED, Names, Words, words
from pfds.release.scan.skeletons import skeleton

SHORT: Final = 6
"""Letters below which a name or value is found as exactly these words only."""
TOKEN: Final = 4
"""Letters from which a word of a longer name is told of when it stands alone."""
_GAPS: Final = (" ", "  ", "   ", "    ")
_MOST_GAPS: Final = 3
_ANCHOR: Final = 5
"""Letters from which one word of a value is enough to come upon it."""
_COMMON: Final = frozenset(
    {
        *("https", "archive", "facebook", "instagram", "telegram", "twitter", "youtube", "linkedin", "tiktok"),
        *("whatsapp", "signal", "gmail", "yahoo", "outlook", "hotmail", "proton", "protonmail", "mailru", "yandex"),
        *("wikidata", "wikipedia", "status", "profile"),
    }
)
"""Words of addresses that stand in many of them."""


class Kind(Enum):
    """How a value is told from other text."""

    NAME = "name"
    WORD = "name of one word"
    SHORT = "short name"
    UNSPACED = "name in a script without spaces"
    TOKEN = "word of a name"  # noqa: S105 - not a secret
    VALUE = "value"
    IDENTIFIER = "identifier"


@dataclass(frozen=True, slots=True)
class Sought:
    """One protected value: its folded words (of an identifier: itself), and which of its words is come upon.

    ``name`` is the name that a single word belongs to, or that stands in another order.
    """

    kind: Kind
    words: Words
    anchor: int = 0
    name: Words = ()

    @property
    def value(self) -> str:
        """The value as a private report has it."""
        return " ".join(self.words if self.is_part else self.name or self.words)

    @property
    def is_part(self) -> bool:
        """Whether it is only a word of a name, which a person has to judge."""
        return self.kind is Kind.TOKEN

    @property
    def stem(self) -> str:
        """The part of the value that stands in every form of it."""
        word = self.words[self.anchor]
        return word[:-1] if self.kind is Kind.NAME and len(word) > HEAD else word

    @property
    def stems(self) -> Iterator[str]:
        """What stands in or near every place of a name of several words: a part of each of them."""
        for bare in map(skeleton, self.words if self.kind is Kind.NAME else ()):
            yield bare[:-1] if len(bare) > HEAD else bare

    @property
    def needles(self) -> Iterator[str]:
        """Folded skeletons one of which stands in every form."""
        bare = [skeleton(word) for word in self.words]
        if self.kind is Kind.SHORT:
            gaps = len(bare) - 1
            for gap in product(_GAPS if gaps <= _MOST_GAPS else _GAPS[:1], repeat=gaps):
                yield " " + "".join(a + b for a, b in zip(bare, (*gap, " "), strict=True))
        elif self.kind in (Kind.TOKEN, Kind.WORD):
            yield f" {skeleton(self.stem)} "
        elif self.kind is Kind.VALUE and len(bare) > 1 and len(bare[self.anchor]) < _ANCHOR:
            first = max(0, self.anchor - 1)
            yield from (gap.join(bare[first : first + 2]) for gap in ("", *_GAPS[:3]))
        else:
            yield skeleton(self.stem)


def sought_names(names: Names) -> Iterator[Sought]:
    """Names as they are looked for, save those in scripts without spaces; then the words of long ones."""
    spaced = [name for name in sorted(names.protected) if not UNSPACED.search("".join(name))]
    for name in spaced:
        anchor = max(range(len(name)), key=lambda place: _worth(name[place], names.published))
        if len("".join(name)) < SHORT or len(name[anchor]) <= HEAD:
            yield Sought(Kind.SHORT, name)
        else:
            yield Sought(Kind.NAME if len(name) > 1 else Kind.WORD, name, anchor)
    for text in sorted(names.written):
        rows, name = text.split(), words(text)
        if 1 < len(rows) < len(name) and name in names.protected and name in spaced:
            for order in {words(" ".join(rows[::-1])), words(" ".join([rows[-1], *rows[:-1]]))} - {name}:
                yield Sought(Kind.NAME, order, max(range(len(order)), key=lambda place: len(order[place])), name)
    single = {name for name in names.protected if len(name) == 1}
    tokens = {(word,): name for name in reversed(spaced) if len(name) > 1 for word in name if len(word) >= TOKEN}
    for token in sorted(tokens.keys() - names.published - single):
        yield Sought(Kind.TOKEN, token, name=tokens[token])


def _worth(word: str, published: frozenset[Words]) -> tuple[bool, int]:
    """How well a name is come upon by one of its words: seldom by one that published names have too."""
    return len(word) > HEAD + 1 and (word,) not in published, len(word)


def sought_values(values: Iterable[str]) -> Iterator[Sought]:
    """Telephone numbers, addresses, handles and the like: exactly these words, whatever stands between them."""
    for value in sorted(values):
        parts = words(value)
        if len("".join(parts)) >= SHORT:
            yield Sought(Kind.VALUE, parts, max(range(len(parts)), key=lambda place: _rarity(parts[place])))


def _rarity(word: str) -> tuple[bool, int]:
    return word not in _COMMON, len(word)


def sought_identifier(identifier: str) -> Sought:
    """An identifier of a record, which is found as it is."""
    return Sought(Kind.IDENTIFIER, (identifier,))
