"""Finds protected values in text, in one pass for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pfds.release.protected import Names, unspaced_names
from pfds.release.scan.automaton import Automaton
from pfds.release.scan.folded import Folded, folded, marks
from pfds.release.scan.forms import Forms
from pfds.release.scan.identifiers import Identifiers
from pfds.release.scan.skeletons import skeleton
from pfds.release.scan.sought import Kind, Sought, sought_identifier, sought_names, sought_values


@dataclass(frozen=True, slots=True)
class Seen:
    """A protected value and the character (0 = first) of the text after which it ends."""

    sought: Sought
    end: int


@dataclass(frozen=True, slots=True)
class _Candidate:
    """What may stand where a needle was found, if the stems are near."""

    needle: str
    sought: Sought
    stems: tuple[bytes, ...]


class TextSeeker:
    """Finds names, identifiers and other values in text."""

    def __init__(self, names: Names, identifiers: Iterable[str] = (), values: Iterable[str] = ()) -> None:
        self.sought = [*sought_names(names), *sought_values(values)]
        self.unspaced = [Sought(Kind.UNSPACED, (form,)) for form in unspaced_names(names)]
        self._by_needle: dict[bytes, list[_Candidate]] = {}
        for sought in self.sought:
            stems = tuple(marks(stem) for stem in sought.stems)
            for needle in sought.needles:
                self._by_needle.setdefault(marks(needle), []).append(_Candidate(needle, sought, stems))
        self._dense_by_needle: dict[bytes, list[tuple[str, Sought]]] = {}
        for sought in self.unspaced:
            look = skeleton(sought.words[0])
            self._dense_by_needle.setdefault(marks(look), []).append((look, sought))
        self._automaton, self._dense = Automaton(self._by_needle), Automaton(self._dense_by_needle)
        self._forms = Forms(names.published)
        self.identifiers = Identifiers(identifiers)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is sought."""
        return not (self.sought or self.unspaced or self.identifiers.known)

    def seen(self, text: str, *, loose: bool = False) -> Iterator[Seen]:
        """What stands in a text; ``loose`` if it is made of bytes that are no text."""
        for each in folded(text):
            for needle, start, end in self._automaton.found(each.data):
                near = each.near(start, end)
                if candidates := [one for one in self._by_needle[needle] if all(stem in near for stem in one.stems)]:
                    yield from self._judged(each, candidates, start, end, loose=loose)
            if self.unspaced and not each.source.isascii():
                yield from self._without_spaces(each)
        for identifier, end in self.identifiers.within(text):
            yield Seen(sought_identifier(identifier), end)

    def names_somebody(self, text: str) -> bool:
        """Whether a text holds something that is sought, and not only a word of it."""
        return any(not seen.sought.is_part for seen in self.seen(text))

    def _judged(
        self, text: Folded, candidates: list[_Candidate], start: int, end: int, *, loose: bool
    ) -> Iterator[Seen]:
        window = text.window(start, end)
        for each in candidates:
            sought = each.sought
            if not window.look.startswith(each.needle, window.start):
                continue
            if last := self._forms.end(sought, window, end - start, loose=loose):
                yield Seen(sought, text.at(start + last - window.start - 1))

    def _without_spaces(self, text: Folded) -> Iterator[Seen]:
        dense = text.data.replace(b" ", b"")
        for needle, start, end in self._dense.found(dense):
            first, last = int(text.letters[start]), int(text.letters[end - 1])
            window = text.window(first, last + 1)
            around = window.look[window.start :].replace(" ", "")
            for look, sought in self._dense_by_needle[needle]:
                if around.startswith(look):
                    yield Seen(sought, text.at(last))
