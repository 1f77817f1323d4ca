"""What hangs on a record that is not published in full: what a row may not say, and what stands there instead."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import pytest

from in_memory import FEW, Rows, dataset, empty_database, ids, keys, relate
from kloop import STANDARD, Row, Tables
from laid import text_of
from pfds.checks.database import Database
from pfds.release.dataset import sent
from pfds.release.hanging import (
    LABELS,
    LOST,
    NAMELESS,
    PROTECTED,
    SHORT,
    SIGNED,
    TELLING,
    about_protected,
    cleared,
    keep_lost,
    keep_protected,
    keep_standing,
    labelled,
    not_let_out,
    one_sided,
    replaced,
    texts_kept_back,
)
from pfds.standard.model import Table

HIDDEN, REDUCED, OPEN = "per-exm-hid", "per-exm-red", "per-exm-open"
NO_LABELS: Rows = [{"id": "none", "label": "x"}]
NOTHING_COARSE: Rows = [{"id": None, "field": "event_date"}]
NOTHING_SIGNED: Rows = [{"id": "none", "field": "*"}]


def rows_of(database: Database, table: str, rows: Iterable[Row]) -> None:
    """Makes records of a table known as `rows`."""
    database.relate("rows", text_of(table, list(rows)))


def met(table: str, condition: str, row: Row, **known: Rows) -> bool:
    """Whether a condition holds for a record of a table."""
    with empty_database() as database:
        for name, content in known.items():
            relate(database, name, content)
        rows_of(database, table, [row])
        (found,) = database.row(f"SELECT {condition} FROM rows")  # noqa: S608
        assert isinstance(found, bool), "neither true nor false"
        return found


def shown(table: str, field: str, value: str, row: Row, **known: Rows) -> str | None:
    """What a statement gives for a record of a table."""
    with empty_database() as database:
        for name, content in known.items():
            relate(database, name, content)
        rows_of(database, table, [row])
        found: str | None = database.row(f"SELECT {value} AS {field} FROM rows")[0]  # noqa: S608
        return found


def not_published(table: str, row: Row, coarse: Sequence[Mapping[str, str]] = ()) -> bool:
    replaced_cells: Rows = [{"id": "none", "field": "none"}, *coarse]
    condition = not_let_out(FEW, FEW.tables[table], "reduced", "coarse")
    return met(table, condition, row, reduced=ids(REDUCED, "org-exm-red"), coarse=replaced_cells)


@pytest.mark.parametrize(
    ("table", "row", "gone"),
    [
        ("names", {"name_id": "nam-1", "person_id": REDUCED}, True),
        ("names", {"name_id": "nam-1", "organization_id": "org-exm-red"}, True),
        ("names", {"name_id": "nam-1", "person_id": OPEN}, False),
        ("names", {"name_id": "nam-1"}, False),
        ("event_parties", {"event_party_id": "epa-1", "person_id": REDUCED}, False),
        ("persons", {"person_id": OPEN, "merged_into": REDUCED}, True),
        ("persons", {"person_id": OPEN, "merged_into": "per-exm-other"}, False),
        ("persons", {"person_id": OPEN}, False),
        ("persons", {"person_id": REDUCED}, False),
        ("persons", {"person_id": REDUCED, "merged_into": REDUCED}, False),
        ("identifiers", {"identifier_id": "idf-1", "subject_id": REDUCED}, True),
        ("identifiers", {"identifier_id": "idf-1", "subject_id": OPEN}, False),
        ("identifiers", {"identifier_id": "idf-1"}, False),
        ("sources", {"source_id": "src-1"}, False),
    ],
)
def test_names_and_identifiers_of_somebody_reduced_are_not_published(table: str, row: Row, gone: bool) -> None:
    assert not_published(table, row) is gone


def about(subject: str | None, **cells: str) -> Row:
    """A claim or conflict about ``table.id.field``."""
    table, key, field = subject.split(".") if subject else (None, None, None)
    given = {"claim_id": "clm-1", "conflict_id": "cfl-1", "subject_table": table, "subject_id": key}
    return {name: cell for name, cell in {**given, "subject_field": field, **cells}.items() if cell}


@pytest.mark.parametrize("table", ["claims", "conflicts"])
@pytest.mark.parametrize(
    ("subject", "gone"),
    [
        (f"persons.{OPEN}.gender", False),
        (f"persons.{OPEN}.display_name", False),
        (f"persons.{OPEN}.*", False),
        (f"persons.{OPEN}.birth_date", True),
        (f"persons.{OPEN}.shoe_size", True),
        (f"people.{OPEN}.gender", True),
        ("claims.clm-2.coder", True),
        ("redactions.red-1.*", True),
        (None, True),
        (f"persons.{REDUCED}.gender", True),
        (f"persons.{REDUCED}.display_name", True),
        (f"persons.{REDUCED}.protected_group", False),
        (f"persons.{REDUCED}.*", False),
        ("organizations.org-exm-red.country", True),
        ("organizations.org-exm-red.organization_type", False),
        ("events.evt-exm-1.event_date", True),
        ("events.evt-exm-1.locality", False),
        ("events.evt-exm-1.*", False),
        ("events.evt-exm-2.event_date", False),
    ],
)
def test_claims_and_conflicts_tell_nothing_that_the_release_does_not(
    table: str, subject: str | None, gone: bool
) -> None:
    assert not_published(table, about(subject), [{"id": "evt-exm-1", "field": "event_date"}]) is gone


def parties() -> Tables:
    """Cases and events with a part for somebody hidden, for somebody reduced, and for somebody else."""
    people = (("hid", HIDDEN), ("red", REDUCED), ("open", OPEN))
    return {
        "cases": [{"case_id": f"cas-exm-{key}"} for key, _ in people],
        "events": [{"event_id": f"evt-exm-{key}"} for key, _ in people],
        "event_parties": [
            {"event_party_id": f"epa-exm-{key}", "event_id": f"evt-exm-{key}", "person_id": person}
            for key, person in people
        ],
        "case_parties": [
            {"case_party_id": f"cpa-exm-{key}", "case_id": f"cas-exm-{key}", "person_id": person}
            for key, person in people
        ],
        "sentences": [{"sentence_id": f"sen-exm-{key}", "case_party_id": f"cpa-exm-{key}"} for key, _ in people],
    }


def standing(tables: Tables, *, labels: Rows = NO_LABELS, coarse: Rows = NOTHING_COARSE) -> Mapping[str, list[str]]:
    """The identifiers of what stands for somebody hidden or reduced, hangs on that, or tells of it."""
    with dataset(tables) as database:
        known = {"gone": ids(HIDDEN, "org-exm-hid"), "reduced": ids(REDUCED), "coarse": coarse, LABELS: labels}
        for name, content in known.items():
            relate(database, name, content)
        keep_standing(FEW, database, "gone", "reduced", "coarse")
        keep_protected(database, "reduced")
        found = {name: keys(database, name) for name in (SHORT, NAMELESS, TELLING)}
        assert keys(database, PROTECTED) == sorted({*found[SHORT], *found[TELLING], REDUCED})
        return found


def test_rows_that_stand_for_somebody_hidden_are_known_with_what_hangs_on_them() -> None:
    found = standing(parties())
    assert found[SHORT] == [f"{table}-exm-{key}" for table in ("cpa", "epa", "sen") for key in ("hid", "red")]
    assert found[NAMELESS] == ["cpa-exm-hid", "epa-exm-hid"]
    assert found[TELLING] == [f"{table}-exm-{key}" for table in ("cas", "evt") for key in ("hid", "red")]


def test_a_claim_about_such_a_row_does_not_hang_on_it() -> None:
    claims = [{"claim_id": "clm-exm-1", "subject_id": "epa-exm-hid", "claim_value": "cpa-exm-hid"}]
    assert "clm-exm-1" not in standing({**parties(), "claims": claims})[SHORT]


def test_a_row_under_a_label_stands_for_somebody_protected() -> None:
    found = standing(parties(), labels=[{"id": f"{table}-exm-open", "label": "x"} for table in ("epa", "cpa")])
    assert {"epa-exm-open", "cpa-exm-open", "sen-exm-open"} <= set(found[SHORT])
    assert {"epa-exm-open", "cpa-exm-open"} <= set(found[NAMELESS])
    assert "sen-exm-open" not in found[NAMELESS]
    assert {"evt-exm-open", "cas-exm-open"} <= set(found[TELLING])


@pytest.mark.parametrize(
    ("table", "row", "telling"),
    [
        (
            "event_parties",
            {"event_party_id": "epa-exm-1", "event_id": "evt-exm-1", "organization_id": "org-exm-hid"},
            "evt-exm-1",
        ),
        ("violations", {"event_id": "evt-exm-1", "person_id": HIDDEN}, "evt-exm-1"),
        ("violations", {"event_id": "evt-exm-1", "person_id": REDUCED}, "evt-exm-1"),
        ("violations", {"event_id": "evt-exm-1", "alleged_by_person_id": HIDDEN}, "evt-exm-1"),
        ("violations", {"event_id": "evt-exm-1", "alleged_by_organization_id": "org-exm-hid"}, "evt-exm-1"),
        ("violations", {"event_id": "evt-exm-1", "person_id": OPEN}, None),
        ("cases", {"case_id": "cas-exm-1", "court_organization_id": "org-exm-hid"}, "cas-exm-1"),
        ("cases", {"case_id": "cas-exm-1", "initiating_organization_id": "org-exm-hid"}, "cas-exm-1"),
        ("cases", {"case_id": "cas-exm-1", "court_organization_id": "org-exm-open"}, None),
        ("case_parties", {"case_party_id": "cpa-exm-1", "case_id": "cas-exm-1", "person_id": HIDDEN}, "cas-exm-1"),
        ("claims", {"claim_id": "clm-exm-1", "attributed_to_person_id": HIDDEN}, None),
        ("names", {"name_id": "nam-exm-1", "person_id": HIDDEN}, None),
        ("persons", {"person_id": OPEN, "merged_into": HIDDEN}, None),
    ],
)
def test_cases_and_events_tell_of_whoever_has_a_part_in_them(table: str, row: Row, telling: str | None) -> None:
    assert standing({table: [row]})[TELLING] == ([telling] if telling else [])


def test_without_parties_nothing_stands_for_anybody() -> None:
    alone = replace(FEW, tables={"persons": FEW.tables["persons"]})
    with dataset({}) as database:
        for name in ("gone", "reduced", "coarse"):
            relate(database, name, ids(HIDDEN))
        keep_standing(alone, database, "gone", "reduced", "coarse")
        assert [keys(database, name) for name in (SHORT, NAMELESS, TELLING)] == [[], [], [HIDDEN]]


def test_a_record_with_a_coarser_cell_tells_what_stood_there() -> None:
    coarse = [{"id": key, "field": "event_date"} for key in ("evt-exm-1", "evt-exm-1", None)]
    assert standing({}, coarse=coarse) == {SHORT: [], NAMELESS: [], TELLING: ["evt-exm-1"]}


@pytest.mark.parametrize(
    ("table", "field", "told"),
    [
        ("event_parties", "person_id", True),
        ("event_parties", "organization_id", False),
        ("event_parties", "age_at_event", False),
        ("violations", "person_id", True),
        ("violations", "organization_id", False),
    ],
)
def test_an_event_tells_of_whoever_is_withheld_in_one_of_its_rows(table: str, field: str, told: bool) -> None:
    key = STANDARD.tables[table].primary_key
    part = {key: "x-exm-1", "event_id": "evt-exm-1", "person_id": OPEN, "age_at_event": "30"}
    tables: Tables = {"events": [{"event_id": "evt-exm-1"}], table: [part]}
    found = standing(tables, coarse=[{"id": "x-exm-1", "field": field}])
    assert found == {SHORT: [], NAMELESS: [], TELLING: [*(["evt-exm-1"] if told else []), "x-exm-1"]}


@pytest.mark.parametrize(
    ("subject", "gone"),
    [
        ("event_parties.epa-exm-red.age_at_event", True),
        ("event_parties.epa-exm-red.person_id", False),
        ("event_parties.epa-exm-red.role", False),
        ("event_parties.epa-exm-red.*", False),
        ("event_parties.epa-exm-hid.person_id", True),
        ("event_parties.epa-exm-hid.organization_id", True),
        ("event_parties.epa-exm-hid.role", False),
        ("event_parties.epa-exm-open.age_at_event", False),
        ("event_parties.epa-exm-open.person_id", False),
        ("case_parties.cpa-exm-red.note", True),
        ("sentences.sen-exm-red.note", True),
        ("sentences.sen-exm-red.duration", False),
        ("sentences.sen-exm-open.note", False),
        ("events.evt-exm-red.title", True),
        ("events.evt-exm-red.description", True),
        ("events.evt-exm-red.channel", False),
        ("events.evt-exm-open.title", False),
        ("cases.cas-exm-red.summary", True),
        ("cases.cas-exm-open.summary", False),
    ],
)
@pytest.mark.parametrize("table", ["claims", "conflicts"])
def test_no_claim_tells_what_a_row_must_not(table: str, subject: str, gone: bool) -> None:
    known = {
        SHORT: ids("epa-exm-red", "cpa-exm-red", "sen-exm-red", "epa-exm-hid"),
        TELLING: ids("evt-exm-red", "cas-exm-red"),
        NAMELESS: ids("epa-exm-hid"),
    }
    assert met(table, about_protected(FEW, FEW.tables[table]), about(subject), **known) is gone


def test_only_claims_and_conflicts_are_about_cells() -> None:
    for table in FEW.tables.values():
        if table.name not in ("claims", "conflicts"):
            assert not met(table.name, about_protected(FEW, table), {})


CLAIMS = [
    *({"claim_id": f"clm-two-{n}", "conflict_id": "cfl-two"} for n in (1, 2)),
    *({"claim_id": f"clm-three-{n}", "conflict_id": "cfl-three"} for n in (1, 2, 3)),
    *({"claim_id": f"clm-whole-{n}", "conflict_id": "cfl-whole"} for n in (1, 2)),
    *({"claim_id": f"clm-none-{n}", "conflict_id": "cfl-none"} for n in (1, 2)),
    {"claim_id": "clm-one-1", "conflict_id": "cfl-one"},
    {"claim_id": "clm-free"},
    {"claim_id": "clm-free-too"},
]
GONE = ("clm-two-1", "clm-three-1", "clm-none-1", "clm-none-2", "clm-free")
KNOWN = ("two", "three", "whole", "none", "one", "empty")


def with_conflicts(database: Database, gone: Iterable[str], let_out: Iterable[Row] = CLAIMS) -> None:
    database.relate(sent("claims"), text_of("claims", CLAIMS))
    database.relate("let_out", text_of("claims", list(let_out)))
    relate(database, "gone", ids(*gone))
    rows_of(database, "conflicts", [{"conflict_id": f"cfl-{key}"} for key in KNOWN])


@pytest.mark.parametrize("by", ["gone", "not let out"])
def test_a_conflict_that_lost_a_claim_is_known_and_one_of_a_single_claim_goes(by: str) -> None:
    left = [claim for claim in CLAIMS if claim["claim_id"] not in GONE]
    with empty_database() as database:
        with_conflicts(database, *((GONE,) if by == "gone" else ((), left)))
        keep_lost(database, "let_out", "gone")
        assert keys(database, LOST) == ["cfl-none", "cfl-three", "cfl-two"]
        going = one_sided(FEW.tables["conflicts"], "let_out", "gone")
        assert keys(database, "rows", going) == ["cfl-none", "cfl-two"]
        assert keys(database, "rows", one_sided(FEW.tables["cases"], "let_out", "gone")) == []


PARTY = {"event_party_id": "epa-1", "group_label": "three reporters", "group_count": "3", "group_count_qualifier": "at"}
GROUPS = ("person_id", "organization_id", "group_label", "group_count", "group_count_qualifier")


def party(row: Row, labels: Rows = NO_LABELS) -> list[str | None]:
    """How a party of an event is shown: the person, the organization, and the group."""
    known = {"gone": ids(HIDDEN, "org-exm-hid"), LABELS: [*NO_LABELS, *labels]}
    table = FEW.tables["event_parties"]
    return [
        shown("event_parties", field, replaced(table, table.by_name[field], "gone"), {**PARTY, **row}, **known)
        for field in GROUPS
    ]


@pytest.mark.parametrize(
    ("row", "labels", "found"),
    [
        ({"person_id": OPEN}, [], [OPEN, None, "three reporters", "3", "at"]),
        ({"person_id": REDUCED}, [], [REDUCED, None, "three reporters", "3", "at"]),
        ({"person_id": HIDDEN}, [], [None, None, "person not named", "1", "exact"]),
        ({"organization_id": "org-exm-hid"}, [], [None, None, "organization not named", "1", "exact"]),
        ({"organization_id": "org-exm-open"}, [], [None, "org-exm-open", "three reporters", "3", "at"]),
        (
            {"person_id": HIDDEN, "organization_id": "org-exm-hid"},
            [],
            [None, None, "person not named", "1", "exact"],
        ),
        ({"person_id": HIDDEN}, [(HIDDEN, "a reporter")], [None, None, "a reporter", "1", "exact"]),
        ({"person_id": OPEN}, [(HIDDEN, "a reporter")], [OPEN, None, "three reporters", "3", "at"]),
        ({"person_id": OPEN}, [("epa-1", "somebody")], [None, None, "somebody", "1", "exact"]),
        ({"organization_id": "org-exm-open"}, [("epa-1", "somebody")], [None, None, "somebody", "1", "exact"]),
        ({}, [("epa-1", "some people")], [None, None, "some people", "3", "at"]),
        (
            {"person_id": HIDDEN},
            [("epa-1", "somebody"), (HIDDEN, "a reporter")],
            [None, None, "somebody", "1", "exact"],
        ),
        ({"person_id": OPEN}, [("epa-2", "somebody")], [OPEN, None, "three reporters", "3", "at"]),
    ],
)
def test_a_row_names_a_group_in_place_of_whoever_is_not_named(
    row: Row, labels: list[tuple[str, str]], found: list[str | None]
) -> None:
    assert party(row, [{"id": key, "label": label} for key, label in labels]) == found


@pytest.mark.parametrize(
    ("table", "field", "row", "found"),
    [
        ("events", "case_id", {"case_id": "cas-exm-hid"}, None),
        ("events", "case_id", {"case_id": "cas-exm-open"}, "cas-exm-open"),
        ("events", "title", {"title": "Arrest", "case_id": "cas-exm-hid"}, "Arrest"),
        ("names", "person_id", {"person_id": "cas-exm-hid"}, "cas-exm-hid"),
        ("case_parties", "case_id", {"case_id": "cas-exm-hid"}, "cas-exm-hid"),
        ("claims", "conflict_id", {"conflict_id": "cas-exm-hid"}, None),
    ],
)
def test_a_cell_that_points_to_what_is_gone_is_emptied_where_the_standard_says_so(
    table: str, field: str, row: Row, found: str | None
) -> None:
    value = replaced(FEW.tables[table], FEW.tables[table].by_name[field], "gone")
    key = {FEW.tables[table].primary_key: "epa-1"}
    labels: Rows = [{"id": "epa-1", "label": "x"}] if table == "events" else NO_LABELS
    known = {"gone": ids("cas-exm-hid"), LABELS: labels}
    assert shown(table, field, value, {**key, **row}, **known) == found


def text(table: str, field: str, row: Row, signed: Sequence[tuple[str, str]] = (), lost: Sequence[str] = ()) -> object:
    """What stands in a cell of a record of which all ids that begin with `x` are about somebody protected."""
    known = {
        PROTECTED: ids("x-1"),
        LOST: ids(*lost),
        SIGNED: [*NOTHING_SIGNED, *({"id": key, "field": name} for key, name in signed)],
    }
    its: Table = FEW.tables[table]
    return shown(table, field, cleared(its, its.by_name[field], field), row, **known)


EVENT: Row = {"event_id": "x-1", "title": "Arrest", "description": "She was arrested", "channel": "Radio"}


@pytest.mark.parametrize(
    ("field", "signed", "found"),
    [
        ("title", [], "Text not published"),
        ("description", [], None),
        ("channel", [], "Radio"),
        ("title", [("x-1", "title")], "Arrest"),
        ("title", [("x-1", "*")], "Arrest"),
        ("title", [("x-1", "description")], "Text not published"),
        ("title", [("x-2", "title")], "Text not published"),
        ("description", [("x-1", "*")], "She was arrested"),
    ],
)
def test_a_text_that_may_tell_is_shown_only_if_it_was_signed(
    field: str, signed: list[tuple[str, str]], found: str | None
) -> None:
    assert text("events", field, EVENT, signed) == found
    assert text("events", field, {**EVENT, "event_id": "y-1"}) == EVENT[field]


@pytest.mark.parametrize("signed", [[], [("x-1", "*")], [("x-1", "age_at_event")]])
def test_an_age_is_no_text_that_could_be_signed(signed: list[tuple[str, str]]) -> None:
    row = {"event_party_id": "x-1", "age_at_event": "34", "role": "target"}
    assert text("event_parties", "age_at_event", row, signed) is None
    assert text("event_parties", "role", row, signed) == "target"
    assert text("event_parties", "age_at_event", {**row, "event_party_id": "y-1"}, signed) == "34"


@pytest.mark.parametrize(
    ("signed", "found"),
    [
        ([], None),
        ([("clm-1", "note")], "As she said"),
        ([("clm-1", "*")], "As she said"),
        ([("x-1", "*")], "As she said"),
        ([("x-1", "note")], None),
        ([("clm-2", "*")], None),
    ],
)
def test_the_words_of_a_claim_are_signed_with_its_record_or_alone(
    signed: list[tuple[str, str]], found: str | None
) -> None:
    claim = {"claim_id": "clm-1", "subject_id": "x-1", "note": "As she said", "claim_value": "2025"}
    assert text("claims", "note", claim, signed) == found
    assert text("claims", "claim_value", claim, signed) == "2025"
    assert text("claims", "note", {**claim, "subject_id": "y-1"}) == "As she said"
    assert text("claims", "note", {**claim, "claim_id": "x-1", "subject_id": "y-1"}) == "As she said"


@pytest.mark.parametrize(
    ("cells", "signed", "found"),
    [
        ({"quote": "Сөз", "quote_lang": "ky-Cyrl-KG"}, [("clm-1", "quote")], "ky"),
        ({"quote": "Сөз", "quote_lang": "ky"}, [("x-1", "*")], "ky"),
        ({"quote": "Сөз", "quote_lang": "ky"}, [("clm-1", "note")], None),
        ({"quote": "Сөз", "quote_lang": "ky"}, [("clm-1", "quote_lang")], None),
        ({"quote": "Сөз", "quote_lang": "ky"}, [], None),
        ({"quote_lang": "ky"}, [("clm-1", "quote")], None),
        ({"quote": "Сөз"}, [("clm-1", "quote")], None),
    ],
)
def test_the_language_of_a_quotation_is_shown_with_it_and_without_a_country(
    cells: Row, signed: list[tuple[str, str]], found: str | None
) -> None:
    claim = {"claim_id": "clm-1", "subject_id": "x-1", **cells}
    assert text("claims", "quote_lang", claim, signed) == found
    assert text("claims", "quote_lang", {**claim, "subject_id": "y-1"}) == cells.get("quote_lang")


@pytest.mark.parametrize(
    ("row", "lost", "kept_back"),
    [
        ({"subject_id": "x-1", "resolution_note": "Both"}, [], True),
        ({"subject_id": "y-1", "resolution_note": "Both"}, ["cfl-1"], True),
        ({"subject_id": "x-1", "resolution_note": "Both"}, ["cfl-1"], True),
        ({"subject_id": "y-1", "resolution_note": "Both"}, ["cfl-2"], False),
    ],
)
def test_the_note_of_a_conflict_is_kept_back_if_a_claim_is_or_its_record(
    row: Row, lost: list[str], kept_back: bool
) -> None:
    found = text("conflicts", "resolution_note", {"conflict_id": "cfl-1", **row}, lost=lost)
    assert found == ("The note is not published, because it may repeat what is kept back." if kept_back else "Both")


def test_no_note_is_not_said_to_be_kept_back() -> None:
    assert text("conflicts", "resolution_note", {"conflict_id": "cfl-1", "subject_id": "x-1"}, lost=["cfl-1"]) is None


def test_texts_that_nobody_signed_are_known_by_record_and_field() -> None:
    events = [{"event_id": key, "title": "Arrest", "description": "She", "channel": "Radio"} for key in ("x-1", "y-1")]
    others = [{"event_id": "x-2", "title": "Raid"}, {"event_id": "z-1", "title": "Nobody has signed this"}]
    tables: Tables = {"events": [*events, *others], "cases": [{"case_id": "x-3"}]}
    tables["cases"] += [{"case_id": "x-4", "summary": "It began"}]
    with dataset(tables) as database:
        relate(database, TELLING, ids("x-1", "x-2", "x-3", "x-4"))
        relate(database, SIGNED, [{"id": "x-1", "field": "title"}, {"id": "y-1", "field": "*"}])
        found = [row for select in texts_kept_back(FEW) for row in database.rows(select)]
    assert sorted(found) == [("x-1", "description"), ("x-2", "title"), ("x-4", "summary")]


def test_whom_a_row_with_a_label_of_its_own_stands_for_is_known() -> None:
    with dataset(parties()) as database:
        relate(database, LABELS, [{"id": key, "label": "x"} for key in ("epa-exm-open", "cpa-exm-red", OPEN)])
        found = [row for select in labelled(FEW) for row in database.rows(select)]
    assert sorted(found) == [("cpa-exm-red", "person_id"), ("epa-exm-open", "person_id")]
