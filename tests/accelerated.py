"""The compiled package for the tests that need it, and doing without it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import pytest

from pfds.intake import octets, split_columns
from pfds.intake.acceleration import accelerator

needs_accelerator = pytest.mark.skipif(
    accelerator() is None and os.environ.get("PFDS_ALL_PROGRAMS") != "1", reason="pfds-accelerator is not installed"
)


@contextmanager
def without_accelerator() -> Iterator[None]:
    """Readers made meanwhile do as if the package were not installed."""
    with patch.object(split_columns, "accelerator", lambda: None), patch.object(octets, "accelerator", lambda: None):
        yield
