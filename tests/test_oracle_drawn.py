"""Drawn schemas and drawn tables: the toolkit and `jsonschema` find the same cells bad, for the same reason."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drawn import LAYOUTS, Drawn, drawn_tables, laid_out, piece_of
from json_schema_oracle import broken_by_field, typed_record
from kloop import STANDARD
from pfds.checks.cells import CheckedTable, check_cells
from pfds.checks.kernels import bad_cells
from pfds.intake.tables import TextTable
from pfds.standard.findings import Finding
from pfds.standard.model import Field, Table

Layout = Callable[[Sequence[str | None]], pa.Array]
Verdict = set[tuple[int, str, str]]
"""Row (1 = first), field and rule of each bad cell."""

FEW, MANY = 250, 5000
TITLE = STANDARD.tables["cases"].by_name["title"]
DAY = STANDARD.tables["cases"].by_name["date_opened_earliest"]


def examples(times: int) -> settings:
    """The same examples in every run."""
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    return settings(max_examples=times, deadline=None, derandomize=True, database=None, suppress_health_check=slow)


def rule_of(table: Table, field: Field, keywords: set[str]) -> str:
    """The rule that tells a cell which breaks these keywords: the first that decides."""
    dated = field.format is not None
    rules = {
        "required": "key-missing" if field.name == table.primary_key else "cell-required",
        "not": "cell-control-character",
        "type": "cell-type",
        "enum": "cell-code",
        "pattern": "cell-date" if dated else "cell-pattern",
        "format": "cell-date",
        "minLength": "cell-date" if dated else "cell-length",
        "maxLength": "cell-date" if dated else "cell-length",
        "minimum": "cell-range",
        "maximum": "cell-range",
    }
    return next(rule for keyword, rule in rules.items() if keyword in keywords)


def expected(drawn: Drawn) -> Verdict:
    """What `jsonschema` finds, worked out once for each distinct record."""
    table, verdicts = drawn.table, []
    for record in drawn.records:
        row = typed_record(table, {name: text for name, text in record.items() if text is not None})
        broken = broken_by_field(table, row, drawn.standard)
        verdicts.append({(name, rule_of(table, table.by_name[name], words)) for name, words in broken.items()})
    return {(row, name, rule) for row, index in enumerate(drawn.order, start=1) for name, rule in verdicts[index]}


def told(findings: Iterable[Finding]) -> Verdict:
    listed = [(found.row or 0, found.field or "", found.rule) for found in findings]
    assert len(set(listed)) == len(listed)
    return set(listed)


def judged(drawn: Drawn, text: TextTable) -> Verdict:
    return told(check_cells(drawn.standard, text).findings(drawn.standard))


def assert_alike(drawn: Drawn, layout: Layout) -> None:
    assert judged(drawn, laid_out(drawn, layout)) == expected(drawn)


@examples(FEW)
@given(drawn_tables(), st.sampled_from(LAYOUTS))
def test_drawn_records_are_judged_alike(drawn: Drawn, layout: Layout) -> None:
    assert_alike(drawn, layout)


@pytest.mark.long
@examples(MANY)
@given(drawn_tables(), st.sampled_from(LAYOUTS))
def test_many_drawn_records_are_judged_alike(drawn: Drawn, layout: Layout) -> None:
    assert_alike(drawn, layout)


def in_pieces(drawn: Drawn, text: TextTable, size: int) -> list[CheckedTable]:
    begins = range(0, len(drawn.order), size)
    pieces = [piece_of(text, begin, min(size, len(drawn.order) - begin)) for begin in begins]
    return [check_cells(drawn.standard, piece) for piece in pieces]


@examples(60)
@given(drawn_tables(), st.sampled_from(LAYOUTS), st.integers(1, 50))
def test_pieces_of_any_size_give_the_same_findings(drawn: Drawn, layout: Layout, size: int) -> None:
    text = laid_out(drawn, layout)
    whole, pieces = check_cells(drawn.standard, text), in_pieces(drawn, text, size)
    found = [finding for piece in pieces for finding in piece.findings(drawn.standard)]
    assert told(found) == told(whole.findings(drawn.standard))
    assert [row for piece in pieces for row in piece.cells.to_pylist()] == whole.cells.to_pylist()


def bad_indices(field: Field, cells: Sequence[str | None], layout: Layout) -> set[int]:
    masks = [flags for _, flags in bad_cells(STANDARD, field, layout(cells))]
    return set(np.flatnonzero(np.logical_or.reduce(masks)).tolist()) if masks else set()


EDGES = [chr(c) for c in (*range(0x09, 0x0E), 0x20, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029)]
EDGES += [chr(c) for c in (0x202F, 0x205F, 0x3000, 0xFEFF)]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("body", ["", "a", "~", "é", "я", "м", "à", "…", "記", "💻", "\u0301"])
def test_white_space_at_an_end_is_found_whatever_stands_beside_it(body: str, layout: Layout) -> None:
    cells: list[str | None] = []
    for edge in EDGES:
        cells += [*["ok"] * 8, edge + body, "é", body + edge, None]
    bad = {
        index
        for index, cell in enumerate(cells)
        if cell is not None and cell[0] + cell[-1] != cell[0].strip() + cell[-1].strip()
    }
    bad |= {index for index, cell in enumerate(cells) if cell and "\ufeff" in cell}
    assert len(bad) == 2 * len(EDGES)
    assert bad_indices(TITLE, cells, layout) == bad


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("cells", [[], [None], [None] * 9, [None, "a"], ["a", None], [None, None, "é"]])
def test_columns_without_text_or_nearly_so_are_judged(cells: list[str | None], layout: Layout) -> None:
    assert bad_indices(TITLE, cells, layout) == set()
    assert bad_indices(DAY, cells, layout) == {index for index, cell in enumerate(cells) if cell}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("character", [*map(chr, range(0x20)), "\x7f"])
def test_a_control_character_anywhere_in_a_cell_is_found(character: str, layout: Layout) -> None:
    cells: list[str | None] = [
        "я",
        *[None, "ok"] * 9,
        f"é{character}é",
        *["ok"] * 9,
        f"{character}",
        None,
        f"ab{character}",
    ]
    bad = {index for index, cell in enumerate(cells) if cell and character in cell}
    assert bad_indices(TITLE, cells, layout) == bad
    assert len(bad) == 3


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("letter", ["a", "é", "記", "💻"])
def test_length_is_counted_in_characters(letter: str, layout: Layout) -> None:
    cells = [*["ok"] * 20, letter * 500, "ok", letter * 501, letter * 125, letter * 126]
    assert bad_indices(TITLE, cells, layout) == {22}
