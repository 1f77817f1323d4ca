"""Looks through text: as it is, without its escapes, and in the base64 and hexadecimal digits that it holds."""

from __future__ import annotations

import re
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator
from typing import BinaryIO, Final

from pfds.release.scan.escapes import TooDeep, unescaped
from pfds.release.scan.place import Found, Place, Undecodable
from pfds.release.scan.raw import HASH_LETTERS, RawSeeker
from pfds.release.scan.runs import from_base64, hexadecimal, may_hold_a_file, runs
from pfds.release.scan.seeker import TextSeeker

BLOCK: Final = 1 << 20
_LONGEST_LINE: Final = 1 << 24
_CARRIED: Final = 1024
"""Characters of a block that are looked through with the next one too, for what stands across their border."""
_HASH: Final = re.compile(rb"(?<![0-9a-fA-F])(?:[0-9a-fA-F]{64}|[0-9a-fA-F]{40}|[0-9a-fA-F]{32})(?![0-9a-fA-F])")
Nested = Callable[[bytes, Place, int], Iterator[Found]]


class Texts:
    """Looks through text; ``nested`` looks through bytes that were found in it."""

    def __init__(self, text: TextSeeker, raw: RawSeeker, nested: Nested) -> None:
        self._text, self._raw, self._nested = text, raw, nested

    def stream(self, file: BinaryIO, place: Place, depth: int, encoding: str = "utf-8") -> Iterator[Found]:
        """What stands in a file of text, once for each line. Raises Undecodable."""
        decoder = getincrementaldecoder(encoding)()
        carried, number = "", 1
        before: set[Found] = set()
        while True:
            block = file.read(BLOCK)
            block += file.readline(_LONGEST_LINE) if block else b""
            try:
                new = decoder.decode(block, final=not block)
            except UnicodeDecodeError:
                raise Undecodable("bytes that are not text") from None
            if "\0" in new:
                raise Undecodable("bytes that are not text")
            if not block and not new:
                return
            text = carried + new
            found = dict.fromkeys(self.within(text, place, depth, number - carried.count("\n")))
            yield from (each for each in found if each not in before)
            before = set(found)
            number += new.count("\n")
            carried = text[-_CARRIED:]

    def within(self, text: str, place: Place, depth: int = 0, line: int = 1) -> Iterator[Found]:
        """What stands in a text that begins at a line. Raises Undecodable."""
        yield from self._seen(text, place, line)
        yield from self._digits(text, place, line, depth)
        plain = text
        try:
            for how, plain in unescaped(text):
                yield from self._seen(plain, place.inside(how), line)
        except TooDeep:
            raise Undecodable("escapes within escapes beyond the bound") from None
        if plain is not text:
            yield from self._digits(plain, place.inside("without escapes"), line, depth)

    def loosely(self, text: str) -> Iterator[Found]:
        """What stands in a text even if words need not be parted from what is around them."""
        yield from (Found(Place(""), None, seen.sought) for seen in self._text.seen(text, loose=True) if not seen.part)

    def _seen(self, text: str, place: Place, line: int) -> Iterator[Found]:
        for seen in self._text.seen(text):
            yield Found(place, line + text.count("\n", 0, max(0, seen.end - 1)), seen.sought, seen.part)

    def _digits(self, text: str, place: Place, line: int, depth: int) -> Iterator[Found]:
        data = text.encode("utf-8", errors="replace")
        found = runs(data)
        if not found:
            return
        blobs = list(from_base64(found))
        if any(True for blob in blobs for _ in self._raw.seen(blob)):
            yield from self._each_run(data, found, place, line)
        for seen in self._raw.seen(b"\n".join(hexadecimal(found))):
            yield Found(place.inside("hexadecimal digits"), None, seen.sought)
        for match in _HASH.finditer(b" ".join(found)):
            if sought := self._raw.hash(bytes.fromhex(match[0].decode("ascii"))):
                yield Found(place.inside("hash"), _line(data, match[0], line), sought)
        for run in found:
            if len(run) in HASH_LETTERS and (sought := self._raw.hash_in_base64(run)):
                yield Found(place.inside("hash", "base64"), _line(data, run, line), sought)
        if any(map(may_hold_a_file, blobs)):
            for run in found:
                for blob in from_base64([run]):
                    if may_hold_a_file(blob):
                        yield from self._nested(blob, place.inside("base64"), depth + 1)

    def _each_run(self, data: bytes, found: list[bytes], place: Place, line: int) -> Iterator[Found]:
        for run in found:
            for blob in from_base64([run]):
                for seen in self._raw.seen(blob):
                    yield Found(place.inside("base64"), _line(data, run, line), seen.sought)


def _line(data: bytes, run: bytes, first: int) -> int:
    return first + data.count(b"\n", 0, max(0, data.find(run[:64])))
