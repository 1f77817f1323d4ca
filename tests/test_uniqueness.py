"""How many rows that stand for somebody protected look the same, and the gate for those that look like too few."""

from collections.abc import Sequence
from datetime import date

import pytest

from in_memory import Rows, ids, relations
from pfds.release.hanging import SHORT
from pfds.release.redactions import Decision, Decisions
from pfds.release.uniqueness import Alike, alike, refuse_unique, report, told
from pfds.release.versions import GateRefused

PLACE = {"country": "NZL", "admin1": "NZ-AUK", "locality": "Harbour"}
EVENT = {"event_id": "evt-1", **PLACE, "event_date": "2025-02-03", "event_type": "arrest"}
CASE = {"case_id": "cas-1", "country": "NZL", "case_type": "civil", "date_opened": "2025-02-03"}
PARTY: dict[str, str | None] = {"event_party_id": "epa-1", "event_id": "evt-1", "person_id": None, "role": "target"}
PARTY |= {"individual_outcome": "released", "group_label": "person not named"}
OF_CASE: dict[str, str | None] = {"case_party_id": "cpa-1", "case_id": "cas-1", "person_id": None}
OF_CASE |= {"role": "defendant", "outcome": "pending", "group_label": "person not named"}
NOBODY = {"person_id": "per-none", "protected_group": "x"}
NO_VIOLATION = {"event_id": "none", "violation_type": "none"}

Row = dict[str, str | None]


def found(
    parties: Sequence[Row] = (),
    events: Rows = (EVENT,),
    of_cases: Sequence[Row] = (),
    cases: Rows = (CASE,),
    persons: Rows = (NOBODY,),
    violations: Rows = (NO_VIOLATION,),
    public: Sequence[str] = (),
) -> list[tuple[str, str, int]]:
    """The protected rows of these public records, all parties save those that are ``public``."""
    keys = [str(next(iter(row.values()))) for row in (*parties, *of_cases)]
    with relations(
        public_event_parties=[*parties, {**PARTY, "event_party_id": "epa-none", "event_id": "evt-none"}],
        public_case_parties=[*of_cases, {**OF_CASE, "case_party_id": "cpa-none", "case_id": "cas-none"}],
        public_events=events,
        public_cases=cases,
        public_persons=persons,
        public_violations=violations,
        **{SHORT: ids(*(key for key in keys if key not in public))},
    ) as database:
        return [(row.key, row.of, row.rows) for row in alike(database)]


def parties(*changes: Row) -> list[Row]:
    return [{**PARTY, "event_party_id": f"epa-{number}", **change} for number, change in enumerate(changes, start=1)]


def of_cases(*changes: Row) -> list[Row]:
    return [{**OF_CASE, "case_party_id": f"cpa-{number}", **change} for number, change in enumerate(changes, start=1)]


def test_of_public_rows_nobody_is_counted() -> None:
    assert found(parties({}, {}), public=["epa-1", "epa-2"]) == []
    assert found() == []


def test_public_rows_hide_nobody_among_them() -> None:
    assert found(parties({}, {}, {}), public=["epa-2"]) == [("epa-1", "evt-1", 2), ("epa-3", "evt-1", 2)]


@pytest.mark.parametrize(
    "change",
    [
        {"role": "witness"},
        {"individual_outcome": "fined"},
        {"individual_outcome": None},
        {"group_label": "a reporter"},
    ],
)
def test_rows_that_differ_stand_alone(change: Row) -> None:
    rows = parties({}, {}, change)
    assert found(rows) == [("epa-3", "evt-1", 1), ("epa-1", "evt-1", 2), ("epa-2", "evt-1", 2)]


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({}, True),
        ({"event_date": "2025-02-28"}, True),
        ({"event_date": "2025-02"}, True),
        ({"event_date": "2025-03-03"}, False),
        ({"event_date": "2024-02-03"}, False),
        ({"country": "ISL"}, False),
        ({"admin1": "NZ-WGN"}, False),
        ({"locality": "Hill"}, False),
        ({"locality": None}, False),
        ({"event_type": "hearing"}, False),
    ],
)
def test_rows_of_different_events_are_told_apart_by_what_a_reader_sees(change: Row, same: bool) -> None:
    rows = found(parties({}, {"event_id": "evt-2"}), [EVENT, {**EVENT, "event_id": "evt-2", **change}])
    assert rows == [("epa-1", "evt-1", 1 + same), ("epa-2", "evt-2", 1 + same)]


@pytest.mark.parametrize(
    ("second", "same"),
    [
        (["torture", "arrest"], True),
        (["arrest", "torture", "torture"], True),
        (["arrest"], False),
        ([], False),
    ],
)
def test_violations_tell_events_apart(second: list[str], same: bool) -> None:
    violations = [{"event_id": "evt-1", "violation_type": kind} for kind in ("arrest", "torture")]
    violations += [{"event_id": "evt-2", "violation_type": kind} for kind in second]
    rows = found(parties({}, {"event_id": "evt-2"}), [EVENT, {**EVENT, "event_id": "evt-2"}], violations=violations)
    assert {count for *_, count in rows} == {1 + same}


def test_an_event_is_known_by_its_own_violations_and_not_by_those_of_others() -> None:
    rows = parties({}, {"event_id": "evt-2"}, {"event_id": "evt-3"})
    events = [{**EVENT, "event_id": f"evt-{number}"} for number in (1, 2, 3)]
    kinds = (("1", "arrest"), ("2", "torture"), ("3", "arrest"), ("3", "torture"))
    violations = [{"event_id": f"evt-{number}", "violation_type": kind} for number, kind in kinds]
    assert [count for *_, count in found(rows, events, violations=violations)] == [1, 1, 1]


@pytest.mark.parametrize(("groups", "same"), [(("journalist", "journalist"), True), (("journalist", "lawyer"), False)])
def test_the_group_of_a_person_tells_and_the_label_of_the_row_does_not(groups: tuple[str, str], same: bool) -> None:
    people = [{"person_id": f"per-{n}", "protected_group": group} for n, group in enumerate(groups)]
    rows = parties({"person_id": "per-0", "group_label": "a"}, {"person_id": "per-1", "group_label": "b"})
    assert {count for *_, count in found(rows, persons=people)} == {1 + same}


@pytest.mark.parametrize(
    ("change", "case", "same"),
    [
        ({}, {}, True),
        ({}, {"date_opened": "2025-02-28"}, True),
        ({}, {"date_opened": "2025-03-03"}, False),
        ({}, {"date_opened": None}, False),
        ({}, {"country": "ISL"}, False),
        ({}, {"case_type": "criminal"}, False),
        ({"role": "witness"}, {}, False),
        ({"outcome": "convicted"}, {}, False),
        ({"group_label": "a reporter"}, {}, False),
    ],
)
def test_rows_of_cases_are_counted_likewise(change: Row, case: Row, same: bool) -> None:
    rows = of_cases({}, {"case_id": "cas-2", **change})
    expected = [("cpa-1", "cas-1", 1 + same), ("cpa-2", "cas-2", 1 + same)]
    assert found(of_cases=rows, cases=[CASE, {**CASE, "case_id": "cas-2", **case}]) == expected


def test_the_most_unique_rows_come_first_whatever_their_table() -> None:
    rows = found(parties({}, {}), of_cases=of_cases({}))
    assert rows == [("cpa-1", "cas-1", 1), ("epa-1", "evt-1", 2), ("epa-2", "evt-1", 2)]
    assert found(parties({}), of_cases=of_cases({})) == [("cpa-1", "cas-1", 1), ("epa-1", "evt-1", 1)]


ROWS = [Alike("epa-1", "evt-1", 1), Alike("cpa-1", "cas-1", 2), Alike("cpa-2", "cas-2", 2)]


def test_maintainers_are_told_how_many_stand_in_the_smallest_group() -> None:
    assert told(ROWS) == (
        "Rows that stand for somebody protected: 3. The smallest group of such rows that look the same has 1;"
        " 1 are in groups of that size."
    )
    assert "has 2; 2 are in" in told(ROWS[1:])
    assert told([]) == ""


def test_the_report_names_each_row_and_the_size_of_its_group() -> None:
    assert report(ROWS[:2]) == "record_id,of_id,group_size\nepa-1,evt-1,1\ncpa-1,cas-1,2\n"


@pytest.mark.parametrize(("minimum", "refused"), [(0, []), (1, []), (2, ["epa-1"]), (3, ["epa-1", "cpa-1", "cpa-2"])])
def test_a_row_in_a_smaller_group_is_refused(minimum: int, refused: list[str]) -> None:
    if not refused:
        refuse_unique(ROWS, minimum, Decisions())
        return
    with pytest.raises(GateRefused) as gate:
        refuse_unique(ROWS, minimum, Decisions())
    assert str(gate.value).startswith(f"{', '.join(refused)} stand for somebody protected and look like fewer than")
    assert f" {minimum} such rows" in str(gate.value)


@pytest.mark.parametrize(
    ("cell", "free"),
    [(("epa-1", "*"), True), (("evt-1", "*"), True), (("epa-1", "role"), False), (("cas-1", "*"), False)],
)
def test_a_row_is_signed_by_a_decision_about_it_or_its_event_as_a_whole(cell: tuple[str, str], free: bool) -> None:
    decided = Decisions(published={cell: [Decision(date(2025, 3, 1), None)]})
    if free:
        refuse_unique(ROWS, 2, decided)
    else:
        with pytest.raises(GateRefused):
            refuse_unique(ROWS, 2, decided)


@pytest.mark.parametrize(("number", "more"), [(5, ""), (6, " and 1 others"), (8, " and 3 others")])
def test_a_refusal_names_five_rows_and_counts_the_others(number: int, more: str) -> None:
    rows = [Alike(f"epa-{n}", "evt-1", 1) for n in range(number)]
    with pytest.raises(GateRefused, match=rf"^epa-0, epa-1, epa-2, epa-3, epa-4{more} stand for"):
        refuse_unique(rows, 2, Decisions())
