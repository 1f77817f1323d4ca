"""Conditions on the rows of text tables, in SQL. None of them is ever null."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

NEVER = "false"


def holds(condition: Mapping[str, frozenset[str]]) -> str:
    """Every field of the condition holds one of its codes; an empty cell holds none."""
    return every(one_of(name, codes) for name, codes in condition.items())


def one_of(cell: str, texts: Iterable[str]) -> str:
    """The cell is one of the texts, which are words of the standard."""
    listed = ", ".join(map(literal, sorted(texts)))
    return f"COALESCE({cell} IN ({listed}), false)" if listed else NEVER


def inside(cell: str, relation: str) -> str:
    """The cell is an identifier of the relation, which has no empty ones."""
    return f"COALESCE({cell} IN (SELECT id FROM {relation}), false)"


def literal(text: str) -> str:
    """A text of the standard as a value."""
    return "'" + text.replace("'", "''") + "'"


def every(conditions: Iterable[str]) -> str:
    """All of the conditions."""
    return f"({' AND '.join(['true', *conditions])})"


def some(conditions: Iterable[str]) -> str:
    """At least one of the conditions."""
    return f"({' OR '.join([NEVER, *conditions])})"


def unless(condition: str, value: str, instead: str = "NULL") -> str:
    """A value, or another one where the condition holds."""
    return value if condition == NEVER else f"CASE WHEN {condition} THEN {instead} ELSE {value} END"
