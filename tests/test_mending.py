"""What is published of a valid dataset is valid, whatever is kept back of it: the rules of the standard, run on both."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bending import ADA, BO, bending
from exm import add
from in_memory import AS_OF, Records, dataset
from kloop import STANDARD, Tables, write_tables
from pfds.checks.run import validate
from pfds.intake.submission import open_submission
from pfds.release.dataset import public
from pfds.release.disclose import disclose
from pfds.standard.findings import Severity
from test_redactions import decide

RELEASED = STANDARD.released
Change = Callable[[Tables], object]


def public_part(tables: Tables) -> Tables:
    """The public records of a dataset, each with its cells that are not empty."""
    with dataset(tables) as database:
        disclose(RELEASED, database, AS_OF)
        rows = {name: database.records(f"SELECT * FROM {public(name)}") for name in RELEASED.tables}  # noqa: S608
    return {name: [{key: cell for key, cell in row.items() if cell} for row in each] for name, each in rows.items()}


def by_id(tables: Tables) -> Records:
    return {row[STANDARD.tables[name].primary_key]: row for name, rows in tables.items() for row in rows}


def errors(folder: Path, tables: Tables) -> list[tuple[str, str | None, str | None]]:
    """Rule, record and field of everything that must be fixed in these records."""
    folder.mkdir()
    write_tables(folder, tables)
    report = validate(STANDARD, open_submission([folder], STANDARD), AS_OF).report
    return [(each.rule, each.record_id, each.field) for each in report.findings if each.severity is Severity.ERROR]


def redactions() -> Iterator[tuple[str, str]]:
    """Every decision that keeps something back of a record or of a cell that it need not have: `table.id.field`, and
    the method."""
    for name, rows in bending().items():
        table = STANDARD.tables[name]
        for row in rows:
            record = f"{name}.{row[table.primary_key]}"
            yield f"{record}.*", "withhold"
            for field in table.fields:
                if field.name in row and not field.required:
                    yield f"{record}.{field.name}", "withhold"
                if field.name in row and field.kind == "edtf":
                    yield f"{record}.{field.name}", "date_to_year"
            if name in ("persons", "organizations"):
                yield f"{record}.*", "pseudonym"
            if name in ("persons", "organizations", "case_parties", "event_parties"):
                yield f"{record}.*", "group_label"
            if name == "events":
                yield f"{record}.*", "place_to_region"


ALL = list(redactions())


def decided(*made: tuple[str, str]) -> Tables:
    tables = bending()
    for number, (subject, method) in enumerate(made):
        decide(tables, subject, method, replacement=f"Word {number}" if method in ("pseudonym", "group_label") else "")
    return tables


def test_the_dataset_obeys_every_rule(tmp_path: Path) -> None:
    assert errors(tmp_path / "all", bending()) == []


def test_all_of_it_is_published_where_nothing_is_kept_back(tmp_path: Path) -> None:
    whole = {name: row for name, row in by_id(bending()).items()}
    assert by_id(public_part(bending())).keys() == whole.keys()
