"""Files and strings that break other programs: read to exactly what they mean, and never the end of a run.

Two public collections are used where the environment names them: PFDS_CSV_SPECTRUM (a folder with `csvs` and `json`)
and PFDS_NAUGHTY_STRINGS (a folder with `blns.json`).
"""

import csv
import io
import json
import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from command import pfds
from pfds.intake.columnar_file import NOT_PARQUET, ColumnarFile
from pfds.intake.columnar_form import parquet_columns
from pfds.intake.csv_file import CsvFile
from pfds.intake.csv_scan import STRAY
from pfds.intake.json_lines import JsonLinesFile
from pfds.intake.tables import Reader, TextTable
from pfds.standard.findings import Severity
from pfds.standard.model import Table
from reading import read_whole, stream_of
from tiny_standard import CASES, STANDARD, column, field, table

SPECTRUM = os.environ.get("PFDS_CSV_SPECTRUM", "")
NAUGHTY = os.environ.get("PFDS_NAUGHTY_STRINGS", "")

OWN = [
    *("NA", "null", "NULL", "None", "nan", "NaN", "-Infinity", "undefined", "true", "\\N", "#N/A", "#REF!", "-", "--"),
    *("0", "007", "1e3", "0x1F", "1_000", "1,5", "+5", "1.", ".5", "-0", "9223372036854775808", "1/2", "2021-2-3"),
    *("=1+1", "@SUM(1)", "+cmd|' /C calc'!A0", "-2+3", "'; DROP TABLE cases;--", "{{7*7}}", "%s%n", "$(id)", "`id`"),
    *("<script>alert(1)</script>", "</td>", "&amp;", "../../etc/passwd", "C:\\x", "file:///x", "\\", '"', '""', "'"),
    *(" ", "  a  ", "\t", "a\tb", ",", ";", "\n", "\r\n", "a\rb", "\x0b", "\x00", "a\x00b", "\x1b[31m", "\x7f", "\x85"),
    *("\ufeff", "\ufeffa", "\u200b", "\u202eabc", "\u2028", "\u2029", "\xa0", "\xad", "\ufffd", "\ufffe", "\U0010ffff"),
    *(
        "é",
        "e\u0301",
        "İı",
        "ß",
        "Ω≈ç√",
        "Журналист",
        "記者",
        "기자",
        "صحفي",
        "עיתונאי",
        "ธรรม",
        "हिन्दी",
        "😀",
        "👩‍👩‍👧",
        "🇰🇬",
    ),
    *(
        "Z\u0351\u036b\u0343",
        "\U000e0001",
        "١٢٣",
        "１２３",
        "a" * 40_000,
        '"a","b"\n"c"',
        "# a",
        "--- a",
        "{}",
        "[]",
        '{"a": 1}',
    ),
]


def strings() -> list[str]:
    """Our own strings, and those of the collection."""
    if not NAUGHTY:
        return OWN
    return [*OWN, *json.loads((Path(NAUGHTY) / "blns.json").read_text("utf-8"))]


STRINGS = strings()


def written(rows: Sequence[Sequence[str | None]]) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(
        [[cell or "" for cell in row] for row in rows]
    )
    return buffer.getvalue().encode()


def sound(reader: Reader) -> TextTable:
    reading = read_whole(reader)
    assert (reading.findings, reading.skipped) == ((), ())
    (found,) = reading.tables
    return found


def through(form: str, data: bytes) -> TextTable:
    if form == "parquet":
        return sound(
            ColumnarFile(
                stream_of(data), partial(parquet_columns, pa.BufferReader(data)), "cases.parquet", CASES, NOT_PARQUET
            )
        )
    if form == "jsonl":
        return sound(JsonLinesFile(stream_of(data), "cases.jsonl", CASES, STANDARD))
    return sound(CsvFile(stream_of(data), "cases.csv", CASES))


def as_csv(cells: pa.Table) -> bytes:
    return written([cells.column_names, *zip(*(cells[name].to_pylist() for name in cells.column_names), strict=True)])


def as_parquet(cells: pa.Table) -> bytes:
    buffer = io.BytesIO()
    parquet.write_table(cells, buffer)
    return buffer.getvalue()


def as_json_lines(cells: pa.Table) -> bytes:
    records = ({name: value for name, value in row.items() if value is not None} for row in cells.to_pylist())
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()


def test_strings_survive_every_form_as_cells() -> None:
    cells = pa.table({"case_id": [f"cas-{number}" for number in range(len(STRINGS))], "title": STRINGS})
    read = through("csv", as_csv(cells))
    expected = [text or None for text in STRINGS]
    for form, write in (("parquet", as_parquet), ("jsonl", as_json_lines), ("csv", as_csv)):
        assert column(read, "title") == expected
        read = through(form, write(read.cells))
    assert column(read, "title") == expected
    assert column(read, "case_id") == cells["case_id"].to_pylist()


NOTHING = {"cases.jsonl": " \t\r\n\ufeff", "doc.json": "{}"}
"""What a file may consist of that holds no record and nothing else: JSON Lines without a line, an empty object."""


@pytest.mark.parametrize(
    "name",
    [
        *("cases.csv", "cases.jsonl", "doc.json"),
        *(pytest.param(name, marks=pytest.mark.long) for name in ("cases.parquet", "cases.arrow", "cases.zip")),
    ],
)
def test_strings_as_whole_files_are_findings(tmp_path: Path, name: str) -> None:
    paths = []
    for number, text in enumerate(STRINGS):
        paths.append(tmp_path / str(number) / name)
        paths[-1].parent.mkdir()
        paths[-1].write_bytes(text.encode())
    ran = pfds("validate", "--format", "json", "--max-findings", "10000", *paths)
    report = json.loads(ran.out)
    assert ran.code == 1
    told = {found["file"] for found in report["findings"] if found["severity"] == Severity.ERROR.value}
    silent = [text for number, text in enumerate(STRINGS) if f"{number}/{name}" not in told]
    assert [text for text in silent if text.strip(NOTHING.get(name, ""))] == []


def of_header(names: Sequence[str]) -> Table:
    """A table with the columns of a file."""
    return table("cases", "case", "cas", *(field(name) for name in names))


NOT_RFC_4180 = "location_coordinates"
"""A quotation mark stands inside a cell that does not begin with one; the cells expected also differ from the file."""


def spectrum(name: str) -> tuple[bytes, list[dict[str, str]]]:
    """Bytes of a file, and the cells expected of it."""
    records = json.loads((Path(SPECTRUM) / "json" / f"{name}.json").read_text("utf-8"))
    data = (Path(SPECTRUM) / "csvs" / f"{name}.csv").read_bytes()
    if name.endswith("_crlf") and b"\r" not in data:
        # A checkout may have turned the line breaks that these files are about into plain line feeds.
        data = data.replace(b"\n", b"\r\n")
    return data, records if isinstance(records, list) else [records]


@pytest.mark.skipif(not SPECTRUM, reason="PFDS_CSV_SPECTRUM names no folder")
def test_files_of_the_spectrum_are_read_to_their_cells() -> None:
    names = sorted(path.stem for path in (Path(SPECTRUM) / "csvs").glob("*.csv"))
    assert len(names) == 12
    for name in names:
        data, expected = spectrum(name)
        if name == NOT_RFC_4180:
            continue
        found = sound(CsvFile(stream_of(data), name, of_header(list(expected[0]))))
        assert found.cells.column_names == list(expected[0]), name
        assert [{key: value or "" for key, value in row.items()} for row in found.cells.to_pylist()] == expected, name


@pytest.mark.skipif(not SPECTRUM, reason="PFDS_CSV_SPECTRUM names no folder")
def test_the_file_of_the_spectrum_that_is_not_rfc_4180_is_told() -> None:
    data, (expected,) = spectrum(NOT_RFC_4180)
    assert next(iter(csv.DictReader(io.StringIO(data.decode())))) != expected
    (finding,) = read_whole(CsvFile(stream_of(data), "cases.csv", of_header(list(expected)))).findings
    assert (finding.rule, finding.origin.line, finding.facts["problem"]) == ("file-unreadable", 2, STRAY)


@pytest.mark.skipif(not NAUGHTY, reason="PFDS_NAUGHTY_STRINGS names no folder")
def test_all_strings_of_the_collection_are_used() -> None:
    assert len(STRINGS) - len(OWN) == 515
