"""What each row of the private table `redactions` decides on a day: in doubt, that the record is not published."""

from collections.abc import Mapping
from datetime import date

import pytest

from exm import world
from in_memory import AS_OF, dataset, relations
from kloop import STANDARD, Tables
from pfds.release.dataset import sent
from pfds.release.redactions import Decision, Decisions, decisions, finer, replacements

EVENT, PERSON, PARTY = "evt-exm-1", "per-exm-ada", "epa-exm-1"
MADE = {"decided_by": "Reviewer Two", "decided_on": "2025-03-01", "replacement": None, "until_date": None}
DAY = date(2025, 3, 1)
EXACT_PLACE = {"latitude": "nothing", "longitude": "nothing", "geo_precision": "nothing"}
TEXT_OF_DAY = {"event_date_text": "nothing"}

Row = Mapping[str, str | None]


def row(subject: str | None, field: str | None, method: str | None, **cells: str | None) -> Row:
    about = {"subject_id": subject, "subject_field": field, "redaction_method": method}
    return {**about, **MADE, **cells}


def decided(*rows: Row, as_of: date = AS_OF) -> Decisions:
    with relations(**{sent("redactions"): [{**each, "redaction_id": f"red-{n}"} for n, each in enumerate(rows)]}) as it:
        return decisions(STANDARD, it, as_of)


def test_without_a_row_nothing_is_decided() -> None:
    with dataset({}) as database:
        assert decisions(STANDARD, database, AS_OF) == Decisions()
    assert decided(row(EVENT, "channel", "withhold")).there


@pytest.mark.parametrize(
    ("subject", "field", "method"),
    [
        (EVENT, "*", "withhold"),
        (PERSON, "*", "withhold"),
        (PARTY, "*", "withhold"),
        (PARTY, "*", "burn"),
        (EVENT, None, "withhold"),
        (EVENT, "", "date_to_month"),
        (PARTY, None, "group_label"),
        (EVENT, "channel", "burn"),
        (EVENT, "channel", None),
        (EVENT, "*", ""),
        (EVENT, "shoe_size", "withhold"),
        (EVENT, "event_date", "withhold"),
        (EVENT, "event_date_earliest", "withhold"),
        (EVENT, "event_date_latest", "date_to_year"),
        (EVENT, "channel", "date_to_month"),
        (EVENT, "event_date_text", "date_to_month"),
        (EVENT, "*", "pseudonym"),
        (EVENT, "*", "group_label"),
        (PERSON, "*", "place_to_region"),
        (PERSON, "*", "pseudonym"),
        (PERSON, "display_name", "pseudonym"),
        (PARTY, "person_id", "group_label"),
        (PERSON, "display_name", "group_label"),
        ("idf-exm-1", "*", "date_to_year"),
        ("unknown-1", "*", "group_label"),
        ("unknown-1", "channel", "withhold"),
        ("unknown-1", "*", "pseudonym"),
    ],
)
def test_a_row_that_cannot_be_carried_out_keeps_the_whole_record_back(
    subject: str, field: str | None, method: str | None
) -> None:
    replacement = None if (subject, field, method) == (PERSON, "*", "pseudonym") else "Person X2"
    found = decided(row(subject, field, method, replacement=replacement))
    assert found == Decisions(there=True, withheld={subject})


@pytest.mark.parametrize(
    ("subject", "field", "method", "cells"),
    [
        (EVENT, "channel", "withhold", {"channel": "nothing"}),
        (EVENT, "locality", "withhold", {"locality": "nothing", "place_text": "nothing", **EXACT_PLACE}),
        (EVENT, "latitude", "withhold", EXACT_PLACE),
        (EVENT, "geo_precision", "withhold", {"geo_precision": "nothing"}),
        (EVENT, "event_date", "date_to_month", {"event_date": "month", **TEXT_OF_DAY}),
        (EVENT, "event_date", "date_to_year", {"event_date": "year", **TEXT_OF_DAY}),
        (EVENT, "measure_until", "date_to_year", {"measure_until": "year"}),
        (EVENT, "*", "date_to_year", {"event_date": "year", "measure_until": "year", **TEXT_OF_DAY}),
        ("src-exm-1", "*", "date_to_month", {"published": "month", "retrieved": "nothing"}),
        ("src-exm-1", "published", "date_to_month", {"published": "month"}),
        (PERSON, "birth_date", "date_to_year", {"birth_date": "year"}),
        (EVENT, "*", "place_to_locality", {"place_text": "nothing", **EXACT_PLACE}),
        (EVENT, "latitude", "place_to_region", {"locality": "nothing", "place_text": "nothing", **EXACT_PLACE}),
        (
            EVENT,
            "*",
            "place_to_country",
            {"admin1": "nothing", "locality": "nothing", "place_text": "nothing", **EXACT_PLACE},
        ),
    ],
)
def test_a_cell_goes_with_all_that_tells_more_of_the_same(
    subject: str, field: str, method: str, cells: Mapping[str, str]
) -> None:
    assert decided(row(subject, field, method)) == Decisions(
        there=True, cells={(subject, name): left for name, left in cells.items()}
    )


def test_what_tells_more_is_followed_to_its_end_and_does_not_hold_what_was_given() -> None:
    events = STANDARD.tables["events"]
    assert sorted(finer(events, ["admin1"])) == ["geo_precision", "latitude", "locality", "longitude", "place_text"]
    assert sorted(finer(events, ["latitude"])) == ["geo_precision", "longitude"]
    assert finer(events, ["channel"]) == []


@pytest.mark.parametrize("strong_first", [True, False])
@pytest.mark.parametrize(
    ("field", "strong", "weak", "left"),
    [
        ("event_date", "date_to_year", "date_to_month", "year"),
        ("event_date_text", "withhold", "date_to_month", "nothing"),
        ("measure_until", "withhold", "date_to_year", "nothing"),
    ],
)
def test_the_stronger_of_two_rows_counts(field: str, strong: str, weak: str, left: str, strong_first: bool) -> None:
    rows = [row(EVENT, field, strong), row(EVENT, "*" if weak != "date_to_month" else "event_date", weak)]
    found = decided(*(rows if strong_first else reversed(rows)))
    assert (found.cells[EVENT, field], found.withheld) == (left, set())


@pytest.mark.parametrize("subject", [PERSON, "org-exm-paper"])
def test_a_pseudonym_stands_for_somebody_in_place_of_the_name(subject: str) -> None:
    found = decided(row(subject, "*", "pseudonym", replacement="Person X2"))
    assert found == Decisions(there=True, pseudonyms={subject: "Person X2"})
    assert found.decided_persons == {subject}


@pytest.mark.parametrize(("replacement", "label"), [("a reporter", "a reporter"), (None, "not named")])
@pytest.mark.parametrize("party", [PARTY, "cpa-exm-1"])
def test_a_label_stands_for_somebody_in_one_row(party: str, replacement: str | None, label: str) -> None:
    found = decided(row(party, "*", "group_label", replacement=replacement))
    assert found == Decisions(there=True, labels={party: label})


@pytest.mark.parametrize(("replacement", "labels"), [("a reporter", {PERSON: "a reporter"}), (None, {})])
def test_a_label_for_a_person_keeps_the_person_back(replacement: str | None, labels: Mapping[str, str]) -> None:
    found = decided(row(PERSON, "*", "group_label", replacement=replacement))
    assert found == Decisions(there=True, withheld={PERSON}, labels=dict(labels))
    assert found.decided_persons == set()


@pytest.mark.parametrize("cells", [{}, {"decided_on": "2025-03-12"}])
def test_a_decision_to_publish_frees_what_it_names(cells: Row) -> None:
    day = date.fromisoformat(cells.get("decided_on") or "2025-03-01")
    found = decided(row(PERSON, "*", "publish", **cells), row(EVENT, "channel", "publish", **cells))
    made = [Decision(day, None)]
    assert found == Decisions(there=True, published={(PERSON, "*"): made, (EVENT, "channel"): made})
    assert found.decided_persons == {PERSON}


@pytest.mark.parametrize("method", ["publish", "reviewed_text"])
@pytest.mark.parametrize(
    "cells",
    [
        {"decided_by": None},
        {"decided_by": ""},
        {"decided_on": None},
        {"decided_on": "soon"},
        {"decided_on": "2025-02-30"},
        {"decided_on": "2025-03-13"},
        {"until_date": "2025-03-13"},
        {"until_date": "soon"},
        {"until_date": ""},
    ],
)
def test_a_decision_of_nobody_or_not_yet_frees_nothing(method: str, cells: Row) -> None:
    assert decided(row(PERSON, "*", method, **cells)) == Decisions(there=True)


def test_a_decision_to_publish_from_a_day_on_holds_from_that_day_on() -> None:
    later = row(EVENT, "*", "publish", until_date="2025-03-12")
    found = decided(later)
    assert found.published == {(EVENT, "*"): [Decision(DAY, AS_OF)]}
    assert (found.ended, found.risen) == ({(EVENT, "*"): AS_OF}, {EVENT})
    assert decided(later, as_of=date(2025, 3, 11)) == Decisions(there=True)


def test_every_decision_to_publish_is_known() -> None:
    found = decided(row(EVENT, "*", "publish"), row(EVENT, "*", "publish", decided_on="2025-03-02"))
    assert found.published[EVENT, "*"] == [Decision(DAY, None), Decision(date(2025, 3, 2), None)]


def test_a_text_is_signed_on_the_last_day_that_it_was_read() -> None:
    days = ("2025-03-02", "2025-03-05", "2025-03-03")
    found = decided(*(row(EVENT, "title", "reviewed_text", decided_on=day) for day in days))
    assert found == Decisions(there=True, signed={(EVENT, "title"): date(2025, 3, 5)})


@pytest.mark.parametrize(
    "cells",
    [
        {"until_date": "2025-03-13"},
        {"until_date": "soon"},
        {"until_date": "2025-02-30"},
        {"until_date": ""},
        {"until_date": "2025-03-12", "decided_by": None},
        {"until_date": "2025-03-12", "decided_on": "soon"},
        {"until_date": "2025-03-12", "decided_on": "2025-03-13"},
        {"decided_by": None, "decided_on": None},
    ],
)
def test_a_protection_holds_until_a_day_that_has_come_and_that_somebody_set(cells: Row) -> None:
    found = decided(row(EVENT, "*", "withhold", **cells))
    assert found == Decisions(there=True, withheld={EVENT})
    assert found.risen == set()


@pytest.mark.parametrize(("field", "risen"), [("*", {EVENT}), ("channel", set())])
def test_a_protection_ends_on_its_day_for_what_it_protected(field: str, risen: set[str]) -> None:
    found = decided(row(EVENT, field, "withhold", until_date="2025-03-12"))
    assert found == Decisions(there=True, ended={(EVENT, field): AS_OF}, risen=risen)


@pytest.mark.parametrize("method", ["date_to_month", "place_to_region", "group_label", "pseudonym", "burn", None])
def test_the_end_of_a_lesser_protection_ends_no_embargo(method: str | None) -> None:
    found = decided(row(EVENT, "*", method, until_date="2025-03-12"))
    assert found == Decisions(there=True, ended={(EVENT, "*"): AS_OF})


@pytest.mark.parametrize("first", ["2025-03-11", "2025-03-10"])
def test_of_two_protections_that_ended_the_later_day_counts(first: str) -> None:
    both = [first, "2025-03-11" if first == "2025-03-10" else "2025-03-10"]
    found = decided(*(row(EVENT, "*", "withhold", until_date=day) for day in both))
    assert found.ended == {(EVENT, "*"): date(2025, 3, 11)}


def test_a_protection_that_ended_does_not_end_another() -> None:
    found = decided(row(EVENT, "*", "withhold", until_date="2025-03-12"), row(EVENT, "*", "withhold"))
    assert (found.withheld, found.risen) == ({EVENT}, {EVENT})


@pytest.mark.parametrize("field", [None, ""])
@pytest.mark.parametrize("cells", [{}, {"until_date": "2025-03-12"}])
def test_a_decision_to_publish_frees_nothing_that_it_does_not_name(field: str | None, cells: Row) -> None:
    found = decided(row(PERSON, field, "publish", **cells), row(PERSON, field, "reviewed_text"))
    assert (found.decided_persons, found.risen) == (set(), set())
    assert not {(PERSON, "*"), (PERSON, "title")} & {*found.published, *found.signed, *found.ended}


def test_of_two_pseudonyms_the_one_with_the_later_identifier_counts_wherever_it_stands() -> None:
    rows = [
        {**row(PERSON, "*", "pseudonym", replacement=f"Person X{number}"), "redaction_id": f"red-exm-{number}"}
        for number in (1, 3, 2)
    ]
    with relations(**{sent("redactions"): rows}) as database:
        assert decisions(STANDARD, database, AS_OF).pseudonyms == {PERSON: "Person X3"}


def test_a_row_about_nothing_is_passed_over() -> None:
    assert decided(row(None, "*", "withhold"), row(None, "*", "publish")) == Decisions(there=True)


def replaced(found: Decisions, tables: Tables) -> set[tuple[str, str, str | None]]:
    with dataset(tables) as database:
        return set(replacements(STANDARD, database, found))


def test_only_the_cells_decided_about_are_replaced() -> None:
    tables = world()
    for event in tables["events"]:
        event.update(event_date="2025-02-03", measure_until="2025-06-07", channel="Radio")
    cells = {
        (EVENT, "event_date"): "month",
        (EVENT, "measure_until"): "year",
        (EVENT, "channel"): "nothing",
        (EVENT, "locality"): "nothing",
        ("evt-exm-2", "event_date"): "year",
        ("src-exm-1", "published"): "month",
        ("evt-exm-9", "event_date"): "month",
    }
    assert replaced(Decisions(there=True, cells=cells, pseudonyms={PERSON: "Person X2"}), tables) == {
        (EVENT, "event_date", "2025-02"),
        (EVENT, "measure_until", "2025"),
        (EVENT, "channel", None),
        (EVENT, "locality", None),
        ("evt-exm-2", "event_date", "2025"),
        (PERSON, "display_name", "Person X2"),
    }


def test_a_date_that_cannot_be_read_is_replaced_by_the_unknown_one() -> None:
    tables = world()
    tables["events"][0]["event_date"] = "on the third"
    assert replaced(Decisions(cells={(EVENT, "event_date"): "month"}), tables) == {(EVENT, "event_date", "XXXX")}


def test_decisions_about_cells_of_unknown_tables_replace_nothing() -> None:
    assert replaced(Decisions(cells={("unknown-1", "event_date"): "month"}), world()) == set()
