"""Base64 and hexadecimal digits within text, decoded."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from typing import Final

import numpy as np

_SHORTEST: Final = 16
_STANDARD: Final = (string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/").encode()
_URL_SAFE: Final = {ord("-"): 62, ord("_"): 63}
_MARK: Final = b"a"
_LETTERS: Final = bytes(_MARK[0] if code in _STANDARD or code in _URL_SAFE else 32 for code in range(256))
_LONG_RUN: Final = _MARK * _SHORTEST
_NO_LETTER: Final = 255
_SIXES: Final = np.full(256, _NO_LETTER, np.uint8)
_SIXES[list(_STANDARD)] = np.arange(64, dtype=np.uint8)
for _code, _six in _URL_SAFE.items():
    _SIXES[_code] = _six
_HEX: Final = re.compile(rb"(?:[0-9a-fA-F]{2}){8,}")
_PRINTABLE: Final = bytes(_MARK[0] if 32 <= code < 127 else 0 for code in range(256))
_TEXT: Final = _MARK * 24
_FILES: Final = (
    *(b"PK\x03\x04", b"\x1f\x8b\x08", b"BZh9", b"\xfd7zXZ\0"),
    *(b"\x28\xb5\x2f\xfd", b"SQLite format 3\0", b"PAR1"),
)
_PADDING: Final = b"AAA "


def runs(data: bytes) -> list[bytes]:
    """Stretches of base64 letters that are long enough to hold a name; one that is broken into lines is whole."""
    marked = data.translate(_LETTERS)
    found: list[bytes] = []
    end, joined = -1, False
    start = marked.find(_LONG_RUN)
    while start >= 0:
        last, end = end, marked.find(b" ", start)
        end = len(data) if end < 0 else end
        joined = last >= 0 and data[last:start] in (b"\n", b"\r\n") and bool(found) and len(found[-1]) >= 60
        if joined:
            found[-1] += data[start:end]
        else:
            found.append(data[start:end])
        start = marked.find(_LONG_RUN, end)
    return found


def from_base64(found: list[bytes]) -> Iterator[bytes]:
    """The bytes that runs stand for, one text for each of the four places at which the letters can begin."""
    if not found:
        return
    sixes = _SIXES[np.frombuffer(_PADDING.join([*found, b""]), np.uint8)]
    for first in range(4):
        whole = sixes[first : first + (len(sixes) - first) // 4 * 4].reshape(-1, 4).astype(np.uint32)
        bits = (whole[:, 0] << 18) | (whole[:, 1] << 12) | (whole[:, 2] << 6) | whole[:, 3]
        bits[(whole == _NO_LETTER).any(axis=1)] = 0
        yield bits.astype(">u4").view(np.uint8).reshape(-1, 4)[:, 1:].tobytes()


def hexadecimal(found: list[bytes]) -> Iterator[bytes]:
    """The bytes that hexadecimal digits within runs stand for, as they begin at the first digit and at the second."""
    for match in _HEX.finditer(b" ".join(found)):
        digits = match[0]
        yield bytes.fromhex(digits.decode("ascii"))
        yield bytes.fromhex(digits[1:-1].decode("ascii"))


def may_hold_a_file(data: bytes) -> bool:
    """Whether decoded bytes hold the head of a packed file, or a stretch of text that may be encoded once more."""
    return any(head in data for head in _FILES) or _TEXT in data.translate(_PRINTABLE)
