"""One side of a comparison: the tables, fields and codes of a release, from its folder or as it was just built."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.csv as pv
import pyarrow.parquet as pq

from pfds.editions.tables import csv_path
from pfds.release.manifest import MANIFEST, BrokenManifest, differences, file_hash, files_in, read_manifest
from pfds.release.versions import version_key

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,62}")
_HASH: Final = re.compile(r"sha256:[0-9a-f]{64}")
_STANDARD: Final = re.compile(r"[0-9]{1,5}\.[0-9]{1,5}\.[0-9]{1,5}")
_BLOCK: Final = 1 << 24
"""Bytes of CSV read at once; no record is longer."""
_WRONG: Final = (
    OSError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RecursionError,
    pa.ArrowException,
    csv.Error,
)


class NotARelease(Exception):
    """A folder that cannot be compared; its text is one sentence."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a reader of a column relies on: its type, its format, and the constraints of its values."""

    type: str
    format: str
    constraints: Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """One table of a release: its columns in order, the identifier first, and the hash of its CSV file."""

    name: str
    columns: Mapping[str, Shape]
    hash: str
    write: Callable[[Path], None]
    """Writes the records as text columns into a Parquet file. Raises NotARelease."""

    @property
    def key(self) -> str:
        """The column of the identifier."""
        return next(iter(self.columns))


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One release of two. ``manifest`` is the hash of its manifest, empty for one that is not published yet."""

    version: str
    standard: str
    manifest: str
    sheets: Mapping[str, Sheet]
    codes: Mapping[str, frozenset[str]]


def published_side(folder: Path) -> Side:
    """The release in a folder, every file of which is as its manifest says. Raises NotARelease."""
    try:
        manifest = read_manifest(folder)
        if damage := next(differences(folder, manifest), None):
            raise NotARelease(f"{folder} is not a readable release: {damage}")
        return _folder_side(folder, manifest, file_hash(folder / MANIFEST))
    except BrokenManifest as broken:
        raise NotARelease(f"{folder} is not a readable release: {broken}") from None
    except _WRONG:
        raise NotARelease(
            f"{folder} is not a readable release: its descriptions do not have the form that a release has."
        ) from None


def built_side(folder: Path) -> Side:
    """The release in a folder, which was just built and has no manifest yet."""
    return _folder_side(folder, sorted(files_in(folder)), "")


def _folder_side(folder: Path, paths: Iterable[str], manifest: str) -> Side:
    return _side(
        lambda path: (folder / path).read_bytes(),
        paths,
        manifest,
        lambda name, columns: _from_csv(folder / csv_path(name), columns),
    )


def _side(
    read: Callable[[str], bytes],
    paths: Iterable[str],
    manifest: str,
    writer: Callable[[str, tuple[str, ...]], Callable[[Path], None]],
) -> Side:
    package = json.loads(read("datapackage.json"))
    version_key(package["version"])
    sheets = {}
    for resource in package["resources"]:
        if resource["path"].startswith("data/"):
            name, columns = _checked(_NAME, resource["name"]), _columns(resource)
            if resource["path"] != csv_path(name):
                raise ValueError(name)
            digest = _checked(_HASH, resource["hash"])
            sheets[name] = Sheet(name, columns, digest, writer(name, tuple(columns)))
    codes = {
        path.removeprefix("codelists/").removesuffix(".csv"): frozenset(_codes(read(path)))
        for path in sorted(paths)
        if path.startswith("codelists/") and path.endswith(".csv")
    }
    return Side(package["version"], _checked(_STANDARD, package["x-standard"]), manifest, sheets, codes)


def _checked(form: re.Pattern[str], text: str) -> str:
    if not form.fullmatch(text):
        raise ValueError(text)
    return text


def _columns(resource: Mapping[str, Any]) -> dict[str, Shape]:
    columns = {
        _checked(_NAME, field["name"]): Shape(field["type"], field.get("format", ""), field.get("constraints", {}))
        for field in resource["schema"]["fields"]
    }
    if resource["schema"]["primaryKey"] not in (next(iter(columns)), [next(iter(columns))]):
        raise ValueError(resource["name"])
    return columns


def _codes(data: bytes) -> Iterator[str]:
    for row in csv.DictReader(io.StringIO(data.decode("utf-8"), newline=""), strict=True):
        yield row["code"]


def _from_csv(path: Path, columns: tuple[str, ...]) -> Callable[[Path], None]:
    def write(target: Path) -> None:
        try:
            with _opened(path, columns) as reader:
                if tuple(reader.schema.names) != columns:
                    raise NotARelease(f"{path} does not have the columns that its description names.")
                _write(target, columns, iter(reader))
        except _WRONG:
            raise NotARelease(f"{path} cannot be read as the CSV file of a release.") from None

    return write


def _opened(path: Path, columns: tuple[str, ...]) -> pv.CSVStreamingReader:
    return pv.open_csv(
        path,
        read_options=pv.ReadOptions(block_size=_BLOCK),
        parse_options=pv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        convert_options=pv.ConvertOptions(
            column_types=dict.fromkeys(columns, pa.string()), null_values=[""], strings_can_be_null=True
        ),
    )


def _write(target: Path, columns: tuple[str, ...], batches: Iterable[pa.RecordBatch]) -> None:
    schema = pa.schema([(name, pa.string()) for name in columns])
    with pq.ParquetWriter(target, schema, compression="zstd", compression_level=1) as file:
        for batch in batches:
            file.write_batch(batch)
