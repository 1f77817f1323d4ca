"""What the checks between records ask of a database, and of the place where columns were laid aside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

import pyarrow as pa

from pfds.intake.columns import Integers

Maker: TypeAlias = tuple[str, Callable[[pa.RecordBatch], pa.Table]]
"""A statement, and what makes the rows of a relation from each batch of what it gives."""


class Sql(Protocol):
    """A database that understands the SQL of DuckDB, as far as our statements and the rules use it."""

    def relate(self, name: str, content: Any) -> None:
        """Make an Arrow table, or what was laid aside, known under a name."""

    def view(self, name: str, select: str) -> None:
        """Make a statement known under a name."""

    def keep(self, selects: Mapping[str, str]) -> dict[str, int]:
        """Keep what each statement gives under its name; returns how many rows each is."""

    def numbers(self, selects: Sequence[str]) -> list[int]:
        """The one number that each statement gives."""

    def row(self, select: str) -> tuple[Any, ...]:
        """The only row that a statement gives."""

    def rows(self, select: str) -> list[tuple[Any, ...]]:
        """All rows that a statement gives, which must be few."""

    def column(self, select: str) -> Iterator[Integers]:
        """The one column of whole numbers that a statement gives, some at a time: there may be many."""

    def records(self, select: str) -> list[dict[str, Any]]:
        """All rows that a statement gives, by column; they must be few."""


class Laid(Protocol):
    """Relations laid aside while cells were judged."""

    def rows(self, name: str) -> int:
        """Number of rows of a relation."""

    def schema(self, name: str) -> pa.Schema | None:
        """Columns of a relation; None if there is no such relation."""

    def close(self, name: str) -> Any:
        """All rows of a relation, to which none are added any more, for `Sql.relate`."""

    def derived(self, name: str, schema: pa.Schema, makers: Iterable[Maker], database: Any) -> Any:
        """A relation made from the batches of statements, after the rows that were laid aside, for `Sql.relate`."""
