"""Records as CSV: UTF-8, CRLF, quotation marks only where needed, an empty cell where there is no value."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import IO, Final

import pyarrow as pa

LINE_END: Final = "\r\n"


def write_csv(target: IO[bytes], columns: Sequence[str], batches: Iterable[pa.RecordBatch]) -> None:
    """A header, and a row for each record of text columns."""
    text = io.TextIOWrapper(target, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, lineterminator=LINE_END)
    writer.writerow(columns)
    for batch in batches:
        writer.writerows(zip(*(column.to_pylist() for column in batch.columns), strict=True))
    text.flush()
    text.detach()


def csv_bytes(content: pa.Table) -> bytes:
    """A table of text columns as CSV."""
    buffer = io.BytesIO()
    write_csv(buffer, content.column_names, content.to_batches())
    return buffer.getvalue()
