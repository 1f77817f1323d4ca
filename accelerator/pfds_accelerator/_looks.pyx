# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
# cython: freethreading_compatible=True
"""Looks at cells: whether they are surely sound.

None decides that a cell is bad. What is not known to be sound is left to `pfds`, which judges it without this package as
well; so what is found is the same with it and without.
"""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t
from libc.string cimport memcpy

from pfds_accelerator._octets cimport HYPHEN, POINT, SPACE

import numpy as np

cdef enum:
    LONGEST_KNOWN = 24
    MOST_PROBES = 8

cdef double NEAR = 1e-6
"""How near a limit a fraction may lie before it is not told any more on which side."""


cdef class Look:
    """A look at a cell as it is written, by which many need not be looked at any further."""

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
        self.takes_doubled = True

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
        self.takes_doubled = True

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
