"""All records of a dataset as text, in a database that keeps to its memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Final

import pyarrow as pa

from pfds.checks.database import Database
from pfds.release.conditions import every
from pfds.standard.model import Standard, Table

_CELLS_AT_ONCE: Final = 1 << 18
_ONE_ID_IN: Final = 256


def sent(name: str) -> str:
    """The relation of all records of a table, with every field of the standard."""
    return f"sent_{name}"


def public(name: str) -> str:
    """The relation of the public part of a table: its public fields as text."""
    return f"public_{name}"


@contextmanager
def opened(standard: Standard, folder: Path, scratch: Path) -> Iterator[Database]:
    """The dataset whose text lies in a folder, a Parquet file for each table that has records.

    What does not fit into memory goes to ``scratch``, which is private.
    """
    database = Database(scratch, reads=folder, threads=1)
    try:
        for name, table in standard.tables.items():
            path = folder / f"{name}.parquet"
            if path.exists():
                database.relate(sent(name), path)
            else:
                columns = ", ".join(f"NULL::VARCHAR AS {field.name}" for field in table.fields)
                database.view(sent(name), f"SELECT {columns} LIMIT 0")
        yield database
    finally:
        database.close()


def in_order(dataset: Database, table: Table, relation: str) -> Iterator[pa.RecordBatch]:
    """The rows of a relation by the identifiers of a table, whose identifiers or some of them it has.

    They are sorted some at a time: DuckDB takes several times the memory that it was given to sort many wide rows. Of a
    dataset that is in order already each part is read once, of another one as often as there are parts.
    """
    key = table.primary_key
    for after, before in pairwise((None, *_cuts(dataset, table), None)):
        bounds = {f"{key} >= ?": after, f"{key} < ?": before}
        bounds = {condition: bound for condition, bound in bounds.items() if bound is not None}
        select = f"SELECT * FROM {relation} WHERE {every(bounds)} ORDER BY {key}"
        yield from dataset.stream(select, parameters=list(bounds.values()))


def _cuts(dataset: Database, table: Table) -> list[str]:
    """Identifiers that cut the rows of a table into parts of about equal size, found from a sample."""
    key, relation = table.primary_key, sent(table.name)
    (rows,) = dataset.row(f"SELECT COUNT(*) FROM {relation}")
    parts = rows * len(table.fields) // _CELLS_AT_ONCE + 1
    sampled = f"SELECT {key} FROM {relation} WHERE hash({key}) % {_ONE_ID_IN} = 0 ORDER BY {key}"
    sample = [found for (found,) in dataset.rows(sampled)] if parts > 1 else []
    return sorted({sample[len(sample) * part // parts] for part in range(1, parts)}) if sample else []
