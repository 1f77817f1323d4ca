"""A difference as JSON, for programs: every record, in a stream."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from pfds.release.change_class import change_class
from pfds.release.diff import Change, Difference, FieldChange, TableDifference
from pfds.release.diff_schema import SchemaDifference


def json_difference(difference: Difference, most: int | None = None) -> Iterator[str]:
    """One JSON object, in parts; of each table at most so many records of each kind."""
    yield _text(head_object(difference))[:-1] + ', "tables": ['
    differing = [table for table in difference.tables if table.added or table.changed or table.removed]
    for number, table in enumerate(differing):
        yield (",\n" if number else "\n") + _text(table_object(table))[:-1]
        yield ', "added": ['
        yield from _list(difference.added(table.name, most))
        yield '], "removed": ['
        yield from _list(difference.removed(table.name, most))
        yield '], "changed": ['
        yield from _list(_change(change) for change in difference.changed(table.name, most))
        yield "]}"
    yield "\n]}\n"


def head_object(difference: Difference) -> dict[str, Any]:
    """Which releases are compared, the class of the change, and the differences of the form."""
    return {
        "from": {"version": difference.old.version, "standard": difference.old.standard},
        "to": {"version": difference.new.version, "standard": difference.new.standard},
        "change_class": change_class(difference).value,
        "schema": schema_object(difference.schema),
    }


def table_object(table: TableDifference) -> dict[str, Any]:
    """The counts of a table."""
    counts = {"added": table.added, "changed": table.changed, "removed": table.removed, "unchanged": table.unchanged}
    return {"table": table.name, "counts": counts, "fields": dict(table.fields)}


def schema_object(schema: SchemaDifference) -> dict[str, Any]:
    """Differences of the form by kind."""
    return {
        "tables": {"added": schema.tables_added, "removed": schema.tables_removed, "moved": schema.tables_reordered},
        "fields": {
            "added": schema.fields_added,
            "removed": schema.fields_removed,
            "narrowed": schema.fields_narrowed,
        },
        "codes": {"added": schema.codes_added, "removed": schema.codes_removed},
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "id": change.id,
        "origin": change.origin,
        "fields": {cell.name: _cell(cell) for cell in change.fields},
    }


def _cell(cell: FieldChange) -> dict[str, Any]:
    old: dict[str, Any] = {"hidden": True} if cell.hidden else {"old": cell.old}
    because = {"claims": list(cell.claims), "sources": list(cell.sources)}
    return {**old, "new": cell.new, **{name: ids for name, ids in because.items() if ids}}


def _list(items: Iterable[Any]) -> Iterator[str]:
    for number, item in enumerate(items):
        yield (",\n  " if number else "\n  ") + _text(item)


def _text(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False)
