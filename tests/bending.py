"""A dataset in which nearly every rule of the standard is obeyed for a reason that can be kept back."""

from exm import add, claim, named, world
from kloop import Tables

ADA, BO, CASE, PLEA = "per-exm-ada", "per-exm-bo", "cas-exm-2", "evt-exm-plea"
_TITLE = {"title": "What happened"}


def bending() -> Tables:
    """Texts, cells and records that rules ask for: because of a code, of another cell, or of another record."""
    tables = world()
    _people(tables)
    _events(tables)
    _trial(tables)
    _conflicts(tables)
    add(tables, "relationships", relationship_id="rsh-exm-2", person_id=BO, to_person_id=ADA, **_other("position_text"))
    for number, kind in enumerate(("camera", "other"), 2):
        about = {"object_id": f"obj-exm-{number}", "event_id": "evt-exm-other", "object_type": kind}
        add(tables, "event_objects", **about, description="A red notebook", quantity="2")
    return tables


def _other(field: str) -> dict[str, str]:
    return {"role_type": "other", field: "Keeper of the keys"}


def _people(tables: Tables) -> None:
    status = {"current_status": "imprisoned", "current_status_as_of": "2025-03-01"}
    named(tables, "persons", BO, "Bo Underhill", gender="man", birth_date="1970-02-03", summary="A reporter.", **status)
    add(tables, "names", name_id="nam-exm-bo-2", person_id=BO, name="B. U.", name_type="initials", is_display="false")
    add(tables, "persons", person_id="per-exm-old", display_name="Bo U.", record_status="merged", merged_into=BO)
    named(tables, "organizations", "org-exm-crew", "Night Crew", country="NZL")
    claim(tables, "bo", f"persons.{BO}.current_status", "imprisoned", quote="He is in prison", quote_lang="en-NZ")
    claim(tables, "bo2", f"persons.{BO}.disclosure", "public")


def _events(tables: Tables) -> None:
    place = {"country": "NZL", "admin1": "NZ-AUK", "locality": "Harbour", "place_text": "near the harbour"}
    point = {"latitude": "-36.8485", "longitude": "174.7633", "geo_precision": "exact"}
    told = {"event_date_text": "early in February", "description": "A meeting was broken up"}
    add(tables, "events", event_id="evt-exm-other", event_type="other", **_TITLE, **place, **point, **told)
    add(tables, "events", event_id="evt-exm-end", case_id="cas-exm-1", outcome="other", description="Nobody came")
    add(tables, "cases", case_id="cas-exm-other", case_type="other", summary="A quarrel about a name")
    add(tables, "event_parties", event_party_id="epa-exm-2", event_id="evt-exm-other", person_id=BO)
    group = {"group_label": "six reporters", "group_count": "6", "group_count_qualifier": "at_least"}
    add(tables, "event_parties", event_party_id="epa-exm-3", event_id="evt-exm-other", **group)
    add(tables, "event_parties", event_party_id="epa-exm-4", event_id="evt-exm-other", organization_id="org-exm-crew")
    claim(tables, "label", "event_parties.epa-exm-3.group_label", "six reporters")
    claim(tables, "count", "event_parties.epa-exm-3.group_count", "6")
    add(tables, "violations", violation_id="vio-exm-2", event_id="evt-exm-other", person_id=BO)


def _trial(tables: Tables) -> None:
    add(tables, "cases", case_id=CASE, case_number="12", date_opened="2024-11-02", summary="A trial", parent_case_id="")
    for key, kind, day in (
        ("confession", "confession", "2024-12-01"),
        ("retraction", "confession_retracted", "2024-12-20"),
        ("verdict", "verdict", "2025-01-10"),
        ("appeal", "appeal_filed", "2025-01-20"),
        ("request", "prosecution_sentence_request", "2025-02-01"),
    ):
        add(tables, "events", event_id=f"evt-exm-{key}", case_id=CASE, event_type=kind, event_date=day)
    ends = {"event_id": "evt-exm-retraction", "related_event_id": "evt-exm-confession"}
    add(tables, "event_relations", relation_id="rel-exm-2", relation_type="retracts", **ends)
    party = {"case_id": CASE, "role": "defendant", "outcome": "convicted", "outcome_date": "2025-01-10"}
    add(tables, "case_parties", case_party_id="cpa-exm-2", person_id=BO, note="Alone", **party)
    pending = {"case_id": CASE, "role": "defendant", "outcome": ""}
    add(tables, "case_parties", case_party_id="cpa-exm-3", person_id=ADA, **pending)
    group = {"group_label": "the crew", "group_count_qualifier": "several"}
    add(tables, "case_parties", case_party_id="cpa-exm-4", **group, **pending)
    offence = {"article": "", "statute": "", "offence_title": "Calls to unrest", "status": "convicted"}
    add(tables, "charges", charge_id="chg-exm-2", case_party_id="cpa-exm-3", **offence)
    imposed = {"stage": "imposed_first_instance", "event_id": "evt-exm-verdict"}
    fine = {"penalty_type": "fine", "duration": "", "amount": "5000", "currency": "NZD"}
    add(tables, "sentences", sentence_id="sen-exm-2", case_party_id="cpa-exm-2", **imposed)
    add(tables, "sentences", sentence_id="sen-exm-3", case_party_id="cpa-exm-3", **imposed, **fine, note="To be paid")
    add(tables, "sentences", sentence_id="sen-exm-4", case_party_id="cpa-exm-2", event_id="evt-exm-request")
    claim(tables, "amount", "sentences.sen-exm-3.amount", "5000")


def _conflicts(tables: Tables) -> None:
    """Two on the same cell, one on a whole record that holds claims on several cells, and claims on claims."""
    for number, values in (("2", ("2025-01-10", "2025-01-11")), ("3", ("2025-01", "2025-01-12"))):
        about = {"subject_table": "events", "subject_id": "evt-exm-verdict", "subject_field": "event_date"}
        settled = {"resolution": "resolved", "resolution_note": "The record of the court says so"}
        add(tables, "conflicts", conflict_id=f"cfl-exm-{number}", **about, **settled)
        for value in values:
            status = "accepted" if value == "2025-01-10" else "rejected"
            _sided(tables, f"c{value}", "events.evt-exm-verdict.event_date", value, f"cfl-exm-{number}", status)
    about = {"subject_table": "cases", "subject_id": CASE, "subject_field": "*", "conflict_type": "identity"}
    add(tables, "conflicts", conflict_id="cfl-exm-4", **about)
    _sided(tables, "whole", f"cases.{CASE}.case_number", "12", "cfl-exm-4", "accepted")
    _sided(tables, "whole2", f"cases.{CASE}.status", "appeal", "cfl-exm-4", "unresolved")
    _sided(tables, "whole3", "cases.cas-exm-1.status", "appeal", "cfl-exm-4", "rejected")
    claim(tables, "whole4", "cases.cas-exm-1.status", "trial")
    claim(tables, "note", "conflicts.cfl-exm-2.resolution_note", "The record of the court says so")
    claim(tables, "quote", "claims.clm-exm-bo.quote", "He is in prison")


def _sided(tables: Tables, key: str, about: str, value: str, conflict: str, status: str) -> None:
    source = "src-exm-1" if status == "accepted" else "src-exm-2"
    claim(tables, key.replace(".", ""), about, value, conflict_id=conflict, claim_status=status, source_id=source)
