"""Who is withheld until somebody decides otherwise: whoever can have been a minor, and witnesses with a name."""

from collections.abc import Mapping, Sequence
from datetime import date

import pytest

from in_memory import AS_OF, FEW, dataset
from kloop import Row, Tables
from pfds.release.by_default import withheld_by_default

PERSON = "per-exm-1"


def withheld(tables: Tables, as_of: date = AS_OF) -> set[str]:
    with dataset(tables) as database:
        statements = list(withheld_by_default(FEW, database, as_of))
        return {key for select in statements for (key,) in database.rows(select) if key}


def at_an_event(born: str | None, happened: str | None, part: str = "event_parties", **cells: str) -> Tables:
    """Somebody, and somebody grown up, with parts in an event."""
    born_then = ((PERSON, born), ("per-exm-2", "1950"))
    people: list[dict[str, str | None]] = [{"person_id": person, "birth_date": day} for person, day in born_then]
    key = "event_party_id" if part == "event_parties" else "violation_id"
    parts = [{key: f"x-{person}", "event_id": "evt-exm-1", "person_id": person} for person, _ in born_then]
    parts[0] |= cells
    dates = (("evt-exm-1", happened), ("evt-exm-2", "1960"))
    events: list[dict[str, str | None]] = [{"event_id": event, "event_date": day} for event, day in dates]
    return {"persons": given(people), "events": given(events), part: given(parts)}


def given(rows: Sequence[Mapping[str, str | None]]) -> list[Row]:
    return [{name: cell for name, cell in row.items() if cell} for row in rows]


@pytest.mark.parametrize("part", ["event_parties", "violations"])
@pytest.mark.parametrize(
    ("born", "happened", "minor"),
    [
        ("2000-05-10", "2018-05-09", True),
        ("2000-05-10", "2018-05-10", False),
        ("2000-05-10", "2018-05", True),
        ("2000-05-10", "2018-06", False),
        ("2000-05-10", "2018-05-09/2018-07-01", True),
        ("2000-05-10", "2018-05-10/2018-07-01", False),
        ("2000-05-10", "[2018-01-01..2019]", True),
        ("2000-05-10", "2018-05-09/..", True),
        ("2000", "2018-12-30", True),
        ("2000", "2018-12-31", False),
        ("2000-05", "2018-05-30", True),
        ("2000-05", "2018-05-31", False),
        ("2000~", "2018-12-30", True),
        ("1998/2000", "2018-12-30", True),
        ("1998/2000", "2018-12-31", False),
        ("../2000", "2018-12-30", True),
        ("1990/..", "2018-12-31", True),
        ("[1990..]", "2018-12-31", True),
        ("2000-02-29", "2018-02-28", True),
        ("2000-02-29", "2018-03-01", False),
        ("XXXX", "2018", False),
        ("2000", "XXXX", False),
        ("2000", "on Monday", False),
        ("2000", None, False),
        (None, "2018", False),
    ],
)
def test_a_minor_is_who_can_have_been_under_18_when_it_happened(
    part: str, born: str | None, happened: str | None, minor: bool
) -> None:
    assert withheld(at_an_event(born, happened, part)) == ({PERSON} if minor else set())


@pytest.mark.parametrize("part", ["event_parties", "violations"])
@pytest.mark.parametrize("happened", ["../2018-05-09", "../2018-05-10", "../2018", "[..2018]"])
@pytest.mark.parametrize(
    ("born", "known"), [("2000-05-10", True), ("1990", True), ("0001", True), ("XXXX", False), (None, False)]
)
def test_whoever_has_a_date_of_birth_can_have_been_a_minor_when_what_has_an_open_beginning_began(
    part: str, happened: str, born: str | None, known: bool
) -> None:
    assert withheld(at_an_event(born, happened, part)) == {"per-exm-2", *([PERSON] if known else [])}


@pytest.mark.parametrize(
    ("opened", "minor"), [("2018-05-09", True), ("2018-05-10", False), ("2018-05", True), ("../2019", True)]
)
def test_a_minor_is_who_can_have_been_one_when_a_case_began(opened: str, minor: bool) -> None:
    tables: Tables = {
        "persons": [{"person_id": PERSON, "birth_date": "2000-05-10"}],
        "cases": [{"case_id": "cas-exm-1", "date_opened": opened}, {"case_id": "cas-exm-2", "date_opened": "1990"}],
        "case_parties": [{"case_party_id": "cpa-exm-1", "case_id": "cas-exm-1", "person_id": PERSON}],
    }
    assert withheld(tables) == ({PERSON} if minor else set())


@pytest.mark.parametrize(
    ("born", "minor"),
    [
        ("2007-03-13", True),
        ("2007-03-12", False),
        ("2007-03", True),
        ("2007", True),
        ("2006", False),
        ("2000/..", True),
        ("../2007", True),
        ("9990", True),
        ("0990", False),
        ("1990", False),
        ("XXXX", False),
        ("about 2010", False),
        (None, False),
    ],
)
def test_a_minor_is_who_can_be_one_on_the_day_of_the_release(born: str | None, minor: bool) -> None:
    people = given([{"person_id": PERSON, "birth_date": born}, {"person_id": "per-exm-2", "birth_date": "1950"}])
    assert withheld({"persons": people}) == ({PERSON} if minor else set())


@pytest.mark.parametrize(("age", "minor"), [("17", True), ("0", True), ("18", False), ("", False), ("99", False)])
def test_a_minor_is_who_was_under_18_by_the_age_on_record(age: str, minor: bool) -> None:
    assert withheld(at_an_event(None, "2018", age_at_event=age)) == ({PERSON} if minor else set())


def named(status: str, *types: str, role: str = "witness", table: str = "event_parties") -> Tables:
    """Somebody with a role and name forms of these types, and somebody named who has no part in anything."""
    key, host = ("event_party_id", "event_id") if table == "event_parties" else ("case_party_id", "case_id")
    people = [{"person_id": PERSON, "identity_status": status}, {"person_id": "per-exm-2", "identity_status": "known"}]
    rows = [{"name_id": f"nam-exm-{n}", "person_id": PERSON, "name_type": name} for n, name in enumerate(types)]
    rows.append({"name_id": "nam-exm-two", "person_id": "per-exm-2", "name_type": "full"})
    part = [{key: "x-1", host: "x-1", "person_id": PERSON, "role": role}, {key: "x-2", host: "x-1", "role": "witness"}]
    return {"persons": given(people), "names": given(rows), table: given(part)}


@pytest.mark.parametrize("table", ["event_parties", "case_parties"])
@pytest.mark.parametrize(
    ("status", "types", "role", "kept"),
    [
        ("identified", ("full",), "witness", True),
        ("identified", (), "witness", True),
        ("", (), "witness", True),
        ("initials_only", ("initials",), "witness", True),
        ("described_only", (), "witness", False),
        ("described_only", ("label",), "witness", False),
        ("unnamed_official", ("label", "label"), "witness", False),
        ("described_only", ("label", "alias"), "witness", True),
        ("unnamed_official", ("initials",), "witness", True),
        ("described_only", ("",), "witness", True),
        ("identified", ("full",), "target", False),
        ("identified", ("full",), "defendant", False),
        ("identified", ("full",), "", False),
    ],
)
def test_a_witness_is_kept_back_who_has_a_name_that_could_be_told(
    table: str, status: str, types: tuple[str, ...], role: str, kept: bool
) -> None:
    assert withheld(named(status, *types, role=role, table=table)) == ({PERSON} if kept else set())


def test_nobody_is_withheld_of_a_dataset_without_records() -> None:
    assert withheld({}) == set()
