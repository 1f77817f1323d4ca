# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
# cython: freethreading_compatible=True
"""Cells that stay where they stand in a text until they are asked for.

Every place that is looked up is checked against the size of what is looked into.
"""

from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t
from libc.string cimport memcmp, memcpy

from pfds_accelerator._looks cimport Look
from pfds_accelerator._octets cimport QUOTE

import numpy as np


cdef class Split:
    """Where the cells of records lie in a text; `lines` has the line of each record (0 = first)."""

    def empty(self, Py_ssize_t column):
        """How many cells of a column are empty."""
        return self.empties[column]

    def is_empty(self, Py_ssize_t column):
        """Of each cell of a column whether it is empty: an array of booleans."""
        return np.asarray(self.begins[column, :self.rows]) == np.asarray(self.ends[column, :self.rows])

    def octets(self, Py_ssize_t column, rows=None):
        """How many bytes the cells of a column, or of some `rows` of it, have as they are written."""
        begins, ends = np.asarray(self.begins[column, :self.rows]), np.asarray(self.ends[column, :self.rows])
        if rows is not None:
            begins, ends = begins[rows], ends[rows]
        return int(((ends & np.uint32(~DOUBLED)) - begins).sum(dtype=np.int64))

    def copy(self, Py_ssize_t column, int32_t[::1] offsets, uint8_t[::1] octets, uint8_t[::1] valid, rows=None):
        """Write the cells of a column, or of some `rows` of it, as Arrow has them; returns how many bytes they have.

        `offsets` takes one number more than there are cells, `octets` as many bytes as they have as they are written,
        `valid` a bit for each cell, all of which are 0 before.
        """
        cdef const uint32_t[::1] begins = self.begins[column, :self.rows]
        cdef const uint32_t[::1] ends = self.ends[column, :self.rows]
        if rows is not None:
            begins, ends = np.asarray(begins)[rows], np.asarray(ends)[rows]
        cdef Py_ssize_t row, size, at, place = 0, room = octets.shape[0]
        with nogil:
            offsets[0] = 0
            for row in range(begins.shape[0]):
                if begins[row] != ends[row]:
                    size = self.size(begins[row], ends[row])
                    if size > room - place:
                        raise IndexError("cells have more octets than there is room for")
                    valid[row >> 3] |= 1 << (row & 7)
                    if ends[row] & DOUBLED:
                        at = begins[row]
                        while at < begins[row] + size:
                            octets[place] = self.text[at]
                            place += 1
                            at += 2 if self.text[at] == QUOTE else 1
                    elif size:
                        memcpy(&octets[place], &self.text[begins[row]], size)
                        place += size
                offsets[row + 1] = <int32_t>place
        return place

    def texts(self, Py_ssize_t column, const int64_t[::1] rows):
        """The cells of a column in some rows, each as a string, or None if it is empty; the text must be UTF-8."""
        cdef const uint32_t[::1] begins = self.begins[column, :self.rows]
        cdef const uint32_t[::1] ends = self.ends[column, :self.rows]
        cdef Py_ssize_t index, row, size
        cdef list found = []
        for index in range(rows.shape[0]):
            row = rows[index]
            if begins[row] == ends[row]:
                found.append(None)
                continue
            size = self.size(begins[row], ends[row])
            text = PyUnicode_DecodeUTF8(<const char*>&self.text[begins[row]], size, NULL) if size else ""
            found.append(text.replace('""', '"') if ends[row] & DOUBLED else text)
        return found

    def left(self, Py_ssize_t column, Look look not None):
        """The rows of cells that a look does not pass; empty ones need none."""
        cdef const uint32_t[::1] begins = self.begins[column, :self.rows]
        cdef const uint32_t[::1] ends = self.ends[column, :self.rows]
        cdef int64_t[::1] found = np.empty(self.rows, np.int64)
        cdef Py_ssize_t row, begin, size, count = 0
        with nogil:
            for row in range(begins.shape[0]):
                if begins[row] != ends[row]:
                    begin, size = begins[row], self.size(begins[row], ends[row])
                    if (ends[row] & DOUBLED and not look.takes_doubled) or not look.passes(
                        &self.text[begin], size, self.text.shape[0] - begin
                    ):
                        found[count] = row
                        count += 1
        return np.array(found[:count])

    def unlike(self, Py_ssize_t column, rows, const uint8_t[::1] beginning, const uint8_t[::1] letters, Py_ssize_t least, Py_ssize_t most):
        """Which of these rows hold a cell that does not begin so, or does not go on with at `least` and at `most` so
        many `letters` (a flag for each octet)."""
        cdef const uint32_t[::1] begins = self.begins[column, :self.rows]
        cdef const uint32_t[::1] ends = self.ends[column, :self.rows]
        cdef const int64_t[::1] chosen = rows
        cdef int64_t[::1] found = np.empty(len(rows), np.int64)
        cdef Py_ssize_t index, row, begin, size, at, head = beginning.shape[0], count = 0
        cdef uint8_t sound
        if letters.shape[0] != 256 or not head:
            raise ValueError("a flag for each octet, and a beginning")
        with nogil:
            for index in range(chosen.shape[0]):
                row = chosen[index]
                begin, size = begins[row], self.size(begins[row], ends[row])
                sound = head + least <= size <= head + most and not memcmp(&self.text[begin], &beginning[0], head)
                if sound:
                    for at in range(begin + head, begin + size):
                        sound &= letters[self.text[at]]
                if not sound:
                    found[count] = row
                    count += 1
        return np.array(found[:count])

    def filled(self, Py_ssize_t column):
        """The rows in which a cell holds something."""
        return np.flatnonzero(~self.is_empty(column))

    cdef Py_ssize_t size(self, uint32_t begin, uint32_t end) except -1 nogil:
        """How many octets a cell has as it is written; it lies within the text."""
        end &= ~DOUBLED
        if end < begin or <Py_ssize_t>end > self.text.shape[0]:
            raise IndexError("a cell reaches beyond the text")
        return end - begin
