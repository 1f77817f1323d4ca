"""Dates that were decided to be published with less precision."""

import pytest

from pfds.checks.dates import bounds_of
from pfds.release.coarser import UNITS, Unit, coarser


@pytest.mark.parametrize(
    ("date", "month", "year"),
    [
        ("2025-02-03", "2025-02", "2025"),
        ("2025-12-31", "2025-12", "2025"),
        ("2025-10-31", "2025-10", "2025"),
        ("2025-02-03~", "2025-02~", "2025~"),
        ("2025-02-XX", "2025-02", "2025"),
        ("2025-02", "2025-02", "2025"),
        ("2025-21", "2025-21", "2025"),
        ("2025", "2025", "2025"),
        ("2025?", "2025?", "2025?"),
        ("2025-02-03/2025-02-05", "2025-02", "2025"),
        ("2025-02-03/2025-04-05", "2025-02/2025-04", "2025"),
        ("2024-12-31/2025-01-01", "2024-12/2025-01", "2024/2025"),
        ("2025-02-03/..", "2025-02/..", "2025/.."),
        ("../2025-02-03", "../2025-02", "../2025"),
        ("[2025-02-03..2025-02-05]", "2025-02", "2025"),
        ("[2025-02-03..2025-04-05]", "[2025-02..2025-04]", "2025"),
        ("[2025-02-03..]", "[2025-02..]", "[2025..]"),
        ("[..2025-02-03]", "[..2025-02]", "[..2025]"),
        ("[2025-02-03,2025-02-07]", "2025-02", "2025"),
        ("[2025-02-03,2025-03-07]", "[2025-02,2025-03]", "2025"),
        ("[2025-02-03,2025-02-05,2025-02-07]", "[2025-02,2025-02,2025-02]", "[2025,2025,2025]"),
        ("XXXX", "XXXX", "XXXX"),
    ],
)
def test_no_form_of_a_date_keeps_its_day_or_month(date: str, month: str, year: str) -> None:
    assert (coarser(date, "month"), coarser(date, "year")) == (month, year)
    assert all(bounds_of(coarser(date, unit)) for unit in UNITS)


@pytest.mark.parametrize("text", ["3 February 2025", "2025-02-03T12:00", "2025-2-3", "20250203", "2025-02-3", "", "x"])
@pytest.mark.parametrize("unit", UNITS)
def test_what_is_no_date_becomes_unknown_and_is_not_repeated(text: str, unit: Unit) -> None:
    assert coarser(text, unit) == "XXXX"


def test_dates_are_made_coarser_by_month_and_by_year() -> None:
    assert UNITS == ("month", "year")
