"""The checks of a table as polars expressions over columns of text, derived from its Table Schema."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import polars as pl

from benchmarks.standard import fields

_TYPED: Final = {"integer": pl.Int64, "number": pl.Float64}


def bad_cells(table: str) -> Iterator[tuple[str, str, pl.Expr]]:
    """Field, rule, and an expression that is true for each cell that breaks the rule."""
    for field in fields(table):
        for rule, bad in (*_of_type(field), *_of_constraints(field)):
            yield field["name"], rule, bad.fill_null(value=False)


def _of_type(field: Mapping[str, Any]) -> Iterator[tuple[str, pl.Expr]]:
    cell = pl.col(field["name"])
    if field["type"] in _TYPED:
        yield "type", cell.is_not_null() & cell.cast(_TYPED[field["type"]], strict=False).is_null()
    elif field["type"] == "date":
        day = cell.str.to_date("%Y-%m-%d", strict=False)
        yield "type", cell.is_not_null() & (day.is_null() | (cell.str.len_bytes() != 10))
    elif field["type"] == "boolean":
        yield "type", ~cell.is_in([*field["trueValues"], *field["falseValues"]])


def _of_constraints(field: Mapping[str, Any]) -> Iterator[tuple[str, pl.Expr]]:
    cell, rules = pl.col(field["name"]), field["constraints"]
    value = cell.cast(_TYPED.get(field["type"], pl.String), strict=False)
    made: Mapping[str, Callable[[Any], pl.Expr]] = {
        "required": lambda limit: cell.is_null() if limit else pl.lit(value=False),
        "enum": lambda limit: ~cell.is_in(limit),
        "pattern": lambda limit: ~cell.str.contains(limit),
        "minLength": lambda limit: cell.str.len_chars() < limit,
        "maxLength": lambda limit: cell.str.len_chars() > limit,
        "minimum": lambda limit: value < limit,
        "maximum": lambda limit: value > limit,
    }
    for rule, limit in rules.items():
        yield rule, made[rule](limit)
