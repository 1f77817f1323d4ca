"""Hostile files: each is answered with a finding or one sentence, within 5 seconds of work and 512 MiB of memory."""

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import ipc, parquet

from command import pfds
from measured import Measured, measured

SECONDS, MEMORY = 5, 512 << 20
MIB = 1 << 20
HEADER = b"event_id,title,event_type\n"
ROW = b"evt-a-1,One,detention\n"

Make = Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Hostile:
    """A file, and a part of the sentence that must be told of it."""

    what: str
    name: str
    make: Make
    told: str


def assert_bounded(ran: Measured) -> None:
    assert ran.code in (1, 2), ran.err
    assert "Traceback" not in ran.out + ran.err
    assert ran.seconds < SECONDS
    assert ran.memory < MEMORY


def record(members: bytes) -> bytes:
    """A JSON document of one event with these members."""
    return b'{"events": [{"event_id": "evt-a-1", ' + members + b"}]}"


def as_arrow(column: pa.Array) -> bytes:
    buffer = io.BytesIO()
    batch = pa.RecordBatch.from_arrays([column], ["event_id"])
    with ipc.new_file(buffer, batch.schema) as writer:
        writer.write_batch(batch)
    return buffer.getvalue()


def as_parquet(values: object, columns: int = 1) -> bytes:
    buffer = io.BytesIO()
    parquet.write_table(pa.table({"event_id" if not n else f"c{n}": values for n in range(columns)}), buffer)
    return buffer.getvalue()


def repeated() -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array([0] * (1 << 14), pa.int32()), pa.array(["x" * MIB]))


def overlapping(data: bytes, size: int, times: int) -> pa.Array:
    """Texts of so many bytes each that are the first of the same bytes."""
    views = struct.pack("<i4sii", size, data[:4], 0, 0) * times
    return pa.Array.from_buffers(pa.string_view(), times, [None, pa.py_buffer(views), pa.py_buffer(data)])


def bomb(name: str, unit: bytes, times: int) -> bytes:
    """A zip file whose one member expands to a unit so many times, made without expanding it."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    once = packer.compress(unit) + packer.flush(zlib.Z_FULL_FLUSH)
    data = once * times + b"\x03\x00"
    size = min(len(unit) * times, 0xFFFFFFFF)
    stated = struct.pack("<LLLHH", 0, len(data), size, len(name), 0)
    local = struct.pack("<4s5H", b"PK\3\4", 20, 0, 8, 0, 33) + stated + name.encode()
    listed = struct.pack("<4s6H", b"PK\1\2", 20, 20, 0, 8, 0, 33) + stated + struct.pack("<3HLL", 0, 0, 0, 0, 0)
    listed += name.encode()
    end = struct.pack("<4s4HLLH", b"PK\5\6", 0, 0, 1, 1, len(listed), len(local) + len(data), 0)
    return local + data + listed + end


TEXTS = [
    Hostile(
        "a cell of 100 MB", "events.csv", lambda: HEADER + b"a," + b"x" * (100 * MIB) + b",b\n", "bytes in one rec"
    ),
    Hostile(
        "a cell of 100 MB in lines",
        "events.csv",
        lambda: HEADER + b'a,"' + b"x\n" * (50 * MIB) + b'",b\n',
        "bytes in one record",
    ),
    Hostile("a line of 100 MB", "events.csv", lambda: b"x" * (100 * MIB), "bytes in one record"),
    Hostile("quotation marks only", "events.csv", lambda: b'"' * (20 * MIB), "bytes in one record"),
    Hostile("a quotation mark that is left open", "events.csv", lambda: HEADER + b'a,"b\n' + ROW * 9, "never closed"),
    Hostile("100,000 columns", "events.csv", lambda: b",".join(b"c%d" % n for n in range(100_000)), "100,000 columns"),
    Hostile("20 million cells in a row", "events.csv", lambda: HEADER + b"," * (20 * MIB) + b"\n", "in one record"),
    Hostile("50 million blank lines", "events.csv", lambda: HEADER + b"\n" * (50 * MIB) + b'"', "never closed"),
    Hostile("4 million rows of a letter", "events.csv", lambda: HEADER + b"a\n" * (4 * MIB), '"total": 4194304'),
    Hostile(
        "a million of them below 2,000 columns",
        "events.csv",
        lambda: HEADER[:-1] + b"".join(b",c%d" % n for n in range(1_997)) + b"\n" + b"a\n" * MIB,
        '"total": 1048576',
    ),
    Hostile("a column twice", "events.csv", lambda: b"event_id,event_id\na,b\n", "more than once"),
    Hostile("a lone carriage return", "events.csv", lambda: HEADER + ROW + b"evt-a-2,a\rb,detention\n", "carriage ret"),
    Hostile("20 million of them", "events.csv", lambda: HEADER + b"\r" * (20 * MIB), "carriage return"),
    Hostile("a NUL", "events.csv", lambda: HEADER + b"evt-a-1,a\x00b,detention\n", "U+0000"),
    Hostile(
        "two encodings in one file",
        "events.csv",
        lambda: HEADER + "evt-a-1,ы,detention\n".encode() + "evt-a-2,ы,detention\n".encode("cp1251"),
        "not UTF-8",
    ),
    Hostile(
        "NaN, Infinity", "sentences.csv", lambda: b"sentence_id,amount\nsen-a-1,NaN\nsen-a-2,Infinity\n", "cell-type"
    ),
    Hostile("a number too large", "sentences.csv", lambda: b"sentence_id,amount\nsen-a-1,1e400\n", "cell-type"),
    Hostile(
        "a number of a million digits",
        "sentences.csv",
        lambda: b"sentence_id,amount\nsen-a-1," + b"9" * 10**6 + b"\n",
        "cell-type",
    ),
    Hostile(
        "a JSON line of 100 MB", "events.jsonl", lambda: b'{"title": "' + b"x" * (100 * MIB), "bytes in one record"
    ),
    Hostile(
        "a JSON line of brackets", "events.jsonl", lambda: b'{"title": ' + b"[" * (20 * MIB), "bytes in one record"
    ),
    Hostile(
        "a JSON line of empty lists",
        "events.jsonl",
        lambda: b'{"event_id": "evt-a-1", "title": [[]' + b",[]" * MIB + b"]}",
        "values in one record",
    ),
]

TEXTS += [
    Hostile("20 MB of empty records", "events.jsonl", lambda: b"{}\n" * (7 * MIB), "records that do not fit"),
    Hostile(
        "a million unknown keys",
        "events.jsonl",
        lambda: b"".join(b'{"k%d":1}\n' % n for n in range(10**6)),
        "records that do not fit",
    ),
    Hostile(
        "15 MB of lists in a cell",
        "events.jsonl",
        lambda: b'{"event_id": "evt-a-1", "title": [[]' + b",[]" * (5 * MIB) + b"]}",
        "values in one record",
    ),
]

DOCUMENTS = [
    Hostile("a key twice", "a.json", lambda: record(b'"title": "a", "title": "b"'), "json-duplicate-key"),
    Hostile(
        "100,000 keys", "a.json", lambda: record(b", ".join(b'"k%d": 1' % n for n in range(10**5))), "limit-exceeded"
    ),
    Hostile("NaN", "a.json", lambda: record(b'"title": NaN'), "NaN"),
    Hostile("Infinity", "a.json", lambda: record(b'"title": -Infinity'), "Infinity"),
    Hostile("a number too large", "a.json", lambda: b'{"sentences": [{"amount": 1e400}]}', "cell-type"),
    Hostile("an integer of a million digits", "a.json", lambda: record(b'"title": ' + b"9" * 10**6), "cell-type"),
    Hostile(
        "nesting of 100,000", "a.json", lambda: record(b'"title": ' + b"[" * 10**5 + b"]" * 10**5), "inside one another"
    ),
    Hostile(
        "objects nested 100,000 deep", "a.json", lambda: b'{"a": ' * 10**5 + b"1" + b"}" * 10**5, "inside one another"
    ),
    Hostile("20 MB of empty lists", "a.json", lambda: b"[[]" + b",[]" * (7 * MIB) + b"]", "object in curly brackets"),
    Hostile(
        "20 MB of lists in a cell",
        "a.json",
        lambda: record(b'"title": [[]' + b",[]" * (7 * MIB) + b"]"),
        "200,001 values in one record",
    ),
    Hostile("20 MB of empty records", "a.json", lambda: b'{"events": [{}' + b",{}" * (7 * MIB) + b"]}", "do not fit"),
    Hostile(
        "a million unknown tables",
        "a.json",
        lambda: b"{" + b",".join(b'"t%d":1' % n for n in range(10**6)) + b"}",
        "names that are no tables",
    ),
    Hostile("half a character", "a.json", lambda: record(rb'"title": "\ud800"'), "half"),
    Hostile("20 MB of quotation marks", "a.json", lambda: b'"' * (20 * MIB), "object in curly brackets"),
    Hostile("100 MB of spaces", "a.json", lambda: b" " * (100 * MIB), "JSON"),
]

COLUMNS = [
    Hostile("a cell of 100 MB", "events.parquet", lambda: as_parquet(["x" * (100 * MIB)]), "MiB of memory"),
    Hostile("a cell of 100 MB", "events.arrow", lambda: as_arrow(pa.array(["x" * (100 * MIB)])), "in one record"),
    Hostile("a code of 20 MB", "events.parquet", lambda: as_parquet(["x" * (20 * MIB)] * 100), "events.parquet"),
    Hostile("a text of 1 MB read 16,384 times", "events.arrow", lambda: as_arrow(repeated()), "of text in the file"),
    Hostile(
        "two texts in one place",
        "events.arrow",
        lambda: as_arrow(overlapping(b"x" * MIB, MIB, 1 << 14)),
        "bytes of text in the file",
    ),
    Hostile(
        "39 times its text",
        "events.arrow",
        lambda: as_arrow(overlapping(b"x" * (10 * MIB), 4096, 100_000)),
        '"total": 100000',
    ),
    Hostile(
        "39 times its text in large pieces",
        "events.arrow",
        lambda: as_arrow(overlapping(b"x" * (10 * MIB), MIB, 390)),
        '"total": 390',
    ),
    Hostile("200 million nulls", "events.parquet", lambda: as_parquet(pa.nulls(2 * 10**8, pa.string())), "damaged"),
    Hostile("20,000 columns", "events.parquet", lambda: as_parquet(["a"], 20_000), "20,000 columns"),
    Hostile(
        "two billion nulls in no bytes",
        "events.arrow",
        lambda: as_arrow(pa.Array.from_buffers(pa.null(), 2 * 10**9, [None])),
        "Arrow",
    ),
    Hostile(
        "a run of two billion",
        "events.arrow",
        lambda: as_arrow(pa.RunEndEncodedArray.from_arrays(pa.array([2 * 10**9]), pa.array(["evt-a-1"]))),
        "events.arrow",
    ),
]

ARCHIVES = [
    Hostile(
        "4 GB of zeros", "a.zip", lambda: bomb("events.csv", bytes(16 * MIB), 256), "bytes in the archive when expanded"
    ),
    Hostile(
        "lines without end",
        "a.zip",
        lambda: bomb("events.jsonl", b"{}\n" * (5 * MIB), 256),
        "bytes in the archive when expanded",
    ),
    Hostile(
        "500 MB that must be held",
        "a.zip",
        lambda: bomb("events.parquet", bytes(16 * MIB), 31),
        "bytes in the archive when expanded",
    ),
    Hostile(
        "1 GB of metadata",
        "a.zip",
        lambda: bomb("meta.json", b" " * (16 * MIB), 64),
        "bytes in the archive when expanded",
    ),
]


SMALLER = [
    Hostile("300,000 rows of a letter", "events.csv", lambda: HEADER + b"a\n" * 300_000, '"total": 300000'),
    Hostile(
        "100,000 of them below 2,000 columns",
        "events.csv",
        lambda: HEADER[:-1] + b"".join(b",c%d" % n for n in range(1_997)) + b"\n" + b"a\n" * 100_000,
        '"total": 100000',
    ),
    Hostile("4 million blank lines", "events.csv", lambda: HEADER + b"\n" * (4 * MIB) + b'"', "never closed"),
    Hostile("2 million carriage returns", "events.csv", lambda: HEADER + b"\r" * (2 * MIB), "carriage return"),
    Hostile(
        "200,000 unknown keys",
        "events.jsonl",
        lambda: b"".join(b'{"k%d":1}\n' % n for n in range(200_000)),
        "records that do not fit",
    ),
    Hostile("300,000 empty records", "events.jsonl", lambda: b"{}\n" * 300_000, "records that do not fit"),
    Hostile("300,000 empty records", "a.json", lambda: b'{"events": [{}' + b",{}" * 300_000 + b"]}", "do not fit"),
    Hostile("a code of 20 MB", "events.parquet", lambda: as_parquet(["x" * (20 * MIB)] * 30), "events.parquet"),
    Hostile("20 million nulls", "events.parquet", lambda: as_parquet(pa.nulls(2 * 10**7, pa.string())), "damaged"),
]
"""What is tried at its full size by `make long`."""

AT_FULL_SIZE = [
    *("4 million rows of a letter", "a million of them below 2,000 columns", "50 million blank lines"),
    *("20 million of them", "a million unknown keys", "20 MB of empty records", "a code of 20 MB", "200 million nulls"),
    *("a cell of 100 MB in lines", "20 million cells in a row", "15 MB of lists in a cell"),
    *("a line of 100 MB", "a JSON line of 100 MB", "20 MB of lists in a cell", "100 MB of spaces"),
    *("a number of a million digits", "objects nested 100,000 deep", "lines without end", "1 GB of metadata"),
]
"""Others in every run meet the same limits."""
OF_A_FEW_BYTES = [
    *("a quotation mark that is left open", "a column twice", "a lone carriage return", "a NUL"),
    *("two encodings in one file", "NaN, Infinity", "a number too large", "a key twice", "NaN", "Infinity"),
    "half a character",
]


def hostile_files() -> Iterator[Any]:
    for hostile in (*TEXTS, *COLUMNS, *DOCUMENTS, *ARCHIVES):
        marks = pytest.mark.long if hostile.what in (*AT_FULL_SIZE, *OF_A_FEW_BYTES) else ()
        yield pytest.param(hostile, marks=marks, id=f"{hostile.name}: {hostile.what}")
    for hostile in SMALLER:
        yield pytest.param(hostile, id=f"{hostile.name}, smaller: {hostile.what}")


@pytest.mark.parametrize("hostile", list(hostile_files()))
def test_a_hostile_file_is_answered(tmp_path: Path, hostile: Hostile) -> None:
    (tmp_path / hostile.name).write_bytes(hostile.make())
    ran = measured("validate", "--format", "json", tmp_path / hostile.name)
    assert_bounded(ran)
    assert hostile.told in ran.out


@pytest.mark.parametrize(
    "hostile",
    [hostile for hostile in (*TEXTS, *DOCUMENTS) if hostile.what in OF_A_FEW_BYTES],
    ids=lambda hostile: f"{hostile.name}: {hostile.what}",
)
def test_a_hostile_file_of_a_few_bytes_is_answered(tmp_path: Path, hostile: Hostile) -> None:
    (tmp_path / hostile.name).write_bytes(hostile.make())
    ran = pfds("validate", "--format", "json", tmp_path / hostile.name)
    assert ran.code in (1, 2)
    assert hostile.told in ran.out
