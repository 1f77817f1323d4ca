"""The SQLite edition of a release: one file with every table, its keys, its codes and what all of it means."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from pfds import __version__
from pfds.editions.about import About
from pfds.editions.codebook.words import titled
from pfds.editions.public import Public
from pfds.editions.sqlite.schema import (
    CODEBOOK_COLUMNS,
    CODEBOOK_TABLES_COLUMNS,
    RELEASE_COLUMNS,
    codelist_columns,
    indexes_sql,
    insert_sql,
    labelled_sql,
    tables_sql,
)
from pfds.publish.dictionary import codelist_csv
from pfds.standard.language import all_languages
from pfds.standard.messages import in_language
from pfds.standard.model import Standard

SQLITE: Final = "sqlite/pfds.sqlite"
"""Path of the edition within a release."""

APPLICATION_ID: Final = int.from_bytes(b"PFDS", "big")
_CACHE_KIB: Final = 64 * 1024
_ROWS_AS_OBJECTS: Final = 4_096
"""Python's objects take ten times the memory of the columns that they come from."""


def write_sqlite(public: Public, target: Path) -> None:
    """The edition as a new file, in one transaction; `user_version` is the version of the standard, 1.2.3 as 1002003.

    The bytes are those of one version of SQLite: bytes 96 to 99 of the file are its number. Raises ValueError if a
    record refers to one that is not in the release, or has a code that is not in its list.
    """
    path = target / SQLITE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(exist_ok=False)
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        for setting in _settings(public.standard):
            database.execute(f"PRAGMA {setting}").close()
        database.execute("BEGIN")
        for statement in tables_sql(public.standard):
            database.execute(statement)
        _fill(database, public)
        for table in public.standard.tables.values():
            for statement in (*indexes_sql(table), labelled_sql(table)):
                database.execute(statement)
        _check_references(database)
        database.execute("COMMIT")


def _settings(standard: Standard) -> Iterator[str]:
    """No journal, since a file that was not finished is thrown away; references are checked when all rows are in."""
    major, minor, patch = (int(part) for part in standard.version.split("."))
    yield from ("page_size = 4096", "encoding = 'UTF-8'", "auto_vacuum = NONE")
    yield f"application_id = {APPLICATION_ID}"
    yield f"user_version = {major * 1_000_000 + minor * 1_000 + patch}"
    yield from ("journal_mode = OFF", "synchronous = OFF", "foreign_keys = OFF", f"cache_size = -{_CACHE_KIB}")


def _fill(database: sqlite3.Connection, public: Public) -> None:
    standard = public.standard
    database.execute(insert_sql("release", RELEASE_COLUMNS), _release(public.about))
    database.executemany(insert_sql("codebook_tables", CODEBOOK_TABLES_COLUMNS), _codebook_tables(public))
    database.executemany(insert_sql("codebook", CODEBOOK_COLUMNS), _codebook(standard))
    for name in standard.codelists:
        insert = insert_sql(f"codelist_{name}", codelist_columns(standard))
        database.executemany(insert, _codes(standard, name))
    for name in public.rows:
        columns = [field.name for field in standard.tables[name].released]
        database.executemany(insert_sql(name, columns), records(public, name, columns))


def records(public: Public, table: str, columns: list[str]) -> Iterator[tuple[Any, ...]]:
    """The rows of a table as they are given to SQLite, by identifier."""
    for batch in public.batches(table, columns):
        for start in range(0, batch.num_rows, _ROWS_AS_OBJECTS):
            part = batch.slice(start, _ROWS_AS_OBJECTS)
            yield from zip(*(_values(part.column(column)) for column in columns), strict=True)


def _values(column: pa.Array) -> list[Any]:
    """A column as Python's objects. Text, days and codes go by way of NumPy, which makes them many times faster."""
    if pa.types.is_floating(column.type) or pa.types.is_integer(column.type) or pa.types.is_boolean(column.type):
        return column.to_pylist()  # type: ignore[no-any-return]
    return pc.cast(column, pa.string()).to_numpy(zero_copy_only=False).tolist()  # type: ignore[no-any-return]


def _release(about: About) -> tuple[str, ...]:
    name, page = about.licence_page
    terms = (about.title, about.publisher, about.licence, name, page)
    return (about.version, *terms, about.standard, __version__, about.as_of.isoformat())


def _codebook_tables(public: Public) -> Iterator[tuple[Any, ...]]:
    spoken = [in_language(public.standard, language) for language in all_languages()]
    for name, rows in public.rows.items():
        tables = [standard.tables[name] for standard in spoken]
        yield name, rows, *(text for table in tables for text in (table.plural, table.description))


def _codebook(standard: Standard) -> Iterator[tuple[Any, ...]]:
    for name, table in standard.tables.items():
        for position, field in enumerate(table.released, 1):
            points = (field.reference.table, field.reference.field) if field.reference else (None, None)
            known = (field.kind, field.required, field.codelist, *points, field.derived_from)
            words = (text for language in all_languages() for text in titled(standard, language, name, field))
            yield name, position, field.name, *known, *words


def _codes(standard: Standard, name: str) -> Iterator[tuple[Any, ...]]:
    rows = csv.reader(io.StringIO(codelist_csv(standard, standard.codelists[name]), newline=""))
    next(rows)
    for position, row in enumerate(rows, 1):
        yield position, *(cell or None for cell in row)


def _check_references(database: sqlite3.Connection) -> None:
    broken = database.execute("PRAGMA foreign_key_check").fetchone()
    if broken:
        raise ValueError(f"A record of the table {broken[0]} refers to something in {broken[2]} that is not there.")
