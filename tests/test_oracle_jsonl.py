"""Thousands of changed records as JSON Lines: the toolkit, `jsonschema` and `jsonschema-rs` accept the same ones."""

import json
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from json_schema_oracle import typed, validator
from kloop import STANDARD, kloop_tables, seeded
from pfds.checks.cells import check_cells
from pfds.intake.json_acceptor import acceptor
from pfds.publish.json_schema import record_schema
from pfds.standard.edtf import parse_edtf
from pfds.standard.model import Table
from reading import read_submission
from test_oracle_jsonschema import JSON_VALUES, MUTATIONS, Cell, Place, targets, typed_tables

BATCHES = 8
DATES = ("2025-02-30", "2023-02-29", "2024-02-29", "0000-01-01", "0001-01-01", "9999-12-31", "2025-2-3", "2025-01-32")

Document = dict[str, list[dict[str, Any]]]


def _reads(read: Callable[[str], object]) -> Callable[[str], bool]:
    @cache
    def is_read(text: str) -> bool:
        try:
            read(text)
        except ValueError:
            return False
        return True

    return is_read


@cache
def rust(table: Table) -> Any:
    """`jsonschema-rs` with the formats of the standard."""
    formats = {"edtf": _reads(parse_edtf), "date": _reads(date.fromisoformat)}
    return jsonschema_rs.Draft202012Validator(record_schema(STANDARD, table), validate_formats=True, formats=formats)


def changed(batch: int) -> tuple[Document, list[Place]]:
    """Records of the example of which some have one other value, and which these are."""
    rng, tables = seeded(2000 + batch), kloop_tables()
    document = typed_tables(tables)
    places: list[Place] = []
    for number, ((name, row), field) in enumerate(list(targets(rng, tables))):
        record = document[name][row - 1]
        if number % 4 == 0:
            record[field.name] = rng.choice(JSON_VALUES)
        elif number % 4 == 1 and field.format:
            record[field.name] = rng.choice(DATES)
        elif number % 20:
            cell = Cell(field, tables[name][row - 1].get(field.name, ""), tables, rng)
            record[field.name] = typed(field, MUTATIONS[rng.choice(list(MUTATIONS))](cell))
        else:
            record.pop(field.name, None)
        places.append((name, row))
    return document, places


def write(folder: Path, document: Document, *, ascii_only: bool) -> None:
    for name, records in document.items():
        text = "".join(f"{json.dumps(record, ensure_ascii=ascii_only)}\n" for record in records)
        (folder / f"{name}.jsonl").write_text(text, "utf-8", newline="\n")


def refused_by_toolkit(folder: Path) -> set[Place]:
    submission = read_submission([folder], STANDARD)
    findings = list(submission.findings)
    for text in submission.tables:
        findings.extend(check_cells(STANDARD, text).findings(STANDARD))
    return {(found.table or "", found.row or 0) for found in findings}


@pytest.mark.parametrize("batch", range(BATCHES))
def test_three_verdicts_are_one(batch: int, tmp_path: Path) -> None:
    document, places = changed(batch)
    write(tmp_path, document, ascii_only=bool(batch % 2))
    ours = refused_by_toolkit(tmp_path)
    assert ours <= set(places)
    verdicts = {}
    for name, row in places:
        table, record = STANDARD.tables[name], document[name][row - 1]
        verdicts[name, row] = (
            (name, row) not in ours,
            validator(table).is_valid(record),
            rust(table).is_valid(record),
        )
    assert {place: verdict for place, verdict in verdicts.items() if len(set(verdict)) > 1} == {}
    assert len(places) // 4 < len(ours) < len(places)


def test_records_that_the_acceptor_takes_break_at_most_a_format() -> None:
    taken = 0
    for document, places in map(changed, range(BATCHES)):
        for name, row in places:
            table, record = STANDARD.tables[name], document[name][row - 1]
            broken = {error.validator for error in validator(table).iter_errors(record)}
            assert acceptor(STANDARD, table)(record) == (broken <= {"format"}), (name, record, broken)
            taken += broken == {"format"}
    assert taken
