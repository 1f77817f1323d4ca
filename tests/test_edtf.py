"""EDTF-P: the conformance vectors, the shape pattern of the schema, and properties of the parser."""

import csv
import json
import os
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pfds.standard.edtf import MAX_LENGTH, EdtfBounds, EdtfError, parse_edtf

SCHEMA = Path(__file__).parents[1] / "schema"
CASES: list[dict[str, Any]] = json.loads((SCHEMA / "vectors" / "edtf.json").read_text("utf-8"))["cases"]
VALID = [case["value"] for case in CASES if case["valid"]]
INVALID = [case for case in CASES if not case["valid"]]
SHAPE_DEFINITION = json.loads((SCHEMA / "common.schema.json").read_text("utf-8"))["$defs"]["edtf"]
SHAPE = re.compile(SHAPE_DEFINITION["pattern"])
CONFORMANCE = os.environ.get("PFDS_EDTF_CONFORMANCE", "")

# Reasons that a regular expression cannot find, and that a value of the right shape may still have.
CALENDAR_REASONS = {"year", "no-such-day", "order"}

# Where EDTF-P and the suite named by PFDS_EDTF_CONFORMANCE knowingly disagree.
KNOWN_DIFFERENCES = {
    "2010-24": "python-edtf ends winter on 31 December, EDTF-P at the end of February",
}

QUALIFIERS = st.sampled_from(["", "~", "?", "%"])
EDTF_LIKE_TEXT = st.text(alphabet="0123456789-/[].,X~?% ", max_size=MAX_LENGTH + 20)


def iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def verdict(text: str) -> EdtfBounds | str:
    """Bounds of `text`, or the reason why it has none."""
    try:
        return parse_edtf(text)
    except EdtfError as error:
        return error.reason


@pytest.mark.parametrize("case", CASES, ids=lambda case: ascii(case["value"]))
def test_vector(case: dict[str, Any]) -> None:
    found = verdict(case["value"])
    if not case["valid"]:
        assert found == case["reason"]
        return
    assert isinstance(found, EdtfBounds)
    assert (iso(found.earliest), iso(found.latest)) == (case["earliest"], case["latest"])
    kind = "interval" if "/" in case["value"] else "moment"
    assert found.kind == ("unknown" if case["value"] == "XXXX" else kind)


def test_vectors_are_many_and_unique() -> None:
    values = [case["value"] for case in CASES]
    assert len(values) >= 150
    assert len(set(values)) == len(values)


def test_docs_list_exactly_the_reasons_of_the_vectors() -> None:
    text = (SCHEMA.parent / "docs" / "edtf.md").read_text("utf-8")
    section = text.partition("## Reasons")[2].partition("\n## ")[0]
    listed = re.findall(r"^\| `([a-z-]+)` \|", section, re.MULTILINE)
    assert sorted(listed) == sorted({case["reason"] for case in INVALID})


@pytest.mark.parametrize("value", VALID)
def test_valid_vector_has_the_shape(value: str) -> None:
    assert SHAPE.fullmatch(value)


@pytest.mark.parametrize("case", INVALID, ids=lambda case: ascii(case["value"]))
def test_value_of_the_right_shape_fails_for_calendar_or_length_only(case: dict[str, Any]) -> None:
    assert not SHAPE.fullmatch(case["value"]) or case["reason"] in CALENDAR_REASONS | {"too-long"}


def test_error_reads_as_a_sentence() -> None:
    with pytest.raises(EdtfError) as caught:
        parse_edtf("2025-02-29")
    assert caught.value.detail == "February 2025 has 28 days, no day 29."
    assert str(caught.value) == "no-such-day: February 2025 has 28 days, no day 29."


@given(st.dates(), st.dates(), QUALIFIERS, QUALIFIERS)
def test_two_dates(one: date, other: date, one_qualifier: str, other_qualifier: str) -> None:
    first, last = sorted((one, other))
    interval = f"{first}{one_qualifier}/{last}{other_qualifier}"
    assert parse_edtf(interval) == EdtfBounds(first, last, "interval")
    assert parse_edtf(f"[{first}..{last}]") == EdtfBounds(first, last, "moment")
    assert parse_edtf(f"[{one},{other}]") == EdtfBounds(first, last, "moment")
    assert parse_edtf(f"{one}{one_qualifier}") == EdtfBounds(one, one, "moment")
    if first != last:
        assert verdict(f"{last}/{first}") == "order"
        assert verdict(f"[{last}..{first}]") == "order"


@given(st.dates(), QUALIFIERS)
def test_open_ends(day: date, qualifier: str) -> None:
    assert parse_edtf(f"{day}{qualifier}/..") == EdtfBounds(day, None, "interval")
    assert parse_edtf(f"../{day}{qualifier}") == EdtfBounds(None, day, "interval")
    assert parse_edtf(f"[{day}..]") == EdtfBounds(day, None, "moment")
    assert parse_edtf(f"[..{day}]") == EdtfBounds(None, day, "moment")


@given(st.text() | EDTF_LIKE_TEXT | st.from_regex(SHAPE))
@example("[" * MAX_LENGTH)
@example("\ud800")
def test_any_text_is_read_or_refused(text: str) -> None:
    found = verdict(text)
    if isinstance(found, str):
        return
    assert SHAPE.fullmatch(text)
    assert found.earliest is None or found.latest is None or found.earliest <= found.latest


@given(st.from_regex(SHAPE, fullmatch=True).map(str.rstrip))
def test_any_text_of_the_right_shape_fails_for_calendar_or_length_only(text: str) -> None:
    found = verdict(text)
    assert isinstance(found, EdtfBounds) or found in CALENDAR_REASONS | {"too-long"}


@given(st.sampled_from(VALID), st.integers(0, MAX_LENGTH), st.sampled_from("0123456789-/[].,X~?% "))
def test_valid_value_with_one_character_changed(value: str, at: int, char: str) -> None:
    at %= len(value)
    before, after = value[:at], value[at + 1 :]
    for text in (before + char + after, before + char + value[at:], before + after):
        if isinstance(verdict(text), EdtfBounds):
            assert SHAPE.fullmatch(text), text


if CONFORMANCE:

    def test_agrees_with_the_named_suite_inside_the_profile() -> None:
        """The CSV has the columns edtf, expect, lower_or_list and upper; bounds count if upper is given."""
        with Path(CONFORMANCE).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        differences = {}
        for row in rows:
            found = verdict(row["edtf"])
            if isinstance(found, str):
                continue
            expected = (row["lower_or_list"], row["upper"])
            bounds = (iso(found.earliest) or "-inf", iso(found.latest) or "inf")
            if row["expect"] != "valid" or (row["upper"] and bounds != expected):
                differences[row["edtf"]] = bounds
        assert rows
        assert set(differences) <= set(KNOWN_DIFFERENCES), differences
