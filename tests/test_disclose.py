"""The public part of a few records: nothing is in it unless the standard and the record say so."""

from collections.abc import Iterable

import pytest

from exm import add, claim, named, row
from in_memory import disclosed, keys
from kloop import Tables
from pfds.release.disclose import GONE, REDUCED, WITHOUT, kept_for_itself
from pfds.standard.rule_file import read_rule

PERSON, OTHER, EVENT = "per-exm-ada", "per-exm-two", "evt-exm-1"


def people(**cells: str) -> Tables:
    """Somebody with these cells, and somebody public."""
    tables: Tables = {}
    add(tables, "persons", person_id=PERSON, display_name="Ada", **cells)
    add(tables, "persons", person_id=OTHER, display_name="Two")
    return tables


def event(**cells: str) -> Tables:
    """Two persons, and an event with these cells."""
    return people() | {"events": [row("events", event_id=EVENT, **cells)]}


def decide(tables: Tables, subject: str, field: str, method: str, **cells: str) -> Tables:
    """The tables with a decision of theirs."""
    rows = tables.setdefault("redactions", [])
    made = {"redaction_id": f"red-exm-{len(rows)}", "decided_by": "Reviewer Two", "decided_on": "2025-03-01"}
    rows.append({**made, "subject_id": subject, "subject_field": field, "redaction_method": method, **cells})
    return tables


def published(tables: Tables, *without: str) -> set[str]:
    with disclosed(tables, *without) as found:
        return set(found.records)


def cell(tables: Tables, key: str, field: str) -> str | None:
    with disclosed(tables) as found:
        return found.records[key][field]


def test_a_record_is_published_only_with_codes_that_stand_for_it() -> None:
    tables: Tables = {}
    for number, (disclosure, status, _) in enumerate(CODES):
        cells = {"display_name": "Ada", "disclosure": disclosure, "record_status": status}
        add(tables, "persons", person_id=f"per-exm-{number}", **cells)
        add(tables, "events", event_id=f"evt-exm-{number}", disclosure=disclosure, record_status=status)
    people = {f"per-exm-{number}" for number, (*_, there) in enumerate(CODES) if there}
    events = {f"evt-exm-{number}" for number, (code, _, there) in enumerate(CODES) if there and code == "public"}
    assert published(tables) == people | events


@pytest.mark.parametrize(("decided", "told"), [(True, "Text not published"), (False, None)])
def test_rules_are_asked_as_soon_as_a_single_cell_is_kept_back(decided: bool, told: str | None) -> None:
    text = (
        "-- title: T\n-- severity: error\n-- table: events\n-- why: W\n-- fix: F\n-- message: M\n"
        "-- withheld: fill description = Text not published\n"
        "SELECT event_id AS id, 'description' AS field FROM events WHERE description IS NULL"
    )
    tables = event(description="", channel="Radio")
    if decided:
        decide(tables, EVENT, "channel", "withhold")
    with disclosed(tables, rules=[read_rule("description-missing", text, frozenset({"events"}))]) as found:
        assert found.records[EVENT]["description"] == told


CODES = [
    ("public", "active", True),
    ("public", "merged", True),
    ("initials", "active", True),
    ("pseudonym", "merged", True),
    ("withheld", "active", False),
    ("embargoed", "active", False),
    ("public", "withdrawn", False),
    ("pseudonym", "withdrawn", False),
    ("publik", "active", False),
    ("Public", "active", False),
    ("public", "activ", False),
    ("", "active", False),
    ("public", "", False),
]


TOLD = {"gender": "woman", "summary": "Reports on courts", "birth_date": "1980", "current_status": "free"}


def test_of_somebody_reduced_only_required_fields_are_published() -> None:
    tables = people(disclosure="initials", **TOLD)
    tables["persons"][1] |= {"disclosure": "pseudonym", **TOLD}
    with disclosed(tables) as found:
        for key in (PERSON, OTHER):
            assert {name for name, content in found.records[key].items() if content} == {
                *("person_id", "display_name", "identity_status", "disclosure"),
                *("protected_group", "record_status", "modified"),
            }
        assert keys(found.database, REDUCED) == [PERSON, OTHER]


def test_an_organization_is_reduced_like_a_person() -> None:
    tables = people(disclosure="initials", **TOLD)
    add(
        tables,
        "organizations",
        organization_id="org-exm-1",
        display_name="Paper",
        disclosure="pseudonym",
        country="NZL",
    )
    add(tables, "organizations", organization_id="org-exm-2", display_name="Radio", country="NZL")
    with disclosed(tables) as found:
        shown = {key: found.records[key]["country"] for key in ("org-exm-1", "org-exm-2")}
        assert shown == {"org-exm-1": None, "org-exm-2": "NZL"}
        assert found.records[PERSON]["gender"] is None
        assert keys(found.database, REDUCED) == ["org-exm-1", PERSON]


def test_of_somebody_public_all_public_fields_are_published_and_no_private_one() -> None:
    with disclosed(people(**TOLD)) as found:
        assert (found.records[PERSON]["gender"], found.records[PERSON]["summary"]) == ("woman", "Reports on courts")
        assert "birth_date" not in found.records[PERSON]
        assert (found.disclosure.complete, found.disclosure.kept_back) == (True, frozenset())
        assert keys(found.database, GONE) == keys(found.database, REDUCED) == []


def test_a_reduced_record_says_into_which_other_one_it_was_merged_if_that_is_published() -> None:
    tables = people(disclosure="pseudonym", record_status="merged", merged_into=OTHER)
    assert cell(tables, PERSON, "merged_into") == OTHER
    tables["persons"][1]["disclosure"] = "withheld"
    assert published(tables) == set()


def proceedings(**case: str) -> Tables:
    """A case with a party, its sentence, and claims about each."""
    tables = people()
    add(tables, "cases", case_id="cas-exm-1", **case)
    add(tables, "cases", case_id="cas-exm-2", parent_case_id="cas-exm-1")
    add(tables, "case_parties", case_party_id="cpa-exm-1", case_id="cas-exm-1", person_id=PERSON)
    add(tables, "sentences", sentence_id="sen-exm-1", case_party_id="cpa-exm-1")
    add(tables, "sources", source_id="src-exm-1")
    claim(tables, "1", "cases.cas-exm-1.*")
    claim(tables, "2", "sentences.sen-exm-1.duration", "P1Y")
    claim(tables, "3", "cases.cas-exm-2.parent_case_id", "cas-exm-1")
    claim(tables, "4", "cases.cas-exm-2.*")
    return tables


HANGING = {"cas-exm-1", "cpa-exm-1", "sen-exm-1", "clm-exm-1", "clm-exm-2", "clm-exm-3"}
BESIDE = {PERSON, OTHER, "cas-exm-2", "src-exm-1", "clm-exm-4"}


def test_all_that_hangs_on_a_withheld_record_goes_however_far() -> None:
    assert published(proceedings()) == HANGING | BESIDE
    with disclosed(proceedings(disclosure="withheld")) as found:
        assert set(found.records) == BESIDE
        assert found.records["cas-exm-2"]["parent_case_id"] is None
        assert found.disclosure.kept_back == HANGING
        assert not found.disclosure.complete
        own = found.database.rows(kept_for_itself(found.standard))
        assert own == [("cas-exm-1",)]


def test_a_record_that_the_command_names_goes_with_what_hangs_on_it_and_may_be_told() -> None:
    with disclosed(proceedings(), "cas-exm-1") as found:
        assert set(found.records) == BESIDE
        assert found.disclosure.kept_back == HANGING - {"cas-exm-1"}
        assert found.database.rows(kept_for_itself(found.standard)) == [("cas-exm-1",)]


def test_a_confidential_source_takes_its_claims_along() -> None:
    tables = proceedings()
    tables["sources"][0]["source_access"] = "confidential"
    assert published(tables) == {key for key in HANGING | BESIDE if not key.startswith(("clm", "src"))}


def test_a_claim_that_somebody_took_part_goes_with_that_person() -> None:
    tables = people(disclosure="withheld") | {"events": [row("events", event_id=EVENT)]}
    add(tables, "sources", source_id="src-exm-1")
    for number, person in enumerate((PERSON, OTHER), start=1):
        party = f"epa-exm-{number}"
        add(tables, "event_parties", event_party_id=party, event_id=EVENT, person_id=person, age_at_event="40")
        claim(tables, f"{number}", f"event_parties.{party}.person_id", person)
        claim(tables, f"{number}0", f"event_parties.{party}.age_at_event", "40")
        claim(tables, f"{number}1", f"events.{EVENT}.title", note=f"Said {number}", attributed_to_person_id=person)
    tables["claims"][0]["claim_value"] = OTHER
    with disclosed(tables) as found:
        assert {key for key in found.records if key.startswith("clm")} == {"clm-exm-2", "clm-exm-20"}
        shown = [found.records["epa-exm-1"][name] for name in ("person_id", "group_label", "age_at_event")]
        assert shown == [None, "person not named", None]
        assert (found.records["epa-exm-2"]["person_id"], found.records["epa-exm-2"]["age_at_event"]) == (OTHER, "40")
        assert found.records[EVENT]["title"] == "Text not published"


def disputed(*hidden: int, of: int) -> Tables:
    """An event on whose day so many claims differ, of which some are withheld."""
    tables = event()
    add(tables, "sources", source_id="src-exm-1")
    about = {"subject_table": "events", "subject_id": EVENT, "subject_field": "event_date"}
    add(tables, "conflicts", conflict_id="cfl-exm-1", resolution_note="As two say", **about)
    for number in range(1, of + 1):
        kept = {"disclosure": "withheld"} if number in hidden else {}
        claim(tables, str(number), f"events.{EVENT}.event_date", f"2025-02-0{number}", conflict_id="cfl-exm-1", **kept)
    return tables


def test_a_conflict_with_a_claim_left_over_goes_and_one_with_more_loses_its_note() -> None:
    assert cell(disputed(of=2), "cfl-exm-1", "resolution_note") == "As two say"
    assert str(cell(disputed(1, of=3), "cfl-exm-1", "resolution_note")).startswith("The note is not published")
    with disclosed(disputed(1, of=2)) as found:
        assert "cfl-exm-1" not in found.records
        assert found.records["clm-exm-2"]["conflict_id"] is None


EMBARGOES: list[tuple[str, str, dict[str, str], bool]] = [
    ("embargoed", "withhold", {"until_date": "2025-03-12"}, True),
    ("embargoed", "publish", {"until_date": "2025-03-12"}, True),
    ("embargoed", "withhold", {"until_date": "2025-03-13"}, False),
    ("embargoed", "withhold", {"until_date": "12 March"}, False),
    ("embargoed", "publish", {}, False),
    ("embargoed", "reviewed_text", {}, False),
    ("embargoed", "date_to_month", {"until_date": "2025-03-12"}, False),
    ("embargoed", "place_to_region", {"until_date": "2025-03-12"}, False),
    ("withheld", "withhold", {"until_date": "2025-03-12"}, False),
    ("withheld", "publish", {}, False),
    ("public", "withhold", {"until_date": "2025-03-12"}, True),
    ("public", "publish", {}, True),
    ("public", "withhold", {}, False),
    ("public", "burn", {}, False),
]


def test_an_event_is_published_from_the_end_of_its_own_embargo() -> None:
    tables = people()
    for number, (disclosure, method, cells, _) in enumerate(EMBARGOES):
        add(tables, "events", event_id=f"evt-exm-{number}", disclosure=disclosure)
        decide(tables, f"evt-exm-{number}", "*", method, **cells)
    with disclosed(tables) as found:
        events = {key: record["disclosure"] for key, record in found.records.items() if key.startswith("evt")}
        assert events == {f"evt-exm-{number}": "public" for number, (*_, there) in enumerate(EMBARGOES) if there}
        assert not found.disclosure.complete


def test_a_pseudonym_takes_the_place_of_the_name_and_frees_nobody() -> None:
    tables = people()
    codes = ("public", "initials", "pseudonym", "withheld", "embargoed", "")
    for number, disclosure in enumerate(codes):
        person = {"person_id": f"per-exm-{number}", "display_name": f"Name {number}"}
        add(tables, "persons", **person, disclosure=disclosure, gender="woman")
        add(tables, "names", name_id=f"nam-exm-{number}", person_id=f"per-exm-{number}", name=f"Name {number}")
        decide(tables, f"per-exm-{number}", "*", "pseudonym", replacement=f"Person X{number}")
    with disclosed(tables) as found:
        assert set(found.records) == {PERSON, OTHER, "per-exm-0", "per-exm-1", "per-exm-2"}
        for number in range(3):
            shown = [found.records[f"per-exm-{number}"][name] for name in ("disclosure", "display_name", "gender")]
            assert shown == ["pseudonym", f"Person X{number}", None]
        assert found.records[OTHER]["display_name"] == "Two"


def test_a_pseudonym_given_under_an_embargo_stays_when_that_ends() -> None:
    tables = decide(people(disclosure="embargoed"), PERSON, "*", "withhold", until_date="2025-03-12")
    decide(tables, PERSON, "*", "pseudonym", replacement="Person X2")
    assert cell(tables, PERSON, "disclosure") == "pseudonym"


def test_cells_that_were_decided_about_change_in_that_record_only() -> None:
    cells = {"event_date": "2025-02-03", "event_date_text": "on Monday", "channel": "Radio", "description": "What"}
    tables = event(**cells)
    add(tables, "events", event_id="evt-exm-2", **cells)
    add(tables, "sources", source_id="src-exm-1")
    for number in (1, 2):
        claim(tables, str(number), f"events.evt-exm-{number}.channel", "Radio")
    decide(tables, EVENT, "event_date", "date_to_month")
    decide(tables, EVENT, "channel", "withhold")
    with disclosed(tables) as found:
        names = ("event_date", "event_date_text", "channel", "title", "description")
        assert [found.records[EVENT][name] for name in names] == ["2025-02", None, None, "Text not published", None]
        assert {name: found.records["evt-exm-2"][name] for name in cells} == cells
        assert ("clm-exm-1" in found.records, "clm-exm-2" in found.records) == (False, True)


READ = [
    ("title", "2025-03-01", "2025-03-01", True),
    ("title", "2025-03-01", "2025-02-28", True),
    ("*", "2025-03-01", "2025-03-01", True),
    ("title", "2025-03-01", "2025-03-02", False),
    ("title", "2025-03-01", "", False),
    ("title", "2025-03-01", "yesterday", False),
    ("description", "2025-03-01", "2025-03-01", False),
    ("title", "2025-03-13", "2025-03-01", False),
]


def test_a_text_that_was_read_is_shown_until_its_record_changes() -> None:
    tables = people()
    for number, (field, read_on, modified, _) in enumerate(READ):
        add(tables, "events", event_id=f"evt-exm-{number}", modified=modified, channel="Radio")
        decide(tables, f"evt-exm-{number}", "channel", "withhold")
        decide(tables, f"evt-exm-{number}", field, "reviewed_text", decided_on=read_on)
    with disclosed(tables) as found:
        titles = [found.records[f"evt-exm-{number}"]["title"] for number in range(len(READ))]
    assert titles == ["Event" if shown else "Text not published" for *_, shown in READ]


def test_words_of_a_claim_that_were_read_are_shown_though_a_claim_has_no_day_of_change() -> None:
    tables = event(channel="Radio")
    add(tables, "sources", source_id="src-exm-1")
    for number in (1, 2):
        claim(tables, str(number), f"events.{EVENT}.*", note="As she said")
    decide(tables, EVENT, "channel", "withhold")
    decide(tables, "clm-exm-1", "note", "reviewed_text")
    with disclosed(tables) as found:
        assert [found.records[f"clm-exm-{number}"]["note"] for number in (1, 2)] == ["As she said", None]


WITNESSES = [("", "", False), ("*", "publish", True), ("gender", "publish", False), ("*", "pseudonym", True)]
WITNESSES += [("*", "burn", False), ("*", "publish and withhold", False)]


def test_a_witness_is_withheld_until_somebody_decides_and_nobody_withholds() -> None:
    tables = event()
    for number, (field, methods, _) in enumerate(WITNESSES):
        named(tables, "persons", f"per-exm-{number}", f"Zorvan Quistrel {number}")
        party = {"event_party_id": f"epa-exm-{number}", "event_id": EVENT, "person_id": f"per-exm-{number}"}
        add(tables, "event_parties", **party, role="witness")
        for method in methods.split(" and ") if methods else ():
            decide(tables, f"per-exm-{number}", field, method, replacement="Person X2")
    with disclosed(tables) as found:
        for number, (*_, there) in enumerate(WITNESSES):
            assert (f"per-exm-{number}" in found.records) is there
            party_of = found.records[f"epa-exm-{number}"]["person_id"]
            assert party_of == (f"per-exm-{number}" if there else None)
        left_out = [f"per-exm-{number}" for number, (*_, there) in enumerate(WITNESSES) if not there]
        assert keys(found.database, WITHOUT) == left_out


def test_a_label_stands_for_a_person_and_the_person_is_withheld() -> None:
    tables = event()
    party = {"event_party_id": "epa-exm-1", "event_id": EVENT, "person_id": PERSON}
    add(tables, "event_parties", **party)
    with disclosed(decide(tables, PERSON, "*", "group_label", replacement="a reporter")) as found:
        assert PERSON not in found.records
        assert found.records["epa-exm-1"]["group_label"] == "a reporter"


def test_what_was_decided_is_named_nowhere_and_makes_a_release_incomplete() -> None:
    with disclosed(decide(event(), EVENT, "title", "publish")) as found:
        assert found.disclosure.kept_back == {"red-exm-0"}
        assert not found.disclosure.complete
        assert EVENT in found.records


def withdrawn(found: Iterable[tuple[str, dict[str, str]]]) -> Tables:
    tables = people()
    for key, cells in found:
        add(tables, "events", event_id=key, **{"record_status": "withdrawn", **cells})
    return tables


def test_only_withdrawn_records_that_could_have_been_public_are_told() -> None:
    tables = withdrawn(
        [
            ("evt-exm-b", {}),
            ("evt-exm-a", {}),
            ("evt-exm-c", {"disclosure": "withheld"}),
            ("evt-exm-d", {"disclosure": ""}),
            ("evt-exm-e", {"record_status": "active"}),
            ("evt-exm-f", {"record_status": ""}),
            ("evt-exm-g", {}),
            ("evt-exm-h", {}),
        ]
    )
    add(tables, "persons", person_id="per-exm-gone", display_name="Gone", disclosure="initials")
    tables["persons"][-1]["record_status"] = "withdrawn"
    decide(tables, "evt-exm-g", "*", "withhold")
    with disclosed(tables, "evt-exm-h") as found:
        assert found.disclosure.withdrawn == {"persons": ("per-exm-gone",), "events": ("evt-exm-a", "evt-exm-b")}
        assert found.disclosure.kept_back == {"red-exm-0", *(f"evt-exm-{key}" for key in "cdfg")}
        assert set(found.records) == {PERSON, OTHER, "evt-exm-e"}
