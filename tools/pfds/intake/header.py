"""The names in a header, matched with the fields of a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pfds.intake.foreign import foreign_columns
from pfds.intake.problems import problem, shown
from pfds.standard.findings import Finding, Origin
from pfds.standard.model import Table
from pfds.standard.suggestions import did_you_mean, nearest

Place = Callable[[int | None], Origin]
"""Where the header's cell at a position stands; with None, where the header stands."""


@dataclass(frozen=True, slots=True)
class Header:
    """The columns that are read, by name, with their position (0 = first), and what is wrong with others."""

    positions: Mapping[str, int]
    findings: tuple[Finding, ...]


def match_header(names: Sequence[str | None], table: Table, place: Place, suggestion: str = "") -> Header:
    """Match names exactly. None is a name already reported as unreadable.

    Without any known name, or with so few that this must be another file, there is one finding, `header-missing`, and
    no column to read.
    """
    if not any(name in table.by_name for name in names):
        missing = problem("header-missing", place(None), table=table.name, facts={"suggestion": suggestion})
        return Header({}, (missing,))
    positions: dict[str, int] = {}
    findings: list[Finding] = []
    for position, name in enumerate(names):
        if name is None:
            continue
        if name not in table.by_name:
            findings.append(unknown_column(name, table, place(position)))
        elif name in positions:
            findings.append(_repeated(name, table, place(position)))
        else:
            positions[name] = position
    foreign = foreign_columns(positions, len(names), table)
    if foreign:
        return Header({}, (problem("header-missing", place(None), table=table.name, facts={"suggestion": foreign}),))
    findings.extend(
        problem("column-missing", place(None), table=table.name, field=field.name, facts={"field": field.name})
        for field in table.fields
        if field.required and field.name not in positions
    )
    return Header(positions, tuple(findings))


def unknown_column(name: str, table: Table, origin: Origin, count: int | None = None) -> Finding:
    """A column (or key) that the table does not have; ``count`` records hold it, if that was counted."""
    similar = nearest(name, table.by_name) or ""
    facts: dict[str, str | int] = {
        "name": shown(name),
        "table": table.name,
        "similar": similar,
        "suggestion": did_you_mean(similar),
    }
    if count is not None:
        facts["count"] = count
    return problem("column-unknown", origin, table=table.name, facts=facts)


def _repeated(name: str, table: Table, origin: Origin) -> Finding:
    return problem("column-duplicate", origin, table=table.name, field=name, facts={"field": name})
