"""Where the records of a CSV file begin and end, found over whole blocks of bytes, strictly by RFC 4180."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from pfds.intake.tables import Flags, Integers

Octets = npt.NDArray[np.uint8]

QUOTE, COMMA, LF, CR = b'",\n\r'
BLOCK: Final = 1 << 20

STRAY: Final = "a quotation mark inside a cell that does not begin with one"
TRAILING: Final = "text after the closing quotation mark of a cell"
SPANNING: Final = "a quotation mark that is not closed, or text after the one that closes it"
UNCLOSED: Final = "a quotation mark that is never closed"
RETURN: Final = "a carriage return (CR) that is not part of a line break (CRLF)"


def _octet_set(*octets: int) -> Flags:
    allowed = np.zeros(256, np.bool_)
    allowed[list(octets)] = True
    return allowed


_BEFORE_OPENING: Final = _octet_set(COMMA, LF, QUOTE)
_AFTER_CLOSING: Final = _octet_set(COMMA, LF, CR, QUOTE)


@dataclass(frozen=True, slots=True)
class Break:
    """Where the structure breaks: offset of the byte, physical line (1 = first), and what is wrong."""

    offset: int
    line: int
    problem: str


@dataclass(frozen=True, slots=True)
class Records:
    """The sound records that are not blank, one entry each, the header included.

    ``starts`` and ``ends`` are offsets of a record's text without its line break, ``fields`` counts its
    cells, ``lines`` is the physical line (1 = first) on which it begins. ``stop`` is where the structure
    breaks; the record that it lies in, and all after it, are not among these.
    """

    starts: Integers
    ends: Integers
    fields: Integers
    lines: Integers
    stop: Break | None

    def __len__(self) -> int:
        return len(self.starts)


@dataclass(frozen=True, slots=True)
class _Part:
    """Of one block: offsets of record ends, the commas and line feeds up to each of them, and all in all."""

    ends: Integers
    commas: Integers
    feeds: Integers
    comma_total: int
    feed_total: int


def scan_records(data: bytes, start: int = 0, block: int = BLOCK) -> Records:
    """Find the records of ``data`` from offset ``start`` on."""
    scanner = _Scanner(np.frombuffer(data, np.uint8), start)
    parts = list(scanner.parts(block))
    stop = scanner.stop
    ends = np.concatenate([np.zeros(0, np.int64), *(part.ends for part in parts)])
    commas = _running([part.commas for part in parts], [part.comma_total for part in parts])
    feeds = _running([part.feeds for part in parts], [part.feed_total for part in parts])
    last = int(ends[-1]) + 1 if len(ends) else start
    if stop is None and last < len(data):
        ends = np.append(ends, len(data))
        commas = np.append(commas, sum(part.comma_total for part in parts))
        feeds = np.append(feeds, 0)
    found = _describe(data, stop) if stop else None
    return _assemble(scanner.octets, start, ends, commas, feeds, found)


def _describe(data: bytes, stop: tuple[int, int, str]) -> Break:
    offset, named, words = stop
    if words == TRAILING and b"\n" in data[named:offset]:
        words = SPANNING
    return Break(offset, data.count(b"\n", 0, named) + 1, words)


def _running(counts: list[Integers], totals: list[int]) -> Integers:
    """Counts within each block, turned into counts from the beginning of the file."""
    before = np.cumsum([0, *totals])
    shifted = [part + base for part, base in zip(counts, before[:-1], strict=True)]
    return np.concatenate([np.zeros(0, np.int64), *shifted])


def _assemble(
    octets: Octets, start: int, ends: Integers, commas: Integers, feeds: Integers, stop: Break | None
) -> Records:
    starts = np.concatenate([np.array([start], np.int64), ends[:-1] + 1])[: len(ends)]
    fields = np.diff(commas, prepend=0) + 1
    lines = np.concatenate([np.array([1], np.int64), feeds[:-1] + 1])[: len(ends)]
    text_ends = ends - ((ends > starts) & (octets[ends - 1] == CR)) if len(ends) else ends
    kept = text_ends > starts
    if kept.all():
        return Records(starts, text_ends, fields, lines, stop)
    return Records(starts[kept], text_ends[kept], fields[kept], lines[kept], stop)


class _Scanner:
    """Goes through the blocks in order, knowing whether the last one ended inside quotation marks."""

    def __init__(self, octets: Octets, start: int) -> None:
        self.octets = octets
        self.start = start
        self.inside = 0
        self.opened = start
        self.stop: tuple[int, int, str] | None = None
        """Offset at which the structure breaks, offset of the place to name, and what is wrong."""

    def parts(self, block: int) -> Iterator[_Part]:
        for begin in range(self.start, len(self.octets), block):
            yield self._part(begin, self.octets[begin : begin + block])
            if self.stop:
                return
        if self.inside:
            self.stop = (len(self.octets), self.opened, UNCLOSED)

    def _part(self, begin: int, part: Octets) -> _Part:
        is_quote = part == QUOTE
        is_feed = part == LF
        is_comma = part == COMMA
        quotes = np.flatnonzero(is_quote) + begin
        feeds = np.flatnonzero(is_feed) + begin
        returns = np.flatnonzero(part == CR) + begin
        ends = feeds
        if quotes.size or self.inside:
            outside = ((np.cumsum(is_quote, dtype=np.uint8) + np.uint8(self.inside)) & 1) == 0
            is_comma &= outside
            ends = feeds[outside[feeds - begin]]
            returns = returns[outside[returns - begin]]
        self._judge(quotes, returns)
        if self.stop:
            ends = ends[ends < self.stop[0]]
        commas = np.flatnonzero(is_comma) + begin
        ordinals = np.searchsorted(feeds, ends, "right") if ends is not feeds else np.arange(1, len(feeds) + 1)
        return _Part(ends, np.searchsorted(commas, ends), ordinals, len(commas), len(feeds))

    def _judge(self, quotes: Integers, returns: Integers) -> None:
        """Look for the first quotation mark or carriage return out of place, then take note of the state."""
        opening, closing = quotes[self.inside :: 2], quotes[1 - self.inside :: 2]
        stray = opening[(opening > self.start) & ~_BEFORE_OPENING[self.octets[opening - 1]]]
        trailing = closing[~self._followed_by(closing, _AFTER_CLOSING, at_end=True)]
        lone = returns[~self._followed_by(returns, _octet_set(LF), at_end=False)]
        begun = opening[(opening == self.start) | (self.octets[opening - 1] != QUOTE)]
        if trailing.size:
            begun_before = begun[begun < trailing[0]]
            opened = int(begun_before[-1]) if begun_before.size else self.opened
            self._note(int(trailing[0]), opened, TRAILING)
        for places, words in ((stray, STRAY), (lone, RETURN)):
            if places.size:
                self._note(int(places[0]), int(places[0]), words)
        self.opened = int(begun[-1]) if begun.size else self.opened
        self.inside ^= quotes.size & 1

    def _followed_by(self, places: Integers, allowed: Flags, *, at_end: bool) -> Flags:
        last = len(self.octets) - 1
        followers = self.octets[np.minimum(places + 1, last)]
        return np.where(places == last, at_end, allowed[followers])

    def _note(self, offset: int, named: int, words: str) -> None:
        if self.stop is None or offset < self.stop[0]:
            self.stop = (offset, named, words)
