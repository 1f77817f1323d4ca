"""The columns of a table after its cells were judged: defective cells are empty, and absent columns as well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pfds.intake.columns import Flags, Integers, TextColumns
from pfds.standard.model import Table


@dataclass(frozen=True, slots=True)
class SoundColumns:
    """Every field of a ``table``, and the derived columns that were ``sent``, without the ``defective`` cells."""

    table: Table
    sent: TextColumns
    defective: Mapping[str, Flags]

    @property
    def names(self) -> Sequence[str]:
        """The columns in the order of the standard."""
        sent = frozenset(self.sent.names)
        return [field.name for field in self.table.by_name.values() if field.name in sent or not field.derived_from]

    def __len__(self) -> int:
        """How many records there are."""
        return len(self.sent)

    def column(self, name: str) -> pa.StringArray:
        """All cells of a column."""
        if name not in self.sent.names:
            return pa.nulls(len(self), pa.string())
        return self._sound(self.sent.column(name), self.defective.get(name))

    def some(self, name: str, rows: Integers) -> pa.StringArray:
        """The cells of a column in some rows."""
        if name not in self.sent.names:
            return pa.nulls(len(rows), pa.string())
        flags = self.defective.get(name)
        return self._sound(self.sent.some(name, rows), None if flags is None else flags[rows])

    def texts(self, name: str, rows: Integers) -> list[str | None]:
        """The same, as Python has them."""
        texts: list[str | None] = self.some(name, rows).to_pylist()
        return texts

    def empty(self, name: str) -> int:
        """How many cells of a column are empty."""
        return int(np.count_nonzero(self.is_empty(name))) if name in self.defective else self._sent_empty(name)

    def is_empty(self, name: str) -> Flags:
        """Of each cell of a column whether it is empty."""
        if name not in self.sent.names:
            return np.ones(len(self), np.bool_)
        flags = self.sent.is_empty(name)
        return flags | self.defective[name] if name in self.defective else flags

    def _sent_empty(self, name: str) -> int:
        return self.sent.empty(name) if name in self.sent.names else len(self)

    def _sound(self, cells: pa.StringArray, defective: Flags | None) -> pa.StringArray:
        return cells if defective is None else pc.if_else(pa.array(defective), pa.scalar(None, pa.string()), cells)
