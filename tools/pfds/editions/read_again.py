"""Editions that hold the records of a release, read again and compared with its typed tables."""

from __future__ import annotations

import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import IO, Final

import pyarrow as pa
from pyarrow import csv, parquet

from pfds.editions.archives import SUMS, archive_paths, packed_files
from pfds.editions.flat.columns import FLAT, flat_table
from pfds.editions.flat.files import flat_path, text_of
from pfds.editions.public import BATCH_ROWS, Public
from pfds.editions.sqlite.files import SQLITE, records
from pfds.editions.stata import stata_batches, stata_path
from pfds.editions.xlsx.files import WORKBOOK, has_workbook
from pfds.editions.xlsx.read_again import is_same_in_workbook
from pfds.forms.rows import Rows, first_difference
from pfds.standard.model import Table

_CHUNK: Final = 1 << 20


def written_otherwise(public: Public) -> Iterator[str]:
    """Paths of the editions that do not hold what the tables of the release hold."""
    yield from _stata(public)
    yield from _flat(public)
    if not _is_same_in_sqlite(public):
        yield SQLITE
    if has_workbook(public.rows) and not is_same_in_workbook(public):
        yield WORKBOOK
    for form, path in archive_paths(public.about).items():
        if not _holds_the_files(public.folder, path, packed_files(public.folder, form)):
            yield path


def _is_same_in_sqlite(public: Public) -> bool:
    with closing(sqlite3.connect(f"{(public.folder / SQLITE).absolute().as_uri()}?mode=ro", uri=True)) as database:
        for name in public.rows:
            table = public.standard.tables[name]
            columns = [field.name for field in table.released]
            found = database.execute(f"SELECT {', '.join(columns)} FROM {name} ORDER BY {table.primary_key}")
            wanted = records(public, name, columns)
            if any(row != found.fetchone() for row in wanted) or found.fetchone() is not None:
                return False
    return True


def _stata(public: Public) -> Iterator[str]:
    for name in public.rows:
        path = stata_path(name)
        if (public.folder / path).is_file():
            wanted = Rows(stata_batches(public, public.standard.tables[name]))
            if not _are_same(wanted, _in_stata(public.folder / path)):
                yield path


def _in_stata(path: Path) -> Iterator[pa.Table]:
    import pyreadstat

    for found, _ in pyreadstat.read_file_in_chunks(
        pyreadstat.read_dta, path, chunksize=BATCH_ROWS, output_format="polars"
    ):
        yield found.to_arrow()


def _are_same(wanted: Rows, found: Iterator[pa.Table]) -> bool:
    for piece in found:
        rows = wanted.take(piece.num_rows)
        if rows is None or not _is_same(rows, piece):
            return False
    return not wanted.are_left()


def _is_same(wanted: pa.Table, found: pa.Table) -> bool:
    return wanted.column_names == found.column_names and all(
        first_difference(column, found.column(name).cast(column.type)) is None
        for name, column in zip(wanted.column_names, wanted.columns, strict=True)
    )


def _flat(public: Public) -> Iterator[str]:
    for name in FLAT:
        table = flat_table(public.standard, name)
        if not _is_same_as_csv(public.folder, table):
            yield flat_path(name, "csv")


def _is_same_as_csv(folder: Path, table: Table) -> bool:
    with parquet.ParquetFile(folder / flat_path(table.name, "parquet")) as file:
        wanted = Rows(text_of(table, batch) for batch in file.iter_batches(BATCH_ROWS))
        return _are_same(wanted, _cells(folder / flat_path(table.name, "csv"), [field.name for field in table.fields]))


def _cells(path: Path, names: list[str]) -> Iterator[pa.Table]:
    """The records of a CSV file as text, read as others read it; nothing is a null but an empty cell."""
    with csv.open_csv(
        path,
        csv.ReadOptions(use_threads=False, block_size=_CHUNK),
        csv.ParseOptions(newlines_in_values=True),
        csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), null_values=[""], strings_can_be_null=True),
    ) as reader:
        yield from (pa.Table.from_batches([batch]) for batch in reader if batch.num_rows)


def _holds_the_files(folder: Path, path: str, names: list[str]) -> bool:
    with zipfile.ZipFile(folder / path) as archive:
        if sorted(archive.namelist()) != sorted([*names, SUMS]):
            return False
        for name in names:
            with archive.open(name) as packed, (folder / name).open("rb") as file:
                if not _is_same_stream(packed, file):
                    return False
    return True


def _is_same_stream(one: IO[bytes], other: IO[bytes]) -> bool:
    while chunk := one.read(_CHUNK):
        if chunk != other.read(len(chunk)):
            return False
    return not other.read(1)
