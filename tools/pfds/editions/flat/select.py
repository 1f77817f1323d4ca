"""How the flat tables are made of the public tables: what is counted first, and what is then put beside each record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Plan:
    """``parts`` are statements by name, each over the tables and the parts before it; its first column is its key.

    ``beside`` says which parts are put beside a core record, and by which column of it and of the part.
    """

    parts: Mapping[str, str]
    beside: Mapping[str, tuple[str, str]]


_ACCUSED = "('suspect', 'defendant', 'convicted')"
_DETAINED = "('pretrial_detention', 'detained_after_conviction', 'imprisoned')"
_OCCURRED = "('occurred', 'ongoing')"


def _evidence(core: str) -> dict[str, str]:
    return {
        "sourced": f"""
  SELECT subject_id, count(*) AS sources_count, sum(said) AS claims_count
  FROM (SELECT subject_id, source_id, count(*) AS said FROM claims WHERE subject_table = '{core}' GROUP BY ALL)
  GROUP BY subject_id""",
        "disputed": f"""
  SELECT subject_id, count(*) AS open_conflicts_count FROM conflicts
  WHERE subject_table = '{core}' AND resolution = 'open' GROUP BY subject_id""",
    }


def _beside(key: str, *parts: str) -> dict[str, tuple[str, str]]:
    """The parts that are about the core record itself, the evidence for it among them."""
    return dict.fromkeys(("sourced", "disputed"), (key, "subject_id")) | dict.fromkeys(parts, (key, key))


def _taking_part(key: str, parties: str) -> str:
    """A row is about one person, one organization or one group; the first two may have several roles."""
    return f"""
  SELECT {key}, count(person_id) AS persons_count, count(organization_id) AS organizations_count,
   sum(groups) AS groups_count
  FROM (SELECT {key}, person_id, organization_id, count(group_label) AS groups FROM {parties} GROUP BY ALL)
  GROUP BY {key}"""


_CASES = Plan(
    {
        **_evidence("cases"),
        "taking_part": _taking_part("case_id", "case_parties"),
        "accused": f"""
  SELECT case_id, person_id, bool_or(coalesce(outcome = 'convicted', false)) AS is_convicted,
   bool_or(coalesce(outcome = 'acquitted', false)) AS is_acquitted
  FROM case_parties WHERE role IN {_ACCUSED} AND person_id IS NOT NULL GROUP BY case_id, person_id""",
        "against": f"""
  SELECT case_id,
   count(*) AS accused_count,
   string_agg(display_name, '; ' ORDER BY display_name, person_id) AS accused_names,
   count(*) FILTER (current_status IN {_DETAINED}) AS accused_detained_count,
   count(*) FILTER (current_status = 'house_arrest') AS accused_house_arrest_count,
   count(*) FILTER (coalesce(current_status, 'unknown') = 'unknown') AS accused_unknown_status_count,
   count(*) FILTER (is_convicted) AS convicted_count,
   count(*) FILTER (is_acquitted) AS acquitted_count
  FROM accused JOIN persons USING (person_id) GROUP BY case_id""",
        "charged": """
  SELECT case_id, count(*) AS charges_count FROM charges JOIN case_parties USING (case_party_id) GROUP BY case_id""",
        "sentenced": """
  SELECT case_id, count(*) AS sentences_count FROM sentences JOIN case_parties USING (case_party_id)
  GROUP BY case_id""",
        "happened": f"""
  SELECT case_id,
   count(*) AS events_count,
   count(*) FILTER (event_status IN {_OCCURRED}) AS occurred_events_count,
   min(event_date_earliest) FILTER (event_status IN {_OCCURRED}) AS first_event_earliest,
   max(event_date_latest) FILTER (event_status IN {_OCCURRED}) AS last_event_latest
  FROM events WHERE record_status = 'active' AND case_id IS NOT NULL GROUP BY case_id""",
        "violated": """
  SELECT case_id, count(*) AS violations_count FROM violations JOIN events USING (event_id)
  WHERE record_status = 'active' AND case_id IS NOT NULL GROUP BY case_id""",
        "titled": """
  SELECT case_id AS parent_case_id, title AS parent_case_title FROM cases""",
        "initiating": """
  SELECT organization_id AS initiating_organization_id, display_name AS initiating_organization_name
  FROM organizations""",
        "trying": """
  SELECT organization_id AS court_organization_id, display_name AS court_organization_name FROM organizations""",
    },
    {
        **_beside("case_id", "taking_part", "against", "charged", "sentenced", "happened", "violated"),
        "titled": ("parent_case_id", "parent_case_id"),
        "initiating": ("initiating_organization_id", "initiating_organization_id"),
        "trying": ("court_organization_id", "court_organization_id"),
    },
)

_PERSONS = Plan(
    {
        **_evidence("persons"),
        "named": """
  SELECT person_id, count(*) AS names_count FROM names WHERE person_id IS NOT NULL GROUP BY person_id""",
        "national": """
  SELECT person_id, count(DISTINCT country) AS nationalities_count,
   CASE WHEN count(DISTINCT country) = 1 THEN min(country) END AS nationality
  FROM person_nationalities GROUP BY person_id""",
        "employed": """
  SELECT person_id, min(to_organization_id) AS organization_id FROM relationships
  WHERE status = 'current' AND person_id IS NOT NULL AND to_organization_id IS NOT NULL
  GROUP BY person_id HAVING count(DISTINCT to_organization_id) = 1""",
        "engaged": """
  SELECT person_id, organization_id, display_name AS organization_name
  FROM employed LEFT JOIN organizations USING (organization_id)""",
        "involved": f"""
  SELECT person_id, case_id,
   bool_or(role IN {_ACCUSED}) AS is_accused,
   bool_or(role IN {_ACCUSED} AND coalesce(outcome = 'convicted', false)) AS is_convicted,
   bool_or(role IN {_ACCUSED} AND coalesce(outcome = 'acquitted', false)) AS is_acquitted
  FROM case_parties WHERE person_id IS NOT NULL GROUP BY person_id, case_id""",
        "tried": """
  SELECT person_id, count(*) AS cases_count, count(*) FILTER (is_accused) AS accused_cases_count,
   count(*) FILTER (is_convicted) AS convictions_count, count(*) FILTER (is_acquitted) AS acquittals_count
  FROM involved GROUP BY person_id""",
        "charged": """
  SELECT person_id, count(*) AS charges_count FROM charges JOIN case_parties USING (case_party_id)
  WHERE person_id IS NOT NULL GROUP BY person_id""",
        "sentenced": """
  SELECT person_id, count(*) AS sentences_count FROM sentences JOIN case_parties USING (case_party_id)
  WHERE person_id IS NOT NULL GROUP BY person_id""",
        "attending": """
  SELECT person_id, event_id, bool_or(role = 'target') AS is_target
  FROM event_parties WHERE person_id IS NOT NULL GROUP BY person_id, event_id""",
        "happened": f"""
  SELECT person_id,
   count(*) AS events_count,
   count(*) FILTER (is_target AND event_status IN {_OCCURRED}) AS target_events_count,
   count(*) FILTER (is_target AND event_status IN {_OCCURRED} AND event_type IN ('detention', 'arrest'))
    AS detention_events_count,
   min(event_date_earliest) FILTER (event_status IN {_OCCURRED}) AS first_event_earliest,
   max(event_date_latest) FILTER (event_status IN {_OCCURRED}) AS last_event_latest
  FROM attending JOIN events USING (event_id) WHERE record_status = 'active' GROUP BY person_id""",
        "violated": """
  SELECT person_id, count(*) AS violations_count FROM violations JOIN events USING (event_id)
  WHERE record_status = 'active' AND person_id IS NOT NULL GROUP BY person_id""",
    },
    {
        **_beside("person_id", "named", "national", "engaged", "tried", "charged", "sentenced", "happened", "violated"),
    },
)

_EVENTS = Plan(
    {
        **_evidence("events"),
        "taking_part": _taking_part("event_id", "event_parties"),
        "aimed_at": """
  SELECT DISTINCT event_id, coalesce(person_id, organization_id, event_party_id) AS target_id,
   coalesce(p.display_name, o.display_name, group_label) AS target_name
  FROM event_parties LEFT JOIN persons AS p USING (person_id) LEFT JOIN organizations AS o USING (organization_id)
  WHERE role = 'target'""",
        "targeted": """
  SELECT event_id, count(*) AS targets_count,
   string_agg(target_name, '; ' ORDER BY target_name, target_id) AS target_names
  FROM aimed_at GROUP BY event_id""",
        "touched": """
  SELECT event_id, count(*) AS objects_count FROM event_objects GROUP BY event_id""",
        "typed": """
  SELECT event_id, violation_type, count(*) AS times FROM violations GROUP BY event_id, violation_type""",
        "violated": """
  SELECT event_id, sum(times) AS violations_count,
   string_agg(violation_type, '; ' ORDER BY violation_type) AS violation_types
  FROM typed GROUP BY event_id""",
        "of_case": """
  SELECT case_id, title AS case_title, case_type FROM cases""",
        "titled": """
  SELECT event_id AS parent_event_id, title AS parent_event_title FROM events""",
    },
    {
        **_beside("event_id", "taking_part", "targeted", "touched", "violated"),
        "of_case": ("case_id", "case_id"),
        "titled": ("parent_event_id", "parent_event_id"),
    },
)

PLANS: Final[Mapping[str, Plan]] = {"cases_flat": _CASES, "persons_flat": _PERSONS, "events_flat": _EVENTS}
