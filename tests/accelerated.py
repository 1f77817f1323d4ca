"""The compiled package for the tests that need it, and doing without it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from unittest.mock import patch

import pytest

from pfds.intake import octets, split_columns
from pfds.intake.acceleration import accelerator
from pfds.intake.tables import Reading, TextTable

needs_accelerator = pytest.mark.skipif(
    accelerator() is None and os.environ.get("PFDS_ALL_PROGRAMS") != "1", reason="pfds-accelerator is not installed"
)


@contextmanager
def without_accelerator() -> Iterator[None]:
    """Readers made meanwhile do as if the package were not installed."""
    with patch.object(split_columns, "accelerator", lambda: None), patch.object(octets, "accelerator", lambda: None):
        yield


def read_alike(read: Callable[[], Reading]) -> Reading:
    """What is read; the same is read without the package."""
    fast = read()
    with without_accelerator():
        slow = read()
    for of_all in ("findings", "skipped", "partial", "stops", "unlisted"):
        assert getattr(fast, of_all) == getattr(slow, of_all), of_all
    for one, other in zip(fast.tables, slow.tables, strict=True):
        assert one.cells.equals(other.cells)
        assert one.cells.schema == other.cells.schema
        for numbers in ("rows", "lines", "damaged"):
            assert getattr(one, numbers).tolist() == getattr(other, numbers).tolist(), numbers
        assert _refused(one) == _refused(other)
    return fast


def _refused(table: TextTable) -> Mapping[str, list[bool]]:
    return {name: flags.tolist() for name, flags in table.refused.items() if flags.any()}
