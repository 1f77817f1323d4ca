"""Records as CSV are, byte for byte, what Python's own writer gives, whatever stands in the cells."""

import csv
import io

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pfds.forms import csv_form
from pfds.forms.csv_form import csv_bytes, write_csv

CELLS = st.one_of(
    st.none(),
    st.text(st.characters(codec="utf-8"), max_size=8),
    st.text(st.sampled_from('",\r\n аб\u2028\ufeff='), max_size=6),
)
ROWS = st.lists(st.tuples(st.text(st.sampled_from('ab,"'), min_size=1, max_size=3), CELLS, CELLS), max_size=12)
NAMES = ("case_id", "title", "summary")


def table(rows: list[tuple[str | None, ...]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [(), (), ()]
    return pa.table([pa.array(column, pa.string()) for column in columns], names=NAMES)


def by_python(rows: list[tuple[str | None, ...]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows([NAMES, *rows])
    return text.getvalue().encode("utf-8")


@settings(deadline=None)
@given(ROWS)
def test_as_the_standard_library_writes_it(rows: list[tuple[str | None, ...]]) -> None:
    assert csv_bytes(table(rows)) == by_python(rows)


@settings(deadline=None)
@given(ROWS, st.integers(0, 12), st.integers(0, 12))
def test_a_part_of_a_batch_is_written_alone(rows: list[tuple[str | None, ...]], start: int, length: int) -> None:
    (batch,) = table(rows).combine_chunks().to_batches() or [pa.RecordBatch.from_pylist([], table([]).schema)]
    written = io.BytesIO()
    write_csv(written, NAMES, [batch.slice(start, length)])
    assert written.getvalue() == by_python(rows[start : start + length])


def test_long_cells_are_written_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_form, "_BYTES_AT_ONCE", 1 << 10)
    rows: list[tuple[str | None, ...]] = [(f"cas-{number}", "я" * 700, None) for number in range(9)]
    assert csv_bytes(table(rows)) == by_python(rows)


def test_more_rows_than_are_written_at_once() -> None:
    rows: list[tuple[str | None, ...]] = [(f"cas-{number}", None, 'a "word"') for number in range(40_000)]
    assert csv_bytes(table(rows)) == by_python(rows)
