"""Tables of text written chunk by chunk as CSV, JSON Lines or Parquet."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Protocol, Self

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.standard import fields

_TYPES: Final = {"integer": pl.Int32, "number": pl.Float64, "boolean": pl.Boolean, "date": pl.Date}


class Writer(Protocol):
    """A file of one table that grows by chunks."""

    def write(self, records: pl.DataFrame) -> None: ...
    def close(self) -> None: ...


class Package:
    """A folder with one file for each table, opened as its first records come."""

    def __init__(self, folder: Path, form: str) -> None:
        self._folder = folder
        self._form = form
        self._open: dict[str, Writer] = {}

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for writer in self._open.values():
            writer.close()

    def write(self, tables: Mapping[str, pl.DataFrame]) -> None:
        """Appends records to their tables."""
        for table, records in tables.items():
            if table not in self._open:
                self._open[table] = FORMS[self._form](table, self._folder / f"{table}.{self._form}")
            self._open[table].write(records)


class _Csv:
    def __init__(self, _table: str, path: Path) -> None:
        self._file = path.open("wb")
        self._begun = False

    def write(self, records: pl.DataFrame) -> None:
        records.write_csv(self._file, include_header=not self._begun, quote_style="necessary")
        self._begun = True

    def close(self) -> None:
        self._file.close()


class _JsonLines:
    def __init__(self, table: str, path: Path) -> None:
        self._table = table
        self._file: IO[bytes] = path.open("wb")

    def write(self, records: pl.DataFrame) -> None:
        pairs = [_pair(field) for field in fields(self._table)]
        lines = records.select("{" + pl.concat_str(pairs, separator=",", ignore_nulls=True) + "}").to_series()
        self._file.write("\n".join(lines).encode() + b"\n")

    def close(self) -> None:
        self._file.close()


class _Parquet:
    def __init__(self, table: str, path: Path) -> None:
        self._types = {field["name"]: _TYPES[field["type"]] for field in fields(table) if field["type"] in _TYPES}
        self._path = path
        self._writer: pq.ParquetWriter | None = None

    def write(self, records: pl.DataFrame) -> None:
        typed = records.with_columns(_typed(pl.col(name), kind) for name, kind in self._types.items())
        arrow: pa.Table = typed.to_arrow(compat_level=pl.CompatLevel.oldest())
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._path, arrow.schema, compression="zstd")
        self._writer.write_table(arrow)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()


FORMS: Final[Mapping[str, Callable[[str, Path], Writer]]] = {"csv": _Csv, "jsonl": _JsonLines, "parquet": _Parquet}


def _typed(cells: pl.Expr, kind: type[pl.DataType]) -> pl.Expr:
    if kind is pl.Boolean:
        return cells == "true"
    return cells.str.to_date("%Y-%m-%d") if kind is pl.Date else cells.cast(kind)


def _pair(field: Mapping[str, Any]) -> pl.Expr:
    """`"name":value`, or null for an empty cell; a value that is not of the type of its field stays a string."""
    cell = pl.col(field["name"])
    escaped = cell.str.replace_all("\\", "\\\\", literal=True).str.replace_all('"', '\\"', literal=True)
    quoted = '"' + escaped.str.replace_all("\n", "\\n", literal=True) + '"'
    bare = {
        "integer": cell.str.contains(r"^-?[0-9]+$"),
        "number": cell.str.contains(r"^-?[0-9]+([.][0-9]+)?$"),
        "boolean": cell.is_in(["true", "false"]),
    }.get(field["type"], pl.lit(False))
    return json.dumps(field["name"]) + ":" + pl.when(bare).then(cell).otherwise(quoted)
