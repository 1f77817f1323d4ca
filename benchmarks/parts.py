"""Makes a submission whose tables come in parts, with mistakes of every kind: bad cells, dangling references, repeated
identifiers, and values that break only rules."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from benchmarks.dirt import soil
from benchmarks.generate import meta
from benchmarks.plan import Plan
from benchmarks.records import chunks
from benchmarks.standard import references, table_schema
from benchmarks.writers import FORMS
from pfds.checks.rules import sql_rules
from pfds.standard.load import load_standard

_TEXT_PARQUET: Final = "parquet"


def make_parts(folder: Path, plan: Plan, mistaken: float, forms: Sequence[str] = ("csv",)) -> None:
    """Writes the package, a part of each table for every chunk of events, in ``forms`` by turns; the folder must not
    exist. About the share ``mistaken`` of the cells and of the records is wrong, of each kind of mistake."""
    folder.mkdir(parents=True)
    rng = np.random.default_rng([plan.seed, 0])
    for number, tables in enumerate(chunks(plan)):
        form = forms[number % len(forms)]
        for table, records in tables.items():
            part = folder / table / f"part-{number:05}.{form}"
            part.parent.mkdir(exist_ok=True)
            _write(table, _mistaken(table, records, mistaken, rng) if mistaken else records, part, form)
    (folder / "meta.json").write_text(json.dumps(meta(plan), indent=2) + "\n", "utf-8")


def _write(table: str, records: pl.DataFrame, part: Path, form: str) -> None:
    if form == _TEXT_PARQUET:
        records.write_parquet(part)
        return
    writer = FORMS[form](table, part)
    writer.write(records)
    writer.close()


def _mistaken(table: str, records: pl.DataFrame, share: float, rng: np.random.Generator) -> pl.DataFrame:
    """Bad cells only where no rule is skipped for them, so that the other mistakes are told by their rules."""
    needed = {field for rule in sql_rules(load_standard()) for owner, field in rule.needs if owner == table}
    bad = _dangling(table, soil(table, records, share, rng), share, rng)
    free = bad.with_columns(records[field] for field in records.columns if field in needed)
    return _repeated(table, _exchanged(table, free, share, rng), share, rng)


def _exchanged(table: str, records: pl.DataFrame, share: float, rng: np.random.Generator) -> pl.DataFrame:
    """Values, good ones, of some records under the identifiers of others, column by column."""
    key = table_schema(table)["primaryKey"][0]
    columns = []
    for name in records.columns:
        rows = np.flatnonzero(rng.random(len(records)) < share)
        if name != key and len(rows) > 1:
            columns.append(records[name].scatter(rows, records[name].gather(np.roll(rows, 1))))
    return records.with_columns(columns)


def _dangling(table: str, records: pl.DataFrame, share: float, rng: np.random.Generator) -> pl.DataFrame:
    for field, target, _ in references(table):
        rows = np.flatnonzero(rng.random(len(records)) < share)
        absent = pl.Series([f"no-such-{target.replace('_', '-')}-{row}" for row in rows], dtype=pl.String)
        records = records.with_columns(records[field].scatter(rows, absent))
    return records


def _repeated(table: str, records: pl.DataFrame, share: float, rng: np.random.Generator) -> pl.DataFrame:
    """Identifiers of some records given to those that follow them by a hundred rows as well."""
    key = table_schema(table)["primaryKey"][0]
    rows = np.flatnonzero(rng.random(max(len(records) - 100, 0)) < share)
    return records.with_columns(records[key].scatter(rows + 100, records[key].gather(rows)))
