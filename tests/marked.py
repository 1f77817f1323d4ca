"""Workbooks with findings, and what their marked copies hold: what the tests of the marked workbook share."""

import io
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lxml import etree
from python_calamine import CalamineWorkbook

from pfds.checks.run import Report
from pfds.reports.marked_workbook import marked_workbook
from pfds.reports.wording import wording
from pfds.standard.findings import Finding, Origin, Severity
from pfds.standard.language import load_language
from pfds.standard.load import load_standard

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
SOME_CELL = "cell-required"


def finding(sheet: str | None, cell: str | None, **others: Any) -> Finding:
    """A finding at a cell of a workbook; by default that it is empty."""
    facts = {"field": "name", "table": "cases", "problem": "It is empty.", **others.pop("facts", {})}
    origin = Origin("sent.xlsx", sheet, others.pop("line", None), cell)
    rule, severity = others.pop("rule", SOME_CELL), others.pop("severity", Severity.ERROR)
    return Finding(rule, severity, "cases", others.pop("field", "name"), origin=origin, facts=facts, **others)


def report_of(findings: Iterable[Finding], more: int = 0) -> Report:
    """A report of findings; there are ``more`` of the first kind than are kept."""
    kept = tuple(findings)
    totals = Counter((found.rule, found.severity, found.table, found.field) for found in kept)
    if more:
        totals[next(iter(totals))] += more
    return Report("1.0.0", None, (), kept, totals, ())


def mark(
    source: bytes | None,
    findings: Iterable[Finding],
    *,
    lang: str = "en",
    most: int = 1000,
    show_values: bool = True,
    more: int = 0,
) -> bytes:
    """The marked copy of a workbook."""
    words = wording(load_standard(), load_language(lang), show_values=show_values)
    return marked_workbook(words, report_of(findings, more), most, source)


def parts(workbook: bytes) -> dict[str, bytes]:
    """Its parts by name."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        assert archive.testzip() is None
        return {info.filename: archive.read(info) for info in archive.infolist()}


def packed(members: Mapping[str, bytes | str]) -> bytes:
    """A workbook of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 5, 6, 7, 8, 10)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def values(workbook: bytes) -> dict[str, list[list[Any]]]:
    """All cells by sheet, as a program that is not ours reads them."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def trimmed(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """Rows without empty cells and rows at their ends: an added empty cell changes nothing of this."""
    found = [list(row) for row in rows]
    for row in found:
        while row and row[-1] == "":
            row.pop()
    while found and not found[-1]:
        found.pop()
    return found


def unmarked(part: bytes) -> list[tuple[str, bytes]]:
    """Cells of the XML of a sheet by address, each without its format, those that are empty left out."""
    cells = []
    for cell in etree.fromstring(part).iter(MAIN + "c"):
        cell.attrib.pop("s", None)
        if len(cell):
            cells.append((cell.get("r"), etree.tostring(cell)))
    return cells
