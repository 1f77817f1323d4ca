"""Damaged records of CSV: what is made of them holds the cells that are read, and takes no more room than they do."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pfds.intake.csv_cells import read_cells
from pfds.intake.csv_mending import mended
from pfds.intake.csv_scan import Scan

CELLS = ("", "", "a", "bc", '"x,y"', '"q""r"', '"l\nm"', "é")
RECORDS = st.lists(st.lists(st.sampled_from(CELLS), min_size=1, max_size=6), min_size=1, max_size=6)


def read(text: bytes, columns: list[int]) -> list[list[str]]:
    scan = Scan(text)
    records = scan.records()
    if not len(records):
        return []
    made = mended(scan, records, columns, garbled=not _is_utf8(text))
    found = read_cells(made, len(columns), {str(number): at for at, number in enumerate(sorted(columns))})
    assert found.num_rows == len(records)
    return [[cell or "" for cell in row.values()] for row in found.select([str(each) for each in columns]).to_pylist()]


def _is_utf8(text: bytes) -> bool:
    return text.decode("utf-8", "replace").encode() == text


@given(
    rows=RECORDS,
    columns=st.sets(st.integers(0, 6), min_size=1),
    feed=st.sampled_from(["\n", "\r\n", "\n\n"]),
    is_last_ended=st.booleans(),
)
def test_each_record_has_the_cells_that_are_read_and_empty_ones_where_it_has_none(
    rows: list[list[str]], columns: set[int], feed: str, *, is_last_ended: bool
) -> None:
    text = "".join(",".join(row) + feed for row in rows)
    text = text if is_last_ended else text.removesuffix(feed)
    theirs = [row for row in csv.reader(io.StringIO(text, newline="")) if row]
    places = sorted(columns)
    assert read(text.encode(), places) == [[row[at] if at < len(row) else "" for at in places] for row in theirs]


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        (b"a,b\xff,c\n", [["a", "c"]]),
        (b"a,b,\xc3\nd,e,f\n", [["a", "\ufffd"], ["d", "f"]]),
        (b"\xff\n", [["\ufffd", ""]]),
    ],
)
def test_bytes_that_are_not_utf_8_give_way(text: bytes, cells: list[list[str]]) -> None:
    assert read(text, [0, 2]) == cells


def test_a_record_of_one_empty_cell_is_no_blank_line() -> None:
    assert read(b",x\ny,z\n", [0]) == [[""], ["y"]]
    assert read(b"x\ny,z\n", [1]) == [[""], ["z"]]


def test_no_record_is_filled_up_with_columns_that_are_not_read() -> None:
    """Thousands of them would make gigabytes of a small file."""
    text = b"a\n" * 1000
    scan = Scan(text)
    assert len(mended(scan, scan.records(), [0, 1_999], garbled=False)) == len(text) + 1000 - 1
