"""What a worker does: reads one file, judges its cells, and lays columns aside in the work folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias

import pyarrow as pa
from pyarrow import parquet

from pfds.checks.cell_pass import CellPass
from pfds.checks.gathered import Gathered
from pfds.checks.laying import LaidColumn, Wanted
from pfds.checks.spool import Spool
from pfds.checks.tally import Tally
from pfds.intake.known_encodings import Encoding
from pfds.intake.tables import Reader, Submission, UnreadableInput
from pfds.standard.model import Standard

FILE_BITS: Final = 40
"""Records of file number n are numbered from n << FILE_BITS on, so that files need not wait for one another."""

Opener: TypeAlias = Callable[[], Reader]


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows of one relation that lie in a Parquet file of the work folder, or in a folder of them."""

    schema: pa.Schema
    rows: int
    path: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one file gave: what is to be told of it, and the relations laid aside; or why it cannot be opened."""

    gathered: Gathered
    laid: Mapping[str, Piece] = field(default_factory=dict)
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class Judge:
    """How files are judged: the columns ``wanted`` by rules, those ``laid`` aside of each table where that is decided,
    how many findings are kept of each kind, and the work ``folder``."""

    standard: Standard
    wanted: Wanted
    laid: Mapping[str, tuple[LaidColumn, ...]]
    most: int | None
    folder: Path
    encoding: Encoding | None = None

    def judge(self, number: int, attempt: int, opener: Opener) -> Outcome:
        """Judges the file of a ``number``; every ``attempt`` writes to a folder of its own."""
        folder = self.folder / f"{number}-{attempt}"
        folder.mkdir(mode=0o700)
        gathered, spool = Gathered(Tally(self.most)), Spool(folder, memory=0)
        cells = CellPass(
            self.standard, gathered, spool, self.wanted, workers=1, first=number << FILE_BITS, laid=dict(self.laid)
        )
        try:
            cells.run(Submission((opener(),)))
        except UnreadableInput as problem:
            return Outcome(gathered, refused=str(problem))
        return Outcome(gathered, {name: _piece(spool, name) for name in spool.names})


def _piece(spool: Spool, name: str) -> Piece:
    content = spool.close(name)
    if isinstance(content, Path):
        return Piece(parquet.read_schema(min(content.iterdir())), spool.rows(name), str(content))
    return Piece(content.schema, 0, "")
