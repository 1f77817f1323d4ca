# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
# cython: freethreading_compatible=True
"""Where the cells of CSV text lie."""

from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t
from libc.string cimport memcpy

from pfds_accelerator._octets cimport BEFORE, BLOCK, CR, LF, QUOTE, block_of, first_bit, is_wrong
from pfds_accelerator._split cimport DOUBLED, Split

import numpy as np

# Where the text stands: in a cell without quotation marks, in one with them, after the mark that closes it, or between
# the two characters of a line break.
cdef enum:
    PLAIN = 0
    QUOTED = 1
    CLOSED = 2
    RETURNED = 3

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
        octets = block_of(&text[0], size, first, window)
        if is_wrong(octets):
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
    found.text, found.begins, found.ends, found.empties, found.rows = text, begins, ends, empty, rows
    found.lines = np.asarray(lines)[:rows]
    return found
