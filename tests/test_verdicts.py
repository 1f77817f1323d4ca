"""Values are judged once and remembered; few cells are judged as many are."""

from __future__ import annotations

from unittest.mock import patch

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pfds.checks import kernels, verdicts
from pfds.checks.kernels import bad_among
from pfds.checks.verdicts import Verdicts
from pfds.intake.columns import Flags, HeldColumns
from pfds.standard.load import load_standard
from pfds.standard.model import Field

STANDARD = load_standard()
FIELDS = [field for table in STANDARD.tables.values() for field in table.fields]
CELLS = ["2024", "2024-02-30", "KGZ", "xx", "1", "1e3", "12345678901234567890", "true", "per-a-1", " a", "a", "a\x07"]
CELLS += ["https://example.org/", "é" * 600, "f" * 64, "en", "-91.5", "0.1234567890123456789"]


class Judge:
    """Finds capital letters bad, then digits; notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def __call__(self, values: pa.StringArray) -> list[tuple[str, Flags]]:
        self.asked.append(values.to_pylist())
        upper = np.array([value.isupper() for value in self.asked[-1]])
        digits = np.array([value.isdigit() for value in self.asked[-1]])
        return [("upper", upper), ("digits", digits)]


def test_a_value_is_judged_once() -> None:
    judge = Judge()
    known = Verdicts(judge)
    assert known.of(["a", "A", "1", "a"]) == [None, "upper", "digits", None]
    assert known.of(["1", "b", "A"]) == ["digits", None, "upper"]
    assert known.of(["b", "1"]) == [None, "digits"]
    assert judge.asked == [["a", "A", "1"], ["b"]]
    assert known.of([]) == []


def test_only_some_short_values_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdicts, "_MOST", 2)
    judge = Judge()
    known = Verdicts(judge)
    for values in (["x" * 65, "a"], ["x" * 65, "b"], ["c"], ["c", "a", "b"]):
        assert known.of(values) == [None] * len(values)
    assert judge.asked == [["x" * 65, "a"], ["x" * 65, "b"], ["c"], ["c"]]


@settings(deadline=None, max_examples=300)
@given(
    field=st.sampled_from(FIELDS), cells=st.lists(st.one_of(st.none(), st.sampled_from(CELLS)), min_size=1, max_size=12)
)
def test_few_cells_are_judged_as_many_are(field: Field, cells: list[str | None]) -> None:
    columns = HeldColumns(pa.table({field.name: pa.array(cells, pa.string())}))
    few = bad_among(STANDARD, field, columns)
    with patch.object(kernels, "_FEW", 0):
        many = bad_among(STANDARD, field, columns)
    assert [(rule, bad.tolist()) for rule, bad in few] == [(rule, bad.tolist()) for rule, bad in many]
