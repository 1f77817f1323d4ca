"""A small fictional case for the core tables, filled in as an NGO would fill it, and the sheet that shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from pfds.publish.template_formats import Formats
from pfds.publish.template_lists import as_choice
from pfds.publish.template_plan import MARK, Plan, Sheet, choices
from pfds.standard.language import Language
from pfds.standard.phrase import Phrase

_KEPT: Final = {"disclosure": "public", "record_status": "active", "modified": "2025-03-12"}
_RECORDS: Final[Mapping[str, Sequence[Mapping[str, str]]]] = MappingProxyType(
    {
        "cases": (
            {
                "case_id": "cas-exm-001",
                "case_type": "criminal_prosecution",
                "title": Phrase("Invented example: prosecution of a reporter over an article about a bridge"),
                "country": "ATA",
                "status": "trial",
                "status_as_of": "2025-03-10",
                "date_opened": "2024-11",
                "work_nexus": "probable",
                **_KEPT,
            },
        ),
        "persons": (
            {
                "person_id": "per-exm-001",
                "display_name": Phrase("Invented Reporter"),
                "identity_status": "identified",
                "protected_group": "journalist",
                "current_status": "free",
                "current_status_as_of": "2025-03-10",
                **_KEPT,
            },
            {
                "person_id": "per-exm-002",
                "display_name": "I.C.",
                "identity_status": "initials_only",
                "protected_group": "relative",
                **_KEPT,
            },
        ),
        "events": (
            {
                "event_id": "evt-exm-001",
                "event_type": "search",
                "title": Phrase("Search of the home of the reporter"),
                "case_id": "cas-exm-001",
                "event_date": "2024-11",
                "event_date_text": Phrase("in November"),
                "event_status": "occurred",
                "country": "ATA",
                "verification": "single_source",
                **_KEPT,
            },
            {
                "event_id": "evt-exm-002",
                "event_type": "hearing",
                "title": Phrase("First day in court"),
                "case_id": "cas-exm-001",
                "event_date": "2025-03-10",
                "event_status": "occurred",
                "country": "ATA",
                "verification": "single_source",
                **_KEPT,
            },
        ),
        "sources": (
            {
                "source_id": "src-exm-001",
                "source_type": "news_article",
                "title": Phrase("Invented article about the first day in court"),
                "published": "2025-03-11",
                "retrieved": "2025-03-12",
                "url": "https://news.example/first-day-in-court",
                "lang": "en",
                "source_access": "open",
            },
        ),
        "case_parties": (
            {
                "case_party_id": "cpa-exm-001",
                "case_id": "cas-exm-001",
                "person_id": "per-exm-001",
                "role": "defendant",
                "outcome": "pending",
                "outcome_date": "2025-03-10",
            },
        ),
        "charges": (
            {
                "charge_id": "chg-exm-001",
                "case_party_id": "cpa-exm-001",
                "provision_role": "offence",
                "statute": Phrase("Invented Criminal Code"),
                "article": "100",
                "offence_group": "defamation_insult",
                "status": "filed",
                "status_date": "2025-01",
            },
        ),
        "event_parties": (
            {
                "event_party_id": "epa-exm-001",
                "event_id": "evt-exm-001",
                "person_id": "per-exm-001",
                "role": "target",
                "individual_outcome": "released",
            },
            {
                "event_party_id": "epa-exm-002",
                "event_id": "evt-exm-001",
                "person_id": "per-exm-002",
                "role": "witness",
                "individual_outcome": "questioned",
            },
        ),
    }
)
_WIDTH, _TITLE_HEIGHT, _HEADING_HEIGHT = 26, 34, 24


def example_records(language: Language) -> dict[str, list[dict[str, str]]]:
    """The records of the example by table, as text, with codes; its own words are in the language."""
    return {
        table: [{name: language.say(text) for name, text in record.items()} for record in records]
        for table, records in _RECORDS.items()
    }


def write_example(book: Any, plan: Plan, look: Formats) -> None:
    """The sheet that shows, below each other, the rows of the example as they look when filled in."""
    page = book.add_worksheet(plan.example)
    records, say = example_records(plan.language), plan.language.say
    page.set_row(0, _TITLE_HEIGHT)
    page.write_string(0, 0, f"{MARK} {say(Phrase('A filled-in example'))}", look.title)
    page.write_string(1, 0, say(Phrase("All of it is invented. This sheet is not read: write on the other sheets.")))
    shown = [sheet for sheet in plan.sheets if sheet.table.name in records]
    width = max((len(_used(sheet, records[sheet.table.name])) for sheet in shown), default=1)
    page.set_column(0, width - 1, _WIDTH)
    row = 3
    for sheet in shown:
        row = _write_block(page, plan, sheet, records, row, look) + 1
    page.set_landscape()


def _write_block(
    page: Any, plan: Plan, sheet: Sheet, records: Mapping[str, Sequence[Mapping[str, str]]], row: int, look: Formats
) -> int:
    """The rows of one table from ``row`` on; returns the first row after them."""
    own = records[sheet.table.name]
    page.set_row(row, _HEADING_HEIGHT)
    page.write_string(row, 0, sheet.name, look.heading)
    for position, name in enumerate(_used(sheet, own)):
        field = sheet.table.by_name[name]
        page.write_string(row + 1, position, field.title, look.required_label if field.required else look.label)
        for index, record in enumerate(own):
            page.write_string(row + 2 + index, position, _shown(plan, sheet, records, record, name), look.example)
    return row + 2 + len(own)


def _used(sheet: Sheet, records: Sequence[Mapping[str, str]]) -> list[str]:
    return [field.name for field in sheet.table.fields if any(field.name in record for record in records)]


def _shown(
    plan: Plan,
    sheet: Sheet,
    records: Mapping[str, Sequence[Mapping[str, str]]],
    record: Mapping[str, str],
    name: str,
) -> str:
    """A value as a cell shows it: the label of a code, an id with its name."""
    text, field = record.get(name, ""), sheet.table.by_name[name]
    if (codelist := choices(field)) and text:
        return plan.shown[codelist][text]
    target = plan.sheet(field.reference.table) if field.reference and text else None
    if target is None:
        return text
    key = target.table.primary_key
    row = next(each for each in records[target.table.name] if each[key] == text)
    return as_choice(text, *(_shown(plan, target, records, row, column) for column in target.naming))
