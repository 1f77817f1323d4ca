"""Which columns of a table are laid aside for the checks between records, and their rows."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pfds.checks.cells import CheckedTable
from pfds.checks.dates import column_bounds
from pfds.intake.columns import Flags
from pfds.standard.model import Field, Rule, Table

ROW, LINE = "pfds_row", "pfds_line"
GIVEN = "given_"
"""Prefix of a derived column as it was sent; the one computed bears the plain name."""

_SUBJECT = ("subject_table", "subject_id")
"""A reference to a record of any table."""


_FILLED: Final = "1"
"""Stands for whatever a cell holds; a number, for some columns are read as numbers."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What rules read, by name: relations and columns, and those of which they ask more than whether they are null."""

    names: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()

    @classmethod
    def by(cls, rules: Iterable[Rule]) -> Wanted:
        """What any of these rules reads."""
        names, values = frozenset[str](), frozenset[str]()
        for rule in rules:
            names, values = names | rule.reads, values | rule.values
        return cls(names, values)

    def __bool__(self) -> bool:
        """Whether anything is read."""
        return bool(self.names)


@dataclass(frozen=True, slots=True)
class LaidColumn:
    """A field that is laid aside: as it is, or only ``marked`` where it holds something."""

    field: Field
    marked: bool = False


def all_columns(table: Table) -> tuple[LaidColumn, ...]:
    """Every field as it is."""
    return tuple(map(LaidColumn, table.fields))


def decided_columns(
    table: Table, wanted: Wanted, claimed: Set[tuple[str, str]], *, protected: bool
) -> tuple[LaidColumn, ...]:
    """The fields to be laid aside once it is known which are ``claimed`` about, and whether anybody is protected:
    identifiers, references, dates, languages, and those that are ``wanted``."""
    names = wanted.values | {field for owner, field in claimed if owner == table.name}
    if protected:
        names |= {field.name for field in table.fields if field.kind in ("line", "text", "url")}
    whole = {
        field.name
        for field in table.fields
        if field.name in (table.primary_key, *_SUBJECT)
        or field.reference
        or field.kind in ("edtf", "language")
        or field.name in names
    }
    return tuple(
        LaidColumn(field, field.name not in whole)
        for field in table.fields
        if field.name in whole or field.name in wanted.names
    )


def linking_columns(table: Table) -> tuple[LaidColumn, ...]:
    """The fields that identifiers and references are judged by."""
    linking = (table.primary_key, *_SUBJECT)
    return tuple(LaidColumn(field) for field in table.fields if field.reference or field.name in linking)


def laid_rows(checked: CheckedTable, laid: Iterable[LaidColumn]) -> pa.Table:
    """The rows of these fields as text, bounds beside dates, with the line of each."""
    columns: dict[str, pa.Array] = {LINE: pa.array(checked.text.lines)}
    for each in laid:
        field = each.field
        if each.marked:
            columns[field.name] = _marks(checked.columns.is_empty(field.name))
            continue
        text = checked.columns.column(field.name)
        columns[field.name] = text
        if field.kind == "edtf":
            columns[f"{field.name}_earliest"], columns[f"{field.name}_latest"] = column_bounds(text)
            for end in ("earliest", "latest"):
                columns[f"{GIVEN}{field.name}_{end}"] = _sent(checked, f"{field.name}_{end}")
    return pa.table(columns)


def _marks(empty: Flags) -> pa.StringArray:
    return pc.if_else(pa.array(empty), pa.scalar(None, pa.string()), _FILLED)


def numbered(rows: pa.Table, first: int) -> pa.Table:
    """The same rows with their numbers, from ``first`` on."""
    return rows.add_column(0, ROW, pa.array(np.arange(first, first + rows.num_rows, dtype=np.int64)))


def _sent(checked: CheckedTable, name: str) -> pa.Array:
    if name in checked.columns.names:
        return checked.columns.column(name)
    return pa.nulls(len(checked.columns), pa.string())


def record_rows(checked: CheckedTable, first: int) -> pa.Table:
    """The records whose identifier is known: table, id, disclosure, status and number of the record."""
    table, cells = checked.table, checked.columns
    absent = pa.nulls(len(cells), pa.string())
    columns = [cells.column(name) if name in table.by_name else absent for name in ("disclosure", "record_status")]
    numbers = pa.array(np.arange(first, first + len(cells), dtype=np.int64))
    key = cells.column(table.primary_key)
    rows = pa.table([pa.repeat(table.name, len(cells)), key, *columns, numbers], schema=RECORDS)
    return rows.filter(pc.is_valid(key)) if key.null_count else rows


def defective_rows(checked: CheckedTable, first: int) -> pa.Table:
    """The defective cells of records whose identifier is known: table, id, field and number of the record."""
    keys = checked.columns.column(checked.table.primary_key)
    known = pc.is_valid(keys).to_numpy(zero_copy_only=False)
    pieces = [DEFECTIVE.empty_table()]
    for name, flags in checked.defective.items():
        rows = np.flatnonzero(flags & known)
        pieces.append(
            pa.table(
                {
                    "subject_table": pa.repeat(checked.table.name, len(rows)),
                    "subject_id": keys.take(pa.array(rows)),
                    "subject_field": pa.repeat(name, len(rows)),
                    ROW: pa.array(rows + first),
                },
                schema=DEFECTIVE,
            )
        )
    return pa.concat_tables(pieces)


RECORDS = pa.schema(
    [
        *((name, pa.string()) for name in ("subject_table", "subject_id", "disclosure", "record_status")),
        (ROW, pa.int64()),
    ]
)
DEFECTIVE = pa.schema(
    [("subject_table", pa.string()), ("subject_id", pa.string()), ("subject_field", pa.string()), (ROW, pa.int64())]
)
