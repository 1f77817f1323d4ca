"""All that a codebook says, before it is written in any form: variables with their meaning, content and history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pfds.editions.about import About
from pfds.editions.codebook.history import Era, history
from pfds.editions.measures import Measure, Measures
from pfds.editions.public import Public
from pfds.standard.model import Field, Standard


@dataclass(frozen=True, slots=True)
class Variable:
    """A column of a released table, what it holds in this release, and since when it is there."""

    table: str
    field: Field
    measure: Measure
    era: Era

    @property
    def name(self) -> str:
        """`table.column`."""
        return f"{self.table}.{self.field.name}"


@dataclass(frozen=True, slots=True)
class Book:
    """The codebook of a release: ``rows`` and ``variables`` by table, and the eras that ended."""

    about: About
    standard: Standard
    rows: Mapping[str, int]
    variables: Mapping[str, tuple[Variable, ...]]
    gone: tuple[Era, ...]

    def users(self, codelist: str) -> tuple[str, ...]:
        """The variables that take their codes from a list."""
        return tuple(
            variable.name
            for variables in self.variables.values()
            for variable in variables
            if variable.field.codelist == codelist
        )


def book(public: Public, measures: Measures) -> Book:
    """The codebook of a release whose columns are measured."""
    eras = history(public)
    current = {(era.table, era.column): era for era in eras if not era.removed_in}
    return Book(
        public.about,
        public.standard,
        public.rows,
        {
            table: tuple(
                Variable(table, column, measures[table][column.name], current[table, column.name])
                for column in public.standard.tables[table].released
            )
            for table in public.rows
        },
        tuple(era for era in eras if era.removed_in),
    )
