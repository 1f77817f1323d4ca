"""pyarrow alone: reads the CSV files with typed columns and writes them as Parquet, without any check."""

import os
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

from benchmarks.peers.outcome import report
from benchmarks.standard import fields, tables_in

_TYPES: Final = {"integer": pa.int32(), "number": pa.float64(), "boolean": pa.bool_(), "date": pa.date32()}
_CODES: Final = pa.dictionary(pa.int32(), pa.string())


def write(folder: Path) -> int:
    """Writes next to the temporary files, where the disk that it needs is counted."""
    target = Path(os.environ["TMPDIR"])
    for table, path in tables_in(folder).items():
        reader = open_typed(table, path)
        with pq.ParquetWriter(target / f"{table}.parquet", reader.schema, compression="zstd") as writer:
            for batch in reader:
                writer.write_batch(batch)
    return 0


def open_typed(table: str, path: Path) -> csv.CSVStreamingReader:
    """The records of a table, read with the types of the standard."""
    return csv.open_csv(
        path,
        read_options=csv.ReadOptions(block_size=4 << 20),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            column_types=_types(table), strings_can_be_null=True, null_values=[""], include_missing_columns=True
        ),
    )


def _types(table: str) -> dict[str, pa.DataType]:
    return {
        field["name"]: _CODES if "enum" in field["constraints"] else _TYPES.get(field["type"], pa.string())
        for field in fields(table)
    }


if __name__ == "__main__":
    report(write)
