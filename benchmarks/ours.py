"""Parts of our own work, measured apart from the rest: `python -m benchmarks.part MODE PATH`.

`cells-keys` checks cells, keys and references and leaves out the rules; `parquet` validates in full and writes the
typed tables as Parquet next to the temporary files, in one pass over the input; `tables` reads text and writes the CSV
and Parquet files of a release, with derived dates and hashes, without any check; `release` builds a whole release.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final

import pyarrow as pa
from pyarrow import csv

import pfds
from benchmarks.standard import tables_in
from pfds.cli import cli
from pfds.editions.about import About
from pfds.standard.load import load_standard
from pfds.standard.model import Table

PFDS: Final = load_standard()


def cells_and_keys(path: Path) -> int:
    """Number of findings of cells, keys and references; PATH is a folder or one file."""
    return _errors(pfds.validate(path, rules=False, max_findings=1000))


def validate_to_parquet(path: Path) -> int:
    """Number of findings, with one Parquet file for each table written to the folder of temporary files."""
    return _errors(pfds.validate(path, max_findings=1000, parquet=tempfile.gettempdir()))


def write_tables(path: Path) -> int:
    """Writes the CSV and the Parquet file of each table as a release has them; there are no findings."""
    from pfds.editions.tables import write_table  # noqa: PLC0415 - loads what the other parts do without

    about = About("2026.1.0", PFDS.version, date(2026, 1, 1), "Made-up records", "Nobody", "CC0-1.0")
    for name, file in tables_in(path).items():
        write_table(PFDS, about, PFDS.tables[name], _text(PFDS.tables[name], file), Path(tempfile.gettempdir()))
    return 0


def build_release(path: Path) -> int:
    """Builds a release, as the command does, in a store next to the temporary files."""
    store = Path(tempfile.gettempdir()) / "store"
    cli(["release", "build", str(path), "--store", str(store), "--version", "2026.1.0"], standalone_mode=False)
    return 0


def _text(table: Table, path: Path) -> Iterator[pa.RecordBatch]:
    names = [field.name for field in table.fields if field.disclosure == "public"]
    yield from csv.open_csv(
        path,
        read_options=csv.ReadOptions(block_size=4 << 20),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            include_columns=names,
            include_missing_columns=True,
            strings_can_be_null=True,
            null_values=[""],
        ),
    )


def _errors(result: pfds.Validation) -> int:
    return result.counts["error"]


MODES: Final[Mapping[str, Callable[[Path], int]]] = {
    "cells-keys": cells_and_keys,
    "parquet": validate_to_parquet,
    "tables": write_tables,
    "release": build_release,
}
