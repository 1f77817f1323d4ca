"""Patterns of the standard meet data only in engines of linear time, or in forms that cannot take longer."""

import re
import time
from collections.abc import Iterator

import pyarrow as pa
import pytest

from kloop import STANDARD
from pfds.checks.explanations import cell_remarks
from pfds.checks.kernels import bad_cells, compile_checks
from pfds.intake.local_values import local_values
from pfds.standard.edtf import EdtfError, parse_edtf
from pfds.standard.model import Field

LENGTH = 100_000
SECONDS = 2
BOMBS = [
    "a" * LENGTH + "!",
    "0" * LENGTH + "!",
    "-" * LENGTH,
    "evt-" + "a-" * (LENGTH // 2) + "!",
    "2025-01-01/" * (LENGTH // 11),
    "[" + "2025-01-01," * (LENGTH // 11),
    "[2025" + ",2025" * (LENGTH // 5) + "!]",
    ".." * (LENGTH // 2),
    "P" + "1Y" * (LENGTH // 2),
    "http://" + "a." * (LENGTH // 2) + "\\",
    "\u3000" * LENGTH,
    "x" + " " * LENGTH + "\x00",
    "a" + "\u2003" * LENGTH + "b\n",
    "1" + ",000" * (LENGTH // 4) + "!",
    "1\u00a0000" * (LENGTH // 5) + "!",
    "é" * LENGTH,
    "x" + " " * LENGTH + "y",
    "1" + "\u00a0" * LENGTH + "y",
    "a – " * (LENGTH // 4),
    "31.12." * (LENGTH // 6),
    "1 января " * (LENGTH // 9),
    "\u0661" * LENGTH + "\u200f",
]


def patterned() -> Iterator[Field]:
    """One field of each pattern, and of each pattern of what is forbidden."""
    seen = set()
    for table in STANDARD.tables.values():
        for field in table.fields:
            form = (field.pattern, field.forbidden, field.format, field.json_type)
            if form not in seen:
                seen.add(form)
                yield field


FIELDS = list(patterned())


def test_all_patterns_are_tried() -> None:
    tried = {pattern for field in FIELDS for pattern in (field.pattern, field.forbidden) if pattern}
    assert tried == {
        pattern
        for table in STANDARD.tables.values()
        for field in table.fields
        for pattern in (field.pattern, field.forbidden)
        if pattern
    }
    assert len(tried) > 20


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: f"{field.kind}-{field.name}")
def test_no_cell_takes_long_to_judge(field: Field) -> None:
    column = pa.array(BOMBS, pa.string())
    compile_checks(STANDARD, field)
    began = time.process_time()
    bad = bad_cells(STANDARD, field, column)
    for rule, mask in bad:
        for bomb in pa.array(BOMBS).filter(mask).to_pylist():
            cell_remarks(STANDARD, field, rule, bomb)
    assert time.process_time() - began < SECONDS * len(BOMBS) / 4


@pytest.mark.parametrize("bomb", BOMBS, ids=range(len(BOMBS)))
def test_no_date_takes_long_to_read(bomb: str) -> None:
    began = time.process_time()
    with pytest.raises(EdtfError):
        parse_edtf(bomb)
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: f"{field.kind}-{field.name}")
def test_no_cell_takes_long_to_read_as_it_is_meant(field: Field) -> None:
    began = time.process_time()
    local_values(STANDARD, field, pa.array(BOMBS, pa.string()))
    assert time.process_time() - began < SECONDS * 3


def test_patterns_for_the_engine_of_python_have_one_way_to_match() -> None:
    """Dates and identifiers are matched by `re` too: each repetition there begins with a sign that ends the last."""
    for field in FIELDS:
        if not field.pattern or (field.format not in ("edtf", "date") and field.kind not in ("id", "language")):
            continue
        form = re.compile(field.pattern)
        for bomb in BOMBS:
            began = time.process_time()
            form.fullmatch(bomb)
            form.search(bomb)
            assert time.process_time() - began < SECONDS
