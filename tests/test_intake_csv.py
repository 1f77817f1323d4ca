"""CSV files: every cell with its row and line, every defect with its place, and nothing read by guess."""

import csv
import io
from collections.abc import Sequence
from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pfds.intake import csv_file, csv_records, csv_scan
from pfds.intake.csv_file import BLOCK, CsvFile
from pfds.intake.tables import Reading, TextTable
from pfds.standard.findings import Severity
from reading import read_whole, stream_of
from tiny_standard import CASES, brief, column, facts

HEADER = b"case_id,title\n"
NASTY = st.text(alphabet=st.sampled_from(list("ab ,;\"\n\r\t'\x00\ufeff\ufffdйé世😀\u2028\x85")), max_size=8)


def read(data: bytes, block: int = BLOCK) -> Reading:
    return read_whole(CsvFile(stream_of(data), "cases.csv", CASES, block))


def only_table(reading: Reading) -> TextTable:
    (found,) = reading.tables
    return found


def sound(data: bytes, block: int = BLOCK) -> TextTable:
    reading = read(data, block)
    assert reading.findings == ()
    assert reading.skipped == ()
    assert reading.partial == frozenset()
    return only_table(reading)


def broken(data: bytes, block: int = BLOCK) -> tuple[str, int | None, object]:
    """Rule, line and problem of a file whose structure breaks; checks that this is said."""
    reading = read(data, block)
    (finding,) = reading.findings
    assert [skipped.rule for skipped in reading.skipped] == ["*"]
    assert reading.partial == {"cases"}
    return finding.rule, finding.origin.line, finding.facts["problem"]


def test_cells_are_text_and_empty_cells_are_null() -> None:
    found = sound(b'case_id,title,persons_count\ncas-1,NA,007\n"cas-2","",\n')
    assert column(found, "case_id") == ["cas-1", "cas-2"]
    assert column(found, "title") == ["NA", None]
    assert column(found, "persons_count") == ["007", None]
    assert found.positions == {"case_id": 0, "title": 1, "persons_count": 2}


def test_blanks_around_a_cell_are_kept() -> None:
    assert column(sound(HEADER + b"cas-1, a \n"), "title") == [" a "]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b""])
def test_last_record_may_lack_its_line_break(end: bytes) -> None:
    assert column(sound(HEADER + b"cas-1,a" + end), "title") == ["a"]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_byte_order_mark_is_no_part_of_the_header(mark: bytes) -> None:
    assert column(sound(mark + b'"case_id",title\ncas-1,a\n'), "case_id") == ["cas-1"]


def test_lines_are_physical_and_rows_count_records() -> None:
    found = sound(b'case_id,title\r\n\r\ncas-1,"a\r\nb"\n\n\ncas-2,"\n"\ncas-3,c')
    assert found.rows.tolist() == [1, 2, 3]
    assert found.lines.tolist() == [3, 7, 9]
    assert column(found, "title") == ["a\r\nb", "\n", "c"]
    assert found.origin(2, "title").cell == "B4"


def test_carriage_return_inside_quotation_marks_is_text() -> None:
    assert column(sound(HEADER + b'cas-1,"a\rb"\n'), "title") == ["a\rb"]


def test_nul_stays_in_the_cell() -> None:
    assert column(sound(HEADER + b"cas-1,a\x00b\n"), "title") == ["a\x00b"]


def test_header_alone_is_a_table_without_records() -> None:
    found = sound(HEADER)
    assert found.cells.num_rows == 0
    assert found.cells.column_names == ["case_id", "title"]


def test_derived_columns_are_known() -> None:
    assert column(sound(b"case_id,title,opened_earliest\ncas-1,a,2025-01-01\n"), "opened_earliest") == ["2025-01-01"]


def test_record_with_too_few_cells() -> None:
    reading = read(b'case_id,title,opened\ncas-1,"a\nb",2025\n\ncas-2,b\ncas-3,c,2024\n')
    (finding,) = reading.findings
    assert brief(finding) == ("row-too-short", None, 2, 5, None)
    assert facts(finding) >= {"expected": 3, "found": 2}.items()
    found = only_table(reading)
    assert column(found, "opened") == ["2025", None, "2024"]
    assert found.damaged.tolist() == [False, True, False]
    assert reading.partial == frozenset()


def test_record_with_too_many_cells() -> None:
    reading = read(HEADER + b'cas-1,a\ncas-2,"b,""\n""",c,"d"\ncas-3,e\n')
    (finding,) = reading.findings
    assert brief(finding) == ("row-too-long", None, 2, 3, None)
    assert facts(finding) >= {"expected": 2, "found": 4}.items()
    assert column(only_table(reading), "title") == ["a", 'b,"\n"', "e"]


def test_cut_record_that_becomes_blank_is_still_a_record() -> None:
    reading = read(b"case_id\n,x\ncas-2\n")
    assert [finding.rule for finding in reading.findings] == ["column-missing", "row-too-long"]
    assert column(only_table(reading), "case_id") == [None, "cas-2"]


@pytest.mark.parametrize(
    ("rest", "line", "words"),
    [
        (b'cas-2,b"c\ncas-3,d\n', 3, csv_scan.STRAY),
        (b'cas-2,b"c"\ncas-3,d\n', 3, csv_scan.STRAY),
        (b'cas-2,"b"c\ncas-3,d\n', 3, csv_scan.TRAILING),
        (b'cas-2,"b" \ncas-3,d\n', 3, csv_scan.TRAILING),
        (b'cas-2,"b\ncas-3,d\n', 3, csv_scan.UNCLOSED),
        (b'cas-2,"b\ncas-3,"d"\n', 3, csv_scan.SPANNING),
        (b'cas-2,"""\ncas-3,d\n', 3, csv_scan.UNCLOSED),
        (b"cas-2,b\rc\ncas-3,d\n", 3, csv_scan.RETURN),
        (b"cas-2,b\r\r\ncas-3,d\n", 3, csv_scan.RETURN),
        (b"cas-2,b\r", 3, csv_scan.RETURN),
    ],
)
@pytest.mark.parametrize("block", [1, 2, 7, 1 << 20])
def test_broken_structure_stops_the_reading(rest: bytes, line: int, words: str, block: int) -> None:
    data = HEADER + b"cas-1,a\n" + rest
    assert broken(data, block) == ("file-unreadable", line, words)
    assert column(only_table(read(data, block)), "title") == ["a"]


def test_quotation_marks_in_their_places_break_nothing() -> None:
    found = sound(HEADER + b'"cas-1",""""\ncas-2,"a"",""b"\r\n')
    assert column(found, "title") == ['"', 'a","b']


def test_old_line_breaks_make_the_header_unreadable() -> None:
    assert broken(b"case_id,title\rcas-1,a\r") == ("file-unreadable", 1, csv_scan.RETURN)


def test_bad_bytes_damage_only_their_rows() -> None:
    reading = read(HEADER + b"cas-1,\xc3\xa9\ncas-2,caf\xe9\ncas-3,\xff\xfe\ncas-4,d\n")
    first, second = reading.findings
    assert brief(first) == ("encoding-invalid", None, 2, 3, None)
    assert facts(first) >= {"byte": 32, "hex": "E9", "suggestion": ""}.items()
    assert brief(second) == ("encoding-invalid", None, 3, 4, None)
    found = only_table(reading)
    assert column(found, "title") == ["é", "caf\ufffd", "\ufffd\ufffd", "d"]
    assert found.damaged.tolist() == [False, True, True, False]
    assert reading.partial == frozenset()


def test_bad_byte_in_the_header_is_told_once() -> None:
    reading = read(b"case_id,title,caf\xe9\ncas-1,a,b\n")
    assert [brief(finding) for finding in reading.findings] == [("encoding-invalid", None, None, 1, None)]
    assert reading.findings[0].facts["byte"] == 17


def test_file_of_another_encoding_is_told_once() -> None:
    reading = read(HEADER + "".join(f"cas-{n},Ж\n" for n in range(1001)).encode("cp1251"))
    (finding,) = reading.findings
    assert brief(finding) == ("encoding-invalid", None, None, None, None)
    assert (
        facts(finding)
        >= {
            "byte": 20,
            "hex": "C6",
            "suggestion": "It does not look like UTF-8: save it as “CSV UTF-8”.",
        }.items()
    )
    assert only_table(reading).cells.num_rows == 0
    assert reading.partial == {"cases"}


def test_a_thousand_bad_rows_are_told_one_by_one() -> None:
    reading = read(HEADER + "".join(f"cas-{n},Ж\n" for n in range(1000)).encode("cp1251"))
    assert {finding.rule for finding in reading.findings} == {"encoding-invalid"}
    assert [finding.row for finding in reading.findings] == list(range(1, 1001))


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32"])
def test_wide_encodings_are_recognised(encoding: str) -> None:
    (finding,) = read("case_id,title\ncas-1,a\n".encode(encoding)).findings
    assert finding.rule == "encoding-invalid"
    name = "UTF-32" if encoding == "utf-32" else "UTF-16"
    assert finding.facts["suggestion"] == f"It looks like {name}: save it as “CSV UTF-8”."


def test_unknown_column_is_named_with_its_cell() -> None:
    reading = read(b"case_id,titel,title\ncas-1,x,a\n")
    (finding,) = reading.findings
    assert brief(finding) == ("column-unknown", None, None, 1, "B1")
    assert facts(finding) >= {"name": "titel", "similar": "title"}.items()
    assert only_table(reading).cells.column_names == ["case_id", "title"]


@pytest.mark.parametrize(("name", "similar"), [("Title", "title"), (" title", "title"), ("", ""), ("zzz", "")])
def test_names_match_exactly(name: str, similar: str) -> None:
    (finding,) = read(f"case_id,title,{name}\ncas-1,a,b\n".encode()).findings
    assert facts(finding) >= {"name": name, "similar": similar}.items()


def test_long_column_name_is_cut() -> None:
    (finding,) = read(b"case_id,title," + b"x" * 200_000 + b"\ncas-1,a,b\n").findings
    assert finding.values["name"] == "x" * 100


def test_repeated_column_is_read_once() -> None:
    reading = read(b"case_id,title,title\ncas-1,a,b\n")
    (finding,) = reading.findings
    assert brief(finding) == ("column-duplicate", "title", None, 1, "C1")
    assert column(only_table(reading), "title") == ["a"]


def test_missing_required_column_is_told_once() -> None:
    reading = read(b"case_id,opened\ncas-1,2025\ncas-2,2024\n")
    assert [brief(finding) for finding in reading.findings] == [("column-missing", "title", None, 1, None)]
    assert only_table(reading).cells.column_names == ["case_id", "opened"]


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\n\r\n\n", b"a,b\n1,2\n", b'""\n'])
def test_no_header(data: bytes) -> None:
    reading = read(data)
    (finding,) = reading.findings
    assert finding.rule == "header-missing"
    assert facts(finding) >= {"suggestion": ""}.items()
    assert only_table(reading).cells.num_rows == 0


def separated(data: bytes, block: int = BLOCK) -> tuple[TextTable, str]:
    """The table of a file that is sound but for its separator, and the words for this."""
    reading = read(data, block)
    (finding,) = reading.findings
    assert (*brief(finding)[:1], finding.severity, finding.origin.line) == ("csv-separator-other", Severity.INFO, 1)
    assert (reading.skipped, reading.partial) == ((), frozenset())
    return only_table(reading), str(finding.facts["separator"])


@pytest.mark.parametrize(("separator", "words"), [(b";", "semicolons"), (b"\t", "tabs")])
@pytest.mark.parametrize("block", [1, 7, BLOCK])
@pytest.mark.parametrize(
    ("rows", "titles"),
    [
        (b"case_id;title\ncas-1;a\n", ["a"]),
        (b"case_id;title\r\ncas-1;a,b\r\n\r\ncas-2;", ["a,b", None]),
        (b'"case_id";"title"\n"cas-1";"a;b\n""c"\n', ['a;b\n"c']),
    ],
)
def test_other_separators_are_read_and_told(
    separator: bytes, words: str, block: int, rows: bytes, titles: list[str | None]
) -> None:
    found, told = separated(rows.replace(b";", separator), block)
    assert told == words
    assert column(found, "title") == [title and title.replace(";", separator.decode()) for title in titles]


@pytest.mark.parametrize(("separator", "words"), [(";", "semicolons"), ("\t", "tabs")])
def test_rows_with_too_few_and_too_many_cells_of_another_separator(separator: str, words: str) -> None:
    rows = ["case_id;title;opened", "cas-1;a", 'cas-2;"b;c";2024;d', "cas-3;c;2025"]
    reading = read("\n".join(rows).replace(";", separator).encode())
    assert [(finding.rule, finding.row) for finding in reading.findings] == [
        ("csv-separator-other", None),
        ("row-too-short", 1),
        ("row-too-long", 2),
    ]
    found = only_table(reading)
    assert column(found, "title") == ["a", f"b{separator}c", "c"]
    assert column(found, "opened") == [None, "2024", "2025"]
    assert found.damaged.tolist() == [True, True, False]


@pytest.mark.parametrize(
    ("header", "names"),
    [
        (b"case_id,x;title", "commas and with semicolons"),
        (b"case_id;x\ttitle", "semicolons and with tabs"),
    ],
)
@pytest.mark.parametrize("block", [1, BLOCK])
def test_a_header_that_two_separators_fit(header: bytes, names: str, block: int) -> None:
    (finding,) = read(header + b"\ncas-1,a;b\n", block).findings
    assert brief(finding) == ("header-missing", None, None, 1, None)
    assert finding.facts["suggestion"] == (
        f"It can be read with {names} between the names, so that neither is certain."
    )


@pytest.mark.parametrize(
    "data",
    [
        b"case_id,title;x\ncas-1,a\n",
        b"case_id\ncas;1\n",
        b'"case_id","a;title"\ncas-1,a\n',
        b"case_id,a;b\tc\n",
        b'"case_id",x;title\n',
    ],
)
def test_commas_are_read_where_only_they_fit(data: bytes) -> None:
    assert "csv-separator-other" not in {finding.rule for finding in read(data).findings}
    assert "case_id" in only_table(read(data)).cells.column_names


@pytest.mark.parametrize("data", [b"a;b\n1;2\n", b'"case_id;title"\n', b"case_id|title\ncas-1|a\n", b"sep=;\n"])
def test_separators_that_fit_no_header(data: bytes) -> None:
    assert [finding.rule for finding in read(data).findings] == ["header-missing"]


def test_too_many_columns() -> None:
    reading = read(b"case_id" + b"," * 2000 + b"\n")
    (finding,) = reading.findings
    assert finding.rule == "limit-exceeded"
    assert facts(finding) >= {"subject": "columns", "limit": 2000, "found": 2001}.items()


def test_as_many_columns_as_allowed() -> None:
    names = ",".join(["case_id", "title", *(f"x{n}" for n in range(1998))])
    assert {finding.rule for finding in read(names.encode()).findings} == {"column-unknown"}


def test_record_that_is_too_long_stops_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_file, "MAX_RECORD_BYTES", 100)
    monkeypatch.setattr(csv_records, "MAX_RECORD_BYTES", 100)
    reading = read(HEADER + b"cas-1,a\ncas-2," + b"x" * 95 + b"\ncas-3,c\n")
    (finding,) = reading.findings
    assert brief(finding) == ("limit-exceeded", None, None, 3, None)
    assert facts(finding) >= {"subject": "bytes in one record", "limit": 100, "found": 101}.items()
    assert column(only_table(reading), "title") == ["a"]
    assert reading.partial == {"cases"}


def written(rows: Sequence[Sequence[str]], quoting: Literal[0, 1], end: str) -> tuple[bytes, list[int]]:
    """CSV bytes by Python's writer, and the physical line on which each record begins."""
    text, lines = "", []
    for row in rows:
        lines.append(text.count("\n") + 1)
        buffer = io.StringIO()
        csv.writer(buffer, quoting=quoting, lineterminator="\r\n").writerow(row)
        text += buffer.getvalue().removesuffix("\r\n") + end
    return text.encode(), lines


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(st.lists(NASTY, min_size=3, max_size=3), max_size=12),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    end=st.sampled_from(["\n", "\r\n"]),
    mark=st.sampled_from([b"", b"\xef\xbb\xbf"]),
    block=st.sampled_from([1, 3, 16, 64, BLOCK]),
)
def test_whatever_is_written_is_read_back(
    rows: list[list[str]], quoting: Literal[0, 1], end: str, mark: bytes, block: int
) -> None:
    data, lines = written([["case_id", "title", "opened"], *rows], quoting, end)
    found = sound(mark + data, block)
    for position, name in enumerate(("case_id", "title", "opened")):
        assert column(found, name) == [row[position] or None for row in rows]
    assert found.lines.tolist() == lines[1:]
    assert found.rows.tolist() == list(range(1, len(rows) + 1))


@settings(max_examples=150, deadline=None)
@given(tail=st.lists(st.sampled_from([b"a", b",", b'"', b"\n", b"\r\n", b"\r", b"\xe9", b"\xc3\xa9"]), max_size=14))
def test_any_bytes_are_read_or_refused(tail: list[bytes]) -> None:
    reading = read(HEADER + b"".join(tail))
    found = only_table(reading)
    assert found.cells.num_rows == len(found.rows) == len(found.lines) == len(found.damaged)
    assert np.all(np.diff(found.lines) > 0)
    assert bool(reading.partial) == bool(reading.skipped)
    strict = _strictly_read(b"".join(tail))
    if strict is not None and not reading.findings:
        assert list(zip(column(found, "case_id"), column(found, "title"), strict=True)) == strict


def _strictly_read(data: bytes) -> list[tuple[str | None, ...]] | None:
    """Records by Python's own strict reader, or None if it refuses them."""
    try:
        rows = list(csv.reader(io.StringIO(data.decode(), newline=""), strict=True))
    except (csv.Error, UnicodeDecodeError):
        return None
    return [tuple(cell or None for cell in row) for row in rows if row]
