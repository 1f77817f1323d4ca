"""All records of a dataset as text, in a database that keeps to its memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from pfds.checks.database import Database
from pfds.standard.model import Standard

MEMORY_MIB: Final = 384


def sent(name: str) -> str:
    """The relation of all records of a table, with every field of the standard."""
    return f"sent_{name}"


@contextmanager
def opened(standard: Standard, folder: Path, scratch: Path) -> Iterator[Database]:
    """The dataset whose text lies in a folder, a Parquet file for each table that has records.

    What does not fit into memory goes to ``scratch``, which is private.
    """
    database = Database(scratch, MEMORY_MIB, reads=folder)
    try:
        for name, table in standard.tables.items():
            path = folder / f"{name}.parquet"
            if path.is_file():
                database.relate(sent(name), path)
            else:
                columns = ", ".join(f"NULL::VARCHAR AS {field.name}" for field in table.fields)
                database.view(sent(name), f"SELECT {columns} LIMIT 0")
        yield database
    finally:
        database.close()
