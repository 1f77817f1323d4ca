"""Identifiers and references over all tables: each identifier once, each reference to a record that is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pfds.checks.cells import CheckedTable
from pfds.checks.column import Column
from pfds.checks.explanations import MOST_SUGGESTIONS
from pfds.standard.findings import Finding, Skipped
from pfds.standard.model import Field, Standard
from pfds.standard.suggestions import did_you_mean, nearest

_MOST_SUGGESTIONS_FROM = 5000


def check_keys(standard: Standard, parts: Sequence[CheckedTable]) -> tuple[list[CheckedTable], list[Finding]]:
    """Identifiers that stand in a table a second time, in whichever of its files.

    The tables returned have no identifier in those places: which record is meant cannot be known.
    """
    rule = standard.rules["key-duplicate"]
    findings: list[Finding] = []
    first_rows: dict[str, int] = {}
    unambiguous: list[CheckedTable] = []
    for part in parts:
        column = _column(part, part.table.by_name[part.table.primary_key], part.keys)
        again = np.zeros(len(part.keys), dtype=np.bool_)
        for index in _true_indices(pc.is_in(part.keys, value_set=_repeated(part, parts))):
            key: str = part.keys[index].as_py()
            if key in first_rows:
                facts: dict[str, str | int] = {"first_row": first_rows[key], "record_id": key}
                findings.append(column.finding(rule, index, facts))
                again[index] = True
            else:
                first_rows[key] = int(part.text.rows[index])
        unambiguous.append(part.without_keys(again) if again.any() else part)
    return unambiguous, findings


def _repeated(part: CheckedTable, parts: Sequence[CheckedTable]) -> Any:
    """Identifiers that stand more than once in the table of ``part``."""
    keys = pa.chunked_array([other.keys for other in parts if other.table is part.table])
    counts = pc.value_counts(keys)
    return pc.filter(counts.field("values"), pc.greater(counts.field("counts"), 1)).drop_null()


def check_references(
    standard: Standard, parts: Sequence[CheckedTable], unreadable: frozenset[str], complete: bool
) -> tuple[list[Finding], list[Skipped]]:
    """References to records that are not there.

    ``unreadable`` names tables that were sent but not read to their end: nothing can be said of references
    to them. If the submission is ``complete``, a table that is pointed to and absent is missing; otherwise
    references to it are skipped.
    """
    findings: list[Finding] = []
    skipped: list[Skipped] = []
    by_table: dict[str, list[CheckedTable]] = {}
    for part in parts:
        by_table.setdefault(part.table.name, []).append(part)
    targets: dict[str, list[tuple[CheckedTable, Field]]] = {}
    for part in parts:
        for field in part.table.fields:
            if field.reference and part.cells.column(field.name).null_count < part.cells.num_rows:
                targets.setdefault(field.reference.table, []).append((part, field))
    for target in (name for name in standard.tables if name in targets):
        pointing = targets[target]
        if target in unreadable:
            skipped.append(Skipped("reference-missing", f"the table {target} was not read to its end"))
        elif target not in by_table and not complete:
            skipped.append(Skipped("reference-missing", f"the table {target} is absent"))
        elif target not in by_table:
            findings.append(_table_missing(standard, target, pointing))
        else:
            found = list(_dangling(standard, by_table[target], pointing))
            reason = _unusable_keys(by_table[target], found)
            if reason:
                skipped.append(Skipped("reference-missing", reason))
            else:
                findings.extend(found)
    return findings, skipped


def without_lost_references(parts: Sequence[CheckedTable], unreadable: frozenset[str]) -> list[CheckedTable]:
    """The tables with each reference to a record that is not there, or has no usable identifier, counted as defective.

    Its cell is emptied; that of a `subject_id` keeps its text, for the rules that tell these.
    """
    keys: dict[str, list[Any]] = {}
    for part in parts:
        if part.table.name not in unreadable:
            keys.setdefault(part.table.name, []).append(part.keys)
    return [_without_lost_subjects(_without_lost_cells(part, keys), keys) for part in parts]


def _without_lost_cells(part: CheckedTable, keys: Mapping[str, list[Any]]) -> CheckedTable:
    cells, defective = part.cells, dict(part.defective)
    for position, name in enumerate(part.cells.column_names):
        reference = part.table.by_name[name].reference
        if reference and reference.table in keys:
            column = cells.column(name).combine_chunks()
            there = pc.is_in(column, value_set=pa.chunked_array(keys[reference.table]))
            lost = pc.and_(pc.is_valid(column), pc.invert(there))
            cells = cells.set_column(position, name, pc.if_else(lost, pa.scalar(None, pa.string()), column))
            defective[name] = defective[name] | lost.to_numpy(zero_copy_only=False)
    return replace(part, cells=cells, defective=defective)


def _without_lost_subjects(part: CheckedTable, keys: Mapping[str, list[Any]]) -> CheckedTable:
    if "subject_id" not in part.table.by_name:
        return part
    tables, ids = (part.cells.column(name).combine_chunks() for name in ("subject_table", "subject_id"))
    lost = part.defective["subject_id"].copy()
    for name, present in keys.items():
        own = pc.fill_null(pc.equal(tables, name), False)
        there = pc.is_in(ids, value_set=pa.chunked_array(present))
        lost |= pc.and_(pc.and_(own, pc.is_valid(ids)), pc.invert(there)).to_numpy(zero_copy_only=False)
    return replace(part, defective={**part.defective, "subject_id": lost})


def _dangling(
    standard: Standard, target: Sequence[CheckedTable], pointing: Sequence[tuple[CheckedTable, Field]]
) -> Iterator[Finding]:
    present = pa.chunked_array([part.keys for part in target]).drop_null()
    known = tuple(present.to_pylist()) if len(present) <= _MOST_SUGGESTIONS_FROM else ()
    rule = standard.rules["reference-missing"]
    suggestions: dict[str, str] = {}
    for part, field in pointing:
        column = _column(part, field, part.cells.column(field.name).combine_chunks())
        missing = pc.and_(pc.is_valid(column.values), pc.invert(pc.is_in(column.values, value_set=present)))
        for index in _true_indices(missing):
            value: str = column.values[index].as_py()
            if value not in suggestions:
                near = nearest(value, known) if len(suggestions) < MOST_SUGGESTIONS else None
                suggestions[value] = did_you_mean(near)
            facts = {"target_table": target[0].table.name, "suggestion": suggestions[value]}
            yield column.finding(rule, index, facts)


def _unusable_keys(target: Sequence[CheckedTable], dangling: Sequence[Finding]) -> str | None:
    """Why the dangling references say nothing: they may mean the records whose own identifier is defective."""
    unusable = sum(part.keys.null_count for part in target)
    meant = {finding.value for finding in dangling}
    if not dangling or len(meant) > unusable:
        return None
    name = target[0].table.name
    return (
        f"{len(dangling)} references to {name} may mean the {unusable} records of {name} whose identifier must be "
        "corrected first"
    )


def _table_missing(standard: Standard, target: str, pointing: Sequence[tuple[CheckedTable, Field]]) -> Finding:
    places = ", ".join(f"{part.table.name}.{field.name}" for part, field in pointing[:3])
    return Finding(
        rule="table-missing",
        severity=standard.rules["table-missing"].severity,
        table=target,
        facts={"table": target, "problem": f"{places} points to it."},
    )


def _column(part: CheckedTable, field: Field, values: Any) -> Column:
    return Column(part.table, field, part.text, values)


def _true_indices(mask: Any) -> list[int]:
    indices: list[int] = np.flatnonzero(mask.to_numpy(zero_copy_only=False)).tolist()
    return indices
