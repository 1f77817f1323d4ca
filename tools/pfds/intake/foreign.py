"""Files that were made for another purpose, told by the names of their columns."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

from pfds.standard.findings import Finding
from pfds.standard.model import Standard, Table
from pfds.standard.phrase import Phrase

_FEW: Final = 5
"""Unknown columns below which a file may be one of ours with mistakes in its header."""
_SHARE: Final = 0.2
"""Share of known columns up to which a file is taken for one of another form."""
_OURS: Final = 0.5
_PEEK: Final = 65_536
"""Bytes at the beginning of a file that are looked at."""


def foreign_columns(known: Collection[str], columns: int, table: Table) -> Phrase | None:
    """Words for a header with so many ``columns``, of which only the ``known`` are of the table; None if that is not
    so few that the file must be another one: then each unknown and missing column is worth telling."""
    if table.primary_key in known or not _is_foreign(len(known), columns):
        return None
    return Phrase(
        "This looks like a file made for another purpose, not like the table {table}. Columns in the file: {columns}."
        " Known among them: {known}. All columns of the table: pfds explain {table}.",
        table=table.name,
        columns=columns,
        known=len(known),
    )


def table_meant(finding: Finding, path: Path, standard: Standard) -> Finding:
    """The finding of a CSV file that is not named after a table, with what its columns say about it, if they do."""
    names = _names(path)
    shared = {table.name: sum(name in table.by_name for name in names) for table in standard.tables.values()}
    best = max(shared, key=lambda name: shared[name])
    if _is_foreign(shared[best], len(names)):
        words = Phrase(
            "Its columns are not those of any table: it looks like a file made for another purpose. Columns in the"
            " file: {columns}. At most known to a table: {known}. The tables are: {tables}.",
            columns=len(names),
            known=shared[best],
            tables=", ".join(standard.tables),
        )
    elif standard.tables[best].primary_key in names and shared[best] >= _OURS * len(names):
        words = Phrase("Its columns are those of the table {table}: name it {table}.csv.", table=best)
    else:
        return finding
    return finding._replace(facts={**finding.facts, "suggestion": words})


def _is_foreign(known: int, columns: int) -> bool:
    return columns - known >= _FEW and known <= _SHARE * columns


def _names(path: Path) -> Sequence[str]:
    """Names in the first row of a CSV file; none if it cannot be read as such."""
    try:
        with path.open("rb") as file:
            first = file.read(_PEEK).decode("utf-8-sig", "replace")
        line = re.split(r"\r?\n|\r", first, maxsplit=1)[0]
        separator = max(",;\t", key=line.count)
        return next(csv.reader([line], delimiter=separator), [])
    except (OSError, csv.Error):
        return []
