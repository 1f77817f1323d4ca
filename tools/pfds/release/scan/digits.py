"""Finds protected values in the base64 and hexadecimal digits that text holds."""

from __future__ import annotations

import re
import string
from base64 import b64encode
from binascii import a2b_base64
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pfds.release.scan.automaton import Automaton
from pfds.release.scan.hashes import BASE64_LETTERS
from pfds.release.scan.raw import RawSeeker
from pfds.release.scan.sought import Sought

_Mask = NDArray[np.uint8]
_Places = NDArray[np.intp]
_NOWHERE: Final = np.zeros(0, np.intp)
_SHORTEST: Final = 16
_UPPER: Final = string.ascii_uppercase.encode()
_LETTERS: Final = _UPPER + (string.ascii_lowercase + string.digits + "+/-_").encode()
_URL_SAFE: Final = bytes.maketrans(b"-_", b"+/")
_PRINTABLE: Final = bytes(range(32, 127))
_PRINTED: Final = 24
"""Printable characters in a row that make decoded bytes a text, which may be encoded once more."""
_PADDING: Final = b"AAAA"
_PHASES: Final = range(4)
_LINE: Final = 60
"""Letters from which a line of base64 goes on in the next line."""
_NEXT_LINE: Final = re.compile(rb"[\r\n]{1,2}([A-Za-z0-9+/]+)")
_HEX_HASHES: Final = (32, 40, 64)
_FILES: Final = tuple(
    b64encode(head)[:letters]
    for head, letters in (
        (b"PK\x03\x04", 5),
        (b"\x1f\x8b\x08", 4),
        (b"BZh9", 5),
        (b"\xfd7zXZ\0", 8),
        (b"\x28\xb5\x2f\xfd", 5),
        (b"SQLite format 3\0", 21),
        (b"PAR1", 5),
    )
)
"""How packed files begin in base64."""


def _table(letters: Iterable[int]) -> bytes:
    return bytes(code in letters for code in range(256))


_IS_LETTER, _IS_UPPER, _IS_PRINTABLE = _table(frozenset(_LETTERS)), _table(_UPPER), _table(_PRINTABLE)
_IS_HEX: Final = _table(string.hexdigits.encode())


@dataclass(frozen=True, slots=True)
class InDigits:
    """A protected value within digits: how they are read, and where (0 = first byte) they begin."""

    how: str
    start: int
    sought: Sought


@dataclass(frozen=True, slots=True)
class _Run:
    """Letters of base64 that stand together, without the ends of lines between them, and where they begin."""

    start: int
    letters: bytes


@dataclass(frozen=True, slots=True)
class Runs:
    """Stretches of base64 letters in a text that are long enough to hold a name.

    Those without upper-case letters, which few names have in base64, are known by their ends only.
    """

    data: bytes
    mixed: list[_Run]
    starts: _Places
    ends: _Places


class Digits:
    """Decodes digits where they can hold what is sought."""

    def __init__(self, raw: RawSeeker) -> None:
        self._raw = raw
        self._without_upper = Automaton(raw.base64_without_upper)

    def seen(self, runs: Runs) -> Iterator[InDigits]:
        """What stands in the digits of a text."""
        if runs.mixed:
            yield from self._decoded(runs.mixed)
            yield from self._hashes_in_base64(runs.mixed)
        for _, start, _ in self._without_upper.found(runs.data) if len(runs.starts) else ():
            number = max(0, int(np.searchsorted(runs.starts, start, "right")) - 1)
            first = int(runs.starts[number])
            yield from self._in_run(_Run(first, runs.data[first : int(runs.ends[number])]))
        if len(runs.starts):
            yield from self._hexadecimal(runs.data)

    def packed(self, runs: Runs) -> Iterator[tuple[int, bytes]]:
        """Files and texts in base64 that have to be looked through themselves, with where they begin."""
        joined = _PADDING.join(run.letters for run in runs.mixed)
        if any(head in joined for head in _FILES):
            for run in runs.mixed:
                for place in sorted({run.letters.find(head) for head in _FILES} - {-1}):
                    yield run.start, _decoded(run.letters[place:])
        if joined and any(_has_text(_decoded(joined[phase:])) for phase in _PHASES):
            for run in runs.mixed:
                blobs = (_decoded(run.letters[phase:]) for phase in _PHASES)
                yield from ((run.start, blob) for blob in blobs if _has_text(blob))

    def _decoded(self, runs: list[_Run]) -> Iterator[InDigits]:
        joined = _PADDING.join(run.letters for run in runs)
        if any(True for phase in _PHASES for _ in self._raw.seen(_decoded(joined[phase:]))):
            for run in runs:
                yield from self._in_run(run)

    def _in_run(self, run: _Run) -> Iterator[InDigits]:
        for phase in _PHASES:
            for seen in self._raw.seen(_decoded(run.letters[phase:])):
                yield InDigits("base64", run.start, seen.sought)

    def _hashes_in_base64(self, runs: list[_Run]) -> Iterator[InDigits]:
        hashes = [run for run in runs if len(run.letters) in BASE64_LETTERS]
        heads = a2b_base64(b"".join(run.letters[:12] for run in hashes))
        for number, sought in self._raw.hashes.among(b"".join(heads[at : at + 8] for at in range(0, len(heads), 9))):
            yield InDigits("hash, base64", hashes[number].start, sought)

    def _hexadecimal(self, data: bytes) -> Iterator[InDigits]:
        starts, ends = _stretches(_mask(data, _IS_HEX), _SHORTEST)
        found = list(zip(starts.tolist(), ends.tolist(), strict=True))
        hashes = [(start, end) for start, end in found if end - start in _HEX_HASHES]
        heads = bytes.fromhex(b"".join(data[start : start + 16] for start, _ in hashes).decode("ascii"))
        for number, sought in self._raw.hashes.among(heads):
            yield InDigits("hash", hashes[number][0], sought)
        yield from self._in_hexadecimal(data, found)
        yield from self._in_hexadecimal(
            data, [(start + 1, end) for start, end in found if end - start not in _HEX_HASHES]
        )

    def _in_hexadecimal(self, data: bytes, found: list[tuple[int, int]]) -> Iterator[InDigits]:
        pieces = [data[start : end - (end - start) % 2] for start, end in found]
        ends = list(accumulate(len(piece) // 2 + 1 for piece in pieces))
        for seen in self._raw.seen(bytes.fromhex(b"00".join(pieces).decode("ascii"))):
            yield InDigits("hexadecimal digits", found[bisect_right(ends, seen.start)][0], seen.sought)


def runs_of(data: bytes) -> Runs:
    """The stretches of base64 letters of a text in UTF-8."""
    starts, ends = _stretches(_mask(data, _IS_LETTER), _SHORTEST)
    if not len(starts):
        return Runs(data, [], starts, ends)
    upper = np.append(_mask(data, _IS_UPPER), np.uint8(0))
    has_upper = np.maximum.reduceat(upper, np.stack([starts, ends], axis=1).ravel())[::2] > 0
    if not has_upper.any():
        return Runs(data, [], starts, ends)
    letters, mixed, behind = data.translate(_URL_SAFE), list[_Run](), 0
    for start, end in zip(starts[has_upper].tolist(), ends[has_upper].tolist(), strict=True):
        if end - start >= _LINE and start >= behind:
            together, behind = _with_next_lines(letters, start, end)
            mixed.append(_Run(start, together))
        elif start >= behind:
            mixed.append(_Run(start, letters[start:end]))
    return Runs(data, mixed, starts, ends)


def _with_next_lines(data: bytes, start: int, end: int) -> tuple[bytes, int]:
    """Letters with those of the next lines, as long as each line is a long one, and where they end."""
    lines = [data[start:end]]
    while len(lines[-1]) >= _LINE and (more := _NEXT_LINE.match(data, end)):
        lines.append(more[1])
        end = more.end()
    return b"".join(lines), end


def _mask(data: bytes, table: bytes) -> _Mask:
    return np.frombuffer(data.translate(table), np.uint8)


def _stretches(mask: _Mask, shortest: int) -> tuple[_Places, _Places]:
    """Where so many set places or more stand together: the starts and the ends of the stretches."""
    whole, width = mask, 1
    while width < shortest:
        step = min(width, shortest - width)
        whole = whole[:-step] & whole[step:]
        width += step
    if not whole.any():
        return _NOWHERE, _NOWHERE
    bounded = np.zeros(len(whole) + 2, np.uint8)
    bounded[1:-1] = whole
    edges = np.flatnonzero(bounded[1:] != bounded[:-1])
    return edges[::2], edges[1::2] + shortest - 1


def _decoded(letters: bytes) -> bytes:
    return a2b_base64(letters + _PADDING[: -len(letters) % 4])


def _has_text(data: bytes) -> bool:
    return bool(len(_stretches(_mask(data, _IS_PRINTABLE), _PRINTED)[0]))
