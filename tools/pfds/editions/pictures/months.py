"""Picture of how many events there were in each month, by type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pfds.checks.database import Database
from pfds.editions.pictures.canvas import BLUE, GREY, SOFT, Canvas, Drawing, Rows, coloured
from pfds.editions.pictures.model import Column, Named, Picture
from pfds.editions.pictures.time import Span, begin, end, first_day, last_day
from pfds.editions.pictures.units import UNITS, Unit
from pfds.editions.pictures.words import label, phrase, title_of, verbatim
from pfds.standard.model import Standard
from pfds.standard.phrase import Phrase

COUNTED: Final = "record_status = 'active' AND event_status IN ('occurred', 'ongoing', 'alleged')"
"""Events that took place, or may have: not those that were only announced, moved or called off."""
MOST_TYPES: Final = 8
MOST_BARS: Final = 240
"""Of a type; a longer time is counted by years, decades or centuries."""
_FEWEST_BARS: Final = 18
_ROW: Final = 48
_WIDTH, _LEFT, _RIGHT, _TOP, _BOTTOM = 520, 236, 184, 100, 14
_BAR: Final = 30
_HIGHEST_BAR: Final = 120
_LOWEST_BAR: Final = 1
"""Heights of the highest bar of a type and of all other types, and of the lowest, so that one event is seen."""
_COLUMNS: Final = ((Phrase("Drawn"), 90), (Phrase("Not drawn"), 172))
"""Columns of numbers, each with its right edge as seen from the edge of the plot."""
_OTHERS: Final = Named("all_other_types", phrase(Phrase("All other types")))
_LEFT_OUT: Final = Phrase("Events that were only announced, postponed or cancelled are not counted.")


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """How many events of one type, or of all types that have no row of their own, lie in each period."""

    type: Named
    periods: Mapping[int, int]
    unplaced: int

    @property
    def highest(self) -> int:
        """The most events of any period."""
        return max(self.periods.values(), default=0)


def months_picture(
    database: Database, standard: Standard, condition: str, name: str, title: Phrase, *notes: Phrase
) -> Picture | None:
    """The picture of the events that meet a ``condition``; None if none of them has a place in time."""
    unit, found = _found(database, condition)
    counts = _largest(standard, found)
    if not any(each.periods for each in counts):
        return None
    placed = [
        (unit.period(number), each.type, events) for each in counts for number, events in sorted(each.periods.items())
    ]
    return Picture(
        name,
        phrase(title),
        phrase(unit.about),
        _drawing(unit, counts, title),
        [
            Column("period", phrase(Phrase("Period"))),
            Column("event_type", title_of(standard.tables["events"].by_name["event_type"])),
            Column("events", title_of(standard.tables["events"])),
        ],
        [*placed, *(("", each.type, each.unplaced) for each in counts if each.unplaced)],
        [phrase(note) for note in (*notes, _LEFT_OUT)],
    )


def _found(database: Database, condition: str) -> tuple[Unit, Sequence[tuple[str, int | None, int]]]:
    """Event types with a period, or None, and how many events; by the smallest unit that gives few enough bars."""
    for unit in UNITS:
        first, last = (
            f"((YEAR(event_date_{bound}) * 12 + MONTH(event_date_{bound}) - 1) // {unit.months})"
            for bound in ("earliest", "latest")
        )
        place = f"CASE WHEN {first} = {last} THEN {first} END"
        # A statement for the range alone, so that a time that is too long is not counted by the month in vain.
        lowest, highest = database.row(f"SELECT MIN({place}), MAX({place}) FROM events WHERE {condition}")
        if lowest is None or highest - lowest < MOST_BARS:
            break
    return unit, database.rows(
        f"SELECT event_type, {place} AS place, COUNT(*) FROM events WHERE {condition} GROUP BY ALL"
    )


def _largest(standard: Standard, found: Sequence[tuple[str, int | None, int]]) -> Sequence[Counts]:
    """The types with the most events, and all others as one."""
    totals: dict[str, int] = {}
    for kind, _, events in found:
        totals[kind] = totals.get(kind, 0) + events
    order = sorted(totals, key=lambda kind: (-totals[kind], kind))
    chosen = order if len(order) <= MOST_TYPES + 1 else order[:MOST_TYPES]
    types = standard.codelists["event_type"].codes
    rows = [(Named(kind, label(types[kind])), {kind}) for kind in chosen]
    if rest := set(order) - set(chosen):
        rows.append((_OTHERS, rest))
    return [_sum(name, [row for row in found if row[0] in kinds]) for name, kinds in rows]


def _sum(name: Named, found: Sequence[tuple[str, int | None, int]]) -> Counts:
    periods: dict[int, int] = {}
    for _, period, events in found:
        if period is not None:
            periods[period] = periods.get(period, 0) + events
    return Counts(name, periods, sum(events for _, period, events in found if period is None))


def _drawing(unit: Unit, counts: Sequence[Counts], title: Phrase) -> Drawing:
    import altair as alt

    span, scale = _span(unit, counts), _scale(counts)
    higher = max(counts[-1].highest * scale - _BAR, 0)
    feet = [(row + 1) * _ROW - 5 + (higher if each is counts[-1] else 0) for row, each in enumerate(counts)]
    canvas = Canvas(_WIDTH, round(feet[-1]) + 5, (_TOP, _RIGHT, _BOTTOM, _LEFT))
    canvas.heading(phrase(title), phrase(unit.short))
    canvas.lines(feet)
    bars: Rows = []
    peaks: Rows = []
    for foot, each in zip(feet, counts, strict=True):
        colour = GREY if each.type is _OTHERS else BLUE
        drawn = [_bar(unit, foot, number, events * scale) for number, events in sorted(each.periods.items())]
        bars += [{**bar, "colour": colour} for bar in drawn]
        peaks += [{**bar, "events": f"{each.highest:,}"} for bar in sorted(drawn, key=lambda bar: bar["top"])[:1]]
    canvas.marks("bars", bars, "bar", {}, x=span.axis("from"), x2=alt.X2("until"), y2=alt.Y2("top"), color=coloured())
    above = {"baseline": "bottom", "dy": -2, "fontSize": 10, "color": SOFT}
    top = alt.Y("top:Q", scale=None, axis=None)
    canvas.marks("peaks", peaks, "text", above, x=span.axis("middle"), y=top, text=alt.Text("events:N"))
    _write(canvas, counts, [foot - 10 for foot in feet])
    return canvas.drawing()


def _scale(counts: Sequence[Counts]) -> float:
    """Pixels for an event: the same in all rows, so that the row of all other types may need to be a higher one."""
    own = max(each.highest for each in counts if each.type is not _OTHERS)
    return min(_BAR / max(own, 1), _HIGHEST_BAR / max(counts[-1].highest, 1))


def _span(unit: Unit, counts: Sequence[Counts]) -> Span:
    numbers = [number for each in counts for number in each.periods]
    first, last = min(numbers), max(*numbers, min(numbers) + _FEWEST_BARS - 1)
    return Span(first_day(first * unit.months), last_day((last + 1) * unit.months - 1))


def _bar(unit: Unit, foot: float, number: int, height: float) -> dict[str, Any]:
    first, until = begin(first_day(number * unit.months)), end(last_day((number + 1) * unit.months - 1))
    gap = (until - first) // 12
    return {
        "y": foot,
        "top": foot - max(height, _LOWEST_BAR),
        "from": first,
        "until": until - gap,
        "middle": (first + until - gap) // 2,
    }


def _write(canvas: Canvas, counts: Sequence[Counts], feet: Sequence[float]) -> None:
    names = [(-16, y, each.type.say) for y, each in zip(feet, counts, strict=True)]
    canvas.texts(names, _LEFT - 30, align="right")
    numbers = ([sum(each.periods.values()) for each in counts], [each.unplaced for each in counts])
    for (words, edge), column in zip(_COLUMNS, numbers, strict=True):
        canvas.texts([(_WIDTH + edge, -16, phrase(words))], 74, align="right", color=SOFT)
        told = [(_WIDTH + edge, y, verbatim(f"{number:,}")) for y, number in zip(feet, column, strict=True)]
        canvas.texts(told, 74, align="right")
