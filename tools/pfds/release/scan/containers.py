"""What containers hold: each layer of a zip archive, a compressed file, a SQLite database or a Parquet file."""

from __future__ import annotations

import bz2
import gzip
import lzma
import sqlite3
import struct
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, Protocol
from urllib.parse import quote
from zipfile import BadZipFile, ZipFile, ZipInfo

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from pfds.release.scan.parquet_pages import pages
from pfds.release.scan.place import Undecodable

_ROWS: Final = 4096
_LINE: Final = pa.scalar("\n", pa.large_string())
_LOCAL_HEADER: Final = 30
_DESCRIPTOR: Final = 0x08
_ENCRYPTED: Final = 0x01
_BROKEN: Final = (OSError, EOFError, ValueError, KeyError, zlib.error, lzma.LZMAError, BadZipFile, NotImplementedError)


class Readable(Protocol):
    """A file whose content is read piece by piece."""

    def read(self, size: int = -1, /) -> bytes:
        """At most so many bytes; none at the end."""

    def close(self) -> None:
        """Ends the reading."""


@dataclass(frozen=True, slots=True)
class Layer:
    """The name of a layer, and its content: text, or bytes that are no text; and which row (1 = first) the first line
    of the text is, if it has one line for each row of a table."""

    name: str
    content: str | bytes
    row: int | None = None


def zip_members(path: Path) -> Iterator[tuple[str, Readable]]:
    """The members of an archive. Raises Undecodable, also if there are bytes that belong to no member."""
    try:
        with ZipFile(path) as archive:
            _refuse_slack(path, archive)
            for info in archive.infolist():
                if info.flag_bits & _ENCRYPTED:
                    raise Undecodable("a member of an archive that is encrypted")
                with archive.open(info) as file:
                    yield info.filename, file
    except _BROKEN:
        raise Undecodable("an archive that cannot be unpacked") from None


def zip_names(path: Path) -> Iterator[Layer]:
    """Names, comments and extra fields of an archive. Raises Undecodable."""
    try:
        with ZipFile(path) as archive:
            yield Layer("comment", archive.comment)
            for info in archive.infolist():
                yield Layer("name of a member", info.filename)
                yield Layer("comment", info.comment)
                yield Layer("extra field", info.extra)
    except _BROKEN:
        raise Undecodable("an archive that cannot be unpacked") from None


def _refuse_slack(path: Path, archive: ZipFile) -> None:
    place = 0
    with path.open("rb") as file:
        for info in sorted(archive.infolist(), key=lambda info: info.header_offset):
            if info.header_offset != place:
                raise Undecodable("an archive with bytes that belong to no member")
            place = _end(file, info)
    if place != archive.start_dir:
        raise Undecodable("an archive with bytes that belong to no member")


def _end(file: IO[bytes], info: ZipInfo) -> int:
    file.seek(info.header_offset)
    name: int
    extra: int
    name, extra = struct.unpack("<HH", file.read(_LOCAL_HEADER)[26:30])
    end = info.header_offset + _LOCAL_HEADER + name + extra + info.compress_size
    if info.flag_bits & _DESCRIPTOR:
        file.seek(end)
        signed = file.read(4) == b"PK\x07\x08"
        end += (16 if signed else 12) + (8 if info.file_size >= 1 << 32 else 0)
    return end


def decompressed(path: Path, kind: str) -> Readable:
    """The content of a compressed file."""
    if kind == "gzip":
        return gzip.open(path)
    if kind == "bzip2":
        return bz2.open(path)
    if kind == "xz":
        return lzma.open(path)
    unpacked: Readable = pa.CompressedInputStream(pa.OSFile(str(path)), "zstd")
    return unpacked


def sqlite_texts(path: Path) -> Iterator[Layer]:
    """The schema and every value of every table of a database. Raises Undecodable."""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro&immutable=1", uri=True)) as database:
            database.text_factory = lambda data: data.decode("utf-8", errors="replace")
            schema = database.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
            yield Layer("schema", "\n".join(str(cell) for row in schema for cell in row))
            for name in (name for kind, name, _ in schema if kind == "table"):
                yield from _rows(database, name)
    except sqlite3.Error:
        raise Undecodable("a database that cannot be read") from None


def _rows(database: sqlite3.Connection, table: str) -> Iterator[Layer]:
    quoted = _quoted(table)
    columns = [_quoted(name) for name, *_ in database.execute(f"SELECT * FROM {quoted} LIMIT 0").description]
    texts = (f"replace(coalesce(CAST({column} AS TEXT), ''), char(10), char(13))" for column in columns)
    rows = database.execute(f"SELECT {' || char(9) || '.join(texts)} FROM {quoted}")
    first = 1
    while batch := rows.fetchmany(_ROWS):
        yield Layer(f"table {table}", "\n".join(text for (text,) in batch), first)
        first += len(batch)
    for column in columns:
        for (blob,) in database.execute(f"SELECT {column} FROM {quoted} WHERE typeof({column}) = 'blob'"):
            yield Layer(f"table {table}", blob)


def _quoted(name: str) -> str:
    return '"{}"'.format(name.replace('"', '""'))


def parquet_texts(path: Path) -> Iterator[Layer]:
    """Metadata, statistics, pages and values of a Parquet file. Raises Undecodable."""
    try:
        with parquet.ParquetFile(path) as file, path.open("rb") as raw:
            yield Layer("metadata", "\n".join(_metadata(file)))
            only_in_dictionaries = set(file.schema_arrow.names)
            for page in pages(file, raw):
                if page.texts:
                    entries = b"\n".join(page.texts).decode("utf-8", errors="replace")
                    yield Layer(f"dictionary of {page.column}", entries)
                elif not page.only_texts:
                    yield Layer(f"pages of {page.column}", page.data)
                if not page.of_dictionary:
                    only_in_dictionaries.discard(page.column.split(".")[0])
            columns = [name for name in file.schema_arrow.names if name not in only_in_dictionaries]
            yield from _values(file, columns) if columns else ()
    except (*_BROKEN, pa.ArrowException):
        raise Undecodable("a Parquet file that cannot be read") from None


def _values(file: parquet.ParquetFile, columns: list[str]) -> Iterator[Layer]:
    first = 1
    for batch in file.iter_batches(_ROWS * 8, columns=columns):
        for column, name in zip(batch.columns, batch.schema.names, strict=True):
            yield Layer(f"column {name}", _joined(column), first)
        first += len(batch)


def _joined(column: pa.Array) -> str:
    """The values of a column as text, one in each line."""
    try:
        texts = pc.cast(column, pa.large_string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        texts = pa.array(map(_text, column.to_pylist()), pa.large_string())
    texts = pc.replace_substring(pc.fill_null(texts, ""), "\n", "\r")
    return str(pc.binary_join(pa.ListArray.from_arrays([0, len(texts)], texts), _LINE)[0])


def _text(value: object) -> str:
    return value.decode("utf-8", errors="replace") if isinstance(value, bytes) else str(value)


def _metadata(file: parquet.ParquetFile) -> Iterator[str]:
    schema, metadata = file.schema_arrow, file.metadata
    yield str(metadata.created_by)
    for pairs in (metadata.metadata, schema.metadata, *(schema.field(name).metadata for name in range(len(schema)))):
        for key, value in (pairs or {}).items():
            yield key.decode("utf-8", errors="replace")
            yield value.decode("utf-8", errors="replace")
    yield from schema.names
    for group in range(metadata.num_row_groups):
        for number in range(metadata.num_columns):
            statistics = metadata.row_group(group).column(number).statistics
            if statistics and statistics.has_min_max:
                yield str(statistics.min)
                yield str(statistics.max)
