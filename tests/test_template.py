"""The template: every sheet, list and word of it follows from the standard, and its example is a valid submission."""

import csv
import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pyarrow as pa
import pytest
from xlsxwriter.utility import xl_col_to_name

import tiny_standard
from command import pfds
from kloop import STANDARD, write_tables
from pfds.intake.local_words import read_code
from pfds.intake.sheet_meta import META
from pfds.publish.template import PROFILES, NotForAWorkbook, template, workbook
from pfds.publish.template_example import example_records
from pfds.publish.template_plan import FIRST_ROW, MARK, MOST_COUNTED, PREPARED, Plan, choices, plan
from pfds.publish.template_words import REQUIRED
from pfds.standard.language import NAMES, all_languages, load_language
from pfds.standard.messages import in_language
from pfds.standard.model import Table
from template_parts import Workbook

CORE = ["cases", "persons", "events", "sources", "case_parties", "charges", "event_parties"]
LIMIT = 400_000
LISTS = "_lists"
LAST = FIRST_ROW + PREPARED


@cache
def made(language: str, profile: str = "full") -> Workbook:
    return Workbook(template(STANDARD, load_language(language), profile))


def layout(language: str) -> Plan:
    return plan(STANDARD, load_language(language), STANDARD.released.tables, None)


def column(position: int) -> str:
    return f"{xl_col_to_name(position)}{FIRST_ROW + 1}:{xl_col_to_name(position)}{LAST}"


def range_values(book: Workbook, name: str) -> list[str]:
    """The texts in the cells of a named range of one column."""
    match = re.fullmatch(r"(.+)!\$([A-Z]+)\$(\d+):\$([A-Z]+)\$(\d+)", book.names[name])
    assert match is not None
    sheet, letters, top, _, bottom = match.groups()
    cells = book.cells(sheet)
    return [cells[f"{letters}{row}"] for row in range(int(top), int(bottom) + 1)]


in_some_languages = pytest.mark.parametrize(
    "language", [pytest.param(each, marks=() if each in ("en", "ru", "ar") else pytest.mark.long) for each in NAMES]
)


# the sheets


@pytest.mark.parametrize("language", NAMES)
def test_each_table_is_a_sheet_called_by_its_label(language: str) -> None:
    spoken = in_language(STANDARD.released, load_language(language))
    names = list(made(language).sheets)
    assert names[1:-4] == [table.plural for table in spoken.tables.values()]
    assert names[-1] == LISTS
    assert META in names
    assert len({name.casefold() for name in names}) == len(names)
    assert max(len(name) for name in names) <= 31


def test_core_has_the_tables_of_a_first_report_and_those_that_they_need() -> None:
    spoken = in_language(STANDARD.released, load_language("en"))
    assert list(made("en", "core").sheets)[1:-4] == [spoken.tables[name].plural for name in CORE]


@pytest.mark.parametrize("language", NAMES)
def test_a_sheet_has_names_labels_and_hints_above_its_rows(language: str) -> None:
    book, spoken = made(language), in_language(STANDARD.released, load_language(language))
    for table in spoken.tables.values():
        cells = book.cells(table.plural)
        assert book.hidden_rows(table.plural) == [1]
        assert {cell.rstrip("0123456789") for cell in cells} == {xl_col_to_name(i) for i in range(len(table.fields))}
        assert {int(re.sub("[A-Z]", "", cell)) for cell in cells} == {1, 2, 3}
        for position, field in enumerate(table.fields):
            letters = xl_col_to_name(position)
            assert (cells[f"{letters}1"], cells[f"{letters}2"]) == (field.name, field.title)
            assert cells[f"{letters}3"].startswith(f"{MARK} ")
            assert (load_language(language).say(REQUIRED) in cells[f"{letters}3"]) == field.required, field.name


@pytest.mark.parametrize("language", NAMES)
def test_every_other_sheet_says_that_it_is_not_read(language: str) -> None:
    book = made(language)
    tables = {table.plural for table in in_language(STANDARD.released, load_language(language)).tables.values()}
    for name in book.sheets:
        assert book.cells(name)["A1"].startswith(MARK) == (name not in tables | {META})
    assert book.hidden_sheets == [LISTS]


@in_some_languages
def test_arabic_is_written_from_right_to_left_and_nothing_else_is(language: str) -> None:
    book = made(language, "core")
    assert {book.is_right_to_left(name) for name in book.sheets} == {language == "ar"}


def test_typing_changes_nothing_and_pages_repeat_their_headings() -> None:
    book, plans = made("ru"), layout("ru")
    for number, sheet in enumerate(plans.sheets, 1):
        assert book.number_formats(sheet.name) == ["@"] * len(sheet.columns)
        assert "$A:$A" in book.printed_again[number]
        assert "$2:$3" in book.printed_again[number]


def test_every_heading_has_a_note_with_the_words_of_the_standard() -> None:
    notes = list(made("ru").notes())
    fields = [f for table in in_language(STANDARD.released, load_language("ru")).tables.values() for f in table.fields]
    assert len(notes) == len(fields)
    for field in fields:
        assert any(field.description in note and field.name in note for note in notes)


# lists to choose from


@in_some_languages
def test_every_code_can_be_chosen_and_is_read_back_as_itself(language: str) -> None:
    book, plans = made(language), layout(language)
    for codelist in plans.codelists:
        shown = range_values(book, f"list_{codelist}")
        read = [read_code(STANDARD, codelist, text) for text in shown]
        assert sorted(map(str, read)) == sorted(STANDARD.codelists[codelist].codes), codelist


@pytest.mark.parametrize("language", NAMES)
def test_codes_are_shown_by_their_labels_in_the_language(language: str) -> None:
    plans = layout(language)
    for codelist in plans.codelists:
        codes = STANDARD.codelists[codelist].codes.values()
        other = [code.code for code in codes if plans.shown[codelist][code.code] != plans.label(code)]
        assert len(other) <= (5 if codelist == "language" else 0), (codelist, other)


@pytest.mark.parametrize("language", NAMES)
def test_each_column_offers_what_its_field_takes(language: str) -> None:
    book, plans = made(language), layout(language)
    for sheet in plans.sheets:
        found = book.validations(sheet.name)
        for position, field in enumerate(sheet.table.fields):
            rule = found[column(position)]
            if choices(field):
                assert (rule.kind, rule.formula) == ("list", f"list_{choices(field)}")
                assert rule.style == "stop"
                assert bool(rule.error) == bool(field.codelist)
            elif field.reference:
                assert (rule.kind, rule.formula) == ("list", f"rows_{field.reference.table}")
                assert rule.style == "information"
            elif field.kind in ("edtf", "date"):
                assert (rule.kind, rule.style) == ("custom", "warning")
            assert 0 < len(rule.prompt_title) <= 32
            assert 0 < len(rule.prompt) <= 255
            assert len(rule.title) <= 32
            assert len(rule.error) <= 255


def test_a_reference_to_a_table_without_a_sheet_is_typed_by_hand() -> None:
    book, table = made("en", "core"), STANDARD.tables["cases"]
    position = [field.name for field in table.fields].index("court_organization_id")
    rule = book.validations("Cases")[column(position)]
    assert rule.kind == "none"
    assert "org-klp-pdc" in rule.prompt
    assert "rows_organizations" not in book.names


@pytest.mark.parametrize("language", NAMES)
def test_empty_required_cells_and_wrong_ids_are_marked(language: str) -> None:
    book, plans = made(language), layout(language)
    for sheet in plans.sheets:
        marks = book.marks(sheet.name)
        for position, field in enumerate(sheet.table.fields):
            own = [formula for cells, formula in marks if cells == column(position)]
            assert any("COUNTA(" in formula for formula in own) == field.required
            assert any(f"ids_{field.reference.table}" in f for f in own) if field.reference else True
            assert any(">1)" in formula for formula in own) == (field.name == sheet.table.primary_key)


@pytest.mark.parametrize("language", NAMES)
def test_what_each_choice_means_is_on_a_sheet(language: str) -> None:
    book, plans = made(language), layout(language)
    cells = book.cells(plans.lists)
    rows = {(cells.get(f"B{row}"), cells.get(f"C{row}"), cells.get(f"D{row}")) for row in range(3, len(cells))}
    for codelist in plans.codelists:
        for code in STANDARD.codelists[codelist].codes.values():
            assert (plans.shown[codelist][code.code], code.code, code.definition) in rows


# what it is not


@pytest.mark.parametrize("language", NAMES)
def test_it_has_no_programs_no_protection_and_no_way_out(language: str) -> None:
    book = made(language)
    assert not [part for part in book.parts if re.search(r"vba|external|connections|embeddings|activeX", part, re.I)]
    for part, content in book.parts.items():
        assert b"sheetProtection" not in content
        assert b"workbookProtection" not in content
        assert b'TargetMode="External"' not in content, part


@pytest.mark.parametrize("profile", PROFILES)
def test_it_says_of_which_standard_it_is(profile: str) -> None:
    assert made("ky", profile).properties == {
        "pfds_template_version": STANDARD.version,
        "pfds_language": "ky",
        "pfds_profile": profile,
    }
    cells = made("ky", profile).cells(next(iter(made("ky", profile).sheets)))
    assert {profile, NAMES["ky"]} <= set(cells.values())
    assert any(STANDARD.version in text for text in cells.values())


_PRINT_HASHES = """
import hashlib
from pfds.publish.template import PROFILES, template
from pfds.standard.language import all_languages
from pfds.standard.load import load_standard
for language in all_languages():
    for profile in PROFILES if language.code in ("ru", "ar") else PROFILES[:1]:
        content = template(load_standard(), language, profile)
        print(language.code, profile, hashlib.sha256(content).hexdigest())
"""


@pytest.mark.long
def test_it_is_the_same_bytes_everywhere_and_small() -> None:
    elsewhere = {"PYTHONHASHSEED": "7", "TZ": "Asia/Bishkek", "LANG": "ar_EG.UTF-8", "LC_ALL": "ar_EG.UTF-8"}
    printed = subprocess.run(
        [sys.executable, "-c", _PRINT_HASHES],
        env={**os.environ, **elsewhere},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    ).stdout
    here = []
    for language in all_languages():
        for profile in PROFILES if language.code in ("ru", "ar") else PROFILES[:1]:
            content = template(STANDARD, language, profile)
            here.append(f"{language.code} {profile} {hashlib.sha256(content).hexdigest()}")
            assert len(content) < LIMIT
    assert printed.splitlines() == here


# the example


@pytest.mark.parametrize("language", NAMES)
def test_the_example_is_a_valid_submission(language: str, tmp_path: Path) -> None:
    records = example_records(load_language(language))
    assert sorted(records) == sorted(CORE)
    write_tables(tmp_path, records)
    ran = pfds("validate", tmp_path, "--fail-on", "warning", "--as-of", "2025-03-12")
    assert ran.code == 0, ran.said
    assert "in 7 tables" in ran.said


@pytest.mark.parametrize("language", NAMES)
def test_the_example_shows_its_values_as_cells_show_them(language: str) -> None:
    book, plans = made(language, "core"), layout(language)
    texts = set(book.cells(plans.example).values())
    records = example_records(load_language(language))
    for table, rows in records.items():
        for row in rows:
            for name, value in row.items():
                codelist = choices(STANDARD.tables[table].by_name[name])
                shown = plans.shown[codelist][value] if codelist else value
                assert any(text == shown or text.startswith(f"{shown} – ") for text in texts), (table, name)


# workbooks that hold records


def table(**columns: list[str | None]) -> pa.Table:
    return pa.table({name: pa.array(texts, pa.string()) for name, texts in columns.items()})


def test_records_are_written_as_text_and_codes_as_labels() -> None:
    cases = table(
        case_id=["cas-exm-001", None, "=1+1"],
        case_type=["civil_suit", "no such code", None],
        title=["\t_x0041_\n", "https://news.example", "001"],
        more=["kept", None, None],
    )
    content = workbook(STANDARD, load_language("ru"), ["cases", "events"], {"cases": cases})
    book = Workbook(content)
    cells = book.cells("Дела")
    last = xl_col_to_name(len(STANDARD.tables["cases"].fields))
    assert [cells.get(f"A{row}") for row in (4, 5, 6)] == ["cas-exm-001", None, "=1+1"]
    assert [cells.get(f"B{row}") for row in (4, 5, 6)] == ["Гражданский иск", "no such code", None]
    assert [cells[f"C{row}"] for row in (5, 6)] == ["https://news.example", "001"]
    assert (cells[f"{last}1"], cells[f"{last}4"]) == ("more", "kept")
    assert b"<f>1+1</f>" not in b"".join(book.parts.values())
    assert b'TargetMode="External"' not in b"".join(book.parts.values())


def test_rows_to_choose_from_stand_without_gaps() -> None:
    persons = table(person_id=["per-exm-1", None, "per-exm-3"], display_name=["One", None, None])
    book = Workbook(workbook(STANDARD, load_language("en"), ["persons", "names"], {"persons": persons}))
    match = re.search(r"OFFSET\(_lists!\$([A-Z]+)\$4,", book.names["rows_persons"])
    assert match is not None
    cells = book.cells(LISTS)
    assert [cells.get(f"{match[1]}{row}") for row in (3, 4, 5, 6)] == ["2", "per-exm-1 – One", "per-exm-3", None]


def test_many_records_are_all_written_and_no_longer_counted_while_typing() -> None:
    size = MOST_COUNTED + 1
    persons = table(person_id=[f"per-exm-{number}" for number in range(size)])
    book = Workbook(workbook(STANDARD, load_language("en"), ["persons", "names"], {"persons": persons}))
    assert book.cells("Persons")[f"A{FIRST_ROW + size}"] == f"per-exm-{size - 1}"
    assert "rows_persons" not in book.names
    assert not any("COUNTIF" in formula for _, formula in book.marks("Persons"))
    assert f"B4:B{FIRST_ROW + size}" in book.validations("Persons")


def test_a_text_that_no_cell_can_hold_is_refused() -> None:
    fits = table(title=["x" * 32_767])
    assert workbook(STANDARD, load_language("en"), ["cases"], {"cases": fits})
    for text in ("x" * 32_768, "😀" * 16_384):
        with pytest.raises(NotForAWorkbook, match="“Cases”, column “title”"):
            workbook(STANDARD, load_language("en"), ["cases"], {"cases": table(title=[text])})


def test_more_rows_than_a_sheet_can_hold_are_refused() -> None:
    rows = pa.table({"title": pa.nulls(1_048_574, pa.string())})
    with pytest.raises(NotForAWorkbook, match="1,048,573"):
        workbook(STANDARD, load_language("en"), ["cases"], {"cases": rows})


def test_labels_that_excel_forbids_become_names_that_it_takes() -> None:
    labels = ["Lists", "a/b:c", "'" + "x" * 40, "y" + "x" * 40, "y" + "x" * 39, "_LISTS", "History", "[?*]"]
    base = tiny_standard.table("t0", "t", "aaa", tiny_standard.field("id", kind="id", required=True))
    tables: Mapping[str, Table] = {
        f"t{number}": replace(base, name=f"t{number}", plural=label) for number, label in enumerate(labels)
    }
    standard = replace(STANDARD, tables=tables)
    names = list(Workbook(template(standard, load_language("en"), "full")).sheets)[1:-4]
    assert names == [
        *("Lists 2", "a-b-c", "x" * 31, "y" + "x" * 30, "y" + "x" * 28 + " 2", "_LISTS 2", "History 2", "----"),
    ]


# the command


def test_the_command_writes_the_file_and_never_over_another(tmp_path: Path) -> None:
    path = tmp_path / "шаблон.xlsx"
    assert pfds("template", "--lang", "ru", "-o", path).code == 0
    assert path.read_bytes() == template(STANDARD, load_language("ru"), "core")
    again = pfds("template", "--lang", "es", "-o", path)
    assert again.code == 2
    assert "--force" in again.err
    assert path.read_bytes() == template(STANDARD, load_language("ru"), "core")
    assert pfds("template", "--lang", "es", "--profile", "full", "-o", path, "--force").code == 0
    assert path.read_bytes() == template(STANDARD, load_language("es"), "full")
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("name", ["template.ods", "template", "no such folder/template.xlsx", "."])
def test_a_place_that_cannot_be_written_is_wrong_usage(name: str, tmp_path: Path) -> None:
    ran = pfds("template", "-o", tmp_path / name)
    assert (ran.code, ran.out) == (2, "")
    assert list(tmp_path.iterdir()) == []


def test_the_columns_of_a_sheet_are_those_of_the_dictionary() -> None:
    path = Path(__file__).parents[1] / "datapackage" / "dictionary.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if not row["derived_from"]]
    spoken = in_language(STANDARD.released, load_language("en"))
    for name, about in spoken.tables.items():
        cells = made("en").cells(about.plural)
        columns = [cells[f"{xl_col_to_name(i)}1"] for i in range(len(about.fields))]
        assert columns == [row["field"] for row in rows if row["table"] == name]
