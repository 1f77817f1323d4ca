"""Bytes that are not UTF-8: other encodings recognised, bad bytes found."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pfds.standard.phrase import Phrase

BOM: Final = codecs.BOM_UTF8
SAVE_AS: Final = Phrase("save it as “CSV UTF-8”.")

_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_SAMPLE: Final = 64


@dataclass(frozen=True, slots=True)
class BadByte:
    """The first byte that is not UTF-8: its offset in the file (0 = first) and its value."""

    offset: int
    byte: int

    def moved(self, by: int) -> BadByte:
        """The same byte, its offset counted from ``by`` bytes earlier."""
        return BadByte(self.offset + by, self.byte)

    def facts(self, suggestion: str = "") -> Mapping[str, str | int]:
        """Facts of `encoding-invalid`."""
        code = f"{self.byte:02X}"
        words = Phrase("byte {code} at offset {offset}", code=code, offset=self.offset)
        return {"encoding": "UTF-8", "problem": words, "byte": self.offset, "hex": code, "suggestion": suggestion}


def wide_encoding(data: bytes) -> str | None:
    """UTF-16 or UTF-32 if the bytes begin with its mark or hold a NUL in every other place."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    head = data[:_SAMPLE]
    for first in (0, 1):
        if len(head) >= 4 and not any(head[first::2]) and any(head[1 - first :: 2]):
            return "UTF-16"
    return None


def first_bad_byte(data: bytes | memoryview, begin: int, end: int) -> BadByte | None:
    """First byte in ``data[begin:end]`` at which UTF-8 breaks."""
    try:
        codecs.utf_8_decode(memoryview(data)[begin:end], "strict", True)
    except UnicodeDecodeError as error:
        offset = begin + error.start
        return BadByte(offset, data[offset])
    return None
