"""The public part of a dataset: records and fields that the standard lets out, and nothing that points elsewhere.

Default deny: a record is published only if each of its deciding fields holds a code that `x-publishedWhen`
names, a field only if its disclosure is `public`.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from pfds.standard.model import Field, Reference, Standard, Table

Tables = Mapping[str, pa.Table]
_NOT_NAMED = {"persons": "person not named", "organizations": "organization not named"}


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What may be published: the public text columns of each table; the number of records kept back and the
    ids withdrawn, by table; and the identifiers that must appear nowhere."""

    tables: Tables
    withheld: Mapping[str, int]
    withdrawn: Mapping[str, tuple[str, ...]]
    kept_back: frozenset[str]


def disclose(standard: Standard, dataset: Tables) -> Disclosure:
    """The public projection of ``dataset``, which holds the text columns of every table of the standard.

    Rows that point to a record left out are dropped, cleared or given a group label, as `x-references`
    says, until nothing points to what is not there.
    """
    reduced = {
        name: _keys(table, dataset[name].filter(_holds(table.reduced_when, dataset[name])))
        for name, table in standard.tables.items()
        if table.reduced_when
    }
    let_out = {name: _let_out(table, dataset[name]) for name, table in standard.tables.items()}
    bare = {name: _apart_from_reduced(table, let_out[name], reduced) for name, table in standard.tables.items()}
    about_public = {
        name: _about_public(standard, table, bare[name], reduced) for name, table in standard.tables.items()
    }
    closed = _closed(standard, dataset, about_public)
    gone = _gone(standard, dataset, closed)
    withdrawn = {name: _withdrawn(table, dataset[name]) for name, table in standard.tables.items()}
    return Disclosure(
        tables={name: closed[name].select(_public_names(table)) for name, table in standard.tables.items()},
        withheld={name: len(dataset[name]) - len(closed[name]) for name in standard.tables},
        withdrawn={name: ids for name, ids in withdrawn.items() if ids},
        kept_back=frozenset(key for ids in gone.values() for key in ids.to_pylist())
        - frozenset(key for ids in withdrawn.values() for key in ids),
    )


def _let_out(table: Table, content: pa.Table) -> pa.Table:
    """Records that may be published; the reduced ones with their required fields only."""
    if table.published_when:
        content = content.filter(_holds(table.published_when, content))
    if table.reduced_when:
        reduced = _holds(table.reduced_when, content)
        for field in table.fields:
            if not field.required:
                content = _with(content, field.name, reduced, None)
    return content


def _apart_from_reduced(table: Table, content: pa.Table, reduced: Mapping[str, pa.ChunkedArray]) -> pa.Table:
    """Without the rows that must not hang on a reduced record."""
    for field in table.fields:
        if field.reference and field.reference.on_reduced == "drop" and field.reference.table in reduced:
            content = content.filter(_outside(content.column(field.name), reduced[field.reference.table]))
    return content


def _about_public(
    standard: Standard, table: Table, content: pa.Table, reduced: Mapping[str, pa.ChunkedArray]
) -> pa.Table:
    """Claims and conflicts about published fields only, and no identifier of a reduced record."""
    if "subject_id" not in table.by_name:
        return content
    if "subject_field" not in table.by_name:
        for ids in reduced.values():
            content = content.filter(_outside(content.column("subject_id"), ids))
        return content
    public = [f"{other.name}.{name}" for other in standard.tables.values() for name in ("*", *_public_names(other))]
    content = content.filter(_inside(_subject(content), public))
    for name, ids in reduced.items():
        optional = [f"{name}.{field.name}" for field in standard.tables[name].fields if not field.required]
        concerned = pc.and_(_inside(content.column("subject_id"), ids), _inside(_subject(content), optional))
        content = content.filter(pc.invert(concerned))
    return content


def _closed(standard: Standard, dataset: Tables, tables: Tables) -> Tables:
    """Tables in which no row points to a record that was left out, however far the consequences reach."""
    while True:
        gone = _gone(standard, dataset, tables)
        after = {name: _resolved(table, tables[name], gone) for name, table in standard.tables.items()}
        if all(after[name].equals(tables[name]) for name in tables):
            return after
        tables = after


def _gone(standard: Standard, dataset: Tables, tables: Tables) -> dict[str, pa.ChunkedArray]:
    """Identifiers of the dataset's records that are no longer in ``tables``, by table."""
    gone = {}
    for name, table in standard.tables.items():
        before = _keys(table, dataset[name])
        gone[name] = before.filter(_outside(before, _keys(table, tables[name])))
    return gone


def _resolved(table: Table, content: pa.Table, gone: Mapping[str, pa.ChunkedArray]) -> pa.Table:
    """One step towards closure: what points to a record that is gone is dropped, cleared or replaced."""
    for field in table.fields:
        if field.reference:
            content = _repointed(content, field, field.reference, gone[field.reference.table])
    for name in ("subject_id", "claim_value"):
        if name in table.by_name:
            for ids in gone.values():
                content = content.filter(_outside(content.column(name), ids))
    return content


def _repointed(content: pa.Table, field: Field, reference: Reference, gone: pa.ChunkedArray) -> pa.Table:
    pointing = _inside(content.column(field.name), gone)
    if reference.on_withheld == "drop":
        return content.filter(pc.invert(pointing))
    replacements: dict[str, str | None] = {field.name: None}
    if reference.on_withheld == "group":
        label = _NOT_NAMED[reference.table]
        replacements |= {"group_label": label, "group_count": "1", "group_count_qualifier": "exact"}
    for name, value in replacements.items():
        content = _with(content, name, pointing, value)
    return content


def _withdrawn(table: Table, content: pa.Table) -> tuple[str, ...]:
    if "record_status" not in table.by_name:
        return ()
    return tuple(
        sorted(_keys(table, content.filter(pc.equal(content.column("record_status"), "withdrawn"))).to_pylist())
    )


def _public_names(table: Table) -> list[str]:
    return [field.name for field in table.fields if field.disclosure == "public"]


def _keys(table: Table, content: pa.Table) -> pa.ChunkedArray:
    return content.column(table.primary_key)


def _subject(content: pa.Table) -> pa.ChunkedArray:
    """What each claim or conflict is about, as `table.field`."""
    return pc.binary_join_element_wise(content.column("subject_table"), content.column("subject_field"), ".")


def _holds(condition: Mapping[str, frozenset[str]], content: pa.Table) -> pa.ChunkedArray:
    """Rows in which every field of the condition holds one of its codes; an empty cell holds none."""
    masks = [_inside(content.column(name), sorted(codes)) for name, codes in condition.items()]
    return functools.reduce(pc.and_, masks)


def _inside(column: pa.ChunkedArray, values: Iterable[str] | pa.ChunkedArray) -> pa.ChunkedArray:
    known = values if isinstance(values, pa.ChunkedArray) else pa.chunked_array([pa.array(list(values), pa.string())])
    return pc.and_(pc.is_valid(column), pc.is_in(column, value_set=known.combine_chunks()))


def _outside(column: pa.ChunkedArray, values: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.invert(_inside(column, values))


def _with(content: pa.Table, name: str, rows: pa.ChunkedArray, value: str | None) -> pa.Table:
    """The table with ``value`` in column ``name`` of the given rows."""
    column = pc.if_else(rows, pa.scalar(value, pa.string()), content.column(name))
    return content.set_column(content.column_names.index(name), name, column)
