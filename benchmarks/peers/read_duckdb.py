"""Floor: DuckDB reads every cell of every CSV file as text and adds up the lengths of each column."""

import tempfile
from pathlib import Path

import duckdb

from benchmarks.peers.outcome import report
from benchmarks.standard import tables_in


def read(folder: Path) -> int:
    connection = duckdb.connect(config={"temp_directory": tempfile.gettempdir()})
    for path in tables_in(folder).values():
        connection.sql(
            "SELECT sum(strlen(COLUMNS(*))) FROM read_csv(?, all_varchar = true, header = true)", params=[str(path)]
        ).fetchall()
    return 0


if __name__ == "__main__":
    report(read)
