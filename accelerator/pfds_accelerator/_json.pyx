# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
# cython: freethreading_compatible=True
"""Where the values of JSON objects lie, one object on each line."""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t
from libc.string cimport memchr, memcmp, memcpy, memmove, memset

from pfds_accelerator._looks cimport MOST_DIGITS
from pfds_accelerator._octets cimport (
    BACKSLASH, CLOSING, COLON, COMMA, CR, HYPHEN, LF, OPENING, POINT, QUOTE, SPACE, TAB, ZERO, first_bit, is_utf8
)
from pfds_accelerator._split cimport DOUBLED, Split

import numpy as np

cdef enum:
    MOST_FIELDS = 256
    READ_AT_ONCE = 8
    BEHIND = 16

# What kind of JSON value a field holds.
cdef enum:
    TEXT = 0
    BOOLEAN = 1
    INTEGER = 2
    NUMBER = 3


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
        sound = is_utf8(&given[0], size)
        if sound:
            memcpy(&text[0], &given[0], size)
            memset(&text[size], 0, BEHIND)
            sound = _objects(text, size, fields, longest, begins, ends, filled, lines, numbers, others, counts)
    if not sound:
        return None
    cdef Split found = Split.__new__(Split)
    found.text, found.begins, found.ends, found.rows = text[:size], begins, ends, counts[0]
    found.empties = counts[0] - np.asarray(filled)
    found.lines = np.asarray(lines)[:counts[0]]
    return found, np.asarray(numbers)[:counts[0]], np.asarray(others)[:counts[1]]
