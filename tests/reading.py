"""All that a reader gives, in one piece: how tests look at what was read."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from pfds.intake.columns import HeldColumns
from pfds.intake.metadata import merge_meta
from pfds.intake.stream import HashedStream
from pfds.intake.submission import open_document, open_submission
from pfds.intake.tables import InputFile, Reader, Reading, Submission, Task, TextTable
from pfds.standard.findings import Finding, Skipped
from pfds.standard.model import Standard


def stream_of(data: bytes) -> HashedStream:
    return HashedStream(io.BytesIO(data), len(data))


def read_whole(reader: Reader) -> Reading:
    """Every piece of a file put together, rows counted from the first record of each table."""
    tables: dict[str, list[TextTable]] = {}
    whole = Reading()
    for task in reader.tasks():
        piece = task()
        base = {name: sum(len(part.rows) for part in parts) for name, parts in tables.items()}
        for table in piece.tables:
            tables.setdefault(table.table, []).append(table.after(base.get(table.table, 0)))
        whole = Reading(
            (),
            (*whole.findings, *(_moved(finding, base.get(finding.table or "", 0)) for finding in piece.findings)),
            (*whole.skipped, *piece.skipped),
            whole.partial | piece.partial,
            {**whole.meta, **piece.meta},
            piece.stops,
        )
        if piece.stops:
            break
    return replace(whole, tables=tuple(_joined(parts) for parts in tables.values()))


def _moved(finding: Finding, base: int) -> Finding:
    return finding if finding.row is None else finding._replace(row=finding.row + base)


def _joined(parts: Sequence[TextTable]) -> TextTable:
    names = list(dict.fromkeys(name for part in parts for name in part.cells.column_names))
    refused = {name for part in parts for name in part.refused}
    return replace(
        parts[0],
        columns=HeldColumns(pa.concat_tables([part.cells for part in parts], promote_options="default").select(names)),
        rows=np.concatenate([part.rows for part in parts]),
        lines=np.concatenate([part.lines for part in parts]),
        damaged=np.concatenate([part.damaged for part in parts]),
        refused={
            name: np.concatenate([part.refused.get(name, np.zeros(len(part.rows), np.bool_)) for part in parts])
            for name in refused
        },
        accepted=all(part.accepted for part in parts if len(part.rows)),
    )


@dataclass(frozen=True, slots=True)
class Held:
    """A submission of which all files were read."""

    tables: tuple[TextTable, ...]
    files: tuple[InputFile, ...]
    meta: Mapping[str, object]
    findings: tuple[Finding, ...]
    skipped: tuple[Skipped, ...]
    complete: bool
    partial: frozenset[str]

    def opened(self) -> Submission:
        """The same submission, to be validated."""
        return Submission(
            tuple(HeldTable(table) for table in self.tables),
            self.meta,
            self.findings,
            self.skipped,
            self.complete,
            self.partial,
        )


class HeldTable:
    """A table in memory as a file that holds it."""

    def __init__(self, text: TextTable) -> None:
        self.file = text.file
        self.tables = (text.table,)
        self._text = text

    def tasks(self) -> Iterator[Task]:
        yield lambda: Reading((self._text,))

    def sha256(self) -> str:
        return ""

    def progress(self) -> tuple[int, int]:
        return 0, 0

    def close(self) -> None: ...


def read_submission(paths: Sequence[Path], standard: Standard) -> Held:
    """Everything that the paths hold."""
    return held(open_submission(paths, standard), standard)


def read_document(data: bytes, name: str, standard: Standard) -> Held:
    """Everything that a document holds."""
    return held(open_document(data, name, standard), standard)


def _rows(reading: Reading) -> list[tuple[str | None, int]]:
    found: list[tuple[str | None, int]] = [(text.table, len(text.rows)) for text in reading.tables]
    return found or [(None, 0)]


def held(submission: Submission, standard: Standard) -> Held:
    """Every file of a submission, read to its end."""
    order = list(standard.tables)
    readings = [(reader, read_whole(reader), reader.sha256()) for reader in submission.files]
    meta, repeated = dict(submission.meta), []
    for reader, reading, _ in readings:
        repeated += merge_meta(meta, reading.meta, reader.file)
        reader.close()
    files = [
        InputFile(reader.file, digest, table, rows)
        for reader, reading, digest in readings
        if digest is not None
        for table, rows in _rows(reading)
    ]
    return Held(
        tables=tuple(
            sorted(
                (text for _, reading, _ in readings for text in reading.tables),
                key=lambda text: (order.index(text.table), text.file),
            )
        ),
        files=tuple(sorted(files, key=lambda f: (order.index(f.table) if f.table else len(order), f.file))),
        meta=meta,
        findings=(
            *submission.findings,
            *(found for _, reading, _ in readings for found in reading.findings),
            *repeated,
        ),
        skipped=(*submission.skipped, *(skip for _, reading, _ in readings for skip in reading.skipped)),
        complete=submission.complete,
        partial=submission.partial.union(*(reading.partial for _, reading, _ in readings)),
    )
