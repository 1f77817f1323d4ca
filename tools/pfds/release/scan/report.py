"""What is told of places: to everybody without what stands there, to a maintainer in a private file with it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

from pfds.release.scan.place import Found

_NAMELESS: Final = "a part whose name is itself forbidden"


def told(found: Found, names_somebody: Callable[[str], bool], number: int) -> str:
    """A place in words that hold nothing protected; ``number`` is the place of the file in the order of all paths."""
    path = f"file number {number} in the order of names" if names_somebody(found.place.path) else found.place.path
    layers = [_NAMELESS if names_somebody(layer) else layer for layer in found.place.layers]
    line = [f"line {found.line}"] if found.line else []
    return ", ".join([path, *layers, *line])


def write_private(path: Path, found: Iterable[Found]) -> None:
    """Every place with the value that stands there, as JSON, in a file that only its owner can read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0), 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        path.chmod(0o600)
        json.dump({"places": [_entry(each) for each in found]}, file, ensure_ascii=False, indent=1)
        file.write("\n")


def _entry(found: Found) -> dict[str, Any]:
    return {
        "path": found.place.path,
        "layers": list(found.place.layers),
        "line": found.line,
        "value": found.sought.value if found.sought else None,
        "kind": found.sought.kind.value if found.sought else None,
        "verdict": "cannot be looked through"
        if found.why
        else ("part of a value: needs a person's judgement" if found.is_part else "refused"),
        "why": found.why or None,
    }
