"""Finds protected values in bytes, whatever the encoding of the text that the bytes hold somewhere."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pfds.release.protected import Words
from pfds.release.scan.automaton import Automaton
from pfds.release.scan.hashes import Hashes
from pfds.release.scan.seeker import TextSeeker
from pfds.release.scan.sought import Kind, Sought, sought_identifier
from pfds.release.scan.variants import (
    BYTE_ENCODINGS,
    WIDE_ENCODINGS,
    base64_without_upper,
    exact,
    hashed,
    loses_marks,
    spellings,
    spellings_of_identifier,
    stems,
    written_by_words,
)

_LOWER: Final = bytes(range(256)).lower()
_AROUND: Final = 256
_SHORTEST: Final = 8
"""Letters from which a name or identifier is looked for in bytes that are no text: shorter ones stand in any long run
of bytes."""
_SHORTEST_STEM: Final = 4
_SHORTEST_EXACT: Final = 6
"""Bytes from which a name in a script without spaces is looked for."""
_IN_TEXT_ONLY: Final = (Kind.SHORT, Kind.TOKEN)


@dataclass(frozen=True, slots=True)
class InBytes:
    """A protected value in bytes, and the byte (0 = first) at which a part of it begins."""

    sought: Sought
    start: int


class RawSeeker:
    """Finds by one automaton the stems of all values in all encodings, and judges each as text does.

    ``written`` are values as the dataset writes them.
    """

    def __init__(self, text: TextSeeker, written: Collection[str]) -> None:
        self._text = text
        spelled = written_by_words(written)
        self._encodings: dict[bytes, set[str]] = {}
        for sought in text.sought:
            if sought.kind not in _IN_TEXT_ONLY and len("".join(sought.words)) >= _SHORTEST:
                for stem in stems(sought, spelled):
                    self._add(stem)
        wholes = [sought for sought in text.sought if sought.kind is Kind.VALUE or loses_marks(sought, spelled)]
        self._exact = {
            data: sought
            for sought in (*wholes, *text.unspaced)
            for data in exact(sought, spelled)
            if len(data) >= _SHORTEST_EXACT
        }
        self._stems, self._wholes = Automaton(self._encodings), Automaton(self._exact)
        self.base64_without_upper = frozenset(base64_without_upper(self._in_base64(spelled)))
        """How base64 has values that have no upper-case letters in it."""
        self.hashes = Hashes((owner, hashed(texts)) for owner, texts in self._spelled(spelled))

    def _in_base64(self, written: Mapping[Words, list[str]]) -> Iterator[str]:
        for owner, texts in self._spelled(written):
            if isinstance(owner, str) or owner.kind is not Kind.SHORT:
                yield from texts

    def _spelled(self, written: Mapping[Words, list[str]]) -> Iterator[tuple[Sought | str, Iterable[str]]]:
        """Values and identifiers with what they are hashed as."""
        for sought in (*self._text.sought, *self._text.unspaced):
            if sought.kind is not Kind.TOKEN:
                yield sought, spellings(sought, written)
        for identifier in sorted(self._text.identifiers.known):
            yield identifier, spellings_of_identifier(identifier)

    def _add(self, stem: str) -> None:
        if len(stem) < _SHORTEST_STEM:
            return
        for encoding in (*BYTE_ENCODINGS, *WIDE_ENCODINGS):
            try:
                data = stem.encode(encoding)
            except UnicodeEncodeError:
                continue
            self._encodings.setdefault(data.translate(_LOWER), set()).add(encoding)

    def seen(self, data: bytes) -> Iterator[InBytes]:
        """What stands in bytes."""
        done: set[tuple[int, str]] = set()
        for needle, start, end in self._stems.found(data.translate(_LOWER)):
            for encoding in sorted(self._encodings[needle]):
                if (start, encoding) not in done:
                    done.add((start, encoding))
                    yield from self._around(data, start, end, encoding)
        for needle, start, end in self._wholes.found(data):
            sought = self._exact[needle]
            if sought.kind is not Kind.VALUE or not (data[start - 1 : start] + data[end : end + 1]).isalnum():
                yield InBytes(sought, start)
        for identifier, start in self._text.identifiers.in_bytes(data):
            if len(identifier) >= _SHORTEST:
                yield InBytes(sought_identifier(identifier), start)

    def _around(self, data: bytes, start: int, end: int, encoding: str) -> Iterator[InBytes]:
        low = max(start % 2 if encoding in WIDE_ENCODINGS else 0, start - _AROUND)
        text = data[low : end + _AROUND].decode(encoding, errors="replace")
        for seen in self._text.seen(text, loose=True):
            if seen.sought.kind not in _IN_TEXT_ONLY:
                yield InBytes(seen.sought, start)
