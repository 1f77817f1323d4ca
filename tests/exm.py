"""A small fictional dataset: every table has a record, and all of it is public."""

from typing import Any

from kloop import Row, Tables

_GIVEN: dict[str, dict[str, str]] = {
    "cases": {
        "case_type": "criminal_prosecution",
        "title": "Case",
        "country": "NZL",
        "status": "trial",
        "status_as_of": "2025-03-10",
        "work_nexus": "confirmed",
        "disclosure": "public",
        "record_status": "active",
    },
    "persons": {
        "identity_status": "identified",
        "disclosure": "public",
        "protected_group": "journalist",
        "record_status": "active",
    },
    "events": {
        "event_type": "detention",
        "title": "Event",
        "event_date": "2025-02-03",
        "event_status": "occurred",
        "country": "NZL",
        "verification": "single_source",
        "disclosure": "public",
        "record_status": "active",
    },
    "organizations": {"organization_type": "media_outlet", "disclosure": "public", "record_status": "active"},
    "sources": {"source_type": "news_article", "title": "Source", "lang": "en", "source_access": "open"},
    "names": {"name_type": "full", "lang": "en", "script": "Latn", "is_display": "true", "disclosure": "public"},
    "person_nationalities": {"country": "NZL"},
    "relationships": {"role_type": "reporter", "status": "current"},
    "case_parties": {"role": "defendant", "outcome": "pending"},
    "charges": {"provision_role": "offence", "statute": "Code", "article": "1", "status": "filed"},
    "sentences": {"stage": "requested", "penalty_type": "imprisonment", "duration": "P1Y"},
    "event_parties": {"role": "target"},
    "event_relations": {"relation_type": "follows"},
    "event_objects": {"object_type": "camera"},
    "violations": {"violation_type": "arbitrary_detention", "status": "alleged"},
    "claims": {
        "attribution_mode": "narration",
        "stance": "asserts",
        "claim_status": "accepted",
        "disclosure": "public",
    },
    "conflicts": {"conflict_type": "value", "resolution": "open"},
    "identifiers": {"scheme": "wikidata", "match_type": "exact_match", "disclosure": "public"},
}
_DATED = {"cases", "persons", "events", "organizations"}


def row(table: str, **cells: str) -> Row:
    """A record with the cells that every record of its table needs; a cell given as "" is empty."""
    dated = {"modified": "2025-03-12"} if table in _DATED else {}
    return {name: cell for name, cell in {**_GIVEN[table], **dated, **cells}.items() if cell}


def add(tables: Tables, table: str, **cells: str) -> None:
    """Adds a record to the tables."""
    tables.setdefault(table, []).append(row(table, **cells))


def claim(tables: Tables, key: str, about: str, value: str = "", **cells: str) -> None:
    """Adds a claim about ``table.id.field``."""
    table, subject, field = about.split(".")
    given: dict[str, Any] = {
        "claim_id": f"clm-exm-{key}",
        "source_id": "src-exm-1",
        "subject_table": table,
        "subject_id": subject,
        "subject_field": field,
        "claim_value": value,
    }
    add(tables, "claims", **{**given, **cells})


def named(tables: Tables, table: str, key: str, name: str, **cells: str) -> None:
    """Adds a person or an organization with one name form; ``cells`` are those of the person or organization."""
    field = "person_id" if table == "persons" else "organization_id"
    add(tables, table, **{field: key, "display_name": name, **cells})
    shown = "public" if cells.get("disclosure", "public") == "public" else "withheld"
    add(tables, "names", name_id=f"nam-{key[4:]}", **{field: key}, name=name, disclosure=shown)


def world() -> Tables:
    """One case of one journalist: her arrest, a hearing, what was taken, and two sources that disagree on a day."""
    tables: Tables = {name: [] for name in _GIVEN}
    named(tables, "persons", "per-exm-ada", "Ada Brightwater")
    named(tables, "organizations", "org-exm-paper", "Harbour Gazette")
    named(tables, "organizations", "org-exm-court", "Harbour Court", organization_type="court")
    add(tables, "sources", source_id="src-exm-1", publisher_organization_id="org-exm-paper")
    add(tables, "sources", source_id="src-exm-2", derived_from_source_id="src-exm-1", title="Second source")
    add(tables, "cases", case_id="cas-exm-1", court_organization_id="org-exm-court")
    add(tables, "events", event_id="evt-exm-1", case_id="cas-exm-1")
    add(tables, "events", event_id="evt-exm-2", event_type="hearing", event_date="2025-03", parent_event_id="")
    add(tables, "person_nationalities", nationality_id="nat-exm-1", person_id="per-exm-ada")
    add(
        tables,
        "relationships",
        relationship_id="rsh-exm-1",
        person_id="per-exm-ada",
        to_organization_id="org-exm-paper",
    )
    add(tables, "case_parties", case_party_id="cpa-exm-1", case_id="cas-exm-1", person_id="per-exm-ada", note="Open")
    add(tables, "charges", charge_id="chg-exm-1", case_party_id="cpa-exm-1")
    add(tables, "sentences", sentence_id="sen-exm-1", case_party_id="cpa-exm-1", event_id="evt-exm-2", note="Open")
    add(
        tables,
        "event_parties",
        event_party_id="epa-exm-1",
        event_id="evt-exm-1",
        person_id="per-exm-ada",
        age_at_event="30",
    )
    add(tables, "event_relations", relation_id="rel-exm-1", event_id="evt-exm-2", related_event_id="evt-exm-1")
    add(tables, "event_objects", object_id="obj-exm-1", event_id="evt-exm-1")
    add(tables, "violations", violation_id="vio-exm-1", event_id="evt-exm-1", person_id="per-exm-ada")
    add(
        tables,
        "identifiers",
        identifier_id="idf-exm-1",
        subject_table="persons",
        subject_id="per-exm-ada",
        identifier_value="Q1",
    )
    for key, about in (("1", "cases.cas-exm-1"), ("2", "persons.per-exm-ada"), ("3", "events.evt-exm-1")):
        claim(tables, key, f"{about}.*")
    claim(tables, "4", "events.evt-exm-2.*")
    claim(tables, "5", "events.evt-exm-2.event_date", "2025-03", conflict_id="cfl-exm-1")
    other = {"conflict_id": "cfl-exm-1", "source_id": "src-exm-2", "claim_status": "unresolved"}
    claim(tables, "6", "events.evt-exm-2.event_date", "2025-04", **other)
    add(
        tables,
        "conflicts",
        conflict_id="cfl-exm-1",
        subject_table="events",
        subject_id="evt-exm-2",
        subject_field="event_date",
        resolution_note="Open",
    )
    return tables
