"""Picture of how far the columns are filled, by country."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pfds.checks.database import Database
from pfds.editions.pictures.canvas import BLACK, SOFT, WHITE, Canvas, Drawing, Rows, coloured
from pfds.editions.pictures.model import Column, Named, Picture
from pfds.editions.pictures.words import label, phrase, title_of, verbatim
from pfds.standard.model import Field, Standard, Table
from pfds.standard.phrase import Phrase

TABLES: Final = ("cases", "events")
"""Tables whose records lie in a country."""
MOST_COUNTRIES: Final = 25
_CELL_WIDTH, _CELL_HEIGHT, _GAP = 28, 24, 62
_LEFT, _RIGHT, _TOP, _BOTTOM = 196, 96, 212, 14
_PALE, _DARK = (0xEE, 0xF3, 0xF8), (0x08, 0x30, 0x6B)
_WHITE_FROM: Final = 64
"""Percent from which white letters are read better than black ones."""
_TITLE: Final = Phrase("How far the columns are filled, by country")
_ABOUT: Final = Phrase(
    "The share, in percent, of the records of each country that have something in a column; columns that every record"
    " must fill are left out."
)
_SUBTITLE: Final = Phrase("Percent of records that have something in the column")
_RECORDS: Final = Phrase("Records")
_OTHERS: Final = Named("other_countries", phrase(Phrase("All other countries")))
_NONE: Final = Named("", phrase(Phrase("No country given")))


@dataclass(frozen=True, slots=True)
class Filled:
    """Of the records of one table in one country: how many there are, and how many have each column filled."""

    records: int
    columns: Mapping[str, int]

    def __add__(self, other: Filled) -> Filled:
        return Filled(
            self.records + other.records, {name: self.columns[name] + other.columns[name] for name in self.columns}
        )

    def percent(self, column: str) -> int:
        """Rounded, but 0 and 100 only where they are exact."""
        filled = self.columns[column]
        if filled in (0, self.records):
            return 100 if filled else 0
        return min(max(round(100 * filled / self.records), 1), 99)


Row = tuple[Named, Mapping[str, Filled]]
"""A country, and its records by table."""


def coverage(database: Database, standard: Standard) -> Picture | None:
    """The picture; None if no table has a record."""
    fields = {name: optional(standard.tables[name]) for name in TABLES}
    rows = _rows(standard, {name: _filled(database, name, fields[name]) for name in TABLES})
    if not rows:
        return None
    return Picture(
        "coverage",
        phrase(_TITLE),
        phrase(_ABOUT),
        _drawing(standard, fields, rows),
        [
            Column("country", title_of(standard.tables["events"].by_name["country"])),
            Column("table", phrase(Phrase("Table"))),
            Column("column", phrase(Phrase("Column"))),
            Column("records", phrase(_RECORDS)),
            Column("filled", phrase(Phrase("Records with a value"))),
            Column("percent", phrase(Phrase("Percent"))),
        ],
        list(_cells(standard, fields, rows)),
    )


def optional(table: Table) -> Sequence[Field]:
    """Columns that a record may leave empty, except the country itself and what leads to records of the same table."""
    return [
        field
        for field in table.released
        if not (field.required or field.derived_from or field.name == "country")
        and not (field.reference and field.reference.table == table.name)
    ]


def _filled(database: Database, table: str, fields: Sequence[Field]) -> Mapping[str | None, Filled]:
    counts = ", ".join(f"COUNT({field.name})" for field in fields)
    found = database.rows(
        f"SELECT country, COUNT(*), {counts} FROM {table} WHERE record_status = 'active' GROUP BY country"
    )
    names = [field.name for field in fields]
    return {row[0]: Filled(row[1], dict(zip(names, row[2:], strict=True))) for row in found}


def _rows(standard: Standard, tables: Mapping[str, Mapping[str | None, Filled]]) -> Sequence[Row]:
    """Countries with the most records first, then all others as one, then the records that name no country."""
    totals: dict[str | None, int] = {}
    for filled in tables.values():
        for country, found in filled.items():
            totals[country] = totals.get(country, 0) + found.records
    order = sorted((country for country in totals if country), key=lambda country: (-totals[country], country))
    chosen = order if len(order) <= MOST_COUNTRIES + 1 else order[:MOST_COUNTRIES]
    codes = standard.codelists["country"].codes
    groups: list[tuple[Named, Sequence[str | None]]] = [(Named(each, label(codes[each])), [each]) for each in chosen]
    groups.append((_OTHERS, order[len(chosen) :]))
    groups.append((_NONE, [None] if None in totals else []))
    return [(named, _together(tables, countries)) for named, countries in groups if countries]


def _together(
    tables: Mapping[str, Mapping[str | None, Filled]], countries: Sequence[str | None]
) -> Mapping[str, Filled]:
    found: dict[str, Filled] = {}
    for name, filled in tables.items():
        for country in countries:
            if country in filled:
                found[name] = found[name] + filled[country] if name in found else filled[country]
    return found


def _cells(
    standard: Standard, fields: Mapping[str, Sequence[Field]], rows: Sequence[Row]
) -> Iterator[tuple[Named, Named, Named, int, int, int]]:
    for country, tables in rows:
        for name, filled in tables.items():
            table = Named(name, title_of(standard.tables[name]))
            for field in fields[name]:
                counts = filled.records, filled.columns[field.name], filled.percent(field.name)
                yield country, table, Named(field.name, title_of(field)), *counts


def _drawing(standard: Standard, fields: Mapping[str, Sequence[Field]], rows: Sequence[Row]) -> Drawing:
    starts: dict[str, int] = {}
    width = 0
    for name in TABLES:
        starts[name] = width + _GAP
        width += _GAP + len(fields[name]) * _CELL_WIDTH
    canvas = Canvas(width, _CELL_HEIGHT * len(rows), (_TOP, _RIGHT, _BOTTOM, _LEFT))
    canvas.heading(phrase(_TITLE), phrase(_SUBTITLE))
    middles = [(row + 0.5) * _CELL_HEIGHT for row in range(len(rows))]
    names = [(0, y, named.say) for y, (named, _) in zip(middles, rows, strict=True)]
    canvas.texts(names, _LEFT - 20, align="right")
    for name, start in starts.items():
        _head(canvas, standard.tables[name], fields[name], start)
        _block(canvas, name, fields[name], start, [tables.get(name) for _, tables in rows])
    return canvas.drawing()


def _head(canvas: Canvas, table: Table, fields: Sequence[Field], start: int) -> None:
    canvas.texts([(start, 66 - _TOP, title_of(table))], 200, 12, fontWeight="bold")
    canvas.texts([(start - 8, -12, phrase(_RECORDS))], _GAP - 10, 10, align="right", color=SOFT)
    for column, field in enumerate(fields):
        place = (start + (column + 0.5) * _CELL_WIDTH + 2, -10, title_of(field))
        canvas.texts([place], 150, angle=310)


def _block(canvas: Canvas, name: str, fields: Sequence[Field], start: int, filled: Sequence[Filled | None]) -> None:
    cells: Rows = []
    for row, each in enumerate(filled):
        if each is None:
            continue
        top = row * _CELL_HEIGHT
        middle = top + _CELL_HEIGHT / 2
        canvas.texts([(start - 8, middle, verbatim(f"{each.records:,}"))], _GAP - 10, 10, align="right", color=SOFT)
        for column, field in enumerate(fields):
            left, percent = start + column * _CELL_WIDTH, each.percent(field.name)
            colour, ink = cell_colours(percent)
            place = {"x": left + 1, "x2": left + _CELL_WIDTH - 1, "y": top + 1, "y2": top + _CELL_HEIGHT - 1}
            cells.append({**place, "colour": colour})
            text = (left + _CELL_WIDTH / 2, middle, verbatim(str(percent)))
            canvas.texts([text], _CELL_WIDTH, 10, align="center", color=ink)
    canvas.marks(f"{name}_cells", cells, "rect", {}, color=coloured())


def cell_colours(percent: int) -> tuple[str, str]:
    """Of a cell, and of the letters in it."""
    mixed = (round(pale + (dark - pale) * percent / 100) for pale, dark in zip(_PALE, _DARK, strict=True))
    return "#" + "".join(f"{part:02x}" for part in mixed), WHITE if percent >= _WHITE_FROM else BLACK
