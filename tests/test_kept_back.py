"""What a release keeps back for reasons of its own, and what it would show of that which an earlier one kept back."""

from collections.abc import Mapping
from datetime import date

import pytest

from exm import add, named, row
from in_memory import FEW, Rows, disclosed, relations
from kloop import Tables
from pfds.release.disclose import Disclosure
from pfds.release.kept_back import given_back, left_now
from pfds.release.ledger import Kept, Ledger
from pfds.release.redactions import Cell, Decision, Decisions
from test_disclose import EVENT, PERSON, decide, event, people

LAST = date(2025, 2, 1)


def left(tables: Tables) -> Mapping[Cell, str]:
    with disclosed(tables) as found:
        return left_now(found.standard, found.database, found.disclosure)


def test_nothing_is_kept_back_of_public_records() -> None:
    assert left(event()) == {}


def test_records_left_out_or_reduced_are_kept_back_and_what_hangs_on_them_is_not_told() -> None:
    tables = event(disclosure="withheld")
    named(tables, "persons", "per-exm-wit", "Zorvan Quistrel")
    add(tables, "event_parties", event_party_id="epa-exm-1", event_id=EVENT, person_id="per-exm-wit", role="witness")
    tables["persons"][0]["disclosure"] = "initials"
    tables["persons"][1]["record_status"] = "withdrawn"
    assert left(tables) == {
        (EVENT, "*"): "nothing",
        ("per-exm-wit", "*"): "nothing",
        ("per-exm-two", "*"): "nothing",
        (PERSON, "*"): "reduced",
        (EVENT, "title"): "nothing",
    }


def test_somebody_reduced_and_left_out_is_left_out() -> None:
    tables = people(disclosure="pseudonym", record_status="withdrawn")
    assert left(tables) == {(PERSON, "*"): "nothing"}


def test_cells_and_texts_are_kept_back_with_what_is_left_of_them() -> None:
    tables = event(description="What", event_date_text="on Monday", channel="Radio")
    decide(tables, EVENT, "event_date", "date_to_month")
    decide(tables, EVENT, "channel", "withhold")
    cells = {"event_date": "month", "event_date_text": "nothing", "channel": "nothing"}
    texts = dict.fromkeys(("title", "description"), "nothing")
    assert left(tables) == {(EVENT, name): what for name, what in {**cells, **texts}.items()}
    decide(tables, EVENT, "title", "reviewed_text", decided_on="2025-03-12")
    assert (EVENT, "title") not in left(tables)


def test_to_tell_what_is_left_changes_nothing_of_what_was_decided() -> None:
    tables = decide(event(channel="Radio"), EVENT, "channel", "withhold")
    with disclosed(tables) as found:
        assert len(left_now(found.standard, found.database, found.disclosure)) == 2
        assert found.disclosure.decided.cells == {(EVENT, "channel"): "nothing"}


def under_a_label() -> Tables:
    """An event with a party under a label, whose texts were read."""
    tables = event()
    add(tables, "event_parties", event_party_id="epa-exm-1", event_id=EVENT, person_id=PERSON)
    add(tables, "event_parties", event_party_id="epa-exm-2", event_id=EVENT, person_id="per-exm-two")
    decide(tables, "epa-exm-1", "*", "group_label", replacement="a reporter")
    return decide(tables, EVENT, "*", "reviewed_text", decided_on="2025-03-12")


def test_a_label_keeps_back_whom_it_stands_for_and_is_missed_when_it_is_gone() -> None:
    tables = under_a_label()
    assert left(tables) == {("epa-exm-1", "person_id"): "nothing"}
    del tables["redactions"][0]
    before = {("epa-exm-1", "person_id"): Kept("nothing", "2025.2.0", LAST)}
    with disclosed(tables) as found:
        now = left_now(found.standard, found.database, found.disclosure)
        again = given_back(found.standard, found.database, found.disclosure, before, now)
        assert list(again) == [("epa-exm-1", "person_id")]


EVENTS: Rows = [
    {"event_id": EVENT, "event_date": "2025-02-03", "title": "Arrest", "channel": None},
    {"event_id": "evt-exm-2", "event_date": "2025-02", "title": "Raid", "channel": "Radio"},
    {"event_id": "evt-exm-3", "event_date": "2025", "title": "Raid", "channel": "Radio"},
]


def back(
    before: Mapping[Cell, str], now: Mapping[Cell, str] | None = None, decided: Decisions | None = None
) -> list[Cell]:
    """What these public events would give back of what was kept back before, by what is left of it."""
    disclosure = Disclosure(False, {}, frozenset(), decided or Decisions())
    kept = {cell: Kept(what, "2025.2.0", LAST) for cell, what in before.items()}
    with relations(public_events=EVENTS) as database:
        return sorted(given_back(FEW, database, disclosure, kept, now or {}))


@pytest.mark.parametrize(
    ("cell", "was", "is_back"),
    [
        ((EVENT, "*"), "nothing", True),
        ((EVENT, "*"), "reduced", True),
        (("evt-exm-9", "*"), "nothing", False),
        (("unknown-1", "*"), "nothing", False),
        ((EVENT, "title"), "nothing", True),
        ((EVENT, "channel"), "nothing", False),
        (("evt-exm-2", "channel"), "nothing", True),
        ((EVENT, "event_date"), "nothing", True),
        ((EVENT, "event_date"), "month", True),
        ((EVENT, "event_date"), "year", True),
        (("evt-exm-2", "event_date"), "month", False),
        (("evt-exm-2", "event_date"), "year", True),
        (("evt-exm-3", "event_date"), "month", False),
        (("evt-exm-3", "event_date"), "year", False),
        (("evt-exm-3", "event_date"), "nothing", True),
    ],
)
def test_what_was_kept_back_is_given_back_where_more_is_shown_than_was_left(
    cell: Cell, was: str, is_back: bool
) -> None:
    assert back({cell: was}) == ([cell] if is_back else [])


def test_what_is_kept_back_still_is_not_given_back() -> None:
    assert back({(EVENT, "*"): "reduced"}, {(EVENT, "*"): "reduced"}) == []
    assert back({(EVENT, "event_date"): "month"}, {(EVENT, "event_date"): "month"}) == []


def test_what_somebody_decided_to_publish_is_not_given_back() -> None:
    decided = Decisions(published={(EVENT, "*"): [Decision(LAST, None)]})
    both = {(EVENT, "*"): "nothing", (EVENT, "title"): "nothing", ("evt-exm-2", "*"): "nothing"}
    assert back(both, decided=decided) == [("evt-exm-2", "*")]


@pytest.mark.parametrize(("cell", "back_again"), [((EVENT, "title"), False), ((EVENT, "event_date"), True)])
def test_that_the_texts_were_read_frees_no_date(cell: Cell, back_again: bool) -> None:
    decided = Decisions(signed={(EVENT, "*"): LAST})
    assert back({cell: "nothing"}, decided=decided) == ([cell] if back_again else [])


def test_all_that_is_given_back_is_named() -> None:
    before = {(EVENT, "title"): "nothing", ("evt-exm-2", "title"): "nothing", ("evt-exm-2", "event_date"): "year"}
    assert back(before) == sorted(before)


def test_a_ledger_and_what_is_left_speak_of_the_same_cells() -> None:
    tables = decide(event(channel="Radio"), EVENT, "event_date", "date_to_month")
    with disclosed(tables) as found:
        now = left_now(found.standard, found.database, found.disclosure)
        before = Ledger().with_release("2025.2.0", LAST, now).before("2025.3.0")
        assert list(given_back(found.standard, found.database, found.disclosure, before, now)) == []
    free = event(channel="Radio")
    free["events"] = [row("events", event_id=EVENT, channel="Radio")]
    with disclosed(free) as found:
        now = left_now(found.standard, found.database, found.disclosure)
        again = list(given_back(found.standard, found.database, found.disclosure, before, now))
    assert sorted(again) == [(EVENT, "event_date"), (EVENT, "title")]
