"""What allocators keep of the memory that nothing uses any more."""

from __future__ import annotations

import ctypes
from contextlib import suppress

import pyarrow as pa


def give_back_memory() -> None:
    """Give back what Arrow and, where it can be asked to, the C library keep for later: a twentieth of the peak."""
    pa.default_memory_pool().release_unused()
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
