"""The public tables of a release and the facts of it: all that the editions of a release are made from.

This floor knows neither the dataset nor what was kept back, so that nothing made here can hold any of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from pfds.checks.database import Database
from pfds.editions.about import About
from pfds.standard.model import Standard

BATCH_ROWS = 1 << 15


@dataclass(frozen=True, slots=True)
class Public:
    """A release whose tables are written: ``folder`` holds `data/`, `parquet/` and the descriptions of both.

    ``rows`` are the numbers of records by table, in the order of the standard; ``before`` is the folder of the
    release before, if there is one.
    """

    standard: Standard
    about: About
    folder: Path
    rows: Mapping[str, int]
    before: Path | None = None

    def parquet(self, table: str) -> Path:
        """The typed table, ordered by identifier: its columns are ``standard.tables[table].released``."""
        return self.folder / "parquet" / f"{table}.parquet"

    def batches(self, table: str, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """The typed records of a table, some at a time; codes are dictionaries."""
        with parquet.ParquetFile(self.parquet(table)) as file:
            yield from file.iter_batches(BATCH_ROWS, columns=columns and list(columns))

    @contextmanager
    def database(self, scratch: Path) -> Iterator[Database]:
        """DuckDB that knows every table by its name, keeps to a few hundred MB and puts the rest into ``scratch``."""
        database = Database(scratch, reads=self.folder, threads=1)
        try:
            for name in self.rows:
                database.relate(name, self.parquet(name))
            yield database
        finally:
            database.close()
