"""The last step before the last look: what was written is read again and compared with what was to be written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pyarrow as pa

from pfds.editions.public import Public
from pfds.editions.read_again import written_otherwise
from pfds.editions.tables import canonical_batch, csv_path, parquet_path, text_batches
from pfds.forms.rows import Rows, first_difference
from pfds.intake.submission import open_submission
from pfds.intake.tables import Reader
from pfds.release.projection import Projection
from pfds.release.versions import GateRefused
from pfds.standard.model import Table


def refuse_written_otherwise(public: Public, shown: Projection, *, editions: bool) -> None:
    """Raises GateRefused if a table of a release, or an edition that holds records, is not what was to be written."""
    for path in (*_tables(public, shown), *(written_otherwise(public) if editions else ())):
        raise GateRefused(
            f"Read again, {path} does not hold what was to be written. Nothing was published. This is a defect of ours:"
            " please report it together with the command."
        )


def _tables(public: Public, shown: Projection) -> Iterator[str]:
    """CSV tables as a submission is read, and Parquet tables, each with the public part of the dataset."""
    with ExitStack() as stack:
        readers: dict[str, Reader] = {}
        for reader in open_submission([public.folder / "data"], public.standard).files:
            stack.callback(reader.close)
            readers |= dict.fromkeys(reader.tables or (), reader)
        for name in public.rows:
            table = public.standard.tables[name]
            if name not in readers or not _is_same(table, shown, _records(readers[name])):
                yield csv_path(name)
            if not _is_same(table, shown, text_batches(table, public.folder / parquet_path(name))):
                yield parquet_path(name)


def _records(reader: Reader) -> Iterator[pa.RecordBatch]:
    for task in reader.tasks():
        for text in task().tables:
            yield from text.cells.to_batches()


def _is_same(table: Table, shown: Projection, found: Iterator[pa.RecordBatch]) -> bool:
    rows = Rows(canonical_batch(table, batch) for batch in shown.batches(table))
    for batch in found:
        if not batch.num_rows:
            continue
        wanted = rows.take(batch.num_rows)
        if wanted is None or set(batch.schema.names) != set(wanted.column_names):
            return False
        cells = pa.Table.from_batches([batch])
        if any(first_difference(wanted.column(name), cells.column(name)) is not None for name in wanted.column_names):
            return False
    return not rows.are_left()
