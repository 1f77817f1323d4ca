"""Finds protected values in text, in one pass for all of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from ahocorasick_rs import BytesAhoCorasick, Implementation, MatchKind

from pfds.release.leaks import unspaced_names
from pfds.release.protected import UNSPACED, Names
from pfds.release.scan.folded import Folded, folded
from pfds.release.scan.forms import Forms, Grade
from pfds.release.scan.skeletons import skeleton
from pfds.release.scan.sought import Kind, Sought, sought_identifiers, sought_names, sought_values

_FEW: Final = 20_000
"""Needles up to which the fastest automaton fits into memory."""
_IN_IDENTIFIERS: Final = re.compile(r"[\w-]")


@dataclass(frozen=True, slots=True)
class Seen:
    """A protected value and the character (0 = first) of the text at which it ends; or only a part of it."""

    sought: Sought
    end: int
    part: bool


class Automaton:
    """Finds any of many byte strings."""

    def __init__(self, needles: Iterable[bytes]) -> None:
        self.needles = sorted(set(needles))
        few = len(self.needles) <= _FEW
        self._automaton = BytesAhoCorasick(
            self.needles,
            matchkind=MatchKind.Standard,
            implementation=Implementation.DFA if few else Implementation.ContiguousNFA,
        )

    def found(self, data: bytes) -> Iterator[tuple[bytes, int, int]]:
        """Each needle in the data with its start and end, overlapping ones too."""
        if self.needles:
            for number, start, end in self._automaton.find_matches_as_indexes(data, overlapping=True):
                yield self.needles[number], start, end


class TextSeeker:
    """Finds names, identifiers and other values in text."""

    def __init__(self, names: Names, identifiers: Iterable[str] = (), values: Iterable[str] = ()) -> None:
        self.sought = [*sought_names(names.protected), *sought_values(values), *sought_identifiers(identifiers)]
        unspaced = [Sought(Kind.UNSPACED, (form,)) for form in unspaced_names(names)]
        self.unspaced = {skeleton(sought.words[0]).encode("utf-8"): sought for sought in unspaced}
        self._by_needle: dict[bytes, list[Sought]] = {}
        for sought in self.sought:
            for needle in sought.needles:
                self._by_needle.setdefault(needle.encode("utf-8"), []).append(sought)
        self._automaton = Automaton(self._by_needle)
        self._dense = Automaton(self.unspaced)
        self._forms = Forms(names.published)
        prefixes = {sought.words[0].split("-", 1)[0] for sought in self.sought if sought.kind is Kind.IDENTIFIER}
        heads = "|".join(sorted(map(re.escape, prefixes)))
        self._identifier = re.compile(rf"\b(?:{heads})-[a-z0-9]+-[a-z0-9-]+", re.IGNORECASE)

    def seen(self, text: str, *, loose: bool = False) -> Iterator[Seen]:
        """What stands in a text; ``loose`` if it is made of bytes that are no text."""
        for each in folded(text):
            for needle, start, end in self._automaton.found(each.skeleton):
                yield from self._judged(each, needle, each.character(start), each.character(end - 1) + 1, loose=loose)
            if self.unspaced and UNSPACED.search(each.look):
                yield from self._without_spaces(each)

    def _judged(self, text: Folded, needle: bytes, start: int, end: int, *, loose: bool) -> Iterator[Seen]:
        for sought in self._by_needle[needle]:
            if sought.kind is Kind.IDENTIFIER:
                if self._stands_alone(text, start, end, sought.words[0]):
                    yield Seen(sought, text.at(end - 1), part=False)
            elif graded := self._forms.grade(sought, text, start, end, loose=loose):
                grade, last = graded
                yield Seen(sought, text.at(last - 1), part=grade is Grade.PART)

    def _stands_alone(self, text: Folded, start: int, end: int, identifier: str) -> bool:
        source, low, high = text.source, text.at(start), text.at(end - 1) + 1
        while low and _IN_IDENTIFIERS.match(source[low - 1]):
            low -= 1
        while high < len(source) and _IN_IDENTIFIERS.match(source[high]):
            high += 1
        return any(match[0].lower().rstrip("-") == identifier for match in self._identifier.finditer(source, low, high))

    def _without_spaces(self, text: Folded) -> Iterator[Seen]:
        characters = None
        dense = text.look.replace(" ", "")
        data = dense.encode("utf-8")
        for needle, _, end in self._dense.found(data):
            if characters is None:
                characters = [place for place, letter in enumerate(text.look) if letter != " "]
            last = len(data[:end].decode("utf-8")) - 1
            yield Seen(self.unspaced[needle], text.at(characters[last]), part=False)
