"""What a workbook tells while somebody types: choices, advice, and marks on cells that need another look."""

from __future__ import annotations

from typing import Any

from xlsxwriter.utility import xl_col_to_name

from pfds.publish.template_formats import Formats
from pfds.publish.template_lists import BETWEEN, codes_range, ids_range, records_range
from pfds.publish.template_plan import FIRST_ROW, Column, Plan, Sheet, choices
from pfds.publish.template_words import (
    Objection,
    guidance,
    how_to_fill,
    not_a_date,
    not_a_row,
    not_an_own_id,
    not_in_list,
)
from pfds.standard.model import Field
from pfds.standard.phrase import Phrase

_DAY = len("2024-03-12")


def how(plan: Plan, sheet: Sheet, field: Field) -> Phrase:
    """How the cells of a field are filled in this workbook."""
    referred = _referred(plan, field)
    return how_to_fill(field, sheet.table, referred.name if referred else None)


def write_checks(page: Any, plan: Plan, sheet: Sheet, look: Formats) -> None:
    """Choices, advice and marks of every column of a sheet."""
    for position, column in enumerate(sheet.columns):
        if column.field is None:
            continue
        where = (FIRST_ROW, position, sheet.last_row, position)
        page.data_validation(*where, _advice(plan, sheet, column, column.field, position))
        if mark := _mark(plan, sheet, column.field, position, look):
            page.conditional_format(*where, mark)
        if column.field.required:
            page.conditional_format(*where, _missing(sheet, position, look))


def _advice(plan: Plan, sheet: Sheet, column: Column, field: Field, position: int) -> dict[str, Any]:
    title, text = guidance(plan.language, column.label, field, how(plan, sheet, field))
    return {
        "validate": "any",
        "input_title": title,
        "input_message": text,
        "ignore_blank": True,
        **_test(plan, sheet, field, f"{xl_col_to_name(position)}{FIRST_ROW + 1}"),
    }


def _test(plan: Plan, sheet: Sheet, field: Field, cell: str) -> dict[str, Any]:
    """What the first cell of a column may hold, and what is said otherwise; nothing where all may be typed."""
    language = plan.language
    if listed := _choice(plan, field):
        return listed
    if field.kind in ("edtf", "date"):
        return _custom(_date_test(field, cell), not_a_date(language))
    if field.name == sheet.table.primary_key and sheet.counted:
        return _custom(_key_test(sheet, cell), not_an_own_id(language, _prefix(sheet)))
    return {}


def _choice(plan: Plan, field: Field) -> dict[str, Any] | None:
    """The list to choose from, if the field has one; only codes of a closed list must be of it."""
    if field.codelist:
        return _list(codes_range(field.codelist), "stop", not_in_list(plan.language, plan.lists))
    if referred := _referred(plan, field):
        return _list(records_range(referred.table.name), "information", not_a_row(plan.language, referred.name))
    if (codelist := choices(field)) and codelist in plan.codelists:
        return {"validate": "list", "source": f"={codes_range(codelist)}", "show_error": False}
    if field.kind == "boolean":
        return {"validate": "list", "source": ["true", "false"], "show_error": False}
    return None


def _list(name: str, style: str, objection: Objection) -> dict[str, Any]:
    return {"validate": "list", "source": f"={name}", **_error(style, objection)}


def _custom(formula: str, objection: Objection) -> dict[str, Any]:
    return {"validate": "custom", "value": formula, **_error("warning", objection)}


def _error(style: str, objection: Objection) -> dict[str, Any]:
    return {"error_type": style, "error_title": objection.title, "error_message": objection.message}


def _date_test(field: Field, cell: str) -> str:
    """The year stands first; an open or uncertain date may begin with a bracket, points or XXXX."""
    year = f'IFERROR(TEXT(VALUE(LEFT({cell},4)),"0000")=LEFT({cell},4),0)'
    if field.kind == "date":
        return f"=AND(LEN({cell})={_DAY},{year})"
    return f'=OR({year},LEFT({cell},1)="[",LEFT({cell},2)="..",LEFT({cell},4)="XXXX")'


def _key_test(sheet: Sheet, cell: str) -> str:
    prefix = _prefix(sheet)
    return f'=AND(LEFT({cell},{len(prefix)})="{prefix}",COUNTIF({_down(sheet, cell)},{cell})=1)'


def _prefix(sheet: Sheet) -> str:
    return f"{sheet.table.id_prefix}-"


def _down(sheet: Sheet, cell: str) -> str:
    """The whole column of its first cell."""
    column = cell.rstrip("0123456789")
    return f"${column}${FIRST_ROW + 1}:${column}${sheet.last_row + 1}"


def _referred(plan: Plan, field: Field) -> Sheet | None:
    """The sheet whose records a field chooses from, if they are listed."""
    target = plan.sheet(field.reference.table) if field.reference else None
    return target if target in plan.listed else None


def _mark(plan: Plan, sheet: Sheet, field: Field, position: int, look: Formats) -> dict[str, Any] | None:
    cell = f"{xl_col_to_name(position)}{FIRST_ROW + 1}"
    if field.name == sheet.table.primary_key:
        formula = f'=AND({cell}<>"",COUNTIF({_down(sheet, cell)},{cell})>1)'
        return _formula(formula, look.twice) if sheet.counted else None
    if referred := _referred(plan, field):
        key = f'LEFT({cell},FIND("{BETWEEN}",{cell}&"{BETWEEN}")-1)'
        return _formula(f'=AND({cell}<>"",COUNTIF({ids_range(referred.table.name)},{key})=0)', look.unknown)
    return None


def _missing(sheet: Sheet, position: int, look: Formats) -> dict[str, Any]:
    """An empty cell in a row of which another cell is filled."""
    cell, row = f"{xl_col_to_name(position)}{FIRST_ROW + 1}", FIRST_ROW + 1
    return _formula(f'=AND({cell}="",COUNTA($A{row}:${xl_col_to_name(len(sheet.columns) - 1)}{row})>0)', look.missing)


def _formula(criteria: str, look: Any) -> dict[str, Any]:
    return {"type": "formula", "criteria": criteria, "format": look}
