"""Compiled parts of pfds: what takes the time when large CSV files are validated. Not for use by itself."""

from pfds_accelerator._cells import Dates, Known, Look, Name, Numbers, Prose, Split, count, left, split

INTERFACE = 2
"""Rises with every change that pfds must know of; pfds does without a package that has another number."""

__all__ = ["INTERFACE", "Dates", "Known", "Look", "Name", "Numbers", "Prose", "Split", "count", "left", "split"]
