from libc.stdint cimport int64_t, uint8_t, uint32_t

cdef extern from *:
    """
    #define DOUBLED_QUOTES 0x80000000u
    """
    const uint32_t DOUBLED "DOUBLED_QUOTES"  # of the end of a cell: it holds quotation marks that are doubled


cdef class Split:
    """Where the cells of records lie in a text; of each cell the octet with which it begins, and the one behind it."""

    cdef const uint8_t[::1] text
    cdef uint32_t[:, ::1] begins
    cdef uint32_t[:, ::1] ends
    cdef int64_t[::1] empties
    cdef readonly Py_ssize_t rows
    cdef readonly object lines
    """The line of each record (0 = first)."""

    cdef Py_ssize_t size(self, uint32_t begin, uint32_t end) except -1 nogil

