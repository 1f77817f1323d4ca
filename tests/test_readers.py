"""Every program that researchers use reads the same from every table of a release: counts, types, cells."""

import csv
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from by_r import r_cells, r_class, read_by_r, said_cells
from kloop import STANDARD
from pfds.editions.interop.files import write_interop
from pfds.standard.model import Field, Table
from programs import needs_r
from public import public
from traps import RIGHT_TO_LEFT

Columns = dict[str, list[Any]]
Read = tuple[Columns, dict[str, str]]
"""The cells of each column, None where empty, and what the reader calls its type."""

TABLES = list(STANDARD.released.tables.values())
each_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)


@pytest.fixture(scope="module")
def traps(trapped: Path) -> Path:
    return trapped


@pytest.fixture(params=["traps", "kloop"])
def release(request: pytest.FixtureRequest, traps: Path, kloop_release: Path) -> Path:
    return {"traps": traps, "kloop": kloop_release}[request.param]


def plain(cell: Any) -> Any:
    if isinstance(cell, pd.Timestamp):
        return cell.date()
    return None if not isinstance(cell, str) and pd.isna(cell) else cell


def of_pandas(frame: pd.DataFrame) -> Read:
    cells = {name: [plain(cell) for cell in frame[name].tolist()] for name in frame.columns}
    return cells, {name: str(frame[name].dtype) for name in frame.columns}


def of_polars(frame: pl.DataFrame) -> Read:
    return frame.to_dict(as_series=False), {name: str(kind) for name, kind in frame.schema.items()}


def of_arrow(content: pa.Table) -> Read:
    return content.to_pydict(), {field.name: str(field.type) for field in content.schema}


def of_duckdb(select: str, path: Path) -> Read:
    with duckdb.connect() as connection:
        found = connection.execute(select, [str(path)])
        names = [str(column[0]) for column in found.description or ()]
        types = [str(column[1]) for column in found.description or ()]
        rows = found.fetchall()
    cells = zip(*rows, strict=True) if rows else ([] for _ in names)
    return {name: list(column) for name, column in zip(names, cells, strict=True)}, dict(zip(names, types, strict=True))


def csv_by_pandas(path: Path) -> Read:
    return of_pandas(pd.read_csv(path, dtype=str, keep_default_na=False, na_values=[""]))


def csv_by_polars(path: Path) -> Read:
    return of_polars(pl.read_csv(path, infer_schema=False))


def csv_by_duckdb(path: Path) -> Read:
    select = """SELECT * FROM
        read_csv(?, header = true, all_varchar = true, delim = ',', quote = '"', escape = '"', new_line = '\\r\\n')"""
    return of_duckdb(select, path)


def csv_by_pyarrow(path: Path) -> Read:
    with path.open(encoding="utf-8", newline="") as file:
        names = next(csv.reader(file))
    options = pyarrow.csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()), null_values=[""], strings_can_be_null=True
    )
    parsing = pyarrow.csv.ParseOptions(newlines_in_values=True)
    return of_arrow(pyarrow.csv.read_csv(path, parse_options=parsing, convert_options=options))


CSV_READERS: Mapping[str, tuple[Callable[[Path], Read], str]] = {
    "pandas": (csv_by_pandas, "str"),
    "polars": (csv_by_polars, "String"),
    "duckdb": (csv_by_duckdb, "VARCHAR"),
    "pyarrow": (csv_by_pyarrow, "string"),
}
PARQUET_READERS: Mapping[str, tuple[Callable[[Path], Read], Mapping[str, str], str]] = {
    "pandas": (
        lambda path: of_pandas(pd.read_parquet(path, dtype_backend="pyarrow")),
        {
            "code": "dictionary<values=string, indices=int32, ordered=0>[pyarrow]",
            "date": "date32[day][pyarrow]",
            "integer": "int32[pyarrow]",
            "number": "double[pyarrow]",
            "boolean": "bool[pyarrow]",
        },
        "string[pyarrow]",
    ),
    "polars": (
        lambda path: of_polars(pl.read_parquet(path)),
        {"code": "Categorical", "date": "Date", "integer": "Int32", "number": "Float64", "boolean": "Boolean"},
        "String",
    ),
    "duckdb": (
        lambda path: of_duckdb("SELECT * FROM read_parquet(?)", path),
        {"code": "VARCHAR", "date": "DATE", "integer": "INTEGER", "number": "DOUBLE", "boolean": "BOOLEAN"},
        "VARCHAR",
    ),
    "pyarrow": (
        lambda path: of_arrow(pq.read_table(path)),
        {
            "code": "dictionary<values=string, indices=int32, ordered=0>",
            "date": "date32[day]",
            "integer": "int32",
            "number": "double",
            "boolean": "bool",
        },
        "string",
    ),
}


def as_published(path: Path) -> Columns:
    """The cells of a CSV file, read by the book."""
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file, strict=True))
    return {name: [row[index] or None for row in rows] for index, name in enumerate(header)}


def typed(field: Field, cell: str | None) -> Any:
    """The value that the text of a cell stands for."""
    if cell is None:
        return None
    if field.kind == "date":
        return pd.Timestamp(cell).date()
    if field.kind == "boolean":
        return {"true": True, "false": False}[cell]
    return {"integer": int, "number": float}.get(field.kind, str)(cell)


def values(release: Path, table: Table) -> Columns:
    texts = as_published(release / "data" / f"{table.name}.csv")
    return {field.name: [typed(field, cell) for cell in texts[field.name]] for field in table.released}


@pytest.mark.parametrize("reader", CSV_READERS)
@each_table
def test_csv_is_read_cell_for_cell(release: Path, table: Table, reader: str) -> None:
    read, kind = CSV_READERS[reader]
    path = release / "data" / f"{table.name}.csv"
    cells, types = read(path)
    assert cells == as_published(path)
    assert len(next(iter(cells.values()))) == public(release).rows[table.name]
    assert set(types.values()) == {kind}


@pytest.mark.parametrize("reader", PARQUET_READERS)
@each_table
def test_parquet_is_read_value_for_value_with_its_types(release: Path, table: Table, reader: str) -> None:
    read, kinds, text = PARQUET_READERS[reader]
    cells, types = read(release / "parquet" / f"{table.name}.parquet")
    assert cells == values(release, table)
    assert types == {field.name: kinds.get(field.kind, text) for field in table.released}


@needs_r
def test_r_reads_every_table_with_its_types(release: Path, tmp_path: Path) -> None:
    (tmp_path / "loaders").mkdir()
    for folder in ("data", "codelists"):
        (tmp_path / "loaders" / folder).symlink_to(release / folder)
    write_interop(public(release), tmp_path / "loaders")
    said = read_by_r(tmp_path / "loaders", tmp_path)
    assert list(said) == [table.name for table in TABLES]
    for table in TABLES:
        expected = values(release, table)
        assert list(said[table.name]) == list(expected)
        for field in table.released:
            column = said[table.name][field.name]
            assert column["class"] == r_class(field)
            assert column["levels"] == (list(STANDARD.codes(field)) or None)
            assert said_cells(field, column["cells"]) == r_cells(field, expected[field.name])


def test_the_release_of_traps_holds_them(traps: Path) -> None:
    """So that the tests above have something to find."""
    cells = {
        cell
        for table in TABLES
        for column in as_published(traps / "data" / f"{table.name}.csv").values()
        for cell in column
    }
    assert {
        None,
        "NA",
        "null",
        "Null",
        "NULL",
        "nan",
        "001",
        "1.0",
        "1e5",
        "TRUE",
        "NAM",
        "NAD",
        RIGHT_TO_LEFT,
    } <= cells
    assert any(cell and "\n" in cell and '"' in cell and "," in cell for cell in cells)
    assert public(traps).rows["identifiers"] == 0


def test_a_reader_left_to_itself_would_misread_them(traps: Path) -> None:
    """Why the README says how to read: without it `NA` is no name and 001 is 1."""
    persons = pd.read_csv(traps / "data" / "persons.csv")
    assert persons["display_name"].isna().any()
    assert pl.read_csv(traps / "data" / "charges.csv")["article"].to_list() == [1, 1]
