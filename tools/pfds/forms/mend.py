"""Corrections that are certain: white space, letters, digits, labels of codes, dates in local writing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pyarrow as pa
from pyarrow import parquet

from pfds.forms.staged import Staged, StagedTable
from pfds.intake.local_values import Change, local_values
from pfds.standard.model import Standard

_GROUP_ROWS: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Mended:
    """A value of one column that was changed."""

    table: str
    field: str
    change: Change


def mend(standard: Standard, staged: Staged, folder: Path) -> tuple[Staged, tuple[Mended, ...]]:
    """The submission with every correction that is certain, and what was corrected, in order; ``folder`` is private.

    Each column is looked at as a whole: whether the day or the month comes first, other dates in it tell.
    """
    changed: list[Mended] = []
    tables = tuple(_table(standard, part, folder, changed.append) for part in staged.tables)
    return replace(staged, tables=tables), tuple(changed)


def _table(standard: Standard, part: StagedTable, folder: Path, tell: Callable[[Mended], None]) -> StagedTable:
    content = part.whole()
    columns = dict(_columns(standard, part, content, tell))
    path = folder / f"{part.table.name}.mended"
    parquet.write_table(pa.table(columns), path, compression="lz4", row_group_size=_GROUP_ROWS)
    return replace(part, path=path)


def _columns(
    standard: Standard, part: StagedTable, content: pa.Table, tell: Callable[[Mended], None]
) -> Iterator[tuple[str, pa.Array]]:
    for field in part.fields:
        column = content.column(field.name).combine_chunks()
        meant = local_values(standard, field, column)
        for change in meant.changes:
            tell(Mended(part.table.name, field.name, change))
        yield field.name, meant.values
