"""A real LibreOffice opens the template and saves it again: lists, formats, marks and records are all still there."""

import csv
import io
import json
import re
import subprocess
import zipfile
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pytest

from command import KLOOP, pfds
from kloop import STANDARD
from pfds.publish.template import template, workbook
from pfds.publish.template_plan import plan
from pfds.standard.language import load_language
from programs import SOFFICE, needs_libreoffice
from template_parts import Workbook

pytestmark = needs_libreoffice
WAYS = {"xlsx": ("xlsx",), "ods": ("ods", "xlsx")}
LANGUAGES = ("ru", "ar")
AS_OF = "2025-11-05"


def saved(content: bytes, forms: tuple[str, ...]) -> bytes:
    """A workbook as LibreOffice saves it, in one form after the other."""
    with TemporaryDirectory() as name:
        path = Path(name) / "0.xlsx"
        path.write_bytes(content)
        for number, form in enumerate(forms, 1):
            made = Path(name) / str(number)
            private = f"-env:UserInstallation={(Path(name) / 'office').as_uri()}"
            command = [str(SOFFICE), private, "--headless", "--convert-to", form, "--outdir", str(made), str(path)]
            done = subprocess.run(command, capture_output=True, timeout=240, text=True)
            path = made / f"{path.stem}.{form}"
            assert path.is_file(), done.stderr
        return path.read_bytes()


@cache
def before(language: str) -> Workbook:
    return Workbook(template(STANDARD, load_language(language), "full"))


@cache
def after(language: str, way: str) -> Workbook:
    return Workbook(saved(template(STANDARD, load_language(language), "full"), WAYS[way]))


ALL = [(language, way) for language in LANGUAGES for way in WAYS]


def mainly(*chosen: tuple[str, str]) -> pytest.MarkDecorator:
    """Every language and way, but the short run has only those chosen."""
    marked = [pytest.param(*each, marks=() if each in chosen else pytest.mark.long) for each in ALL]
    return pytest.mark.parametrize(("language", "way"), marked)


@mainly()
def test_every_list_and_its_words_survive(language: str, way: str) -> None:
    old, new = before(language), after(language, way)
    assert list(new.sheets) == list(old.sheets)
    assert new.hidden_sheets == old.hidden_sheets
    assert {name: new.names[name] for name in old.names} == old.names
    for sheet in plan(STANDARD, load_language(language), STANDARD.released.tables, None).sheets:
        assert new.validations(sheet.name) == old.validations(sheet.name)
        assert len(new.validations(sheet.name)) == len(sheet.columns)


@mainly(("ar", "xlsx"))
def test_every_mark_note_and_text_format_survives(language: str, way: str) -> None:
    old, new = before(language), after(language, way)
    for sheet in plan(STANDARD, load_language(language), STANDARD.released.tables, None).sheets:
        assert new.marks(sheet.name) == old.marks(sheet.name)
        assert new.number_formats(sheet.name)[: len(sheet.columns)] == old.number_formats(sheet.name)
        assert new.hidden_rows(sheet.name) == [1]
        assert new.is_right_to_left(sheet.name) == (language == "ar")
        assert new.cells(sheet.name) == old.cells(sheet.name)
    assert len(list(new.notes())) == len(list(old.notes()))
    assert new.properties == old.properties


@cache
def kloop() -> dict[str, pa.Table]:
    """The example as tables of text, empty cells as nulls."""
    tables = {}
    for name in STANDARD.released.tables:
        if (path := KLOOP / f"{name}.csv").is_file():
            with path.open(encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
            tables[name] = pa.table({key: pa.array([row[key] or None for row in rows], pa.string()) for key in rows[0]})
    return tables


def verdict(path: Path) -> dict[str, Any]:
    """What a check says must or should be corrected."""
    ran = pfds("validate", path, "--as-of", AS_OF, "--format", "json")
    report = json.loads(ran.out)
    counts = report["by_rule"]
    return {
        "rows": sum(each["rows"] for each in report["input"] if each["table"]),
        "found": [each for each in counts if each["severity"] != "info"],
    }


def filled(language: str) -> bytes:
    return workbook(STANDARD, load_language(language), STANDARD.tables, kloop())


@cache
def verdict_of_kloop() -> dict[str, Any]:
    return verdict(KLOOP)


@pytest.mark.parametrize("language", [pytest.param("ru", marks=pytest.mark.long), "ar"])
def test_a_filled_workbook_is_as_valid_as_the_records_in_it(language: str, tmp_path: Path) -> None:
    path = tmp_path / "filled.xlsx"
    path.write_bytes(filled(language))
    assert verdict(path) == verdict_of_kloop()


@mainly()
def test_a_filled_workbook_saved_again_is_as_valid_as_before(language: str, way: str, tmp_path: Path) -> None:
    path = tmp_path / f"filled.{way}"
    path.write_bytes(saved(filled(language), (way,)))
    assert verdict(path) == verdict_of_kloop()


def _without_results(content: bytes) -> bytes:
    """The workbook with nothing in the cells of its formulas, so that the program has to work them out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if b"<f" in data and name.startswith("xl/worksheets/"):
                data = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", data)
            new.writestr(name, data)
    return out.getvalue()


@pytest.mark.long
@pytest.mark.parametrize("way", ["ods", pytest.param("xlsx", marks=pytest.mark.long)])
def test_libreoffice_works_out_the_rows_to_choose_from(way: str) -> None:
    """The file holds these texts already: what is asked is that the formulas give them too."""
    persons = pa.table(
        {"person_id": pa.array(["per-exm-1", None, "per-exm-3"]), "display_name": pa.array(["One", None, None])}
    )
    content = workbook(STANDARD, load_language("en"), ["persons", "names"], {"persons": persons})
    book = Workbook(saved(_without_results(content), WAYS[way]))
    match = re.search(r"OFFSET\(_lists!\$([A-Z]+)\$4,", book.names["rows_persons"])
    assert match is not None
    cells = book.cells("_lists")
    assert [cells.get(f"{match[1]}{row}") for row in (3, 4, 5, 6)] == ["2", "per-exm-1 – One", "per-exm-3", None]
