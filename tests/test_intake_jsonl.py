"""JSON Lines: every line is judged by itself, and what is wrong with one leaves the others as they are."""

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accelerated import without_accelerator
from json_schema_oracle import typed_record
from kloop import KLOOP, kloop_tables, seeded
from kloop import STANDARD as WHOLE_STANDARD
from pfds.checks.cells import check_cells
from pfds.checks.run import validate
from pfds.intake import json_lines, json_piece
from pfds.intake.json_acceptor import acceptor
from pfds.intake.json_columns import read_columns
from pfds.intake.json_cursor import NESTED
from pfds.intake.json_lines import NO_RECORDS, JsonLinesFile
from pfds.intake.json_piece import AFTER_RECORD, RECORD_ENDS
from pfds.intake.json_unknown import KeyCounts, UnknownKeys
from pfds.intake.submission import open_submission
from pfds.intake.tables import Reading, TextTable
from pfds.standard.findings import Finding
from reading import read_submission, read_whole, stream_of
from tiny_standard import CASES, STANDARD, brief, column, facts

SOUND = '{"case_id": "cas-1", "title": "Один"}'
OTHER = '{"case_id": "cas-2", "title": "Two"}'


def read(text: str | bytes, block: int = json_lines.BLOCK) -> Reading:
    data = text if isinstance(text, bytes) else text.encode()
    return read_whole(JsonLinesFile(stream_of(data), "cases.jsonl", CASES, STANDARD, block))


def lines(*records: str) -> str:
    return "".join(f"{record}\n" for record in records)


def only_table(reading: Reading) -> TextTable:
    (found,) = reading.tables
    return found


def only_finding(reading: Reading) -> Finding:
    (finding,) = reading.findings
    return finding


def ids(reading: Reading) -> list[str | None]:
    return column(only_table(reading), "case_id")


def test_records_become_text_with_their_lines() -> None:
    record = '{"case_id":"cas-2","title":"a\\n\\u0000\\ud83d\\ude00","persons_count":5.0,"is_closed":false}'
    reading = read(f"{SOUND}\n{record}\n")
    assert (reading.findings, reading.skipped, reading.partial) == ((), (), frozenset())
    found = only_table(reading)
    assert found.cells.column_names == [field.name for field in CASES.fields]
    assert column(found, "title") == ["Один", "a\n\x00😀"]
    assert column(found, "persons_count") == [None, "5"]
    assert column(found, "is_closed") == [None, "false"]
    assert (found.rows.tolist(), found.lines.tolist()) == ([1, 2], [1, 2])
    assert found.damaged.tolist() == [False, False]
    assert found.origin(1, "title").cell is None


@pytest.mark.parametrize(
    "text",
    [
        f"\n \t\n{SOUND}\n\r\n\n{OTHER}\n\n",
        f"\n\n{SOUND}\r\n\n\n{OTHER}",
        f"\ufeff\n\n  {SOUND} \n\n\n{OTHER}\r",
    ],
)
def test_blank_lines_count_as_lines_and_not_as_records(text: str) -> None:
    reading = read(text)
    assert reading.findings == ()
    assert ids(reading) == ["cas-1", "cas-2"]
    assert only_table(reading).rows.tolist() == [1, 2]
    assert only_table(reading).lines.tolist() == [3, 6]


@pytest.mark.parametrize("text", ["", "\n\n", "\ufeff"])
def test_file_without_records_is_an_empty_table(text: str) -> None:
    reading = read(text)
    assert reading.findings == ()
    assert only_table(reading).cells.num_rows == 0
    assert reading.partial == frozenset()


@pytest.mark.parametrize("block", [7, 64, 200, 1000])
def test_pieces_change_nothing(block: int) -> None:
    text = "\ufeff" + "".join(
        f'{{"case_id": "cas-{n}", "title": "{"ж" * (n % 60)}x", "x{n % 3}": 1}}{["", "}"][n % 7 == 0]}\n'
        + "\n" * (n % 4)
        for n in range(60)
    )
    whole, pieces = read(text), read(text, block)
    assert only_table(pieces).cells.equals(only_table(whole).cells)
    assert only_table(pieces).lines.tolist() == only_table(whole).lines.tolist()
    assert only_table(pieces).damaged.tolist() == only_table(whole).damaged.tolist()
    assert set(map(str, pieces.findings)) == set(map(str, whole.findings))
    assert len(pieces.findings) == len(whole.findings) == 9 + 3


def test_pieces_hold_only_so_many_records(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_lines, "MOST_RECORDS", 3)
    text = lines(*(f'{{"case_id": "cas-{n}", "title": "t"}}' for n in range(8)))
    readings = [task() for task in JsonLinesFile(stream_of(text.encode()), "c", CASES, STANDARD).tasks()]
    assert [[len(table.rows) for table in reading.tables] for reading in readings] == [[3], [3], [2], [0]]
    assert only_table(read(text)).lines.tolist() == list(range(1, 9))


BROKEN: list[tuple[str | bytes, str, str | None]] = [
    ('{"case_id": "cas-9", "title": "b",}', "json-invalid", None),
    ('{"case_id": "cas-9", "title": "b"', "json-invalid", RECORD_ENDS),
    ('{"case_id": "cas-9", "title": "b"} {}', "json-invalid", AFTER_RECORD),
    ('{"case_id": "cas-9", "title": b}', "json-invalid", None),
    ('{"case_id": "cas-9", "title": 01}', "json-invalid", None),
    ('{"case_id": "cas-9", "title": "\t"}', "json-invalid", None),
    ('{"case_id": "cas-9", "title": "\\x"}', "json-invalid", None),
    ('{"case_id": "cas-9", "title": ' + "[" * 100_000, "json-invalid", NESTED),
    (b'{"case_id": "cas-9", "title": "caf\xe9"}', "encoding-invalid", None),
    (b'{"case_id": "cas-9", "title": "\xed\xa0\x80"}', "encoding-invalid", None),
]


@pytest.mark.parametrize(("record", "rule", "words"), BROKEN)
def test_broken_line_is_damaged_and_the_others_are_read(record: str | bytes, rule: str, words: str | None) -> None:
    data = record if isinstance(record, bytes) else record.encode()
    reading = read(f"{SOUND}\n\n".encode() + data + f"\n{OTHER}\n".encode())
    finding = only_finding(reading)
    assert brief(finding) == (rule, None, 2, 3, None)
    assert finding.facts["problem"] != "this is not JSON"
    assert words is None or finding.facts["problem"] == words
    assert ids(reading) == ["cas-1", "cas-9", "cas-2"]
    assert column(only_table(reading), "title") == ["Один", None, "Two"]
    assert only_table(reading).damaged.tolist() == [False, True, False]
    assert (reading.partial, reading.skipped, reading.stops) == (frozenset(), (), False)


def test_bad_byte_has_its_offset_in_the_file() -> None:
    before = f"\ufeff{SOUND}\n\n".encode()
    finding = only_finding(read(before + b'{"case_id": "\xe9"}\n' + f"{OTHER}\n".encode()))
    assert facts(finding) >= {"byte": len(before) + 13, "hex": "E9", "suggestion": ""}.items()
    block = len(before) + 2
    again = only_finding(read(before + b'{"case_id": "\xe9"}\n' + f"{OTHER}\n".encode(), block))
    assert again.facts == finding.facts


def test_column_of_a_break_is_counted_in_characters() -> None:
    finding = only_finding(read(lines(SOUND, '{"title": "Один",}', OTHER)))
    assert facts(finding) >= {"column": 18}.items()


@pytest.mark.parametrize("record", ['{"title": "b",}', '{"case_id": "a"{"case_id": "b"}', "no JSON", "[", "{"])
def test_lost_identifier_makes_the_table_partial(record: str) -> None:
    reading = read(lines(SOUND, record, OTHER))
    assert brief(only_finding(reading)) == ("json-invalid", None, 2, 2, None)
    assert ids(reading) == ["cas-1", None, "cas-2"]
    assert reading.partial == {"cases"}
    assert [(skip.rule, skip.because) for skip in reading.skipped] == [
        ("*", "not all of table cases in cases.jsonl could be read")
    ]


@pytest.mark.parametrize("record", ["5", "null", '"a"', '["a"]', "[]"])
def test_record_that_is_no_object(record: str) -> None:
    reading = read(lines(SOUND, record, OTHER))
    assert brief(only_finding(reading)) == ("json-invalid", None, 2, 2, None)
    assert only_table(reading).damaged.tolist() == [False, True, False]


ODD = [
    ('{"case_id": "cas-9", "title": "a", "title": "b"}', "json-duplicate-key", "title"),
    ('{"case_id": "cas-9", "title": "a", "title" : "a"}', "json-duplicate-key", "title"),
    ('{"case_id": "cas-9", "title": "a", "\\u0074itle": "b"}', "json-duplicate-key", "title"),
    ('{"case_id": "cas-9", "title": "a", "fine_amount": NaN}', "json-invalid", "fine_amount"),
    ('{"case_id": "cas-9", "title": "a", "fine_amount": -Infinity}', "json-invalid", "fine_amount"),
    ('{"case_id": "cas-9", "title": "\\ud800"}', "json-invalid", "title"),
    ('{"case_id": "cas-9", "title": "\\udc00a"}', "json-invalid", "title"),
    ('{"case_id": "cas-9", "title": null}', "cell-type", "title"),
    ('{"case_id": "cas-9", "title": 5}', "cell-type", "title"),
    ('{"case_id": "cas-9", "title": {"a": {"a": 1}}}', "cell-type", "title"),
    ('{"case_id": "cas-9", "title": "a", "persons_count": "5"}', "cell-type", "persons_count"),
    ('{"case_id": "cas-9", "title": "a", "persons_count": 5.5}', "cell-type", "persons_count"),
    ('{"case_id": "cas-9", "title": "a", "fine_amount": true}', "cell-type", "fine_amount"),
    ('{"case_id": "cas-9", "title": "a", "fine_amount": 1e400}', "cell-type", "fine_amount"),
    ('{"case_id": "cas-9", "title": "a", "is_closed": 1}', "cell-type", "is_closed"),
]


@pytest.mark.parametrize(("record", "rule", "field"), ODD)
def test_value_that_is_refused_takes_only_its_cell(record: str, rule: str, field: str) -> None:
    reading = read(lines(SOUND, "", record, OTHER))
    assert brief(only_finding(reading)) == (rule, field, 2, 3, None)
    found = only_table(reading)
    assert ids(reading) == ["cas-1", "cas-9", "cas-2"]
    assert found.damaged.tolist() == [False, False, False]
    assert {name: flags.tolist() for name, flags in found.refused.items()} == {field: [False, True, False]}
    assert not found.accepted


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("persons_count", "5", "5"),
        ("persons_count", "5.0", "5"),
        ("persons_count", "-0", "0"),
        ("persons_count", "100", "100"),
        ("persons_count", "1e3", "1000"),
        ("persons_count", "1e25", "1" + "0" * 25),
        ("persons_count", "1e60", "1" + "0" * 60),
        ("persons_count", "1e300", "1" + "0" * 300),
        ("persons_count", "12345678901234567890", "12345678901234567890"),
        ("persons_count", "9" * 5000, "9" * 5000),
        ("fine_amount", "0.1", "0.1"),
        ("fine_amount", "-0.0", "0"),
        ("fine_amount", "-2.50", "-2.5"),
        ("fine_amount", "1e-7", "0.0000001"),
        ("fine_amount", "1.5E-300", "0." + "0" * 299 + "15"),
        ("fine_amount", "9" * 60 + ".5", "9" * 60 + ".5"),
        ("fine_amount", "1e22", "1" + "0" * 22),
        ("fine_amount", "0.1234567890123456789", "0.1234567890123456789"),
        ("fine_amount", "100000000000000000000.5", "100000000000000000000.5"),
        ("is_closed", "true", "true"),
        ("title", r'"\"\\\/\b\u00e9"', '"\\/\b' + "é"),
        ("title", '" : "', " : "),
    ],
)
def test_values_are_the_text_that_a_document_gives(name: str, value: str, text: str) -> None:
    title = "" if name == "title" else '"title": "a", '
    record = f'{{"case_id": "cas-9", {title}"{name}": {value}}}'
    for others in ((SOUND, OTHER), (SOUND, "5", OTHER)):
        reading = read(lines(others[0], record, *others[1:]))
        assert column(only_table(reading), name)[1] == text
        assert len(reading.findings) == len(others) - 2


def test_number_with_more_digits_than_a_float_keeps_is_left_to_the_checks_of_cells() -> None:
    long = '{"case_id": "cas-9", "title": "a", "fine_amount": 0.1234567890123456789}'
    with without_accelerator():
        assert not only_table(read(lines(SOUND, long))).accepted
        assert only_table(read(lines(SOUND, long.replace("0.1234567890123456789", "0.1234567890123")))).accepted


def test_unknown_keys_are_counted_over_all_pieces() -> None:
    records = ['{"case_id": "cas-1", "title": "a", "titel": 1}'] * 4 + ['{"titel": {}, "x": 1, "x" : 2}', SOUND]
    for block in (json_lines.BLOCK, 20, 100):
        reading = read(lines("", *records), block)
        assert sorted((f.rule, f.origin.line, f.facts.get("count")) for f in reading.findings) == [
            ("column-unknown", 2, 5),
            ("column-unknown", 6, 1),
            ("json-duplicate-key", 6, None),
        ]


@pytest.mark.parametrize("depth", [200, 300, 900])
def test_value_that_is_nested_deep_takes_only_its_cell(depth: int) -> None:
    deep = "[" * depth + "]" * depth
    known = read(lines(SOUND, f'{{"case_id": "cas-9", "title": {deep}}}', OTHER))
    assert brief(only_finding(known)) == ("cell-type", "title", 2, 2, None)
    unknown = read(lines(SOUND, f'{{"case_id": "cas-9", "title": "a", "x": {deep}}}', OTHER))
    assert brief(only_finding(unknown)) == ("column-unknown", None, None, 2, None)
    for reading in (known, unknown):
        assert ids(reading) == ["cas-1", "cas-9", "cas-2"]


def test_too_many_unknown_keys() -> None:
    finding = only_finding(read(lines(SOUND, json.dumps({f"x{n}": 1 for n in range(2500)}))))
    assert facts(finding) >= {"subject": "columns", "limit": 2000, "found": 2001}.items()


def test_keys_are_added_up_in_order_whatever_comes_first() -> None:
    keys = UnknownKeys(CASES, "cases.jsonl")
    numbers = [keys.begin() for _ in range(3)]
    for number in (2, 0, 1):
        counts = KeyCounts()
        counts.add([f"x{number}", "y"], number + 5)
        keys.add(numbers[number], counts)
    found = [(f.values["name"], f.origin.line, f.facts["count"]) for f in keys.findings()]
    assert found == [("x0", 5, 1), ("y", 5, 3), ("x1", 6, 1), ("x2", 7, 1)]


def test_line_that_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_lines, "MAX_RECORD_BYTES", 60)
    fits = f'{{"case_id": "cas-3", "title": "{"x" * 26}"}}'
    assert len(fits) == 60 - 1
    for block in (10, 39, 59, 60):
        assert read(lines(SOUND, fits), block).findings == ()
        for end in ("\n", ""):
            reading = read(lines(SOUND, fits.replace("xx", "xxx", 2), OTHER) + fits + end, block)
            finding = only_finding(reading)
            assert brief(finding) == ("limit-exceeded", None, 2, 2, None)
            assert facts(finding) >= {"subject": "bytes in one record", "limit": 60, "found": 62}.items()
            assert ids(reading) == ["cas-1", None, "cas-2", "cas-3"]
            assert only_table(reading).lines.tolist() == [1, 2, 3, 4]
            assert reading.partial == {"cases"}


def test_file_that_is_no_json_lines() -> None:
    reading = read(json.dumps([{"case_id": "cas-1"}, {"case_id": "cas-2"}], indent=1))
    assert brief(only_finding(reading)) == ("json-invalid", None, None, 1, None)
    assert only_finding(reading).facts["problem"] == NO_RECORDS
    assert ids_or_none(reading) == []
    assert (reading.stops, set(reading.partial)) == (True, {"cases"})


def ids_or_none(reading: Reading) -> list[str | None]:
    found = only_table(reading)
    return column(found, "case_id") if "case_id" in found.cells.column_names else []


def test_more_broken_lines_than_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_lines, "MAX_GARBLED_ROWS", 2)
    assert len(read(lines(SOUND, "a", "b")).findings) == 2
    reading = read(lines(SOUND, "a", "b", "c"))
    assert brief(only_finding(reading)) == ("json-invalid", None, None, 2, None)
    assert ids_or_none(reading) == []
    garbled = read(f"{SOUND}\n".encode() + b"\xe9\n" * 3)
    assert brief(only_finding(garbled)) == ("encoding-invalid", None, None, 2, None)
    later = read(lines(SOUND, "a", "b", "c"), len(f"{SOUND}\n".encode()))
    assert ids(later) == ["cas-1"]
    assert [skip.because for skip in later.skipped] == ["cases.jsonl was read only up to line 2"]
    assert later.stops


def test_other_encoding() -> None:
    finding = only_finding(read(SOUND.encode("utf-16")))
    assert finding.facts["suggestion"] == "It looks like UTF-16: save it as UTF-8."


def test_each_text_field_of_the_standard_refuses_the_empty_text() -> None:
    for table in WHOLE_STANDARD.tables.values():
        record = typed_record(table, kloop_tables()[table.name][0]) if table.name in kloop_tables() else None
        if record is None:
            continue
        accepts = acceptor(WHOLE_STANDARD, table)
        assert accepts(record)
        for field in table.by_name.values():
            assert field.json_type != "string" or not accepts({**record, field.name: ""}), field.name


def test_columns_refuse_what_they_cannot_hold() -> None:
    assert read_columns(CASES, b'{"case_id": "a", "x": [1]}').column("case_id").to_pylist() == ["a"]
    for record in (b'{"case_id": "a", "case_id": "a"}', b'{"case_id": 5}', b'{"fine_amount": 1e-31}'):
        with pytest.raises(ValueError, match=r"JSON|decimal"):
            read_columns(CASES, record)


def write_lines(folder: Path, name: str, records: Iterable[dict[str, Any]]) -> None:
    text = "".join(f"{json.dumps(record, ensure_ascii=False)}\n" for record in records)
    (folder / f"{name}.jsonl").write_text(text, "utf-8")


def write_csv(folder: Path, name: str, rows: list[dict[str, str]]) -> None:
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        names = [field.name for field in WHOLE_STANDARD.tables[name].fields]
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def told(folder: Path) -> set[tuple[Any, ...]]:
    report = validate(WHOLE_STANDARD, open_submission([folder], WHOLE_STANDARD), None).report
    return {
        (
            found.rule,
            found.table,
            found.row,
            found.field,
            found.record_id,
            found.value,
            str(sorted(found.facts.items())),
        )
        for found in report.findings
    }


DEFECTS = ("", "x", "2025-02-30", "0000-01-01", "cas-klp-none", " a", "a\x07", "é" * 600)


def test_findings_are_those_of_the_csv_of_the_same_records(tmp_path: Path) -> None:
    rng, tables = seeded(7), kloop_tables()
    for name, rows in tables.items():
        for row in rows[::2]:
            fields = [field for field in WHOLE_STANDARD.tables[name].fields if field.json_type == "string"]
            # With all identifiers of sources sound, it is certain that what points to another points to nothing.
            field = rng.choice([field for field in fields if (name, field.name) != ("sources", "source_id")])
            row[field.name] = rng.choice(["src-klp-none", *DEFECTS])
    for form in ("csv", "jsonl"):
        (tmp_path / form).mkdir()
    for name, rows in tables.items():
        write_csv(tmp_path / "csv", name, rows)
        write_lines(tmp_path / "jsonl", name, (typed_record(WHOLE_STANDARD.tables[name], row) for row in rows))
    ours = told(tmp_path / "jsonl")
    assert ours == told(tmp_path / "csv")
    assert {"cell-date", "cell-required", "cell-code", "cell-pattern", "reference-missing"} <= {f[0] for f in ours}


def test_example_as_json_lines_is_accepted_whole(tmp_path: Path) -> None:
    for name, rows in kloop_tables().items():
        write_lines(tmp_path, name, (typed_record(WHOLE_STANDARD.tables[name], row) for row in rows))
    (tmp_path / "cases.jsonl").rename(tmp_path / "cases.ndjson")
    example = read_submission([KLOOP], WHOLE_STANDARD)
    with without_accelerator():
        submission = read_submission([tmp_path], WHOLE_STANDARD)
    assert all(text.accepted for text in submission.tables if len(text.rows))
    for again in (submission, read_submission([tmp_path], WHOLE_STANDARD)):
        assert again.findings == ()
        for text, other in zip(again.tables, example.tables, strict=True):
            assert text.cells.equals(other.cells.select(text.cells.column_names))


def test_single_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "events.NDJSON"
    path.write_text("{}\n", "utf-8")
    submission = read_submission([path], WHOLE_STANDARD)
    assert [(file.file, file.table, file.rows) for file in submission.files] == [("events.NDJSON", "events", 1)]
    assert not submission.complete


@pytest.mark.parametrize("value", ["2025-02-30", "2023-02-29", "0000-01-01"])
def test_accepted_records_are_still_judged_by_format(value: str) -> None:
    table = WHOLE_STANDARD.tables["cases"]
    record = typed_record(table, kloop_tables()["cases"][0]) | {"modified": value}
    data = json.dumps(record).encode()
    with without_accelerator():
        text = only_table(read_whole(JsonLinesFile(stream_of(data), "cases.jsonl", table, WHOLE_STANDARD)))
    assert text.accepted
    assert [found.rule for found in check_cells(WHOLE_STANDARD, text).findings(WHOLE_STANDARD)] == ["cell-date"]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(alphabet='{}[]",:\\u0d8/eE+-.t case_idl\r', max_size=20), max_size=6))
def test_any_line_is_read_or_refused(tails: list[str]) -> None:
    text = lines(SOUND, *('{"case_id": "cas-' + tail for tail in tails), OTHER)
    reading = read(text)
    if reading.stops:
        return
    found = only_table(reading)
    assert found.lines.tolist() == np.arange(1, len(tails) + 3).tolist()
    assert (ids(reading)[0], ids(reading)[-1]) == ("cas-1", "cas-2")
    told_lines = {finding.origin.line for finding in reading.findings}
    for line, tail in enumerate(tails, 2):
        try:
            is_object = isinstance(json.loads('{"case_id": "cas-' + tail), dict)
        except ValueError:
            is_object = False
        assert is_object or line in told_lines


def test_piece_of_many_odd_records_keeps_their_order() -> None:
    rng = seeded(3)
    records = []
    for number in range(300):
        kind = rng.randrange(4)
        tail = ["", ', "is_closed": 5', ', "title": "b"', ', "x": [{"y": 1}]'][kind]
        records.append(f'{{"case_id": "cas-{number}", "title": "a"{tail}}}')
    reading = read(lines(*records))
    assert ids(reading) == [f"cas-{number}" for number in range(300)]
    assert json_piece.MOST_RECORDS > 300
