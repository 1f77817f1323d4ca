"""Text and JSON in files: UTF-8, LF line ends, folders made as needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pfds.standard.pretty_json import pretty


def write_text(path: Path, text: str) -> None:
    """A text file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8", newline="\n")


def write_json(path: Path, content: Any) -> None:
    """A JSON document, indented, its keys in the order given."""
    write_text(path, pretty(content))
