"""What the SQL rules see: every table of the standard with typed columns, and the relations supplied beside them.

The same relations, loaded into another engine, let that engine run the same rules: see docs/rules.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import pyarrow as pa

from pfds.checks.keys import sent
from pfds.checks.laying import GIVEN, ROW
from pfds.standard.model import Field, Standard, Table

SUPPLIED: Final = (
    "records",
    "record_languages",
    "record_references",
    "defective_cells",
    "standard_fields",
    "standard_codes",
    "claim_values",
    "derived_values",
    "name_mentions",
    "run",
)


def cells(table: str) -> str:
    """Name of the relation of a table's cells as text, of which those that say nothing are null."""
    return f"cells_{table}"


def cells_view(table: Table, columns: Iterable[str], repeated: str | None, lost: Mapping[str, str]) -> str:
    """Statement for the cells of a table: repeated identifiers and references to nothing are null.

    ``lost`` maps a field to the relation of the records that point to nothing there.
    """
    nulled = {**lost, **({table.primary_key: repeated} if repeated else {})}
    nulled.pop("subject_id", None)
    select = ", ".join(
        f"CASE WHEN n_{name}.{ROW} IS NULL THEN s.{name} END AS {name}" if name in nulled else f"s.{name}"
        for name in columns
    )
    joins = "".join(f" LEFT JOIN {each} AS n_{name} ON n_{name}.{ROW} = s.{ROW}" for name, each in nulled.items())
    return f"SELECT {select} FROM {sent(table.name)} AS s{joins}"


def typed_view(table: Table, columns: Iterable[str]) -> str:
    """Statement for a table as rules see it: integers and numbers typed, all else text."""
    types = {"integer": "BIGINT", "number": "DOUBLE"}
    kinds = {field.name: field.kind for field in table.fields}
    select = ", ".join(
        f"TRY_CAST({name} AS {types[kinds[name]]}) AS {name}" if kinds.get(name) in types else name
        for name in columns
        if not name.startswith(GIVEN)
    )
    return f"SELECT {select} FROM {cells(table.name)}"


def records_view(repeated: Mapping[str, str]) -> str:
    """Statement for `records`: every record whose identifier is known and stands first."""
    apart = apart_from(repeated, "s")
    return (
        f"SELECT s.subject_table, s.subject_id, s.disclosure, s.record_status FROM sent_records AS s WHERE true{apart}"
    )


def apart_from(repeated: Mapping[str, str], alias: str) -> str:
    """Condition that leaves out the records whose identifier stands earlier already."""
    return "".join(
        f" AND NOT ({alias}.subject_table = '{table}' AND {alias}.{ROW} IN (SELECT {ROW} FROM {name}))"
        for table, name in repeated.items()
    )


def record_references_view(fields: Iterable[tuple[Table, Field]]) -> str:
    """Statement for `record_references`: every reference that is not empty."""
    pointing = ((table, field, field.reference.table) for table, field in fields if field.reference)
    return _in_long_form(
        ((table, field, {"target_table": f"'{target}'", "target_id": field.name}) for table, field, target in pointing),
        ("target_table", "target_id"),
    )


def record_languages_view(fields: Iterable[tuple[Table, Field]]) -> str:
    """Statement for `record_languages`: every language tag."""
    tagged = ((table, field) for table, field in fields if field.kind == "language")
    return _in_long_form(((table, field, {"lang": field.name}) for table, field in tagged), ("lang",))


def derived_values_view(fields: Iterable[tuple[Table, Field]]) -> str:
    """Statement for `derived_values`: derived columns that were sent, beside what they should be."""
    return _in_long_form(
        ((table, field, {"given_value": GIVEN + field.name, "computed_value": field.name}) for table, field in fields),
        ("given_value", "computed_value"),
    )


def _in_long_form(fields: Iterable[tuple[Table, Field, Mapping[str, str]]], columns: tuple[str, ...]) -> str:
    """Statement for one row for each cell, or each derived value given, that is not empty."""
    return _union(
        (
            f"SELECT '{table.name}' AS subject_table, {table.primary_key} AS subject_id, '{field.name}' AS"
            f" subject_field, {', '.join(f'{value} AS {name}' for name, value in own.items())}"
            f" FROM {cells(table.name)} WHERE {table.primary_key} IS NOT NULL"
            f" AND {own.get('given_value', field.name)} IS NOT NULL"
            for table, field, own in fields
        ),
        ("subject_table", "subject_id", "subject_field", *columns),
    )


def defective_cells_view(
    repeated: Mapping[str, str], lost: Mapping[tuple[str, str], str], keys: Mapping[str, str]
) -> str:
    """Statement for `defective_cells`: cells found defective, and references to nothing."""
    apart = apart_from(repeated, "d")
    found = f"SELECT d.subject_table, d.subject_id, d.subject_field FROM sent_defective_cells AS d WHERE true{apart}"
    return " UNION ALL ".join(
        [
            found,
            *(
                f"SELECT '{table}', {keys[table]}, '{field}' FROM {name} WHERE {keys[table]} IS NOT NULL"
                for (table, field), name in lost.items()
            ),
        ]
    )


def _union(selects: Iterable[str], columns: tuple[str, ...]) -> str:
    nothing = ", ".join(f"CAST(NULL AS VARCHAR) AS {name}" for name in columns)
    return " UNION ALL ".join(selects) or f"SELECT {nothing} WHERE false"


def standard_fields(standard: Standard) -> pa.Table:
    """The relation `standard_fields`."""
    rows = [(table.name, field) for table in standard.tables.values() for field in table.fields]
    return pa.table(
        {
            "subject_table": [name for name, _ in rows],
            "subject_field": [field.name for _, field in rows],
            "field_kind": [field.kind for _, field in rows],
            "disclosure": [field.disclosure for _, field in rows],
            "is_required": [str(field.required).lower() for _, field in rows],
        }
    )


def standard_codes(standard: Standard) -> pa.Table:
    """The relation `standard_codes`."""
    rows = [(codelist.name, code) for codelist in standard.codelists.values() for code in codelist.codes]
    return pa.table({"codelist": [name for name, _ in rows], "code": [code for _, code in rows]})


def fields_of(tables: Iterable[Table]) -> Iterator[tuple[Table, Field]]:
    """Every field of the tables, each with its table."""
    return ((table, field) for table in tables for field in table.fields)
