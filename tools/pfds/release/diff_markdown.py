"""A difference as Markdown, in which no content of a record can become markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pfds.release.diff_view import DifferenceView, TableView

_MARKUP: Final = re.compile(r"([\\`*_\[\]<>#|~&])")


def markdown_difference(view: DifferenceView) -> Iterator[str]:
    """Lines, each with its end."""
    yield f"# {escaped(view.title)}\n"
    for sentence in (*view.verdict, *([view.note] if view.note else ())):
        yield f"\n{escaped(sentence)}\n"
    yield "\n" if view.form else ""
    for sentence in view.form:
        yield f"- {escaped(sentence)}\n"
    for table in view.tables():
        yield from _table(table)


def escaped(text: str) -> str:
    """Text in one line that Markdown shows as it is."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))


def _table(table: TableView) -> Iterator[str]:
    yield f"\n## {escaped(table.title)} (`{table.name}`)\n\n{escaped(', '.join(table.counts))}\n"
    if table.changed:
        yield f"\n{escaped(table.heading)}:\n\n"
    for key, cells in table.changed:
        yield f"- `{key}`\n"
        for cell in cells:
            because = f" ({escaped(cell.because)})" if cell.because else ""
            before = f"{escaped(cell.old)} → " if cell.old else ""
            yield f"  - {escaped(cell.label)} (`{cell.field}`): {before}{escaped(cell.new)}{because}\n"
    if table.more:
        yield f"- {escaped(table.more)}\n"
    for listed in table.lists:
        ids = ", ".join(f"`{key}`" for key in listed.ids)
        yield f"\n{escaped(listed.heading)}: {ids} {escaped(listed.more)}".rstrip() + "\n"
