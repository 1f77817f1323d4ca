"""The forms that a submission can be written in: folders, an archive, a document, a workbook."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pfds.forms.csv_form import write_csv
from pfds.forms.json_form import json_document, json_lines, meta_text
from pfds.forms.parquet_form import write_parquet_table
from pfds.forms.staged import Staged, StagedTable
from pfds.intake.local_values import local_values
from pfds.intake.sheet_header import HINT
from pfds.publish.arrow_schema import arrow_type
from pfds.publish.template import NotForAWorkbook, workbook
from pfds.standard.language import Language
from pfds.standard.model import Field, Standard
from pfds.standard.phrase import Phrase

_META: Final = "meta.json"
_DATED: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be written and where; a workbook is written for people, in their language."""

    standard: Standard
    language: Language
    staged: Staged
    target: Path


@dataclass(frozen=True, slots=True)
class Form:
    """One form. ``write`` makes a new file or folder; cells of fields that it ``judges`` must be sound, because they
    are not written as text. ``meant`` are the records of a table as they are read from it again."""

    write: Callable[[Job], None]
    judges: Callable[[Field], bool]
    meant: Callable[[Standard, StagedTable], Iterator[pa.RecordBatch]] = lambda _, part: part.batches()


def as_text(_: Field) -> bool:
    """Whether a form that holds any text judges a field: it never does."""
    return False


def _as_json(field: Field) -> bool:
    return field.json_type != "string"


def _as_arrow(field: Field) -> bool:
    return field.kind != "code" and arrow_type(field) != pa.string()


def _csv_folder(job: Job) -> None:
    for name, part in _new_folder(job, ".csv"):
        with (job.target / name).open("xb") as file:
            write_csv(file, part.columns, part.batches())


def _json_lines_folder(job: Job) -> None:
    for name, part in _new_folder(job, ".jsonl"):
        with (job.target / name).open("x", encoding="utf-8", newline="") as file:
            file.writelines(json_lines(part.fields, part.batches()))


def _parquet_folder(job: Job) -> None:
    for name, part in _new_folder(job, ".parquet"):
        write_parquet_table(job.standard, part, job.target / name)


def _new_folder(job: Job, suffix: str) -> Iterator[tuple[str, StagedTable]]:
    """Makes the folder with its metadata; the name of the file of each table."""
    job.target.mkdir()
    (job.target / _META).write_text(meta_text(job.staged.meta) + "\n", "utf-8", newline="")
    yield from ((f"{part.table.name}{suffix}", part) for part in job.staged.tables)


def _archive(job: Job) -> None:
    with zipfile.ZipFile(job.target, "x", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_member(_META), meta_text(job.staged.meta) + "\n")
        for part in job.staged.tables:
            with archive.open(_member(f"{part.table.name}.csv"), "w", force_zip64=True) as file:
                write_csv(file, part.columns, part.batches())


def _member(name: str) -> zipfile.ZipInfo:
    """A member without the hour at which it was written."""
    member = zipfile.ZipInfo(name, _DATED)
    member.compress_type = zipfile.ZIP_DEFLATED
    return member


def _document(job: Job) -> None:
    with job.target.open("x", encoding="utf-8", newline="") as file:
        file.writelines(json_document(job.staged))


def _workbook(job: Job) -> None:
    records = {part.table.name: part.whole() for part in job.staged.tables}
    with job.target.open("xb") as file:
        file.write(workbook(job.standard, job.language, list(records), records, job.staged.meta))


def _as_in_a_sheet(standard: Standard, part: StagedTable) -> Iterator[pa.RecordBatch]:
    """Records as a sheet holds them: without white space at the ends, codes for their labels. Raises NotForAWorkbook
    if one of them would not be taken for a record."""
    content = part.whole()
    columns = {
        field.name: local_values(standard, field, content.column(field.name).combine_chunks(), letters=False).values
        for field in part.fields
    }
    is_record = pa.array(np.zeros(part.rows, np.bool_))
    for column in columns.values():
        is_record = pc.or_(is_record, pc.fill_null(pc.invert(pc.starts_with(column, HINT)), False))
    if (nothing := pc.index(is_record, False).as_py()) >= 0:
        raise NotForAWorkbook(
            Phrase(
                "A workbook cannot hold record {row} of the table {table}: a row without content is no record there."
                " Take it out, or choose another form.",
                row=nothing + 1,
                table=part.table.name,
            )
        )
    yield from pa.table(columns).to_batches()


FOLDERS: Final = MappingProxyType(
    {
        "csv": Form(_csv_folder, as_text),
        "jsonl": Form(_json_lines_folder, _as_json),
        "parquet": Form(_parquet_folder, _as_arrow),
    }
)
"""Forms of a folder that has a file for each table."""

FILES: Final = MappingProxyType(
    {
        ".zip": Form(_archive, as_text),
        ".json": Form(_document, _as_json),
        ".xlsx": Form(_workbook, as_text, _as_in_a_sheet),
    }
)
"""Forms of a single file, by the end of its name: a zip of CSV files, a document, a workbook."""
