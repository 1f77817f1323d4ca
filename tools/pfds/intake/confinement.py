"""What a process of ours gives up before it reads what somebody sent: memory, time, files and the network."""

from __future__ import annotations

import codecs
import contextlib
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Final

resource: ModuleType | None
try:
    import resource
except ModuleNotFoundError:  # Windows has no such limits; the time limit of the one that asks holds there too
    resource = None

_STANDARD_STREAMS: Final = 3
_NEW_USERS: Final = 0x10000000
_NEW_NETWORK: Final = 0x40000000
_PAGE: Final = 4096


def leave_network() -> bool:
    """Move into a network of its own, in which there is nothing; False where the system does not let a process do so.

    Called before anything starts a thread.
    """
    if sys.platform != "linux":
        return False
    unshare = getattr(os, "unshare", None) or _unshare
    for flags in (_NEW_USERS | _NEW_NETWORK, _NEW_NETWORK):
        with contextlib.suppress(OSError, AttributeError):
            unshare(flags)
            return True
    return False


def confine(memory: int, seconds: int, *, more: bool = False) -> None:
    """From here on: no new file or connection, no file written, no core dump, ``seconds`` of work, and ``memory``
    bytes of address space; ``more`` counts only what is taken from here on."""
    codecs.lookup("cp437")  # names in archives are written so, and it would be loaded from a file
    if resource is None:
        return
    for name, most in (
        ("RLIMIT_AS", memory + (_taken() if more else 0)),
        ("RLIMIT_CPU", seconds),
        ("RLIMIT_FSIZE", 0),
        ("RLIMIT_CORE", 0),
        ("RLIMIT_NOFILE", _STANDARD_STREAMS),
    ):
        try:
            resource.setrlimit(getattr(resource, name), (most, most))
        except (AttributeError, OSError, ValueError):  # a limit that this system does not have, or sets lower already
            continue


def _unshare(flags: int) -> None:
    import ctypes  # noqa: PLC0415 - Python has the call itself from 3.12 on

    if ctypes.CDLL(None).unshare(flags):
        raise OSError


def _taken() -> int:
    """Bytes of address space of this process, where the system tells."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(Path("/proc/self/statm").read_text("ascii").split()[0]) * _PAGE
    return 0
