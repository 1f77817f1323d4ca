"""Text for a terminal: weight, colour beside words, and columns that stand below each other."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from pfds.standard.findings import Severity

_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"
_COLOURS: Final[Mapping[Severity, str]] = MappingProxyType(
    {Severity.ERROR: "\x1b[1;31m", Severity.WARNING: "\x1b[1;33m", Severity.INFO: "\x1b[1;34m"}
)
_NO_WIDTH: Final = ("Mn", "Me", "Cf")


def bold(text: str) -> str:
    """Text in bold."""
    return f"{_BOLD}{text}{_PLAIN}"


def in_colour(text: str, severity: Severity) -> str:
    """Text in bold and in the colour of a severity."""
    return f"{_COLOURS[severity]}{text}{_PLAIN}"


def table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Lines of a table: the first column stands at its right end, and cells are divided by a bar."""
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        head, *rest = row
        cells = [" " * (widths[0] - width(head)) + head]
        cells += [cell + " " * (size - width(cell)) for cell, size in zip(rest, widths[1:], strict=True)]
        yield " | ".join(cells).rstrip()


def width(text: str) -> int:
    """Columns that a terminal takes for a text."""
    return sum(
        0 if unicodedata.category(char) in _NO_WIDTH else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )
