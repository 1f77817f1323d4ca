"""A difference as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from pfds.release.diff_view import DifferenceView, TableView


def text_difference(view: DifferenceView) -> Iterator[str]:
    """Lines, each with its end."""
    yield f"{view.title}\n"
    for sentence in (*view.verdict, *([view.note] if view.note else ())):
        yield f"{sentence}\n"
    if view.form:
        yield "\n"
    for sentence in view.form:
        yield f"{sentence}\n"
    for table in view.tables():
        yield from _table(table)


def _table(table: TableView) -> Iterator[str]:
    yield f"\n{table.title} ({table.name}): {', '.join(table.counts)}\n"
    if table.changed:
        yield f"  {table.heading}:\n"
    for key, cells in table.changed:
        yield f"    {key}\n"
        for cell in cells:
            yield f"      {cell.label} ({cell.field}): {cell.old} → {cell.new}\n"
            if cell.because:
                yield f"        {cell.because}\n"
    if table.more:
        yield f"    {table.more}\n"
    for listed in table.lists:
        yield f"  {listed.heading}: {', '.join(listed.ids)}{f' {listed.more}' if listed.more else ''}\n"
