"""With the compiled package JSON Lines are read as without it: only plain lines are found by it, and all of them."""

from __future__ import annotations

import json
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accelerated import needs_accelerator, read_alike
from pfds.intake.acceleration import accelerator
from pfds.intake.json_lines import JsonLinesFile
from pfds.intake.split_columns import PlainLines, split_lines
from pfds.intake.tables import Reading
from reading import read_whole, stream_of
from tiny_standard import CASES, STANDARD

pytestmark = needs_accelerator

ALL = 1 << 20
LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
ESCAPES = ['\\"', "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t", "\\u00e9", "\\uD83D\\uDE00"]
BEGIN = '{"case_id":"cas-1","title":"a"'
PARTS = [
    *('{"case_id":"cas-1","title":"', '"}\n', BEGIN, "}\n", ',"fine_amount":', ',"persons_count":'),
    *(',"opened":"', '"', "\\", '\\"', "\\n", "\\u0416", "\\ud83d\\ude00", "\\ud83d", "\\udE00", "\\u0000", "\\x"),
    *("\n", "\r\n", "\t", " ", "{}", "[]", "null", "true", "1", "0", "-", ".5", "1.50", "1e3", "12345678901234567"),
    *("é", "Мінск", "\x00", "\x1f", "\x7f", "\u2028", "\ufeff", "x" * 70, '"k":1,', '"title":"b",', ":", ","),
]


def same(data: bytes, block: int = 1 << 22) -> Reading:
    """Both ways of reading give the same."""
    return read_alike(lambda: read_whole(JsonLinesFile(stream_of(data), "cases.jsonl", CASES, STANDARD, block)))


def plain(text: str | bytes) -> PlainLines:
    """The plain lines of a text that has at least one, which is found to begin with."""
    data = text if isinstance(text, bytes) else text.encode()
    found = split_lines(data, CASES, ALL)
    assert found is not None
    return found


def is_plain(line: str) -> bool:
    """Whether a line is plain, behind one that is."""
    found = plain(BEGIN + "}\n" + line)
    same((BEGIN + "}\n" + line).encode())
    assert len(found.records) + len(found.others) == 2
    return len(found.records) == 2


@settings(deadline=None, max_examples=800)
@given(parts=st.lists(st.sampled_from(PARTS), max_size=40), block=st.sampled_from([7, 64, 1 << 22]))
def test_any_text_is_read_alike(parts: list[str], block: int) -> None:
    same((BEGIN + "}\n" + "".join(parts)).encode(), block)


@settings(deadline=None, max_examples=300)
@given(octets=st.lists(st.sampled_from([b'"', b"\n", b"\xff", b"\xc3", b"\xa9", b"\xed\xa0\x80", b"ab"]), max_size=20))
def test_any_bytes_are_read_alike(octets: list[bytes]) -> None:
    same(BEGIN.encode() + b',"opened":"' + b"".join(octets) + b'"}\n' + BEGIN.encode() + b"}\n")


@settings(deadline=None, max_examples=400)
@given(
    titles=st.lists(st.text(LETTERS, min_size=1), min_size=1),
    is_ascii=st.booleans(),
    separators=st.sampled_from([(",", ":"), (", ", ": "), (" ,\t", "\t: ")]),
    feed=st.sampled_from(["\n", "\r\n", "\n \n"]),
)
def test_every_text_is_what_json_says(
    titles: list[str], separators: tuple[str, str], feed: str, *, is_ascii: bool
) -> None:
    records = [{"case_id": f"cas-{number}", "title": title} for number, title in enumerate(titles)]
    text = feed.join(json.dumps(record, ensure_ascii=is_ascii, separators=separators) for record in records)
    found = plain(text)
    assert not len(found.others)
    assert found.records.column("title").to_pylist() == titles
    found.records.column("title").validate(full=True)
    assert found.records.texts("case_id", found.numbers) == [record["case_id"] for record in records]
    assert same(text.encode()).tables[0].cells.column("title").to_pylist() == titles


@pytest.mark.parametrize("escape", ESCAPES)
@pytest.mark.parametrize("before", ["", "a", "é", "1234567", "12345678"])
@pytest.mark.parametrize("behind", ["", "b", "Ж", "\\u0416", "12345678"])
def test_every_escape_is_what_json_says(before: str, escape: str, behind: str) -> None:
    text = f"{before}{escape}{behind}"
    found = plain(f'{{"case_id": "cas-1", "title": "{text}"}}')
    assert found.records.column("title").to_pylist() == [json.loads(f'"{text}"')]


@pytest.mark.parametrize(
    "text",
    [
        *("\\", "\\x", "\\u", "\\u12", "\\u12g4", "\\U0041", "\\ud83d", "\\ude00", "\\ud83d\\u0041", "\\ud83dx"),
        *("\\ud83d\\", "\\ude00\\ud83d", "\\u0000", "\x00", "\x1f", "\t", ""),
    ],
)
def test_a_text_that_is_unusual_or_not_json_is_left_to_the_other_reader(text: str) -> None:
    assert not is_plain(f'{{"case_id":"cas-2","title":"{text}"}}')


@pytest.mark.parametrize(
    ("number", "is_whole", "is_known"),
    [
        *((number, True, True) for number in ("0", "1", "-1", "10", "123456789012345", "-12345678901234")),
        *((number, False, True) for number in ("0.5", "-0.5", "10.25", "1234567890.1234", "0.0000001")),
        *((number, True, False) for number in ("1234567890123456", "-123456789012345", "-0", "1e3", "1E3", "1.0")),
        *((number, False, False) for number in ("1.50", "1.", ".5", "-.5", "01", "-01", "00", "+1", "-", "--1")),
        *((number, False, False) for number in ("1.0.1", "0x1", "NaN", "Infinity", "-0.0", "12345678901.12345", '"1"')),
        *((value, True, False) for value in ("null", "true", "[]", "{}", "")),
    ],
)
def test_numbers_are_plain_if_they_are_written_as_in_csv(number: str, *, is_whole: bool, is_known: bool) -> None:
    name = next(field.name for field in CASES.fields if field.json_type == ("integer" if is_whole else "number"))
    line = f'{BEGIN},"{name}":{number}}}'
    assert is_plain(line) is is_known
    if is_known:
        (text,) = plain(line).records.column(name).to_pylist()
        assert text == number
        assert Decimal(text) == Decimal(number)


@pytest.mark.parametrize(
    "line",
    [
        *(BEGIN, BEGIN + "}}", BEGIN + "} x", BEGIN + ",}", BEGIN + ",,}", BEGIN + "]", BEGIN + '"}', f"[{BEGIN}}}]"),
        *(BEGIN + ',"opened"}', BEGIN + ',"opened":}', BEGIN + ',"opened" "a"}', BEGIN + ',"opened":"a""}'),
        *(BEGIN + ',"opened":"a}', BEGIN + ',"opened":"a" "b"}', BEGIN + ',opened:"a"}', BEGIN + ",'opened':1}"),
        *(BEGIN + ',"title":"b"}', BEGIN + ',"unknown":"b"}', BEGIN + ',"opene\\u0064":"b"}', BEGIN + ',"":"b"}'),
        *(BEGIN + ',"opened":null}', BEGIN + ',"opened":1}', BEGIN + ',"opened":true}', BEGIN + ',"opened":""}'),
        *('{"case_id":"cas-2"}', '{"title":"a"}', "{}", "{ }", "{", "}", "null", '"a"', "1", '{"case_id}', "\x0b"),
    ],
)
def test_what_is_no_plain_object_is_left_to_the_other_reader(line: str) -> None:
    assert not is_plain(line)


@pytest.mark.parametrize(
    "line",
    [
        *(BEGIN + "}", BEGIN + " } \t", " " + BEGIN + "}", '{ "title" : "a" , "case_id" : "x" }'),
        *(BEGIN + ',"opened":"a}"}', BEGIN + ',"opened":"{\\""}', BEGIN + "}\r"),
    ],
)
def test_a_plain_object_is_known_however_it_is_written(line: str) -> None:
    assert is_plain(line)


@pytest.mark.parametrize(("value", "is_known"), [("true", True), ("false", True), ("True", False), ("trues", False)])
def test_flags_are_plain_if_they_are_true_or_false(value: str, *, is_known: bool) -> None:
    name = next(field.name for field in CASES.fields if field.json_type == "boolean")
    assert is_plain(f'{BEGIN},"{name}":{value}}}') is is_known


def test_each_line_and_record_is_counted() -> None:
    found = plain("\n{}\n" + BEGIN + "}\n \r\nnull\n\n" + BEGIN + "}")
    assert found.numbers.tolist() == [1, 3]
    assert found.records.lines.tolist() == [2, 6]
    assert found.others.tolist() == [[1, 3, 1, 0], [39, 43, 4, 2]]


def test_a_line_that_is_long_is_left_to_the_other_reader() -> None:
    data = f"{BEGIN}}}\n{BEGIN} }}\n".encode()
    found = split_lines(data, CASES, len(BEGIN) + 1)
    assert found
    assert found.numbers.tolist() == [0]


def test_no_more_lines_are_read_than_there_is_room_for() -> None:
    compiled = accelerator()
    assert compiled
    fields = compiled.Fields([b"a"], ["string"], [False])
    assert compiled.objects(b'{"a":"x"}\n{}\n1', fields, ALL, 2) is not None
    for feeds in (-1, 0, 1):
        assert compiled.objects(b'{"a":"x"}\n{}\n1', fields, ALL, feeds) is None


@pytest.mark.parametrize("size", range(56, 73))
def test_a_text_that_ends_anywhere_is_read_to_its_end(size: int) -> None:
    whole = f'{BEGIN},"opened":"{"k" * 80}"}}'.encode()
    same(whole[:size])
    padded = f'{BEGIN},"opened":"{"k" * (size - len(BEGIN) - 13)}"}}'
    assert plain(padded).records.column("opened").to_pylist() == ["k" * (size - len(BEGIN) - 13)]


def test_what_describes_the_fields_must_fit() -> None:
    compiled = accelerator()
    assert compiled
    for names, kinds, required in (
        ([], [], []),
        ([b""], ["string"], [True]),
        ([b"a"] * 257, ["string"] * 257, [True] * 257),
        ([b"a"], ["string"] * 2, [True]),
        ([b"a"], ["string"], []),
    ):
        with pytest.raises(ValueError, match=r"256 fields|shorter|longer"):
            compiled.Fields(names, kinds, required)
    assert compiled.objects(b"", compiled.Fields([b"a"], ["string"], [True]), ALL, 0) is None


def test_cells_that_are_not_there_are_empty() -> None:
    found = plain(f'{BEGIN},"opened":"b"}}\n{{"case_id":1}}\n{BEGIN}}}\n').records
    assert found.column("opened").to_pylist() == ["b", None]
    assert found.empty("opened") == 1
    assert found.is_empty("opened").tolist() == [False, True]
    assert np.asarray(found.column("title")).tolist() == ["a", "a"]
