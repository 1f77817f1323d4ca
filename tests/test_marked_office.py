"""A real LibreOffice opens marked copies, follows their links, and shows what was sent; it also makes some to mark."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from marked import finding, mark, parts, trimmed, values
from programs import SOFFICE, needs_libreoffice
from test_marked_workbook import PLACES, SOURCES, WITH_ALL, links_of, opened, written_by_xlsxwriter

pytestmark = needs_libreoffice


def converted(workbook: bytes, form: str, folder: Path) -> bytes:
    """The workbook in another form, as LibreOffice saves it; fails if it cannot be opened."""
    sent, made = folder / "sent.xlsx", folder / "made"
    sent.write_bytes(workbook)
    private = f"-env:UserInstallation={(folder / 'office').as_uri()}"
    command = [str(SOFFICE), private, "--headless", "--convert-to", form, "--outdir", str(made), str(sent)]
    done = subprocess.run(command, capture_output=True, timeout=240, text=True)
    results = list(made.glob("sent.*"))
    assert len(results) == 1, done.stderr
    return results[0].read_bytes()


@pytest.mark.parametrize(
    "source",
    [pytest.param(source, marks=() if name == "openpyxl" else pytest.mark.long) for name, source in SOURCES.items()],
    ids=SOURCES,
)
def test_libreoffice_opens_a_marked_copy_with_its_links_notes_and_cells(
    source: Callable[[], bytes], tmp_path: Path
) -> None:
    before = source()
    after = mark(before, [finding("Cases", place) for place in PLACES], lang="ar")
    saved = converted(after, "xlsx", tmp_path)
    book = opened(saved)
    listed = book.worksheets[0]
    assert listed.sheet_view.rightToLeft
    assert sorted(links_of(book).values()) == sorted(links_of(opened(after)).values())
    assert len(links_of(book)) == len(PLACES)
    for place in PLACES:
        assert "\n" in book["Cases"][place].comment.text
        assert book["Cases"][place].border.left.style == "thick"
    (tmp_path / "unmarked").mkdir()
    for name, rows in values(converted(before, "xlsx", tmp_path / "unmarked")).items():
        assert trimmed(values(saved)[name]) == trimmed(rows)


def test_drop_downs_conditional_formats_and_tables_are_there_for_libreoffice(tmp_path: Path) -> None:
    book = opened(converted(mark(written_by_xlsxwriter(), [finding(WITH_ALL[1], "B2")]), "xlsx", tmp_path))
    for name in WITH_ALL:
        assert book[name].data_validations.count == 1
        assert len(book[name].conditional_formatting) >= 1
        assert book[name]["A2"].comment.text.endswith("theirs")
        assert book[name].merged_cells.ranges


def test_a_marked_copy_prints(tmp_path: Path) -> None:
    assert converted(mark(written_by_xlsxwriter(), [finding("Cases", "B2")]), "pdf", tmp_path).startswith(b"%PDF")


@pytest.mark.long
def test_a_workbook_that_libreoffice_saved_is_marked_and_opened_again(tmp_path: Path) -> None:
    (tmp_path / "first").mkdir()
    before = converted(written_by_xlsxwriter(), "xlsx", tmp_path / "first")
    after = mark(before, [finding(WITH_ALL[2], place) for place in (*PLACES, "A2")])
    for name, rows in values(before).items():
        assert trimmed(values(after)[name]) == trimmed(rows)
    book = opened(converted(after, "xlsx", tmp_path))
    assert book.sheetnames == ["TO DO", *WITH_ALL]
    assert book[WITH_ALL[2]]["B2"].comment.text.startswith("Must fix")
    assert book[WITH_ALL[2]]["A2"].comment.text.endswith("theirs")
    assert len(parts(after)) == len(parts(before)) + 1
