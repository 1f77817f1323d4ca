# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
# cython: freethreading_compatible=True
"""What takes the time when CSV and JSON Lines are validated, compiled: cells are found, looked at and copied where they
stand.

Nothing here decides that a cell is bad. What is not known to be sound is left to `pfds`, which judges it without this
package as well; so what is found is the same with it and without. Every place in input that is looked up is checked
against the size of what is looked into.
"""

from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t
from libc.string cimport memchr, memcmp, memcpy, memmove, memset

import sys

import numpy as np

cdef extern from *:
    """
    #if defined(_MSC_VER)
    #include <intrin.h>
    static __inline int first_bit(unsigned __int64 word) { unsigned long at; _BitScanForward64(&at, word); return (int)at; }
    #else
    static inline int first_bit(unsigned long long word) { return __builtin_ctzll(word); }
    #endif
    """
    int first_bit(uint64_t word) nogil

if sys.byteorder != "little":
    raise ImportError("this package is for processors that keep the lowest byte of a number first")

cdef enum:
    QUOTE = 34
    LF = 10
    CR = 13
    SPACE = 32
    LONGEST_KNOWN = 24
    MOST_PROBES = 8
    BLOCK = 64
    BEFORE = 3
    MOST_DIGITS = 15
    HYPHEN = 45
    POINT = 46
    TAB = 9
    COMMA = 44
    ZERO = 48
    COLON = 58
    BACKSLASH = 92
    OPENING = 123
    CLOSING = 125
    MOST_FIELDS = 256
    READ_AT_ONCE = 8
    BEHIND = 16

# Where the text stands: in a cell without quotation marks, in one with them, after the mark that closes it, or between
# the two characters of a line break.
cdef enum:
    PLAIN = 0
    QUOTED = 1
    CLOSED = 2
    RETURNED = 3

# What kind of JSON value a field holds.
cdef enum:
    TEXT = 0
    BOOLEAN = 1
    INTEGER = 2
    NUMBER = 3

cdef double NEAR = 1e-6
"""How near a limit a fraction may lie before it is not told any more on which side."""
cdef uint32_t DOUBLED = 0x80000000u
"""Of the end of a cell: it holds quotation marks that are doubled."""


cdef class Look:
    """A look at a cell as it is written, by which many need not be looked at any further."""

    cdef bint _takes_doubled
    """Whether it takes quotation marks that are doubled as what they stand for."""

    cdef bint passes(self, const uint8_t* octets, Py_ssize_t size, Py_ssize_t room) except -1 nogil:
        """Whether a cell of `size` octets, at least one, need not be looked at; `room` octets can be read."""
        return False


cdef class Known(Look):
    """Values of up to 24 bytes that are known, to be compared with cells; some may be left out."""

    cdef uint64_t[:, ::1] _words
    cdef uint8_t[::1] _sizes
    cdef int _shift
    cdef Py_ssize_t _last

    def __init__(self, values):
        """`values` are bytes, as they are written in the text."""
        values = [value for value in values if 0 < len(value) <= LONGEST_KNOWN]
        cdef int bits = max(4, (2 * len(values)).bit_length())
        self._words = np.zeros((1 << bits, 3), np.uint64)
        self._sizes = np.zeros(1 << bits, np.uint8)
        self._shift = 64 - bits
        self._last = (1 << bits) - 1
        cdef const uint8_t[::1] value
        cdef uint64_t[3] words
        cdef Py_ssize_t slot, probe
        for value in values:
            _load(&value[0], value.shape[0], value.shape[0], words)
            slot = _slot(words, self._shift)
            for probe in range(MOST_PROBES):
                if not self._sizes[slot]:
                    self._words[slot, 0], self._words[slot, 1], self._words[slot, 2] = words[0], words[1], words[2]
                    self._sizes[slot] = <uint8_t>value.shape[0]
                    break
                slot = (slot + 1) & self._last

    cdef bint passes(self, const uint8_t* octets, Py_ssize_t size, Py_ssize_t room) except -1 nogil:
        cdef uint64_t[3] words
        cdef Py_ssize_t slot, probe
        if size > LONGEST_KNOWN:
            return False
        _load(octets, size, room, words)
        slot = _slot(words, self._shift)
        for probe in range(MOST_PROBES):
            if self._sizes[slot] == size:
                if (self._words[slot, 0] == words[0] and self._words[slot, 1] == words[1]
                        and self._words[slot, 2] == words[2]):
                    return True
            elif not self._sizes[slot]:
                return False
            slot = (slot + 1) & self._last
        return False


cdef void _load(const uint8_t* octets, Py_ssize_t size, Py_ssize_t room, uint64_t* words) noexcept nogil:
    """Up to 24 octets as three numbers."""
    cdef Py_ssize_t at, left
    words[0] = words[1] = words[2] = 0
    if room >= LONGEST_KNOWN:
        memcpy(words, octets, LONGEST_KNOWN)
        for at in range(3):
            left = size - 8 * at
            if left < 8:
                words[at] &= ((<uint64_t>1) << (8 * left)) - 1 if left > 0 else 0
    else:
        memcpy(words, octets, size)


cdef Py_ssize_t _slot(const uint64_t* words, int shift) noexcept nogil:
    cdef uint64_t mixed = (
        words[0] * <uint64_t>0x9E3779B97F4A7C15u
        ^ words[1] * <uint64_t>0xC2B2AE3D27D4EB4Fu
        ^ words[2] * <uint64_t>0x165667B19E3779F9u
    )
    mixed ^= mixed >> 32
    return <Py_ssize_t>((mixed * <uint64_t>0x9E3779B97F4A7C15u) >> shift)


cdef int _digits(const uint8_t* octets, Py_ssize_t size) noexcept nogil:
    """The number that a few digits are; -1 if any is none."""
    cdef Py_ssize_t at
    cdef int number = 0
    for at in range(size):
        if not 48 <= octets[at] <= 57:
            return -1
        number = 10 * number + octets[at] - 48
    return number


cdef bint _is_date(const uint8_t* octets, Py_ssize_t size) noexcept nogil:
    """Whether 4, 7 or 10 octets are a year, a month or a day of the calendar, from the year 0001 on."""
    cdef int year = _digits(octets, 4), month, last
    if year < 1:
        return False
    if size == 4:
        return True
    month = _digits(&octets[5], 2)
    if octets[4] != HYPHEN or not 1 <= month <= 12:
        return False
    if size == 7:
        return True
    if month == 2:
        last = 28 + (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))
    else:
        last = 30 + ((month + month // 8) & 1)
    return octets[7] == HYPHEN and 1 <= _digits(&octets[8], 2) <= last


cdef bint _is_number(const uint8_t* octets, Py_ssize_t size, bint whole, double low, double high) noexcept nogil:
    """Whether up to 15 octets are surely a number in plain digits between two limits."""
    cdef Py_ssize_t at = octets[0] == HYPHEN, first = at
    cdef double number = 0, scale = 1
    while at < size and 48 <= octets[at] <= 57:
        number = 10 * number + (octets[at] - 48)
        at += 1
    if at == first or (octets[first] == 48 and at > first + 1):
        return False
    if at < size:
        if whole or octets[at] != POINT or at + 1 == size:
            return False
        at += 1
        while at < size and 48 <= octets[at] <= 57:
            number = 10 * number + (octets[at] - 48)
            scale *= 10
            at += 1
        if at < size:
            return False
    number = (-number if first else number) / scale
    if whole:
        return low <= number <= high
    return low + NEAR < number < high - NEAR


cdef class Dates(Look):
    """Days of the calendar (YYYY-MM-DD, from the year 0001 on) and, if `coarse`, months (YYYY-MM) and years (YYYY)."""

    cdef bint _coarse

    def __init__(self, bint coarse):
        self._coarse = coarse

    cdef bint passes(self, const uint8_t* octets, Py_ssize_t size, Py_ssize_t room) except -1 nogil:
        return (size == 10 or self._coarse and (size == 7 or size == 4)) and _is_date(octets, size)


cdef class Numbers(Look):
    """Numbers of at most 15 characters in plain digits (`whole` ones) between two limits, but not near them."""

    cdef bint _whole
    cdef double _low
    cdef double _high

    def __init__(self, bint whole, double low, double high):
        self._whole, self._low, self._high = whole, low, high

    cdef bint passes(self, const uint8_t* octets, Py_ssize_t size, Py_ssize_t room) except -1 nogil:
        return size <= MOST_DIGITS and _is_number(octets, size, self._whole, self._low, self._high)


cdef class Prose(Look):
    """What text must not begin or end with, what it must not hold, and how many characters it may have."""

    cdef uint8_t[::1] _first
    cdef uint8_t[::1] _last
    cdef uint8_t[::1] _before_last
    cdef uint8_t[::1] _inside
    cdef uint8_t _low
    cdef uint8_t _high
    cdef Py_ssize_t _longest

    def __init__(self, first, last, before_last, inside, longest):
        """Four tables of a flag for each octet: the first octet of what text must not begin with; its last octet, and
        the one before, of what it must not end with (which have a bit in common if they go together); those it must
        not hold, of which all but one are below 32."""
        if any(len(table) != 256 for table in (first, last, before_last, inside)):
            raise ValueError("a table has a flag for each octet")
        self._first, self._last, self._before_last, self._inside = first, last, before_last, inside
        held = np.flatnonzero(inside)
        if np.count_nonzero(held >= SPACE) > 1:
            raise ValueError("only one octet of 32 or more")
        self._low = max(held[held < SPACE], default=0)
        self._high = max(held, default=0)
        self._longest = longest
        self._takes_doubled = True

    cdef bint passes(self, const uint8_t* octets, Py_ssize_t size, Py_ssize_t room) except -1 nogil:
        cdef Py_ssize_t at, characters
        cdef uint8_t low = self._low, high = self._high, held = 0
        if self._first[octets[0]]:
            return False
        if self._last[octets[size - 1]] & self._before_last[octets[size - 2 if size > 1 else 0]]:
            return False
        for at in range(size):
            held |= (octets[at] <= low) | (octets[at] == high)
        if held:
            for at in range(size):
                if self._inside[octets[at]]:
                    return False
        if size > self._longest:
            characters = 0
            for at in range(size):
                characters += (octets[at] & 0xC0) != 0x80
            return characters <= self._longest
        return True


cdef class Name(Look):
    """How names that are looked for begin: as numbers of words, each the sum of the weights of its letters."""

    cdef const uint64_t[::1] _weights
    cdef const uint8_t[::1] _slots
    cdef uint64_t _multiplier
    cdef uint64_t _between
    cdef int _shift

    def __init__(self, weights, uint64_t between, slots, uint64_t multiplier):
        """`weights` by code point: `between` for what parts words, more for what is not known; `slots` by the highest
        bits of a number times the `multiplier`, as many as they are: whether a name may begin with such a word."""
        self._weights, self._slots = weights, np.asarray(slots).view(np.uint8)
        self._between, self._multiplier = between, multiplier
        self._shift = 64 - (len(slots) - 1).bit_length()
        if len(slots) != 1 << (64 - self._shift) or len(weights) != 0x110000:
            raise ValueError("a weight for each code point, and a power of two of slots")
        self._takes_doubled = True

    cdef bint passes(self, const uint8_t* octets, Py_ssize_t size, Py_ssize_t room) except -1 nogil:
        return not self.may_stand(octets, size)

    cdef bint may_stand(self, const uint8_t* octets, Py_ssize_t size) except -1 nogil:
        """Whether a name may stand in text, which is UTF-8."""
        cdef Py_ssize_t at = 0, more
        cdef uint32_t code
        cdef uint64_t weight, word = 0
        while at < size:
            code = octets[at]
            at += 1
            if code >= 0xC0:
                more = 1 + (code >= 0xE0) + (code >= 0xF0)
                if at + more > size:
                    return True
                code &= 0x7F >> (more + 1)
                while more:
                    code = code << 6 | octets[at] & 0x3F
                    at += 1
                    more -= 1
            weight = self._weights[code]
            if weight < self._between:
                word += weight
            elif weight > self._between:
                return True
            elif word:
                if self._slots[(word * self._multiplier) >> self._shift]:
                    return True
                word = 0
        return word and self._slots[(word * self._multiplier) >> self._shift]


cdef class Split:
    """Where the cells of records lie in a text; `lines` has the line of each record (0 = first)."""

    cdef const uint8_t[::1] _text
    cdef uint32_t[:, ::1] _begins
    cdef uint32_t[:, ::1] _ends
    cdef int64_t[::1] _empty
    cdef readonly Py_ssize_t rows
    cdef readonly object lines

    def empty(self, Py_ssize_t column):
        """How many cells of a column are empty."""
        return self._empty[column]

    def is_empty(self, Py_ssize_t column):
        """Of each cell of a column whether it is empty: an array of booleans."""
        return np.asarray(self._begins[column, :self.rows]) == np.asarray(self._ends[column, :self.rows])

    def octets(self, Py_ssize_t column, rows=None):
        """How many bytes the cells of a column, or of some `rows` of it, have as they are written."""
        begins, ends = np.asarray(self._begins[column, :self.rows]), np.asarray(self._ends[column, :self.rows])
        if rows is not None:
            begins, ends = begins[rows], ends[rows]
        return int(((ends & np.uint32(~DOUBLED)) - begins).sum(dtype=np.int64))

    def copy(self, Py_ssize_t column, int32_t[::1] offsets, uint8_t[::1] octets, uint8_t[::1] valid, rows=None):
        """Write the cells of a column, or of some `rows` of it, as Arrow has them; returns how many bytes they have.

        `offsets` takes one number more than there are cells, `octets` as many bytes as they have as they are written,
        `valid` a bit for each cell, all of which are 0 before.
        """
        cdef const uint32_t[::1] begins = self._begins[column, :self.rows]
        cdef const uint32_t[::1] ends = self._ends[column, :self.rows]
        if rows is not None:
            begins, ends = np.asarray(begins)[rows], np.asarray(ends)[rows]
        cdef Py_ssize_t row, size, at, place = 0, room = octets.shape[0]
        with nogil:
            offsets[0] = 0
            for row in range(begins.shape[0]):
                if begins[row] != ends[row]:
                    size = self._size(begins[row], ends[row])
                    if size > room - place:
                        raise IndexError("cells have more octets than there is room for")
                    valid[row >> 3] |= 1 << (row & 7)
                    if ends[row] & DOUBLED:
                        at = begins[row]
                        while at < begins[row] + size:
                            octets[place] = self._text[at]
                            place += 1
                            at += 2 if self._text[at] == QUOTE else 1
                    elif size:
                        memcpy(&octets[place], &self._text[begins[row]], size)
                        place += size
                offsets[row + 1] = <int32_t>place
        return place

    def texts(self, Py_ssize_t column, const int64_t[::1] rows):
        """The cells of a column in some rows, each as a string, or None if it is empty; the text must be UTF-8."""
        cdef const uint32_t[::1] begins = self._begins[column, :self.rows]
        cdef const uint32_t[::1] ends = self._ends[column, :self.rows]
        cdef Py_ssize_t index, row, size
        cdef list found = []
        for index in range(rows.shape[0]):
            row = rows[index]
            if begins[row] == ends[row]:
                found.append(None)
                continue
            size = self._size(begins[row], ends[row])
            text = PyUnicode_DecodeUTF8(<const char*>&self._text[begins[row]], size, NULL) if size else ""
            found.append(text.replace('""', '"') if ends[row] & DOUBLED else text)
        return found

    def left(self, Py_ssize_t column, Look look not None):
        """The rows of cells that a look does not pass; empty ones need none."""
        cdef const uint32_t[::1] begins = self._begins[column, :self.rows]
        cdef const uint32_t[::1] ends = self._ends[column, :self.rows]
        cdef int64_t[::1] found = np.empty(self.rows, np.int64)
        cdef Py_ssize_t row, begin, size, count = 0
        with nogil:
            for row in range(begins.shape[0]):
                if begins[row] != ends[row]:
                    begin, size = begins[row], self._size(begins[row], ends[row])
                    if (ends[row] & DOUBLED and not look._takes_doubled) or not look.passes(
                        &self._text[begin], size, self._text.shape[0] - begin
                    ):
                        found[count] = row
                        count += 1
        return np.array(found[:count])

    def unlike(self, Py_ssize_t column, rows, const uint8_t[::1] beginning, const uint8_t[::1] letters, Py_ssize_t least, Py_ssize_t most):
        """Which of these rows hold a cell that does not begin so, or does not go on with at `least` and at `most` so
        many `letters` (a flag for each octet)."""
        cdef const uint32_t[::1] begins = self._begins[column, :self.rows]
        cdef const uint32_t[::1] ends = self._ends[column, :self.rows]
        cdef const int64_t[::1] chosen = rows
        cdef int64_t[::1] found = np.empty(len(rows), np.int64)
        cdef Py_ssize_t index, row, begin, size, at, head = beginning.shape[0], count = 0
        cdef uint8_t sound
        if letters.shape[0] != 256 or not head:
            raise ValueError("a flag for each octet, and a beginning")
        with nogil:
            for index in range(chosen.shape[0]):
                row = chosen[index]
                begin, size = begins[row], self._size(begins[row], ends[row])
                sound = head + least <= size <= head + most and not memcmp(&self._text[begin], &beginning[0], head)
                if sound:
                    for at in range(begin + head, begin + size):
                        sound &= letters[self._text[at]]
                if not sound:
                    found[count] = row
                    count += 1
        return np.array(found[:count])

    def filled(self, Py_ssize_t column):
        """The rows in which a cell holds something."""
        return np.flatnonzero(~self.is_empty(column))

    cdef Py_ssize_t _size(self, uint32_t begin, uint32_t end) except -1 nogil:
        """How many octets a cell has as it is written; it lies within the text."""
        end &= ~DOUBLED
        if end < begin or <Py_ssize_t>end > self._text.shape[0]:
            raise IndexError("a cell reaches beyond the text")
        return end - begin


cdef Py_ssize_t _count(const uint8_t* octets, Py_ssize_t size, uint8_t octet) noexcept nogil:
    """How many of these octets are this one."""
    cdef Py_ssize_t first, at, found = 0
    cdef uint8_t some
    for first in range(0, size, 128):  # no more than fit into one octet, so that compilers count many at once
        some = 0
        for at in range(first, min(first + 128, size)):
            some += octets[at] == octet
        found += some
    return found


# Not constants, for of these compilers make tests of one octet after the other instead of many at once.
cdef uint8_t[3] _ENDING
_ENDING[0], _ENDING[1], _ENDING[2] = QUOTE, LF, CR


cdef uint64_t _marked(const uint8_t* octets, uint8_t separator) noexcept nogil:
    """A bit for each of 64 octets: whether it may end a cell, or lies within the end of one."""
    cdef uint8_t[BLOCK] marks
    cdef uint8_t quote = _ENDING[0], feed = _ENDING[1], ret = _ENDING[2]
    cdef uint64_t word, bits = 0
    cdef int at
    for at in range(64):
        marks[at] = (octets[at] == separator) | (octets[at] == quote) | (octets[at] == feed) | (octets[at] == ret)
    for at in range(8):
        memcpy(&word, &marks[8 * at], 8)
        bits |= ((word * <uint64_t>0x0102040810204080u) >> 56) << (8 * at)
    return bits


cdef uint8_t _wrong(const uint8_t* octets) noexcept nogil:
    """Not 0 if one of 64 octets, which stand behind three others, does not belong there in UTF-8."""
    cdef uint8_t wrong = 0, high = 0, here, one, two, three
    cdef int at
    for at in range(BLOCK + BEFORE):
        high |= octets[at]
    if high < 0x80:
        return 0
    for at in range(BLOCK):
        three, two, one, here = octets[at], octets[at + 1], octets[at + 2], octets[at + 3]
        wrong |= ((one >= 0xC0) | (two >= 0xE0) | (three >= 0xF0)) ^ ((here & 0xC0) == 0x80)
        wrong |= ((here & 0xFE) == 0xC0) | (here >= 0xF5)
        wrong |= ((one == 0xE0) & (here < 0xA0)) | ((one == 0xED) & (here > 0x9F))
        wrong |= ((one == 0xF0) & (here < 0x90)) | ((one == 0xF4) & (here > 0x8F))
    return wrong


cdef const uint8_t* _block(const uint8_t* text, Py_ssize_t size, Py_ssize_t first, uint8_t* window) noexcept nogil:
    """The 64 octets from `first` on, behind the three before them; zeros stand for what is not in the text."""
    if first and first + BLOCK <= size:
        return text + first - BEFORE
    memset(window, 0, BEFORE + BLOCK)
    if first:
        memcpy(window, text + first - BEFORE, BEFORE)
    memcpy(window + BEFORE, text + first, min(size - first, <Py_ssize_t>BLOCK))
    return window


cdef bint _split(
    const uint8_t[::1] text, uint8_t separator, Py_ssize_t width, Py_ssize_t longest,
    uint32_t[:, ::1] begins, uint32_t[:, ::1] ends, int64_t[::1] empty, int64_t[::1] lines, Py_ssize_t* rows,
) except -1 nogil:
    """Writes where the cells of each record lie, how many of each column are empty, on which line each record begins,
    and how many there are; False if the text is not sound, or not UTF-8."""
    cdef Py_ssize_t size = text.shape[0], capacity = lines.shape[0], first
    cdef Py_ssize_t at, row = 0, column = 0, line = 0
    cdef Py_ssize_t started = 0, begun = 0, begin = 0, end = 0, following = 0
    cdef uint32_t doubled = 0
    cdef uint64_t marked
    cdef uint8_t octet
    cdef uint8_t[BEFORE + BLOCK] window
    cdef const uint8_t* octets
    cdef int state = PLAIN
    for first in range(0, size + 1, 64):
        octets = _block(&text[0], size, first, window)
        if _wrong(octets):
            return False
        marked = _marked(&octets[BEFORE], separator)
        while marked:
            at = first + first_bit(marked)
            marked &= marked - 1
            octet = text[at]
            if state == QUOTED:
                if octet == QUOTE:
                    state, end, following = CLOSED, at, at + 1
                else:
                    line += octet == LF
                continue
            if state != PLAIN:
                if at != following:
                    return False
                if octet == QUOTE:
                    if state == RETURNED:
                        return False
                    state, doubled = QUOTED, DOUBLED
                    continue
                if state == RETURNED and octet != LF:
                    return False
            else:
                if octet == QUOTE:
                    if at != begin:
                        return False
                    state, begin = QUOTED, at + 1
                    continue
                end = at
            if octet == CR:
                state, following = RETURNED, at + 1
                continue
            state = PLAIN
            if octet == LF:
                if end == started:
                    line += 1
                    started, begun, begin = at + 1, line, at + 1
                    continue
                if column + 1 != width or row >= capacity or at - started > longest:
                    return False
                begins[column, row], ends[column, row], lines[row] = begin, end | doubled, begun
                empty[column] += begin == end
                line += 1
                started, begun, column = at + 1, line, 0
                row += 1
            else:
                if column + 1 >= width or row >= capacity:
                    return False
                begins[column, row], ends[column, row] = begin, end | doubled
                empty[column] += begin == end
                column += 1
            begin, doubled = at + 1, 0
    if state == QUOTED or state == RETURNED:
        return False
    if started < size:
        if state == PLAIN:
            end = size
        elif following != size:
            return False
        if column + 1 != width or row >= capacity or size - started > longest:
            return False
        begins[column, row], ends[column, row], lines[row] = begin, end | doubled, begun
        empty[column] += begin == end
        row += 1
    rows[0] = row
    return True


def left(const int32_t[::1] offsets, const uint8_t[::1] octets, Look look not None):
    """The cells of a column as Arrow has it that a look does not pass; cell n is from `offsets` n to n + 1."""
    cdef int64_t[::1] found = np.empty(offsets.shape[0], np.int64)
    cdef Py_ssize_t cell, count = 0
    with nogil:
        for cell in range(offsets.shape[0] - 1):
            if not 0 <= offsets[cell] <= offsets[cell + 1] <= octets.shape[0]:
                raise IndexError("a cell reaches beyond the text")
            if offsets[cell] != offsets[cell + 1] and not look.passes(
                &octets[offsets[cell]], offsets[cell + 1] - offsets[cell], octets.shape[0] - offsets[cell]
            ):
                found[count] = cell
                count += 1
    return np.array(found[:count])


def count(const uint8_t[::1] text, uint8_t octet):
    """How many bytes of a text are this one."""
    cdef Py_ssize_t found = 0
    if text.shape[0]:
        with nogil:
            found = _count(&text[0], text.shape[0], octet)
    return found


def split(bytes data not None, uint8_t separator, Py_ssize_t width, Py_ssize_t longest, Py_ssize_t feeds):
    """The cells of records that all have `width` of them; None unless the text is sound throughout.

    Sound is UTF-8 with what RFC 4180 allows, and blank lines, which hold no record. No record has more than `longest`
    bytes, its line break among them. There are at most so many line `feeds`.
    """
    cdef const uint8_t[::1] text = data
    cdef Py_ssize_t size = text.shape[0], capacity, rows = 0
    if size >= <Py_ssize_t>DOUBLED or width < 1 or feeds < 0 or not size:
        return None
    capacity = min(feeds, size // width) + 1
    cdef uint32_t[:, ::1] begins = np.empty((width, capacity), np.uint32)
    cdef uint32_t[:, ::1] ends = np.empty((width, capacity), np.uint32)
    cdef int64_t[::1] empty = np.zeros(width, np.int64)
    cdef int64_t[::1] lines = np.empty(capacity, np.int64)
    cdef bint sound
    with nogil:
        sound = _split(text, separator, width, longest, begins, ends, empty, lines, &rows)
    if not sound:
        return None
    cdef Split found = Split.__new__(Split)
    found._text, found._begins, found._ends, found._empty, found.rows = text, begins, ends, empty, rows
    found.lines = np.asarray(lines)[:rows]
    return found


cdef bint _is_utf8(const uint8_t* text, Py_ssize_t size) noexcept nogil:
    cdef uint8_t[BEFORE + BLOCK] window
    cdef Py_ssize_t first
    for first in range(0, size + 1, 64):
        if _wrong(_block(text, size, first, window)):
            return False
    return True


cdef uint64_t _zeros(uint64_t word) noexcept nogil:
    """A bit in each octet that is 0, and perhaps in others above the lowest of these."""
    return (word - <uint64_t>0x0101010101010101u) & ~word


cdef Py_ssize_t _special(const uint8_t* text, Py_ssize_t at) noexcept nogil:
    """Where the next quotation mark, backslash or control character is; there must be one, and 8 octets behind it."""
    cdef uint64_t word, found
    while True:
        memcpy(&word, text + at, READ_AT_ONCE)
        found = (
            _zeros(word ^ <uint64_t>0x2222222222222222u)
            | _zeros(word ^ <uint64_t>0x5C5C5C5C5C5C5C5Cu)
            | (word - <uint64_t>0x2020202020202020u) & ~word
        ) & <uint64_t>0x8080808080808080u
        if found:
            return at + (first_bit(found) >> 3)
        at += READ_AT_ONCE


cdef Py_ssize_t _blanks(const uint8_t* text, Py_ssize_t at) noexcept nogil:
    """The place behind blanks, of which a line feed is none."""
    while text[at] == SPACE or text[at] == TAB or text[at] == CR:
        at += 1
    return at


cdef int _hexadecimal(const uint8_t* octets) noexcept nogil:
    """The number that four digits are; -1 if any is none, at which no more are looked at."""
    cdef int number = 0, at, digit
    for at in range(4):
        digit = octets[at] | 0x20
        if 48 <= octets[at] <= 57:
            digit = octets[at] - 48
        elif 97 <= digit <= 102:
            digit -= 87
        else:
            return -1
        number = number << 4 | digit
    return number


cdef int _escaped(const uint8_t* octets, uint32_t* code) noexcept nogil:
    """How many octets an escape has, and which character it stands for; 0 if it is not JSON, or stands for none, for
    half of one or for NUL."""
    cdef uint8_t letter = octets[1]
    cdef int high, low
    code[0] = letter
    if letter == QUOTE or letter == BACKSLASH or letter == 47:
        return 2
    if letter == 117:
        high = _hexadecimal(octets + 2)
        if high <= 0:
            return 0
        code[0] = high
        if not 0xD800 <= high <= 0xDFFF:
            return 6
        if high >= 0xDC00 or octets[6] != BACKSLASH or octets[7] != 117:
            return 0
        low = _hexadecimal(octets + 8)
        if not 0xDC00 <= low <= 0xDFFF:
            return 0
        code[0] = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)
        return 12
    if letter == 110:
        code[0] = LF
    elif letter == 116:
        code[0] = TAB
    elif letter == 114:
        code[0] = CR
    elif letter == 98:
        code[0] = 8
    elif letter == 102:
        code[0] = 12
    else:
        return 0
    return 2


cdef int _encode(uint32_t code, uint8_t* octets) noexcept nogil:
    """Write a character in UTF-8; returns how many octets it has."""
    if code < 0x80:
        octets[0] = <uint8_t>code
        return 1
    if code < 0x800:
        octets[0], octets[1] = <uint8_t>(0xC0 | code >> 6), <uint8_t>(0x80 | code & 0x3F)
        return 2
    if code < 0x10000:
        octets[0], octets[1] = <uint8_t>(0xE0 | code >> 12), <uint8_t>(0x80 | code >> 6 & 0x3F)
        octets[2] = <uint8_t>(0x80 | code & 0x3F)
        return 3
    octets[0], octets[1] = <uint8_t>(0xF0 | code >> 18), <uint8_t>(0x80 | code >> 12 & 0x3F)
    octets[2], octets[3] = <uint8_t>(0x80 | code >> 6 & 0x3F), <uint8_t>(0x80 | code & 0x3F)
    return 4


cdef Py_ssize_t _string(uint8_t* text, Py_ssize_t at, Py_ssize_t* end) noexcept nogil:
    """The place behind a string that begins before `at`, and its `end` once escapes are replaced by what they stand
    for; -1 if it is not JSON, or such an escape cannot be replaced."""
    cdef Py_ssize_t place = _special(text, at), following
    cdef uint32_t code
    cdef int size
    end[0] = place
    while text[place] == BACKSLASH:
        size = _escaped(text + place, &code)
        if not size:
            return -1
        end[0] += _encode(code, text + end[0])
        place += size
        following = _special(text, place)
        memmove(text + end[0], text + place, following - place)
        end[0] += following - place
        place = following
    return place + 1 if text[place] == QUOTE else -1


cdef Py_ssize_t _plain_number(const uint8_t* text, Py_ssize_t at, bint whole) noexcept nogil:
    """The place behind a number of at most 15 characters that is written as in CSV; -1 if there is none."""
    cdef Py_ssize_t begin = at, first
    at += text[at] == HYPHEN
    first = at
    while 48 <= text[at] <= 57:
        at += 1
    if at == first or (text[first] == ZERO and (at > first + 1 or first > begin and text[at] != POINT)):
        return -1
    if text[at] == POINT:
        first = at + 1
        at = first
        while 48 <= text[at] <= 57:
            at += 1
        if whole or at == first or text[at - 1] == ZERO:
            return -1
    return at if at - begin <= MOST_DIGITS else -1


cdef Py_ssize_t _value(uint8_t* text, Py_ssize_t at, uint8_t kind, Py_ssize_t* begin, Py_ssize_t* end) noexcept nogil:
    """The place behind a value of a kind, and where what it would be in CSV begins and ends; -1 if it is none such."""
    begin[0] = at
    if kind == TEXT:
        if text[at] != QUOTE:
            return -1
        begin[0] = at + 1
        return _string(text, at + 1, end)
    if kind == BOOLEAN:
        at = at + 4 if not memcmp(text + at, b"true", 4) else at + 5 if not memcmp(text + at, b"false", 5) else -1
    else:
        at = _plain_number(text, at, kind == INTEGER)
    end[0] = at
    return at


cdef class Fields:
    """Names of fields as JSON has them, the kind of value that each holds, and which of them no object may lack."""

    cdef const uint8_t[::1] _names
    cdef int32_t[::1] _offsets
    cdef const uint8_t[::1] _kinds
    cdef const uint8_t[::1] _required
    cdef Py_ssize_t _needed
    cdef Py_ssize_t width

    def __init__(self, names, kinds, required):
        """`kinds` are "string", "boolean", "integer" or "number", `required` are flags; one of each for each name."""
        self.width = len(names)
        if not 0 < self.width <= MOST_FIELDS or not all(names):
            raise ValueError("at most 256 fields, each with a name")
        self._names = b"".join(names)
        self._offsets = np.cumsum([0, *map(len, names)]).astype(np.int32)
        known = {"string": TEXT, "boolean": BOOLEAN, "integer": INTEGER, "number": NUMBER}
        self._kinds = bytes([known[kind] for _, kind in zip(names, kinds, strict=True)])
        self._required = bytes([bool(flag) for _, flag in zip(names, required, strict=True)])
        self._needed = sum(map(bool, required))

    cdef Py_ssize_t find(self, const uint8_t* name, Py_ssize_t size, Py_ssize_t column) except -2 nogil:
        """Which field has a name: `column`, or rather one that follows; -1 if none has."""
        cdef Py_ssize_t number, begin
        for number in range(self.width):
            if column >= self.width:
                column = 0
            begin = self._offsets[column]
            if self._offsets[column + 1] - begin == size and not memcmp(name, &self._names[begin], size):
                return column
            column += 1
        return -1

    cdef bint read(
        self, uint8_t* text, Py_ssize_t at, Py_ssize_t stop, uint32_t[:, ::1] begins, uint32_t[:, ::1] ends,
        Py_ssize_t row, int64_t[::1] filled,
    ) except -1 nogil:
        """Writes where the values of the object from `at` on lie, and counts them; False, and nothing is written or
        counted, unless it is an object that ends at `stop`, of which each field holds a value of its kind.

        Behind `stop`, which is not within the object, there are octets enough to be looked at.
        """
        cdef Py_ssize_t[MOST_FIELDS] found
        cdef Py_ssize_t count = 0, needed = 0, column = -1, name, begin = 0, end = 0, number
        cdef bint closed
        at = _blanks(text, at + 1)
        closed = text[at] == CLOSING
        while not closed and text[at] == QUOTE:
            name = at + 1
            at = _special(text, name)
            if text[at] != QUOTE:
                break
            column = self.find(text + name, at - name, column + 1)
            at = _blanks(text, at + 1)
            if column < 0 or ends[column, row] or text[at] != COLON:
                break
            at = _value(text, _blanks(text, at + 1), self._kinds[column], &begin, &end)
            if at < 0 or begin == end:
                break
            begins[column, row], ends[column, row] = <uint32_t>begin, <uint32_t>end
            found[count] = column
            count += 1
            needed += self._required[column]
            at = _blanks(text, at)
            closed = text[at] == CLOSING
            if not closed:
                if text[at] != COMMA:
                    break
                at = _blanks(text, at + 1)
        closed = closed and needed == self._needed and _blanks(text, at + 1) == stop
        for number in range(count):
            if closed:
                filled[found[number]] += 1
            else:
                begins[found[number], row] = ends[found[number], row] = 0
        return closed


cdef bint _objects(
    uint8_t[::1] text, Py_ssize_t size, Fields fields, Py_ssize_t longest, uint32_t[:, ::1] begins,
    uint32_t[:, ::1] ends, int64_t[::1] filled, int64_t[::1] lines, int64_t[::1] numbers, int64_t[:, ::1] others,
    Py_ssize_t* counts,
) except -1 nogil:
    """Writes what `objects` returns, and counts it; `text` has octets behind its `size` that end whatever is read."""
    cdef Py_ssize_t begin = 0, at, end, line = 0, row = 0, other = 0
    cdef const void* feed
    while begin < size:
        feed = memchr(&text[begin], LF, size - begin)
        end = <const uint8_t*>feed - &text[0] if feed != NULL else size
        at = _blanks(&text[0], begin)
        if at < end:
            if row + other >= lines.shape[0]:
                return False
            if text[at] == OPENING and end - begin <= longest and fields.read(
                &text[0], at, end, begins, ends, row, filled
            ):
                lines[row], numbers[row] = line, row + other
                row += 1
            else:
                others[other, 0], others[other, 1], others[other, 2], others[other, 3] = begin, end, line, row + other
                other += 1
        begin = end + 1
        line += 1
    counts[0], counts[1] = row, other
    return True


def objects(bytes data not None, Fields fields not None, Py_ssize_t longest, Py_ssize_t feeds):
    """The values of the objects that lines hold, each as CSV has it.

    Three things, or None if the text is not UTF-8: a Split of the plain objects; the number of each (0 = first of all
    lines that are not blank); of each line that is something else, where it begins and ends, its line and its number.
    Plain is an object of at most `longest` bytes with known fields only, all that are required among them and none
    twice, each with a value of its kind: text that is not empty, and numbers that are written as in CSV. There are at
    most so many line `feeds`.
    """
    cdef Py_ssize_t size = len(data), capacity = feeds + 1
    cdef Py_ssize_t[2] counts
    cdef bint sound
    if not size or size >= <Py_ssize_t>DOUBLED or feeds < 0:
        return None
    cdef const uint8_t[::1] given = data
    cdef uint8_t[::1] text = np.empty(size + BEHIND, np.uint8)
    cdef uint32_t[:, ::1] begins = np.zeros((fields.width, capacity), np.uint32)
    cdef uint32_t[:, ::1] ends = np.zeros((fields.width, capacity), np.uint32)
    cdef int64_t[::1] filled = np.zeros(fields.width, np.int64)
    cdef int64_t[::1] lines = np.empty(capacity, np.int64)
    cdef int64_t[::1] numbers = np.empty(capacity, np.int64)
    cdef int64_t[:, ::1] others = np.empty((capacity, 4), np.int64)
    with nogil:
        sound = _is_utf8(&given[0], size)
        if sound:
            memcpy(&text[0], &given[0], size)
            memset(&text[size], 0, BEHIND)
            sound = _objects(text, size, fields, longest, begins, ends, filled, lines, numbers, others, counts)
    if not sound:
        return None
    cdef Split found = Split.__new__(Split)
    found._text, found._begins, found._ends, found.rows = text[:size], begins, ends, counts[0]
    found._empty = counts[0] - np.asarray(filled)
    found.lines = np.asarray(lines)[:counts[0]]
    return found, np.asarray(numbers)[:counts[0]], np.asarray(others)[:counts[1]]
