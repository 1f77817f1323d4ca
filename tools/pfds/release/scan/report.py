"""What is told of places: to everybody without what stands there, to a maintainer in a private file with it."""

from __future__ import annotations

import errno
import json
import os
import stat
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from pfds.release.account import TableRows
from pfds.release.protected import Origin, Origins, Words, words
from pfds.release.scan.place import Found
from pfds.release.scan.sought import Kind, Sought

_FOR_WRITING: Final = os.O_WRONLY | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_NAMELESS: Final = "a part whose name is itself forbidden"


def told(found: Found, names_somebody: Callable[[str], bool], number: int) -> str:
    """A place in words that hold nothing protected; ``number`` is the place of the file in the order of all paths."""
    path = f"file number {number} in the order of names" if names_somebody(found.place.path) else found.place.path
    layers = [_NAMELESS if names_somebody(layer) else layer for layer in found.place.layers]
    line = [f"line {found.line}"] if found.line else []
    return ", ".join([path, *layers, *line, *filter(None, [found.place.reading])])


class PrivateReport:
    """A file with every place and the value that stands there, as JSON, which only its owner can read."""

    def __init__(self, path: Path) -> None:
        """Makes the file. Raises OSError if that cannot be done."""
        self.path = path
        self._rows: tuple[TableRows, ...] = ()
        self.write([], {})

    def account(self, rows: tuple[TableRows, ...]) -> None:
        """Says what became of the rows of each table. Raises OSError."""
        self._rows = rows
        self.write([], {})

    def write(self, found: Iterable[Found], origins: Origins) -> None:
        """Replaces what the file holds; ``origins`` tell which cell of the dataset holds a value."""
        by_words = {words(text): origin for text, origin in origins.items()}
        with os.fdopen(os.open(self.path, _FOR_WRITING, 0o600), "w", encoding="utf-8") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
            self.path.chmod(0o600)
            file.truncate()
            rows, places = map(asdict, self._rows), (_entry(each, by_words) for each in found)
            json.dump({"account": list(rows), "places": list(places)}, file, ensure_ascii=False, indent=1)
            file.write("\n")


def _entry(found: Found, origins: Mapping[Words, Origin]) -> dict[str, Any]:
    place = found.place
    entry: dict[str, Any] = {"path": place.path, "layers": place.layers, "line": found.line, "read_as": place.reading}
    if found.why:
        return {**entry, "verdict": "cannot be looked through", "why": found.why}
    verdict = "word of a name: a person has to judge" if found.is_part else "refused"
    sought = found.sought
    if sought is None:
        return {**entry, "verdict": verdict}
    name = " ".join(sought.name) or None
    protected = _origin(sought, origins)
    return {**entry, "verdict": verdict, "kind": sought.kind.value, "value": sought.value, "name": name, **protected}


def _origin(sought: Sought, origins: Mapping[Words, Origin]) -> dict[str, Any]:
    if sought.kind is Kind.IDENTIFIER:
        return {"protected": {"record": sought.words[0]}}
    joined = {"".join(form): origin for form, origin in origins.items()} if sought.kind is Kind.UNSPACED else {}
    origin = joined.get(sought.words[0]) or origins.get(sought.name or sought.words)
    return {"protected": origin._asdict() if origin else None}
