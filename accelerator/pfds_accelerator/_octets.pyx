# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
# cython: freethreading_compatible=True
"""How many octets of a text are one."""

import sys

if sys.byteorder != "little":
    raise ImportError("this package is for processors that keep the lowest byte of a number first")


cdef Py_ssize_t count_of(const uint8_t* octets, Py_ssize_t size, uint8_t octet) noexcept nogil:
    """How many of these octets are this one."""
    cdef Py_ssize_t first, at, found = 0
    cdef uint8_t some
    for first in range(0, size, 128):  # no more than fit into one octet, so that compilers count many at once
        some = 0
        for at in range(first, min(first + 128, size)):
            some += octets[at] == octet
        found += some
    return found


def count(const uint8_t[::1] text, uint8_t octet):
    """How many bytes of a text are this one."""
    cdef Py_ssize_t found = 0
    if text.shape[0]:
        with nogil:
            found = count_of(&text[0], text.shape[0], octet)
    return found
