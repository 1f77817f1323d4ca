"""pyarrow alone: reads the CSV files with typed columns and writes them as CSV and as Parquet, without any check."""

import os
from pathlib import Path

import pyarrow.parquet as pq
from pyarrow import csv

from benchmarks.peers.outcome import report
from benchmarks.peers.write_parquet import open_typed
from benchmarks.standard import tables_in


def write(folder: Path) -> int:
    """Writes next to the temporary files, where the disk that it needs is counted."""
    target = Path(os.environ["TMPDIR"])
    for table, path in tables_in(folder).items():
        reader = open_typed(table, path)
        with (
            pq.ParquetWriter(target / f"{table}.parquet", reader.schema, compression="zstd") as typed,
            csv.CSVWriter(target / f"{table}.csv", reader.schema) as text,
        ):
            for batch in reader:
                typed.write_batch(batch)
                text.write_batch(batch)
    return 0


if __name__ == "__main__":
    report(write)
