"""Floor: Arrow reads every cell of every CSV file as text, in blocks of 4 MB, and keeps none of it."""

from pathlib import Path

import pyarrow as pa
from pyarrow import csv

from benchmarks.peers.outcome import report
from benchmarks.standard import fields, tables_in


def read(folder: Path) -> int:
    for table, path in tables_in(folder).items():
        reader = csv.open_csv(
            path,
            read_options=csv.ReadOptions(block_size=4 << 20),
            parse_options=csv.ParseOptions(newlines_in_values=True),
            convert_options=csv.ConvertOptions(column_types={field["name"]: pa.string() for field in fields(table)}),
        )
        for _batch in reader:
            pass
    return 0


if __name__ == "__main__":
    report(read)
