"""Cells of records against their fields: which are bad and why, and the records without their defective cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from pfds.checks.column import Column
from pfds.checks.explanations import MOST_SUGGESTIONS, cell_facts, cell_remarks
from pfds.checks.kernels import bad_among
from pfds.checks.sound_columns import SoundColumns
from pfds.intake.columns import Flags, Integers, TextColumns, as_table
from pfds.intake.tables import TextTable
from pfds.standard.findings import Finding
from pfds.standard.model import Standard, Table


@dataclass(frozen=True, slots=True)
class BadCells:
    """Cells of one column that break one rule: their indices, in order."""

    rule: str
    column: Column
    indices: Integers

    def findings(self, standard: Standard, most: int | None) -> Iterator[Finding]:
        """A finding for each of the first ``most`` cells; what is to be said of a value is worked out once."""
        field = self.column.field
        known: dict[str | None, tuple[Mapping[str, str | int], Mapping[str, str]]] = {}

        def told(value: str | None) -> tuple[Mapping[str, str | int], Mapping[str, str]]:
            if value not in known:
                suggest = len(known) < MOST_SUGGESTIONS
                facts = cell_facts(standard, field, self.rule, value, suggest=suggest)
                known[value] = facts, cell_remarks(standard, field, self.rule, value, suggest=suggest)
            return known[value]

        return self.column.findings(standard.rules[self.rule], self.indices[:most], told)


@dataclass(frozen=True, slots=True)
class CheckedTable:
    """Records after their cells were judged.

    ``columns`` has every field of the table, and the derived columns that were sent, as text; a defective cell is
    null. ``cells`` are all of them. ``defective`` flags those cells by column, if there are any: the empty required
    ones, the bad ones, and every cell of a damaged row. ``bad`` are the cells to tell.
    """

    table: Table
    text: TextTable
    columns: TextColumns
    defective: Mapping[str, Flags]
    bad: tuple[BadCells, ...]

    @property
    def cells(self) -> pa.Table:
        """All columns as a table."""
        return as_table(self.columns)

    def findings(self, standard: Standard) -> list[Finding]:
        """A finding for every bad cell."""
        return [found for cells in self.bad for found in cells.findings(standard, None)]


def check_cells(standard: Standard, text: TextTable) -> CheckedTable:
    """Judges every cell; a damaged row is not judged again, but keeps its identifier if it can.

    Of records that the reader accepted by the published schema, only what has a `format` is judged.
    """
    table, size = standard.tables[text.table], len(text.rows)
    defective: dict[str, Flags] = {}
    bad: list[BadCells] = []
    any_damaged = bool(text.damaged.any())
    sent = set(text.columns.names)
    for field in table.by_name.values():
        if field.name not in sent:
            if field.required and size and not field.derived_from:
                defective[field.name] = np.ones(size, np.bool_)
            continue
        flags, found = _judge(standard, Column(table, field, text), damaged=any_damaged)
        bad.extend(found)
        if any_damaged and field.name != table.primary_key:
            flags = text.damaged if flags is None else flags | text.damaged
        if flags is not None:
            defective[field.name] = flags
    return CheckedTable(table, text, SoundColumns(table, text.columns, defective), defective, tuple(bad))


def _judge(standard: Standard, column: Column, *, damaged: bool) -> tuple[Flags | None, list[BadCells]]:
    """The defective cells of a column (None: there is none), and those that the reader did not tell already."""
    broken = [] if column.text.accepted and not column.field.format else list(_broken_rules(standard, column))
    if not broken and column.refused is None:
        return None, []
    refused = column.refused
    flags = np.zeros(len(column.text.rows), np.bool_) if refused is None else refused.copy()
    bad: list[BadCells] = []
    for rule, here in broken:
        told = here if refused is None else here[~refused[here]]
        if damaged:
            told = told[~column.text.damaged[told]]
        flags[here] = True
        if told.size:
            bad.append(BadCells(rule, column, told))
    return flags, bad


def _broken_rules(standard: Standard, column: Column) -> Iterator[tuple[str, Integers]]:
    name, columns = column.field.name, column.text.columns
    if column.field.required and columns.empty(name):
        rule = "key-missing" if name == column.table.primary_key else "cell-required"
        yield rule, np.flatnonzero(columns.is_empty(name))
    yield from bad_among(standard, column.field, columns)
