"""Everything that can be read out of a file, as text: its bytes, what is packed in it, and what its form decodes to.

This knows nothing of the toolkit and of how it looks for leaks.
"""

from __future__ import annotations

import html
import io
import re
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

_ZSTD = b"\x28\xb5\x2f\xfd"
_JSON_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_BINARY = (".parquet", ".zip", ".xlsx", ".sqlite", ".dta")
_PACKED = (".parquet", ".zip", ".xlsx")


class Packed(str):
    """The bytes of something compressed, in which pieces of words follow each other at random."""

    __slots__ = ()


def layers(name: str, data: bytes) -> Iterator[str]:
    """The texts of a file: its name, its bytes in several encodings, and all that its form holds."""
    yield name
    packed = name.endswith(_PACKED)
    yield from (Packed(text) if packed else text for text in _texts(data.decode("utf-8", "ignore")))
    if name.endswith(_BINARY):
        yield from (Packed(data.decode(encoding, "ignore")) for encoding in ("utf-16-le", "utf-16-be"))
        yield Packed(data[1:].decode("utf-16-le", "ignore"))
    form = name.rpartition(".")[2]
    if form in _DECODERS:
        yield from _DECODERS[form](data)


def _texts(text: str) -> Iterator[str]:
    """A text as it stands, and with the escapes of HTML, of addresses and of JSON undone."""
    yield text
    if "&" in text:
        yield html.unescape(text)
    if "%" in text:
        yield unquote(text, errors="ignore")
    if "\\u" in text:
        yield _JSON_ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)


def _zip(data: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        yield archive.comment.decode("utf-8", "ignore")
        for member in archive.infolist():
            yield (member.comment + member.extra).decode("utf-8", "ignore")
            yield from layers(member.filename, archive.read(member))


def _xlsx(data: bytes) -> Iterator[str]:
    yield from _zip(data)
    book = openpyxl.load_workbook(io.BytesIO(data))
    for sheet in book.worksheets:
        yield sheet.title
        for row in sheet.iter_rows(values_only=True):
            yield _cells(row)


def _parquet(data: bytes) -> Iterator[str]:
    file = pq.ParquetFile(io.BytesIO(data))
    yield from _table(file.read())
    metadata = file.metadata
    yield f"{metadata.metadata} {file.schema_arrow.to_string(show_field_metadata=True)}"
    for group in range(metadata.num_row_groups):
        for column in range(metadata.num_columns):
            yield str(metadata.row_group(group).column(column))
    yield from _pages(data)


def _pages(data: bytes) -> Iterator[str]:
    """Every compressed page, that of a dictionary too: wherever a frame of Zstandard begins."""
    at = data.find(_ZSTD)
    while at >= 0:
        yield _inflated(data[at:]).decode("utf-8", "ignore")
        at = data.find(_ZSTD, at + 1)


def _inflated(data: bytes) -> bytes:
    """The first frame; what follows it is of another form and ends the reading."""
    found = bytearray()
    try:
        with pa.CompressedInputStream(pa.BufferReader(data), "zstd") as stream:
            while block := stream.read(64):
                found += block
    except OSError:
        return bytes(found)
    return bytes(found)


def _sqlite(data: bytes) -> Iterator[str]:
    database = sqlite3.connect(":memory:")
    try:
        database.deserialize(data)
        yield "\n".join(database.iterdump())
        tables = [
            name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
        ]
        for table in tables:
            for row in database.execute(f'SELECT * FROM "{table}"'):  # noqa: S608 - a file of ours
                yield _cells(row)
    finally:
        database.close()


def _dta(data: bytes) -> Iterator[str]:
    with tempfile.NamedTemporaryFile(suffix=".dta") as file:
        Path(file.name).write_bytes(data)
        opened: Any = pd.read_stata(file.name, iterator=True, convert_categoricals=False)
        with opened as reader:
            yield _frame(reader.read())
            yield str([reader.data_label, reader.variable_labels(), reader.value_labels()])


def _frame(frame: pd.DataFrame) -> str:
    return "\n".join(_cells(row) for row in frame.itertuples(index=False))


def _table(table: pa.Table) -> Iterator[str]:
    for column in table.columns:
        yield _cells(column.to_pylist())
        for chunk in column.chunks:
            if isinstance(chunk, pa.DictionaryArray):
                yield _cells(chunk.dictionary.to_pylist())


def _cells(values: object) -> str:
    assert isinstance(values, list | tuple)
    return "\n".join(str(value) for value in values if value is not None)


_DECODERS = {"zip": _zip, "xlsx": _xlsx, "parquet": _parquet, "sqlite": _sqlite, "dta": _dta}
