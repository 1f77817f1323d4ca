"""Cells of a table against their fields: findings, and the table without its defective cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pfds.checks.column import Column
from pfds.checks.explanations import MOST_SUGGESTIONS, cell_facts, cell_remarks
from pfds.checks.kernels import bad_cells
from pfds.intake.tables import Flags, TextTable
from pfds.standard.findings import Finding
from pfds.standard.model import Standard, Table


@dataclass(frozen=True)
class CheckedTable:
    """A table after its cells were judged.

    ``cells`` has every field of the table, and the derived columns that were sent, as text; a defective
    cell is null. ``defective`` flags those cells by column (index into ``cells``): the empty required ones,
    the bad ones, and every cell of a damaged row.
    """

    table: Table
    text: TextTable
    cells: pa.Table
    defective: Mapping[str, Flags]

    @cached_property
    def keys(self) -> pa.StringArray:
        """Identifiers of the records, null where there is none that can be used."""
        return self.cells.column(self.table.primary_key).combine_chunks()

    def without_keys(self, where: Flags) -> CheckedTable:
        """The same table without the identifiers of the records flagged."""
        name = self.table.primary_key
        keys = pc.if_else(pa.array(where), pa.scalar(None, pa.string()), self.keys)
        cells = self.cells.set_column(self.cells.column_names.index(name), name, keys)
        return replace(self, cells=cells, defective={**self.defective, name: self.defective[name] | where})


def check_cells(standard: Standard, text: TextTable) -> tuple[CheckedTable, list[Finding]]:
    """Judges every cell of a table; a damaged row is not judged again, but keeps its identifier if it can."""
    table = standard.tables[text.table]
    findings: list[Finding] = []
    columns: dict[str, pa.StringArray] = {}
    defective: dict[str, Flags] = {}
    for field in table.by_name.values():
        if field.name not in text.cells.column_names:
            if not field.derived_from:
                columns[field.name] = pa.nulls(len(text.rows), pa.string())
                defective[field.name] = np.full(len(text.rows), field.required)
            continue
        column = Column(table, field, text, text.cells.column(field.name).combine_chunks())
        flags, found = _check_column(standard, column)
        findings.extend(found)
        if field.name != table.primary_key:
            flags |= text.damaged
        columns[field.name] = pc.if_else(pa.array(flags), pa.scalar(None, pa.string()), column.values)
        defective[field.name] = flags
    return CheckedTable(table, text, pa.table(columns), defective), findings


def _check_column(standard: Standard, column: Column) -> tuple[Flags, list[Finding]]:
    """The defective cells of a column, and a finding for each that the reader did not tell already."""
    flags = np.zeros(len(column.values), dtype=np.bool_) if column.refused is None else column.refused.copy()
    already = column.text.damaged | flags
    findings: list[Finding] = []
    for name, mask in _broken_rules(standard, column):
        bad = mask.to_numpy(zero_copy_only=False)
        flags |= bad
        findings.extend(_bad_cells_told(standard, column, name, np.flatnonzero(bad & ~already).tolist()))
    return flags, findings


def _bad_cells_told(standard: Standard, column: Column, name: str, indices: list[int]) -> Iterator[Finding]:
    """A finding for each bad cell; what is to be said of a value is worked out once."""
    rule = standard.rules[name]
    known: dict[str | None, Mapping[str, str | int]] = {}
    for index in indices:
        value = column.values[index].as_py()
        if value not in known:
            known[value] = cell_facts(standard, column.field, name, value, suggest=len(known) < MOST_SUGGESTIONS)
        yield column.finding(rule, index, known[value], cell_remarks(column.field, name, value))


def _broken_rules(standard: Standard, column: Column) -> Iterator[tuple[str, Any]]:
    if column.field.required and column.values.null_count:
        key = column.field.name == column.table.primary_key
        yield ("key-missing" if key else "cell-required"), pc.is_null(column.values)
    yield from bad_cells(standard, column.field, column.values)
