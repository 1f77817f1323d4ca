"""A copy of records in Parquet, written while they are checked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pyarrow as pa
from pyarrow import parquet

from pfds.checks.cells import CheckedTable
from pfds.checks.typed import as_typed
from pfds.intake.columns import as_table
from pfds.publish.arrow_schema import arrow_schema
from pfds.standard.model import Standard, Table

_GROUP_ROWS: Final = 1 << 16


class RecordCopy:
    """One file for each table in ``folder``, in the order in which the records were sent; a defective cell is empty.

    The columns have the types of the standard, or, if it is to be ``text``, are as they were sent.
    """

    def __init__(self, standard: Standard, folder: Path, *, text: bool = False) -> None:
        self._standard = standard
        self._folder = folder
        self._form: Callable[[Table, pa.Table], pa.Table] = _as_sent if text else self._typed
        self._compression = "lz4" if text else "zstd"
        self._writers: dict[str, parquet.ParquetWriter] = {}
        self._held: dict[str, list[pa.Table]] = {}

    def add(self, checked: CheckedTable) -> None:
        """Write some records, after those of the same table before them."""
        table = checked.table
        cells = as_table(checked.columns, [field.name for field in table.fields])
        held = self._held.setdefault(table.name, [])
        held.append(cells)
        if sum(part.num_rows for part in held) >= _GROUP_ROWS:
            self._write(table)

    def close(self) -> None:
        """Complete all files."""
        for name in self._held:
            self._write(self._standard.tables[name])
        for writer in self._writers.values():
            writer.close()

    def _write(self, table: Table) -> None:
        if not self._held[table.name]:
            return
        group = self._form(table, pa.concat_tables(self._held[table.name]))
        self._held[table.name].clear()
        if table.name not in self._writers:
            path = self._folder / f"{table.name}.parquet"
            self._writers[table.name] = parquet.ParquetWriter(path, group.schema, compression=self._compression)
        self._writers[table.name].write_table(group, row_group_size=_GROUP_ROWS)

    def _typed(self, table: Table, group: pa.Table) -> pa.Table:
        schema = arrow_schema(self._standard, table, table.fields)
        optional = pa.schema([field.with_nullable(True) for field in schema], schema.metadata)
        return as_typed(self._standard, table, group).cast(optional)


def _as_sent(_: Table, group: pa.Table) -> pa.Table:
    return group
