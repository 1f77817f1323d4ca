"""Cells of records against their fields: which are bad and why, and the records without their defective cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pfds.checks.column import Column
from pfds.checks.explanations import MOST_SUGGESTIONS, cell_facts, cell_remarks
from pfds.checks.kernels import bad_cells
from pfds.intake.tables import Flags, Integers, TextTable
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

    ``cells`` has every field of the table, and the derived columns that were sent, as text; a defective cell is
    null. ``defective`` flags those cells by column, if there are any: the empty required ones, the bad ones, and
    every cell of a damaged row. ``bad`` are the cells to tell.
    """

    table: Table
    text: TextTable
    cells: pa.Table
    defective: Mapping[str, Flags]
    bad: tuple[BadCells, ...]

    def findings(self, standard: Standard) -> list[Finding]:
        """A finding for every bad cell."""
        return [found for cells in self.bad for found in cells.findings(standard, None)]


def check_cells(standard: Standard, text: TextTable) -> CheckedTable:
    """Judges every cell; a damaged row is not judged again, but keeps its identifier if it can.

    Of records that the reader accepted by the published schema, only what has a `format` is judged.
    """
    table, size = standard.tables[text.table], len(text.rows)
    absent = pa.nulls(size, pa.string())
    columns: dict[str, pa.StringArray] = {}
    defective: dict[str, Flags] = {}
    bad: list[BadCells] = []
    any_damaged = bool(text.damaged.any())
    sent = set(text.cells.column_names)
    for field in table.by_name.values():
        if field.name not in sent:
            if not field.derived_from:
                columns[field.name] = absent
                if field.required and size:
                    defective[field.name] = np.ones(size, np.bool_)
            continue
        column = Column(table, field, text, text.cells.column(field.name).combine_chunks())
        flags, found = _judge(standard, column, damaged=any_damaged)
        bad.extend(found)
        if any_damaged and field.name != table.primary_key:
            flags = text.damaged if flags is None else flags | text.damaged
        columns[field.name] = column.values
        if flags is not None:
            defective[field.name] = flags
            columns[field.name] = pc.if_else(pa.array(flags), pa.scalar(None, pa.string()), column.values)
    return CheckedTable(table, text, pa.table(columns), defective, tuple(bad))


def _judge(standard: Standard, column: Column, *, damaged: bool) -> tuple[Flags | None, list[BadCells]]:
    """The defective cells of a column (None: there is none), and those that the reader did not tell already."""
    broken = [] if column.text.accepted and not column.field.format else list(_broken_rules(standard, column))
    if not broken and column.refused is None:
        return None, []
    flags = np.zeros(len(column.values), np.bool_) if column.refused is None else column.refused.copy()
    already = flags | column.text.damaged if damaged else flags.copy()
    bad: list[BadCells] = []
    for rule, mask in broken:
        here = mask.to_numpy(zero_copy_only=False)
        flags |= here
        told = np.flatnonzero(here & ~already)
        if told.size:
            bad.append(BadCells(rule, column, told))
    return flags, bad


def _broken_rules(standard: Standard, column: Column) -> Iterator[tuple[str, pa.BooleanArray]]:
    if column.field.required and column.values.null_count:
        key = column.field.name == column.table.primary_key
        yield ("key-missing" if key else "cell-required"), pc.is_null(column.values)
    yield from bad_cells(standard, column.field, column.values)
