"""The sheet of a workbook that says what a folder says in `meta.json`: a key in each row, and beside it its value."""

from __future__ import annotations

from typing import Final

from pfds.intake.metadata import check_meta
from pfds.intake.sheet_header import HINT
from pfds.intake.tables import Reading
from pfds.intake.workbook_frames import Sheet
from pfds.standard.findings import Origin
from pfds.standard.model import Standard

META: Final = "meta"
"""Name of the sheet, in every language."""

_HEAD: Final = "key"


def read_meta_sheet(sheet: Sheet, file: str, standard: Standard) -> Reading:
    """The metadata of a submission; a list has one cell for each item. What is not sound is left out and told."""
    found: dict[str, object] = {}
    for key, *values in _filled_rows(sheet):
        if values and key.casefold() != _HEAD:
            known = standard.metadata.get(key)
            is_list = known is not None and known.keywords.get("type") == "array"
            found[key] = values if is_list or len(values) > 1 else values[0]
    meta, findings = check_meta(found, Origin(file, sheet.name), standard)
    return Reading(findings=tuple(findings), meta=meta)


def _filled_rows(sheet: Sheet) -> list[list[str]]:
    """The texts of each row that has a key, without hints."""
    rows: dict[int, dict[int, str]] = {}
    for row, column, text in zip(sheet.rows.tolist(), sheet.columns.tolist(), sheet.texts.to_pylist(), strict=True):
        if text and text.strip() and not text.startswith(HINT):
            rows.setdefault(row, {})[column] = text.strip()
    ordered = (dict(sorted(cells.items())) for _, cells in sorted(rows.items()))
    return [list(cells.values()) for cells in ordered if 0 in cells]
