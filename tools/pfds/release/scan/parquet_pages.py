"""The pages of a Parquet file, decompressed: also the entries of dictionaries that no record uses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

import pyarrow as pa
from pyarrow import parquet

from pfds.release.scan.thrift import Struct, read_struct

_DICTIONARY_PAGE, _DATA_PAGE, _DATA_PAGE_V2 = 2, 0, 3
_HEADER: Final = 1 << 16
_LEVELS: Final = (5, 6)
_V1, _V2 = 5, 8
_PLAIN: Final = 0
_DICTIONARY_ENCODINGS: Final = (2, 8)
_CODECS: Final = {
    "SNAPPY": "snappy",
    "GZIP": "gzip",
    "BROTLI": "brotli",
    "ZSTD": "zstd",
    "LZ4": "lz4_raw",
    "LZ4_RAW": "lz4_raw",
}


@dataclass(frozen=True, slots=True)
class Page:
    """One decompressed page: its column, its bytes, its texts if it is a dictionary of texts, whether it has no values
    but those of the dictionary, and whether it is nothing but texts and their lengths."""

    column: str
    data: bytes
    texts: tuple[bytes, ...]
    of_dictionary: bool
    only_texts: bool


def pages(file: parquet.ParquetFile, raw: BinaryIO) -> Iterator[Page]:
    """Every page of every column. Raises ValueError or an error of Arrow for what cannot be decoded."""
    for group in range(file.metadata.num_row_groups):
        for number in range(file.metadata.num_columns):
            chunk = file.metadata.row_group(group).column(number)
            start = chunk.dictionary_page_offset if chunk.has_dictionary_page else chunk.data_page_offset
            place, end = min(start, chunk.data_page_offset), 0
            end = place + chunk.total_compressed_size
            while place < end:
                raw.seek(place)
                header, length = read_struct(raw.read(_HEADER))
                size = header[3]
                raw.seek(place + length)
                data = _decompressed(header, raw.read(size), chunk.compression)
                texts = tuple(_texts(data)) if _is_texts(header, chunk) else ()
                yield Page(chunk.path_in_schema, data, texts, _of_dictionary(header), _only_texts(header, chunk))
                place += length + size


def _decompressed(header: Struct, data: bytes, compression: str) -> bytes:
    if compression == "UNCOMPRESSED":
        return data
    levels = 0
    if header[1] == _DATA_PAGE_V2:
        levels = sum(header[_V2].get(field, 0) for field in _LEVELS)
        if header[_V2].get(7) is False:
            return data
    codec = pa.Codec(_CODECS[compression])
    size = header[2] - levels
    return data[:levels] + (codec.decompress(data[levels:], size, asbytes=True) if size else b"")


def _of_dictionary(header: Struct) -> bool:
    return header[1] == _DICTIONARY_PAGE or _encoding(header) in _DICTIONARY_ENCODINGS


def _only_texts(header: Struct, chunk: parquet.ColumnChunkMetaData) -> bool:
    is_data = header[1] != _DICTIONARY_PAGE
    return bool(is_data and chunk.physical_type == "BYTE_ARRAY" and _encoding(header) == _PLAIN)


def _encoding(header: Struct) -> int:
    field, encoding = (_V2, 4) if header[1] == _DATA_PAGE_V2 else (_V1, 2)
    return int(header[field][encoding])


def _is_texts(header: Struct, chunk: parquet.ColumnChunkMetaData) -> bool:
    return bool(header[1] == _DICTIONARY_PAGE and chunk.physical_type == "BYTE_ARRAY")


def _texts(data: bytes) -> Iterator[bytes]:
    place = 0
    while place < len(data):
        size = int.from_bytes(data[place : place + 4], "little")
        yield data[place + 4 : place + 4 + size]
        place += 4 + size
