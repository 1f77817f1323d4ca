"""Octets of text: which they are, how many there are of one, and whether they are UTF-8."""

from libc.stdint cimport uint8_t, uint64_t
from libc.string cimport memcpy, memset

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

cdef enum:
    TAB = 9
    LF = 10
    CR = 13
    SPACE = 32
    QUOTE = 34
    COMMA = 44
    HYPHEN = 45
    POINT = 46
    ZERO = 48
    COLON = 58
    BACKSLASH = 92
    OPENING = 123
    CLOSING = 125
    BLOCK = 64
    BEFORE = 3


cdef inline uint8_t is_wrong(const uint8_t* octets) noexcept nogil:
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


cdef inline const uint8_t* block_of(const uint8_t* text, Py_ssize_t size, Py_ssize_t first, uint8_t* window) noexcept nogil:
    """The 64 octets from `first` on, behind the three before them; zeros stand for what is not in the text."""
    if first and first + BLOCK <= size:
        return text + first - BEFORE
    memset(window, 0, BEFORE + BLOCK)
    if first:
        memcpy(window, text + first - BEFORE, BEFORE)
    memcpy(window + BEFORE, text + first, min(size - first, <Py_ssize_t>BLOCK))
    return window


cdef inline bint is_utf8(const uint8_t* text, Py_ssize_t size) noexcept nogil:
    cdef uint8_t[BEFORE + BLOCK] window
    cdef Py_ssize_t first
    for first in range(0, size + 1, 64):
        if is_wrong(block_of(text, size, first, window)):
            return False
    return True
