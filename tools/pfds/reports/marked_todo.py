"""The sheet TO DO: a table of what to fix and to check, each row with a link to its cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from pfds.checks.run import Report
from pfds.reports.marked_address import Cell, location
from pfds.reports.marked_book import Sheet
from pfds.reports.marked_styles import Styles
from pfds.reports.marked_tasks import Task, left_out, summary
from pfds.reports.marked_xml import MAIN, cell_text
from pfds.reports.wording import SEVERITY, Wording, visible
from pfds.standard.findings import Severity
from pfds.standard.phrase import Count, Phrase

NAME: Final = Phrase("TO DO")

_UNREAD: Final = "▸ "
"""Sheets whose first cell begins so are no data, and are not read when the workbook is sent again."""
_TO_DO, _DONE = "☐", "☑"
_WIDTHS: Final = (7, 18, 24, 10, 60, 60, 26)
_LINK_COLUMN: Final = 4


@dataclass(frozen=True, slots=True)
class Todo:
    """What the sheet tells; ``sheets`` are those that its entries can link to, none if there is no workbook."""

    wording: Wording
    report: Report
    tasks: Sequence[Task]
    sheets: Mapping[str, Sheet]


def todo_sheet(todo: Todo, styles: Styles) -> Iterator[bytes]:
    """The XML of the sheet, in parts."""
    looks = _Looks.of(styles)
    intro = list(_intro(todo))
    header = len(intro) + 1 if todo.tasks else None
    yield _opening(todo, header).encode()
    for number, text in enumerate(intro, 1):
        yield _row(number, [(text, looks.title if number == 1 else looks.line)]).encode()
    if header:
        yield _row(header, [(name, looks.heading) for name in _headings(todo)]).encode()
        for number, task in enumerate(todo.tasks, header + 1):
            yield _row(number, _entry(todo, task, looks)).encode()
        ending = left_out(todo.wording, todo.report, todo.tasks)
        for number, text in enumerate(ending, header + len(todo.tasks) + 2):
            yield _row(number, [(text, looks.line)]).encode()
    yield "".join(_closing(todo, header)).encode()


@dataclass(frozen=True, slots=True)
class _Looks:
    """Numbers of the formats of the sheet."""

    title: int
    line: int
    heading: int
    box: int
    text: int
    link: int
    severities: dict[Severity, int] = field(default_factory=dict)

    @staticmethod
    def of(styles: Styles) -> _Looks:
        text = styles.plain()
        return _Looks(
            title=styles.plain(bold=True, size=16),
            line=styles.plain(size=11),
            heading=styles.plain(bold=True),
            box=styles.plain(centred=True),
            text=text,
            link=styles.plain(link=True),
            severities={severity: styles.marked(text, severity) for severity in Severity},
        )


def _intro(todo: Todo) -> Iterator[str]:
    say = todo.wording.say
    yield _UNREAD + say(Phrase("TO DO: what to fix and what to check"))
    yield summary(todo.wording, todo.report)
    if not todo.tasks:
        if not sum(todo.report.totals.values()):
            yield say(Phrase("Nothing to do: no place has to be fixed or checked."))
        yield from left_out(todo.wording, todo.report, todo.tasks)
        return
    if todo.sheets:
        yield say(Phrase("Click the name of a cell to go there. The cells are marked, and a note says what is wrong."))
    yield say(Phrase("Choose ☑ in the first column when a place is done. Then save, and check again."))
    total, listed = sum(todo.report.totals.values()), len(todo.tasks)
    if total > listed:
        places = Count("{n} place", "{n} places", total)
        here = Phrase(
            "{listed} of {places} are listed here; the end of this sheet says which are not.",
            listed=f"{listed:,}",
            places=places,
        )
        yield say(here)


def _headings(todo: Todo) -> list[str]:
    where = [Phrase("Sheet"), Phrase("Cell")] if todo.sheets else [Phrase("File"), Phrase("Place")]
    rest = [Phrase("What is wrong"), Phrase("How to fix it"), Phrase("Rule")]
    return [todo.wording.say(name) for name in (Phrase("Done"), Phrase("How urgent"), *where, *rest)]


def _entry(todo: Todo, task: Task, looks: _Looks) -> list[tuple[str, int]]:
    look = looks.link if _target(todo, task) else looks.text
    return [
        (_TO_DO, looks.box),
        (todo.wording.say(SEVERITY[task.severity]), looks.severities[task.severity]),
        (_where(todo, task), looks.text),
        (task.place or ("→" if _target(todo, task) else ""), look),
        (task.what, looks.text),
        (task.fix, looks.text),
        (task.rule, looks.text),
    ]


def _where(todo: Todo, task: Task) -> str:
    if not todo.sheets or task.sheet is None:
        parts = (task.file, visible(task.sheet) if task.sheet else "") if not todo.sheets else ()
        return " ▸ ".join(part for part in parts if part)
    name, sheet = visible(task.sheet), todo.sheets.get(task.sheet)
    hidden = sheet is not None and sheet.hidden
    return todo.wording.say(Phrase("{name} (a hidden sheet)", name=name)) if hidden else name


def _target(todo: Todo, task: Task) -> str | None:
    if task.sheet is None or task.sheet not in todo.sheets:
        return None
    return location(task.sheet, task.cell or Cell(1, 1))


def _row(number: int, cells: Sequence[tuple[str, int]]) -> str:
    """A row of text: what is written as text in place never becomes a formula."""
    written = "".join(
        f'<c r="{Cell(number, column)}" s="{style}" t="inlineStr"><is><t xml:space="preserve">'
        f"{escape(cell_text(text))}</t></is></c>"
        if text
        else f'<c r="{Cell(number, column)}" s="{style}"/>'
        for column, (text, style) in enumerate(cells, 1)
    )
    return f'<row r="{number}">{written}</row>'


def _opening(todo: Todo, header: int | None) -> str:
    side = ' rightToLeft="1"' if todo.wording.language.direction == "rtl" else ""
    frozen = (
        f'<pane ySplit="{header}" topLeftCell="A{header + 1}" activePane="bottomLeft" state="frozen"/>'
        if header
        else ""
    )
    widths = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
        for number, width in enumerate(_WIDTHS, 1)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{MAIN}">'
        '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView tabSelected="1"{side} workbookViewId="0">{frozen}</sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{widths}</cols><sheetData>'
    )


def _closing(todo: Todo, header: int | None) -> Iterator[str]:
    yield "</sheetData>"
    if header:
        first, last = header + 1, header + len(todo.tasks)
        yield f'<autoFilter ref="A{header}:{Cell(last, len(_WIDTHS))}"/>'
        yield '<dataValidations count="1"><dataValidation type="list" allowBlank="1" showErrorMessage="1"'
        yield f' sqref="A{first}:A{last}"><formula1>"{_TO_DO},{_DONE}"</formula1></dataValidation></dataValidations>'
        yield from _links(todo, first)
    yield '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>'
    yield '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'


def _links(todo: Todo, first: int) -> Iterator[str]:
    targets = ((number, _target(todo, task)) for number, task in enumerate(todo.tasks, first))
    links = "".join(
        f'<hyperlink ref="{Cell(number, _LINK_COLUMN)}" location={quoteattr(target)} display={quoteattr(target)}/>'
        for number, target in targets
        if target
    )
    if links:
        yield f"<hyperlinks>{links}</hyperlinks>"
