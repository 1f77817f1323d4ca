"""The first sheet of a workbook: what to do, what the marks mean, how to keep people safe, how to have it checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from xlsxwriter.utility import quote_sheetname

from pfds.publish.template_formats import Formats
from pfds.publish.template_plan import FIRST_ROW, MARK, Plan
from pfds.publish.template_words import REQUIRED
from pfds.standard.phrase import Phrase

_LEFT, _RIGHT = 30, 96
_LINE, _LINE_HEIGHT = 100, 16
_TITLE_HEIGHT, _HEADING_HEIGHT = 34, 28
_CHANNEL_COLUMN: Final = "disclosure"


class _Page:
    """Writes the sheet from the top down: on the left what a line is about, on the right the text."""

    def __init__(self, page: Any, say: Callable[[str], str], look: Formats) -> None:
        self.page, self.say, self.look, self.row = page, say, look, 0

    def title(self, phrase: Phrase) -> None:
        self.page.set_row(self.row, _TITLE_HEIGHT)
        self.page.write_string(self.row, 0, f"{MARK} {self.say(phrase)}", self.look.title)
        self.row += 1

    def heading(self, phrase: Phrase) -> None:
        self.page.set_row(self.row, _HEADING_HEIGHT)
        self.page.write_string(self.row, 0, self.say(phrase), self.look.heading)
        self.page.write_blank(self.row, 1, None, self.look.heading)
        self.row += 1

    def line(self, left: str, right: str, look: Any = None, link: str = "") -> None:
        text = self.say(right)
        self.page.set_row(self.row, _LINE_HEIGHT * (1 + len(text) // _LINE) + 4)
        if link:
            self.page.write_url(self.row, 0, f"internal:{link}", look, self.say(left))
        else:
            self.page.write_string(self.row, 0, self.say(left), look or self.look.body)
        self.page.write_string(self.row, 1, text, self.look.body)
        self.row += 1


def write_start(book: Any, plan: Plan, look: Formats, profile: str) -> None:
    """The sheet itself; it must be the first that is added to the workbook."""
    sheet = book.add_worksheet(plan.start)
    sheet.set_column(0, 0, _LEFT)
    sheet.set_column(1, 1, _RIGHT)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    page = _Page(sheet, plan.language.say, look)
    page.title(Phrase("Records of persecuted journalists and activists"))
    page.line("", Phrase("Write here what you know about cases, persons and events. You need only this workbook."))
    _steps(page, plan)
    _marks(page, look)
    _safety(page, plan)
    _checking(page, plan)
    _sheets(page, plan, look)
    _about(page, plan, profile)


def _steps(page: _Page, plan: Plan) -> None:
    first = plan.sheets[0].name if plan.sheets else ""
    page.heading(Phrase("Six steps"))
    steps = (
        Phrase("Save this file where only you and the people you trust can open it."),
        Phrase(
            "Begin with the sheet “{sheet}”; the others follow. Leave empty what you do not know.",
            sheet=first,
        ),
        Phrase("Give each row an id in its first column. Keep it: other sheets name the row by its id."),
        Phrase(
            "Where a cell offers a list, choose from it. The sheet “{sheet}” says what each choice means.",
            sheet=plan.lists,
        ),
        Phrase("Write dates with the year first: 2024-03-12. If you do not know the day, write 2024-03 or 2024."),
        Phrase("Have the file checked, as described below, and correct what the check shows."),
    )
    for number, step in enumerate(steps, 1):
        page.line(str(number), step)


def _marks(page: _Page, look: Formats) -> None:
    page.heading(Phrase("What the marks mean"))
    page.line(
        f"{MARK} {page.say(REQUIRED)}",
        Phrase("The row below the headings says how to fill a column. “Required”: in every row that you use."),
        look.hint,
    )
    page.line(
        Phrase("Heading"),
        Phrase("Required columns have a darker heading. Point at a heading or select a cell to read more."),
        look.required_label,
    )
    page.line(Phrase("Empty, with a border"), Phrase("This cell is required and still empty."), look.missing)
    page.line(Phrase("Bold, with a border"), Phrase("Another row of this sheet has the same id."), look.twice)
    page.line(Phrase("Underlined, with a border"), Phrase("No row has this id: is it a typing error?"), look.unknown)


def _safety(page: _Page, plan: Plan) -> None:
    columns = {field.name: field.title for field in plan.fields()}
    page.heading(Phrase("Keeping people safe"))
    page.line("", Phrase("This file sends nothing anywhere. It holds no programs and no links to the internet."))
    page.line("", Phrase("What you write can endanger people. Write no more than is needed and agreed."))
    if _CHANNEL_COLUMN in columns:
        page.line(
            "",
            Phrase("In the column “{column}” you say what may be published.", column=columns[_CHANNEL_COLUMN]),
        )
    page.line("", Phrase("Send the file only in a way that you trust, to people whom you trust."))


def _checking(page: _Page, plan: Plan) -> None:
    page.heading(Phrase("How to have it checked"))
    command = f"pfds validate FILE.xlsx --lang {plan.language.code}"
    page.line("", Phrase("On a computer that has the program pfds, type: {command}", command=command))
    page.line("", Phrase("It shows what to correct, and where. It needs no internet and does not change your file."))
    page.line("", Phrase("If you do not have the program, ask the organization that gave you this file."))


def _sheets(page: _Page, plan: Plan, look: Formats) -> None:
    page.heading(Phrase("The sheets"))
    for sheet in plan.sheets:
        place = f"{quote_sheetname(sheet.name)}!A{FIRST_ROW + 1}"
        page.line(sheet.name, sheet.table.description, look.link, place)


def _about(page: _Page, plan: Plan, profile: str) -> None:
    page.heading(Phrase("About this file"))
    page.line(Phrase("Press Freedom Data Standard"), Phrase("Version: {version}", version=plan.standard.version))
    page.line(Phrase("Language"), plan.language.name)
    page.line(Phrase("Profile"), profile)
