"""How far the columns of a release are filled and what they hold, counted exactly and in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, TypeAlias

from pfds.checks.database import Database
from pfds.editions.public import Public
from pfds.standard.model import Field, Table

_ORDERED: Final = ("date", "integer", "number")
"""Kinds of value whose least and greatest say something."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What a column holds: how many of its ``rows`` are ``filled``, and how many values differ.

    Of days (`YYYY-MM-DD`) and numbers the ``minimum`` and ``maximum`` are told, of other text the ``shortest`` and
    ``longest`` in characters (Unicode code points), of codes and of true and false the records of each that occurs,
    most frequent first. All of these are empty if no cell is filled.
    """

    rows: int
    filled: int
    distinct: int
    minimum: str | float | None = None
    maximum: str | float | None = None
    shortest: int | None = None
    longest: int | None = None
    codes: Mapping[str, int] = field(default_factory=dict)

    @property
    def fill_rate(self) -> float | None:
        """The part of the cells that is filled, 0 to 1, to four decimals; None if there is no row."""
        return round(self.filled / self.rows, 4) if self.rows else None


Measures: TypeAlias = Mapping[str, Mapping[str, Measure]]
"""What every column holds, by table and column."""


def measured(public: Public) -> Measures:
    """What every column of the release holds, in the order of the standard."""
    with TemporaryDirectory(prefix="pfds-") as scratch, public.database(Path(scratch)) as database:
        return {name: dict(_table(database, public.standard.tables[name])) for name in public.rows}


def counts_codes(column: Field) -> bool:
    """Whether the values of a column are counted one by one."""
    return column.codelist is not None or column.kind == "boolean"


def figures(column: Field, measure: Measure) -> dict[str, Any]:
    """What a column holds, as far as it is told of its kind; `codes` are the records of each code that occurs."""
    limits = {
        "minimum": measure.minimum,
        "maximum": measure.maximum,
        "shortest": measure.shortest,
        "longest": measure.longest,
    }
    codes = [{"code": code, "rows": rows} for code, rows in measure.codes.items()]
    return {
        "rows": measure.rows,
        "filled": measure.filled,
        "fill_rate": measure.fill_rate,
        "distinct": measure.distinct,
        **{name: limit for name, limit in limits.items() if limit is not None},
        **({"codes": codes} if counts_codes(column) else {}),
    }


def _table(database: Database, table: Table) -> Iterator[tuple[str, Measure]]:
    selected = ", ".join(f"COUNT({_quoted(column)}), {_limits(column)}" for column in table.released)
    rows, *figures = database.row(f"SELECT COUNT(*), {selected} FROM {table.name}")
    for position, column in enumerate(table.released):
        filled, least, most = figures[3 * position : 3 * position + 3]
        yield column.name, _measure(database, table, column, rows, filled, (least, most))


def _measure(
    database: Database, table: Table, column: Field, rows: int, filled: int, limits: tuple[Any, Any]
) -> Measure:
    if counts_codes(column):
        codes = _codes(database, table, column)
        return Measure(rows, filled, len(codes), codes=codes)
    distinct = _distinct(database, table, column)
    if column.kind in _ORDERED:
        return Measure(rows, filled, distinct, _plain(limits[0]), _plain(limits[1]))
    return Measure(rows, filled, distinct, shortest=limits[0], longest=limits[1])


def _limits(column: Field) -> str:
    """The least and the greatest value, or length, of a column."""
    if counts_codes(column):
        return "NULL, NULL"
    value = _quoted(column) if column.kind in _ORDERED else f"LENGTH({_quoted(column)})"
    return f"MIN({value}), MAX({value})"


def _distinct(database: Database, table: Table, column: Field) -> int:
    """Counted as rows of a grouping, which goes to the disk if it is too large, as COUNT(DISTINCT …) does not."""
    name = _quoted(column)
    (number,) = database.numbers(
        [f"SELECT COUNT(*) FROM (SELECT {name} FROM {table.name} WHERE {name} IS NOT NULL GROUP BY {name})"]
    )
    return number


def _codes(database: Database, table: Table, column: Field) -> dict[str, int]:
    name = _quoted(column)
    return dict(
        database.rows(
            f"SELECT CAST({name} AS VARCHAR), COUNT(*) FROM {table.name} WHERE {name} IS NOT NULL"
            f" GROUP BY {name} ORDER BY 2 DESC, 1"
        )
    )


def _quoted(column: Field) -> str:
    return f'"{column.name}"'


def _plain(value: date | float | None) -> str | float | None:
    return value.isoformat() if isinstance(value, date) else value
