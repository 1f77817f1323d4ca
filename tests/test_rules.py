"""The SQL rules: every vector gives exactly its offenders, in DuckDB and in SQLite alike."""

import json
import sqlite3
import string
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from in_memory import empty_database
from pfds.checks.database import Database
from pfds.checks.rules import sql_rules
from pfds.reports.wording import wording
from pfds.standard.findings import Finding
from pfds.standard.load import load_standard
from pfds.standard.model import Rule
from records import relations

STANDARD = load_standard()
VECTORS = Path(__file__).parents[1] / "schema" / "vectors" / "rules"
RULES = sql_rules(STANDARD)
CASES = [
    pytest.param(STANDARD.rules[path.stem], case, id=f"{path.stem}: {case['name']}")
    for path in sorted(VECTORS.glob("*.json"))
    for case in json.loads(path.read_text("utf-8"))["cases"]
]
Offender = tuple[str | None, str, str | None]


def expected(rule: Rule, case: dict[str, Any]) -> list[Offender]:
    found = [(rule.table or item["subject_table"], item["id"], item["field"]) for item in case["findings"]]
    return sorted(found, key=str)


@contextmanager
def database_of(tables: dict[str, pa.Table]) -> Iterator[Database]:
    with empty_database() as database:
        for name, content in tables.items():
            database.relate(name, content)
        yield database


def by_duckdb(rule: Rule, tables: dict[str, pa.Table]) -> list[Offender]:
    with database_of(tables) as database:
        rows = database.records(rule.sql or "")
    return sorted(((rule.table or str(r["subject_table"]), str(r["id"]), r["field"]) for r in rows), key=str)


def by_sqlite(rule: Rule, tables: dict[str, pa.Table]) -> list[Offender]:
    with closing(sqlite3.connect(":memory:")) as connection:
        for name, content in tables.items():
            columns = ", ".join(f'"{column}"' for column in content.column_names)
            connection.execute(f'CREATE TABLE "{name}" ({columns})')
            marks = ", ".join("?" * content.num_columns)
            rows = zip(*(column.to_pylist() for column in content.columns), strict=True)
            connection.executemany(f'INSERT INTO "{name}" VALUES ({marks})', rows)  # noqa: S608
        connection.row_factory = sqlite3.Row
        found = connection.execute(rule.sql or "").fetchall()
    return sorted(((rule.table or row["subject_table"], row["id"], row["field"]) for row in found), key=str)


def test_there_are_at_least_forty_rules() -> None:
    assert len(RULES) >= 40


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_has_a_vector_that_fires_it_and_one_that_does_not(rule: Rule) -> None:
    cases = json.loads((VECTORS / f"{rule.name}.json").read_text("utf-8"))["cases"]
    assert any(case["findings"] for case in cases)
    assert any(not case["findings"] for case in cases)


def test_every_vector_belongs_to_a_rule() -> None:
    assert {path.stem for path in VECTORS.glob("*.json")} == {rule.name for rule in RULES}


@pytest.mark.parametrize(("rule", "case"), CASES)
def test_vector(rule: Rule, case: dict[str, Any]) -> None:
    tables = relations(STANDARD, case["tables"], case.get("as_of"), rule)
    assert by_duckdb(rule, tables) == expected(rule, case)
    assert by_sqlite(rule, tables) == expected(rule, case)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_message_names_only_what_the_statement_returns(rule: Rule) -> None:
    tables = relations(STANDARD, {}, "2025-11-05", rule)
    with database_of(tables) as database:
        columns = set(database.connection.sql(rule.sql or "").columns)
    named = {name for _, name, _, _ in string.Formatter().parse(rule.message + rule.fix) if name}
    assert named <= columns | {"id", "field"}
    assert {"id", "field"} <= columns
    assert rule.table is not None or "subject_table" in columns


def test_a_value_in_a_message_is_hidden_unless_asked_for() -> None:
    rule = STANDARD.rules["claim-accepted-differs"]
    finding = Finding(rule.name, rule.severity, facts={"about_id": "per-exm-1"}, values={"claim_value": "Secret Name"})
    assert "Secret Name" not in wording(STANDARD, show_values=False).message(finding)
    assert "Secret Name" in wording(STANDARD, show_values=True).message(finding)
