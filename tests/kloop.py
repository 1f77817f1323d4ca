"""The Kloop example for tests: its records as text, copies with changed cells, and CSV files made of them."""

import copy
import csv
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from random import Random

import pyarrow as pa

from pfds.intake.columns import HeldColumns
from pfds.standard.load import load_standard
from reading import Held, read_submission

KLOOP = Path(__file__).parents[1] / "examples" / "kloop-2025"
AS_OF = date(2025, 11, 5)
SEED = 20251105
STANDARD = load_standard()

Row = dict[str, str]
Tables = dict[str, list[Row]]


def seeded(number: int = 0) -> Random:
    """Random numbers that are the same in every run, others for each ``number``."""
    return Random(SEED + number)  # noqa: S311 - test data, not secrets


def kloop_tables() -> Tables:
    """A copy of the records by table, each with its cells that are not empty."""
    return copy.deepcopy(_read())


@cache
def _read() -> Tables:
    tables: Tables = {}
    for name in STANDARD.tables:
        path = KLOOP / f"{name}.csv"
        if path.is_file():
            with path.open(encoding="utf-8", newline="") as file:
                tables[name] = [{key: cell for key, cell in row.items() if cell} for row in csv.DictReader(file)]
    return tables


@cache
def kloop_submission() -> Held:
    """The example as the toolkit reads it."""
    return read_submission([KLOOP], STANDARD)


def with_cells(submission: Held, table: str, field: str, cells: Mapping[int, str | None]) -> Held:
    """A submission with other ``cells`` in one column: index of the record (0 = first) to text, None for empty."""
    return replace(
        submission,
        tables=tuple(
            replace(text, columns=HeldColumns(_with_column(text.cells, field, cells))) if text.table == table else text
            for text in submission.tables
        ),
    )


def _with_column(table: pa.Table, field: str, cells: Mapping[int, str | None]) -> pa.Table:
    column = table.column(field).to_pylist()
    for index, cell in cells.items():
        column[index] = cell
    return table.set_column(table.column_names.index(field), field, pa.array(column, pa.string()))


def write_csv(path: Path, names: Iterable[str], rows: Iterable[Mapping[str, str]]) -> None:
    """A CSV file with the columns ``names``; what a row does not have is empty."""
    header = list(names)
    lines = [",".join(header), *(",".join(_cell(row.get(name, "")) for name in header) for row in rows)]
    path.write_bytes("".join(f"{line}\n" for line in lines).encode("utf-8"))


def _cell(text: str) -> str:
    if any(character in text for character in '",\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def write_tables(folder: Path, tables: Mapping[str, Iterable[Mapping[str, str]]]) -> None:
    """One CSV file for each table, with a column for every field."""
    for name, rows in tables.items():
        write_csv(folder / f"{name}.csv", (field.name for field in STANDARD.tables[name].fields), rows)
