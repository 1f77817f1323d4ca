"""Bad values, put into a share of the cells of every constrained column; which ones follows from the constraint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import polars as pl

from benchmarks.draw import where
from benchmarks.standard import fields

_BAD_BY_TYPE: Final = {"integer": "3.5", "number": "1,5", "boolean": "yes", "date": "2021-02-30"}


def soil(table: str, records: pl.DataFrame, share: float, rng: np.random.Generator) -> pl.DataFrame:
    """The records with about the share of the cells of each constrained column bad, and at least one of them."""
    for field in fields(table):
        bad = _bad_values(field)
        if bad:
            spoilt = rng.random(len(records)) < share
            spoilt[0] = spoilt[0] or not spoilt.any()
            values = pl.Series(bad, dtype=pl.String).gather(rng.integers(0, len(bad), len(records)))
            records = records.with_columns(where(spoilt, values, records[field["name"]]).alias(field["name"]))
    return records


def _bad_values(field: Mapping[str, Any]) -> list[str | None]:
    """Values that break the type or a constraint of the field; None is an empty cell."""
    rules = field["constraints"]
    bad: list[str | None] = [_BAD_BY_TYPE[field["type"]]] if field["type"] in _BAD_BY_TYPE else []
    if "maximum" in rules:
        bad.append(str(rules["maximum"] + 1))
    if "minimum" in rules:
        bad.append(str(rules["minimum"] - 1))
    if "enum" in rules:
        bad.append("no_such_code")
    if "pattern" in rules:
        bad.append(" begins with a space")
    if bad and rules.get("required"):
        bad.append(None)
    return bad
