"""The standard to a workbook that people fill in: the empty template, or the same sheets with records in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import xlsxwriter

from pfds.publish.template_example import write_example
from pfds.publish.template_formats import formats
from pfds.publish.template_lists import write_hidden_lists, write_lists
from pfds.publish.template_meta import write_meta
from pfds.publish.template_plan import NotForAWorkbook, Plan, plan
from pfds.publish.template_sheet import write_sheet
from pfds.publish.template_start import write_start
from pfds.standard.language import Language
from pfds.standard.model import Standard
from pfds.standard.phrase import Phrase

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["PROFILES", "NotForAWorkbook", "template", "workbook"]

PROFILES: Final = ("core", "full")
"""`core` has the tables that a first report needs, `full` all tables that a release may hold."""

_CORE: Final = ("cases", "persons", "events", "event_parties", "charges", "sources")
_CREATED: Final = datetime(2025, 1, 1)  # noqa: DTZ001 - the format keeps a time without a zone


_OPTIONS: Final = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
"""Nothing is written beside the file, and no text becomes more than text."""


def template(standard: Standard, language: Language, profile: str) -> bytes:
    """The empty workbook of a profile as an XLSX file, with a filled-in example; the same bytes each time."""
    tables = standard.released.tables if profile == "full" else _with_needed(standard, _CORE)
    return _written(plan(standard, language, tables, None), profile, None)


def workbook(
    standard: Standard,
    language: Language,
    tables: Iterable[str],
    records: Mapping[str, pa.Table] | None = None,
    meta: Mapping[str, object] | None = None,
) -> bytes:
    """An XLSX file with a sheet for each of the ``tables`` and their ``records``, columns of text by field name,
    and one for what the submission says of itself.

    Codes are shown by their labels; a column that the standard does not know follows the others. Empty texts and
    nulls are empty cells. Raises NotForAWorkbook if the format cannot hold a record.
    """
    return _written(plan(standard, language, tables, records), "", meta)


def _with_needed(standard: Standard, names: Iterable[str]) -> set[str]:
    """The tables, and those that a required field of them refers to."""
    found: set[str] = set()
    wanted = [name for name in names if name in standard.tables]
    while wanted:
        name = wanted.pop()
        found.add(name)
        needed = {f.reference.table for f in standard.tables[name].fields if f.reference and f.required}
        wanted += sorted(needed - found)
    return found


def _written(made: Plan, profile: str, meta: Mapping[str, object] | None) -> bytes:
    out = BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        _describe(book, made, profile)
        look = formats(book, made.language.direction)
        write_start(book, made, look, profile)
        for sheet in made.sheets:
            write_sheet(book.add_worksheet(sheet.name), made, sheet, look)
        if profile:
            write_example(book, made, look)
        write_meta(book, made, look, meta)
        write_lists(book, made, look)
        write_hidden_lists(book, made)
        if made.language.direction == "rtl":
            for page in book.worksheets():
                page.right_to_left()
    return out.getvalue()


def _describe(book: Any, made: Plan, profile: str) -> None:
    title = made.language.say(Phrase("Records of persecuted journalists and activists"))
    book.set_properties({"title": title, "author": "PFDS", "created": _CREATED})
    for name, value in (
        ("pfds_template_version", made.standard.version),
        ("pfds_language", made.language.code),
        ("pfds_profile", profile),
    ):
        if value:
            book.set_custom_property(name, value, "text")
