"""Records of one piece that were read in two ways, put together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa

from pfds.intake.columns import Flags, HeldColumns
from pfds.intake.tables import TextTable
from pfds.standard.model import Table


def merged(table: Table, plain: TextTable, other: TextTable) -> TextTable:
    """The records of both in the order of their rows; ``plain`` ones are neither damaged nor refused anything."""
    order = np.argsort(np.concatenate([plain.rows, other.rows]), kind="stable")
    nothing = np.zeros(len(plain.rows), np.bool_)

    def both(flags: Flags) -> Flags:
        joined: Flags = np.concatenate([nothing, flags])[order]
        return joined

    cells = pa.concat_tables([plain.cells, other.cells], promote_options="default")
    names = [name for name in table.by_name if name in cells.column_names]
    return replace(
        plain,
        columns=HeldColumns(cells.select(names).combine_chunks().take(pa.array(order))),
        rows=np.concatenate([plain.rows, other.rows])[order],
        lines=np.concatenate([plain.lines, other.lines])[order],
        damaged=both(other.damaged),
        refused={name: both(flags) for name, flags in other.refused.items()},
        accepted=False,
    )
