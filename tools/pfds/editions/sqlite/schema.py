"""The statements that make the tables, indexes and views of the SQLite edition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from pfds.publish.table_schema import code_columns
from pfds.standard.language import NAMES
from pfds.standard.model import Field, Standard, Table

_TYPES: Final = {"date": "DATE", "integer": "INTEGER", "number": "REAL", "boolean": "BOOLEAN"}
"""SQLite itself keeps days as text and truth values as 0 and 1; drivers go by these words."""

RELEASE_COLUMNS: Final = (
    *("version", "title", "publisher", "licence", "licence_name", "licence_page", "standard", "toolkit", "as_of"),
)
_SPOKEN: Final = tuple(f"{part}_{code}" for code in NAMES for part in ("title", "description"))
CODEBOOK_TABLES_COLUMNS: Final = ("table_name", "records", *_SPOKEN)
CODEBOOK_COLUMNS: Final = (
    *("table_name", "position", "column_name", "kind", "required"),
    *("codelist", "references_table", "references_column", "derived_from", *_SPOKEN),
)
_NUMBERS: Final = frozenset({"records", "position"})
_MAY_BE_EMPTY: Final = frozenset({"codelist", "references_table", "references_column", "derived_from"})


def tables_sql(standard: Standard) -> Iterator[str]:
    """What makes every table of the edition: the release, the codebook, the codelists, the records."""
    yield _create("release", [_plain(name) for name in RELEASE_COLUMNS[:-1]] + ['"as_of" DATE NOT NULL'])
    yield _create("codebook_tables", [_plain(name) for name in CODEBOOK_TABLES_COLUMNS], 'PRIMARY KEY ("table_name")')
    yield _create(
        "codebook",
        [_plain(name) for name in CODEBOOK_COLUMNS],
        'PRIMARY KEY ("table_name", "column_name")',
        'FOREIGN KEY ("table_name") REFERENCES "codebook_tables" ("table_name")',
    )
    for name in standard.codelists:
        yield _codelist_sql(standard, name)
    for table in standard.tables.values():
        yield _create(table.name, [_column(table, field) for field in table.released])


def codelist_columns(standard: Standard) -> tuple[str, ...]:
    """Columns of the table of a codelist: the place in the list, then those of `codelists/<name>.csv`."""
    return ("position", *code_columns(standard.languages))


def indexes_sql(table: Table) -> Iterator[str]:
    """An index on each column that points to a record, where it does."""
    for field in table.released:
        if field.kind == "id" and field.name != table.primary_key:
            some = "" if field.required else f' WHERE "{field.name}" IS NOT NULL'
            yield f'CREATE INDEX "{table.name}_{field.name}" ON "{table.name}" ("{field.name}"){some}'


def labelled_sql(table: Table) -> str:
    """The view of a table with the English label in place of each code."""
    joins = {
        field.name: (f"list_{number}", field.codelist)
        for number, field in enumerate(table.released)
        if field.codelist is not None
    }
    columns = (
        f'{joins[field.name][0]}."label_en" AS "{field.name}"' if field.name in joins else f'record."{field.name}"'
        for field in table.released
    )
    joined = "".join(
        f'\nLEFT JOIN "codelist_{codelist}" AS {alias} ON {alias}."code" = record."{name}"'
        for name, (alias, codelist) in joins.items()
    )
    return f'CREATE VIEW "{table.name}_labelled" AS\nSELECT {", ".join(columns)}\nFROM "{table.name}" AS record{joined}'


def insert_sql(table: str, columns: Sequence[str]) -> str:
    """The statement that adds a row."""
    return f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(columns))})'


def _create(name: str, columns: Iterable[str], *constraints: str) -> str:
    lines = ",\n  ".join((*columns, *constraints))
    return f'CREATE TABLE "{name}" (\n  {lines}\n)'


def _plain(name: str) -> str:
    kind = "INTEGER" if name in _NUMBERS else "BOOLEAN" if name == "required" else "TEXT"
    return f'"{name}" {kind}' + ("" if name in _MAY_BE_EMPTY else " NOT NULL")


def _codelist_sql(standard: Standard, name: str) -> str:
    points = f'TEXT REFERENCES "codelist_{name}" ("code")'
    special = {
        "code": "TEXT NOT NULL PRIMARY KEY",
        "number": "INTEGER NOT NULL UNIQUE",
        **dict.fromkeys(("label_en", "definition_en", "since"), "TEXT NOT NULL"),
        **dict.fromkeys(("parent", "replaced_by"), points),
    }
    columns = (f'"{column}" {special.get(column, "TEXT")}' for column in code_columns(standard.languages))
    return _create(f"codelist_{name}", ['"position" INTEGER NOT NULL', *columns])


def _column(table: Table, field: Field) -> str:
    parts = [f'"{field.name}" {_TYPES.get(field.kind, "TEXT")}']
    if field.required:
        parts.append("NOT NULL")
    if field.name == table.primary_key:
        parts.append("PRIMARY KEY")
    if field.kind == "boolean":
        parts.append(f'CHECK ("{field.name}" IN (0, 1))')
    if field.codelist:
        parts.append(f'REFERENCES "codelist_{field.codelist}" ("code")')
    if field.reference:
        parts.append(f'REFERENCES "{field.reference.table}" ("{field.reference.field}")')
    return " ".join(parts)
