"""What a release is built with, as far as it decides about the bytes of the files."""

from __future__ import annotations

import hashlib
import json
import platform
import sqlite3
import zlib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from pfds import __version__

LIBRARIES: Final = (*("altair", "duckdb", "jinja2", "pyarrow", "pyreadstat", "vl-convert-python", "xlsxwriter"),)
"""Packages that write files of a release, or count what stands in them."""
_NATIVE: Final = {"sqlite": sqlite3.sqlite_version, "zlib": zlib.ZLIB_RUNTIME_VERSION}
_LOCK: Final = "requirements.lock"
_PACKAGED: Final = Path(__file__).resolve().parents[1] / "_data" / _LOCK
_CHECKOUT: Final = Path(__file__).resolve().parents[3] / _LOCK


def builder(standard: str) -> dict[str, Any]:
    """Versions of `toolkit`, `standard`, `python` and `libraries`, and `lock_sha256` of the locked dependencies.

    A library that is not installed is left out, as is the hash where the toolkit carries no lock.
    """
    lock = next((path for path in (_PACKAGED, _CHECKOUT) if path.is_file()), None)
    return {
        "toolkit": __version__,
        "standard": standard,
        "python": platform.python_version(),
        "libraries": _libraries(),
        **({"lock_sha256": hashlib.sha256(lock.read_bytes()).hexdigest()} if lock else {}),
    }


def other_libraries(path: Path) -> tuple[str, ...]:
    """Names of the libraries of which a `build.json` states another version than is here, `python` among them.

    Where there are some, files made by them may differ in their bytes though not in their content. Raises OSError or
    ValueError if the file cannot be read, or has another form.
    """
    stated = json.loads(path.read_text("utf-8"))
    if not isinstance(stated, dict) or not isinstance(stated.get("libraries"), dict):
        raise ValueError(f"{path.name} does not have the form of a {path.name}.")  # noqa: TRY004
    there = {**stated["libraries"], "python": stated.get("python")}
    here = {**_libraries(), "python": platform.python_version()}
    if not there.keys() <= {*LIBRARIES, *_NATIVE, "python"}:
        raise ValueError(f"{path.name} names libraries that write nothing in a release.")
    return tuple(sorted(name for name in {*there, *here} if there.get(name) != here.get(name)))


def _libraries() -> dict[str, str]:
    found = {**{name: _version(name) for name in LIBRARIES}, **_NATIVE}
    return {name: number for name, number in sorted(found.items()) if number}


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
