"""Versions of releases (`YYYY.M.N`), and the exception of whatever must not be published."""

from __future__ import annotations

import re

_CALVER = re.compile(r"[1-9][0-9]{3}\.(1[0-2]|[1-9])\.(0|[1-9][0-9]{0,5})")


class GateRefused(Exception):
    """A release that must not be published; its text says why and what to do."""


def is_version(name: str) -> bool:
    """Whether a name has the form `YYYY.M.N`."""
    return _CALVER.fullmatch(name) is not None


def version_key(version: str) -> tuple[int, ...]:
    """Year, month and number of a version `YYYY.M.N`. Raises ValueError for any other form."""
    if not is_version(version):
        raise ValueError(f"{version} is not a version of the form YYYY.M.N, such as 2025.11.0.")
    return tuple(int(part) for part in version.split("."))
