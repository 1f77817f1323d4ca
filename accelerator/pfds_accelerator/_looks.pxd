from libc.stdint cimport uint8_t

cdef enum:
    MOST_DIGITS = 15


cdef class Look:
    """A look at a cell as it is written, by which many need not be looked at any further."""

    cdef bint takes_doubled
    """Whether it takes quotation marks that are doubled as what they stand for."""

    cdef bint passes(self, const uint8_t* octets, Py_ssize_t size, Py_ssize_t room) except -1 nogil
