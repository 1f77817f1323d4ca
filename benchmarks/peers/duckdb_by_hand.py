"""DuckDB SQL: types, constraints, keys and references, with the row of every defect.

One pass over each file keeps its keys and, for each check, whether the cell is bad. The number of a row is its place
in that table: to number the rows while the file is read would take one core only.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.peers.outcome import report
from benchmarks.standard import fields, references, table_schema, tables_in


def validate(folder: Path) -> int:
    connection = duckdb.connect(config={"temp_directory": tempfile.gettempdir()})
    connection.sql("CREATE TABLE findings (field VARCHAR, rule VARCHAR, row BIGINT)")
    files = tables_in(folder)
    for table, path in files.items():
        _check_cells(connection, table, path)
    for table in files:
        _check_keys(connection, table, files)
    return int(connection.sql("SELECT count(*) FROM findings").fetchall()[0][0])


def _check_cells(connection: duckdb.DuckDBPyConnection, table: str, path: Path) -> None:
    conditions = list(_conditions(table))
    kept = ", ".join(dict.fromkeys([*table_schema(table)["primaryKey"], *(field for field, _, _ in references(table))]))
    masks = ", ".join(f"{sql} AS c{number}" for number, (_, _, sql) in enumerate(conditions))
    connection.execute(
        f"CREATE TABLE keys_{table} AS SELECT {kept}, {masks}"
        " FROM read_csv(?, all_varchar = true, header = true, nullstr = '')",
        [str(path)],
    )
    any_bad = " OR ".join(f"c{number}" for number in range(len(conditions)))
    connection.sql(f"CREATE OR REPLACE TEMP TABLE bad AS SELECT rowid + 1 AS row, * FROM keys_{table} WHERE {any_bad}")
    if not connection.sql("SELECT 1 FROM bad LIMIT 1").fetchall():
        return
    for number, (field, rule, _) in enumerate(conditions):
        connection.execute(f"INSERT INTO findings SELECT ?, ?, row FROM bad WHERE c{number}", [field, rule])


def _check_keys(connection: duckdb.DuckDBPyConnection, table: str, present: Mapping[str, Path]) -> None:
    key = table_schema(table)["primaryKey"][0]
    connection.sql(
        f"INSERT INTO findings SELECT '{key}', 'unique', rowid + 1 FROM keys_{table} WHERE {key} IN"
        f" (SELECT {key} FROM keys_{table} WHERE {key} IS NOT NULL GROUP BY {key} HAVING count(*) > 1)"
    )
    for field, target, target_key in references(table):
        if target in present:
            connection.sql(
                f"INSERT INTO findings SELECT '{field}', 'reference', child.rowid + 1 FROM keys_{table} AS child"
                f" ANTI JOIN keys_{target} AS parent ON child.{field} = parent.{target_key}"
                f" WHERE child.{field} IS NOT NULL"
            )


def _conditions(table: str) -> Iterator[tuple[str, str, str]]:
    """Field, rule, and SQL that is true for each cell that breaks the rule."""
    for field in fields(table):
        name = field["name"]
        if sql := _type_condition(field):
            yield name, "type", f"coalesce({sql}, false)"
        for rule, limit in field["constraints"].items():
            yield name, rule, f"coalesce({_constraint_condition(name, rule, limit)}, false)"


def _type_condition(field: Mapping[str, Any]) -> str | None:
    name = field["name"]
    return {
        "integer": f"NOT regexp_matches({name}, '^-?[0-9]{{1,18}}$')",
        "number": f"{name} IS NOT NULL AND try_cast({name} AS DOUBLE) IS NULL",
        "boolean": f"{name} NOT IN ('true', 'false')",
        "date": f"length({name}) <> 10 OR ({name} IS NOT NULL AND try_strptime({name}, '%Y-%m-%d') IS NULL)",
    }.get(field["type"])


def _constraint_condition(name: str, rule: str, limit: Any) -> str:
    return {
        "required": f"{name} IS NULL",
        "enum": f"{name} IS NOT NULL AND try_cast({name} AS ENUM ({_list(limit)})) IS NULL" if rule == "enum" else "",
        "pattern": f"NOT regexp_matches({name}, {_text(str(limit))})",
        "minLength": f"length({name}) < {limit}",
        "maxLength": f"length({name}) > {limit}",
        "minimum": f"try_cast({name} AS DOUBLE) < {limit}",
        "maximum": f"try_cast({name} AS DOUBLE) > {limit}",
    }[rule]


def _list(values: list[str]) -> str:
    return ", ".join(map(_text, values))


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


if __name__ == "__main__":
    report(validate)
