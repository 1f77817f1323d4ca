"""DuckDB, embedded and shut in: it sees the relations given and nothing else, and keeps to its memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

import duckdb
import pyarrow as pa

from pfds.intake.columns import Integers

MEMORY_MIB: Final = 128
STREAM_ROWS: Final = 1 << 15
MOST_MEMORY_MIB: Final = 8 * 1024
"""What a statement that cannot do with less may take."""

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class _Share:
    """What the database may take of the machine: MiB of memory, and threads."""

    memory: int
    threads: int

    def more(self) -> _Share:
        """The next larger one for a statement for which memory was too little."""
        return replace(self, threads=1) if self.threads > 1 else replace(self, memory=self.memory * 2)


class Database:
    """A database in memory. What does not fit goes to ``folder``, which must be private; without one, nothing does.

    Files are read from there, and from the folder ``reads``. One of the ``threads``, by default as many as the machine
    has processors, is the caller's; each takes some memory beyond what is counted.
    """

    def __init__(
        self,
        folder: Path | None = None,
        memory: int = MEMORY_MIB,
        reads: Path | None = None,
        threads: int | None = None,
    ) -> None:
        self.connection = duckdb.connect(":memory:")
        if threads:
            self.connection.execute(f"SET threads = {threads}")
        self.connection.execute(f"SET temp_directory = '{_quoted(folder / 'duckdb') if folder else ''}'")
        self._usual: _Share | None = None
        self._now: _Share | None = None
        if folder:
            self._usual = _Share(memory, self.row("SELECT current_setting('threads')")[0])
            self._take(self._usual)
            allowed = ", ".join(f"'{_quoted(each)}'" for each in (folder, reads) if each)
            self.connection.execute(f"SET allowed_directories = [{allowed}]")
        self.connection.execute("SET python_enable_replacements = false")
        self.connection.execute("SET enable_external_access = false")

    def relate(self, name: str, content: pa.Table | Path) -> None:
        """Make a table, a Parquet file, or all files of a folder in the order of their names, known under a name."""
        if isinstance(content, Path):
            files = sorted(content.iterdir()) if content.is_dir() else [content]
            listed = ", ".join(f"'{_quoted(file)}'" for file in files)  # a pattern would take brackets for one as well
            self.connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet([{listed}])")
        else:
            self.connection.register("arriving", content)
            self.connection.execute(f"CREATE TABLE {name} AS SELECT * FROM arriving")
            self.connection.unregister("arriving")

    def view(self, name: str, select: str) -> None:
        """Make a statement known under a name."""
        self.connection.execute(f"CREATE VIEW {name} AS {select}")

    def keep(self, selects: Mapping[str, str]) -> dict[str, int]:
        """Keep what each statement gives under its name; returns how many rows each is."""
        return {name: self._keep(name, select) for name, select in selects.items()}

    def _keep(self, name: str, select: str) -> int:
        (rows,) = self.row(f"CREATE OR REPLACE TABLE {name} AS {select}")
        return int(rows)

    def extend(self, name: str, other: str) -> None:
        """Add the rows of another relation to one that is kept."""
        self._with_memory(partial(self.connection.execute, f"INSERT INTO {name} FROM {other}"))

    def numbers(self, selects: Sequence[str]) -> list[int]:
        """The one number that each statement gives; one after the other, so that memory is bounded."""
        return [int(self.row(select)[0]) for select in selects]

    def row(self, select: str, parameters: Sequence[Any] = ()) -> tuple[Any, ...]:
        """The only row that a statement gives."""
        (found,) = self.rows(select, parameters)
        return found

    def rows(self, select: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows that a statement gives."""
        return self._with_memory(lambda: self.connection.execute(select, list(parameters)).fetchall())

    def column(self, select: str) -> Iterator[Integers]:
        """The one column of whole numbers that a statement gives, in batches."""
        return (batch.column(0).to_numpy() for batch in self.batches(select, STREAM_ROWS))

    def records(self, select: str) -> list[dict[str, Any]]:
        """All rows that a statement gives, by column."""
        return self._with_memory(lambda: self.connection.sql(select).to_arrow_table().to_pylist())

    def batches(self, select: str, rows: int) -> Iterator[pa.RecordBatch]:
        """What a statement gives, in batches of about so many ``rows``.

        It is kept meanwhile: whether there is memory enough shows before the first batch.
        """
        self._with_memory(lambda: self.connection.execute(f"CREATE TABLE in_batches AS {select}"))
        try:
            yield from self.connection.sql("FROM in_batches").to_arrow_reader(rows)
        finally:
            self.connection.execute("DROP TABLE in_batches")

    def stream(self, select: str, rows: int = STREAM_ROWS, parameters: Sequence[Any] = ()) -> Iterator[pa.RecordBatch]:
        """What a statement gives, in batches of about so many ``rows``, which are not kept.

        Until the last one is taken, nothing else can be asked.
        """
        given = list(parameters) or None
        yield from self._with_memory(lambda: self.connection.sql(select, params=given).to_arrow_reader(rows))

    def _with_memory(self, action: Callable[[], _Result]) -> _Result:
        """What an action gives. If memory is too little for it, it is tried again with one thread, which needs less,
        and then with twice the memory and so on; the next action begins as this one did."""
        if self._usual and self._now != self._usual:
            with suppress(duckdb.OutOfMemoryException):
                self._take(self._usual)
        while True:
            try:
                return action()
            except duckdb.OutOfMemoryException:
                if self._now is None or self._now.memory >= MOST_MEMORY_MIB:
                    raise
            self._take(self._now.more())

    def _take(self, share: _Share) -> None:
        self.connection.execute(f"SET threads = {share.threads}")
        self.connection.execute(f"SET memory_limit = '{share.memory}MiB'")
        self._now = share

    def close(self) -> None:
        """Let go of everything."""
        self.connection.close()


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
