"""Parquet files: typed values become the text that a CSV cell would hold."""

import io
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from types import ModuleType
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from pfds.intake import columnar_file, columnar_form
from pfds.intake.columnar_file import NOT_PARQUET, ColumnarFile
from pfds.intake.columnar_form import parquet_columns
from pfds.intake.tables import Reading, TextTable
from pfds.standard.findings import Finding
from reading import read_whole, stream_of
from tiny_standard import CASES, brief, column, facts


def read(data: bytes) -> Reading:
    columns = partial(parquet_columns, pa.BufferReader(data))
    return read_whole(ColumnarFile(stream_of(data), columns, "cases.parquet", CASES, NOT_PARQUET))


def stored(columns: Mapping[str, Any], **options: Any) -> bytes:
    return stored_table(pa.table(dict(columns)), **options)


def stored_table(table: pa.Table, **options: Any) -> bytes:
    buffer = io.BytesIO()
    parquet.write_table(table, buffer, **options)
    return buffer.getvalue()


def cases(name: str, values: Any) -> Reading:
    """A sound table with one column more."""
    size = len(values)
    plain = {"case_id": [f"cas-{n}" for n in range(size)], "title": ["a"] * size}
    return read(stored({**plain, name: values}))


def only_table(reading: Reading) -> TextTable:
    (found,) = reading.tables
    return found


def only_finding(reading: Reading) -> Finding:
    (finding,) = reading.findings
    return finding


def test_rows_are_numbered_and_have_neither_lines_nor_cells() -> None:
    reading = cases("opened", ["2025", "2024"])
    assert reading.findings == ()
    assert reading.skipped == ()
    assert reading.partial == frozenset()
    found = only_table(reading)
    assert found.rows.tolist() == [1, 2]
    assert found.lines.tolist() == [0, 0]
    assert found.origin(1, "opened").line is None
    assert found.origin(1, "opened").cell is None


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        (pa.array(["a", "", None, " "]), ["a", None, None, " "]),
        (pa.array(["a", ""], pa.large_string()), ["a", None]),
        (pa.array(["a", ""], pa.string_view()), ["a", None]),
        (pa.array(["a", "", "a", None]).dictionary_encode(), ["a", None, "a", None]),
        (pa.array([5, 1, 5, None]).dictionary_encode(), ["5", "1", "5", None]),
        (pa.array([date(2025, 5, 28), None]), ["2025-05-28", None]),
        (pa.array([date(2025, 5, 28)], pa.date64()), ["2025-05-28"]),
        (pa.array([True, False, None]), ["true", "false", None]),
        (pa.array([5, -7, None], pa.int8()), ["5", "-7", None]),
        (pa.array([2**64 - 1], pa.uint64()), ["18446744073709551615"]),
        (pa.array([5.0, 0.1, 1e-7, 1e22, -0.0, None]), ["5", "0.1", "0.0000001", "1" + "0" * 22, "0", None]),
        (pa.array([0.1], pa.float32()), ["0.1"]),
        (pa.array([float("nan"), float("inf")]), ["nan", "inf"]),
        (pa.array([Decimal("2.50"), Decimal("0.00"), Decimal("10.00")]), ["2.5", "0", "10"]),
        (pa.array([Decimal("0.0000000001")]), ["0.0000000001"]),
        (pa.nulls(2), [None, None]),
    ],
)
def test_values_that_have_a_text(values: Any, texts: list[str | None]) -> None:
    reading = cases("opened", values)
    assert reading.findings == ()
    assert column(only_table(reading), "opened") == texts
    assert only_table(reading).cells.schema.field("opened").type == pa.string()


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (pa.array([["a"], []]), "lists"),
        (pa.array([{"a": 1}]), "groups of columns"),
        (pa.array([datetime(2025, 1, 1, tzinfo=UTC)]), "timestamps"),
        (pa.array([b"a"]), "bytes"),
    ],
)
def test_columns_that_have_no_text(values: Any, found: str) -> None:
    reading = cases("persons_count", values)
    finding = only_finding(reading)
    assert brief(finding) == ("cell-type", "persons_count", None, None, None)
    assert facts(finding) >= {"expected": "a whole number", "found": found}.items()
    assert only_table(reading).cells.column_names == ["case_id", "title"]


def test_required_column_that_has_no_text_is_not_also_missing() -> None:
    assert only_finding(read(stored({"case_id": ["cas-1"], "title": [b"a"]}))).rule == "cell-type"


def test_several_row_groups() -> None:
    size = 10
    reading = read(stored({"case_id": [f"cas-{n}" for n in range(size)], "title": ["a"] * size}, row_group_size=3))
    assert column(only_table(reading), "case_id") == [f"cas-{n}" for n in range(size)]
    assert only_table(reading).rows.tolist() == list(range(1, 11))


def test_table_without_records() -> None:
    reading = read(stored_table(pa.schema([("case_id", pa.string()), ("title", pa.string())]).empty_table()))
    assert reading.findings == ()
    assert only_table(reading).cells.column_names == ["case_id", "title"]
    assert only_table(reading).cells.num_rows == 0


def test_columns_unknown_repeated_and_missing() -> None:
    table = pa.table([["cas-1"], ["x"], ["2025"], ["2024"]], names=["case_id", "titel", "opened", "opened"])
    reading = read(stored_table(table))
    assert [brief(finding)[:2] for finding in reading.findings] == [
        ("column-unknown", None),
        ("column-duplicate", "opened"),
        ("column-missing", "title"),
    ]
    assert facts(reading.findings[0]) >= {"name": "titel", "similar": "title"}.items()
    assert column(only_table(reading), "opened") == ["2025"]


def test_no_known_column() -> None:
    reading = read(stored({"a": [1]}))
    assert only_finding(reading).rule == "header-missing"
    assert only_table(reading).cells.num_rows == 0
    assert reading.partial == {"cases"}


def test_bytes_that_are_no_parquet() -> None:
    whole = stored({"case_id": ["cas-1"], "title": ["a"]})
    for data in (b"", b"PAR1", b"case_id,title\n", whole[:-10], whole[:4] + b"\xff" * 60 + whole[64:]):
        reading = read(data)
        finding = only_finding(reading)
        assert brief(finding) == ("file-unreadable", None, None, None, None)
        assert facts(finding) >= {"problem": NOT_PARQUET}.items()
        assert reading.partial == {"cases"}
        assert [skipped.rule for skipped in reading.skipped] == ["*"]


def test_text_that_is_not_utf_8() -> None:
    garbled = pa.StringArray.from_buffers(2, pa.array([0, 1, 5], pa.int32()).buffers()[1], pa.py_buffer(b"acaf\xe9"))
    reading = cases("opened", garbled)
    finding = only_finding(reading)
    assert brief(finding) == ("encoding-invalid", "opened", 2, None, None)
    assert facts(finding) >= {"byte": 3, "hex": "E9", "suggestion": ""}.items()
    assert column(only_table(reading), "opened") == ["a", None]
    assert only_table(reading).refused["opened"].tolist() == [False, True]


@pytest.mark.parametrize(
    ("module", "name", "subject"),
    [(columnar_file, "MAX_COLUMNS", "columns"), (columnar_form, "MAX_RECORD_BYTES", "bytes in one record")],
)
def test_limits(module: ModuleType, name: str, subject: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = stored({"case_id": ["cas-1", "cas-2"], "title": ["a", "b"]})
    monkeypatch.setattr(columnar_form, "PIECE_BYTES", 1)
    monkeypatch.setattr(module, name, 1)
    monkeypatch.setattr(columnar_file, name, 1)
    reading = read(data)
    finding = only_finding(reading)
    assert finding.rule == "limit-exceeded"
    assert (finding.facts["subject"], finding.facts["limit"]) == (subject, 1)
    assert reading.partial == {"cases"}
    monkeypatch.setattr(module, name, 1000)
    monkeypatch.setattr(columnar_file, name, 1000)
    assert read(data).findings == ()


def test_a_record_that_is_too_long_is_told_at_its_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columnar_form, "PIECE_BYTES", 1)
    for module in (columnar_form, columnar_file):
        monkeypatch.setattr(module, "MAX_RECORD_BYTES", 1000)
    reading = read(stored({"case_id": ["cas-1", "cas-2", "cas-3"], "title": ["a", "b", "c" * 2000]}))
    assert [(found.rule, found.row) for found in reading.findings] == [("limit-exceeded", 3)]
    assert len(only_table(reading).rows) == 2


@settings(max_examples=50, deadline=None)
@given(st.lists(st.none() | st.floats(allow_nan=False, allow_infinity=False), max_size=20))
def test_numbers_stay_the_same(numbers: list[float | None]) -> None:
    texts = column(only_table(cases("fine_amount", pa.array(numbers, pa.float64()))), "fine_amount")
    assert [None if text is None else float(text) for text in texts] == numbers
    assert not any("e" in text for text in texts if text)
