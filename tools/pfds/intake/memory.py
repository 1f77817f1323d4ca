"""Tables that a program holds in memory, as a submission."""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import partial

import pyarrow as pa

from pfds.intake.columnar_file import ColumnarFile
from pfds.intake.columnar_form import table_columns
from pfds.intake.stream import HashedStream
from pfds.intake.tables import READ_FIRST, Submission, UnreadableInput
from pfds.standard.model import Standard
from pfds.standard.suggestions import did_you_mean, nearest

BROKEN = "its columns contradict one another"


def open_tables(tables: Mapping[str, pa.Table], standard: Standard) -> Submission:
    """A submission of tables by name; as with single files, an absent table says nothing.

    Raises UnreadableInput for a name that no table of the standard has.
    """
    for name in tables:
        if name not in standard.tables:
            near = did_you_mean(nearest(name, list(standard.tables)))
            raise UnreadableInput(f"There is no table {name}. {near or 'The tables are ' + ', '.join(standard.tables)}")
    order = [name for name in (*READ_FIRST, *standard.tables) if name in tables]
    files = tuple(TableInMemory(name, tables[name], standard) for name in dict.fromkeys(order))
    return Submission(files, complete=False)


class TableInMemory(ColumnarFile):
    """A table in memory, named as it is in the standard."""

    def __init__(self, name: str, content: pa.Table, standard: Standard) -> None:
        stream = HashedStream(io.BytesIO(), 0)
        super().__init__(stream, partial(table_columns, content), name, standard.tables[name], BROKEN)

    def sha256(self) -> None:
        """What is in memory has no bytes to hash."""
