"""Claimed values, read as the fields that they are about and laid beside what the records say."""

from collections.abc import Mapping, Sequence

import pyarrow as pa
import pytest

from in_memory import relations
from kloop import STANDARD
from pfds.checks.claim_values import CLAIM_VALUES, claim_makers
from records import relations as supplied

ABOUT = ("subject_table", "subject_id", "subject_field", "claim_value")
EVENT = {"event_id": "evt-exm-1", "title": "Arrest", "event_date": "2025-02-03"}
PERSON = {"person_id": "per-exm-1", "gender": "woman"}

Rows = Sequence[Mapping[str, str | None]]


def values(claims: Rows, **records: Rows) -> list[dict[str, str | None]]:
    """The rows of `claim_values`, by the identifiers of the claims; each table has the columns of its first record."""
    known = {f"cells_{name}": rows for name, rows in records.items()}
    columns = {name: frozenset(rows[0]) for name, rows in {"claims": claims, **records}.items()}
    with relations(claims=claims, cells_claims=claims, **known) as database:
        found = [
            make(batch)
            for select, make in claim_makers(STANDARD, database, columns)
            for batch in database.batches(select, 1 << 14)
        ]
    assert all(table.schema == CLAIM_VALUES for table in found)
    rows: list[dict[str, str | None]] = pa.concat_tables([CLAIM_VALUES.empty_table(), *found]).to_pylist()
    return sorted(rows, key=lambda row: row["claim_id"] or "")


def claim(key: str | None, *about: str | None) -> dict[str, str | None]:
    return {"claim_id": key, **dict(zip(ABOUT, about, strict=True))}


Days = tuple[str | None, str | None]


def read(key: str, value: str | None, *, valid: str = "true", days: Days = (None, None)) -> dict[str, str | None]:
    return dict(zip(CLAIM_VALUES.names, (key, valid, *days, value), strict=True))


def test_each_claim_stands_beside_what_its_own_field_says() -> None:
    claims = [
        claim("clm-1", "events", "evt-exm-1", "title", "Raid"),
        claim("clm-2", "events", "evt-exm-1", "event_date", "2025-02"),
        claim("clm-3", "persons", "per-exm-1", "gender", "man"),
        claim("clm-4", "persons", "per-exm-1", "gender", "woman"),
    ]
    assert values(claims, events=[EVENT], persons=[PERSON]) == [
        read("clm-1", "Arrest"),
        read("clm-2", "2025-02-03", days=("2025-02-01", "2025-02-28")),
        read("clm-3", "woman"),
        read("clm-4", "woman"),
    ]


def test_a_claim_about_no_record_and_one_about_an_empty_cell_stand_beside_nothing() -> None:
    claims = [
        claim("clm-1", "events", "evt-exm-9", "title", "Raid"),
        claim("clm-2", "events", "evt-exm-2", "title", "Raid"),
        claim("clm-3", "events", None, "title", "Raid"),
    ]
    assert values(claims, events=[EVENT, {"event_id": "evt-exm-2"}, {"title": "Nameless"}]) == [
        read("clm-1", None),
        read("clm-2", None),
        read("clm-3", None),
    ]


def test_an_identifier_counts_in_its_own_table_only() -> None:
    claims = [claim("clm-1", "persons", "evt-exm-1", "gender", "man")]
    assert values(claims, events=[EVENT], persons=[PERSON]) == [read("clm-1", None)]


@pytest.mark.parametrize("events", [{}, {"events": [{"event_id": "evt-exm-1"}]}])
def test_claims_about_a_column_or_a_table_that_was_not_sent_are_read_all_the_same(events: dict[str, Rows]) -> None:
    claims = [
        claim("clm-1", "events", "evt-exm-1", "event_date", "2025"),
        claim("clm-2", "events", "evt-exm-1", "event_date", "soon"),
    ]
    assert values(claims, **events) == [
        read("clm-1", None, days=("2025-01-01", "2025-12-31")),
        read("clm-2", None, valid="false"),
    ]


def test_of_a_table_without_some_columns_the_others_are_compared() -> None:
    claims = [
        claim("clm-1", "events", "evt-exm-1", "title", "Raid"),
        claim("clm-2", "events", "evt-exm-1", "event_date", "2025"),
    ]
    sent = [{"event_id": "evt-exm-1", "title": "Arrest"}]
    assert values(claims, events=sent) == [
        read("clm-1", "Arrest"),
        read("clm-2", None, days=("2025-01-01", "2025-12-31")),
    ]


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("title", "Raid", read("clm-1", None)),
        ("title", "Raid\x07", read("clm-1", None, valid="false")),
        ("country", "NZL", read("clm-1", None)),
        ("country", "NZ", read("clm-1", None, valid="false")),
        ("latitude", "-36.8", read("clm-1", None)),
        ("latitude", "95", read("clm-1", None, valid="false")),
        ("latitude", "36,8", read("clm-1", None, valid="false")),
        ("event_date", "2025-02-03", read("clm-1", None, days=("2025-02-03", "2025-02-03"))),
        ("event_date", "2025-02-30", read("clm-1", None, valid="false")),
        ("event_date", "2025-02-03/..", read("clm-1", None, days=("2025-02-03", None))),
        ("modified", "2025-03-12", read("clm-1", None, days=("2025-03-12", "2025-03-12"))),
        ("modified", "2025-03", read("clm-1", None, valid="false")),
    ],
)
def test_a_value_is_judged_and_dated_as_its_field_would_be(
    field: str, value: str, expected: dict[str, str | None]
) -> None:
    assert values([claim("clm-1", "events", "evt-exm-1", field, value)], events=[EVENT]) == [
        expected | {"record_value": EVENT.get(field)}
    ]


def test_what_one_field_refuses_another_may_hold() -> None:
    claims = [
        claim("clm-1", "events", "evt-exm-1", "title", "soon"),
        claim("clm-2", "events", "evt-exm-1", "event_date", "soon"),
        claim("clm-3", "events", "evt-exm-1", "event_date", "2025-02-03"),
        claim("clm-4", "events", "evt-exm-1", "title", "2025-02-03"),
    ]
    days = ("2025-02-03", "2025-02-03")
    assert values(claims, events=[EVENT]) == [
        read("clm-1", "Arrest"),
        read("clm-2", "2025-02-03", valid="false"),
        read("clm-3", "2025-02-03", days=days),
        read("clm-4", "Arrest"),
    ]


@pytest.mark.parametrize(
    "left_out",
    [
        claim(None, "events", "evt-exm-1", "title", "Raid"),
        claim("clm-1", "events", "evt-exm-1", "title", None),
        claim("clm-1", "events", "evt-exm-1", "event_date", None),
        claim("clm-1", "events", "evt-exm-1", "colour", "red"),
        claim("clm-1", "events", "evt-exm-1", None, "red"),
        claim("clm-1", "evenings", "evt-exm-1", "title", "Raid"),
        claim("clm-1", None, "evt-exm-1", "title", "Raid"),
        claim("clm-1", "events", "per-exm-1", "gender", "man"),
    ],
)
def test_what_claims_nothing_that_could_be_compared_is_left_out(left_out: dict[str, str | None]) -> None:
    other = claim("clm-2", "events", "evt-exm-1", "title", "Arrest")
    assert values([left_out, other], events=[EVENT], persons=[PERSON]) == [read("clm-2", "Arrest")]


def test_only_tables_that_claims_are_about_are_looked_through() -> None:
    claims = [claim("clm-1", "events", "evt-exm-1", "disclosure", "public")]
    with relations(claims=claims, cells_claims=claims) as database:
        assert len(list(claim_makers(STANDARD, database, {"claims": frozenset(claims[0])}))) == 1


def test_without_claims_there_is_nothing_to_read() -> None:
    with relations() as database:
        assert list(claim_makers(STANDARD, database, {"events": frozenset(EVENT)})) == []


def test_a_table_with_a_header_and_no_records_may_be_claimed_about() -> None:
    claims = [
        claim("clm-exm-1", "charges", "chg-exm-1", "statute", "Penal Code"),
        claim("clm-exm-2", "charges", "chg-exm-1", "status", "unheard of"),
    ]
    known = supplied(STANDARD, {"claims": claims, "charges": []}, None, STANDARD.rules["claim-value-refused"])
    assert known["claim_values"].to_pylist() == [read("clm-exm-1", None), read("clm-exm-2", None, valid="false")]
