"""One table as a sheet: headings with notes, hints, and rows that are ready to be filled in or hold records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from pfds.publish.template_checks import how, write_checks
from pfds.publish.template_formats import Formats
from pfds.publish.template_plan import FIRST_ROW, HINTS_ROW, LABELS_ROW, MARK, NAMES_ROW, Column, Plan, Sheet, choices
from pfds.publish.template_words import note, required
from pfds.standard.model import Field

_WIDTHS: Final = MappingProxyType(
    {"id": 26, "code": 24, "edtf": 16, "date": 14, "line": 34, "text": 46, "url": 36, "hash": 24}
)
_OTHER_WIDTH = 15
_LABEL_ROOM = 4
"""Characters that a heading needs besides its letters, for the button of the filter and the width of capitals."""
_LINE_HEIGHT, _HINT_LINE_HEIGHT = 16, 13
_A4 = 9
_NOTE_WIDTH, _NOTE_LINE_HEIGHT, _NOTE_LINE = 320, 18, 44


def write_sheet(page: Any, plan: Plan, sheet: Sheet, look: Formats) -> None:
    """Everything on the sheet of one table."""
    widths = [_width(column) for column in sheet.columns]
    for position, width in enumerate(widths):
        page.set_column(position, position, width, look.text)
    hints = [_hint(plan, sheet, column) for column in sheet.columns]
    page.set_row(NAMES_ROW, None, None, {"hidden": True})
    page.set_row(LABELS_ROW, _height([column.label for column in sheet.columns], widths, _LINE_HEIGHT))
    page.set_row(HINTS_ROW, _height(hints, [width * 6 // 5 for width in widths], _HINT_LINE_HEIGHT))
    for position, (column, hint) in enumerate(zip(sheet.columns, hints, strict=True)):
        _write_heading(page, plan, sheet, column, position, look)
        page.write_string(HINTS_ROW, position, hint, look.hint)
    _write_records(page, plan, sheet, look)
    write_checks(page, plan, sheet, look)
    _set_page(page, sheet)


def _width(column: Column) -> int:
    kind = _WIDTHS.get(column.field.kind, _OTHER_WIDTH) if column.field else _OTHER_WIDTH
    return max(kind, *(len(word) + _LABEL_ROOM for word in column.label.split() or [""]))


def _hint(plan: Plan, sheet: Sheet, column: Column) -> str:
    if column.field is None:
        return MARK
    words = plan.language.say(how(plan, sheet, column.field))
    return f"{MARK} {required(plan.language, column.field)}{words}"


def _height(texts: Sequence[str], widths: Sequence[int], line: int) -> int:
    """Points that the longest of the wrapped texts needs."""
    return line * max(1 + len(text) // (width - 2) for text, width in zip(texts, widths, strict=True)) + 6


def _write_heading(page: Any, plan: Plan, sheet: Sheet, column: Column, position: int, look: Formats) -> None:
    needed = column.field is not None and column.field.required
    page.write_string(NAMES_ROW, position, column.name)
    page.write_string(LABELS_ROW, position, column.label, look.required_label if needed else look.label)
    if column.field is not None:
        text = note(plan.language, column.field, how(plan, sheet, column.field))
        lines = sum(1 + len(part) // _NOTE_LINE for part in text.split("\n"))
        size = {"width": _NOTE_WIDTH, "height": _NOTE_LINE_HEIGHT * (lines + 1)}
        page.write_comment(LABELS_ROW, position, text, {"author": "PFDS", **size})


def _write_records(page: Any, plan: Plan, sheet: Sheet, look: Formats) -> None:
    for position, column in enumerate(sheet.columns):
        said = _labels(plan, column.field)
        for row, text in enumerate(sheet.cells.get(column.name, ()), FIRST_ROW):
            if text:
                page.write_string(row, position, said.get(text, text), look.text)


def _labels(plan: Plan, field: Field | None) -> Mapping[str, str]:
    """What is shown by code, for a field that has a codelist."""
    codelist = choices(field) if field else None
    return plan.shown.get(codelist, {}) if codelist else {}


def _set_page(page: Any, sheet: Sheet) -> None:
    last = len(sheet.columns) - 1
    page.freeze_panes(FIRST_ROW, 1)
    page.autofilter(HINTS_ROW, 0, sheet.last_row, last)
    page.ignore_errors({"number_stored_as_text": f"A1:XFD{sheet.last_row + 1}"})
    page.set_landscape()
    page.set_paper(_A4)
    page.repeat_rows(LABELS_ROW, HINTS_ROW)
    page.repeat_columns(0)
    page.set_footer("&C&A – &P / &N")
