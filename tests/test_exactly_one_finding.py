"""One defect, one finding: a single bad cell in the Kloop example is told once, at its place, and nothing else is.

A few records are changed in the same column at once, so that the checks need not run anew for each; a rule that
waits for a column to be corrected is then skipped exactly as it is for one change.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

import pyarrow as pa
import pytest

from kloop import AS_OF, STANDARD, Row, kloop_submission, kloop_tables, seeded, with_cells
from pfds.checks.kernels import bad_cells
from pfds.checks.run import validate
from pfds.standard.model import Field

SAMPLE_GROUPS = 2
SAMPLE_SIZE = 10
LONG_SIZE = 25

# Rules of SQL that find a record that an identifier without a fixed table does not lead to.
SUBJECT_RULES = {
    "claims": "claim-record-missing",
    "conflicts": "conflict-record-missing",
    "identifiers": "identifier-record-missing",
}
# A claimed value that a field accepts, and one that it refuses, are the first of these that it does so with.
OTHER_VALUES = (
    *("1999", "1999-12-31", "3", "0.5", "true", "false", "P99Y", "KG-ZZ", "tlh", "https://example.org/other"),
    *("f" * 64, "Another value altogether", *(f"{table.id_prefix}-klp-nobody" for table in STANDARD.tables.values())),
)
REFUSED_VALUES = ("not a value of this kind", "two\nlines", "x" * 501)

Place = tuple[str, str | None, str | None, int | None]


@dataclass(frozen=True, slots=True)
class Change:
    """Another text (None: none) in a cell of the record at ``index`` (0 = first), and the rule that must tell it."""

    table: str
    field: str
    index: int
    cell: str | None
    rule: str

    @property
    def place(self) -> Place:
        """What the one finding says."""
        return self.rule, self.table, self.field, self.index + 1


def cells() -> Iterator[tuple[str, Field, int, str]]:
    """Every cell of the example that is not empty: table, field, index of the record and text."""
    for name, rows in kloop_tables().items():
        for field in STANDARD.tables[name].fields:
            yield from ((name, field, index, row[field.name]) for index, row in enumerate(rows) if field.name in row)


def emptied_required_cells() -> Iterator[Change]:
    for table, field, index, _ in cells():
        if field.required:
            key = field.name == STANDARD.tables[table].primary_key
            yield Change(table, field.name, index, None, "key-missing" if key else "cell-required")


def misspelt_codes() -> Iterator[Change]:
    for table, field, index, text in cells():
        if field.codelist:
            yield Change(table, field.name, index, misspelt(text, index, STANDARD.codes(field)), "cell-code")


def misspelt(code: str, number: int, codes: Sequence[str]) -> str:
    spellings = (code[:-1], code[1:], code + code[-1], code.swapcase(), f" {code}")
    return next(found for found in (*spellings[number % 5 :], *spellings) if found and found not in codes)


def broken_references() -> Iterator[Change]:
    for table, field, index, _ in cells():
        if field.reference:
            prefix = STANDARD.tables[field.reference.table].id_prefix
            yield Change(table, field.name, index, f"{prefix}-klp-nowhere-{index}", "reference-missing")
        elif field.name == "subject_id":
            yield Change(table, field.name, index, f"per-klp-nowhere-{index}", SUBJECT_RULES[table])


def accepted_claims_altered() -> Iterator[Change]:
    for index, row, field in claims_with_value():
        if row["claim_status"] == "accepted" and row["stance"] == "asserts":
            others = (*STANDARD.codes(field), *OTHER_VALUES)
            other = next(text for text in others if text != row["claim_value"] and accepts(field, text))
            yield Change("claims", "claim_value", index, other, "claim-accepted-differs")


def claims_made_unacceptable() -> Iterator[Change]:
    for index, _, field in claims_with_value():
        for refused in [text for text in REFUSED_VALUES if not accepts(field, text)][:1]:
            yield Change("claims", "claim_value", index, refused, "claim-value-refused")


def claims_with_value() -> Iterator[tuple[int, Row, Field]]:
    """Index and cells of each claim that gives a value, and the field that it is about."""
    for index, row in enumerate(kloop_tables()["claims"]):
        if "claim_value" in row:
            yield index, row, STANDARD.tables[row["subject_table"]].by_name[row["subject_field"]]


@cache
def accepts(field: Field, text: str) -> bool:
    return not bad_cells(STANDARD, field, pa.array([text]))


def groups(changes: Iterator[Change], size: int) -> Iterator[list[Change]]:
    """Changes in the same column, at most ``size`` together, spread over the table."""
    for _, column in groupby(changes, key=lambda change: (change.table, change.field)):
        own = list(column)
        count = -(-len(own) // size)
        yield from (own[start::count] for start in range(count))


def told(changes: Sequence[Change]) -> list[Place]:
    cell_of = {change.index: change.cell for change in changes}
    submission = with_cells(kloop_submission(), changes[0].table, changes[0].field, cell_of)
    findings = validate(STANDARD, submission.opened(), AS_OF).report.findings
    return sorted((found.rule, found.table, found.field, found.row) for found in findings)


def surprises(changes: Sequence[Change]) -> Iterator[str]:
    """What is told otherwise than expected, traced to a single change where one is enough."""
    found = told(changes)
    if found == sorted(change.place for change in changes):
        return
    half = len(changes) // 2
    traced = [] if not half else [*surprises(changes[:half]), *surprises(changes[half:])]
    yield from traced or [f"{[(change.place, change.cell) for change in changes]} gave {found}"]


KINDS = (
    emptied_required_cells,
    misspelt_codes,
    broken_references,
    accepted_claims_altered,
    claims_made_unacceptable,
)


def test_the_example_itself_has_no_finding() -> None:
    assert validate(STANDARD, kloop_submission().opened(), AS_OF).report.findings == ()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_sample_of_defects_is_told_once_each(kind: Callable[[], Iterator[Change]]) -> None:
    sample = seeded().sample(list(groups(kind(), SAMPLE_SIZE)), SAMPLE_GROUPS)
    assert [surprise for changes in sample for surprise in surprises(changes)] == []


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_defect_is_told_once(kind: Callable[[], Iterator[Change]]) -> None:
    assert [surprise for changes in groups(kind(), LONG_SIZE) for surprise in surprises(changes)] == []
