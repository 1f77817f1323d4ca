"""Pictures of the events of one case in time, for the cases that have the most of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from pfds.checks.database import Database
from pfds.editions.pictures.model import Column, Named, Picture
from pfds.editions.pictures.months import COUNTED, months_picture
from pfds.editions.pictures.strokes import Occurrence, State, strokes
from pfds.editions.pictures.words import label, phrase, title_of, verbatim
from pfds.standard.model import Standard
from pfds.standard.phrase import Count, Phrase

MOST_CASES: Final = 20
MOST_EVENTS: Final = 150
"""Of a case whose events are drawn one by one; those of a larger one are counted by month."""

_CASES: Final = f"""
WITH sizes AS (
  SELECT case_id, COUNT(*) AS events FROM events WHERE record_status = 'active' AND case_id IS NOT NULL
  GROUP BY case_id HAVING COUNT(*) > 1 AND COUNT(COALESCE(event_date_earliest, event_date_latest)) > 0
  ORDER BY events DESC, case_id LIMIT {MOST_CASES})
SELECT case_id, COALESCE(title, case_id), events FROM sizes LEFT JOIN cases USING (case_id)
ORDER BY events DESC, case_id"""
_EVENTS: Final = f"""
SELECT case_id, event_id, event_type, event_date, event_date_earliest, event_date_latest,
  CASE WHEN event_status IN ('scheduled', 'postponed', 'cancelled') THEN '{State.NOT_OCCURRED}'
    WHEN verification = 'disputed' OR event_status = 'alleged'
      OR event_id IN (SELECT subject_id FROM conflicts WHERE subject_table = 'events' AND resolution = 'open')
      OR event_id IN (SELECT subject_id FROM claims WHERE subject_table = 'events' AND claim_status = 'unresolved')
    THEN '{State.DISPUTED}' ELSE '{State.OCCURRED}' END, title
FROM events WHERE record_status = 'active' AND case_id IN (SELECT UNNEST(?))
ORDER BY case_id, COALESCE(event_date_earliest, event_date_latest) NULLS LAST, event_date_latest NULLS LAST, event_id"""
_ABOUT: Final = Phrase(
    "Each line is one event of this case, in the order of time: a point is one day, a bar the time that the event"
    " lasted, a thin line the time within which it happened."
)


@dataclass(frozen=True, slots=True)
class _Case:
    id: str
    title: str
    events: int

    @property
    def name(self) -> str:
        """Of the files of its picture."""
        return f"timeline-{self.id}"

    @property
    def heading(self) -> Phrase:
        """Of its picture."""
        return Phrase("Timeline of a case: {case}", case=self.title)


def timelines(database: Database, standard: Standard) -> Iterator[Picture]:
    """Cases with two events or more, one of which has a date; the largest first."""
    cases = [_Case(*row) for row in database.rows(_CASES)]
    small = [case.id for case in cases if case.events <= MOST_EVENTS]
    found = groupby(database.rows(_EVENTS, [small]), key=lambda row: row[0])
    events = {case: [_occurrence(row) for row in rows] for case, rows in found}
    for case in cases:
        if case.id in events:
            yield _timeline(standard, case, events[case.id])
        elif picture := _by_month(database, standard, case):
            yield picture


def _occurrence(row: Sequence[Any]) -> Occurrence:
    _, event, kind, when, earliest, latest, state, title = row
    return Occurrence(event, kind, when, earliest, latest, State(state), title)


def _timeline(standard: Standard, case: _Case, events: Sequence[Occurrence]) -> Picture:
    fields, types = standard.tables["events"].by_name, standard.codelists["event_type"].codes
    counted = Count("{n} event", "{n} events", case.events)
    named = ("event_date", "event_type", "title", "event_id", "event_date_earliest", "event_date_latest")
    return Picture(
        case.name,
        phrase(case.heading),
        phrase(_ABOUT),
        strokes(events, types, verbatim(case.title), phrase(counted)),
        [
            *(Column(name, title_of(fields[name])) for name in named),
            Column("drawn_as", phrase(Phrase("Drawn as"))),
            Column("status", phrase(Phrase("Status"))),
        ],
        [
            (
                *(event.when, Named(event.type, label(types[event.type])), event.title, event.id),
                *(day.isoformat() if day else None for day in (event.earliest, event.latest)),
                Named(event.form, phrase(event.form.words)),
                Named(event.state, phrase(event.state.words)),
            )
            for event in events
        ],
    )


def _by_month(database: Database, standard: Standard, case: _Case) -> Picture | None:
    quoted = case.id.replace("'", "''")
    return months_picture(
        database,
        standard,
        f"{COUNTED} AND case_id = '{quoted}'",
        case.name,
        case.heading,
        Phrase("This case has {events} events, too many to be drawn one by one.", events=f"{case.events:,}"),
    )
