"""The compiled package `pfds-accelerator`, used where it is installed; nothing is found otherwise without it."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from types import ModuleType

_INTERFACE: Final = 3
"""What this version of pfds knows how to call."""
_SWITCH: Final = "PFDS_ACCELERATOR"
_OFF: Final = "off"


@cache
def accelerator() -> ModuleType | None:
    """The package; None if it is not installed, is made for another version of pfds, or is switched off."""
    if os.environ.get(_SWITCH) == _OFF:
        return None
    try:
        import pfds_accelerator  # noqa: PLC0415
    except ImportError:
        return None
    return pfds_accelerator if pfds_accelerator.INTERFACE == _INTERFACE else None
