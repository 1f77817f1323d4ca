"""Records for validators that take one JSON object at a time."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from benchmarks.standard import fields, tables_in

Record = dict[str, Any]


def lines(path: Path) -> Iterator[Record]:
    """The objects of a JSON Lines file."""
    with path.open("rb") as file:
        for line in file:
            yield orjson.loads(line)


def csv_records(table: str, path: Path) -> Iterator[Record]:
    """The records of a CSV file as JSON values: empty cells left out, numbers and booleans converted if they can be."""
    convert = {field["name"]: _CONVERT[field["type"]] for field in fields(table) if field["type"] in _CONVERT}
    with path.open(newline="", encoding="utf-8") as file:
        cells = csv.reader(file, strict=True)
        names = next(cells)
        for row in cells:
            yield {name: _value(convert, name, cell) for name, cell in zip(names, row, strict=True) if cell}


def package(folder: Path) -> Iterator[tuple[str, Iterator[Record]]]:
    """Each table of a package with its records, from JSON Lines or CSV."""
    for table, path in tables_in(folder, ".jsonl").items():
        yield table, lines(path)
    for table, path in tables_in(folder, ".csv").items():
        yield table, csv_records(table, path)


def _value(convert: Mapping[str, Callable[[str], Any]], name: str, cell: str) -> Any:
    if name not in convert:
        return cell
    try:
        return convert[name](cell)
    except (ValueError, KeyError):
        return cell


_CONVERT: Final[Mapping[str, Callable[[str], Any]]] = {
    "integer": int,
    "number": float,
    "boolean": {"true": True, "false": False}.__getitem__,
}
