"""Sound files of every form, small ones: what is then damaged."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Any, Final
from xml.sax.saxutils import escape

import pyarrow as pa
from pyarrow import ipc, parquet

from exm import world
from kloop import Row
from workbooks import of_rows, zipped

IN_ONE_FOLDER: Final = ("csv", "jsonl", "parquet", "arrow")
"""Forms whose files hold one table each, so that a folder of them is read by one command."""
WHOLE: Final = ("json", "xlsx", "ods", "zip")
"""Forms of which a file is a whole submission, and several can be given to one command."""
RELEASE: Final = "release"
TARGETS: Final = (*IN_ONE_FOLDER, *WHOLE, RELEASE)

_ODD: Final[tuple[pa.Array, ...]] = (
    pa.array([1, None], pa.int8()),
    pa.array([2**64 - 1, 0], pa.uint64()),
    pa.array([float("nan"), float("-inf")], pa.float16()),
    pa.array([1e308, 5e-324], pa.float64()),
    pa.array([True, None], pa.bool_()),
    pa.array([None, None], pa.null()),
    pa.array([b"\xff\xfe", b""], pa.binary()),
    pa.array([b"abcd", b"\x00\x01\x02\x03"], pa.binary(4)),
    pa.array(["x" * 4000, "\x00\x1b[2J\u202e"], pa.large_string()),
    pa.array(["short", "a longer one than twelve"], pa.string_view()),
    pa.array([[1], []], pa.list_(pa.int32())),
    pa.array([{"a": 1}, None], pa.struct([("a", pa.int64())])),
    pa.array([[("k", 1)], []], pa.map_(pa.string(), pa.int8())),
    pa.array([date(1, 1, 1), date(9999, 12, 31)], pa.date32()),
    pa.array([2**62, -(2**62)], pa.timestamp("us")),
    pa.array([datetime(2025, 1, 1), None], pa.timestamp("ns", "Asia/Bishkek")),  # noqa: DTZ001 - the zone is the type's
    pa.array([2**40, 1], pa.duration("s")),
    pa.array([Decimal("1e37"), Decimal("-0.1")], pa.decimal256(60, 20)),
    pa.array(["a", "b"]).dictionary_encode(),
    pa.array([3, 4]).dictionary_encode(),
    pa.RunEndEncodedArray.from_arrays(pa.array([2], pa.int16()), pa.array(["run"])),
)


@dataclass(frozen=True, slots=True)
class File:
    """A file: the name under which it is read, and its bytes."""

    name: str
    data: bytes


@cache
def sound_files(target: str) -> tuple[File, ...]:
    """The sound files of a form; those of the forms of tables are one for each table."""
    return tuple(_MADE[target]())


def odd_columns(table: pa.Table, choose: Callable[[int], int]) -> pa.Table:
    """The table with a column of a type that no field has; ``choose`` gives a number below the one it is given."""
    column = _ODD[choose(len(_ODD))]
    place = choose(table.num_columns)
    rows = min(table.num_rows, len(column))
    return table.slice(0, rows).set_column(place, table.column_names[place], column.slice(0, rows))


def as_parquet(table: pa.Table) -> bytes:
    buffer = io.BytesIO()
    parquet.write_table(table, buffer, compression="zstd" if table.num_columns % 2 else "none")
    return buffer.getvalue()


def as_arrow(table: pa.Table) -> bytes:
    buffer = io.BytesIO()
    with ipc.new_file(buffer, table.schema) as writer:
        writer.write_table(table, max_chunksize=2)
    return buffer.getvalue()


def arrow_table(name: str) -> pa.Table:
    """A table of the small dataset, every column text."""
    columns, rows = _columns(world()[name]), world()[name]
    return pa.table({column: pa.array([row.get(column) for row in rows], pa.string()) for column in columns})


def _columns(rows: Iterable[Row]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row))


def _csv(rows: list[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, _columns(rows), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _json_lines(rows: list[Row]) -> bytes:
    return "".join(json.dumps(_typed(row), ensure_ascii=False) + "\n" for row in rows).encode()


def _typed(row: Row) -> dict[str, Any]:
    return {name: {"true": True, "false": False}.get(cell, cell) for name, cell in row.items()}


def _documents() -> Iterable[File]:
    tables = {name: [_typed(row) for row in rows] for name, rows in world().items()}
    yield File("whole.json", json.dumps({"meta": {"title": "T", "as_of": "2025-03-12"}, **tables}).encode())
    few = {name: tables[name] for name in ("persons", "cases", "events")}
    yield File("few.json", json.dumps(few, ensure_ascii=False, indent=1).encode())


def _rows(name: str) -> list[list[str | None]]:
    rows = world()[name]
    columns = _columns(rows)
    return [list(columns), *([row.get(column) for column in columns] for row in rows)]


def _workbooks() -> Iterable[File]:
    yield File("few.xlsx", of_rows({name: _rows(name) for name in ("cases", "persons", "events")}))
    numbers: list[list[Any]] = [
        ["event_id", "event_date", "perpetrators_count"],
        ["evt-a-1", 45363, 2],
        ["evt-a-2", 1.5, True],
    ]
    yield File("numbers.xlsx", of_rows({"events": numbers}))


def _sheets() -> Iterable[File]:
    sheets = "".join(
        f'<table:table table:name="{name}">{"".join(map(_ods_row, _rows(name)))}</table:table>'
        for name in ("cases", "persons", "events")
    )
    mime = "application/vnd.oasis.opendocument.spreadsheet"
    content = f"<office:document-content><office:spreadsheet>{sheets}</office:spreadsheet></office:document-content>"
    yield File("few.ods", zipped({"mimetype": mime, "content.xml": content, "META-INF/manifest.xml": "<manifest/>"}))


def _ods_row(cells: list[str | None]) -> str:
    written = (
        f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
        if cell is not None
        else '<table:table-cell table:number-columns-repeated="1"/>'
        for cell in cells
    )
    return f"<table:table-row>{''.join(written)}</table:table-row>"


def _archives() -> Iterable[File]:
    rows = world()
    yield File("tables.zip", zipped({f"{name}.csv": _csv(rows[name]) for name in ("cases", "persons", "events")}))
    mixed: Mapping[str, bytes] = {
        "sent/cases.csv": _csv(rows["cases"]),
        "sent/persons.jsonl": _json_lines(rows["persons"]),
        "sent/events.parquet": as_parquet(arrow_table("events")),
        "sent/sources.arrow": as_arrow(arrow_table("sources")),
        "sent/meta.json": b'{"title": "T", "companions": ["coverage.csv"]}',
    }
    yield File("mixed.zip", zipped(mixed))


_MADE: Final[Mapping[str, Callable[[], Iterable[File]]]] = MappingProxyType(
    {
        "csv": lambda: (File(f"{name}.csv", _csv(rows)) for name, rows in world().items()),
        "jsonl": lambda: (File(f"{name}.jsonl", _json_lines(rows)) for name, rows in world().items()),
        "parquet": lambda: (File(f"{name}.parquet", as_parquet(arrow_table(name))) for name in world()),
        "arrow": lambda: (File(f"{name}.arrow", as_arrow(arrow_table(name))) for name in world()),
        "json": _documents,
        "xlsx": _workbooks,
        "ods": _sheets,
        "zip": _archives,
    }
)
