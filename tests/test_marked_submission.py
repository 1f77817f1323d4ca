"""From a workbook with mistakes to its marked copy, which is itself a workbook that can be checked."""

import csv
from pathlib import Path

import pytest
import xlsxwriter

from marked import values
from pfds.checks.run import Report, validate
from pfds.intake.submission import open_submission
from pfds.reports.marked_workbook import marked_workbook
from pfds.reports.wording import wording
from pfds.standard.findings import Severity
from pfds.standard.language import load_language
from pfds.standard.load import load_standard
from pfds.standard.messages import in_language
from test_marked_workbook import links_of, opened

EXAMPLE = Path(__file__).parents[1] / "examples" / "kloop-2025"


def workbook_with_mistakes(path: Path, lang: str) -> None:
    """The Kloop case, sheets named in a language; in each the first record has an unknown word in its third column."""
    standard = in_language(load_standard(), load_language(lang))
    with xlsxwriter.Workbook(path) as book:
        for file in sorted(EXAMPLE.glob("*.csv")):
            if file.stem not in standard.tables:
                continue
            sheet = book.add_worksheet(standard.tables[file.stem].plural[:31])
            with file.open(encoding="utf-8", newline="") as lines:
                for number, row in enumerate(csv.reader(lines)):
                    for column, text in enumerate(row):
                        sheet.write_string(number, column, "Oops \x07" if (number, column) == (1, 2) else text)


def report_on(path: Path) -> Report:
    standard = load_standard()
    return validate(standard, open_submission([path], standard, None), None).report


@pytest.mark.parametrize("lang", [*(pytest.param(lang, marks=pytest.mark.long) for lang in ("en", "ru")), "ar"])
def test_the_marked_copy_links_to_what_is_wrong_and_has_the_same_findings(lang: str, tmp_path: Path) -> None:
    sent, copy = tmp_path / "sent" / "kloop.xlsx", tmp_path / "marked" / "kloop.xlsx"
    sent.parent.mkdir()
    copy.parent.mkdir()
    workbook_with_mistakes(sent, lang)
    report = report_on(sent)
    words = wording(load_standard(), load_language(lang), show_values=True)
    copy.write_bytes(marked_workbook(words, report, 1000, sent.read_bytes()))

    book = opened(copy.read_bytes())
    wrong = [found for found in report.findings if found.severity is Severity.ERROR and found.origin.cell]
    assert len(wrong) >= 10
    targets = set(links_of(book).values())
    for found in wrong:
        sheet, cell = found.origin.sheet or "", found.origin.cell or ""
        assert f"'{sheet}'!{cell}" in targets
        assert book[sheet][cell].border.left.style == "thick"
        assert words.message(found) in book[sheet][cell].comment.text
    after = report_on(copy)
    assert after.findings == report.findings
    assert after.totals == report.totals
    assert list(values(copy.read_bytes()))[1:] == list(values(sent.read_bytes()))
