"""Finds protected values in bytes, whatever the encoding of the text that the bytes hold somewhere."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from unicodedata import normalize

from pfds.release.scan.seeker import Automaton, Seen, TextSeeker
from pfds.release.scan.sought import Kind, Sought
from pfds.release.scan.variants import BYTE_ENCODINGS, WIDE_ENCODINGS, hashed, stems, written_by_words

_LOWER: Final = bytes(range(256)).lower()
_BEFORE: Final = 256
_AFTER: Final = 256
_SHORTEST: Final = 8
"""Letters from which a name is looked for in bytes that are no text: shorter ones stand in any long run of bytes."""
_SHORTEST_STEM: Final = 4
HASH_LETTERS: Final = (22, 27, 43)
"""Letters of base64 that stand for 16, 20 and 32 bytes."""
_URL_SAFE: Final = bytes.maketrans(b"+/", b"-_")
_HEAD: Final = 8
"""Bytes of a hash by which it is come upon."""


@dataclass(frozen=True, slots=True)
class InBytes:
    """A protected value in bytes, and how it is written there."""

    sought: Sought
    how: str


class RawSeeker:
    """Finds by one automaton the stems of all values in all encodings, and judges each as text does."""

    def __init__(self, text: TextSeeker, written: Collection[str]) -> None:
        self._text = text
        spelled = written_by_words(written)
        self._encodings: dict[bytes, set[str]] = {}
        self._hashes: dict[bytes, Sought] = {}
        self._unspaced: dict[bytes, tuple[Sought, str]] = {}
        for sought in text.sought:
            for digest in hashed(sought, spelled):
                self._hashes.setdefault(digest, sought)
            if sought.kind is Kind.SHORT or len("".join(sought.words)) < _SHORTEST:
                continue
            for stem in stems(sought, spelled):
                if len(stem) >= _SHORTEST_STEM:
                    self._add(stem)
        for sought in text.unspaced.values():
            for form in (sought.words[0], normalize("NFC", sought.words[0])):
                for encoding in ("utf-8", *WIDE_ENCODINGS):
                    data = form.encode(encoding)
                    if len(data) >= _SHORTEST or encoding == "utf-8":
                        self._unspaced[data] = (sought, encoding)
            for digest in hashed(sought, spelled):
                self._hashes.setdefault(digest, sought)
        self._automaton = Automaton([*self._encodings])
        self._exact = Automaton(self._unspaced)
        self._digests: dict[bytes, list[bytes]] = {}
        for digest in self._hashes:
            self._digests.setdefault(digest[:_HEAD], []).append(digest)

    def _add(self, stem: str) -> None:
        for encoding in (*BYTE_ENCODINGS, *WIDE_ENCODINGS):
            try:
                data = stem.encode(encoding)
            except UnicodeEncodeError:
                continue
            self._encodings.setdefault(data.translate(_LOWER), set()).add(encoding)

    def hash(self, digest: bytes) -> Sought | None:
        """The value that has a hash."""
        return self._hashes.get(digest)

    def hash_in_base64(self, run: bytes) -> Sought | None:
        """The value whose hash base64 letters, as many as `HASH_LETTERS`, stand for."""
        return self._hashes.get(urlsafe_b64decode(run.translate(_URL_SAFE) + b"=" * (-len(run) % 4)))

    def seen(self, data: bytes) -> Iterator[InBytes]:
        """What stands in bytes."""
        done: set[tuple[int, str]] = set()
        for needle, start, end in self._automaton.found(data.translate(_LOWER)):
            for encoding in sorted(self._encodings[needle]):
                if (start, encoding) not in done:
                    done.add((start, encoding))
                    yield from self._around(data, start, end, encoding)
        for needle, _, _ in self._exact.found(data):
            yield InBytes(*self._unspaced[needle])

    def hashes(self, data: bytes) -> Iterator[Sought]:
        """Values whose hashes stand in bytes."""
        for head, start, _ in self._heads.found(data):
            for digest in self._digests[head]:
                if data.startswith(digest, start):
                    yield self._hashes[digest]

    @cached_property
    def _heads(self) -> Automaton:
        return Automaton(self._digests)

    def _around(self, data: bytes, start: int, end: int, encoding: str) -> Iterator[InBytes]:
        low = max(start % 2 if encoding in WIDE_ENCODINGS else 0, start - _BEFORE)
        text = data[low : end + _AFTER].decode(encoding, errors="replace")
        yield from (InBytes(seen.sought, encoding) for seen in whole(self._text.seen(text, loose=True)))


def whole(seen: Iterable[Seen]) -> Iterator[Seen]:
    """Those that are not only a part of a value."""
    return (each for each in seen if not each.part and each.sought.kind is not Kind.SHORT)
