"""Workbooks made for tests: by XlsxWriter, by hand part by part, and turned into other forms by LibreOffice."""

import io
import subprocess
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from kloop import STANDARD, Tables
from pfds.standard.language import load_language
from pfds.standard.messages import in_language
from programs import SOFFICE

SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def made(write: Callable[[xlsxwriter.Workbook], None], **options: bool) -> bytes:
    """A workbook that ``write`` fills."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, **options}) as book:
        write(book)
    return buffer.getvalue()


def of_rows(sheets: Mapping[str, Iterable[Sequence[Any]]]) -> bytes:
    """A workbook of sheets by name, each of rows of cells; text stays text, and None leaves a cell empty."""

    def write(book: xlsxwriter.Workbook) -> None:
        for name, rows in sheets.items():
            put(book.add_worksheet(name), rows)

    return made(write)


def put(sheet: Worksheet, rows: Iterable[Sequence[Any]]) -> None:
    """Write cells as they are, from the first row on."""
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(number, column, cell)
            elif cell is not None:
                sheet.write(number, column, cell)


def by_hand(sheet: str, **parts: str | bytes) -> bytes:
    """A workbook of one sheet named events, from the XML of that part; others (`styles`) by their name."""
    kinds = {"worksheets/sheet1": "worksheet", **{name: name for name in parts}}
    related = "".join(
        f'<Relationship Id="rId{number}" Type="{_RELATIONS}/{kind}" Target="{name}.xml"/>'
        for number, (name, kind) in enumerate(kinds.items(), 1)
    )
    book = (
        f'<workbook xmlns:r="{_RELATIONS}"><sheets><sheet name="events" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    root = f'<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/>'
    return zipped(
        {
            "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}">{root}</Relationships>',
            "xl/workbook.xml": book,
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}">{related}</Relationships>',
            "xl/worksheets/sheet1.xml": sheet,
            **{f"xl/{name}.xml": content for name, content in parts.items()},
        }
    )


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """An archive of parts by name."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def labelled(tables: Tables, language: str) -> bytes:
    """Records as a person enters them: sheets, columns and codes by their labels in a language, all as text."""
    words = in_language(STANDARD, load_language(language))
    sheets = {}
    for name, records in tables.items():
        table = words.tables[name]
        rows: list[list[str | None]] = [[field.title for field in table.fields]]
        rows += [
            [_label(record.get(field.name), field.codelist, language) for field in table.fields] for record in records
        ]
        sheets[table.plural[:31]] = rows
    return of_rows(sheets)


def _label(cell: str | None, codelist: str | None, language: str) -> str | None:
    if cell is None or codelist is None:
        return cell
    labels = STANDARD.codelists[codelist].codes[cell].labels
    return labels.get(language, labels["en"])


def saved_by_libreoffice(path: Path, form: str) -> Path:
    """The workbook in another form (`ods`), opened and saved by LibreOffice."""
    profile = path.parent / "profile"
    subprocess.run(
        [
            *(str(SOFFICE), f"-env:UserInstallation={profile.as_uri()}", "--headless"),
            *("--convert-to", form, "--outdir", str(path.parent / form), str(path)),
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    return path.parent / form / f"{path.stem}.{form}"
