"""Floor: polars reads every cell of every CSV file as text and adds up the lengths of each column."""

from pathlib import Path

import polars as pl

from benchmarks.peers.outcome import report
from benchmarks.standard import tables_in


def read(folder: Path) -> int:
    for path in tables_in(folder).values():
        scan = pl.scan_csv(path, infer_schema=False)
        scan.select(pl.all().str.len_bytes().sum()).collect(engine="streaming")
    return 0


if __name__ == "__main__":
    report(read)
