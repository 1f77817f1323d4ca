"""Cells of a table against their fields: findings, and the table without its defective cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pfds.checks.explanations import cell_facts
from pfds.checks.kernels import bad_cells
from pfds.intake.tables import Flags, TextTable
from pfds.standard.findings import Finding
from pfds.standard.model import Field, Standard, Table


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

    def record_id(self, index: int) -> str | None:
        """Identifier of a record as it was sent, fit or not."""
        name = self.table.primary_key
        if name not in self.text.cells.column_names:
            return None
        value: str | None = self.text.cells.column(name)[index].as_py()
        return value


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
        column = text.cells.column(field.name).combine_chunks()
        flags, found = _check_column(standard, table, text, field, column)
        findings.extend(found)
        if field.name != table.primary_key:
            flags = flags | text.damaged
        columns[field.name] = pc.if_else(pa.array(flags), pa.scalar(None, pa.string()), column)
        defective[field.name] = flags
    return CheckedTable(table, text, pa.table(columns), defective), findings


def _check_column(
    standard: Standard, table: Table, text: TextTable, field: Field, column: pa.StringArray
) -> tuple[Flags, list[Finding]]:
    already = text.damaged | text.refused.get(field.name, np.zeros(len(text.rows), dtype=np.bool_))
    flags = text.refused.get(field.name, np.zeros(len(text.rows), dtype=np.bool_)).copy()
    findings: list[Finding] = []
    for rule, mask in _broken_rules(standard, table, field, column):
        bad = mask.to_numpy(zero_copy_only=False)
        flags |= bad
        findings.extend(_findings(standard, text, table, field, column, rule, np.flatnonzero(bad & ~already)))
    return flags, findings


def _broken_rules(
    standard: Standard, table: Table, field: Field, column: pa.StringArray
) -> Iterator[tuple[str, pa.BooleanArray]]:
    if field.required and column.null_count:
        yield ("key-missing" if field.name == table.primary_key else "cell-required"), pc.is_null(column)
    yield from bad_cells(standard, field, column)


def _findings(
    standard: Standard,
    text: TextTable,
    table: Table,
    field: Field,
    column: pa.StringArray,
    rule: str,
    indices: np.ndarray[tuple[int], np.dtype[np.intp]],
) -> Iterator[Finding]:
    keys = text.cells.column(table.primary_key) if table.primary_key in text.cells.column_names else None
    for index in indices.tolist():
        value = column[index].as_py()
        yield Finding(
            rule=rule,
            severity=standard.rules[rule].severity,
            table=table.name,
            field=field.name,
            row=int(text.rows[index]),
            record_id=keys[index].as_py() if keys is not None else None,
            origin=text.origin(index, field.name),
            value=value,
            facts=cell_facts(standard, field, rule, value),
        )
