"""What a release lets out: nothing that was kept back, in any byte, and everything that is public."""

import csv
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from command import BIN, Ran, files, pfds, run
from exm import add, claim, named, world
from in_memory import disclosed
from kloop import Tables, write_tables

VERSION = "2025.3.0"
SECRET = "Zorvan Quistrel"  # noqa: S105 - a made-up name
CODER = "Morvath"
NOTE = "Marker Vexolith Nine"
NOT_NAMED = {"person_id": "", "group_label": "person not named", "group_count": "1", "group_count_qualifier": "exact"}
NOBODY = {"organization_id": "", **NOT_NAMED, "group_label": "organization not named"}
NOTE_KEPT_BACK = "The note is not published, because it may repeat what is kept back."
TEXT_KEPT_BACK = {"title": "Text not published"}

Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Kept:
    """Something kept back: how it enters the dataset, what must be nowhere, and what differs in the release.

    ``published`` are records beyond those of the public dataset, ``changed`` those of it with other cells, each with
    the cells to expect; ``lost`` are the records of the public dataset that go.
    """

    name: str
    enters: Callable[[Tables], None]
    nowhere: tuple[str, ...]
    published: Mapping[str, Cells] = field(default_factory=dict)
    changed: Mapping[str, Cells] = field(default_factory=dict)
    lost: frozenset[str] = frozenset()
    withdrawn: tuple[str, ...] = ()


def take_part(tables: Tables, person: str) -> None:
    """A person in every place where one can stand."""
    add(tables, "person_nationalities", nationality_id="nat-exm-x", person_id=person, country="ISL")
    ties = {"person_id": person, "to_organization_id": "org-exm-paper"}
    add(tables, "relationships", relationship_id="rsh-exm-x", position_text=NOTE, **ties)
    ties = {"person_id": "per-exm-ada", "to_person_id": person}
    add(tables, "relationships", relationship_id="rsh-exm-y", role_type="relative", **ties)
    party = {"case_party_id": "cpa-exm-x", "case_id": "cas-exm-1"}
    add(tables, "case_parties", **party, person_id=person, note=NOTE)
    add(tables, "charges", charge_id="chg-exm-x", case_party_id="cpa-exm-x")
    add(tables, "sentences", sentence_id="sen-exm-x", case_party_id="cpa-exm-x", note=NOTE)
    party = {"event_party_id": "epa-exm-x", "event_id": "evt-exm-1", "individual_outcome": "released"}
    add(tables, "event_parties", **party, person_id=person, age_at_event="97")
    claims_about(tables, person)


def claims_about(tables: Tables, person: str) -> None:
    claim(tables, "x1", f"persons.{person}.*", quote=NOTE, quote_lang="en")
    claim(tables, "x2", f"persons.{person}.gender", "woman", value_text=NOTE, claim_status="unresolved")
    claim(tables, "x3", "event_parties.epa-exm-x.person_id", person)
    claim(tables, "x4", "event_parties.epa-exm-x.age_at_event", "97")
    claim(tables, "x5", "case_parties.cpa-exm-x.note", NOTE)
    claim(tables, "x6", "event_parties.epa-exm-x.individual_outcome", "released")
    claim(tables, "x7", "charges.chg-exm-x.article", "1")
    about = {"subject_table": "persons", "subject_id": person}
    add(tables, "identifiers", identifier_id="idf-exm-x", identifier_value="Q97531", **about)


def person_kept_back(disclosure: str) -> Callable[[Tables], None]:
    def enters(tables: Tables) -> None:
        cells = {"disclosure": disclosure, "gender": "woman", "birth_date": "1931-07-19", "summary": NOTE}
        named(tables, "persons", "per-exm-hid", SECRET, **cells)
        take_part(tables, "per-exm-hid")
        event = {"event_id": "evt-exm-1"}
        add(tables, "violations", violation_id="vio-exm-x", person_id="per-exm-hid", **event)
        accuser = {"person_id": "per-exm-ada", "alleged_by_person_id": "per-exm-hid"}
        add(tables, "violations", violation_id="vio-exm-y", violation_type="torture", **event, **accuser)
        claim(tables, "x8", "events.evt-exm-1.*", attributed_to_person_id="per-exm-hid", quote=NOTE, quote_lang="en")
        claim(tables, "x9", "names.nam-exm-hid.script", "Latn")
        another = {"claim_status": "rejected", "conflict_id": "cfl-exm-x"}
        tables["claims"][-7]["conflict_id"] = "cfl-exm-x"
        claim(tables, "x10", "event_parties.epa-exm-x.person_id", "per-exm-ada", **another)
        about = {"subject_table": "event_parties", "subject_id": "epa-exm-x", "subject_field": "person_id"}
        add(tables, "conflicts", conflict_id="cfl-exm-x", resolution_note=NOTE, **about)

    return enters


def person_reduced(disclosure: str, label: str) -> Callable[[Tables], None]:
    def enters(tables: Tables) -> None:
        cells = {"disclosure": disclosure, "gender": "woman", "current_status": "free", "summary": NOTE}
        person = {"person_id": "per-exm-red", "display_name": label, "current_status_as_of": "2025-03-01", **cells}
        add(tables, "persons", **person)
        name = {"person_id": "per-exm-red", "name_type": "initials" if disclosure == "initials" else "label"}
        shown = {**name, "family_name": "Quistrel", "name": label}
        add(tables, "names", name_id="nam-exm-red", **shown)
        add(
            tables,
            "names",
            name_id="nam-exm-hid",
            person_id="per-exm-red",
            name=SECRET,
            disclosure="withheld",
            is_display="",
        )
        tables["names"][-1]["is_display"] = "false"
        take_part(tables, "per-exm-red")
        claim(tables, "x8", "persons.per-exm-red.display_name", "Z. of the Quistrels", claim_status="superseded")
        claim(tables, "x9", "persons.per-exm-red.protected_group", "journalist")

    return enters


PARTY_OF_THE_REDUCED = {
    "cpa-exm-x": {"person_id": "per-exm-red", "group_label": "", "note": ""},
    "chg-exm-x": {"case_party_id": "cpa-exm-x"},
    "sen-exm-x": {"case_party_id": "cpa-exm-x", "note": ""},
    "epa-exm-x": {"person_id": "per-exm-red", "age_at_event": "", "individual_outcome": "released"},
    "clm-exm-x1": {"subject_id": "per-exm-red", "quote": "", "quote_lang": ""},
    "clm-exm-x3": {"claim_value": "per-exm-red"},
    "clm-exm-x6": {"claim_value": "released"},
    "clm-exm-x7": {"claim_value": "1"},
    "clm-exm-x9": {"claim_value": "journalist"},
}


def event_kept_back(tables: Tables) -> None:
    hidden = {"event_id": "evt-exm-hid"}
    add(tables, "events", **hidden, title=NOTE, case_id="cas-exm-1", description=SECRET, disclosure="withheld")
    add(tables, "event_parties", event_party_id="epa-exm-x", person_id="per-exm-ada", **hidden)
    add(tables, "event_relations", relation_id="rel-exm-x", event_id="evt-exm-1", related_event_id="evt-exm-hid")
    add(tables, "event_objects", object_id="obj-exm-x", description=NOTE, **hidden)
    add(tables, "violations", violation_id="vio-exm-x", person_id="per-exm-ada", **hidden)
    add(tables, "events", event_id="evt-exm-sub", parent_event_id="evt-exm-hid", case_id="cas-exm-1")
    party = {"case_party_id": "cpa-exm-1", "penalty_type": "fine", "duration": ""}
    add(tables, "sentences", sentence_id="sen-exm-x", event_id="evt-exm-hid", **party)
    claim(tables, "x1", "events.evt-exm-hid.*", quote=NOTE, quote_lang="en")
    claim(tables, "x2", "events.evt-exm-sub.parent_event_id", "evt-exm-hid")
    claim(tables, "x3", "event_objects.obj-exm-x.*")
    claim(tables, "x4", "events.evt-exm-sub.*")
    claim(tables, "x5", "events.evt-exm-hid.event_date", "2025-02-03", conflict_id="cfl-exm-x")
    other = {"conflict_id": "cfl-exm-x", "claim_status": "rejected"}
    claim(tables, "x6", "events.evt-exm-hid.event_date", "2025-02-04", **other)
    about = {"subject_table": "events", "subject_id": "evt-exm-hid", "subject_field": "event_date"}
    add(tables, "conflicts", conflict_id="cfl-exm-x", resolution_note=NOTE, **about)


def case_kept_back(tables: Tables) -> None:
    add(tables, "cases", case_id="cas-exm-hid", title=NOTE, summary=SECRET, disclosure="withheld")
    add(tables, "cases", case_id="cas-exm-sub", parent_case_id="cas-exm-hid")
    add(tables, "events", event_id="evt-exm-x", case_id="cas-exm-hid")
    add(tables, "case_parties", case_party_id="cpa-exm-x", case_id="cas-exm-hid", person_id="per-exm-ada", note=NOTE)
    add(tables, "charges", charge_id="chg-exm-x", case_party_id="cpa-exm-x", offence_title=NOTE)
    add(tables, "sentences", sentence_id="sen-exm-x", case_party_id="cpa-exm-x", regime=NOTE)
    claim(tables, "x1", "cases.cas-exm-hid.title", NOTE)
    claim(tables, "x2", "charges.chg-exm-x.offence_title", NOTE)
    claim(tables, "x3", "events.evt-exm-x.case_id", "cas-exm-hid")
    claim(tables, "x4", "sentences.sen-exm-x.regime", NOTE)
    about = {"subject_table": "cases", "subject_id": "cas-exm-hid"}
    add(tables, "identifiers", identifier_id="idf-exm-x", identifier_value="Q97531", **about)


def organization_kept_back(disclosure: str) -> Callable[[Tables], None]:
    def enters(tables: Tables) -> None:
        key = "org-exm-hid"
        named(tables, "organizations", key, SECRET, organization_type="ngo", disclosure=disclosure)
        add(tables, "organizations", organization_id="org-exm-sub", display_name="Sub", parent_organization_id=key)
        add(tables, "names", name_id="nam-exm-sub", organization_id="org-exm-sub", name="Sub")
        add(tables, "cases", case_id="cas-exm-x", initiating_organization_id=key)
        add(tables, "sources", source_id="src-exm-x", publisher_organization_id=key)
        add(tables, "event_parties", event_party_id="epa-exm-x", event_id="evt-exm-1", organization_id=key)
        add(tables, "case_parties", case_party_id="cpa-exm-x", case_id="cas-exm-1", organization_id=key, note=NOTE)
        ties = {"person_id": "per-exm-ada", "to_organization_id": key}
        add(tables, "relationships", relationship_id="rsh-exm-x", **ties)
        violation = {"event_id": "evt-exm-1", "person_id": "per-exm-ada", "alleged_by_organization_id": key}
        add(tables, "violations", violation_id="vio-exm-x", violation_type="torture", **violation)
        claim(tables, "x1", f"organizations.{key}.country", "ISL", claim_status="unresolved")
        claim(tables, "x2", "cases.cas-exm-x.initiating_organization_id", key)
        claim(tables, "x3", "events.evt-exm-1.*", attributed_to_organization_id=key)

    return enters


def organization_reduced(tables: Tables) -> None:
    key = "org-exm-red"
    hidden = {"country": "ISL", "legal_status": "banned", "disclosure": "pseudonym"}
    add(tables, "organizations", organization_id=key, display_name="An association", **hidden)
    name = {"organization_id": key}
    add(tables, "names", name_id="nam-exm-red", name="An association", name_type="label", **name)
    add(tables, "names", name_id="nam-exm-hid", name=SECRET, is_display="false", **name)
    add(tables, "cases", case_id="cas-exm-x", initiating_organization_id=key)
    add(tables, "event_parties", event_party_id="epa-exm-x", event_id="evt-exm-1", organization_id=key)
    ties = {"person_id": "per-exm-ada", "to_organization_id": key}
    add(tables, "relationships", relationship_id="rsh-exm-x", **ties)
    claim(tables, "x1", f"organizations.{key}.display_name", SECRET, claim_status="superseded")
    claim(tables, "x2", f"organizations.{key}.legal_status", "banned")


def source_confidential(tables: Tables) -> None:
    secret = {"source_id": "src-exm-hid", "author": SECRET, "origin_text": NOTE, "source_access": "confidential"}
    add(tables, "sources", **secret, title=NOTE)
    add(tables, "sources", source_id="src-exm-x", derived_from_source_id="src-exm-hid")
    claim(tables, "x1", "events.evt-exm-1.*", source_id="src-exm-hid", quote=NOTE, quote_lang="en")
    claim(tables, "x2", "events.evt-exm-1.locality", "Vexolith", source_id="src-exm-hid", claim_status="rejected")
    claim(tables, "x3", "events.evt-exm-1.locality", "Harbour", claim_status="unresolved")
    for made in tables["claims"][-2:]:
        made["conflict_id"] = "cfl-exm-x"
    about = {"subject_table": "events", "subject_id": "evt-exm-1", "subject_field": "locality"}
    add(tables, "conflicts", conflict_id="cfl-exm-x", resolution_note=NOTE, **about)


def claim_kept_back(tables: Tables) -> None:
    hidden = {"conflict_id": "cfl-exm-1", "claim_status": "rejected", "disclosure": "withheld"}
    texts = {"quote": NOTE, "quote_lang": "en", "locator": "Vexolith p. 9", "note": NOTE, "attributed_to_text": SECRET}
    claim(tables, "hid", "events.evt-exm-2.event_date", "1931-05", **texts, **hidden)
    tables["conflicts"][0]["resolution_note"] = NOTE


def parts_of_a_public_person(tables: Tables) -> None:
    person = {"subject_table": "persons", "subject_id": "per-exm-ada"}
    tables["persons"][0]["birth_date"] = "1931-07-19"
    tables["claims"][0]["coder"] = CODER
    claim(tables, "x1", "persons.per-exm-ada.birth_date", "1931-07-19", conflict_id="cfl-exm-x")
    other = {"conflict_id": "cfl-exm-x", "claim_status": "rejected"}
    claim(tables, "x2", "persons.per-exm-ada.birth_date", "1931-07-20", **other)
    claim(tables, "x3", "claims.clm-exm-1.coder", CODER)
    add(tables, "conflicts", conflict_id="cfl-exm-x", **person, subject_field="birth_date", resolution_note=NOTE)
    name = {"person_id": "per-exm-ada", "is_display": "false"}
    hidden = {"name_type": "former", "disclosure": "withheld"}
    add(tables, "names", name_id="nam-exm-hid", name=SECRET, **name, **hidden)
    shown = {"name": "Ада Брайтуотер", "lang": "ru", "script": "Cyrl", "transliterated_from": "nam-exm-hid"}
    add(tables, "names", name_id="nam-exm-x", **name, **shown)
    claim(tables, "x4", "names.nam-exm-hid.name_type", "former")
    hidden = {"scheme": "national_id", "identifier_value": "97531864", "disclosure": "withheld"}
    add(tables, "identifiers", identifier_id="idf-exm-hid", **person, **hidden)
    claim(tables, "x5", "identifiers.idf-exm-hid.identifier_value", "97531864")


def records_withdrawn(tables: Tables) -> None:
    add(tables, "events", event_id="evt-exm-gone", title=NOTE, record_status="withdrawn")
    add(tables, "events", event_id="evt-exm-hid", title=NOTE, record_status="withdrawn", disclosure="withheld")
    person = {"person_id": "per-exm-gone", "display_name": SECRET, "record_status": "withdrawn"}
    add(tables, "persons", **person)
    claim(tables, "x1", "events.evt-exm-gone.title", NOTE)


def merged_into_the_protected(tables: Tables) -> None:
    merged = {"person_id": "per-exm-hid", "display_name": SECRET, "record_status": "merged"}
    add(tables, "persons", **merged, merged_into="per-exm-red")
    add(tables, "persons", person_id="per-exm-red", display_name="Witness Four", disclosure="pseudonym")


def dull(label: str) -> Cells:
    """The person as published with reduced disclosure: nothing but what is required."""
    return {"display_name": label, "gender": "", "summary": "", "current_status": "", "current_status_as_of": ""}


HIDDEN_PERSON = {
    "cpa-exm-x": {**NOT_NAMED, "note": "", "outcome": "pending"},
    "chg-exm-x": {"case_party_id": "cpa-exm-x"},
    "sen-exm-x": {"case_party_id": "cpa-exm-x", "note": "", "duration": "P1Y"},
    "epa-exm-x": {**NOT_NAMED, "age_at_event": "", "individual_outcome": "released"},
    "vio-exm-y": {"alleged_by_person_id": "", "person_id": "per-exm-ada"},
    "clm-exm-x6": {"claim_value": "released"},
    "clm-exm-x7": {"claim_value": "1"},
}
REDUCED_ORGANIZATION: Mapping[str, Cells] = {
    "org-exm-red": {"display_name": "An association", "country": "", "legal_status": ""},
    "epa-exm-x": {"organization_id": "org-exm-red", "group_label": ""},
    "cas-exm-x": {"initiating_organization_id": "org-exm-red", **TEXT_KEPT_BACK},
}
HIDDEN_ORGANIZATION: Mapping[str, Cells] = {
    "org-exm-sub": {"parent_organization_id": ""},
    "nam-exm-sub": {},
    "cas-exm-x": {"initiating_organization_id": "", **TEXT_KEPT_BACK},
    "src-exm-x": {"publisher_organization_id": ""},
    "epa-exm-x": NOBODY,
    "cpa-exm-x": {**NOBODY, "note": ""},
    "vio-exm-x": {"alleged_by_organization_id": ""},
}
TELLING = {"evt-exm-1": TEXT_KEPT_BACK, "cas-exm-1": TEXT_KEPT_BACK}
PERSON_TEXTS = (SECRET, NOTE, "per-exm-hid", "nam-exm-hid", "idf-exm-x", "Q97531", "nat-exm-x", "1931-07")
KEPT_BACK = [
    Kept("a person withheld", person_kept_back("withheld"), PERSON_TEXTS, HIDDEN_PERSON, TELLING),
    Kept("a person under embargo", person_kept_back("embargoed"), PERSON_TEXTS, HIDDEN_PERSON, TELLING),
    Kept(
        "a person under initials",
        person_reduced("initials", "Z.Q."),
        (SECRET, "Quistrel", NOTE, "nam-exm-hid", "nam-exm-red", "idf-exm-x", "Q97531", "rsh-exm-x"),
        {"per-exm-red": dull("Z.Q."), **PARTY_OF_THE_REDUCED},
        TELLING,
    ),
    Kept(
        "a person under a label",
        person_reduced("pseudonym", "Witness Four"),
        (SECRET, "Quistrel", NOTE, "nam-exm-hid", "nam-exm-red", "idf-exm-x", "Q97531", "nat-exm-x"),
        {"per-exm-red": dull("Witness Four"), **PARTY_OF_THE_REDUCED},
        TELLING,
    ),
    Kept(
        "an event withheld",
        event_kept_back,
        (SECRET, NOTE, "evt-exm-hid", "obj-exm-x", "rel-exm-x", "cfl-exm-x"),
        {"evt-exm-sub": {"parent_event_id": ""}, "sen-exm-x": {"event_id": ""}, "clm-exm-x4": {}},
    ),
    Kept(
        "a case withheld",
        case_kept_back,
        (SECRET, NOTE, "cas-exm-hid", "cpa-exm-x", "chg-exm-x", "sen-exm-x", "Q97531"),
        {"cas-exm-sub": {"parent_case_id": ""}, "evt-exm-x": {"case_id": ""}},
    ),
    Kept(
        "an organization withheld",
        organization_kept_back("withheld"),
        (SECRET, NOTE, "org-exm-hid", "rsh-exm-x"),
        HIDDEN_ORGANIZATION,
        TELLING,
    ),
    Kept(
        "an organization under a label",
        organization_reduced,
        (SECRET, "nam-exm-hid", "rsh-exm-x", "clm-exm-x"),
        REDUCED_ORGANIZATION,
        {"evt-exm-1": TEXT_KEPT_BACK},
    ),
    Kept(
        "a confidential source",
        source_confidential,
        (SECRET, NOTE, "Vexolith", "src-exm-hid", "cfl-exm-x"),
        {"src-exm-x": {"derived_from_source_id": ""}, "clm-exm-x3": {"conflict_id": "", "claim_value": "Harbour"}},
    ),
    Kept(
        "a claim withheld",
        claim_kept_back,
        (SECRET, NOTE, "Vexolith", "1931-07", "clm-exm-hid"),
        changed={"cfl-exm-1": {"resolution_note": NOTE_KEPT_BACK}},
    ),
    Kept(
        "parts of a public person",
        parts_of_a_public_person,
        (SECRET, NOTE, CODER, "1931-07", "cfl-exm-x", "nam-exm-hid", "97531864", "idf-exm-hid"),
        {"nam-exm-x": {"transliterated_from": "", "name": "Ада Брайтуотер"}},
    ),
    Kept(
        "records withdrawn",
        records_withdrawn,
        (SECRET, NOTE, "evt-exm-hid"),
        withdrawn=("per-exm-gone", "evt-exm-gone"),
    ),
    Kept(
        "a record merged into a protected one",
        merged_into_the_protected,
        (SECRET, "per-exm-hid"),
        {"per-exm-red": dull("Witness Four")},
    ),
]


def build(folder: Path, tables: Tables, *more: str | Path) -> tuple[Ran, Path]:
    """A release of these tables, and its store."""
    dataset = folder / "dataset"
    dataset.mkdir()
    write_tables(dataset, tables)
    store = folder / "store"
    return pfds(
        "release",
        "build",
        dataset,
        "--store",
        store,
        "--version",
        VERSION,
        "--as-of",
        "2025-03-12",
        "--only-tables",
        *more,
    ), store


def published(store: Path) -> dict[str, Cells]:
    """Every record of the release by its identifier, from the CSV files."""
    records: dict[str, Cells] = {}
    for path in (store / VERSION / "data").glob("*.csv"):
        for cells in csv.DictReader(io.StringIO(path.read_text("utf-8"))):
            records[next(iter(cells.values()))] = cells
    return records


def everything(store: Path) -> str:
    """All bytes of a store, and what its Parquet files hold, as text."""
    pieces = []
    for path, data in files(store).items():
        pieces += [path, data.decode("utf-8", "replace")]
        if path.endswith(".parquet"):
            table = pq.read_table(store / path)
            pieces += [
                str(table.schema.metadata),
                str([field.metadata for field in table.schema]),
                str(table.to_pylist()),
            ]
            pieces += [
                str(column.chunk(0).dictionary)
                for column in table.columns
                if hasattr(column.type, "value_type") and column.num_chunks
            ]
    return "\n".join(pieces)


Shown = tuple[Kept, dict[str, Cells], Mapping[str, tuple[str, ...]]]


def shown_of(tables: Tables) -> tuple[dict[str, Cells], Mapping[str, tuple[str, ...]]]:
    """The public records of a dataset, with "" for an empty cell, and the withdrawn ones that are told."""
    with disclosed(tables) as found:
        records: dict[str, Cells] = {
            key: {name: cell or "" for name, cell in cells.items()} for key, cells in found.records.items()
        }
        return records, found.disclosure.withdrawn


@pytest.fixture(scope="module")
def public_records() -> dict[str, Cells]:
    """The records of the dataset in which all is public."""
    return shown_of(world())[0]


@pytest.fixture(scope="module", params=KEPT_BACK, ids=lambda kept: kept.name)
def shown(request: pytest.FixtureRequest) -> Shown:
    """The public part of the dataset with something in it that must be kept back."""
    kept: Kept = request.param
    tables = world()
    kept.enters(tables)
    return kept, *shown_of(tables)


def test_exactly_the_public_records_are_there(shown: Shown, public_records: dict[str, Cells]) -> None:
    kept, records, withdrawn = shown
    assert set(records) == set(public_records) - kept.lost | set(kept.published)
    assert sorted(key for keys in withdrawn.values() for key in keys) == sorted(kept.withdrawn)


def test_public_records_keep_their_cells(shown: Shown, public_records: dict[str, Cells]) -> None:
    kept, records, _ = shown
    for key in set(public_records) - kept.lost:
        assert records[key] == {**public_records[key], **kept.changed.get(key, {})}


def test_records_beside_it_say_what_the_standard_lets_them_say(shown: Shown) -> None:
    kept, records, _ = shown
    assert [secret for secret in kept.nowhere if secret in str(records)] == []
    for key, cells in kept.published.items():
        assert {name: records[key][name] for name in cells} == cells


BUILT = ("a person withheld", "records withdrawn")
"""Those of which a whole release is built in every run of the tests, and not only in the long ones."""


@pytest.fixture(
    scope="module",
    params=[pytest.param(kept, marks=() if kept.name in BUILT else pytest.mark.long) for kept in KEPT_BACK],
    ids=lambda kept: kept.name,
)
def released(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Kept, Ran, Path]:
    """A release of the public dataset with something in it that must be kept back."""
    kept: Kept = request.param
    tables = world()
    kept.enters(tables)
    ran, store = build(tmp_path_factory.mktemp("kept"), tables)
    assert ran.code == 0, ran.said
    return kept, ran, store


Released = tuple[Kept, Ran, Path]


def test_what_is_kept_back_is_in_no_byte_of_the_release_nor_said(released: Released) -> None:
    kept, ran, store = released
    text = everything(store) + ran.said
    assert [secret for secret in kept.nowhere if secret in text] == []


def test_the_release_has_the_public_part_and_no_more(released: Released) -> None:
    kept, _, store = released
    tables = world()
    kept.enters(tables)
    found, expected = published(store), shown_of(tables)[0]
    assert set(found) == set(expected)
    for key, cells in expected.items():
        assert {name: found[key][name] for name in cells} == cells


def test_the_release_holds_together(released: Released) -> None:
    _, _, store = released
    ran = pfds("release", "verify", store / VERSION)
    assert (ran.code, ran.err) == (0, ""), ran.out


def test_only_withdrawn_records_that_were_public_have_a_tombstone(released: Released) -> None:
    kept, _, store = released
    rows = list(csv.DictReader(io.StringIO((store / VERSION / "tombstones.csv").read_text("utf-8"))))
    assert sorted(row["subject_id"] for row in rows) == sorted(kept.withdrawn)


@pytest.mark.parametrize(
    "enters",
    [
        person_reduced("initials", "Z.Q."),
        *(pytest.param(other, marks=pytest.mark.long) for other in (person_kept_back("withheld"), event_kept_back)),
    ],
)
def test_the_public_part_obeys_the_rules_of_the_standard(enters: Callable[[Tables], None], tmp_path: Path) -> None:
    tables = world()
    enters(tables)
    _, store = build(tmp_path, tables)
    ran = pfds("validate", store / VERSION / "data", "--as-of", "2025-03-12")
    assert ran.code == 0, ran.out


def test_how_much_is_kept_back_is_not_told(released: Released) -> None:
    _, _, store = released
    content = json.loads((store / VERSION / "release.json").read_text("utf-8"))
    assert content["complete"] is False
    assert all(table.keys() == {"name", "rows", "csv", "parquet", "sha256"} for table in content["tables"])


@pytest.mark.long
def test_frictionless_finds_the_release_of_a_withheld_person_valid(tmp_path: Path) -> None:
    tables = world()
    person_kept_back("withheld")(tables)
    _, store = build(tmp_path, tables)
    ran = run(BIN / "frictionless", "validate", store / VERSION / "datapackage.json")
    assert ran.code == 0, ran.out


def a_source_tells(text: str) -> Callable[[Tables], None]:
    def enters(tables: Tables) -> None:
        tables["sources"][0]["url"] = f"https://news.example/{text}"

    return enters


def a_summary_tells(text: str) -> Callable[[Tables], None]:
    def enters(tables: Tables) -> None:
        tables["cases"][0]["summary"] = text

    return enters


TOLD = {
    "the name, in a summary": (a_summary_tells(f"It was {SECRET} who spoke."), "cases.csv, line 2"),
    "the name, in the cases of another language": (a_summary_tells("It was Zorvana Quistrelom."), "cases.csv, line 2"),
    "the name, in an address": (a_source_tells("2025/zorvan-quistrel-freed"), "sources.csv, line 2"),
    "the name, escaped in an address": (a_source_tells("%7A%6Frvan_quistrel"), "sources.csv, line 2"),
    "an identifier, in a summary": (a_summary_tells("See per-exm-hid."), "data/cases.csv, line 2"),
}


ALWAYS_TRIED = ("the name, in a summary", "an identifier, in a summary")
"""The others are tried in every run as the scan finds them, and in the long run as a whole release."""


@pytest.mark.parametrize(
    ("enters", "place"),
    [pytest.param(*TOLD[name], marks=() if name in ALWAYS_TRIED else pytest.mark.long, id=name) for name in TOLD],
)
def test_a_protected_name_in_public_text_is_refused(
    enters: Callable[[Tables], None], place: str, tmp_path: Path
) -> None:
    tables = world()
    named(tables, "persons", "per-exm-hid", SECRET, disclosure="withheld")
    enters(tables)
    ran, store = build(tmp_path, tables)
    assert ran.code == 3
    assert place in ran.err
    assert "quistrel" not in ran.said.casefold()
    assert not store.exists()


@pytest.mark.long
def test_a_display_name_is_protected_without_any_name_form(tmp_path: Path) -> None:
    tables = world()
    add(tables, "organizations", organization_id="org-exm-hid", display_name=SECRET, disclosure="withheld")
    a_summary_tells(f"Paid by {SECRET}.")(tables)
    ran, store = build(tmp_path, tables)
    assert (ran.code, store.exists()) == (3, False)
    assert "data/cases.csv, line 2" in ran.err


@pytest.mark.long
def test_a_name_that_is_a_word_of_the_standard_does_not_hinder_a_release(tmp_path: Path) -> None:
    tables = world()
    named(tables, "persons", "per-exm-hid", "Amnesty", disclosure="withheld")
    ran, _ = build(tmp_path, tables)
    assert ran.code == 0, ran.said


@pytest.mark.parametrize("code", ["publik", pytest.param("Public", marks=pytest.mark.long)])
def test_a_record_with_an_unknown_disclosure_is_not_released(code: str, tmp_path: Path) -> None:
    tables = world()
    tables["events"][0]["disclosure"] = code
    ran, store = build(tmp_path, tables)
    assert (ran.code, store.exists()) == (3, False)
    assert "cell-code" in ran.err


def test_a_refusal_leaves_a_store_as_it_was(tmp_path: Path) -> None:
    _, store = build(tmp_path, world())
    before = files(store)
    tables = world()
    named(tables, "persons", "per-exm-hid", SECRET, disclosure="withheld")
    a_summary_tells(SECRET)(tables)
    write_tables(tmp_path / "dataset", tables)
    ran = pfds(
        "release",
        "build",
        tmp_path / "dataset",
        "--store",
        store,
        "--version",
        "2025.4.0",
        "--as-of",
        "2025-03-12",
        "--only-tables",
    )
    assert ran.code == 3
    assert files(store) == before
    assert sorted(path.name for path in store.iterdir()) == [VERSION, "index.json"]
