"""Compiled parts of pfds: what takes the time when large files are validated. Not for use by itself."""

from pfds_accelerator._csv import split
from pfds_accelerator._json import Fields, objects
from pfds_accelerator._looks import Dates, Known, Look, Name, Numbers, Prose, left
from pfds_accelerator._octets import count
from pfds_accelerator._split import Split

INTERFACE = 3
"""Rises with every change that pfds must know of; pfds does without a package that has another number."""

__all__ = [
    "INTERFACE",
    "Dates",
    "Fields",
    "Known",
    "Look",
    "Name",
    "Numbers",
    "Prose",
    "Split",
    "count",
    "left",
    "objects",
    "split",
]
