"""Workbooks: read cell by cell without loss, each sheet, column and word told that was recognised by its label."""

import io
import json
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from command import KLOOP, pfds
from kloop import AS_OF, STANDARD, kloop_tables, write_tables
from pfds.intake.submission import list_submission
from pfds.intake.workbook_process import read_sheets
from pfds.standard.findings import Finding, Severity
from pfds.standard.language import load_language
from pfds.standard.messages import in_language
from programs import needs_libreoffice
from reading import Held, read_submission, stream_of
from workbooks import SHEET, by_hand, labelled, made, of_rows, put, saved_by_libreoffice

EVENTS = ["event_id", "title", "event_date"]
ROWS = [EVENTS, ["evt-a-1", "One", "2024"], ["evt-a-2", "Two", "2025-01"]]


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Held]:
    def reads(data: bytes, name: str = "book.xlsx") -> Held:
        path = tmp_path / name
        path.write_bytes(data)
        return read_submission([path], STANDARD)

    return reads


def cells(held: Held, table: str = "events") -> dict[str, list[str | None]]:
    (text,) = [text for text in held.tables if text.table == table]
    return dict(text.cells.to_pydict())


def column(held: Held, name: str, table: str = "events") -> list[str | None]:
    return cells(held, table)[name]


def told(held: Held) -> list[tuple[str, str | None, str | None, str | None]]:
    """Rule, sheet, cell and field of every finding."""
    return [(found.rule, found.origin.sheet, found.origin.cell, found.field) for found in held.findings]


def of_rule(held: Held, rule: str) -> list[Finding]:
    return [found for found in held.findings if found.rule == rule]


def test_sheets_and_columns_by_their_names_are_read_without_a_word(read: Callable[..., Held]) -> None:
    held = read(of_rows({"events": ROWS, "cases": [["case_id"], ["cas-a-1"]]}))
    assert [finding for finding in held.findings if finding.rule != "column-missing"] == []
    assert cells(held) == {
        "event_id": ["evt-a-1", "evt-a-2"],
        "title": ["One", "Two"],
        "event_date": ["2024", "2025-01"],
    }
    assert [(file.table, file.rows) for file in held.files] == [("cases", 1), ("events", 2)]
    assert len({file.sha256 for file in held.files}) == 1
    assert held.complete


@pytest.mark.parametrize("name", ["Events", " EVENTS", "События", "события", "Eventos", "Événements", "evenements"])
def test_sheet_by_a_label_in_any_language(read: Callable[..., Held], name: str) -> None:
    held = read(of_rows({name: ROWS}))
    (found,) = of_rule(held, "sheet-recognised")
    assert (found.table, found.origin.sheet, found.severity) == ("events", name, Severity.INFO)
    assert column(held, "title") == ["One", "Two"]


def test_every_label_of_every_table_and_field_is_recognised(tmp_path: Path) -> None:
    for code in ("en", "ru", "ky", "es", "fr", "ar"):
        words = in_language(STANDARD, load_language(code))
        sheets = {table.plural[:31]: [[field.title for field in table.fields]] for table in words.tables.values()}
        path = tmp_path / f"{code}.xlsx"
        path.write_bytes(of_rows(sheets))
        held = read_submission([path], STANDARD)
        assert [(code, found) for found in held.findings if found.severity is not Severity.INFO] == []
        assert {text.table for text in held.tables} == set(STANDARD.tables)


def test_single_sheet_is_named_by_its_file_and_then_stands_alone(read: Callable[..., Held], tmp_path: Path) -> None:
    held = read(of_rows({"Лист1": ROWS}), "Events.xlsx")
    assert [(found.table, found.origin.sheet) for found in of_rule(held, "sheet-recognised")] == [("events", "Лист1")]
    assert column(held, "title") == ["One", "Two"]
    assert not list_submission([tmp_path / "Events.xlsx"], STANDARD).complete


def test_other_sheets_are_told_and_empty_ones_and_those_of_the_template_are_not(read: Callable[..., Held]) -> None:
    held = read(of_rows({"▸ start": [["▸ Read me", "events"]], "Notes": [["call her"]], "Лист2": [], "events": ROWS}))
    assert told(held)[-1] == ("table-unknown", "Notes", None, None)
    assert [found.origin.sheet for found in held.findings if found.rule == "table-unknown"] == ["Notes"]


def test_workbook_without_any_table_says_so(read: Callable[..., Held]) -> None:
    (found,) = read(of_rows({"Sheet1": []})).findings
    assert (found.rule, found.facts["suggestion"]) == ("table-unknown", "No sheet of it holds anything.")


def test_column_without_a_name_is_told(read: Callable[..., Held]) -> None:
    held = read(of_rows({"events": [EVENTS, ["evt-a-1", "One", "2024", None, "a note"], []]}))
    (found,) = of_rule(held, "column-unknown")
    assert (found.origin.cell, found.facts["name"]) == ("E1", "The column E, which has no name,")


def test_second_sheet_of_a_table_is_not_read(read: Callable[..., Held]) -> None:
    held = read(of_rows({"events": ROWS, "События": ROWS}))
    (found,) = of_rule(held, "table-duplicate")
    assert (found.origin.sheet, found.facts["first"]) == ("События", "sheet events")
    assert column(held, "title") == ["One", "Two"]


def test_columns_by_label_are_told_one_by_one(read: Callable[..., Held]) -> None:
    title = in_language(STANDARD, load_language("ru")).tables["events"].by_name["event_date"].title
    held = read(of_rows({"events": [["EVENT ID", "title", f" {title.upper()} *"], ["evt-a-1", "One", "2024"]]}))
    found = of_rule(held, "column-recognised")
    assert [(each.field, each.origin.cell) for each in found] == [("event_id", "A1"), ("event_date", "C1")]
    assert found[1].values["name"] == f"{title.upper()} *"
    assert cells(held) == {"event_id": ["evt-a-1"], "title": ["One"], "event_date": ["2024"]}


def test_unknown_repeated_and_missing_columns_are_told_as_in_csv(read: Callable[..., Held]) -> None:
    held = read(of_rows({"events": [["event_id", "Colour", "Event id"], ["evt-a-1", "red", "x"]]}))
    assert ("column-unknown", "events", "B1", None) in told(held)
    assert ("column-duplicate", "events", "C1", "event_id") in told(held)
    assert ("column-missing", "events", None, "event_type") in told(held)
    assert list(cells(held)) == ["event_id"]


def test_sheet_without_a_header_is_one_finding(read: Callable[..., Held]) -> None:
    held = read(of_rows({"events": [["Anna", "12"], ["Olga", "13"]]}))
    assert told(held) == [("header-missing", "events", None, None)]
    assert held.partial == {"events"}


def test_header_below_a_title_and_blank_rows_keep_the_rows_of_the_sheet(read: Callable[..., Held]) -> None:
    rows: list[list[Any]] = [
        ["Our events in 2024"],
        [],
        EVENTS,
        [],
        ["evt-a-1", "One", "x"],
        [None, "  "],
        ["evt-a-2", "Two", "y"],
    ]
    held = read(of_rows({"events": rows}))
    (found,) = of_rule(held, "header-below")
    assert (found.origin.line, found.facts["row"]) == (3, 3)
    (text,) = held.tables
    assert (text.rows.tolist(), text.lines.tolist()) == ([1, 2], [5, 7])
    assert [text.origin(index, "event_date").cell for index in (0, 1)] == ["C5", "C7"]


def test_rows_of_our_template_hold_no_records(read: Callable[..., Held]) -> None:
    titles = [STANDARD.tables["events"].by_name[name].title for name in EVENTS]
    hints = ["▸ one for each", None, "▸ 2024-03-12"]
    held = read(of_rows({"events": [EVENTS, titles, hints, ["evt-a-1", "One", "2024"]]}))
    assert {found.rule for found in held.findings} == {"column-missing"}
    (text,) = held.tables
    assert (text.lines.tolist(), column(held, "title")) == ([4], ["One"])


def test_record_that_only_looks_like_a_second_header_is_kept(read: Callable[..., Held]) -> None:
    held = read(of_rows({"events": [EVENTS, ["evt-a-1", "Title", None], [None, "Event id", None]]}))
    assert column(held, "title") == ["Title", "Event id"]


def stored(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("events")
    put(sheet, [["event_id", "title", "event_date", "locality"]])
    formats = {"day": "dd.mm.yyyy", "moment": "dd.mm.yy hh:mm", "month": "mmm yyyy", "zeros": "000"}
    shown = {name: book.add_format({"num_format": code}) for name, code in formats.items()}
    days: Sequence[tuple[Any, str | None]] = [
        (date(2024, 3, 12), "day"),
        (datetime.combine(date(2024, 3, 12), time(14, 30)), "moment"),
        (date(2024, 3, 1), "month"),
        (2024, None),
        (45363, None),
        (60, "day"),
        (59, "day"),
    ]
    for row, (value, form) in enumerate(days, 1):
        write = sheet.write_datetime if isinstance(value, date) else sheet.write_number
        write(row, 2, value, *([shown[form]] if form else []))
    texts = ["001", "1e5", "=SUM(A1)", "_x0041_\tb", "12345678901234567890", "TRUE"]
    for row, text in enumerate(texts, 1):
        sheet.write_string(row, 1, text)
    others = [2024, 1.1, 1e15 - 1, 0.3, -5, True, 1]
    for row, value in enumerate(others, 1):
        sheet.write(row, 3, value, *([shown["zeros"]] if row == 7 else []))


EXPECTED: dict[str, list[str | None]] = {
    "event_date": ["2024-03-12", "2024-03-12", "2024-03", "2024", "45363", "1900-02-29", "1900-02-28"],
    "title": ["001", "1e5", "=SUM(A1)", "_x0041_\tb", "12345678901234567890", "TRUE", None],
    "locality": ["2024", "1.1", "999999999999999", "0.3", "-5", "true", "001"],
}


def test_every_kind_of_cell_keeps_what_it_holds(read: Callable[..., Held]) -> None:
    held = read(made(stored))
    assert {name: column(held, name) for name in EXPECTED} == EXPECTED
    changed = {(found.value, found.values["meant"]) for found in of_rule(held, "value-recognised")}
    assert changed == {("2024-03-12T14:30:00", "2024-03-12"), ("2024-03-01", "2024-03")}


@needs_libreoffice
def test_the_same_cells_from_libreoffice(tmp_path: Path) -> None:
    (tmp_path / "book.xlsx").write_bytes(made(stored))
    held = read_submission([saved_by_libreoffice(tmp_path / "book.xlsx", "ods")], STANDARD)
    # LibreOffice turns TRUE into a formula, and knows that there never was a 29 February 1900.
    differing = {
        ("locality", 5): "1",
        ("event_date", 5): "1900-02-28",
        ("event_date", 6): "1900-02-27",
    }
    for name, expected in EXPECTED.items():
        assert column(held, name) == [differing.get((name, row), cell) for row, cell in enumerate(expected)]


def test_days_counted_from_1904(read: Callable[..., Held]) -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("events")
        put(sheet, [EVENTS])
        sheet.write_datetime(1, 2, date(2024, 3, 12), book.add_format({"num_format": 14}))

    assert column(read(made(write, date_1904=True)), "event_date") == ["2024-03-12"]


def test_values_that_a_program_changed_are_told_cell_by_cell(read: Callable[..., Held]) -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("events")
        put(sheet, [["event_id", "title", "event_date"]])
        sheet.write_number(1, 1, 1234567890123456789)
        sheet.write_datetime(2, 1, date(2025, 3, 5), book.add_format({"num_format": "d-mmm"}))
        sheet.write_string(3, 1, "1234567890123456789")

    held = read(made(write))
    found = of_rule(held, "cell-changed")
    assert [(each.origin.cell, each.row, each.value) for each in found] == [
        ("B2", 1, "1234567890123457000"),
        ("B3", 2, "2025-03-05"),
    ]
    assert column(held, "title") == ["1234567890123457000", "2025-03-05", "1234567890123456789"]


def test_errors_and_formulas_without_result_are_no_values(read: Callable[..., Held]) -> None:
    whole = '<c r="A{0}" t="str"><f>"evt-a-{0}"</f><v>evt-a-{0}</v></c>{1}<c r="C{0}" t="str"><v>2024</v></c>'
    second = ['<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>', '<c r="B3"><f>A1</f></c>', '<c r="B4"><f>A1</f><v/></c>']
    names = "".join(
        f'<c r="{letter}1" t="inlineStr"><is><t>{name}</t></is></c>' for letter, name in zip("ABC", EVENTS, strict=True)
    )
    rows = [f'<row r="{row}">{whole.format(row, cell)}</row>' for row, cell in enumerate(second, 2)]
    held = read(by_hand(SHEET.format(f'<row r="1">{names}</row>{"".join(rows)}')))
    assert [(found.origin.cell, found.field) for found in of_rule(held, "cell-error")] == [
        ("B2", "title"),
        ("B3", "title"),
        ("B4", "title"),
    ]
    (formulas,) = of_rule(held, "sheet-formulas")
    assert (formulas.origin.cell, formulas.facts["cells"]) == ("A2", "6 cells hold formulas")
    assert column(held, "event_id") == ["evt-a-2", "evt-a-3", "evt-a-4"]
    assert column(held, "title") == [None, None, None]


def test_refused_cells_are_not_judged_a_second_time(tmp_path: Path) -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("events")
        put(sheet, [["event_id", "event_type", "title", "event_date"], ["evt-aaa-1", "arrest", "One"]])
        sheet.write_formula(1, 3, "=1/0", None, "#DIV/0!")

    (tmp_path / "events.xlsx").write_bytes(made(write))
    report = json.loads(pfds("validate", "--format", "json", tmp_path / "events.xlsx").out)
    about = [found["rule"] for found in report["findings"] if found["field"] == "event_date"]
    assert about == ["cell-error"]


def test_hidden_cells_are_read_and_told_once_for_a_sheet(read: Callable[..., Held]) -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("events")
        put(sheet, ROWS)
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.set_column(1, 2, None, None, {"hidden": True})
        sheet.set_row(0, None, None, {"hidden": True})
        sheet.set_default_row(hide_unused_rows=True)
        sheet.set_column(10, 16_383, None, None, {"hidden": True})
        hidden = book.add_worksheet("cases")
        put(hidden, [["case_id"], ["cas-a-1"]])
        hidden.hide()
        sheet.activate()

    held = read(made(write))
    assert [(found.origin.sheet, found.facts["what"]) for found in of_rule(held, "sheet-hidden")] == [
        ("events", "1 row is hidden; 2 columns are hidden"),
        ("cases", "This sheet is hidden"),
    ]
    assert column(held, "title") == ["One", "Two"]
    assert column(held, "case_id", "cases") == ["cas-a-1"]


def test_merged_cells_hold_one_value_and_are_told(read: Callable[..., Held]) -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("events")
        sheet.merge_range("A1:C1", "Events of the year")
        put_at = [EVENTS, ["evt-a-1", "x", "2024"], ["evt-a-2", None, "2025"]]
        for row, values in enumerate(put_at, 1):
            sheet.write_row(row, 0, values)
        sheet.merge_range("B3:B4", "Both")

    held = read(made(write))
    (found,) = of_rule(held, "cells-merged")
    assert (found.severity, found.origin.cell, found.facts["cells"]) == (
        Severity.WARNING,
        "B3",
        "1 group of cells is merged",
    )
    assert column(held, "title") == ["Both", None]


def test_values_below_a_merged_cell_that_nobody_sees_are_not_read(read: Callable[..., Held]) -> None:
    rows = "".join(
        f'<row r="{row}">'
        + "".join(f'<c r="{c}{row}" t="inlineStr"><is><t>{v}</t></is></c>' for c, v in zip("AB", values, strict=True))
        + "</row>"
        for row, values in enumerate([["event_id", "title"], ["evt-a-1", "seen"], ["evt-a-2", "unseen"]], 1)
    )
    sheet = SHEET.format(rows).replace("</worksheet>", '<mergeCells><mergeCell ref="B2:B3"/></mergeCells></worksheet>')
    assert column(read(by_hand(sheet)), "title") == ["seen", None]


def test_shared_texts_without_their_pronunciation(read: Callable[..., Held]) -> None:
    strings = (
        "<sst><si><t>event_id</t></si><si><t>title</t></si>"
        "<si><r><t>On</t></r><r><t xml:space='preserve'>e </t></r><rPh><t>wan</t></rPh></si></sst>"
    )
    rows = '<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row><row><c/><c t="s"><v>2</v></c></row>'
    held = read(by_hand(SHEET.format(rows), sharedStrings=strings))
    assert (column(held, "title"), of_rule(held, "value-recognised")[0].value) == (["One"], "One ")


def test_elements_may_have_any_prefix(read: Callable[..., Held]) -> None:
    rows = '<x:row><x:c t="str"><x:v>event_id</x:v></x:c></x:row><x:row><x:c t="str"><x:v>evt-a-1</x:v></x:c></x:row>'
    sheet = f'<x:worksheet xmlns:x="urn:x"><x:sheetData>{rows}</x:sheetData></x:worksheet>'
    assert column(read(by_hand(sheet)), "event_id") == ["evt-a-1"]


def test_words_of_a_column_are_told_once_with_their_first_place(read: Callable[..., Held]) -> None:
    rows = [
        ["event_id", "event_type", "event_date"],
        ["evt-aaa-1 – Arrest of Anna", "Задержание", "12.03.2024"],
        ["evt-aaa-2", "задержание ", "03/04/2024"],
        ["evt-aaa-3", "arrest", "٢٠٢٤"],
    ]
    held = read(of_rows({"events": rows}))
    assert cells(held) == {
        "event_id": ["evt-aaa-1", "evt-aaa-2", "evt-aaa-3"],
        "event_type": ["detention", "detention", "arrest"],
        "event_date": ["2024-03-12", "03/04/2024", "2024"],
    }
    found = of_rule(held, "value-recognised")
    assert [(each.field, each.origin.cell, each.row, each.facts["cells"], each.value) for each in found] == [
        ("event_id", "A2", 1, "1 cell", "evt-aaa-1 – Arrest of Anna"),
        ("event_type", "B2", 1, "2 cells", "Задержание"),
        ("event_date", "C2", 1, "1 cell", "12.03.2024"),
        ("event_date", "C4", 3, "1 cell", "٢٠٢٤"),
    ]
    assert not any("Задержание" in str(value) for each in held.findings for value in each.facts.values())


def test_dates_that_may_be_two_days_are_left_and_explained(tmp_path: Path) -> None:
    rows = [["event_id", "event_type", "title", "event_date"], ["evt-aaa-1", "arrest", "One", "03/04/2024"]]
    (tmp_path / "events.xlsx").write_bytes(of_rows({"events": [*rows, ["evt-aaa-2", "arrest", "Two", 45363]]}))
    out = pfds("validate", tmp_path / "events.xlsx").out
    assert "it may be “2024-04-03” or “2024-03-04”" in out
    assert "the number that spreadsheet programs keep for the day: 2024-03-12" in out


def test_the_report_names_sheet_and_cell_and_no_value(tmp_path: Path) -> None:
    rows = [["Title"], ["Идентификатор", "event_type", "title", "event_date"], [], ["evt-aaa-1", "Ares", "One", "2024"]]
    (tmp_path / "book.xlsx").write_bytes(of_rows({"События": rows}))
    report = json.loads(pfds("validate", "--format", "json", tmp_path / "book.xlsx").out)
    (found,) = [found for found in report["findings"] if found["rule"] == "cell-code"]
    assert (found["file"], found["sheet"], found["cell"], found["row"]) == ("book.xlsx", "События", "B4", 1)
    assert "Ares" not in json.dumps(report, ensure_ascii=False)


def test_findings_of_later_checks_know_their_cell(tmp_path: Path) -> None:
    rows = [["Events"], ["event_id", "event_type", "title", "event_date"]]
    rows += [["evt-aaa-1", "arrest", "One", "2024"], [], ["evt-aaa-1", "arrest", "Two", "2024"]]
    (tmp_path / "events.xlsx").write_bytes(of_rows({"events": rows}))
    report = json.loads(pfds("validate", "--format", "json", tmp_path / "events.xlsx").out)
    (found,) = [found for found in report["findings"] if found["rule"] == "key-duplicate"]
    assert (found["sheet"], found["cell"], found["row"], found["line"]) == ("events", "A5", 2, 5)


def kinds_of(path: Path) -> Counter[tuple[str, str, str | None, str | None, int | None]]:
    """Rule, severity, table, field and row of every finding but those of recognition."""
    arguments = ("validate", "--format", "json", "--max-findings", "10000", "--as-of", AS_OF.isoformat())
    report = json.loads(pfds(*arguments, path).out)
    names = ("rule", "severity", "table", "field", "row")
    return Counter(
        tuple(found[name] for name in names) for found in report["findings"] if "recognised" not in found["rule"]
    )


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, list[dict[str, str]]]]:
    """The example with mistakes, as CSV."""
    tables = kloop_tables()
    tables["events"][3]["event_date"] = "2025-02-30"
    tables["events"][5]["locality"] = "x" * 5000
    tables["persons"][2]["person_id"] = tables["persons"][1]["person_id"]
    tables["claims"][7]["subject_id"] = "evt-klp-no-such"
    del tables["cases"][0]["title"]
    folder = tmp_path_factory.mktemp("spoilt")
    write_tables(folder, tables)
    return folder, tables


@pytest.mark.parametrize("language", [pytest.param("en", marks=pytest.mark.long), "ru"])
def test_kloop_as_a_workbook_gives_the_findings_of_its_csv(
    language: str, spoilt: tuple[Path, Any], tmp_path: Path
) -> None:
    folder, tables = spoilt
    for name, records, same in (("whole", kloop_tables(), KLOOP), ("spoilt", tables, folder)):
        path = tmp_path / f"{name}.xlsx"
        path.write_bytes(labelled(records, language))
        assert kinds_of(path) == kinds_of(same)
    assert len(kinds_of(folder)) > 4


@pytest.mark.parametrize("language", ["en", "ru"])
def test_another_reader_sees_the_same_cells(language: str) -> None:
    calamine = pytest.importorskip("python_calamine", reason="PYTHON-CALAMINE IS NOT INSTALLED: no second reader")
    data = labelled(kloop_tables(), language)
    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    for sheet in read_sheets(stream_of(data)):
        places = zip(sheet.rows.tolist(), sheet.columns.tolist(), strict=True)
        ours = dict(zip(places, sheet.texts.to_pylist(), strict=True))
        theirs = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
        assert ours == {(r, c): cell for r, row in enumerate(theirs, 1) for c, cell in enumerate(row) if cell != ""}


@needs_libreoffice
@pytest.mark.parametrize("form", ["ods", pytest.param("xlsx", marks=pytest.mark.long)])
def test_kloop_saved_by_libreoffice_holds_the_same_records(form: str, tmp_path: Path) -> None:
    path = tmp_path / "kloop.xlsx"
    path.write_bytes(labelled(kloop_tables(), "ru"))
    held = read_submission([saved_by_libreoffice(path, form)], STANDARD)
    assert {found.rule for found in held.findings} == {"sheet-recognised", "column-recognised", "value-recognised"}
    for name, records in kloop_tables().items():
        for field in STANDARD.tables[name].fields:
            assert column(held, field.name, name) == [record.get(field.name) for record in records]
