"""The drawing of a timeline: a line for each event, whose stroke shows how exactly its time is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from pfds.editions.pictures.canvas import BLUE, GREY, INK, ORANGE, WHITE, Canvas, Drawing
from pfds.editions.pictures.time import DAY, Span, begin, end
from pfds.editions.pictures.words import Say, label, phrase, verbatim
from pfds.standard.model import Code
from pfds.standard.phrase import Phrase

_ROW: Final = 19
_WIDTH: Final = 372
_LEFT, _RIGHT, _TOP, _BOTTOM = 250, 318, 132, 14
_LEGEND: Final = (-70, -48)
"""Lines of the legend: what the strokes are, and what their colours are."""
_COLUMN: Final = 232
_LABEL_ROOM, _TITLE_ROOM = _LEFT - 26, _RIGHT - 44


class State(StrEnum):
    """Whether an event is established."""

    OCCURRED = "occurred"
    DISPUTED = "disputed"
    NOT_OCCURRED = "not_occurred"

    @property
    def words(self) -> Phrase:
        """As people say it."""
        return _STATES[self].words


class Form(StrEnum):
    """What the stroke of an event is."""

    DAY = "day"
    LASTED = "lasted"
    WITHIN = "within"
    UNKNOWN = "unknown"

    @property
    def words(self) -> Phrase:
        """As people say it."""
        return _FORMS[self]


@dataclass(frozen=True, slots=True)
class _Style:
    words: Phrase
    colour: str
    fill: str
    shape: str
    dash: tuple[int, int]


_STATES: Final[Mapping[State, _Style]] = {
    State.OCCURRED: _Style(Phrase("Occurred"), BLUE, BLUE, "circle", (1, 0)),
    State.DISPUTED: _Style(Phrase("Disputed"), ORANGE, WHITE, "diamond", (5, 3)),
    State.NOT_OCCURRED: _Style(Phrase("Announced, postponed or cancelled"), GREY, WHITE, "square", (2, 2)),
}
_FORMS: Final[Mapping[Form, Phrase]] = {
    Form.DAY: Phrase("On one day"),
    Form.LASTED: Phrase("Lasted"),
    Form.WITHIN: Phrase("At some time within"),
    Form.UNKNOWN: Phrase("Date not known"),
}
_OPEN: Final = Phrase("Earlier or later bound not known")


_SOLID: Final[Mapping[str, Any]] = {"filled": True, "opacity": 1, "size": 64}
_STOP: Final[Mapping[str, Any]] = {"orient": "vertical", "size": 9, "thickness": 2}


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One event of a case, with the first and the last day that its date allows."""

    id: str
    type: str
    when: str
    earliest: date | None
    latest: date | None
    state: State
    title: str

    @property
    def form(self) -> Form:
        """A day, a time that the event lasted, or a time within which it happened."""
        if self.earliest is None and self.latest is None:
            return Form.UNKNOWN
        if self.earliest == self.latest:
            return Form.DAY
        return Form.LASTED if "/" in self.when else Form.WITHIN


def strokes(events: Sequence[Occurrence], types: Mapping[str, Code], title: Say, about: Say) -> Drawing:
    """The drawing of a case; at least one of its events has a bound."""
    canvas = Canvas(_WIDTH, _ROW * len(events), (_TOP, _RIGHT, _BOTTOM, _LEFT))
    canvas.heading(title, about)
    canvas.lines(range(_ROW, canvas.height + 1, _ROW))
    span = Span.around([day for event in events for day in (event.earliest, event.latest) if day])
    for state in State:
        numbered = [(row, event) for row, event in enumerate(events) if event.state == state]
        _draw(canvas, span, state, numbered)
    _write(canvas, events, types)
    _legend(canvas)
    return canvas.drawing()


def _draw(canvas: Canvas, span: Span, state: State, events: Sequence[tuple[int, Occurrence]]) -> None:
    import altair as alt

    style, length = _STATES[state], alt.X2("until")
    start, until, middle = (span.axis(column) for column in ("from", "until", "middle"))
    placed = {form: [_place(span, row, event) for row, event in events if event.form == form] for form in Form}
    loose = [*placed[Form.WITHIN], *placed[Form.UNKNOWN]]
    dashed = {"color": style.colour, "strokeWidth": 2, "strokeDash": list(style.dash)}
    canvas.marks(f"{state}_within", loose, "rule", dashed, x=start, x2=length)
    box = {"height": 8, "fill": style.fill, "stroke": style.colour, "strokeWidth": 1.5}
    canvas.marks(f"{state}_lasted", placed[Form.LASTED], "bar", box, x=start, x2=length)
    canvas.marks(f"{state}_day", placed[Form.DAY], "point", _symbol(style), x=middle)
    for side, axis, arrow in (("from", start, "triangle-left"), ("until", until, "triangle-right")):
        stops = [place for place in loose if place[f"{side}_known"]]
        canvas.marks(f"{state}_{side}", stops, "tick", {**_STOP, "color": style.colour}, x=axis)
        for name, places, size in (("open", loose, 60), ("lasted_open", placed[Form.LASTED], 200)):
            ends = [place for place in places if not place[f"{side}_known"]]
            head = {**_SOLID, "shape": arrow, "size": size, "color": style.colour}
            canvas.marks(f"{state}_{name}_{side}", ends, "point", head, x=axis)


def _place(span: Span, row: int, event: Occurrence) -> dict[str, Any]:
    first, last = begin(event.earliest or span.first), end(event.latest or span.last)
    return {
        "y": (row + 0.5) * _ROW,
        "from": first,
        "until": last,
        "middle": first + DAY // 2,
        "from_known": event.earliest is not None,
        "until_known": event.latest is not None,
    }


def _symbol(style: _Style) -> dict[str, Any]:
    return {**_SOLID, "shape": style.shape, "fill": style.fill, "stroke": style.colour, "strokeWidth": 1.5}


def _write(canvas: Canvas, events: Sequence[Occurrence], types: Mapping[str, Code]) -> None:
    middles = [(row + 0.5) * _ROW for row in range(len(events))]
    kinds = [(-16, y, label(types[event.type])) for y, event in zip(middles, events, strict=True)]
    canvas.texts(kinds, _LABEL_ROOM, align="right")
    titles = [(_WIDTH + 34, y, verbatim(event.title)) for y, event in zip(middles, events, strict=True)]
    canvas.texts(titles, _TITLE_ROOM)
    for state in (State.DISPUTED, State.NOT_OCCURRED):
        rows = [{"x": _WIDTH + 22, "y": y} for y, event in zip(middles, events, strict=True) if event.state == state]
        canvas.marks(f"{state}_sign", rows, "point", _symbol(_STATES[state]))


def _legend(canvas: Canvas) -> None:
    (forms, states), x = _LEGEND, [column * _COLUMN + 14 - _LEFT for column in range(4)]
    canvas.marks("legend_day", [{"x": x[0] + 12, "y": forms}], "point", {**_SOLID, "color": INK})
    canvas.marks("legend_lasted", [{"x": x[1], "x2": x[1] + 26, "y": forms}], "bar", {"height": 8, "color": INK})
    lines = [{"x": place, "x2": place + 26, "y": forms} for place in x[2:]]
    canvas.marks("legend_within", lines, "rule", {"color": INK, "strokeWidth": 2})
    stops = [{"x": place, "y": forms} for place in (x[2], x[2] + 26, x[3])]
    canvas.marks("legend_stops", stops, "tick", {**_STOP, "color": INK})
    arrow = {**_SOLID, "shape": "triangle-right", "size": 60, "color": INK}
    canvas.marks("legend_arrow", [{"x": x[3] + 26, "y": forms}], "point", arrow)
    words = (_FORMS[Form.DAY], _FORMS[Form.LASTED], _FORMS[Form.WITHIN], _OPEN)
    canvas.texts([(place + 34, forms, phrase(each)) for place, each in zip(x, words, strict=True)], _COLUMN - 44)
    for place, (state, style) in zip(x, _STATES.items(), strict=False):
        canvas.marks(f"legend_{state}", [{"x": place + 12, "y": states}], "point", _symbol(style))
        canvas.texts([(place + 34, states, phrase(style.words))], (_COLUMN - 22) * (2 if place == x[2] else 1))
