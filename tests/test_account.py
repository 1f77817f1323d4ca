"""In every table rows = accepted + rejected + duplicates: as many as all findings say, also if few of them are kept."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pfds as library
from command import KLOOP, pfds
from kloop import AS_OF, STANDARD, Tables, kloop_tables, seeded, write_csv, write_tables
from pfds.checks import spool
from pfds.checks.account import TableAccount
from pfds.checks.row_numbers import RowNumbers
from pfds.checks.run import Options, Report, validate
from pfds.intake.csv_file import CsvFile
from pfds.intake.submission import open_submission
from pfds.standard.findings import Severity

Counts = Mapping[str, tuple[int, int, int]]
"""Rows, rejected and duplicates by table."""


def report_of(*paths: Path, most: int | None = None, folder: Path | None = None) -> Report:
    return validate(STANDARD, open_submission(list(paths), STANDARD), AS_OF, Options(most, folder)).report


def counts(report: Report) -> Counts:
    return {each.table: (each.rows, each.rejected, each.duplicates) for each in report.account}


def by_findings(report: Report) -> Counts:
    """The same, counted from the list of all findings."""
    rows: dict[str, set[tuple[str, int]]] = {}
    for file in report.files:
        rows.setdefault(file.table or "", set()).update((file.file, row + 1) for row in range(file.rows))
    errors = [found for found in report.findings if found.severity is Severity.ERROR and found.table]
    expected = {}
    for table, all_rows in rows.items():
        about = [found for found in errors if found.table == table]
        places = {(found.origin.file or "", found.row) for found in about if found.row}
        repeats = {(found.origin.file, found.row) for found in about if found.rule == "key-duplicate"}
        spoilt = {found.origin.file for found in about if found.field and not found.row}
        wrong = {place for place in all_rows if place in places or place[0] in spoilt}
        expected[table] = (len(all_rows), len(wrong - repeats), len(repeats))
    return expected


# Sets of numbers


@given(st.lists(st.integers(0, 3 << 16)), st.lists(st.integers(0, 3 << 16)), st.integers(0, 5 << 40))
def test_sets_of_numbers_are_sets(some: list[int], others: list[int], base: int) -> None:
    first, second = RowNumbers(), RowNumbers()
    first.add(np.array(some[:5], np.int64) + base)
    first.add(np.array(some, np.int64) + base)
    second.add(np.array(others, np.int64) + base)
    assert first.number(without=second) == len(set(some) - set(others))
    second.update(first)
    assert second.number(without=RowNumbers()) == len({*some, *others})


@pytest.mark.parametrize(("begin", "end"), [(0, 0), (5, 6), (65_535, 65_537), (3, 200_000)])
def test_a_range_of_numbers(begin: int, end: int) -> None:
    numbers = RowNumbers()
    numbers.add_range(begin, end)
    assert numbers.number(without=RowNumbers()) == end - begin


def test_a_number_takes_a_bit() -> None:
    numbers = RowNumbers()
    numbers.add(np.arange(1_000_000))
    assert sum(bits.nbytes for bits in numbers._spans.values()) == 16 << 13


# Drawn datasets


Spoil = Callable[[Tables, Random], None]


def repeat_a_record(tables: Tables, rng: Random) -> None:
    rows = tables[rng.choice(["events", "claims", "cases"])]
    rows.insert(rng.randrange(len(rows) + 1), dict(rng.choice(rows)))


def lose_a_reference(tables: Tables, rng: Random) -> None:
    rng.choice(tables["events"])["case_id"] = "cas-klp-nowhere"


def empty_a_required_cell(tables: Tables, rng: Random) -> None:
    rng.choice(tables["claims"]).pop("source_id", None)


def take_an_identifier(tables: Tables, rng: Random) -> None:
    rng.choice(tables["names"]).pop("name_id", None)


def break_a_code(tables: Tables, rng: Random) -> None:
    rng.choice(tables["events"])["event_type"] = "no such code"


def turn_days(tables: Tables, rng: Random) -> None:
    """A rule about two cells."""
    rng.choice(tables["cases"]).update(date_opened="2025-02-03", date_closed="2024-02-03")


def withhold_a_person(tables: Tables, rng: Random) -> None:
    """Rules about records of any table."""
    rng.choice(tables["persons"])["disclosure"] = "withheld"


SPOILS: tuple[Spoil, ...] = (
    *(repeat_a_record, lose_a_reference, empty_a_required_cell, take_an_identifier, break_a_code, turn_days),
    withhold_a_person,
)


def spoilt(seed: int, folder: Path) -> None:
    """The example with mistakes, and lines of events that are cut off."""
    rng, tables = seeded(seed), kloop_tables()
    for spoil in SPOILS:
        for _ in range(rng.choice([0, 1, 3])):
            spoil(tables, rng)
    write_tables(folder, tables)
    path = folder / "events.csv"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    for number in rng.sample(range(1, len(lines)), rng.choice([0, 1, 3])):
        lines[number] = lines[number].rstrip("\n") + ",more\n"
    if rng.random() < 0.3:
        lines[0] = lines[0].replace("event_status", "event_state")
    path.write_text("".join(lines), "utf-8")


def assert_account_of_all_findings(folder: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> Report:
    """Also if few findings are kept, files are read in small pieces, and what is laid aside goes to the disk."""
    sent, private = folder / f"sent{seed}", folder / f"private{seed}"
    sent.mkdir()
    private.mkdir()
    spoilt(seed, sent)
    report = report_of(sent)
    assert counts(report) == by_findings(report)
    with monkeypatch.context() as patch:
        patch.setattr(CsvFile.__init__, "__defaults__", (seeded(seed).choice([64, 1000, 30_000]),))
        patch.setattr(spool, "MEMORY_BYTES", 0)
        assert report_of(sent, most=1, folder=private).account == report.account
    return report


def test_the_account_is_that_of_all_findings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = assert_account_of_all_findings(tmp_path, 3, monkeypatch)
    rules = {found.rule for found in report.findings}
    assert {"key-duplicate", "key-missing", "cell-code", "reference-missing", "row-too-long"} < rules
    assert any(STANDARD.rules[rule].sql and STANDARD.rules[rule].severity is Severity.ERROR for rule in rules)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 220))
def test_many_accounts_are_those_of_all_findings(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_account_of_all_findings(tmp_path, seed, monkeypatch)


# Single cases


CASE = {field.name: str(field.examples[0]) for field in STANDARD.tables["cases"].fields if field.required}


def of_cases(folder: Path, rows: list[dict[str, str]], *more: str) -> TableAccount:
    path = folder / "cases.csv"
    write_csv(path, CASE, rows)
    with path.open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in more)
    (account,) = report_of(path).account
    return account


def case(number: int, **cells: str) -> dict[str, str]:
    return {**CASE, "case_id": f"cas-klp-{number}", **cells}


def test_records_without_mistakes_are_accepted(tmp_path: Path) -> None:
    account = of_cases(tmp_path, [case(number) for number in range(5)])
    assert account == TableAccount("cases", 5, 0, 0)
    assert account.accepted == 5


def test_a_warning_rejects_nothing(tmp_path: Path) -> None:
    source = {**kloop_tables()["sources"][0], "url": "https://example.org/report"}
    path = tmp_path / "sources.csv"
    write_csv(path, source, [source, {**source, "source_id": "src-klp-zz-again"}])
    report = report_of(path)
    assert (report.count(Severity.WARNING), report.count(Severity.ERROR)) == (1, 0)
    assert report.account == (TableAccount("sources", 2, 0, 0),)


def test_the_first_of_equal_identifiers_is_the_record(tmp_path: Path) -> None:
    assert of_cases(tmp_path, [case(1), case(2), case(1), case(1)]) == TableAccount("cases", 4, 0, 2)


def test_a_repeated_record_with_a_mistake_is_a_duplicate_and_counts_once(tmp_path: Path) -> None:
    wrong = case(1, country="KG")
    assert of_cases(tmp_path, [case(1), wrong, case(2, country="KG")]) == TableAccount("cases", 3, 1, 1)


def test_several_mistakes_in_a_record_reject_it_once(tmp_path: Path) -> None:
    assert of_cases(tmp_path, [case(1, country="KG", title=""), case(2)]) == TableAccount("cases", 2, 1, 0)


def test_lines_that_are_not_listed_are_rejected(tmp_path: Path) -> None:
    assert of_cases(tmp_path, [case(1)], *["cut off"] * 3000) == TableAccount("cases", 3001, 3000, 0)


def test_without_a_required_column_no_record_is_accepted(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    write_csv(path, [name for name in CASE if name != "country"], [case(number) for number in range(7)])
    assert report_of(path).account == (TableAccount("cases", 7, 7, 0),)


def test_an_unknown_column_rejects_no_record(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    write_csv(path, [*CASE, "shoe_size"], [case(number) for number in range(7)])
    report = report_of(path)
    assert report.count(Severity.ERROR) == 1
    assert report.account == (TableAccount("cases", 7, 0, 0),)


def test_a_column_that_stands_twice_rejects_the_records_of_its_file(tmp_path: Path) -> None:
    for name, header in (("a", [*CASE, "country"]), ("b", list(CASE))):
        (tmp_path / name).mkdir()
        write_csv(tmp_path / name / "cases.csv", header, [case(ord(name) * 10 + number) for number in range(3)])
    report = report_of(tmp_path / "a" / "cases.csv", tmp_path / "b" / "cases.csv")
    assert report.account == (TableAccount("cases", 6, 3, 0),)


def test_a_value_that_json_refuses(tmp_path: Path) -> None:
    records: list[Any] = [case(1), {**case(2), "country": 5}, "no record", {**case(3), "shoe_size": "44"}, case(1)]
    path = tmp_path / "submission.json"
    path.write_text(json.dumps({"cases": records}), "utf-8")
    report = report_of(path)
    assert report.account == (TableAccount("cases", 5, 2, 1),)
    assert counts(report) == by_findings(report)


# What is told


def test_the_report_says_it_in_every_form_for_people(tmp_path: Path) -> None:
    write_csv(tmp_path / "cases.csv", CASE, [*(case(number) for number in range(900)), case(1), case(0, country="KG")])
    for more in ((), ("--plain",), ("--format", "html")):
        ran = pfds("validate", tmp_path / "cases.csv", *more)
        assert "900 of 902 records have nothing to correct." in ran.out
    said = json.loads(pfds("validate", tmp_path / "cases.csv", "--format", "json", "--max-findings", "0").out)
    assert said["account"] == [{"table": "cases", "rows": 902, "accepted": 900, "rejected": 0, "duplicates": 2}]


def test_nothing_is_said_of_no_records(tmp_path: Path) -> None:
    write_csv(tmp_path / "cases.csv", CASE, [])
    assert "nothing to correct" not in pfds("validate", tmp_path / "cases.csv").out


def test_the_library_gives_it_as_a_table() -> None:
    account = library.validate(KLOOP).account.to_pylist()
    assert [each["table"] for each in account] == [name for name in STANDARD.tables if (KLOOP / f"{name}.csv").exists()]
    assert all(each["accepted"] == each["rows"] > 0 for each in account)
