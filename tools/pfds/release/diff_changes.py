"""The folder changes/ of a release: what leads from the release before it to this one, without any old content.

A cell that was changed may have been changed because it must no longer be public; whoever may see it has the release
before, and compares. So changed cells are published with their new content only, removed records with their id only.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pfds.release.change_class import ChangeClass, check_declared
from pfds.release.diff import Change, Difference, FieldChange, difference
from pfds.release.diff_json import head_object, table_object
from pfds.release.diff_markdown import markdown_difference
from pfds.release.diff_side import NotARelease, built_side, published_side
from pfds.release.diff_view import DifferenceView
from pfds.release.passing import scratch
from pfds.release.versions import GateRefused
from pfds.reports.wording import wording
from pfds.standard.model import Standard
from pfds.standard.pretty_json import pretty

LINES: Final = "changes/changes.jsonl"
SUMMARY: Final = "changes/summary.json"
PAGE: Final = "changes/CHANGES.md"
CHANGES_FILES: Final = frozenset({LINES, SUMMARY, PAGE})
_MOST: Final = 1000
"""Records of each table and kind that the page for people lists."""


@dataclass(frozen=True, slots=True)
class Changes:
    """The class of a release, its files that say what changed, and the identifiers that these call removed."""

    change_class: ChangeClass
    files: Mapping[str, bytes]
    removed: frozenset[str]


FIRST: Final = Changes(ChangeClass.INITIAL, {}, frozenset())


def changes_since(
    standard: Standard,
    before: Path | None,
    after: Path,
    declared: ChangeClass | None = None,
) -> Changes:
    """What leads from the release in the folder ``before`` to the one that was built in ``after``.

    Raises GateRefused if the release before is damaged, or the differences contradict the ``declared`` class.
    """
    if before is None:
        check_declared(declared, None)
        return FIRST
    try:
        with (
            scratch() as folder,
            difference(standard, published_side(before), built_side(after), folder) as found,
        ):
            return Changes(check_declared(declared, found), _files(standard, found), frozenset(_removed(found)))
    except NotARelease as problem:
        raise GateRefused(f"{problem} Restore it from a copy, then build again.") from problem


def change_lines(found: Difference) -> Iterator[str]:
    """changes.jsonl, line by line: applied to the tables of the first release they give those of the second."""
    for name in found.schema.tables_removed:
        yield _line({"table": name, "op": "DROP"})
    for name, sheet in found.new.sheets.items():
        before = found.old.sheets.get(name)
        if before is None or list(before.columns) != list(sheet.columns):
            yield _line({"table": name, "op": "FIELDS", "fields": list(sheet.columns)})
        if any(table.name == name for table in found.tables):
            yield from (_line(_object(name, change)) for change in found.every(name))


def _files(standard: Standard, found: Difference) -> dict[str, bytes]:
    view = DifferenceView(wording(standard, show_values=True), found, _MOST, tells_old=False)
    summary = {**head_object(found), "tables": [table_object(table) for table in found.tables]}
    return {
        LINES: "".join(change_lines(found)).encode("utf-8"),
        SUMMARY: pretty(summary).encode("utf-8"),
        PAGE: "".join(markdown_difference(view)).encode("utf-8"),
    }


def _removed(found: Difference) -> Iterator[str]:
    for table in found.tables:
        yield from found.removed(table.name)


def _object(table: str, change: Change) -> dict[str, Any]:
    told: dict[str, Any] = {"table": table, "id": change.id, "op": change.op}
    if change.fields:
        told["fields"] = {cell.name: _cell(cell) for cell in change.fields}
    if change.origin:
        told["origin"] = change.origin
    return told


def _cell(cell: FieldChange) -> dict[str, Any]:
    because = {"claims": cell.claims, "sources": cell.sources}
    return {"new": cell.new, **{name: ids for name, ids in because.items() if ids}}


def _line(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False) + "\n"
