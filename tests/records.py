"""Records written in a test, as the engine sees them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from pfds.checks.cells import CheckedTable, check_cells
from pfds.checks.relations import build_relations
from pfds.checks.rules import sql_rules, wanted_relations
from pfds.intake.tables import TextTable
from pfds.standard.model import Standard

Records = Sequence[Mapping[str, Any]]


def cell_text(value: Any) -> str | None:
    """A JSON value as the text of a cell."""
    if value is None:
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)


def text_table(standard: Standard, table: str, records: Records) -> TextTable:
    """Records as the table of one file, with every column of the standard."""
    names = [field.name for field in standard.tables[table].fields]
    derived = [field.name for field in standard.tables[table].derived if any(field.name in r for r in records)]
    cells = pa.table({n: pa.array([cell_text(r.get(n)) for r in records], pa.string()) for n in (*names, *derived)})
    rows = np.arange(1, len(records) + 1, dtype=np.int64)
    return TextTable(
        table=table,
        file=f"{table}.csv",
        cells=cells,
        rows=rows,
        lines=rows + 1,
        damaged=np.zeros(len(records), dtype=np.bool_),
        positions={name: position for position, name in enumerate(cells.column_names)},
        refused={},
    )


def checked(standard: Standard, tables: Mapping[str, Records]) -> list[CheckedTable]:
    """Every table of the standard after the check of its cells; a table that is not named has no record."""
    return [check_cells(standard, text_table(standard, name, tables.get(name, ())))[0] for name in standard.tables]


def relations(standard: Standard, tables: Mapping[str, Records], as_of: str | None) -> dict[str, pa.Table]:
    """The relations that rules see, built by the engine."""
    day = date.fromisoformat(as_of) if as_of else None
    return build_relations(standard, checked(standard, tables), day, wanted_relations(sql_rules(standard)))
