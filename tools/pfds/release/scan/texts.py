"""Looks through text: as it is, without its escapes, and in the base64 and hexadecimal digits that it holds."""

from __future__ import annotations

from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO, Final

from pfds.release.scan.digits import Digits, runs_of
from pfds.release.scan.escapes import MARKS, TooDeep, is_markup, unescaped, without_tags
from pfds.release.scan.place import Found, Place, Undecodable
from pfds.release.scan.raw import RawSeeker
from pfds.release.scan.seeker import TextSeeker

BLOCK: Final = 1 << 20
_LONGEST_LINE: Final = 1 << 24
_CARRIED: Final = 1024
"""Characters of a block that are looked through with the next one too, for what stands across their border."""
_PLAIN: Final = "without escapes"
Nested = Callable[[bytes, Place, int], Iterator[Found]]


class Texts:
    """Looks through text; ``nested`` looks through bytes that were found in it."""

    def __init__(self, text: TextSeeker, raw: RawSeeker, nested: Nested) -> None:
        self._text, self._digits, self._nested = text, Digits(raw), nested

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
        yield from self._looked_through(_Lines(text, range(line, line + text.count("\n") + 1)), place, depth)
        escaped = _escaped(text, line)
        if not escaped:
            return
        inside = place.read_as(_PLAIN)
        plain = escaped.text
        try:
            for plain in unescaped(escaped.text):
                yield from self._looked_through(_Lines(plain, escaped.numbers), inside, depth)
        except TooDeep:
            raise Undecodable("escapes within escapes beyond the bound") from None
        for bare in without_tags(plain) if is_markup(plain) else ():
            yield from self._seen(_Lines(bare, escaped.numbers), place.read_as("text of markup"))

    def loosely(self, text: str) -> Iterator[Found]:
        """What stands in a text even if words need not be parted from what is around them."""
        yield from (Found(Place(""), None, seen.sought) for seen in self._text.seen(text, loose=True))

    def _looked_through(self, lines: _Lines, place: Place, depth: int) -> Iterator[Found]:
        yield from self._seen(lines, place)
        data = lines.text.encode("utf-8", errors="replace")
        runs = runs_of(data)
        for each in self._digits.seen(runs):
            yield Found(place.read_as(each.how), lines.of_byte(data, each.start), each.sought)
        for start, blob in self._digits.packed(runs):
            for found in self._nested(blob, place.inside("base64"), depth + 1):
                yield Found(found.place, lines.of_byte(data, start), found.sought, found.why)

    def _seen(self, lines: _Lines, place: Place) -> Iterator[Found]:
        for seen in self._text.seen(lines.text):
            yield Found(place, lines.of(max(0, seen.end - 1)), seen.sought)


class _Lines:
    """A text and the number that each of its lines has in the file."""

    def __init__(self, text: str, numbers: Sequence[int]) -> None:
        self.text, self.numbers = text, numbers
        self._place = self._line = 0

    def of(self, place: int) -> int:
        """The number of the line of a character. Fast for characters that are asked for in their order."""
        if place < self._place:
            self._place = self._line = 0
        self._line += self.text.count("\n", self._place, place)
        self._place = place
        return self.numbers[min(self._line, len(self.numbers) - 1)]

    def of_byte(self, data: bytes, place: int) -> int:
        """The number of the line of a byte of the text in UTF-8."""
        return self.numbers[min(data.count(b"\n", 0, place), len(self.numbers) - 1)]


def _escaped(text: str, first: int) -> _Lines | None:
    """The lines that have escapes, each with the ones before and after it; of markup all."""
    if is_markup(text):
        return _Lines(text, range(first, first + text.count("\n") + 1))
    a, b, c = MARKS
    if not (a in text or b in text or c in text):
        return None
    lines = text.split("\n")
    marked = [a in line or b in line or c in line for line in lines]
    near = zip([*marked[1:], False], marked, [False, *marked[:-1]], strict=True)
    kept = [number for number, those in enumerate(near) if any(those)]
    return _Lines("\n".join(lines[number] for number in kept), [first + number for number in kept])
