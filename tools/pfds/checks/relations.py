"""What the SQL rules see: every table of the standard with typed columns, and the relations supplied beside them.

The same relations, loaded into another engine, let that engine run the same rules: see docs/rules.md.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from pfds.checks.cells import CheckedTable
from pfds.checks.dates import column_bounds, map_distinct
from pfds.checks.kernels import as_integers, as_numbers, bad_cells
from pfds.standard.model import Field, Standard, Table

Relations = Mapping[str, pa.Table]
SUPPLIED = (
    "records",
    "record_values",
    "defective_cells",
    "record_references",
    "standard_fields",
    "standard_codes",
    "claim_values",
    "derived_values",
    "run",
)
_NOT_WORD = re.compile(r"[\W_]+")


def build_relations(
    standard: Standard, parts: Sequence[CheckedTable], as_of: date | None, wanted: frozenset[str]
) -> dict[str, pa.Table]:
    """The relations by name, those of ``wanted`` only; absent tables are there, empty.

    Ids, codes, text, dates and booleans are text as in a cell, integers int64, numbers float64; for every
    EDTF field `x` there are `x_earliest` and `x_latest`. ``wanted`` are the identifiers that the rules read.
    """
    cells = {table.name: _cells(table, parts) for table in standard.tables.values()}
    relations = {name: _typed(standard.tables[name], content) for name, content in cells.items() if name in wanted}
    supplied: Mapping[str, Callable[[], pa.Table]] = {
        "records": lambda: _records(standard, cells),
        "record_values": lambda: _record_values(standard, cells, "folded_value" in wanted),
        "defective_cells": lambda: _defective_cells(parts),
        "record_references": lambda: _record_references(standard, cells),
        "standard_fields": lambda: _standard_fields(standard),
        "standard_codes": lambda: _standard_codes(standard),
        "claim_values": lambda: _claim_values(standard, cells["claims"]),
        "derived_values": lambda: _derived_values(standard, cells),
    }
    relations |= {name: build() for name, build in supplied.items() if name in wanted}
    if as_of is not None:
        relations["run"] = pa.table({"as_of": pa.array([as_of.isoformat()])})
    return relations


def fold(text: str) -> str:
    """Text for comparison: no case, no diacritics, words parted by single spaces, a space at both ends."""
    bare = "".join(char for char in unicodedata.normalize("NFKD", text) if unicodedata.category(char) != "Mn")
    return f" {_NOT_WORD.sub(' ', bare.casefold()).strip()} "


def _cells(table: Table, parts: Iterable[CheckedTable]) -> pa.Table:
    """All records of a table as text, from whichever files, with every field and the derived columns sent."""
    own = [part.cells for part in parts if part.table is table]
    if not own:
        return pa.table({field.name: pa.array([], pa.string()) for field in table.fields})
    return pa.concat_tables(own, promote_options="default").combine_chunks()


def _typed(table: Table, cells: pa.Table) -> pa.Table:
    columns: dict[str, pa.Array] = {}
    for field in table.fields:
        text = _column(cells, field.name)
        columns[field.name] = _as_kind(field, text)
        if field.kind == "edtf":
            earliest, latest = column_bounds(text)
            columns[f"{field.name}_earliest"], columns[f"{field.name}_latest"] = earliest, latest
    return pa.table(columns)


def _as_kind(field: Field, text: pa.StringArray) -> pa.Array:
    if field.kind == "integer":
        return as_integers(text)
    return as_numbers(text) if field.kind == "number" else text


def _column(cells: pa.Table, name: str) -> pa.StringArray:
    column = cells.column(name)
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _records(standard: Standard, cells: Mapping[str, pa.Table]) -> pa.Table:
    def rows(table: Table, content: pa.Table) -> pa.Table:
        absent = pa.nulls(len(content), pa.string())
        return pa.table(
            {
                "subject_table": _constant(table.name, len(content)),
                "subject_id": _column(content, table.primary_key),
                **{
                    name: _column(content, name) if name in content.column_names else absent
                    for name in ("disclosure", "record_status")
                },
            }
        ).filter(pc.field("subject_id").is_valid())

    return pa.concat_tables(rows(standard.tables[name], content) for name, content in cells.items())


def _record_values(standard: Standard, cells: Mapping[str, pa.Table], folded: bool) -> pa.Table:
    def columns(field: Field, content: pa.Table) -> dict[str, pa.Array]:
        value = _column(content, field.name)
        more = {"folded_value": map_distinct(value, fold)} if folded else {}
        return {"field_kind": _constant(field.kind, len(content)), "field_value": value, **more}

    fields = [(table, field) for table in standard.tables.values() for field in table.by_name.values()]
    return _long_form(cells, fields, columns, "field_value")


def _defective_cells(parts: Iterable[CheckedTable]) -> pa.Table:
    """The cells that are empty here because they are defective, of records whose identifier is known."""
    text = pa.string()
    schema = pa.schema([("subject_table", text), ("subject_id", text), ("subject_field", text)])
    pieces = [schema.empty_table()]
    for part in parts:
        for name, flags in part.defective.items():
            ids = part.keys.filter(pa.array(flags)).drop_null()
            columns = [_constant(part.table.name, len(ids)), ids, _constant(name, len(ids))]
            pieces.append(pa.table(columns, schema=schema))
    return pa.concat_tables(pieces)


def _record_references(standard: Standard, cells: Mapping[str, pa.Table]) -> pa.Table:
    def columns(field: Field, content: pa.Table) -> dict[str, pa.Array]:
        target = field.reference.table if field.reference else ""
        return {"target_table": _constant(target, len(content)), "target_id": _column(content, field.name)}

    fields = [(table, field) for table in standard.tables.values() for field in table.fields if field.reference]
    return _long_form(cells, fields, columns, "target_id")


def _derived_values(standard: Standard, cells: Mapping[str, pa.Table]) -> pa.Table:
    def columns(field: Field, content: pa.Table) -> dict[str, pa.Array]:
        bounds = column_bounds(_column(content, field.derived_from or ""))
        computed = bounds[0] if field.name.endswith("_earliest") else bounds[1]
        return {"given_value": _column(content, field.name), "computed_value": computed}

    fields = [(table, field) for table in standard.tables.values() for field in table.derived]
    return _long_form(cells, fields, columns, "given_value")


def _long_form(
    cells: Mapping[str, pa.Table],
    fields: Iterable[tuple[Table, Field]],
    columns: Callable[[Field, pa.Table], dict[str, pa.Array]],
    value: str,
) -> pa.Table:
    """One row for each non-empty cell of the fields: whose it is, and the columns that ``columns`` makes of it."""
    pieces: list[pa.Table] = []
    for table, field in fields:
        content = cells[table.name]
        if field.name not in content.column_names:
            content = content.slice(0, 0).append_column(field.name, pa.array([], pa.string()))
        piece = pa.table(
            {
                "subject_table": _constant(table.name, len(content)),
                "subject_id": _column(content, table.primary_key),
                "subject_field": _constant(field.name, len(content)),
                **columns(field, content),
            }
        )
        pieces.append(piece.filter(pc.field(value).is_valid() & pc.field("subject_id").is_valid()))
    return pa.concat_tables(pieces)


def _standard_fields(standard: Standard) -> pa.Table:
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


def _standard_codes(standard: Standard) -> pa.Table:
    rows = [(codelist.name, code) for codelist in standard.codelists.values() for code in codelist.codes]
    return pa.table({"codelist": [name for name, _ in rows], "code": [code for _, code in rows]})


def _claim_values(standard: Standard, claims: pa.Table) -> pa.Table:
    """Each claimed value read as the field that it is about: whether the field accepts it, and its bounds."""
    text = pa.string()
    schema = pa.schema([("claim_id", text), ("is_valid", text), ("value_earliest", text), ("value_latest", text)])
    pieces = [schema.empty_table()]
    pairs = claims.select(["subject_table", "subject_field"]).group_by(["subject_table", "subject_field"]).aggregate([])
    for pair in pairs.to_pylist():
        table = standard.tables.get(pair["subject_table"] or "")
        field = table.by_name.get(pair["subject_field"] or "") if table else None
        if table is None or field is None or field.derived_from:
            continue
        own = claims.filter(
            (pc.field("subject_table") == table.name)
            & (pc.field("subject_field") == field.name)
            & pc.field("claim_value").is_valid()
        )
        pieces.append(_read_as(standard, field, own).cast(schema))
    return pa.concat_tables(pieces)


def _read_as(standard: Standard, field: Field, claims: pa.Table) -> pa.Table:
    value = _column(claims, "claim_value")
    refused = pa.array([False] * len(value), pa.bool_())
    for _, bad in bad_cells(standard, field, value):
        refused = pc.or_(refused, bad)
    nothing = pa.nulls(len(value), pa.string())
    earliest, latest = nothing, nothing
    if field.kind in ("edtf", "date"):
        earliest, latest = column_bounds(pc.if_else(refused, nothing, value))
    verdict = pc.if_else(refused, pa.scalar("false"), pa.scalar("true"))
    return pa.table(
        {
            "claim_id": _column(claims, "claim_id"),
            "is_valid": verdict,
            "value_earliest": earliest,
            "value_latest": latest,
        }
    )


def _constant(value: str, length: int) -> pa.StringArray:
    return pa.repeat(pa.scalar(value, pa.string()), length)
