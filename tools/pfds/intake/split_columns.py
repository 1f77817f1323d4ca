"""Cells of CSV and JSON Lines that stay where they are until somebody asks for them; with the compiled package only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from pfds.intake.acceleration import accelerator
from pfds.intake.columns import Flags, Integers
from pfds.intake.csv_scan import LF, Scan
from pfds.intake.octets import count_octet
from pfds.standard.model import Table

if TYPE_CHECKING:
    from pfds_accelerator import Fields, Split


@dataclass(frozen=True, slots=True)
class SplitColumns:
    """The cells of a ``split`` at the ``positions`` (0 = first) of known columns."""

    split: Split
    positions: Mapping[str, int]
    _made: dict[str, pa.StringArray] = field(default_factory=dict)

    @property
    def names(self) -> Sequence[str]:
        """The columns in their order."""
        return list(self.positions)

    @property
    def lines(self) -> Integers:
        """The line on which each record begins (0 = first)."""
        return self.split.lines

    def __len__(self) -> int:
        """How many records there are."""
        return self.split.rows

    def column(self, name: str) -> pa.StringArray:
        """All cells of a column."""
        if name not in self._made:
            self._made[name] = self._copied(name, len(self), None)
        return self._made[name]

    def some(self, name: str, rows: Integers) -> pa.StringArray:
        """The cells of a column in some rows."""
        return self._copied(name, len(rows), rows)

    def texts(self, name: str, rows: Integers) -> list[str | None]:
        """The same, as Python has them."""
        return self.split.texts(self.positions[name], rows)

    def empty(self, name: str) -> int:
        """How many cells of a column are empty."""
        return self.split.empty(self.positions[name])

    def is_empty(self, name: str) -> Flags:
        """Of each cell of a column whether it is empty."""
        return self.split.is_empty(self.positions[name])

    def _copied(self, name: str, size: int, rows: Integers | None) -> pa.StringArray:
        position = self.positions[name]
        offsets = np.empty(size + 1, np.int32)
        octets = np.empty(self.split.octets(position, rows), np.uint8)
        valid = np.zeros((size + 7) // 8, np.uint8)
        written = self.split.copy(position, offsets, octets, valid, rows)
        buffers = [pa.py_buffer(valid), pa.py_buffer(offsets), pa.py_buffer(octets[:written])]
        return pa.Array.from_buffers(pa.string(), size, buffers)


@dataclass(frozen=True, slots=True)
class PlainLines:
    """Lines of JSON that hold ``records`` without anything unusual, and the ``others``.

    ``numbers`` are the places of these records among the lines that are not blank (0 = first). Of each other line,
    ``others`` has the bytes at which it begins and ends, its line (0 = first) and its number.
    """

    records: SplitColumns
    numbers: Integers
    others: Integers


def split_cells(scan: Scan, width: int, positions: Mapping[str, int], longest: int) -> SplitColumns | None:
    """Columns of whole records of ``width`` cells and at most ``longest`` bytes each.

    None if something is wrong with them, or it cannot be told.
    """
    compiled = accelerator()
    split = compiled.split(scan.data, scan.separator, width, longest, scan.line_feeds) if compiled else None
    return None if split is None else SplitColumns(split, positions)


def split_lines(data: bytes, table: Table, longest: int) -> PlainLines | None:
    """Whole lines of JSON as columns of a ``table``; plain ones have at most ``longest`` bytes.

    Every field is a column, and each derived one that was sent. None if it cannot be told which lines are plain, or
    none is.
    """
    compiled = accelerator()
    found = compiled.objects(data, _fields(table), longest, count_octet(data, LF)) if compiled else None
    if found is None or not found[0].rows:
        return None
    split, numbers, others = found
    sent = {
        field.name: position
        for position, field in enumerate(table.by_name.values())
        if not field.derived_from or split.empty(position) < split.rows
    }
    return PlainLines(SplitColumns(split, sent), numbers, others)


@cache
def _fields(table: Table) -> Fields:
    compiled: Any = accelerator()
    fields = table.by_name.values()
    names, kinds = [field.name.encode() for field in fields], [field.json_type for field in fields]
    described: Fields = compiled.Fields(names, kinds, [field.required and not field.derived_from for field in fields])
    return described
