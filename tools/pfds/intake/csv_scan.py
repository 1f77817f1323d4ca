"""Where the records in a piece of CSV text begin and end, found over whole blocks of bytes, strictly by RFC 4180."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from pfds.intake.columns import Flags, Integers
from pfds.intake.octets import count_octet
from pfds.standard.phrase import Phrase

Octets = npt.NDArray[np.uint8]

QUOTE, COMMA, LF, CR = b'",\n\r'

STRAY: Final = Phrase("a quotation mark inside a cell that does not begin with one")
TRAILING: Final = Phrase("text after the closing quotation mark of a cell")
SPANNING: Final = Phrase("a quotation mark that is not closed, or text after the one that closes it")
UNCLOSED: Final = Phrase("a quotation mark that is never closed")
RETURN: Final = Phrase("a carriage return (CR) that is not part of a line break (CRLF)")


def _octet_set(*octets: int) -> Flags:
    allowed = np.zeros(256, np.bool_)
    allowed[list(octets)] = True
    return allowed


_NOWHERE: Final = np.zeros(0, np.int64)
_LAST_LINES: Final = 16
"""Lines at the end of a piece that are looked at one by one for the last whole record."""


@dataclass(frozen=True, slots=True)
class Break:
    """Where the structure breaks: offset of the byte, physical line (1 = first), and what is wrong."""

    offset: int
    line: int
    problem: str


@dataclass(frozen=True, slots=True)
class Records:
    """The sound records that are not blank, one entry each.

    ``starts`` and ``ends`` are offsets of a record's text without its line break, ``lines`` is the physical line
    (1 = first) on which it begins. ``stop`` is where the structure breaks; the record that it lies in, and all after
    it, are not among these.
    """

    starts: Integers
    ends: Integers
    lines: Integers
    stop: Break | None

    def __len__(self) -> int:
        return len(self.starts)


def end_of_records(before: bytes, text: bytes) -> int:
    """Where in a text the last whole record ends; 0 if that is not in one of its last lines.

    What stands ``before`` it begins at the start of a record.
    """
    outside, end = (count_octet(before, QUOTE) + count_octet(text, QUOTE)) % 2 == 0, len(text)
    for _ in range(_LAST_LINES):
        feed = text.rfind(b"\n", 0, end)
        if feed < 0:
            return 0
        outside ^= text.count(b'"', feed, end) % 2 == 1
        if outside:
            return feed + 1
        end = feed
    return 0


class Scan:
    """A piece of text that begins outside quotation marks, at the start of a record, on physical line ``line``.

    ``separator`` is the octet between cells.
    """

    def __init__(self, data: bytes, line: int = 1, separator: int = COMMA) -> None:
        self.data = data
        self.line = line
        self.separator = separator
        self.octets: Octets = np.frombuffer(data, np.uint8)

    @cached_property
    def quotes(self) -> Integers:
        """The places of quotation marks."""
        return self._places(QUOTE)

    @cached_property
    def feeds(self) -> Integers:
        """The places of line feeds."""
        return self._places(LF)

    @cached_property
    def line_feeds(self) -> int:
        """How many line feeds there are."""
        return count_octet(self.data, LF)

    def _places(self, octet: int) -> Integers:
        return np.flatnonzero(self.octets == octet)

    def _outside(self, places: Integers) -> Flags:
        """Whether each place lies outside quotation marks."""
        if not self.quotes.size:
            return np.ones(len(places), np.bool_)
        outside: Flags = (np.searchsorted(self.quotes, places) & 1) == 0
        return outside

    @cached_property
    def ending(self) -> Flags:
        """Of each line feed, whether it ends a record."""
        return self._outside(self.feeds)

    @property
    def whole(self) -> int:
        """How many bytes make up whole records."""
        end = end_of_records(b"", self.data)
        if end:
            return end
        last = np.flatnonzero(self.ending)
        return int(self.feeds[last[-1]]) + 1 if last.size else 0

    def records(self) -> Records:
        """The records, up to the place where the structure breaks."""
        stop = self._first_break()
        ends = self.feeds[self.ending]
        lines = np.flatnonzero(self.ending) + self.line + 1
        if stop:
            ends = ends[ends < stop.offset]
        elif len(self.data) and (not ends.size or ends[-1] + 1 < len(self.data)):
            ends = np.append(ends, len(self.data))
        starts = np.concatenate([[0], ends[:-1] + 1])[: len(ends)]
        lines = np.concatenate([[self.line], lines])[: len(ends)]
        text_ends = ends - ((ends > starts) & (self.octets[ends - 1] == CR)) if len(ends) else ends
        kept = text_ends > starts
        if kept.all():
            return Records(starts, text_ends, lines, stop)
        return Records(starts[kept], text_ends[kept], lines[kept], stop)

    def cells(self, records: Records) -> Integers:
        """How many cells each record has."""
        return np.searchsorted(self.separators, records.ends) - np.searchsorted(self.separators, records.starts) + 1

    @cached_property
    def separators(self) -> Integers:
        """The places of what stands between cells."""
        places = self._places(self.separator)
        return places[self._outside(places)]

    def cells_of(self, begin: int, end: int) -> int:
        """How many cells the record from ``begin`` to ``end`` has."""
        commas = np.flatnonzero(self.octets[begin:end] == self.separator) + begin
        return int(np.count_nonzero(self._outside(commas))) + 1

    def _first_break(self) -> Break | None:
        opening, closing = self.quotes[::2], self.quotes[1::2]
        found: list[tuple[int, int, str]] = []
        before_opening = _octet_set(self.separator, LF, QUOTE)
        stray = opening[(opening > 0) & ~before_opening[self.octets[opening - 1]]]
        after_closing = _octet_set(self.separator, LF, CR, QUOTE)
        trailing = closing[~self._followed_by(closing, after_closing, at_end=True)]
        lone = self._lone_returns()
        if trailing.size:
            offset = int(trailing[0])
            opened = self._opened_before(offset)
            words: str = SPANNING if b"\n" in self.data[opened:offset] else TRAILING
            found.append((offset, opened, words))
        found.extend(
            (int(places[0]), int(places[0]), words) for places, words in ((stray, STRAY), (lone, RETURN)) if places.size
        )
        if not found and len(self.quotes) % 2:
            found.append((self.whole, self._opened_before(len(self.data)), UNCLOSED))
        if not found:
            return None
        offset, named, words = min(found)
        return Break(offset, int(np.searchsorted(self.feeds, named)) + self.line, words)

    def _opened_before(self, offset: int) -> int:
        """Where the cell in quotation marks begins that is open before ``offset``."""
        opening = self.quotes[::2]
        begun = opening[(opening == 0) | (self.octets[opening - 1] != QUOTE)]
        return int(begun[np.searchsorted(begun, offset) - 1])

    def _lone_returns(self) -> Integers:
        if b"\r" not in self.data:
            return _NOWHERE
        returns = self._places(CR)
        lone = returns[~self._followed_by(returns, _octet_set(LF), at_end=False)]
        return lone[self._outside(lone)]

    def _followed_by(self, places: Integers, allowed: Flags, *, at_end: bool) -> Flags:
        last = len(self.octets) - 1
        followers = self.octets[np.minimum(places + 1, last)]
        return np.where(places == last, at_end, allowed[followers])
