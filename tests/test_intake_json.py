"""JSON documents: each value keeps its type until its field has accepted it, and defects have a line."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pfds.intake import json_document, json_records
from pfds.intake.json_cursor import ENDS, NESTED, NO_COMMA
from pfds.intake.json_document import NOT_LIST, NOT_OBJECT, TRAILING, JsonDocument
from pfds.intake.tables import Reading, TextTable
from pfds.standard.findings import Finding
from pfds.standard.numbers import decimal_text
from reading import read_document, read_whole, stream_of
from tiny_standard import STANDARD, brief, column, facts

EVERYTHING = frozenset(STANDARD.tables)


def read(text: str | bytes) -> Reading:
    data = text if isinstance(text, bytes) else text.encode()
    return read_whole(JsonDocument(stream_of(data), "data.json", STANDARD))


def of_cases(*records: str) -> Reading:
    """Records on lines of their own: the first stands on line 2."""
    return read('{"cases": [\n' + ",\n".join(records) + "\n]}")


def only_table(reading: Reading) -> TextTable:
    (found,) = reading.tables
    return found


def only_finding(reading: Reading) -> Finding:
    (finding,) = reading.findings
    return finding


def test_records_become_text_with_their_lines() -> None:
    reading = read(
        '{"meta": {"title": "T"},\n "cases": [{"case_id": "cas-1",\n  "title": "a\\nb"},\n\n {"case_id": "cas-2"}]}'
    )
    assert reading.findings == ()
    assert reading.skipped == ()
    assert reading.partial == frozenset()
    assert reading.meta == {"title": "T"}
    found = only_table(reading)
    assert column(found, "case_id") == ["cas-1", "cas-2"]
    assert column(found, "title") == ["a\nb", None]
    assert found.rows.tolist() == [1, 2]
    assert found.lines.tolist() == [2, 5]
    assert found.origin(1, "title").cell is None


def test_every_field_is_a_column() -> None:
    found = only_table(of_cases('{"case_id": "cas-1", "opened_earliest": "2025-01-01"}'))
    names = [field.name for field in STANDARD.tables["cases"].fields]
    assert found.cells.column_names == [*names, "opened_earliest"]
    assert column(found, "title") == [None]


def test_empty_array_is_a_table_without_records() -> None:
    reading = read('{"cases": []}')
    assert only_table(reading).cells.num_rows == 0
    assert reading.findings == ()
    assert reading.partial == frozenset()


def test_byte_order_mark_is_passed_over() -> None:
    assert read(b'\xef\xbb\xbf{"cases": []}').findings == ()


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("persons_count", "5", "5"),
        ("persons_count", "5.0", "5"),
        ("persons_count", "-0", "0"),
        ("persons_count", "1e3", "1000"),
        ("persons_count", "1e25", "1" + "0" * 25),
        ("persons_count", "12345678901234567890", "12345678901234567890"),
        ("persons_count", "9" * 5000, "9" * 5000),
        ("fine_amount", "5", "5"),
        ("fine_amount", "0.1", "0.1"),
        ("fine_amount", "-0.0", "0"),
        ("fine_amount", "2.50", "2.5"),
        ("fine_amount", "1e-7", "0.0000001"),
        ("fine_amount", "1e22", "1" + "0" * 22),
        ("is_closed", "true", "true"),
        ("is_closed", "false", "false"),
        ("title", '"5"', "5"),
        ("title", '" "', " "),
        ("title", r'"\ud83d\ude00\u0000"', "😀\x00"),
    ],
)
def test_values_that_fit(name: str, value: str, text: str) -> None:
    reading = of_cases(f'{{"{name}": {value}}}')
    assert reading.findings == ()
    assert column(only_table(reading), name) == [text]


@pytest.mark.parametrize(
    ("name", "value", "expected", "found"),
    [
        ("title", "5", "text", "a number"),
        ("title", "5.5", "text", "a number with decimals"),
        ("title", "9" * 5000, "text", "a number"),
        ("title", "null", "text", "null"),
        ("title", "true", "text", "true or false"),
        ("title", '["a"]', "text", "a list"),
        ("title", '{"a": 1}', "text", "an object"),
        ("persons_count", '"5"', "a whole number", "text"),
        ("persons_count", '""', "a whole number", "text"),
        ("persons_count", "5.5", "a whole number", "a number with decimals"),
        ("persons_count", "true", "a whole number", "true or false"),
        ("fine_amount", "false", "a number", "true or false"),
        ("fine_amount", "1e400", "a number", "a number that is too large"),
        ("is_closed", "1", "true or false", "a number"),
        ("is_closed", '"true"', "true or false", "text"),
    ],
)
def test_values_of_another_type(name: str, value: str, expected: str, found: str) -> None:
    reading = of_cases('{"case_id": "cas-1"}', f'{{"{name}": {value}}}')
    finding = only_finding(reading)
    assert brief(finding) == ("cell-type", name, 2, 3, None)
    assert facts(finding) >= {"expected": expected, "found": found}.items()
    table = only_table(reading)
    assert column(table, name) == [None, None]
    assert table.refused[name].tolist() == [False, True]
    assert table.damaged.tolist() == [False, False]


def test_refused_value_is_shown_as_short_json() -> None:
    finding = only_finding(of_cases('{"title": ["é", {"n": 5}, 1.5, NaN]}'))
    assert finding.value == '["é", {"n": 5}, 1.5, "NaN"]'
    assert only_finding(of_cases(f'{{"title": ["{"x" * 500}"]}}')).value == '["' + "x" * 198


def test_empty_text() -> None:
    reading = of_cases('{"title": ""}')
    finding = only_finding(reading)
    assert brief(finding) == ("cell-length", "title", 1, 2, None)
    assert facts(finding) >= {"minimum": 1, "length": 0}.items()
    assert only_table(reading).refused["title"].tolist() == [True]


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
def test_constants_that_are_no_json(constant: str) -> None:
    reading = of_cases(f'{{"case_id": "cas-1", "fine_amount": {constant}}}', '{"case_id": "cas-2"}')
    finding = only_finding(reading)
    assert brief(finding) == ("json-invalid", "fine_amount", 1, 2, None)
    assert facts(finding) >= {"problem": f"{constant} is no JSON value", "column": 0}.items()
    assert column(only_table(reading), "case_id") == ["cas-1", "cas-2"]
    assert only_table(reading).refused["fine_amount"].tolist() == [True, False]


@pytest.mark.parametrize("text", [r'"\ud800"', r'"a\uDFFFb"'])
def test_half_a_surrogate_pair(text: str) -> None:
    reading = of_cases(f'{{"title": {text}}}')
    assert brief(only_finding(reading)) == ("json-invalid", "title", 1, 2, None)
    assert only_finding(reading).facts["problem"] == json_records.LONE_SURROGATE
    assert column(only_table(reading), "title") == [None]


def test_repeated_key_of_a_record() -> None:
    reading = of_cases('{"case_id": "cas-1", "title": "a", "title": "b"}')
    finding = only_finding(reading)
    assert brief(finding) == ("json-duplicate-key", "title", 1, 2, None)
    assert facts(finding) >= {"name": "title"}.items()
    assert column(only_table(reading), "title") == [None]
    assert only_table(reading).refused["title"].tolist() == [True]


def test_same_key_in_two_records_is_no_repetition() -> None:
    assert of_cases('{"title": "a"}', '{"title": "a"}').findings == ()


def test_unknown_key_is_told_once_with_its_count() -> None:
    reading = of_cases('{"case_id": "cas-1"}', '{"titel": "a"}', '{"titel": null, "titel": 5}', '{"x": 1}')
    repeated, first, second = reading.findings
    assert brief(repeated) == ("json-duplicate-key", None, 3, 4, None)
    assert brief(first) == ("column-unknown", None, None, 3, None)
    assert facts(first) >= {"name": "titel", "similar": "title", "count": 2}.items()
    assert facts(second) >= {"name": "x", "similar": "", "count": 1}.items()


def test_too_many_unknown_keys() -> None:
    finding = only_finding(of_cases(json.dumps({f"x{n}": 1 for n in range(2500)})))
    assert finding.rule == "limit-exceeded"
    assert facts(finding) >= {"subject": "columns", "limit": 2000, "found": 2001}.items()


@pytest.mark.parametrize("record", ["5", "null", '"a"', '["a"]'])
def test_record_that_is_no_object(record: str) -> None:
    reading = of_cases('{"case_id": "cas-1"}', record)
    finding = only_finding(reading)
    assert brief(finding) == ("json-invalid", None, 2, 3, None)
    assert only_table(reading).damaged.tolist() == [False, True]
    assert only_table(reading).cells.num_rows == 2


def test_unknown_table() -> None:
    reading = read('{"cases": [],\n "event": [{"event_id": "evt-1"}]}')
    finding = only_finding(reading)
    assert brief(finding) == ("table-unknown", None, None, 2, None)
    assert facts(finding) >= {"name": "event", "similar": "events", "suggestion": "Did you mean “events”?"}.items()
    assert reading.partial == frozenset()


def test_table_that_is_no_list() -> None:
    reading = read('{"cases":\n  {"case_id": "cas-1"}, "events": []}')
    finding = only_finding(reading)
    assert (finding.table, *brief(finding)) == ("cases", "json-invalid", None, None, 2, None)
    assert facts(finding) >= {"problem": NOT_LIST, "column": 3}.items()
    assert reading.partial == {"cases"}


def test_repeated_table_is_read_once() -> None:
    reading = read('{"cases": [{"title": "a"}],\n"cases": [{"title": "b"}]}')
    finding = only_finding(reading)
    assert (finding.table, *brief(finding)) == ("cases", "json-duplicate-key", None, None, 2, None)
    assert column(only_table(reading), "title") == ["a"]
    assert reading.partial == {"cases"}


@pytest.mark.parametrize(
    ("text", "line", "place", "words"),
    [
        ("", 1, 1, ENDS),
        (" \n ", 2, 2, ENDS),
        ("[]", 1, 1, NOT_OBJECT),
        ("5", 1, 1, NOT_OBJECT),
        ('{"events": [],\n "cases": [\n{"title": "a"},\n{"title": "b"', 4, 14, ENDS),
        ('{"events": [],\n "cases": [\n{"title": "a"}\n{"title": "b"}]}', 4, 1, NO_COMMA),
        ('{"events": [],\n "cases": [\n{"title": "a"},\n {"title" "b"}]}', 4, 11, "a colon is missing after a name"),
        ('{"events": [],\n "cases": [\n{"title": "a"},\n{"title": b}]}', 4, 11, None),
        ('{"events": [],\n "cases": [\n{"title": "a"},\n{"title": "b\n"}]}', 4, 13, None),
        ('{"events": [],\n "cases": [\n{"title": "a"},\n{"title": "\\x"}]}', 4, 12, None),
        ('{"events": [],\n "cases": [\n{"title": "a"},\n]}', 4, 1, None),
        ('{"events": [],\n "cases": [\n{"title": "a"}', 3, 15, ENDS),
        ('{"events": [],\n "cases": [\n{"title": "a"}],\n', 4, 1, ENDS),
    ],
)
def test_broken_document(text: str, line: int, place: int, words: str | None) -> None:
    reading = read(text)
    finding = only_finding(reading)
    assert brief(finding) == ("json-invalid", None, None, line, None)
    assert finding.facts["column"] == place
    assert words is None or finding.facts["problem"] == words
    assert finding.facts["problem"] != "this is not JSON"
    assert [skipped.rule for skipped in reading.skipped] == ["*"]
    if "title" not in text:
        assert reading.partial == EVERYTHING
        return
    assert reading.partial == (frozenset() if "}]," in text else {"cases"})
    assert column(reading.tables[1], "title") == ["a"]


def test_document_is_read_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    records = [f'{{"case_id": "cas-{n}", "title": "t"{", " * bool(tail)}{tail}}}' for n, tail in enumerate(TAILS)]
    text = '{"cases": [\n' + ",\n".join(records) + '\n],\n"meta": {"title": "T"}, "events": [], "x": 1}'
    whole = read(text)
    monkeypatch.setattr(json_document, "MOST_RECORDS", 2)
    readings = [task() for task in JsonDocument(stream_of(text.encode()), "data.json", STANDARD).tasks()]
    sizes = [[(table.table, len(table.rows)) for table in reading.tables] for reading in readings]
    assert sizes == [*[[("cases", 2)]] * 3, [("cases", 1)], [("events", 0)], []]
    pieces = read(text)
    assert pieces.meta == whole.meta == {"title": "T"}
    assert pieces.tables[0].cells.equals(whole.tables[0].cells)
    assert pieces.tables[0].rows.tolist() == list(range(1, 8))
    assert pieces.tables[0].lines.tolist() == list(range(2, 9))
    assert sorted(map(str, pieces.findings)) == sorted(map(str, whole.findings))
    assert [(brief(found), found.facts.get("count")) for found in pieces.findings] == [
        (("json-duplicate-key", "title", 3, 4, None), None),
        (("cell-type", "is_closed", 6, 7, None), None),
        (("table-unknown", None, None, 10, None), None),
        (("column-unknown", None, None, 3, None), 2),
    ]


TAILS = ("", '"titel": 5', '"title": "t"', "", '"titel": {}', '"is_closed": 5', "")


def test_text_after_the_end_takes_nothing_away() -> None:
    reading = read('{"cases": [{"title": "a"}]}\n}')
    assert brief(only_finding(reading)) == ("json-invalid", None, None, 2, None)
    assert facts(only_finding(reading)) >= {"problem": TRAILING, "column": 1}.items()
    assert reading.partial == frozenset()
    assert column(only_table(reading), "title") == ["a"]


@pytest.mark.parametrize("inner", ['"x": ' + "[" * 100_000, '"cases": [{"title": ' + '{"a":' * 100_000])
def test_deep_nesting(inner: str) -> None:
    finding = only_finding(read("{" + inner))
    assert finding.rule == "json-invalid"
    assert finding.facts["problem"] == NESTED


def test_bad_byte() -> None:
    reading = read(b'{"cases": [\n{"title": "caf\xe9"}]}')
    finding = only_finding(reading)
    assert brief(finding) == ("encoding-invalid", None, None, 2, None)
    assert facts(finding) >= {"byte": 26, "hex": "E9", "suggestion": ""}.items()
    assert reading.partial == EVERYTHING


def test_utf_16() -> None:
    finding = only_finding(read('{"cases": []}'.encode("utf-16")))
    assert finding.facts["suggestion"] == "It looks like UTF-16: save it as UTF-8."


def test_document_that_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_document, "MAX_JSON_BYTES", 12)
    assert read("{}          ").findings == ()
    finding = only_finding(read("{}           "))
    assert facts(finding) >= {"subject": "bytes in the JSON document", "limit": 12, "found": 13}.items()


@pytest.mark.parametrize(
    ("meta", "words"),
    [
        ("5", "they are not an object in curly brackets"),
        ('{"tite": "T"}', "there is no such key"),
        ('{"title": 5}', 'title needs another value, for example: "The Kloop prosecution"'),
        ('{"title": ""}', 'title needs another value, for example: "The Kloop prosecution"'),
        ('{"publisher": "two\\nlines"}', 'publisher needs another value, for example: "Example Press Freedom Group"'),
        ('{"standard": "1"}', 'standard needs another value, for example: "0.1.0"'),
        ('{"license": "CC BY"}', 'license needs another value, for example: "CC-BY-4.0"'),
        ('{"as_of": "2025-02-30"}', 'as_of needs another value, for example: "2025-11-05"'),
        ('{"as_of": "20250203"}', 'as_of needs another value, for example: "2025-11-05"'),
        ('{"companions": "a.csv"}', 'companions needs another value, for example: ["coverage.csv"]'),
        ('{"companions": ["../a.csv"]}', 'companions needs another value, for example: ["coverage.csv"]'),
    ],
)
def test_metadata_that_does_not_fit(meta: str, words: str) -> None:
    reading = read(f'{{\n"meta": {meta}}}')
    assert brief(only_finding(reading)) == ("metadata-invalid", None, None, 2, None)
    assert str(only_finding(reading).facts["problem"]).endswith(words)
    assert reading.meta == {}


def test_sound_metadata_beside_a_defect_is_kept() -> None:
    reading = read('{"meta": {"title": "T", "title": "U", "as_of": "2025-11-05", "publisher": 5}}')
    assert [finding.rule for finding in reading.findings] == ["json-duplicate-key", "metadata-invalid"]
    assert reading.meta == {"as_of": "2025-11-05"}


def test_document_on_standard_input_is_a_whole_submission() -> None:
    submission = read_document(b'{"events": [{"event_id": "evt-1"}], "cases": []}', "-", STANDARD)
    assert submission.complete
    assert [(file.file, file.table, file.rows) for file in submission.files] == [
        ("-", "cases", 0),
        ("-", "events", 1),
    ]
    assert len({file.sha256 for file in submission.files}) == 1


def test_document_without_tables_is_still_a_file() -> None:
    submission = read_document(b"{}", "-", STANDARD)
    assert [(file.file, file.table, file.rows) for file in submission.files] == [("-", None, 0)]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_decimal_text_is_the_same_number(number: float) -> None:
    text = decimal_text(number)
    assert float(text) == number
    assert re.fullmatch(r"-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?", text)


TEXTS = st.text(min_size=1, max_size=6)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from(["case_id", "title", "persons_count", "fine_amount", "is_closed", "titel"])


@settings(max_examples=100, deadline=None)
@given(st.lists(st.dictionaries(KEYS, JSON_VALUES), max_size=5), st.sampled_from([None, 1]), st.booleans())
def test_any_record_is_read_or_refused(records: list[dict[str, Any]], indent: int | None, plain: bool) -> None:
    reading = read(json.dumps({"cases": records}, indent=indent, ensure_ascii=plain))
    found = only_table(reading)
    fits: dict[str, Callable[[Any], bool]] = {
        "case_id": lambda value: isinstance(value, str),
        "title": lambda value: isinstance(value, str),
        "is_closed": lambda value: isinstance(value, bool),
    }
    for name, fitting in fits.items():
        expected = [record.get(name) if fitting(record.get(name)) else None for record in records]
        assert column(found, name) == [str(value).lower() if isinstance(value, bool) else value for value in expected]
        refused = [name in record and not fitting(record[name]) for record in records]
        assert found.refused.get(name, [False] * len(records)) == pytest.approx(refused)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=' \n{}[]",:\\u0d8/eE+-.tcases', max_size=30))
def test_any_text_is_read_or_refused(tail: str) -> None:
    reading = read('{"cases": [{"case_id": "cas-1"}, ' + tail)
    assert reading.findings
    assert column(reading.tables[0], "case_id")[0] == "cas-1"
