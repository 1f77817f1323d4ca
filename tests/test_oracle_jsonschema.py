"""Thousands of changed records of the Kloop example: the toolkit and `jsonschema` find the same fields bad."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest

from json_schema_oracle import bad_fields, typed, typed_record
from kloop import STANDARD, Row, Tables, kloop_tables, seeded, write_tables
from pfds.checks.cells import check_cells
from pfds.standard.model import Field
from reading import read_submission

CSV_BATCHES = 14
JSON_BATCHES = 8
MOST_IN_A_TABLE = 25
BATCH_SIZE = 250

Place = tuple[str, int]

IMPOSSIBLE_DATES = ("2025-02-30", "2025-13-01", "2023-02-29", "2025-00-10", "0000", "2025-06-31/2025-07", "2025-2-3")
CONTROLS = ("\x00", "\x07", "\x0b", "\x1b", "\x1f", "\x7f", "\t", "\n", "\r", "\r\n", "\x85", "\u2028", "\ufeff")
SCRIPTS = (
    *("الصحفي", "עיתונאי", "\u200fلینا\u200f", "Ким Ён", "საქმე", "記者", "ñandú", "e\u0301"),
    *("👩🏽\u200d💻", "🇰🇬", "\ufffd", "\U0010ffff"),
)
WORDS = ("NA", "null", "nan", "true", "TRUE", "0", "-0", "1e3", "=1+1", "*", "..", "XXXX", "unknown", "other", "-")
NUMBERS = (
    *("5.5", "5.0", "-1", "+5", "007", "150", "151", "90.5", "0.1234567890123456789"),
    *("9" * 16, "9" * 19, "9" * 400),
)
LENGTHS = (100, 101, 500, 501, 2000, 2001, 10000, 10001)
OTHER_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell to change: its field and text, where to take other texts from, and chance."""

    field: Field
    text: str
    tables: Tables
    rng: Random

    def one_of(self, *texts: str) -> str:
        return self.rng.choice(texts)

    def misspelt(self) -> str:
        at = self.rng.randrange(len(self.text)) if self.text else 0
        before, after = self.text[:at], self.text[at + 1 :]
        return self.one_of(before + after, self.text[: at + 1] + self.text[at:], f"{before}x{after}")

    def with_insert(self, piece: str) -> str:
        at = self.rng.randint(0, len(self.text))
        return self.text[:at] + piece + self.text[at:]

    def another_id(self) -> str:
        name = self.one_of(*self.tables)
        return self.rng.choice(self.tables[name])[STANDARD.tables[name].primary_key]

    def another_cell(self) -> str:
        return self.one_of(*self.rng.choice(self.tables[self.one_of(*self.tables)]).values())

    def any_code(self) -> str:
        return self.one_of(*STANDARD.codelists[self.one_of(*STANDARD.codelists)].codes)

    def example(self) -> str:
        value = self.field.examples[0]
        return str(value).lower() if isinstance(value, bool) else str(value)


MUTATIONS: Mapping[str, Callable[[Cell], str]] = {
    "empty it": lambda cell: cell.text[:0],
    "misspell it": Cell.misspelt,
    "change its case": lambda cell: cell.one_of(cell.text.upper(), cell.text.swapcase(), cell.text.title()),
    "add a blank": lambda cell: cell.one_of(" {}", "{} ", "\u00a0{}", "{}\t", "{}\u2003").format(cell.text),
    "add a line break": lambda cell: cell.text + cell.one_of("\n", "\r", "\r\n", "\n\n"),
    "cut it short": lambda cell: cell.text[: cell.rng.randint(0, len(cell.text))],
    "take another record's id": Cell.another_id,
    "take another cell": Cell.another_cell,
    "take a code of any list": Cell.any_code,
    "take the example": Cell.example,
    "write an impossible date": lambda cell: cell.one_of(*IMPOSSIBLE_DATES),
    "reverse an interval": lambda cell: f"{cell.text}/2019" if cell.text[:2] == "20" else "2025-09/2025-05",
    "write a number": lambda cell: cell.one_of(*NUMBERS),
    "insert a control character": lambda cell: cell.with_insert(cell.one_of(*CONTROLS)),
    "make it long": lambda cell: (cell.text + "я" * 10001)[: cell.rng.choice(LENGTHS)],
    "write other digits": lambda cell: cell.text.translate(OTHER_DIGITS),
    "insert another script": lambda cell: cell.with_insert(cell.one_of(*SCRIPTS)),
    "insert quotes and commas": lambda cell: cell.with_insert(cell.one_of(*'",“”;\\<>{}|')),
    "write what programs write": lambda cell: cell.one_of(*WORDS),
}
JSON_VALUES: tuple[Any, ...] = (
    *(None, True, False, [], {}, ["public"], {"a": 1}, "", "5", "true", "null", " ", "\x00"),
    *(0, 5, -1, 151, 10**8, 10**8 + 1, 10**20, 10**400),
    *(5.0, 5.5, -0.0, 1e-7, 1e15, 1e16, 1e300, 0.1 + 0.2, 90.00000001),
)


@dataclass(frozen=True, slots=True)
class Change:
    """What a field of the record at ``place`` (table and row, 1 = first) was changed to."""

    place: Place
    field: str
    done: str


def targets(rng: Random, tables: Tables) -> Iterator[tuple[Place, Field]]:
    """Records of all tables, each at most once, and a field of each, more often one that is filled or no text."""
    places = [
        (name, row)
        for name, rows in tables.items()
        for row in rng.sample(range(1, len(rows) + 1), min(MOST_IN_A_TABLE, len(rows)))
    ]
    for name, row in rng.sample(places, BATCH_SIZE):
        filled = list(tables[name][row - 1])
        fields = STANDARD.tables[name].fields
        names = [field.name for field in fields]
        other = [field.name for field in fields if field.json_type != "string"]
        yield (name, row), STANDARD.tables[name].by_name[rng.choice([*names, *filled, *filled, *other * 5])]


def found_by_toolkit(path: Path) -> dict[Place, set[str]]:
    """Fields that the toolkit finds bad by themselves, for each record that has any."""
    submission = read_submission([path], STANDARD)
    findings = list(submission.findings)
    for text in submission.tables:
        findings.extend(check_cells(STANDARD, text).findings(STANDARD))
    bad: dict[Place, set[str]] = {}
    for found in findings:
        assert found.rule == "key-missing" or found.rule.startswith("cell-"), found
        assert found.table is not None and found.row is not None and found.field is not None
        own = bad.setdefault((found.table, found.row), set())
        assert found.field not in own, f"{found.field} is told twice in {found.table}, row {found.row}"
        own.add(found.field)
    return bad


def found_by_jsonschema(document: Mapping[str, list[dict[str, Any]]], places: Iterable[Place]) -> dict[Place, set[str]]:
    verdicts = {(name, row): bad_fields(STANDARD.tables[name], document[name][row - 1]) for name, row in places}
    return {place: bad for place, bad in verdicts.items() if bad}


def typed_tables(tables: Mapping[str, list[Row]]) -> dict[str, list[dict[str, Any]]]:
    return {name: [typed_record(STANDARD.tables[name], row) for row in rows] for name, rows in tables.items()}


def disagreements(
    changes: list[Change], ours: Mapping[Place, set[str]], theirs: Mapping[Place, set[str]]
) -> list[tuple[Change | Place, set[str], set[str]]]:
    by_place = {change.place: change for change in changes}
    return [
        (by_place.get(place, place), ours.get(place, set()), theirs.get(place, set()))
        for place in sorted({*ours, *theirs})
        if ours.get(place) != theirs.get(place)
    ]


def assert_worth_comparing(changes: list[Change], bad: Mapping[Place, set[str]]) -> None:
    """Every record was changed once, and both verdicts are frequent."""
    assert len({change.place for change in changes}) == BATCH_SIZE
    assert BATCH_SIZE // 4 < len(bad) < BATCH_SIZE
    assert set(bad) <= {change.place for change in changes}


def test_example_is_valid_for_both(tmp_path: Path) -> None:
    tables = kloop_tables()
    write_tables(tmp_path, tables)
    places = [(name, row) for name, rows in tables.items() for row in range(1, len(rows) + 1)]
    assert found_by_toolkit(tmp_path) == {}
    assert found_by_jsonschema(typed_tables(tables), places) == {}


@pytest.mark.parametrize("batch", range(CSV_BATCHES))
def test_changed_csv_records_are_judged_alike(batch: int, tmp_path: Path) -> None:
    rng, tables = seeded(batch), kloop_tables()
    changes: list[Change] = []
    for (name, row), field in list(targets(rng, tables)):
        mutation = list(MUTATIONS)[len(changes) % len(MUTATIONS)]
        record = tables[name][row - 1]
        record[field.name] = MUTATIONS[mutation](Cell(field, record.get(field.name, ""), tables, rng))
        changes.append(Change((name, row), field.name, f"{mutation}: {record[field.name]!r:.60}"))
    write_tables(tmp_path, tables)
    ours = found_by_toolkit(tmp_path)
    theirs = found_by_jsonschema(typed_tables(tables), [change.place for change in changes])
    assert disagreements(changes, ours, theirs) == []
    assert_worth_comparing(changes, ours)


@pytest.mark.parametrize("batch", range(JSON_BATCHES))
def test_changed_json_records_are_judged_alike(batch: int, tmp_path: Path) -> None:
    rng, tables = seeded(1000 + batch), kloop_tables()
    document = typed_tables(tables)
    changes: list[Change] = []
    for (name, row), field in list(targets(rng, tables)):
        record = document[name][row - 1]
        if len(changes) % 2:
            record[field.name] = rng.choice(JSON_VALUES)
        elif len(changes) % 20:
            cell = Cell(field, tables[name][row - 1].get(field.name, ""), tables, rng)
            record[field.name] = typed(field, MUTATIONS[rng.choice(list(MUTATIONS))](cell))
        else:
            record.pop(field.name, None)
        changes.append(Change((name, row), field.name, f"{record.get(field.name, 'absent')!r:.60}"))
    path = tmp_path / "document.json"
    path.write_text(json.dumps(document, ensure_ascii=bool(batch % 2)), "utf-8")
    ours, theirs = found_by_toolkit(path), found_by_jsonschema(document, [change.place for change in changes])
    assert disagreements(changes, ours, theirs) == []
    assert_worth_comparing(changes, ours)
