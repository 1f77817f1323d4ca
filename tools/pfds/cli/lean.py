"""What keeps the command quick to start and small in memory."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from types import ModuleType


class _WithoutPandas:
    def find_spec(self, name: str, *_: Sequence[str] | ModuleType | None) -> None:
        """No module, or for pandas the word that there is none."""
        if name == "pandas":
            raise ModuleNotFoundError("pandas is kept out of this process", name=name)


def without_pandas() -> None:
    """Keep pandas out of this process: pyarrow would load it, where it is installed, to look whether a list is one of
    its own, which takes longer than checking a small submission."""
    sys.meta_path.insert(0, _WithoutPandas())


def collect_rarely() -> None:
    """Look for objects that refer to each other in circles more rarely: there are none among a hundred thousand
    findings, and looking for them takes a fifth of the time that they take."""
    gc.set_threshold(250_000, 20, 100)


def share_the_allocator() -> None:
    """Have what Arrow does by itself take memory where all others do: a third allocator would keep some for later as
    well, a tenth of the peak. To be called before pyarrow is loaded."""
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")


def use_lean_memory() -> None:
    """Take the allocator that was measured to keep least (a quarter less at the peak) where this platform has it."""
    import pyarrow as pa  # noqa: PLC0415 - loaded only by the verbs that read records

    with suppress(NotImplementedError):
        pa.set_memory_pool(pa.jemalloc_memory_pool())
        pa.jemalloc_set_decay_ms(100)
