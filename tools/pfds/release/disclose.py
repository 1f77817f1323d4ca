"""The public part of a dataset: records and fields that the standard lets out, and nothing that points elsewhere.

Default deny: a record is published only if each of its deciding fields holds a code that `x-publishedWhen`
names, a field only if its disclosure is `public`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from pfds.release.hanging import kept_short, two_sided, without_restricted
from pfds.release.rows import Ids, Tables, holds, inside, keys, outside, replaced, together
from pfds.standard.model import Field, Reference, Standard, Table

_NOT_NAMED = {"persons": "person not named", "organizations": "organization not named"}


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What may be published: the public text columns of each table; whether these are all records (how many are
    kept back of which kind is not told, since a single one more would be told too); the ids withdrawn, by table;
    and the identifiers that must appear nowhere."""

    tables: Tables
    complete: bool
    withdrawn: Mapping[str, tuple[str, ...]]
    kept_back: frozenset[str]


def disclose(standard: Standard, dataset: Tables, without: frozenset[str] = frozenset()) -> Disclosure:
    """The public projection of ``dataset``, which holds the text columns of every table of the standard.

    Records whose identifiers are in ``without`` are left out like those that are kept back.

    Rows that point to a record left out are dropped, cleared or given a group label, as `x-references`
    says, until nothing points to what is not there.
    """
    reduced = {
        name: keys(table, dataset[name].filter(holds(table.reduced_when, dataset[name])))
        for name, table in standard.tables.items()
        if table.reduced_when
    }
    let_out = {
        name: without_restricted(standard, table, _let_out(table, dataset[name], without), reduced)
        for name, table in standard.tables.items()
    }
    closed = _closed(standard, dataset, let_out, reduced)
    gone = _gone(standard, dataset, closed)
    withdrawn = {name: _withdrawn(table, dataset[name]) for name, table in standard.tables.items()}
    return Disclosure(
        tables={name: closed[name].select(_public_names(table)) for name, table in standard.tables.items()},
        complete=not any(len(ids) for ids in gone.values()),
        withdrawn={name: ids for name, ids in withdrawn.items() if ids},
        kept_back=frozenset(key for ids in gone.values() for key in ids.to_pylist())
        - frozenset(key for ids in withdrawn.values() for key in ids)
        - without,
    )


def _let_out(table: Table, content: pa.Table, without: frozenset[str]) -> pa.Table:
    """Records that may be published; the reduced ones with their required fields only."""
    content = content.filter(outside(keys(table, content), pa.chunked_array([sorted(without)], pa.string())))
    if table.published_when:
        content = content.filter(holds(table.published_when, content))
    if table.reduced_when:
        reduced = holds(table.reduced_when, content)
        for field in table.fields:
            if not field.required and field.name != "merged_into":
                content = replaced(content, field.name, reduced, None)
    return content


def _closed(standard: Standard, dataset: Tables, tables: Tables, reduced: Ids) -> Tables:
    """Tables in which no row points to a record that was left out, however far the consequences reach."""
    while True:
        gone = _gone(standard, dataset, tables)
        resolved = {name: _resolved(table, tables[name], gone) for name, table in standard.tables.items()}
        after = kept_short(standard, dataset, resolved, gone, reduced)
        after["conflicts"] = two_sided(dataset, after)
        if all(after[name].equals(tables[name]) for name in tables):
            return after
        tables = after


def _gone(standard: Standard, dataset: Tables, tables: Tables) -> dict[str, pa.ChunkedArray]:
    """Identifiers of the dataset's records that are no longer in ``tables``, by table."""
    gone = {}
    for name, table in standard.tables.items():
        before = keys(table, dataset[name])
        gone[name] = before.filter(outside(before, keys(table, tables[name])))
    return gone


def _resolved(table: Table, content: pa.Table, gone: Ids) -> pa.Table:
    """One step towards closure: what points to a record that is gone is dropped, cleared or replaced."""
    for field in table.fields:
        if field.reference:
            content = _repointed(content, field, field.reference, gone[field.reference.table])
    for name in ("subject_id", "claim_value"):
        if name in table.by_name:
            content = content.filter(outside(content.column(name), together(*gone.values())))
    return content


def _repointed(content: pa.Table, field: Field, reference: Reference, gone: pa.ChunkedArray) -> pa.Table:
    pointing = inside(content.column(field.name), gone)
    if reference.on_withheld == "drop":
        return content.filter(pc.invert(pointing))
    replacements: dict[str, str | None] = {field.name: None}
    if reference.on_withheld == "group":
        label = _NOT_NAMED[reference.table]
        replacements |= {"group_label": label, "group_count": "1", "group_count_qualifier": "exact"}
    for name, value in replacements.items():
        content = replaced(content, name, pointing, value)
    return content


def _withdrawn(table: Table, content: pa.Table) -> tuple[str, ...]:
    """Identifiers of withdrawn records that could have been published before."""
    if "record_status" not in table.by_name:
        return ()
    rows = holds({**table.published_when, "record_status": frozenset({"withdrawn"})}, content)
    return tuple(sorted(keys(table, content.filter(rows)).to_pylist()))


def _public_names(table: Table) -> list[str]:
    return [field.name for field in table.fields if field.disclosure == "public"]
