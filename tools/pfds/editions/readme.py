"""README.md of a release: what it holds, how to load it, to cite and check it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pfds.editions.about import About, filled
from pfds.editions.xlsx.files import MOST_RECORDS

_PARTS: Final = {"editions": "readme_editions.md", "loaders": "readme_loaders.md"}


def readme(about: About, rows: Mapping[str, int], *, editions: bool) -> str:
    """The text; ``rows`` are the records of each table, ``editions`` says whether the release has its editions."""
    table = "\n".join(f"| `{name}` | {number} |" for name, number in rows.items())
    parts = {
        name: filled(part, about, most_in_workbook=f"{MOST_RECORDS:,}") if editions else ""
        for name, part in _PARTS.items()
    }
    return filled("readme.md", about, rows=table, **parts)
