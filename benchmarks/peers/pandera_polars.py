"""pandera on polars, all errors listed: constraints and unique keys of text columns; no references between tables."""

from pathlib import Path

import pandera.polars as pa
import polars as pl

from benchmarks.peers.checks_polars import bad_cells
from benchmarks.peers.outcome import report
from benchmarks.standard import fields, table_schema, tables_in


def validate(folder: Path) -> int:
    return sum(_defects(table, pl.read_csv(path, infer_schema=False)) for table, path in tables_in(folder).items())


def _defects(table: str, records: pl.DataFrame) -> int:
    try:
        _schema(table).validate(records, lazy=True)
    except pa.errors.SchemaErrors as errors:
        return len(errors.failure_cases)
    return 0


def _schema(table: str) -> pa.DataFrameSchema:
    keys = table_schema(table)["primaryKey"]
    checks: dict[str, list[pa.Check]] = {field["name"]: [] for field in fields(table)}
    for name, rule, bad in bad_cells(table):
        if rule != "required":
            checks[name].append(pa.Check(lambda data, bad=bad: data.lazyframe.select(~bad), name=rule))
    return pa.DataFrameSchema(
        {
            field["name"]: pa.Column(
                pl.String,
                checks[field["name"]],
                nullable=not field["constraints"].get("required"),
                unique=field["name"] in keys,
            )
            for field in fields(table)
        }
    )


if __name__ == "__main__":
    report(validate)
