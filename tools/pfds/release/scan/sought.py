"""What is looked for: protected names, identifiers and other values, each with the text by which it is come upon."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import product
from typing import Final

from pfds.release.protected import HEAD, UNSPACED, Words, words
from pfds.release.scan.skeletons import skeleton

SHORT: Final = 6
"""Letters below which a value is found as exactly these words only."""
_GAPS: Final = (" ", "  ", "   ", "    ")
_MOST_GAPS: Final = 3


class Kind(Enum):
    """How a value is told from other text."""

    NAME = "name"
    WORD = "name of one word"
    SHORT = "short name"
    UNSPACED = "name in a script without spaces"
    VALUE = "value"
    IDENTIFIER = "identifier"


@dataclass(frozen=True, slots=True)
class Sought:
    """One protected value: its folded words (of an identifier: itself), and which of its words is come upon."""

    kind: Kind
    words: Words
    anchor: int = 0

    @property
    def value(self) -> str:
        """The value as a private report has it."""
        return " ".join(self.words)

    @property
    def stem(self) -> str:
        """The part of the value that stands in every form of it."""
        if self.kind is Kind.IDENTIFIER:
            return " ".join(words(self.words[0]))
        word = self.words[self.anchor]
        return word[:-1] if self.kind is Kind.NAME and len(word) > HEAD else word

    @property
    def needles(self) -> Iterator[str]:
        """Folded skeletons one of which stands in every form."""
        if self.kind is not Kind.SHORT:
            yield skeleton(self.stem)
            return
        bare = [skeleton(word) for word in self.words]
        gaps = len(bare) - 1
        for gap in product(_GAPS if gaps <= _MOST_GAPS else _GAPS[:1], repeat=gaps):
            yield " " + "".join(a + b for a, b in zip(bare, (*gap, " "), strict=True))


def sought_names(protected: Iterable[Words]) -> Iterator[Sought]:
    """Names as they are looked for, save those in scripts without spaces."""
    for name in sorted(protected):
        if not UNSPACED.search("".join(name)):
            longest = max(range(len(name)), key=lambda place: len(name[place]))
            if len("".join(name)) < SHORT or len(name[longest]) <= HEAD:
                yield Sought(Kind.SHORT, name)
            else:
                yield Sought(Kind.NAME if len(name) > 1 else Kind.WORD, name, longest)


def sought_values(values: Iterable[str]) -> Iterator[Sought]:
    """Telephone numbers, addresses, handles and the like: exactly these words, whatever stands between them."""
    for value in sorted(values):
        parts = words(value)
        if len("".join(parts)) >= SHORT:
            longest = max(range(len(parts)), key=lambda place: len(parts[place]))
            yield Sought(Kind.VALUE, parts, longest)


def sought_identifiers(identifiers: Iterable[str]) -> Iterator[Sought]:
    """Identifiers of records, which stand by themselves and not as part of a longer one."""
    for identifier in sorted(identifiers):
        yield Sought(Kind.IDENTIFIER, (identifier,))
