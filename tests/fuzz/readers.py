"""What must hold of the readers of text and of dates, for any bytes at all: no exception but their own, and where
they find nothing wrong, the same cells as a second reader, of the standard library."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from io import BytesIO, StringIO
from itertools import groupby
from types import MappingProxyType
from typing import Final, TypeAlias

from pfds.intake.readers import File, open_reader
from pfds.intake.tables import Reading, TextTable
from pfds.standard.edtf import EdtfError, parse_edtf
from pfds.standard.load import load_standard
from pfds.standard.model import Standard

TABLE: Final = "person_nationalities"
HEADER: Final = b"nationality_id,person_id,country\n"
_OF_COLUMNS: Final = frozenset({"column-unknown", "column-missing"})
"""Rules about the header that leave every known cell as it is."""

Cells: TypeAlias = list[dict[str, str | None]]


def dates(data: bytes) -> None:
    """A date in EDTF gives bounds in order, or the error that says why it is none."""
    try:
        bounds = parse_edtf(data.decode("utf-8", "replace"))
    except EdtfError:
        return
    if bounds.earliest is not None and bounds.latest is not None:
        assert bounds.earliest <= bounds.latest


def csv_file(data: bytes) -> None:
    """A CSV file; an odd first byte stands for the right header. (Other encodings take too long to be told here.)"""
    text = HEADER + data[1:] if data[:1] and data[0] % 2 else data[1:]
    if not _is_text(text):
        return
    readings = _read(text, File("t.csv", ".csv", TABLE))
    if _found(readings) <= _OF_COLUMNS:
        assert _cells(readings).get(TABLE, []) in list(_second_csv(text)), "another reader finds other cells"


def json_document(data: bytes) -> None:
    """A JSON document of a whole submission."""
    readings = _read(data, File("t.json", ".json", None))
    if not _found(readings):
        _compare(_cells(readings), _strictly(data))


def json_lines(data: bytes) -> None:
    """A file of JSON Lines."""
    readings = _read(data, File("t.jsonl", ".jsonl", TABLE))
    if not _found(readings):
        _compare(_cells(readings), {TABLE: [_strictly(line) for line in data.split(b"\n") if line.strip()]})


TARGETS: Final[Mapping[str, Callable[[bytes], None]]] = MappingProxyType(
    {each.__name__: each for each in (dates, csv_file, json_document, json_lines)}
)

_RECORD: Final = {"nationality_id": "nat-exm-1", "person_id": "per-exm-1", "country": "KG"}
BEGINNINGS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "dates": (
            "2019-10-25",
            "1984~/2004-06",
            "2004-06-~01",
            "[1667,1668..1670]",
            "2001-21",
            "156X",
            "../1985",
            "y1700",
        ),
        "csv_file": (
            f"0{HEADER.decode()}a,b,KG\n",
            '1a,"b\r\n""c""",KG\r\n',
            "1a,,\n\n",
            "0\ufeffnationality_id;country\n1;KG\n",
        ),
        "json_document": (json.dumps({"meta": {"as_of": "2025-11-05"}, TABLE: [_RECORD, {}]}), '{"persons": []}'),
        "json_lines": (f"{json.dumps(_RECORD)}\n" * 2, '{"country": "\\ud83d\\ude00"}\r\n\n'),
    }
)
"""Sound and nearly sound input to begin with."""


@cache
def _standard() -> Standard:
    return load_standard()


def _read(data: bytes, file: File) -> list[Reading]:
    reader = open_reader(BytesIO(data), len(data), file, _standard(), None)
    readings: list[Reading] = []
    for task in reader.tasks():
        readings.append(task())
        if readings[-1].stops:
            break
    return readings


def _found(readings: Sequence[Reading]) -> set[str]:
    return {finding.rule for reading in readings for finding in reading.findings}


def _cells(readings: Sequence[Reading]) -> dict[str, Cells]:
    tables = sorted((table for reading in readings for table in reading.tables), key=_name)
    return {
        name: [row for table in pieces for row in table.cells.to_pylist()] for name, pieces in groupby(tables, _name)
    }


def _name(table: TextTable) -> str:
    return table.table


def _is_text(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _second_csv(data: bytes) -> Iterator[Cells]:
    """The known cells under each separator that splits the header into names of columns."""
    text = data.decode("utf-8-sig")
    known = _standard().tables[TABLE].by_name
    for separator in ",;\t|":
        try:
            rows = [row for row in csv.reader(StringIO(text, newline=""), strict=True, delimiter=separator) if row]
        except csv.Error:
            continue
        names = rows[0] if rows else []
        if any(name in known for name in names) and all(len(row) == len(names) for row in rows):
            yield [
                {name: cell or None for name, cell in zip(names, row, strict=True) if name in known} for row in rows[1:]
            ]


def _strictly(data: bytes) -> dict[str, object]:
    record = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_refuse)
    assert isinstance(record, dict)
    return record


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    assert len(dict(pairs)) == len(pairs), "a key that stands twice"
    return dict(pairs)


def _refuse(name: str) -> object:
    raise AssertionError(name)


def _compare(ours: Mapping[str, Cells], document: Mapping[str, object]) -> None:
    for name, records in document.items():
        if name == "meta":
            continue
        assert isinstance(records, list)
        assert len(records) == len(ours.get(name, [])), f"{len(ours.get(name, []))} records of {name}"
        for record, cells in zip(records, ours.get(name, []), strict=True):
            for key, value in record.items():
                assert not isinstance(value, str) or cells[key] == (value or None), f"{name}.{key}"
