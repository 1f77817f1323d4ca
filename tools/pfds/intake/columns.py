"""Columns of text of some records, of which those that nobody asks for need not be made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Flags = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]


class TextColumns(Protocol):
    """Columns of text by name, all with a cell for each record, null where it is empty."""

    @property
    def names(self) -> Sequence[str]:
        """The columns in their order."""

    def __len__(self) -> int:
        """How many records there are."""

    def column(self, name: str) -> pa.StringArray:
        """All cells of a column."""

    def some(self, name: str, rows: Integers) -> pa.StringArray:
        """The cells of a column in some rows (0 = first)."""

    def texts(self, name: str, rows: Integers) -> list[str | None]:
        """The same, as Python has them."""

    def empty(self, name: str) -> int:
        """How many cells of a column are empty."""

    def is_empty(self, name: str) -> Flags:
        """Of each cell of a column whether it is empty."""


def as_table(columns: TextColumns, names: Sequence[str] | None = None) -> pa.Table:
    """All columns, or some of them, as a table."""
    return pa.table({name: columns.column(name) for name in (columns.names if names is None else names)})


@dataclass(frozen=True, slots=True)
class HeldColumns:
    """The columns of a table."""

    cells: pa.Table

    @property
    def names(self) -> Sequence[str]:
        """The columns in their order."""
        names: list[str] = self.cells.column_names
        return names

    def __len__(self) -> int:
        """How many records there are."""
        return int(self.cells.num_rows)

    def column(self, name: str) -> pa.StringArray:
        """All cells of a column."""
        return self.cells.column(name).combine_chunks()

    def some(self, name: str, rows: Integers) -> pa.StringArray:
        """The cells of a column in some rows."""
        return self.column(name).take(pa.array(rows))

    def texts(self, name: str, rows: Integers) -> list[str | None]:
        """The same, as Python has them."""
        texts: list[str | None] = self.some(name, rows).to_pylist()
        return texts

    def empty(self, name: str) -> int:
        """How many cells of a column are empty."""
        return int(self.cells.column(name).null_count)

    def is_empty(self, name: str) -> Flags:
        """Of each cell of a column whether it is empty."""
        flags: Flags = pc.is_null(self.column(name)).to_numpy(zero_copy_only=False)
        return flags
