"""The ways in which a value is spelled where it is not compared word by word: in encodings, and before it is hashed."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import Final
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray

from pfds.release.protected import Words, words
from pfds.release.scan.sought import Kind, Sought

BYTE_ENCODINGS: Final = ("utf-8", "cp1251", "cp1252", "cp1256", "koi8-r", "iso8859-5", "iso8859-6")
WIDE_ENCODINGS: Final = ("utf-16-le", "utf-16-be")
UNSPACED_ENCODINGS: Final = ("utf-8", *WIDE_ENCODINGS, "gb18030", "big5", "shift_jis", "euc_kr")
HASHES: Final = (hashlib.md5, hashlib.sha1, hashlib.sha256)
_ENDING: Final = 2
"""Letters of base64 that are not compared at the end of a spelling."""
_SHORTEST_BASE64: Final = 6
_IN_BASE64: Final = ("utf-8", "cp1251")
_AT_ONCE: Final = 10_000
_JOINTS: Final = (" ", "", "-", "_")
_Rows = NDArray[np.uint8]


def written_by_words(written: Collection[str]) -> dict[Words, list[str]]:
    """Values as the dataset writes them, by their folded words."""
    found: dict[Words, list[str]] = {}
    for text in sorted(written):
        found.setdefault(words(text), []).append(text)
    return found


def stems(sought: Sought, written: Mapping[Words, list[str]]) -> Iterator[str]:
    """The stem of a value without and with its diacritics, in every case."""
    stem = sought.stem
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
    yield from sorted({case for text in _spellings(sought, written) for case in _cases(text)})


def spellings_of_identifier(identifier: str) -> tuple[str, str]:
    """An identifier in small and in capital letters."""
    return identifier, identifier.upper()


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
    rest = iter(spelled)
    while piece := list(islice(rest, _AT_ONCE)):
        by_length: dict[int, list[bytes]] = {}
        for data in (spelling.encode(encoding, errors="replace") for spelling in piece for encoding in _IN_BASE64):
            by_length.setdefault(len(data), []).append(data)
        for length, data_of_length in by_length.items():
            rows = np.frombuffer(b"".join(data_of_length), np.uint8).reshape(-1, length)
            for before, unknown in ((0, 0), (1, 2), (2, 3)):
                last = (before + length) * 8 // 6 - _ENDING
                if last - unknown >= _SHORTEST_BASE64:
                    yield from _without_upper(_base64(rows, before)[:, unknown:last])


def _base64(rows: _Rows, before: int) -> _Rows:
    """Rows of bytes in base64, so many zeros before each."""
    count, length = rows.shape
    filled = np.zeros((count, -(-(before + length) // 3) * 3), np.uint8)
    filled[:, before : before + length] = rows
    return np.frombuffer(b64encode(filled.tobytes()), np.uint8).reshape(count, -1)


def _without_upper(rows: _Rows) -> Iterator[bytes]:
    for row in rows[~((rows >= ord("A")) & (rows <= ord("Z"))).any(axis=1)]:
        letters = row.tobytes()
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
