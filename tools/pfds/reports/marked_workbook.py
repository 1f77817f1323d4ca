"""A copy of the workbook that was sent, with a sheet TO DO and marks on the cells; all else in it is as it was."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

from pfds.checks.run import Report
from pfds.reports.marked_address import Cell
from pfds.reports.marked_book import EMPTY, Book, Sheet
from pfds.reports.marked_cells import Marks
from pfds.reports.marked_notes import Notes
from pfds.reports.marked_package import Package
from pfds.reports.marked_refusal import CannotMark
from pfds.reports.marked_scan import scan
from pfds.reports.marked_styles import Styles
from pfds.reports.marked_tasks import Task, note, tasks
from pfds.reports.marked_todo import NAME, Todo, todo_sheet
from pfds.reports.wording import Wording
from pfds.standard.findings import Severity

__all__ = ["CannotMark", "marked_workbook"]

_NEW = (1980, 1, 1, 0, 0, 0)


def marked_workbook(wording: Wording, report: Report, max_findings: int, source: bytes | None) -> bytes:
    """The bytes of an .xlsx file with what there is to do.

    ``source`` is the .xlsx file that was sent: the result is a copy of it, in which a first sheet lists at most
    ``max_findings`` places for each rule, table and field, with links; these cells are marked and have notes. Without
    a source the result holds the list alone. Raises CannotMark for a source that no sound copy can be made of.
    """
    package = Package(_empty() if source is None else source)
    book = Book(package)
    sheets = book.sheets()
    listed = tasks(wording, report, max_findings, [sheet.name for sheet in sheets])
    styles = Styles(book)
    notes = Notes(book, right_to_left=wording.language.direction == "rtl")
    for sheet in sheets:
        _mark(package, sheet, _by_cell(listed, sheet), (wording, styles, notes))
    todo = Todo(wording, report, listed, {sheet.name: sheet for sheet in sheets})
    book.put_first(book.free_name(wording.say(NAME)), todo_sheet(todo, styles))
    styles.save()
    return package.packed()


def _by_cell(listed: Sequence[Task], sheet: Sheet) -> dict[Cell, list[Task]]:
    found: dict[Cell, list[Task]] = {}
    for task in listed:
        if task.sheet == sheet.name and task.exact and task.cell is not None:
            found.setdefault(task.cell, []).append(task)
    return dict(sorted(found.items()))


def _mark(
    package: Package,
    sheet: Sheet,
    found: Mapping[Cell, Sequence[Task]],
    means: tuple[Wording, Styles, Notes],
) -> None:
    if not found and b"tabSelected" not in package.head(sheet.part):
        return
    wording, styles, notes = means
    data = package.read(sheet.part)
    places = scan(data, {cell.row for cell in found})
    marks = Marks(data, places)
    marks.deselect()
    if places.data is not None:
        marks.mark({cell: _gravest(them) for cell, them in found.items()}, styles.marked)
        texts = {cell: "\n\n".join(note(wording, task) for task in them) for cell, them in found.items()}
        drawing = notes.add(sheet.part, places.notes, texts)
        if drawing is not None:
            marks.draw_notes(drawing)
    package.write(sheet.part, marks.pieces())


def _gravest(found: Sequence[Task]) -> Severity:
    return min((task.severity for task in found), key=lambda severity: severity.rank)


def _empty() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in EMPTY.items():
            archive.writestr(zipfile.ZipInfo(name, _NEW), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
