"""The reader of each form of file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import BinaryIO, Final

import pyarrow as pa

from pfds.intake.columnar_file import ARROW, PARQUET, ColumnarFile
from pfds.intake.csv_file import CsvFile
from pfds.intake.json_document import JsonDocument
from pfds.intake.problems import nothing_read
from pfds.intake.stream import HashedStream
from pfds.intake.tables import Reader, Reading, Task
from pfds.standard.findings import Finding, Skipped
from pfds.standard.model import Standard, Table


def _csv(stream: HashedStream, _: BinaryIO, file: str, table: Table) -> Reader:
    return CsvFile(stream, file, table)


def _columnar(form: tuple[Callable[..., object], str]) -> Callable[[HashedStream, BinaryIO, str, Table], Reader]:
    def reader(stream: HashedStream, content: BinaryIO, file: str, table: Table) -> Reader:
        return ColumnarFile(stream, pa.PythonFile(content, "r"), file, table, form)  # type: ignore[arg-type]

    return reader


TABLE_READERS: Final[Mapping[str, Callable[[HashedStream, BinaryIO, str, Table], Reader]]] = MappingProxyType(
    {".csv": _csv, ".parquet": _columnar(PARQUET), ".arrow": _columnar(ARROW), ".feather": _columnar(ARROW)}
)
"""By suffix, the reader of a file that holds one table."""


def open_reader(stream: BinaryIO, size: int, file: str, suffix: str, table: str | None, standard: Standard) -> Reader:
    """The reader of an open file of ``size`` bytes: of one table, or (``table`` is None) of a JSON document."""
    hashed = HashedStream(stream, size)
    if table is None:
        return JsonDocument(hashed, file, standard)
    return TABLE_READERS[suffix](hashed, stream, file, standard.tables[table])


class RefusedFile:
    """A file that is not read, for the reason that the finding gives; it holds ``table``, or may hold any."""

    def __init__(self, file: str, table: str | None, finding: Finding, standard: Standard) -> None:
        self.file = file
        self.tables = None if table is None else (table,)
        self._finding = finding
        self._standard = standard

    def tasks(self) -> Iterator[Task]:
        """One task that gives the reason."""
        yield self._read

    def _read(self) -> Reading:
        because = f"{self.file} could not be read"
        if self.tables:
            return nothing_read(self._finding, self.tables[0], self.file, because)
        skipped = (Skipped("*", because),)
        return Reading((), (self._finding,), skipped, frozenset(self._standard.tables), stops=True)

    def sha256(self) -> None:
        """A file that was not read has no hash."""

    def progress(self) -> tuple[int, int]:
        """Nothing to read."""
        return 0, 0

    def close(self) -> None:
        """Nothing is open."""
