"""Pictures drawn by Vega-Lite as SVG that is the same on every machine: nothing in it depends on fonts or the clock.

The renderer never sees a text of ours: it places marks in its stead, which are replaced by the words of a language.
So one drawing serves all languages, and what it says can break neither the renderer nor the SVG.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any, Final

from pfds.editions.pictures.words import Say, drawable, fitted
from pfds.standard.language import Language

if TYPE_CHECKING:
    import altair

FONTS: Final = "system-ui, 'Noto Sans', 'Noto Sans Arabic', 'Segoe UI', 'DejaVu Sans', Arial, sans-serif"
INK: Final = "#1b1b1b"
SOFT: Final = "#595959"
LINE: Final = "#d9d9d6"
BLUE: Final = "#0b5394"
ORANGE: Final = "#b5470b"
GREY: Final = "#6b6b6b"
WHITE: Final = "#ffffff"
BLACK: Final = "#000000"
SIZE: Final = 11
"""Of letters, in pixels."""

_PLACED: Final = re.compile("@([0-9]+)@")
_HEAD: Final = re.compile(r'^<svg [^>]*?width="([0-9.]+)" height="([0-9.]+)"[^>]*>')


Rows = list[dict[str, Any]]
"""What marks are drawn from, a row for each."""


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """An SVG with places for words, and what stands in each: the words, their room and the size of letters."""

    svg: str
    words: Sequence[tuple[Say, float, float]]

    def said(self, language: Language, name: str, title: str, description: str) -> str:
        """The picture in a language; ``name`` keeps its identifiers apart from those of others on a page."""

        def word(place: re.Match[str]) -> str:
            say, room, size = self.words[int(place[1])]
            return escape(fitted(say(language), room, size))

        def head(start: re.Match[str]) -> str:
            width, height = start[1], start[2]
            return (
                f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
                f' viewBox="0 0 {width} {height}"'
                f' direction="ltr" role="img" lang="{language.code}" aria-labelledby="{name}-title {name}-about">'
                f'<title id="{name}-title">{escape(drawable(title))}</title>'
                f'<desc id="{name}-about">{escape(drawable(description))}</desc>'
            )

        return _PLACED.sub(word, _HEAD.sub(head, self.svg, count=1))


@dataclass(slots=True)
class Canvas:
    """A picture in the making. Sizes and places are in pixels; those of ``margins`` (top, right, bottom, left) lie
    around the field of ``width`` and ``height``, whose upper left corner is 0, 0."""

    width: int
    height: int
    margins: tuple[int, int, int, int]
    _words: list[tuple[Say, float, float]] = field(default_factory=list)
    _styles: dict[str, tuple[dict[str, Any], Rows]] = field(default_factory=dict)
    _rows: dict[str, Rows] = field(default_factory=dict)
    _layers: list[altair.Chart] = field(default_factory=list)

    def marks(self, name: str, rows: Rows, mark: str, style: Mapping[str, Any], **encodings: Any) -> None:
        """Marks of one kind, one for each row; ``name`` begins the class of their group in the SVG.

        A row gives the place of its mark as x, y, x2 and y2, as far as the kind of mark wants them; ``encodings`` name
        other columns for that, or put them on a scale.
        """
        import altair as alt

        if not rows:
            return
        given = {place: encoding for place, encoding in _places().items() if place in rows[0]}
        self._rows[name] = rows
        chart = alt.Chart(alt.NamedData(name=name), name=name)
        self._layers.append(getattr(chart, f"mark_{mark}")(**style).encode(**{**given, **encodings}))

    def texts(self, texts: Iterable[tuple[float, float, Say]], room: float, size: float = SIZE, **style: Any) -> None:
        """Texts at places: x, y of their middle line, and what they say in so much ``room``."""
        given = {"align": "left", "baseline": "middle", "fontSize": size, "color": INK, **style}
        _, rows = self._styles.setdefault(json.dumps(given), (given, []))
        for x, y, say in texts:
            rows.append({"x": x, "y": y, "text": f"@{len(self._words)}@"})
            self._words.append((say, room, size))

    def heading(self, title: Say, about: Say) -> None:
        """What the picture is, in its upper left corner."""
        top, right, _, left = self.margins
        room, x = self.width + left + right - 28, 14 - left
        self.texts([(x, 20 - top, title)], room, 15, fontWeight="bold")
        self.texts([(x, 41 - top, about)], room, color=SOFT)

    def lines(self, heights: Iterable[float]) -> None:
        """Faint lines through the whole width, which lead the eye."""
        ends = {"x": 14 - self.margins[3], "x2": self.width + self.margins[1] - 14}
        self.marks("lines", [{**ends, "y": y} for y in heights], "rule", {"color": LINE, "strokeWidth": 0.7})

    def drawing(self) -> Drawing:
        """The picture as it stands."""
        import altair as alt
        import vl_convert

        for number, (style, rows) in enumerate(self._styles.values()):
            self.marks(f"words{number}", rows, "text", style, text=alt.Text("text:N"))
        chart = alt.layer(*self._layers).properties(width=self.width, height=self.height, background=WHITE)
        top, right, bottom, left = self.margins
        spec = {
            **chart.to_dict(validate=False),
            "autosize": {"type": "none"},
            "padding": {"top": top, "right": right, "bottom": bottom, "left": left},
            "datasets": self._rows,
            "config": _config(),
        }
        return Drawing(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]), tuple(self._words))


def coloured() -> altair.Color:
    """An encoding: the colours stand in the column `colour`."""
    import altair as alt

    return alt.Color("colour:N", scale=None)


@cache
def _places() -> Mapping[str, Any]:
    """Encodings of columns that hold places in pixels."""
    import altair as alt

    across, down = alt.X("x:Q", scale=None, axis=None), alt.Y("y:Q", scale=None, axis=None)
    return {"x": across, "y": down, "x2": alt.X2("x2"), "y2": alt.Y2("y2")}


def _config() -> Mapping[str, Any]:
    """Labels of axes are never left out or cut after measuring them; the picture is described as a whole."""
    axis = {
        "labelFontSize": SIZE,
        "labelColor": INK,
        "labelLimit": 0,
        "labelOverlap": False,
        "labelBound": False,
        "labelFlush": False,
        "title": None,
        "domain": False,
        "tickColor": LINE,
        "gridColor": LINE,
    }
    return {"aria": False, "mark": {"aria": False}, "font": FONTS, "view": {"stroke": None}, "axis": axis}
