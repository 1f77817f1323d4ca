"""The workbook of a release: every cell is that of the CSV files in every program, and text stays text."""

import csv
import dataclasses
import io
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from command import run
from exm import world
from kloop import STANDARD, Tables
from laid import ABOUT, laid, odd_world
from pfds.editions.public import Public
from pfds.editions.xlsx.files import MOST_RECORDS, WORKBOOK, has_workbook, write_xlsx
from pfds.editions.xlsx.read_again import is_same_in_workbook
from pfds.standard.language import NAMES
from pfds.standard.model import Field
from pfds.standard.numbers import decimal_text
from programs import SOFFICE, needs_libreoffice

Sheets = dict[str, list[list[Any]]]


@pytest.fixture(scope="module")
def kloop(kloop_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook of the example; LibreOffice keeps its own files beside it."""
    return Path(shutil.copy(kloop_release / WORKBOOK, tmp_path_factory.mktemp("kloop")))


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release folder with a workbook of records that programs easily take for something else."""
    folder = tmp_path_factory.mktemp("odd")
    assert write_xlsx(laid(folder, odd_world()), folder)
    return folder


def held(folder: Path, tables: Tables) -> Public:
    """The release of these records that was laid into a folder."""
    rows = {name: len(tables.get(name, [])) for name in STANDARD.released.tables}
    return Public(STANDARD.released, ABOUT, folder, rows)


def by_openpyxl(path: Path) -> Sheets:
    """Every sheet; openpyxl leaves the escapes of the format in texts."""
    book = openpyxl.load_workbook(path)
    return {
        page.title: [[_unescaped(cell) for cell in row] for row in page.iter_rows(values_only=True)] for page in book
    }


def by_calamine(path: Path) -> Sheets:
    """Every sheet, as pandas and polars read it."""
    book = CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def by_libreoffice(path: Path) -> Sheets:
    """Every sheet, as LibreOffice saves it again."""
    private = f"-env:UserInstallation={(path.parent / 'office').as_uri()}"
    made = path.parent / "saved"
    command = [str(SOFFICE), private, "--headless", "--convert-to", "xlsx", "--outdir", str(made), str(path)]
    done = subprocess.run(command, capture_output=True, timeout=100, text=True)
    assert (made / path.name).is_file(), done.stderr
    return by_calamine(made / path.name)


def _unescaped(cell: Any) -> Any:
    return cell.replace("_x005F_", "_") if isinstance(cell, str) else cell


def as_cell(field: Field, value: Any) -> str:
    """A value as the CSV file has it, but for the line ends."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    return decimal_text(value) if isinstance(value, int | float) else value


def csv_rows(folder: Path, table: str) -> list[list[str]]:
    with (folder / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return [[cell.replace("\r\n", "\n") for cell in row] for row in csv.reader(file)]


def assert_as_csv(sheets: Sheets, folder: Path) -> None:
    assert list(sheets) == ["Codebook", *STANDARD.released.tables]
    for name, table in STANDARD.released.tables.items():
        header, *rows = csv_rows(folder, name)
        assert sheets[name][0] == header
        found = [[as_cell(*pair) for pair in zip(table.released, row, strict=True)] for row in sheets[name][1:]]
        assert found == rows


PROGRAMS = [by_openpyxl, by_calamine, pytest.param(by_libreoffice, marks=needs_libreoffice)]


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_cell_is_that_of_the_csv_files(
    program: Callable[[Path], Sheets], kloop: Path, kloop_release: Path
) -> None:
    assert_as_csv(program(kloop), kloop_release)


@pytest.mark.parametrize("program", PROGRAMS)
def test_odd_texts_old_days_and_small_numbers_are_kept(program: Callable[[Path], Sheets], odd: Path) -> None:
    assert_as_csv(program(odd / WORKBOOK), odd)


def test_nothing_is_a_formula_a_link_or_a_number_that_was_text(odd: Path) -> None:
    book = openpyxl.load_workbook(odd / WORKBOOK)
    texts = {cell.value: cell for page in book for row in page.iter_rows() for cell in row if cell.value is not None}
    odd_ones = ("=1+1", "@SUM(A1)", "+49 30 1234", "-1", "001", "NA", "{=1+1}", "https://example.org/?a=1&b=2#c")
    assert [(texts[text].data_type, texts[text].number_format) for text in odd_ones] == [("s", "@")] * len(odd_ones)
    assert all(cell.data_type != "f" and cell.hyperlink is None for cell in texts.values())
    with zipfile.ZipFile(odd / WORKBOOK) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if "worksheets/" in name]
        assert not any("_rels" in name for name in archive.namelist() if "worksheets/" in name)
    assert not any(b"<f>" in sheet or b"<hyperlink" in sheet for sheet in sheets)


def test_days_are_dates_where_all_programs_agree_on_them_and_else_text(odd: Path) -> None:
    head, first, second = by_calamine(odd / WORKBOOK)["events"][:3]
    earliest, latest = head.index("event_date_earliest"), head.index("event_date_latest")
    assert (first[earliest], first[latest]) == ("1899-12-31", "1900-02-28")
    assert (second[earliest], second[latest]) == (date(1900, 3, 1), date(1900, 3, 1))
    assert second[head.index("event_date")] == "1900-03-01"


def test_a_number_of_more_digits_than_the_writer_writes_is_text(odd: Path) -> None:
    head, first = by_calamine(odd / WORKBOOK)["events"][:2]
    assert first[head.index("latitude")] == pytest.approx(-1.2345678e-07, abs=0, rel=0)
    assert first[head.index("longitude")] == "12.345678901234567"


def test_a_workbook_as_it_was_written_is_the_same_read_again(odd: Path) -> None:
    assert is_same_in_workbook(held(odd, odd_world()))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"-1.2345678e-07".upper(), b"-1.2345679E-07"),
        (b"<t>-1</t>", b"<t>-2</t>"),
        (b'<c r="A2"', b'<c r="Z2"'),
        (b"<t>-1</t>", b"<t></t>"),
        (b"<v>61</v>", b"<v>62</v>"),
        (b"<t>case_type</t>", b"<t>case_typo</t>"),
        (b"</sheetData>", b'<row r="99"><c r="A99" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'),
        (b"</sheetData>", b"</sheetDat>"),
        (b'name="claims"', b'name="clams"'),
        (b"<is><t>-1</t></is>", b"<f>-1</f><v>-1</v>"),
    ],
)
def test_a_workbook_that_holds_something_else_is_told(old: bytes, new: bytes, odd: Path, tmp_path: Path) -> None:
    for path in odd.iterdir():
        if path.name != "xlsx":
            (tmp_path / path.name).symlink_to(path)
    (tmp_path / "xlsx").mkdir()
    changed = 0
    with zipfile.ZipFile(odd / WORKBOOK) as one, zipfile.ZipFile(tmp_path / WORKBOOK, "w") as other:
        for name in one.namelist():
            data = one.read(name)
            changed += old in data
            other.writestr(name, data if name == "xl/worksheets/sheet1.xml" else data.replace(old, new, 1))
    assert changed
    assert not is_same_in_workbook(held(tmp_path, odd_world()))


UNFIT = {
    "x" * 32_768: "it is longer than the 32,767 characters of a cell",
    "😀" * 16_384: "it is longer than the 32,767 characters of a cell",
    "a\x01b": "it holds a character that a workbook cannot hold",
    "a\ufffeb": "it holds a character that a workbook cannot hold",
    "<r><t>x</t></r>": "it looks like the inner form of a cell, which is never written into one",
}


@pytest.mark.parametrize("text", UNFIT, ids=["long", "long-pairs", "control", "noncharacter", "inner-form"])
def test_what_a_cell_cannot_hold_is_told_and_never_cut(text: str, tmp_path: Path) -> None:
    tables = odd_world()
    tables["cases"][0]["summary"] = text
    assert write_xlsx(laid(tmp_path, tables), tmp_path)
    assert is_same_in_workbook(held(tmp_path, tables))
    for sheets in (by_openpyxl(tmp_path / WORKBOOK), by_calamine(tmp_path / WORKBOOK)):
        head, row = sheets["cases"][:2]
        assert row[head.index("summary")] == f"See data/cases.csv: {UNFIT[text]}."
        assert sheets["Left out"] == [
            ["Table", "Record", "Column", "Why", "File that has it"],
            ["cases", "cas-exm-1", "summary", UNFIT[text], "data/cases.csv"],
        ]
    assert text in {row[head.index("summary")] for row in csv_rows(tmp_path, "cases")}


@pytest.mark.parametrize("text", ["x" * 32_767, "😀" * 16_383, "<r>", "</r>"], ids=["long", "pairs", "start", "end"])
def test_what_a_cell_can_just_hold_is_held(text: str, tmp_path: Path) -> None:
    tables = world()
    tables["cases"][0]["summary"] = text
    assert write_xlsx(laid(tmp_path, tables), tmp_path)
    assert_as_csv(by_calamine(tmp_path / WORKBOOK), tmp_path)


def test_an_identifier_that_a_cell_cannot_hold_is_not_listed_either(tmp_path: Path) -> None:
    tables = world()
    tables["sources"].append({**tables["sources"][0], "source_id": "src-" + "x" * 40_000, "title": "a\x01b"})
    assert write_xlsx(laid(tmp_path, tables), tmp_path)
    listed = by_calamine(tmp_path / WORKBOOK)["Left out"][1:]
    assert [row[:3] for row in listed] == [["sources", "", "source_id"], ["sources", "", "title"]]


def test_the_codebook_comes_first_and_says_what_the_release_is(kloop: Path) -> None:
    head = [row[0] for row in by_calamine(kloop)["Codebook"][:6]]
    assert head[0].endswith(", release 2025.11.0")
    assert "as of 2025-11-05" in head[1]
    assert "https://creativecommons.org/licenses/by/4.0/" in head[1]
    assert "data/" in head[4]


def codebook(path: Path) -> Iterator[dict[str, Any]]:
    rows = by_calamine(path)["Codebook"]
    (start,) = [number for number, row in enumerate(rows) if row[0] == "Table"]
    yield from (dict(zip(rows[start], row, strict=True)) for row in rows[start + 1 :])


def test_the_codebook_explains_every_table_column_and_code_that_occurs(kloop: Path, kloop_release: Path) -> None:
    expected: list[tuple[str, str, str, int]] = []
    for name, table in STANDARD.released.tables.items():
        header, *rows = csv_rows(kloop_release, name)
        expected.append((name, "", "", len(rows)))
        for number, field in enumerate(table.released):
            cells = [row[number] for row in rows if row[number]]
            expected.append((name, header[number], "", len(cells)))
            if field.codelist:
                codes = STANDARD.codelists[field.codelist].codes
                expected += [(name, field.name, code, cells.count(code)) for code in codes if code in cells]
    found = [(row["Table"], row["Column"], row["Code"], int(row["Records"])) for row in codebook(kloop)]
    assert found == expected


def test_the_codebook_speaks_every_language(kloop: Path) -> None:
    rows = {(row["Table"], row["Column"], row["Code"]): list(row.values())[4:] for row in codebook(kloop)}
    assert {len(words) for words in rows.values()} == {2 * len(NAMES)}
    assert all(words[::2] == [word for word in words[::2] if word] for words in rows.values())
    assert all(all(words) for (_, _, code), words in rows.items() if not code)
    country = STANDARD.codelists["country"].codes["KGZ"]
    assert rows["events", "country", "KGZ"][::2] == [country.labels[code] for code in NAMES]
    assert rows["events", "country", "KGZ"][1] == country.definition


def test_sheets_have_frozen_headings_and_filters(kloop: Path) -> None:
    book = openpyxl.load_workbook(kloop)
    for name, table in STANDARD.released.tables.items():
        page, last = book[name], len(table.released)
        assert page.freeze_panes == "B2"
        assert page.auto_filter.ref == f"A1:{openpyxl.utils.get_column_letter(last)}{page.max_row}"
        assert page.column_dimensions["A"].width >= 28
    assert book["Codebook"].freeze_panes == "C9"
    assert book["Codebook"].auto_filter.ref.startswith("A8:")


def test_an_empty_table_is_a_sheet_with_headings_only(tmp_path: Path) -> None:
    assert write_xlsx(laid(tmp_path, {}), tmp_path)
    assert_as_csv(by_calamine(tmp_path / WORKBOOK), tmp_path)


def test_a_release_too_large_for_people_gets_no_workbook(tmp_path: Path) -> None:
    release = laid(tmp_path, world())
    rows = {**dict.fromkeys(release.rows, 0), "events": MOST_RECORDS - 1, "claims": 1}
    assert has_workbook(rows)
    larger = {**rows, "claims": 2}
    assert not has_workbook(larger)
    assert not write_xlsx(dataclasses.replace(release, rows=larger), tmp_path)
    assert not (tmp_path / WORKBOOK).exists()


def test_the_workbook_is_never_written_over_a_file(tmp_path: Path) -> None:
    release = laid(tmp_path, world())
    write_xlsx(release, tmp_path)
    with pytest.raises(FileExistsError):
        write_xlsx(release, tmp_path)


WRITES = """
import sys
from pathlib import Path
from public import public
from pfds.editions.public import Public
from pfds.editions.xlsx.files import write_xlsx
write_xlsx(public(Path(sys.argv[1])), Path(sys.argv[2]))
"""


def test_the_same_tables_give_the_same_bytes_in_another_place_and_time_zone(
    kloop: Path, kloop_release: Path, tmp_path: Path
) -> None:
    elsewhere = {
        "TZ": "Pacific/Auckland",
        "LC_ALL": "C",
        "PYTHONHASHSEED": "7",
        "PYTHONPATH": str(Path(__file__).parent),
    }
    ran = run(sys.executable, "-c", WRITES, kloop_release, tmp_path, env={**elsewhere, "TMPDIR": str(tmp_path)})
    assert ran.code == 0, ran.said
    assert (tmp_path / WORKBOOK).read_bytes() == kloop.read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["xlsx"]


def test_the_file_is_dated_by_the_release(odd: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO((odd / WORKBOOK).read_bytes()))
    assert book.properties.created == book.properties.modified == datetime.combine(ABOUT.as_of, datetime.min.time())
    assert (book.properties.title, book.properties.creator) == (
        f"{ABOUT.title}, release {ABOUT.version}",
        ABOUT.publisher,
    )
