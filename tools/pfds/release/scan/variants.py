"""The ways in which a value is spelled where it is not compared word by word: in encodings, and before it is hashed."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from typing import Final
from unicodedata import normalize

from pfds.release.protected import words
from pfds.release.scan.sought import Kind, Sought

BYTE_ENCODINGS: Final = ("utf-8", "cp1251", "cp1252", "cp1256", "koi8-r")
WIDE_ENCODINGS: Final = ("utf-16-le", "utf-16-be")
HASHES: Final = (hashlib.md5, hashlib.sha1, hashlib.sha256)
_FORMS: Final = ("NFC", "NFD", "NFKC", "NFKD")
_JOINTS: Final = (" ", "", "-", "_")


def written_by_words(written: Collection[str]) -> dict[tuple[str, ...], list[str]]:
    """Values as the dataset writes them, by their folded words."""
    found: dict[tuple[str, ...], list[str]] = {}
    for text in sorted(written):
        found.setdefault(words(text), []).append(text)
    return found


def stems(sought: Sought, written: Mapping[tuple[str, ...], list[str]]) -> Iterator[str]:
    """The stem of a value without and with its diacritics, in every case."""
    stem = sought.words[0] if sought.kind is Kind.IDENTIFIER else sought.stem
    spelled = {stem}
    for text in written.get(sought.words, ()):
        for word in normalize("NFC", text).split():
            if words(word) == (sought.words[sought.anchor],):
                spelled.add(word[: len(word) - (len(sought.words[sought.anchor]) - len(stem))])
    for spelling in spelled:
        for form in ("NFC", "NFD"):
            text = normalize(form, spelling)
            yield from {text, text.lower(), text.upper(), text.title()}


def hashed(sought: Sought, written: Mapping[tuple[str, ...], list[str]]) -> Iterator[bytes]:
    """Unsalted hashes of the spellings of a value."""
    if sought.kind is Kind.IDENTIFIER:
        spellings = {sought.words[0], sought.words[0].upper()}
    else:
        spellings = set(_spellings(sought, written.get(sought.words, ())))
    for spelling in sorted(spellings):
        data = spelling.encode("utf-8", errors="replace")
        for digest in HASHES:
            yield digest(data, usedforsecurity=False).digest()


def _spellings(sought: Sought, written: Collection[str]) -> Iterator[str]:
    rows = [list(sought.words), *(text.split() for text in written)]
    texts = [*written]
    for row in rows:
        for order in (row, row[::-1], [row[-1], *row[:-1]]):
            texts += [joint.join(order) for joint in _JOINTS]
        texts.append(f"{row[-1]}, {' '.join(row[:-1])}")
    for text in texts:
        for form in _FORMS:
            spelled = normalize(form, text)
            yield from (spelled, spelled.lower(), spelled.upper(), spelled.title())
