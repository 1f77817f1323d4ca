"""One cause behind many findings is found in what their values have in common, and nowhere else."""

from collections.abc import Sequence

import pytest

from pfds.reports.causes import FEW, likely_cause
from pfds.standard.findings import Finding, Severity

ROWS = 10


def found(*values: str | None) -> list[Finding]:
    return [
        Finding("cell-date", Severity.ERROR, "events", "event_date", row, value=value)
        for row, value in enumerate(values, 1)
    ]


def said(values: Sequence[str | None]) -> list[str]:
    return [str(words) for words in likely_cause(found(*values), len(values), len(values))][1:]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("31.12.2024", "All of them look like day.month.year."),
        ("1.3.2024 ", "All of them look like day.month.year."),
        ("31-12-2024", "All of them look like dates that end with the year."),
        ("2023/12/31", "All of them look like dates that begin with the year and lack the hyphens."),
        ("2023.12.31", "All of them look like dates that begin with the year and lack the hyphens."),
        ("45356", "All of them look like the numbers that Excel keeps instead of dates."),
        (" journalist", "All of them begin or end with a space."),
        ("journalist\t", "All of them begin or end with a space."),
    ],
)
def test_a_form_that_all_values_share_is_named(value: str, words: str) -> None:
    values = [value, value.replace("3", "2").replace("j", "J")] * 5
    assert said(values) == [words]
    assert said([*values[:-1], "something else"]) == []


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (["03/04/2024", "13/04/2024"], "first number above 12 shows that the day comes first"),
        (["03/04/2024", "04/13/2024"], "second number above 12 shows that the month comes first"),
        (["03/04/2024", "05/04/2024"], "cannot be known"),
        (["13/04/2024", "04/13/2024"], "cannot be known"),
    ],
)
def test_the_order_of_day_and_month_is_not_guessed(values: list[str], words: str) -> None:
    (sentence,) = said(values * 5)
    assert words in sentence


def test_one_value_everywhere_is_named() -> None:
    assert said(["n/a"] * ROWS) == ["All of them hold the same value."]


def test_empty_cells_have_nothing_in_common() -> None:
    assert said([None] * ROWS) == []
    assert said([" ", None] * ROWS) == []


def test_a_column_is_told_as_a_whole_above_four_fifths() -> None:
    eight, nine = found(*"abcdefgh"), found(*"abcdefghi")
    assert likely_cause(eight, 8, ROWS) == ()
    assert len(likely_cause(nine, 9, ROWS)) == 1


def test_a_small_table_says_nothing_of_its_columns() -> None:
    few = found(*["1.1.2024"] * (FEW - 1))
    assert likely_cause(few, len(few), len(few)) == ()


def test_nothing_is_said_of_values_that_were_not_looked_at() -> None:
    known = found(*["31.12.2024"] * 8)
    assert len(likely_cause(known, 9, ROWS)) == 1


def test_findings_about_records_are_no_problem_of_a_column() -> None:
    records = [Finding("row-too-short", Severity.ERROR, "events", None, row) for row in range(1, 10)]
    assert likely_cause(records, 9, 9) == ()
    assert likely_cause([], 0, 9) == ()
