"""The public part of a dataset, laid aside as plain text: all that a release is made of.

Whoever writes a release begins when this is complete and the dataset is closed, and is given nothing of the dataset.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa
from pyarrow import parquet

from pfds.checks.database import Database
from pfds.editions.about import About
from pfds.release.account import TableRows, accounted
from pfds.release.chain import Past
from pfds.release.dataset import in_order, opened, public
from pfds.release.disclose import Disclosure, disclose
from pfds.release.disk import PRIVATE, replace_file
from pfds.release.hanging import SIGNED
from pfds.release.kept_back import given_back, left_now
from pfds.release.ledger import Ledger, refuse_undecided
from pfds.release.protected import Names, Origins, protected_names
from pfds.release.redactions import Cell
from pfds.release.scan.private_values import protected_values
from pfds.release.tombstones import UNSTATED, Tombstone
from pfds.release.uniqueness import Alike, alike, refuse_unique, report
from pfds.release.withdraw import Withdrawal, refuse_lost, refuse_returned
from pfds.standard.model import Standard, Table

BATCH_ROWS: Final = 1 << 15


@dataclass(frozen=True, slots=True)
class Private:
    """A dataset that was validated, in a private folder: the text of its records (`pfds.checks.run.Options.text`),
    room for what is made of them, the SHA-256 of each file that was sent, and how many records of each table were found
    to have nothing to correct, if that is known."""

    text: Path
    room: Path
    inputs: tuple[str, ...] = ()
    accepted: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Guard:
    """What protects beyond a single release: the file of the ledger, whether to go on where it does not tell what the
    release before kept back, how many rows that stand for somebody protected must look the same, and where to say how
    many do. Both files are for the maintainers only."""

    ledger: Path | None = None
    unknown_accepted: bool = False
    minimum_group: int = 1
    groups: Path | None = None


NO_GUARD: Final = Guard()


@dataclass(frozen=True, slots=True)
class Projection:
    """The public part, in a folder of its own: a Parquet file of text for each table, ordered by identifier.

    The rest is for the gates: what was kept back, the names and values that stand nowhere, the texts that a reviewer
    has signed, the rows that stand for somebody protected, the ledger with this release, and what became of the rows
    of each table.
    """

    folder: Path
    disclosure: Disclosure
    names: Names
    values: Origins
    signed: frozenset[Cell]
    alike: list[Alike]
    ledger: Ledger | None
    rows: tuple[TableRows, ...] = ()

    @property
    def marked(self) -> list[Tombstone]:
        """Records that the dataset itself calls withdrawn."""
        return [Tombstone(name, key, UNSTATED) for name, ids in self.disclosure.withdrawn.items() for key in ids]

    def batches(self, table: Table) -> Iterator[pa.RecordBatch]:
        """The public records of a table, some at a time."""
        with parquet.ParquetFile(self.folder / f"{table.name}.parquet") as file:
            yield from file.iter_batches(BATCH_ROWS)


def project(
    standard: Standard,
    private: Private,
    about: About,
    before: Past,
    withdrawal: Withdrawal,
    guard: Guard = NO_GUARD,
    ledger: Ledger | None = None,
) -> Projection:
    """Makes the public part of a dataset, and closes the dataset.

    ``ledger`` is what earlier releases kept back, if it is known. Raises GateRefused if the dataset must not be
    published as it stands.
    """
    folder, released = private.room / "public", standard.released
    folder.mkdir(mode=0o700)
    with opened(standard, private.text, private.room) as dataset:
        refuse_returned(standard, dataset, before.tombstones)
        disclosure = disclose(released, dataset, about.as_of, withdrawal.ids)
        refuse_lost(standard, dataset, withdrawal)
        rows = alike(dataset)
        if guard.groups:
            replace_file(guard.groups.parent, guard.groups, report(rows).encode("utf-8"), PRIVATE)
        refuse_unique(rows, guard.minimum_group, disclosure.decided)
        kept = ledger and _remembered(released, dataset, about, disclosure, ledger)
        names, values = protected_names(standard, dataset), protected_values(released, dataset)
        signed = frozenset(dataset.rows(f"SELECT id, field FROM {SIGNED}"))
        laid = {
            name: _lay(table, in_order(dataset, table, public(name)), folder / f"{name}.parquet")
            for name, table in released.tables.items()
        }
        every_row = accounted(standard, dataset, laid, private.accepted)
    return Projection(folder, disclosure, names, values, signed, rows, kept, every_row)


def _remembered(standard: Standard, dataset: Database, about: About, disclosure: Disclosure, ledger: Ledger) -> Ledger:
    """The ledger with this release. Raises GateRefused if it gives back what an earlier one kept back."""
    left = left_now(standard, dataset, disclosure)
    refuse_undecided(list(given_back(standard, dataset, disclosure, ledger.before(about.version), left)))
    return ledger.with_release(about.version, about.as_of, left)


def _lay(table: Table, batches: Iterable[pa.RecordBatch], path: Path) -> int:
    """Text without dictionaries: nothing stands in the file but the cells of its rows. Returns how many these are."""
    names = [field.name for field in table.fields if field.disclosure == "public"]
    schema = pa.schema([(name, pa.string()) for name in names])
    with parquet.ParquetWriter(path, schema, compression="lz4", use_dictionary=False) as file:
        rows = 0
        for batch in batches:
            file.write_batch(batch.cast(schema))
            rows += batch.num_rows
    return rows
