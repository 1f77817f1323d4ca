"""What the flat tables have that the core records do not: what is counted of a record, and names beside identifiers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Extra:
    """A column that the core record does not have: name, kind of value, its words, and an example.

    ``codelist`` is that of a code, or of the codes in a text of several.
    """

    name: str
    kind: str
    title: str
    description: str
    example: Any = 2
    codelist: str | None = None


_OCCURRED = "events that occurred or are going on (event_status occurred or ongoing)"
_EVENT_SPAN = (
    Extra(
        "first_event_earliest",
        "date",
        "First event, earliest day",
        f"First day on which the first of the {_OCCURRED} can lie.",
        "2025-05-28",
    ),
    Extra(
        "last_event_latest",
        "date",
        "Last event, latest day",
        f"Last day on which the last of the {_OCCURRED} can lie.",
        "2025-11-04",
    ),
)
_EVIDENCE = (
    Extra("sources_count", "integer", "Sources", "Number of sources with a claim about the record, whatever they say."),
    Extra("claims_count", "integer", "Claims", "Number of claims about this record, of any claim status."),
    Extra(
        "open_conflicts_count",
        "integer",
        "Open conflicts",
        "Number of points about this record on which sources disagree and that nobody has settled.",
    ),
)
_PARTIES = (
    Extra("persons_count", "integer", "Persons", "Number of persons who take part, in any role."),
    Extra("organizations_count", "integer", "Organizations", "Number of organizations that take part, in any role."),
    Extra("groups_count", "integer", "Groups", "Number of groups without names that take part, in any role."),
)

EXTRAS: Final[Mapping[str, tuple[Extra, ...]]] = {
    "cases_flat": (
        Extra("parent_case_title", "line", "Title of the parent case", "Title of the case that it is a part of.", "A"),
        Extra("initiating_organization_name", "line", "Initiating body", "Display name of the initiating body.", "A"),
        Extra("court_organization_name", "line", "Court", "Display name of the court.", "A court"),
        *_PARTIES,
        Extra(
            "accused_count",
            "integer",
            "Accused persons",
            "Number of persons who are suspect, defendant or convicted in the case, groups without names left out.",
        ),
        Extra(
            "accused_names",
            "text",
            "Names of the accused",
            "Display names of these persons in alphabetical order, joined by a semicolon and a blank. To be read,"
            " not to be split: case_parties has a row for each.",
            "Ada Brightwater; Ben Harbour",
        ),
        Extra(
            "accused_detained_count",
            "integer",
            "Accused in detention",
            "Number of accused persons whose current status is detention or imprisonment, house arrest not counted.",
        ),
        Extra(
            "accused_house_arrest_count",
            "integer",
            "Accused under house arrest",
            "Number of accused persons whose current status is house arrest.",
        ),
        Extra(
            "accused_unknown_status_count",
            "integer",
            "Accused of unknown status",
            "Number of accused persons whose current status is not stated or could not be established.",
        ),
        Extra("convicted_count", "integer", "Convicted persons", "Number of accused with the outcome convicted."),
        Extra("acquitted_count", "integer", "Acquitted persons", "Number of accused with the outcome acquitted."),
        Extra("charges_count", "integer", "Charges", "Number of charges against parties of the case, of any status."),
        Extra("sentences_count", "integer", "Penalties", "Number of penalties of parties of the case, at any stage."),
        Extra("events_count", "integer", "Events", "Number of active events of the case, of any event status."),
        Extra("occurred_events_count", "integer", "Events that occurred", f"Number of its {_OCCURRED}."),
        *_EVENT_SPAN,
        Extra("violations_count", "integer", "Violations", "Number of violations in active events of the case."),
        *_EVIDENCE,
    ),
    "persons_flat": (
        Extra("names_count", "integer", "Name forms", "Number of forms of the name."),
        Extra("nationalities_count", "integer", "Nationalities", "Number of countries the person is a national of."),
        Extra(
            "nationality",
            "code",
            "Nationality",
            "The country of the only nationality; empty if there is none or more than one.",
            "KGZ",
            "country",
        ),
        Extra(
            "organization_id",
            "id",
            "Organization",
            "The organization of the only current relationship to one; empty if there is none or more than one.",
            "org-exm-paper",
        ),
        Extra("organization_name", "line", "Name of the organization", "Display name of that organization.", "A"),
        Extra("cases_count", "integer", "Cases", "Number of cases that the person is a party of, in any role."),
        Extra(
            "accused_cases_count",
            "integer",
            "Cases against the person",
            "Number of cases in which the person is suspect, defendant or convicted.",
        ),
        Extra("convictions_count", "integer", "Convictions", "Number of these cases with the outcome convicted."),
        Extra("acquittals_count", "integer", "Acquittals", "Number of these cases with the outcome acquitted."),
        Extra("charges_count", "integer", "Charges", "Number of charges against the person, of any status."),
        Extra("sentences_count", "integer", "Penalties", "Number of penalties of the person, at any stage."),
        Extra("events_count", "integer", "Events", "Number of active events that the person takes part in."),
        Extra(
            "target_events_count",
            "integer",
            "Events against the person",
            f"Number of {_OCCURRED} in which the person is a target.",
        ),
        Extra(
            "detention_events_count",
            "integer",
            "Detentions and arrests",
            "Number of these events that are a detention or an arrest.",
        ),
        *_EVENT_SPAN,
        Extra("violations_count", "integer", "Violations", "Number of violations suffered in active events."),
        *_EVIDENCE,
    ),
    "events_flat": (
        Extra("case_title", "line", "Title of the case", "Title of the case that the event belongs to.", "A case"),
        Extra("case_type", "code", "Case type", "Type of the case.", "criminal_prosecution", "case_type"),
        Extra("parent_event_title", "line", "Title of the parent event", "Title of the event this is a part of.", "A"),
        *_PARTIES,
        Extra(
            "targets_count",
            "integer",
            "Targets",
            "Number of persons, organizations and groups without names that the act is directed against.",
        ),
        Extra(
            "target_names",
            "text",
            "Names of the targets",
            "Display names of these, and labels of the groups, in alphabetical order, joined by a semicolon and a"
            " blank. To be read, not to be split: event_parties has a row for each.",
            "Ada Brightwater; Legal team",
        ),
        Extra("objects_count", "integer", "Objects", "Number of kinds of objects taken, searched or damaged."),
        Extra("violations_count", "integer", "Violations", "Number of violations in the event."),
        Extra(
            "violation_types",
            "text",
            "Types of violation",
            "Codes of their types, each once, in alphabetical order, joined by a semicolon and a blank.",
            "arbitrary_detention; torture",
            "violation_type",
        ),
        *_EVIDENCE,
    ),
}
