"""The workbook of a release that people can page through: the codebook first, then a sheet for each table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from pfds.editions.public import Public
from pfds.editions.xlsx.cells import Look, look_of, why_not, writer_of
from pfds.editions.xlsx.codebook import LEFT_OUT, SHEET, Tally, write_codebook
from pfds.standard.model import Field, Table

WORKBOOK: Final = "xlsx/pfds.xlsx"
"""Path of the edition within a release."""

MOST_RECORDS: Final = 250_000
"""Records of a release that a workbook is made of, in all tables together.

The format ends at 1,048,575 in one sheet, but programs hold a whole workbook in memory. With this many it has some 20
megabytes, for which LibreOffice needs half a gigabyte and libraries that read it several times that, and it takes the
better part of a minute to write. Who has more records is better served by SQLite and Parquet.
"""

_OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_WIDTHS: Final = {"id": 28, "code": 20, "edtf": 18, "date": 12, "line": 36, "text": 60, "url": 40}
_OTHER_WIDTH: Final = 12
_LEFT_OUT_COLUMNS: Final = (("Table", 22), ("Record", 40), ("Column", 28), ("Why", 70), ("File that has it", 36))


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A value that a cell cannot hold, and why."""

    table: str
    record: str
    column: str
    why: str


def instead_of(table: Table, why: str) -> str:
    """The sentence that stands in a cell which cannot hold its value."""
    return f"See {_file(table.name)}: {why}."


def _file(table: str) -> str:
    """The file of the release that has every value of a table."""
    return f"data/{table}.csv"


def has_workbook(rows: Mapping[str, int]) -> bool:
    """Whether a release with so many records by table has a workbook."""
    return sum(rows.values()) <= MOST_RECORDS


def write_xlsx(public: Public, target: Path) -> bool:
    """The workbook as a new file; False, and no file, if there are more records than `has_workbook` allows.

    Every text is text, whatever it begins with. What a cell cannot hold is replaced by a sentence that says so, and
    listed on a last sheet. The bytes are those of one version of XlsxWriter and zlib.
    """
    if not has_workbook(public.rows):
        return False
    import xlsxwriter

    path = target / WORKBOOK
    path.parent.mkdir(parents=True, exist_ok=True)
    with (
        TemporaryDirectory(prefix="pfds-") as scratch,
        path.open("xb") as file,
        xlsxwriter.Workbook(file, {**_OPTIONS, "tmpdir": scratch}) as book,
    ):
        _write(book, public)
    return True


def _write(book: Any, public: Public) -> None:
    about = public.about
    created = datetime.combine(about.as_of, time())
    book.set_properties(
        {"title": f"{about.title}, release {about.version}", "author": about.publisher, "created": created}
    )
    look, codebook = look_of(book), book.add_worksheet(SHEET)
    tallies: dict[str, Tally] = {}
    left_out: list[LeftOut] = []
    for name in public.rows:
        table = public.standard.tables[name]
        tallies[name] = _write_table(book.add_worksheet(name), public, table, look, left_out)
    write_codebook(codebook, public, tallies, look)
    if left_out:
        _write_left_out(book.add_worksheet(LEFT_OUT), left_out, look)


def _write_table(page: Any, public: Public, table: Table, look: Look, left_out: list[LeftOut]) -> Tally:
    """The records of a table under the names of their columns; what could not be written is added to ``left_out``."""
    for column, field in enumerate(table.released):
        page.set_column(column, column, max(_WIDTHS.get(field.kind, _OTHER_WIDTH), len(field.name) + 4))
        page.write_string(0, column, field.name, look.head)
    tally, row, last = Tally(), 1, public.rows[table.name]
    for batch in public.batches(table.name, [field.name for field in table.released]):
        tally.add(table, batch)
        _write_records(page, table, batch, row, look, left_out)
        row += batch.num_rows
    page.freeze_panes(1, 1)
    page.autofilter(0, 0, last, len(table.released) - 1)
    page.ignore_errors({"number_stored_as_text": f"A1:XFD{last + 1}"})
    return tally


def _write_records(page: Any, table: Table, batch: Any, first: int, look: Look, left_out: list[LeftOut]) -> None:
    writers = [writer_of(page, field, look) for field in table.released]
    texts = [field.json_type == "string" and field.kind not in ("code", "date") for field in table.released]
    columns = [batch.column(field.name).to_pylist() for field in table.released]
    keys = batch.column(table.primary_key).to_pylist()
    for row, values in enumerate(zip(*columns, strict=True), first):
        for column, value in enumerate(values):
            if value is None:
                continue
            if texts[column] and (why := why_not(value)):
                left_out.append(_left_out(table, table.released[column], keys[row - first], why))
                page.write_string(row, column, instead_of(table, why), look.text)
            else:
                writers[column](row, column, value)


def _left_out(table: Table, field: Field, key: str, why: str) -> LeftOut:
    return LeftOut(table.name, "" if why_not(key) else key, field.name, why)


def _write_left_out(page: Any, left_out: list[LeftOut], look: Look) -> None:
    for column, (name, width) in enumerate(_LEFT_OUT_COLUMNS):
        page.set_column(column, column, width)
        page.write_string(0, column, name, look.head)
    for row, each in enumerate(left_out, 1):
        for column, text in enumerate((each.table, each.record, each.column, each.why, _file(each.table))):
            page.write_string(row, column, text, look.text)
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, len(left_out), len(_LEFT_OUT_COLUMNS) - 1)
