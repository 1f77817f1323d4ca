"""Records as JSON: a key for each cell that is filled, numbers and truth values as JSON has them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

import pyarrow as pa

from pfds.forms.staged import Staged
from pfds.standard.model import Field

_quoted: Final[Callable[[str], str]] = json.JSONEncoder(ensure_ascii=False).encode


def record_texts(fields: Sequence[Field], batches: Iterable[pa.RecordBatch]) -> Iterator[str]:
    """The JSON text of each record. Numbers keep the digits of their cells, which must be sound."""
    keys = [f"{_quoted(field.name)}: " for field in fields]
    writers = [_quoted if field.json_type == "string" else str for field in fields]
    for batch in batches:
        for cells in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            filled = (
                f"{key}{write(cell)}" for key, write, cell in zip(keys, writers, cells, strict=True) if cell is not None
            )
            yield "{" + ", ".join(filled) + "}"


def json_lines(fields: Sequence[Field], batches: Iterable[pa.RecordBatch]) -> Iterator[str]:
    """Records as JSON Lines."""
    return (f"{record}\n" for record in record_texts(fields, batches))


def json_document(staged: Staged) -> Iterator[str]:
    """A whole submission as one document, a record on each line, in parts."""
    yield '{\n "meta": ' + meta_text(staged.meta, indent=1).replace("\n", "\n ")
    for part in staged.tables:
        yield f",\n {_quoted(part.table.name)}: ["
        for number, record in enumerate(record_texts(part.fields, part.batches())):
            yield f"{',' if number else ''}\n  {record}"
        yield "\n ]" if part.rows else "]"
    yield "\n}\n"


def meta_text(meta: Mapping[str, object], indent: int = 2) -> str:
    """The metadata of a submission as JSON."""
    return json.dumps(meta, ensure_ascii=False, indent=indent)
