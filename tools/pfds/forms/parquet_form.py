"""Records as Parquet, typed as the published schema has them."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from pfds.checks.typed import as_typed
from pfds.forms.staged import StagedTable
from pfds.publish.arrow_schema import arrow_schema
from pfds.standard.model import Standard


def write_parquet_table(standard: Standard, staged: StagedTable, path: Path) -> None:
    """One table; its numbers and truth values must be sound. Any cell may be empty."""
    schema = arrow_schema(standard, staged.table, staged.fields)
    optional = pa.schema([field.with_nullable(True) for field in schema], schema.metadata)
    with parquet.ParquetWriter(path, optional, compression="zstd") as writer:
        for batch in staged.batches():
            typed = as_typed(standard, staged.table, pa.Table.from_batches([batch]))
            writer.write_table(typed.cast(optional))
