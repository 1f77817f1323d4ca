"""Polars expressions: types, constraints, keys and references, with the row of every defect.

With `--stream` the files are read by the streaming engine, once for the cells and once for the keys; without it each
file is held in memory once.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from benchmarks.peers.checks_polars import bad_cells
from benchmarks.peers.outcome import report
from benchmarks.standard import references, table_schema, tables_in


def validate(folder: Path) -> int:
    found, keys = [], {}
    for table, path in tables_in(folder).items():
        records = _records(path)
        found.append(_cells(table, records))
        keys[table] = _keys(table, records)
    found.extend(_repeated(table, own) for table, own in keys.items())
    found.extend(_dangling(table, keys) for table in keys)
    return len(pl.concat(found))


def _records(path: Path) -> pl.LazyFrame:
    if "--stream" in sys.argv:
        return pl.scan_csv(path, infer_schema=False).with_row_index("row", 1)
    return pl.read_csv(path, infer_schema=False).with_row_index("row", 1).lazy()


def _cells(table: str, records: pl.LazyFrame) -> pl.DataFrame:
    masks = [bad.alias(f"{field} {rule}") for field, rule, bad in bad_cells(table)]
    names = [mask.meta.output_name() for mask in masks]
    rows = records.select("row", *masks).filter(pl.any_horizontal(names)).collect(engine="streaming")
    return _findings(table, rows.unpivot(names, index="row", variable_name="what").filter(pl.col("value")))


def _keys(table: str, records: pl.LazyFrame) -> pl.DataFrame:
    wanted = dict.fromkeys([*table_schema(table)["primaryKey"], *(field for field, _, _ in references(table))])
    return records.select("row", *wanted).collect(engine="streaming")


def _repeated(table: str, keys: pl.DataFrame) -> pl.DataFrame:
    key = table_schema(table)["primaryKey"][0]
    filled = keys.select("row", key).drop_nulls()
    if filled[key].n_unique() == len(filled):
        filled = filled.clear()
    return _findings(table, filled.filter(pl.col(key).is_duplicated()).with_columns(what=pl.lit(f"{key} unique")))


def _dangling(table: str, keys: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    found = [pl.DataFrame(schema={"row": pl.UInt32, "what": pl.String})]
    for field, target, key in references(table):
        if target in keys:
            used = keys[table].select("row", pl.col(field).alias(key)).drop_nulls()
            lost = used.join(keys[target].select(key), on=key, how="anti")
            found.append(lost.select("row", pl.lit(f"{field} reference").alias("what")))
    return _findings(table, pl.concat(found))


def _findings(table: str, rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(pl.lit(table).alias("table"), "row", "what")


if __name__ == "__main__":
    report(validate)
