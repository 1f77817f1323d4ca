"""The lists that cells choose from: hidden ones behind the cells, and one sheet that says what each choice means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from xlsxwriter.utility import quote_sheetname, xl_range_abs, xl_rowcol_to_cell

from pfds.publish.template_formats import Formats
from pfds.publish.template_plan import FIRST_ROW, HIDDEN_LISTS, MARK, NOT_IN_XML, Plan, Sheet, choices
from pfds.publish.template_words import shortened
from pfds.standard.folding import fold
from pfds.standard.model import Code
from pfds.standard.phrase import Phrase

BETWEEN: Final = " – "
"""Stands between the id of a record and its name."""
_LONG_LIST = 100
"""A list longer than this has no order that a person would know, and is sorted by its labels."""
_LONGEST_DISPLAY = 60
_WIDTHS = (30, 34, 22, 90)


def codes_range(codelist: str) -> str:
    """The name of the range that holds what cells of a codelist choose from."""
    return f"list_{codelist}"


def records_range(table: str) -> str:
    """The name of the range of `id – name` of the rows of a sheet, as far as they are filled in."""
    return f"rows_{table}"


def ids_range(table: str) -> str:
    """The name of the range of the ids of a sheet."""
    return f"ids_{table}"


def range_of(sheet: Sheet, name: str) -> str:
    """The cells of a column that are ready to be filled in."""
    column = sheet.position(name)
    return f"{quote_sheetname(sheet.name)}!{xl_range_abs(FIRST_ROW, column, sheet.last_row, column)}"


def codes(plan: Plan, codelist: str) -> list[Code]:
    """The codes of a list that may be used, as they are shown."""
    current = [code for code in plan.standard.codelists[codelist].codes.values() if not code.deprecated]
    return (
        sorted(current, key=lambda code: (fold(plan.label(code)), code.code)) if len(current) > _LONG_LIST else current
    )


def write_hidden_lists(book: Any, plan: Plan) -> None:
    """The sheet behind the cells, and the names of its ranges."""
    page = book.add_worksheet(HIDDEN_LISTS)
    page.hide()
    page.write_string(0, 0, MARK)
    for column, codelist in enumerate(plan.codelists):
        shown = [plan.shown[codelist][code.code] for code in codes(plan, codelist)]
        page.write_string(1, column, codelist)
        page.write_column(FIRST_ROW, column, shown)
        cells = xl_range_abs(FIRST_ROW, column, FIRST_ROW + len(shown) - 1, column)
        book.define_name(codes_range(codelist), f"={HIDDEN_LISTS}!{cells}")
    for number, sheet in enumerate(plan.listed):
        _write_records(book, page, sheet, len(plan.codelists) + 3 * number)


def _write_records(book: Any, page: Any, sheet: Sheet, first: int) -> None:
    """Three columns: each row as `id – name`, which rows are filled in, and these without gaps; above, how many."""
    shown, last, ids = _shown(sheet), sheet.last_row, range_of(sheet, sheet.table.primary_key)
    filled = [(place, text) for place, text in enumerate(shown, 1) if text]
    entries, places = (xl_range_abs(FIRST_ROW, column, last, column) for column in (first, first + 1))
    number = f"ROW({ids})-{FIRST_ROW}"
    page.write_string(1, first, sheet.table.name)
    _write_array(page, sheet, first, _entries(sheet, ids), shown)
    found = f'SMALL(IF({ids}<>"",{number}),{number})'
    _write_array(page, sheet, first + 1, f"IFERROR({found},0)", [place for place, _ in filled])
    for index in range(last - FIRST_ROW + 1):
        row, text = FIRST_ROW + index, filled[index][1] if index < len(filled) else ""
        beside = xl_rowcol_to_cell(row, first + 1)
        page.write_formula(row, first + 2, f'=IF({beside}=0,"",INDEX({entries},{beside}))', None, text)
    page.write_formula(FIRST_ROW - 1, first + 2, f'=COUNTIF({places},">0")', None, len(filled))
    top, size = (
        f"{HIDDEN_LISTS}!{xl_rowcol_to_cell(row, first + 2, row_abs=True, col_abs=True)}"
        for row in (FIRST_ROW, FIRST_ROW - 1)
    )
    book.define_name(records_range(sheet.table.name), f"=OFFSET({top},0,0,MAX(1,{size}),1)")
    book.define_name(ids_range(sheet.table.name), f"={ids}")


def _write_array(page: Any, sheet: Sheet, column: int, formula: str, values: Sequence[str | int]) -> None:
    """One formula for a whole column, and what it gives in the first cells."""
    first = values[0] if values else 0
    page.write_array_formula(FIRST_ROW, column, sheet.last_row, column, f"{{={formula}}}", None, first)
    page.write_column(FIRST_ROW + 1, column, values[1:])


def _entries(sheet: Sheet, ids: str) -> str:
    """The formula of `id – name` for all rows at once."""
    named = "&".join(range_of(sheet, name) for name in sheet.naming)
    name = f'&IF({named}="","","{BETWEEN}"&LEFT({named},{_LONGEST_DISPLAY}))' if named else ""
    return f'IF({ids}="","",{ids}{name})'


def _shown(sheet: Sheet) -> list[str]:
    """What the formulas of the rows that are filled in give."""
    keys = sheet.cells.get(sheet.table.primary_key, [None] * sheet.size)
    naming = [sheet.cells[name] for name in sheet.naming if name in sheet.cells]
    shown = (as_choice(key or "", *(column[index] or "" for column in naming)) for index, key in enumerate(keys))
    return [NOT_IN_XML.sub("\ufffd", text) for text in shown]


def as_choice(key: str, *naming: str) -> str:
    """A record as it is listed: its id and what it is called; nothing for a row without an id."""
    named = "".join(naming)[:_LONGEST_DISPLAY]
    return f"{key}{BETWEEN}{named}" if key and named else key


def write_lists(book: Any, plan: Plan, look: Formats) -> None:
    """The sheet that says what each choice means."""
    page = book.add_worksheet(plan.lists)
    say = plan.language.say
    page.write_string(0, 0, f"{MARK} {say(Phrase('What each choice means'))}", look.title)
    heads = (Phrase("Column"), Phrase("Choice"), Phrase("Code"), Phrase("Meaning"))
    for column, (head, width) in enumerate(zip(heads, _WIDTHS, strict=True)):
        page.set_column(column, column, width)
        page.write_string(1, column, say(head), look.label)
    row = 1
    for row, texts in enumerate(_meanings(plan), 2):
        for column, text in enumerate(texts):
            page.write_string(row, column, text, look.body)
    page.freeze_panes(2, 0)
    page.autofilter(1, 0, row, len(heads) - 1)
    page.repeat_rows(1)


def _meanings(plan: Plan) -> Iterator[Sequence[str]]:
    for codelist in plan.codelists:
        titles = dict.fromkeys(field.title for field in plan.fields() if choices(field) == codelist)
        where = _joined(titles)
        for code in codes(plan, codelist):
            yield where, plan.shown[codelist][code.code], code.code, code.definition


def _joined(titles: Iterable[str]) -> str:
    return shortened("; ".join(titles), 120)
