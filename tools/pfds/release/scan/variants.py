"""The ways in which a value is spelled where it is not compared word by word: in encodings, and before it is hashed."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final
from unicodedata import normalize

from pfds.release.protected import Words, words
from pfds.release.scan.sought import Kind, Sought

BYTE_ENCODINGS: Final = ("utf-8", "cp1251", "cp1252", "cp1256", "koi8-r", "iso8859-5", "iso8859-6")
WIDE_ENCODINGS: Final = ("utf-16-le", "utf-16-be")
UNSPACED_ENCODINGS: Final = ("utf-8", *WIDE_ENCODINGS, "gb18030", "big5", "shift_jis", "euc_kr")
HASHES: Final = (hashlib.md5, hashlib.sha1, hashlib.sha256)
_ENDING: Final = 2
"""Letters of base64 that are not compared at the end of a spelling."""
_SHORTEST_BASE64: Final = 6
_JOINTS: Final = (" ", "", "-", "_")


def written_by_words(written: Collection[str]) -> dict[Words, list[str]]:
    """Values as the dataset writes them, by their folded words."""
    found: dict[Words, list[str]] = {}
    for text in sorted(written):
        found.setdefault(words(text), []).append(text)
    return found


def stems(sought: Sought, written: Mapping[Words, list[str]]) -> Iterator[str]:
    """The stem of a value without and with its diacritics, in every case."""
    stem = sought.words[0] if sought.kind is Kind.IDENTIFIER else sought.stem
    spelled = {stem}
    for text in written.get(sought.words, ()):
        for word in normalize("NFC", text).split():
            if words(word) == (sought.words[sought.anchor],):
                spelled.add(word[: len(word) - (len(sought.words[sought.anchor]) - len(stem))])
    for spelling in spelled:
        yield from _cases(spelling)


def loses_marks(sought: Sought, written: Mapping[Words, list[str]]) -> bool:
    """Whether the words of a name as it is written are not those that are compared, as in the scripts of India."""
    rows = [text.split() for text in written.get(sought.words, ())]
    return sought.kind is Kind.NAME and any(len(row) < len(sought.words) for row in rows)


def exact(sought: Sought, written: Mapping[Words, list[str]]) -> Iterator[bytes]:
    """A value that is found as it is in bytes, in every encoding that has its letters."""
    for text in {"".join(sought.words), " ".join(sought.words), *written.get(sought.words, ())}:
        for spelling in _cases(text):
            for encoding in UNSPACED_ENCODINGS:
                try:
                    yield spelling.encode(encoding)
                except UnicodeEncodeError:
                    continue


def spellings(sought: Sought, written: Mapping[Words, list[str]]) -> Iterator[str]:
    """A value with what may stand between its words, in the orders of its words, in every case."""
    texts = {sought.words[0]} if sought.kind is Kind.IDENTIFIER else _spellings(sought, written)
    yield from sorted({case for text in texts for case in _cases(text)})


def hashed(spelled: Iterable[str]) -> Iterator[bytes]:
    """Unsalted hashes of spellings."""
    for spelling in spelled:
        data = spelling.encode("utf-8", errors="replace")
        for digest in HASHES:
            yield digest(data, usedforsecurity=False).digest()


def base64_without_upper(spelled: Iterable[str]) -> Iterator[bytes]:
    """How base64 has spellings, wherever they begin in it, if no upper-case letter is among its letters.

    The last letters of a spelling are left out: other ones may stand there when it is inflected.
    """
    for spelling in spelled:
        for encoding in ("utf-8", "cp1251"):
            data = spelling.encode(encoding, errors="replace")
            for before, unknown in ((0, 0), (1, 2), (2, 3)):
                letters = b64encode(bytes(before) + data)[unknown : (before + len(data)) * 8 // 6 - _ENDING]
                if letters == letters.lower() and len(letters) >= _SHORTEST_BASE64:
                    yield letters
                    yield letters.replace(b"+", b"-").replace(b"/", b"_")


def _spellings(sought: Sought, written: Mapping[Words, list[str]]) -> set[str]:
    texts = {*written.get(sought.words, ())}
    for row in (list(sought.words), *(text.split() for text in written.get(sought.words, ()))):
        for order in (row, row[::-1], [row[-1], *row[:-1]]):
            texts.update(joint.join(order) for joint in _JOINTS)
        texts.add(f"{row[-1]}, {' '.join(row[:-1])}")
    return texts


def _cases(text: str) -> set[str]:
    return {case for form in ("NFC", "NFD") for case in _each_case(normalize(form, text))}


def _each_case(text: str) -> tuple[str, ...]:
    return text, text.lower(), text.upper(), text.title()
