"""Arrow IPC files and streams: read like a CSV file of the same records, never trusted before they are validated."""

import csv
import io
import json
import struct
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import feather, ipc

from command import KLOOP, PFDS, pfds, run
from pfds.intake.columnar_file import NOT_ARROW, ColumnarFile
from pfds.intake.columnar_form import arrow_columns
from pfds.intake.tables import Reading, TextTable
from reading import read_submission, read_whole, stream_of
from tiny_standard import CASES, STANDARD, brief, column, facts

Form = Literal["file", "stream"]
FORMS: tuple[Form, ...] = ("file", "stream")
TITLES = ["aaaa", "bbbbb", "c", "dd"]
OFFSETS = struct.pack("<5i", 0, 4, 9, 10, 12)


def read(data: bytes) -> Reading:
    columns = partial(arrow_columns, pa.BufferReader(data))
    return read_whole(ColumnarFile(stream_of(data), columns, "cases.arrow", CASES, NOT_ARROW))


def stored(table: pa.Table, form: Form, batch: int = 1 << 20, **options: Any) -> bytes:
    sink = pa.BufferOutputStream()
    make = ipc.new_file if form == "file" else ipc.new_stream
    with make(sink, table.schema, options=ipc.IpcWriteOptions(**options)) as writer:
        writer.write_table(table, max_chunksize=batch)
    return bytes(sink.getvalue())


def plain(size: int = len(TITLES), **more: Any) -> pa.Table:
    return pa.table({"case_id": [f"cas-{n}" for n in range(size)], "title": TITLES[:size], **more})


def only_table(reading: Reading) -> TextTable:
    (found,) = reading.tables
    return found


def sound(data: bytes) -> TextTable:
    reading = read(data)
    assert (reading.findings, reading.skipped, reading.partial) == ((), (), frozenset())
    return only_table(reading)


def refused(data: bytes) -> Reading:
    """The reading of a file that is not sound: this is said once, and no cell of what is not sound is read."""
    reading = read(data)
    (finding,) = reading.findings
    assert brief(finding) == ("file-unreadable", None, None, None, None)
    assert facts(finding) >= {"problem": NOT_ARROW}.items()
    assert reading.partial == {"cases"}
    assert [skipped.rule for skipped in reading.skipped] == ["*"]
    return reading


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("compression", [None, "lz4", "zstd"])
@pytest.mark.parametrize("batch", [1, 3, 100])
def test_files_and_streams(form: Form, compression: str | None, batch: int) -> None:
    found = sound(stored(plain(), form, batch, compression=compression))
    assert column(found, "case_id") == ["cas-0", "cas-1", "cas-2", "cas-3"]
    assert column(found, "title") == TITLES
    assert found.rows.tolist() == [1, 2, 3, 4]
    assert found.lines.tolist() == [0, 0, 0, 0]
    assert found.origin(1, "title").cell is None


def test_feather_is_an_arrow_file() -> None:
    sink = io.BytesIO()
    feather.write_feather(plain(), sink)
    assert column(sound(sink.getvalue()), "title") == TITLES


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("values", "texts"),
    [
        (pa.array(["a", "", None, "é"]), ["a", None, None, "é"]),
        (pa.array(["a", "", None, "é"], pa.large_string()), ["a", None, None, "é"]),
        (pa.array(["a", "", None, "longer than twelve"], pa.string_view()), ["a", None, None, "longer than twelve"]),
        (pa.array(["a", "", "a", None]).dictionary_encode(), ["a", None, "a", None]),
        (pa.array(["z", "a", "", None, "b", "z"]).slice(1, 4), ["a", None, None, "b"]),
        (pa.array(["z", "a", "", "a", None]).dictionary_encode().slice(1), ["a", None, "a", None]),
        (pa.array([5, -7, None, 2**62]), ["5", "-7", None, str(2**62)]),
        (pa.array([9, 5, -7, None, 0], pa.int8()).slice(1), ["5", "-7", None, "0"]),
        (pa.array([0.1, 1e22, None, -0.0]), ["0.1", "1" + "0" * 22, None, "0"]),
        (pa.array([True, False, None, True]), ["true", "false", None, "true"]),
        (pa.nulls(4), [None] * 4),
    ],
)
def test_values_that_have_a_text(form: Form, values: Any, texts: list[str | None]) -> None:
    found = sound(stored(plain(opened=values), form))
    assert column(found, "opened") == texts
    assert found.cells.schema.field("opened").type == pa.string()


@pytest.mark.parametrize("form", FORMS)
def test_columns_that_have_no_text(form: Form) -> None:
    reading = read(stored(plain(persons_count=[[1], [], [2], None]), form))
    (finding,) = reading.findings
    assert brief(finding) == ("cell-type", "persons_count", None, None, None)
    assert facts(finding) >= {"expected": "a whole number", "found": "lists"}.items()
    assert only_table(reading).cells.column_names == ["case_id", "title"]


def test_columns_unknown_repeated_and_missing() -> None:
    table = pa.table([["cas-1"], ["x"], ["2025"], ["2024"]], names=["case_id", "titel", "opened", "opened"])
    reading = read(stored(table, "file"))
    assert [brief(finding)[:2] for finding in reading.findings] == [
        ("column-unknown", None),
        ("column-duplicate", "opened"),
        ("column-missing", "title"),
    ]
    assert column(only_table(reading), "opened") == ["2025"]


@pytest.mark.parametrize("form", FORMS)
def test_no_record_and_no_batch(form: Form) -> None:
    empty = plain().schema.empty_table()
    assert sound(stored(empty, form)).cells.num_rows == 0
    assert sound(stored(pa.Table.from_batches([], plain().schema), form)).cells.num_rows == 0


def test_no_known_column() -> None:
    assert [finding.rule for finding in read(stored(pa.table({"a": [1]}), "file")).findings] == ["header-missing"]


@pytest.mark.parametrize("as_dictionary", [False, True])
def test_text_that_is_not_utf_8(as_dictionary: bool) -> None:
    title = pa.StringArray.from_buffers(4, pa.py_buffer(OFFSETS), pa.py_buffer(b"caf\xe9bbbbbcdd"))
    if as_dictionary:
        title = pa.DictionaryArray.from_arrays(pa.array([0, 1, 2, 3]), title)
    reading = read(stored(pa.table({"case_id": plain()["case_id"], "title": title}), "file"))
    (finding,) = reading.findings
    assert brief(finding) == ("encoding-invalid", "title", 1, None, None)
    assert facts(finding) >= {"byte": 3, "hex": "E9"}.items()
    assert column(only_table(reading), "title") == [None, *TITLES[1:]]


def with_bytes(data: bytes, old: bytes, new: bytes) -> bytes:
    assert data.count(old) == 1
    return data.replace(old, new)


WILD_OFFSETS = {
    "beyond the text": struct.pack("<5i", 0, 4, 9, 10, 13 + 64),
    "far beyond the text": struct.pack("<5i", 0, 4, 9, 10, 2**31 - 1),
    "far beyond, then back": struct.pack("<5i", 0, 2**31 - 1, 9, 10, 12),
    "before the text": struct.pack("<5i", 0, -5, 9, 10, 12),
    "all before the text": struct.pack("<5i", *[-(2**31)] * 5),
    "backwards": struct.pack("<5i", 0, 9, 4, 10, 12),
}
INDICES = struct.pack("<4i", 3, 1, 2, 0)
WILD_INDICES = {
    "too large": struct.pack("<4i", 3, 1, 2, 4),
    "far too large": struct.pack("<4i", 3, 1, 2**31 - 1, 0),
    "negative": struct.pack("<4i", 3, -1, 2, 0),
}


def wild() -> Mapping[str, bytes]:
    """Files whose buffers contradict one another, each a hand's breadth from one that is sound."""
    indices = pa.array([3, 1, 2, 0], pa.int32())
    coded = plain().set_column(1, "title", pa.DictionaryArray.from_arrays(indices, pa.array(TITLES)))
    view = plain().set_column(1, "title", pa.array(["longer than twelve octets"] * 4, pa.string_view()))
    head = struct.pack("<i", 25) + b"long"
    files = {}
    for form in FORMS:
        for name, offsets in WILD_OFFSETS.items():
            files[f"offsets {name}, {form}"] = with_bytes(stored(plain(), form), OFFSETS, offsets)
            files[f"offsets of the codes {name}, {form}"] = with_bytes(stored(coded, form), OFFSETS, offsets)
        for name, codes in WILD_INDICES.items():
            files[f"code {name}, {form}"] = with_bytes(stored(coded, form), INDICES, codes)
        for name, place in (("no such buffer", (7, 0)), ("beyond the buffer", (0, 10**6)), ("negative", (0, -9))):
            files[f"view, {name}, {form}"] = stored(view, form).replace(
                head + struct.pack("<2i", 0, 0), head + struct.pack("<2i", *place)
            )
    return files


WILD = wild()


def test_the_files_are_sound_before_they_are_made_wild() -> None:
    assert column(sound(stored(plain(), "file")), "title") == TITLES
    assert all(OFFSETS in stored(plain(), form) for form in FORMS)


@pytest.mark.parametrize("name", WILD)
def test_buffers_that_contradict_one_another(name: str) -> None:
    assert only_table(refused(WILD[name])).cells.num_rows == 0


@pytest.mark.long
def test_wild_buffers_crash_no_process(tmp_path: Path) -> None:
    paths = []
    for number, data in enumerate(WILD.values()):
        path = tmp_path / str(number) / "cases.arrow"
        path.parent.mkdir()
        path.write_bytes(data)
        paths.append(path)
    done = run(PFDS, "validate", "--format", "json", "--hide-values", *paths)
    report = json.loads(done.out)
    assert (done.code, done.err) == (1, "")
    (total,) = [each["total"] for each in report["by_rule"] if each["rule"] == "file-unreadable"]
    assert total == len(WILD)


def test_batches_before_a_wild_one_are_read() -> None:
    size = 3
    data = stored(pa.concat_tables([plain()] * size).combine_chunks(), "stream", 4)
    place = data.rindex(OFFSETS)
    broken = data[:place] + WILD_OFFSETS["far beyond the text"] + data[place + len(OFFSETS) :]
    assert column(only_table(refused(broken)), "title") == TITLES * (size - 1)


@pytest.mark.parametrize("data", [b"", b"ARROW1", b"ARROW1\0\0", b"PAR1", b"case_id,title\ncas-1,a\n", b"\xff" * 5000])
def test_what_is_no_arrow(data: bytes) -> None:
    refused(data)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("compression", [None, "lz4", "zstd"])
def test_files_cut_anywhere(form: Form, compression: str | None) -> None:
    whole = stored(plain(), form, 2, compression=compression)
    for size in range(0, len(whole) - 10, 7):
        reading = read(whole[:size])
        rows = only_table(reading).cells.num_rows
        # A stream may end after any of its batches, and need not say so.
        assert reading.findings or (form == "stream" and rows in (0, 2, 4))


@settings(max_examples=200, deadline=None)
@given(form=st.sampled_from(FORMS), place=st.floats(0, 1, exclude_max=True), octets=st.binary(min_size=1, max_size=8))
def test_files_changed_anywhere_are_read_or_refused(form: Form, place: float, octets: bytes) -> None:
    whole = stored(plain(), form, 2)
    at = int(place * len(whole))
    found = only_table(read(whole[:at] + octets + whole[at + len(octets) :]))
    assert found.cells.num_rows == len(found.rows) <= 4


@pytest.mark.parametrize("suffix", [".arrow", ".feather", ".ARROW"])
def test_files_are_known_by_their_names(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"cases{suffix}").write_bytes(stored(plain(), "stream"))
    (tmp_path / "events.csv").write_text("event_id\nevt-1\n")
    submission = read_submission([tmp_path], STANDARD)
    assert submission.findings == ()
    assert [(file.table, file.rows) for file in submission.files] == [("cases", 4), ("events", 1)]


def arrow_of(path: Path, change: Callable[[Sequence[str | None]], pa.Array]) -> pa.Table:
    """The records of a CSV file as columns of text."""
    with path.open(encoding="utf-8", newline="") as lines:
        header, *rows = csv.reader(lines)
    cells = [[row[position] or None for row in rows] for position in range(len(header))]
    return pa.table([change(column) for column in cells], names=header)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("coded", [pytest.param(False, marks=pytest.mark.long), True])
def test_the_same_findings_as_the_csv(tmp_path: Path, form: Form, coded: bool) -> None:
    for name in ("csv", "arrow"):
        (tmp_path / name).mkdir()
    for path in KLOOP.glob("*.csv"):
        data = path.read_bytes()
        if path.stem == "events":
            data = data.replace(b"2025-", b"2025:", 5)
        (tmp_path / "csv" / path.name).write_bytes(data)
        if path.stem in ("codelists", "coverage"):
            (tmp_path / "arrow" / path.name).write_bytes(data)
            continue
        table = arrow_of(
            tmp_path / "csv" / path.name,
            lambda cells: pa.array(cells, pa.string()).dictionary_encode() if coded else pa.array(cells, pa.string()),
        )
        (tmp_path / "arrow" / f"{path.stem}.arrow").write_bytes(stored(table, form))
    for name in ("csv", "arrow"):
        (tmp_path / name / "meta.json").write_bytes((KLOOP / "meta.json").read_bytes())
    assert places(tmp_path / "arrow") == places(tmp_path / "csv")
    assert len(places(tmp_path / "csv")) >= 5


def places(folder: Path) -> list[tuple[object, ...]]:
    """Every finding but for what only text files have: lines and cells."""
    report = json.loads(pfds("validate", folder, "--format", "json", "--show-values").out)
    keys = ("rule", "severity", "table", "field", "row", "record_id", "message", "value")
    return sorted((tuple(found[key] for key in keys) for found in report["findings"]), key=str)
