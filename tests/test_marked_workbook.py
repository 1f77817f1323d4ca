"""The marked copy of a workbook: a list of what to do, marks and notes, and all that was sent as it was."""

import io
import time
import warnings
from collections.abc import Mapping
from datetime import date
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from lxml import etree

from marked import MAIN, finding, mark, packed, parts, trimmed, unmarked, values
from pfds.standard.findings import Severity

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
    "53de0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
WITH_ALL = ("Cases", 'It\'s "2" & <more>', "Список")
VALIDATION = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
EXTENSION = (
    f'<extLst><ext uri="{{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}}" xmlns:x14="{VALIDATION}">'
    '<x14:dataValidations count="1" xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">'
    '<x14:dataValidation type="list" allowBlank="1"><x14:formula1><xm:f>Lists!$A$1:$A$2</xm:f></x14:formula1>'
    "<xm:sqref>B2:B9</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst>"
)


def written_by_xlsxwriter() -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    day = book.add_format({"num_format": "dd.mm.yyyy", "bold": True, "bg_color": "#FFFF00", "align": "right"})
    for name in WITH_ALL:
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, ["id", "name", "begun"])
        sheet.write_row(1, 0, ["c-1", "Śmith", 3.5])
        sheet.write_datetime(2, 2, date(2024, 5, 6), day)
        sheet.write_formula(3, 2, "=SUM(C2:C3)", day, 45421.5)
        sheet.write_boolean(4, 0, True)
        sheet.set_row(5, None, None, {"hidden": True})
        sheet.set_row(10, None, day)
        sheet.set_column(5, 6, 20, day)
        sheet.merge_range("A8:B9", "merged", day)
        sheet.data_validation("B2:B20", {"validate": "list", "source": ["a", "b"]})
        sheet.conditional_format("C2:C20", {"type": "cell", "criteria": ">", "value": 3, "format": day})
        sheet.conditional_format("D2:D20", {"type": "data_bar", "data_bar_2010": True})
        sheet.add_table("J1:K3", {"columns": [{"header": "x"}, {"header": "y"}]})
        sheet.write_comment("A2", "theirs", {"author": "Somebody"})
        sheet.insert_image("M2", "pixel.png", {"image_data": io.BytesIO(PIXEL)})
        sheet.autofilter("A1:C5")
        sheet.protect("", {"select_locked_cells": True})
    book.get_worksheet_by_name(WITH_ALL[1]).activate()
    book.define_name("everywhere", f"={WITH_ALL[0]}!$A$1")
    book.define_name(f"'{WITH_ALL[2]}'!here", f"='{WITH_ALL[2]}'!$A$1")
    book.close()
    return out.getvalue()


def written_by_openpyxl() -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "Cases"
    book.active.append(["id", "name", "begun"])
    book.active.append(["c-1", "=1+1", date(2024, 5, 6)])
    book.active["A2"].comment = openpyxl.comments.Comment("theirs", "Somebody")
    book.create_sheet("Lists").append(["a"])
    book.active = 1
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    "<row><c t='inlineStr'><is><t>id</t></is></c><c t='inlineStr'><is><r><t>na</t></r><r><t>me</t></r></is></c></row>"
    "<row><c><v>1</v></c><c r='B2' t='str'>"
    "<f t='shared' ref='B2:B3' si='0'>A2&amp;\"\"</f><v>1</v></c><c><v>7</v></c></row>"
    "<row r='3'><c r='A3' t='n'><v>2</v></c><c r='B3' t='str'><f t='shared' si='0'/><v>2</v></c></row><row r='7'/>"
    f"</sheetData><mergeCells count='1'><mergeCell ref='D1:E1'/></mergeCells>{EXTENSION}</worksheet>"
)
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGED = "http://schemas.openxmlformats.org/package/2006"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def by_hand(sheet: str = SHEET, others: Mapping[str, str | bytes] | None = None) -> bytes:
    """A small workbook: no formats, no shared texts, no addresses, a prefix for the workbook's own elements."""
    return packed(
        {
            "[Content_Types].xml": f'<Types xmlns="{PACKAGED}/content-types"><Default Extension="xml" '
            f'ContentType="{SHEET_TYPE}.worksheet+xml"/><Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
            f'ContentType="{SHEET_TYPE}.sheet.main+xml"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{PACKAGED}/relationships"><Relationship Id="a" '
            f'Type="{RELATED}/officeDocument" Target="/xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<m:workbook xmlns:m="{MAIN[1:-1]}" xmlns:r="{RELATED}"><m:sheets>'
            '<m:sheet name="Cases" '
            'sheetId="7" r:id="s1"/><m:sheet name="Lists" sheetId="4" state="hidden" r:id="s2"/></m:sheets>'
            "</m:workbook>",
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGED}/relationships"><Relationship Id="s1" '
            f'Type="{RELATED}/worksheet" Target="one.xml"/><Relationship Id="s2" Type="{RELATED}/worksheet" '
            'Target="two.xml"/></Relationships>',
            "xl/one.xml": sheet,
            "xl/two.xml": f'<worksheet xmlns="{MAIN[1:-1]}"><sheetData/></worksheet>',
            **(others or {}),
        }
    )


def opened(workbook: bytes) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(io.BytesIO(workbook))


def to_do(workbook: bytes) -> list[list[Any]]:
    """The rows below the header of the sheet TO DO."""
    rows = next(iter(values(workbook).values()))
    header = next(number for number, row in enumerate(rows) if len(row) > 6 and row[6] == "Rule")
    return [row for row in rows[header + 1 :] if row[0] == "☐"]


SOURCES = {"xlsxwriter": written_by_xlsxwriter, "openpyxl": written_by_openpyxl, "by hand": by_hand}
PLACES = ("A1", "B2", "C2", "A3", "E3", "C5", "D7", "B50", "XFD1")


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_their_own_content_is_untouched(source: Any) -> None:
    before = source()
    after = mark(before, [finding("Cases", place) for place in PLACES])
    old, new = values(before), values(after)
    assert list(new) == ["TO DO", *old]
    assert {name: trimmed(new[name]) for name in old} == {name: trimmed(rows) for name, rows in old.items()}
    changed = {name for name, content in parts(before).items() if parts(after)[name] != content}
    sheets = {name for name in changed if "sheet" in name or name in ("xl/one.xml", "xl/two.xml")}
    allowed = ("[Content_Types].xml", "app.xml", "workbook.xml", "styles.xml", ".rels", ".vml")
    assert {name for name in changed - sheets if not name.endswith(allowed) and "comment" not in name} == set()
    for name in sheets - {name for name in sheets if name.endswith(".rels")}:
        assert unmarked(parts(after)[name]) == unmarked(parts(before)[name])


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_what_is_marked_keeps_its_number_format_font_and_alignment(source: Any) -> None:
    before, after = source(), mark(source(), [finding("Cases", place) for place in PLACES])
    old, new = opened(before)["Cases"], opened(after)["Cases"]
    for place in PLACES:
        assert new[place].fill.fgColor.rgb == "FFFFC7CE"
        assert new[place].border.left.style == new[place].border.top.style == "thick"
        for part in ("number_format", "font", "alignment", "protection"):
            assert _said(getattr(new[place], part)) == _said(getattr(old[place], part)), (place, part)


def _said(part: object) -> str:
    """A part of a format; openpyxl gives workbooks without formats fonts of a scheme."""
    return repr(part).replace("scheme='minor'", "scheme=None")


def test_everything_else_of_a_sheet_stays_byte_for_byte() -> None:
    before = written_by_xlsxwriter()
    after = parts(mark(before, [finding("Cases", "C3")]))
    sheet = parts(before)["xl/worksheets/sheet1.xml"]
    tag = b'<c r="C3" s="1">'
    assert sheet.count(tag) == 1
    marked = after["xl/worksheets/sheet1.xml"]
    at = sheet.index(tag)
    assert marked[:at] == sheet[:at]
    assert marked.endswith(sheet[at + len(tag) :])
    assert after["xl/worksheets/sheet3.xml"] == parts(before)["xl/worksheets/sheet3.xml"]


def test_validations_conditional_formats_and_extensions_are_still_there() -> None:
    before = written_by_xlsxwriter()
    after = mark(before, [finding(WITH_ALL[0], "B2"), finding(WITH_ALL[2], "D30")])
    old, new = opened(before), opened(after)
    for name in WITH_ALL:
        assert new[name].data_validations.count == old[name].data_validations.count == 1
        assert len(new[name].conditional_formatting) == len(old[name].conditional_formatting) == 2
        assert new[name].merged_cells.ranges == old[name].merged_cells.ranges
        assert list(new[name].tables) == list(old[name].tables)
        assert new[name].row_dimensions[6].hidden
    assert b"x14:dataBar" in parts(after)["xl/worksheets/sheet1.xml"]
    assert EXTENSION.encode() in parts(mark(by_hand(), [finding("Cases", "B2")]))["xl/one.xml"]


def test_only_the_list_is_selected_and_names_belong_to_their_sheets() -> None:
    before = written_by_xlsxwriter()
    book = opened(mark(before, []))
    assert book.active.title == "TO DO"
    assert [sheet.title for sheet in book if sheet.sheet_view.tabSelected] == ["TO DO"]
    assert "here" in book[WITH_ALL[2]].defined_names
    assert "everywhere" in book.defined_names
    assert {sheet.title: sheet.auto_filter.ref for sheet in book if sheet.title in WITH_ALL} == dict.fromkeys(
        WITH_ALL, "A1:C5"
    )
    properties = parts(mark(before, []))["docProps/app.xml"].decode()
    titles = [title.text for title in etree.fromstring(properties.encode()).iterfind("{*}TitlesOfParts/*/*")]
    assert titles[:4] == ["TO DO", *WITH_ALL]


def test_each_entry_links_to_its_cell() -> None:
    places = [(name, cell) for name in WITH_ALL for cell in ("B2", "C4")]
    book = opened(mark(written_by_xlsxwriter(), [finding(*place) for place in places]))
    links = links_of(book)
    quoted = [(name.replace("'", "''"), cell) for name, cell in places]
    assert list(links.values()) == [f"'{name}'!{cell}" for name, cell in quoted]
    assert [book["TO DO"][place].value for place in links] == [cell for _, cell in places]


def links_of(book: Any) -> dict[str, str]:
    """Targets of the links of the list by the cells that they stand in."""
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row if cell.hyperlink]
    return {cell.coordinate: cell.hyperlink.location for cell in cells}


def test_must_fix_stands_first_then_the_order_of_sheets_and_cells() -> None:
    places = [("Список", "A10"), ("Cases", "B10"), ("Cases", "B9"), ("Cases", "A10")]
    findings = [finding(*place) for place in places]
    findings.insert(0, finding("Cases", "A2", severity=Severity.WARNING, rule="cell-pattern"))
    rows = to_do(mark(written_by_xlsxwriter(), findings))
    assert [(row[1], row[2], row[3]) for row in rows] == [
        ("Must fix", "Cases", "B9"),
        ("Must fix", "Cases", "A10"),
        ("Must fix", "Cases", "B10"),
        ("Must fix", "Список", "A10"),
        ("Please check", "Cases", "A2"),
    ]


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_marked_cells_have_notes_and_notes_of_others_stay(source: Any) -> None:
    theirs = {cell.coordinate: cell.comment.text for row in opened(source())["Cases"] for cell in row if cell.comment}
    book = opened(mark(source(), [finding("Cases", place) for place in (*PLACES, "A2")]))
    for place in PLACES:
        told = book["Cases"][place].comment.text
        assert told.startswith("Must fix: ")
        assert "\nHow to fix: " in told
    assert {place: book["Cases"][place].comment.text for place in theirs} == theirs


def test_numbers_of_shapes_are_not_given_twice() -> None:
    findings = [finding(name, f"B{row}") for name in WITH_ALL for row in range(2, 1502)]
    after = mark(written_by_xlsxwriter(), findings, most=10_000)
    drawings = [part for name, part in parts(after).items() if name.endswith(".vml")]
    shapes = [shape.get("id") for part in drawings for shape in etree.fromstring(part).iter("{*}shape")]
    assert len(shapes) == len(set(shapes)) == 3 * 1501
    for part in drawings:
        root = etree.fromstring(part)
        blocks = {int(block) for block in root.find(".//{*}idmap").get("data").split(",")}
        assert {int(shape.get("id")[8:]) // 1024 for shape in root.iter("{*}shape")} <= blocks


def test_a_sheet_with_conversations_gets_no_note_but_marks() -> None:
    kind = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"
    link = f'<Relationship Id="t" Type="{kind}" Target="t.xml"/>'
    links = f'<Relationships xmlns="{PACKAGED}/relationships">{link}</Relationships>'
    after = parts(mark(by_hand(others={"xl/_rels/one.xml.rels": links, "xl/t.xml": "<t/>"}), [finding("Cases", "A1")]))
    assert not any("omments" in name or name.endswith(".vml") for name in after)
    assert after["xl/_rels/one.xml.rels"].decode() == links
    assert b"s=" in after["xl/one.xml"].split(b"</c>")[0]


def test_several_findings_at_one_cell_share_its_note_and_the_gravest_colours_it() -> None:
    findings = [
        finding("Cases", "B2", severity=Severity.INFO, rule="cell-pattern"),
        finding("Cases", "B2"),
    ]
    cell = opened(mark(by_hand(), findings))["Cases"]["B2"]
    assert cell.fill.fgColor.rgb == "FFFFC7CE"
    assert [line.split(":")[0] for line in cell.comment.text.split("\n\n")] == ["Must fix", "For your information"]


def test_without_findings_the_list_says_so() -> None:
    for source in (None, by_hand()):
        text = [row[0] for row in next(iter(values(mark(source, [])).values()))]
        assert "Nothing to do: no place has to be fixed or checked." in text


def test_the_first_cell_says_that_the_list_is_no_data() -> None:
    for lang in ("en", "ru", "ky", "es", "fr", "ar"):
        assert next(iter(values(mark(by_hand(), [], lang=lang)).values()))[0][0].startswith("▸")


def test_a_second_list_gets_another_name() -> None:
    assert list(values(mark(mark(by_hand(), []), []))) == ["TO DO (2)", "TO DO", "Cases", "Lists"]


def test_a_copy_that_is_marked_again_tells_the_new_finding() -> None:
    first = mark(by_hand(), [finding("Cases", "B2"), finding("Cases", "C2")])
    second = mark(first, [finding("Cases", "B2", severity=Severity.WARNING), finding("Cases", "A2")])
    cells = opened(second)["Cases"]
    assert cells["B2"].comment.text.startswith("Please check: ")
    assert cells["B2"].fill.fgColor.rgb == "FFFFEB9C"
    assert cells["A2"].comment.text.startswith("Must fix: ")
    assert _noted(second) == ["A2", "B2", "C2"]


def test_no_more_places_are_listed_and_marked_than_asked_for_and_totals_are_exact() -> None:
    after = mark(by_hand(), [finding("Cases", f"B{row}") for row in range(2, 30)], most=5, more=12_000)
    assert [row[3] for row in to_do(after)] == ["B2", "B3", "B4", "B5", "B6"]
    assert len(_noted(after)) == 5
    told = [row[0] for row in next(iter(values(after).values())) if row]
    assert any("5 of 12,028 places are listed" in text for text in told)
    assert any("12,028 places must be fixed" in text for text in told)


def _noted(workbook: bytes) -> list[str]:
    return [cell.coordinate for row in opened(workbook)["Cases"].iter_rows() for cell in row if cell.comment]


def test_values_are_repeated_only_if_they_are_shown() -> None:
    canary = "Canary Ⅷ"
    bad = finding("Cases", "B2", rule="cell-pattern", value=canary, values={"value": canary})
    shown, hidden = mark(by_hand(), [bad], show_values=True), mark(by_hand(), [bad], show_values=False)
    assert any(canary.encode() in part for part in parts(shown).values())
    assert not any(canary.encode() in part for part in parts(hidden).values())


def test_text_is_never_a_formula_nor_an_escape() -> None:
    evil = '=HYPERLINK("http://x")_x0041_\x01<&\''
    bad = finding("Cases", "B2", rule="cell-pattern", value=evil, values={"value": evil})
    after = mark(by_hand(), [bad])
    assert b"<f>" not in parts(after)["xl/worksheets/pfdsToDo1.xml"]
    text = " ".join(str(cell.value) for row in opened(after)["TO DO"] for cell in row)
    assert "=HYPERLINK" in text


def test_a_cell_of_another_file_or_sheet_is_told_without_link() -> None:
    findings = [finding("Gone", "B2"), finding(None, None), finding("Cases", "ZZZZ9"), finding("Lists", None, line=3)]
    after = mark(by_hand(), findings)
    assert sorted((row[2], row[3]) for row in to_do(after)) == [
        ("", ""),
        ("Cases", "ZZZZ9"),
        ("Gone", "B2"),
        ("Lists (a hidden sheet)", "row 3"),
    ]
    assert list(links_of(opened(after)).values()) == ["'Cases'!A1", "'Lists'!A3"]
    assert opened(after)["Lists"].sheet_state == "hidden"


def test_without_a_workbook_the_list_stands_alone() -> None:
    after = mark(None, [finding(None, None, line=4), finding("Blatt", "B2")])
    assert list(values(after)) == ["TO DO"]
    assert [row[2:4] for row in to_do(after)] == [["sent.xlsx", "line 4"], ["sent.xlsx ▸ Blatt", "B2"]]
    assert links_of(opened(after)) == {}


def test_a_list_in_arabic_runs_from_the_right() -> None:
    assert opened(mark(by_hand(), [finding("Cases", "B2")], lang="ar")).active.sheet_view.rightToLeft
    assert not opened(mark(by_hand(), [finding("Cases", "B2")])).active.sheet_view.rightToLeft


def test_the_same_input_gives_the_same_bytes() -> None:
    before = written_by_xlsxwriter()
    findings = [finding("Cases", place) for place in PLACES]
    first = mark(before, findings)
    time.sleep(2.1)
    assert mark(before, findings) == first


@pytest.mark.parametrize(
    "sheet",
    [
        f'<x:worksheet xmlns:x="{MAIN[1:-1]}"><x:dimension ref="A1"/><x:sheetData/></x:worksheet>',
        f'<worksheet xmlns="{MAIN[1:-1]}"><dimension ref="A1:A1"/><sheetData><row r="5" spans="2:2"/></sheetData>'
        "</worksheet>",
        f'<worksheet xmlns="{MAIN[1:-1]}"><!-- <c r="B5"/> --><sheetData><row r="5"><c r="C5" q="a>\'b"><v>1</v></c>'
        "</row></sheetData><drawing/><extLst/></worksheet>",
    ],
    ids=["prefixed and empty", "an empty row", "a comment and an odd tag"],
)
def test_sheets_of_other_makes_are_marked(sheet: str) -> None:
    before = by_hand(sheet)
    after = mark(
        before, [finding("Cases", "B5"), finding("Cases", "C5"), finding("Cases", "A5"), finding("Cases", "B7")]
    )
    assert _noted(after) == ["A5", "B5", "C5", "B7"]
    assert trimmed(values(after)["Cases"]) == trimmed(values(before)["Cases"])
    cells = [cell.get("r") for cell in etree.fromstring(parts(after)["xl/one.xml"]).iter(MAIN + "c")]
    assert [cell for cell in cells if cell] == ["A5", "B5", "C5", "B7"]
    extent = etree.fromstring(parts(after)["xl/one.xml"]).find(MAIN + "dimension")
    assert extent is None or extent.get("ref") == "A1:C7"


def test_thousands_of_findings_take_seconds() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("Cases")
    for row in range(5000):
        sheet.write_row(row, 0, [f"c-{row}-{column}" for column in range(30)])
    book.close()
    findings = [finding("Cases", f"{'BCD'[row % 3]}{row + 2}") for row in range(3600)]
    start = time.process_time()
    after = mark(out.getvalue(), findings, most=5000)
    assert time.process_time() - start < 6
    assert len(to_do(after)) == 3600
    assert trimmed(values(after)["Cases"]) == trimmed(values(out.getvalue())["Cases"])
