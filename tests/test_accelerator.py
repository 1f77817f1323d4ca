"""With the compiled package exactly the same is found as without it, on any CSV, and it looks only where it may."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import product
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pyarrow as pa
import pytest
from benchmarks.generate import generate
from benchmarks.plan import Plan
from hypothesis import example, given, settings
from hypothesis import strategies as st

from accelerated import needs_accelerator, read_alike
from command import ROOT
from pfds.checks import kernels
from pfds.checks.compiled_screens import compiled_screen
from pfds.checks.kernels import bad_among, bad_cells
from pfds.checks.mentions import NameMatcher
from pfds.intake.acceleration import accelerator
from pfds.intake.columns import as_table
from pfds.intake.csv_file import CsvFile
from pfds.intake.csv_scan import Scan
from pfds.intake.split_columns import SplitColumns, split_cells
from pfds.standard.load import load_standard
from pfds.standard.model import Field
from reading import read_whole, stream_of
from test_mentions import ODD, TEXTS, WORDS, slow_find

pytestmark = needs_accelerator
STANDARD = load_standard()
CASES, EVENTS = STANDARD.tables["cases"], STANDARD.tables["events"]
FIELDS = [field for table in STANDARD.tables.values() for field in table.fields]

HEADER = b"case_id,title,country\n"
PARTS = [
    ",",
    ",",
    '"',
    '""',
    "\n",
    "\n",
    "\r\n",
    "\r",
    "a",
    "bc",
    "é",
    "Мінск",
    "x" * 61,
    '"a,b"',
    '"l\nm"',
    " ",
    "\x00",
]
SOUND = ["", "", "a", '""', '"x,y"', '"q""r"', '"""', '"l\nm"', '"l\r\nm"', "é", "Мінск", "y" * 63, "\ufeff"]


def split(text: bytes, *names: str) -> SplitColumns:
    """The columns of sound text."""
    found = split_cells(Scan(text), len(names), {name: at for at, name in enumerate(names)}, len(text))
    assert found is not None
    return found


def written(cells: list[str | None]) -> bytes:
    """One column of cells as CSV, behind another that is filled, so that no line is blank."""
    quoted = ['"' + cell.replace('"', '""') + '"' if cell is not None else "" for cell in cells]
    return "".join(f"k,{cell}\n" for cell in quoted).encode()


def same(data: bytes, block: int = 1 << 22) -> None:
    """Both ways of reading give the same."""
    read_alike(lambda: read_whole(CsvFile(stream_of(data), "cases.csv", CASES, block)))


@settings(deadline=None, max_examples=600)
@given(parts=st.lists(st.sampled_from(PARTS), max_size=60), block=st.sampled_from([7, 64, 1 << 22]))
@example(parts=["a", ",", "b", ",", "c", "\r\n", "\r\n"], block=64)
@example(parts=['""', ",", ",", "\n", "\n"], block=64)
def test_any_text_is_read_alike(parts: list[str], block: int) -> None:
    same(HEADER + "".join(parts).encode(), block)


@settings(deadline=None, max_examples=300)
@given(octets=st.lists(st.sampled_from([b",", b'"', b"\n", b"\r\n", b"\xff", b"\xc3", b"\xa9", b"ab"]), max_size=40))
def test_any_bytes_are_read_alike(octets: list[bytes]) -> None:
    same(HEADER + b"".join(octets))


@settings(deadline=None, max_examples=300)
@given(
    rows=st.lists(st.lists(st.sampled_from(SOUND), min_size=3, max_size=3), min_size=1, max_size=30),
    feed=st.sampled_from(["\n", "\r\n", "\n\n", "\r\n\r\n"]),
    is_last_ended=st.booleans(),
)
def test_sound_text_is_split(rows: list[list[str]], feed: str, *, is_last_ended: bool) -> None:
    rows = [["a" if cell == '"""' else cell for cell in row] for row in rows]
    text = "".join(",".join(row) + feed for row in rows)
    data = (text if is_last_ended else text.removesuffix(feed)).encode()
    assert len(split(data, "case_id", "title", "country")) == len(rows)
    same(HEADER + data)


@pytest.mark.parametrize(
    "text",
    [
        b"a,b,c,d\n",
        b"a,b\n",
        b'a,"b"c,d\n',
        b'a,b"c,d\n',
        b'a,"b,c\n',
        b"a,b\rc,d\n",
        b"a,b,c\r",
        b'a,b,"c"\r',
        b'a,b,"c" \n',
        b"a,b\xff,c\n",
        b"",
    ],
)
def test_text_that_is_not_sound_is_left_to_the_other_reader(text: bytes) -> None:
    assert split_cells(Scan(text), 3, {"case_id": 0}, 1000) is None
    same(HEADER + text)


@pytest.mark.parametrize("before", [0, 1, 60, 61, 62, 63, 64, 127])
@pytest.mark.parametrize("behind", [b"", b"\n", b"\xd0\x96" * 40])
def test_text_is_split_if_it_is_utf_8(before: int, behind: bytes) -> None:
    edges = [0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1]
    edges += [0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF]
    for size in (1, 2, 3):
        for octets in product(edges, repeat=size):
            for last in (b"", b"\x80", b"\x80\x80"):
                text = b"k" * before + bytes(octets) + last + behind
                known = split_cells(Scan(text), 1, {"case_id": 0}, len(text)) is not None
                assert known is is_utf8(text), text


def is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def test_a_record_that_is_too_long_is_left_to_the_other_reader() -> None:
    assert split_cells(Scan(b"a,b,c\n"), 3, {"case_id": 0}, 5) is not None
    assert split_cells(Scan(b"a,b,cc\n"), 3, {"case_id": 0}, 5) is None
    assert split_cells(Scan(b"a,b,c\na,b,cc"), 3, {"case_id": 0}, 5) is None


def test_short_records_below_a_wide_header_need_no_more_room_than_their_text() -> None:
    assert split_cells(Scan(b"\n" * 1_000_000), 2000, {"case_id": 0}, 1000) is not None
    assert split_cells(Scan(b"a\n" * 1_000_000), 2000, {"case_id": 0}, 1000) is None


@settings(deadline=None, max_examples=300)
@given(cells=st.lists(st.sampled_from(["", "a", '"', '""', 'a"b', "é", "l\nm", "z" * 70]), max_size=40), data=st.data())
def test_some_cells_of_a_column_are_those_of_all(cells: list[str], data: st.DataObject) -> None:
    if not cells:
        return
    columns = split(written(list(cells)), "k", "cell")
    expected = [cell or None for cell in cells]
    rows = data.draw(st.lists(st.integers(0, len(cells) - 1), max_size=10))
    assert columns.column("cell").to_pylist() == expected
    assert columns.some("cell", np.array(rows, np.int64)).to_pylist() == [expected[row] for row in rows]
    assert columns.texts("cell", np.array(rows, np.int64)) == [expected[row] for row in rows]
    assert columns.empty("cell") == expected.count(None)
    assert columns.is_empty("cell").tolist() == [cell is None for cell in expected]
    columns.column("cell").validate(full=True)


VALUES = [
    "a",
    "ab",
    "abcdefgh",
    "abcdefghi",
    "a" * 16,
    "a" * 17,
    "a" * 24,
    "a" * 25,
    "é",
    "b\x00",
    "b",
    "BLZ",
    "2024-02-29",
]


@settings(deadline=None, max_examples=300)
@given(
    known=st.lists(st.sampled_from(VALUES)),
    cells=st.lists(st.sampled_from([*VALUES, "", 'a"']), min_size=1, max_size=30),
)
def test_only_values_that_are_known_are_passed_over(known: list[str], cells: list[str]) -> None:
    compiled = accelerator()
    assert compiled
    columns = split(written([cell or None for cell in cells]).rstrip(b"\n"), "k", "cell")
    unknown = columns.split.left(1, compiled.Known([value.encode() for value in known])).tolist()
    expected = [row for row, cell in enumerate(cells) if cell and (cell not in known or len(cell.encode()) > 24)]
    assert unknown == expected


def test_values_are_known_among_many() -> None:
    compiled = accelerator()
    assert compiled
    values = [f"{number * 7919 % 100_003:06}" for number in range(16_000)]
    columns = split(written([*values, "x00001", "000000 "]), "k", "cell")
    unknown = columns.split.left(1, compiled.Known([value.encode() for value in values])).tolist()
    assert unknown[-2:] == [16_000, 16_001]
    assert len(unknown) < 100, "nearly all are found within a few places"


def test_what_is_looked_up_must_lie_within() -> None:
    compiled = accelerator()
    assert compiled
    found = split(b"a,b\nc,d\n", "k", "cell").split
    offsets, valid = np.zeros(3, np.int32), np.zeros(1, np.uint8)
    name = compiled.Name(np.zeros(0x110000, np.uint64), 1 << 31, np.zeros(4, np.bool_), 1)
    for call in (
        lambda: found.copy(1, offsets, np.zeros(1, np.uint8), valid),
        lambda: found.copy(1, offsets[:2], np.zeros(2, np.uint8), valid),
        lambda: found.copy(1, offsets, np.zeros(2, np.uint8), valid[:0]),
        lambda: found.copy(2, offsets, np.zeros(2, np.uint8), valid),
        lambda: found.copy(1, offsets, np.zeros(2, np.uint8), valid, np.array([0, 2])),
        lambda: found.texts(1, np.array([2])),
        lambda: found.empty(2),
        lambda: compiled.left(np.array([0, 4], np.int32), np.zeros(3, np.uint8), name),
        lambda: compiled.left(np.array([2, 1], np.int32), np.zeros(3, np.uint8), name),
        lambda: compiled.left(np.array([-1, 1], np.int32), np.zeros(3, np.uint8), name),
        lambda: found.unlike(1, np.array([2]), b"x", np.zeros(256, np.uint8), 1, 1),
    ):
        with pytest.raises(IndexError):
            call()
    table = np.zeros(256, np.uint8)
    for call in (
        lambda: compiled.Prose(table, table, table, table[:255], 10),
        lambda: compiled.Prose(table, table, table, np.ones(256, np.uint8), 10),
        lambda: found.unlike(1, np.array([0]), b"x", table[:255], 1, 1),
        lambda: found.unlike(1, np.array([0]), b"", table, 1, 1),
        lambda: compiled.Name(np.zeros(10, np.uint64), 1 << 31, np.zeros(4, np.bool_), 1),
        lambda: compiled.Name(np.zeros(0x110000, np.uint64), 1 << 31, np.zeros(3, np.bool_), 1),
    ):
        with pytest.raises(ValueError, match=r"flag|octet|weight"):
            call()


# What fields of each kind accept and refuse, and characters at the edges of what screens look at.
CELLS = ["per-bch-0000001", "per-bch-", "evt-bch-1", "per-bch-0000001x", "PER-bch-1", "clm-a-1", "cas-bch-é", "*"]
CELLS += ["2024-02-29", "2023-02-29", "2024-02", "2024", "0000-01-01", "2024-2-3", "2024~", "../2018", "XXXX", "title"]
CELLS += [
    "KGZ",
    "kgz",
    "public",
    "Public",
    "active",
    "hearing",
    "true",
    "false",
    "TRUE",
    "ru",
    "ky-Cyrl",
    "P3Y",
    "PT4H",
]
CELLS += [
    "0",
    "-1",
    "007",
    "1.5",
    "1e3",
    "91",
    "-180",
    "181",
    "+5",
    "1_000",
    "nan",
    "100000001",
    "0.1234567890123456789",
]
CELLS += ["https://example.org/a", "https://example.org/<a>", "http://", "é", "\u0400", "\ud7ff", "\U0001f600"]
CELLS += ["a" * 500, "a" * 501, "é" * 500, "é" * 501, "1" * 19, "f" * 64, "F" * 64, '"a"', "cas-bch-a b"]
CELLS += [" a", "a ", "\u00a0a", "a\u2028", "a\ufeff", "a\x85", "\x80", "a\x85b", " 2024", "per-bch-0000001\n"]
CELLS += ["a\tb", "a\nb", "a\x00b", "a\x7fb", "a\u2028b", "\x00", "\x7f", "a\r\nb"]


def bad_without(field: Field, cells: list[str | None]) -> list[tuple[str, list[int]]]:
    """The indices of bad cells, rule by rule, as they are found without the package."""
    found = bad_cells(STANDARD, field, pa.array(cells, pa.string()))
    return [(rule, np.flatnonzero(bad).tolist()) for rule, bad in found]


@settings(deadline=None, max_examples=200)
@given(field=st.sampled_from(FIELDS), data=st.data())
def test_cells_are_judged_alike(field: Field, data: st.DataObject) -> None:
    cells = data.draw(st.lists(st.one_of(st.none(), st.sampled_from(CELLS)), min_size=1, max_size=30))
    rounds = data.draw(st.integers(1, 3))
    expected = [
        (rule, np.flatnonzero(bad).tolist()) for rule, bad in bad_cells(STANDARD, field, pa.array(cells, pa.string()))
    ]
    for few in (0, kernels._FEW):
        with patch.object(kernels, "_FEW", few):
            for _ in range(rounds):
                columns = split(written(cells), "k", field.name)
                assert [(rule, bad.tolist()) for rule, bad in bad_among(STANDARD, field, columns)] == expected


def test_values_that_were_judged_are_not_judged_again() -> None:
    duration = EVENTS.by_name["duration"]
    screen = compiled_screen(STANDARD, duration)
    columns = split(written(["P7Y", "PT9H", "xxx", None] * 1000), "k", "duration")
    assert len(screen.suspects(columns, "duration")) == 3000
    ((rule, bad),) = bad_among(STANDARD, duration, columns)
    assert (rule, bad.tolist()) == ("cell-pattern", list(range(2, 4000, 4)))
    assert screen.suspects(columns, "duration").tolist() == list(range(2, 4000, 4)), "what is bad is never known"


PLAIN = {
    "country": (["KGZ", "BLR"], ["kgz", "KG"]),
    "event_date": (["2024-02-29", "2024-12-31", "2024-11", "2024"], ["2023-02-29", "2024-11-31", "2024-13", "2024~"]),
    "modified": (["2000-02-29", "0001-01-01"], ["1900-02-29", "0000-01-01", "2024-11", "2024-1-11", "2024-00-01"]),
    "latitude": (["42.8746", "-89.9", "0", "89"], ["90", "-90", "91", "042", "1.", ".5", "1e1", "+1", "-", "1.2.3"]),
}


@pytest.mark.parametrize("name", PLAIN)
def test_plain_values_are_passed_over_and_others_are_looked_at(name: str) -> None:
    plain, others = PLAIN[name]
    columns = split(written([*plain, *others, None]), "k", name)
    found = compiled_screen(STANDARD, EVENTS.by_name[name]).suspects(columns, name).tolist()
    assert found == list(range(len(plain), len(plain) + len(others)))


@settings(deadline=None, max_examples=500)
@given(
    field=st.sampled_from([each for each in FIELDS if each.json_type in ("integer", "number") or each.format]),
    cells=st.lists(st.text(alphabet="0123456789-.+e/~ ", max_size=12), min_size=1, max_size=30),
)
def test_numbers_and_dates_are_judged_alike(field: Field, cells: list[str]) -> None:
    sent = [cell or None for cell in cells]
    expected = [
        (rule, np.flatnonzero(bad).tolist()) for rule, bad in bad_cells(STANDARD, field, pa.array(sent, pa.string()))
    ]
    columns = split(written(sent), "k", field.name)
    assert [(rule, bad.tolist()) for rule, bad in bad_among(STANDARD, field, columns)] == expected


def test_every_day_of_some_years_is_judged_alike() -> None:
    years = (0, 1, 4, 100, 400, 1900, 2000, 2023, 2024, 9999)
    days = [f"{year:04}-{month:02}-{day:02}" for year in years for month in range(14) for day in range(33)]
    for name in ("event_date", "modified"):
        field = EVENTS.by_name[name]
        expected = bad_without(field, list(days))
        found = bad_among(STANDARD, field, split(written(list(days)), "k", name))
        assert [(rule, bad.tolist()) for rule, bad in found] == expected


@settings(deadline=None, max_examples=300)
@given(
    names=st.lists(st.sampled_from([*WORDS, "王 伟", "Ana al", "½"]), min_size=1, max_size=4),
    cells=st.lists(st.one_of(st.none(), TEXTS), min_size=1, max_size=20),
)
@example(names=["1"], cells=["½"])
@example(names=["anna"], cells=["a" * 70 + " ANNÁ", 'so said "Anna"', "anna", "hannah", None])
def test_names_are_found_in_the_same_cells(names: list[str], cells: list[str | None]) -> None:
    named = [(str(number), name) for number, name in enumerate(names)]
    matcher, sent = NameMatcher(named), [None if cell == "" else cell for cell in cells]
    columns = split(written(sent), "k", "cell")
    for _ in range(2):  # the second time, the weights of all letters are known
        found = matcher.find_in(columns, "cell")
        assert found.schema == matcher.find(columns.column("cell")).schema
        assert list(zip(found["cell"].to_pylist(), found["name_id"].to_pylist(), strict=True)) == slow_find(named, sent)


def test_cells_without_a_name_are_passed_over() -> None:
    compiled = accelerator()
    assert compiled
    cells = [f"word number {number} of a text" for number in range(1000)]
    columns = split(written([*cells, "by Anna", *ODD]), "k", "cell")
    matcher = NameMatcher([("n", "Anna Petrova")])
    matcher.find_in(columns, "cell")
    look = matcher._look
    assert look
    assert len([row for row in columns.split.left(1, look).tolist() if row < 1000]) < 10


def told(folder: Path, switch: str) -> dict[str, object]:
    command = [str(Path(sys.executable).with_name("pfds")), "validate", str(folder), "--format", "json"]
    ran = subprocess.run(command, capture_output=True, cwd=ROOT, env={**os.environ, "PFDS_ACCELERATOR": switch})
    assert ran.returncode in (0, 1), ran.stderr.decode()
    report: dict[str, object] = json.loads(ran.stdout)
    return report


@pytest.mark.parametrize("dirty", [0.0, 0.001, 0.1])
def test_whole_submissions_are_judged_alike(tmp_path: Path, dirty: float) -> None:
    generate(tmp_path / "made", Plan(2000), dirty, "csv")
    found = told(tmp_path / "made", "on")
    assert found == told(tmp_path / "made", "off")
    assert bool(found["by_rule"]) == bool(dirty)


def test_the_example_is_judged_alike() -> None:
    assert told(ROOT / "examples" / "kloop-2025", "on") == told(ROOT / "examples" / "kloop-2025", "off")


def switched(setting: str, newer: int = 0) -> str:
    script = (
        "import pfds_accelerator\n"
        f"pfds_accelerator.INTERFACE += {newer}\n"
        "from pfds.intake.acceleration import accelerator\n"
        "print(accelerator() is not None)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, env={**os.environ, "PFDS_ACCELERATOR": setting}
    )
    return ran.stdout.decode().strip()


def test_the_package_can_be_switched_off_and_must_fit() -> None:
    assert switched("") == "True"
    assert switched("off") == "False"
    assert switched("", newer=1) == "False"


def test_columns_are_made_only_when_they_are_asked_for() -> None:
    columns = split(b"a,b\nc,d\n", "k", "cell")
    assert columns.names == ["k", "cell"]
    assert as_table(columns).to_pylist() == [{"k": "a", "cell": "b"}, {"k": "c", "cell": "d"}]
    assert columns.column("k") is columns.column("k")
    assert columns.lines.tolist() == [0, 1]
