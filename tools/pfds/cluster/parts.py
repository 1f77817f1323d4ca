"""Tables in parts: a folder `events`, `events.csv`, `events.parquet` … holds files that together are one table."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Final

from pfds.intake.paths import DiskEntry
from pfds.intake.problems import problem, shown
from pfds.intake.survey import (
    BELOW,
    DATA_SUFFIXES,
    FORM,
    TABLE_SUFFIXES,
    Entry,
    Source,
    Survey,
    suffix_of,
    survey,
)
from pfds.intake.tables import UnreadableInput
from pfds.standard.findings import Origin
from pfds.standard.model import Standard

_ASIDE: Final = (".", "_")
"""What names begin with that programs lay beside the parts, such as `_SUCCESS`."""


def survey_parts(path: Path, standard: Standard) -> Survey:
    """What a folder on disk holds, tables in parts among it; raises UnreadableInput."""
    try:
        entries = [DiskEntry(entry) for entry in sorted(path.iterdir())]
        parts = {
            entry: [DiskEntry(part) for part in entry.path.iterdir()]
            for entry in entries
            if table_in_parts(entry, standard) and not entry.is_link()
        }
    except OSError as error:
        raise UnreadableInput(f"The folder {path} cannot be opened.") from error
    return survey_with_parts([entry for entry in entries if entry not in parts], parts.items(), standard, str(path))


def table_in_parts(entry: Entry, standard: Standard) -> str | None:
    """The table that a folder holds in parts, if it is named after one."""
    stem, suffix = PurePosixPath(entry.name).stem, suffix_of(entry.name)
    named = stem in standard.tables and suffix in ("", *TABLE_SUFFIXES)
    return stem if named and entry.is_folder() else None


def survey_with_parts(
    entries: Iterable[Entry], folders: Iterable[tuple[Entry, Iterable[Entry]]], standard: Standard, place: str
) -> Survey:
    """What a folder holds: ``entries``, and ``folders`` of parts with the entries of each."""
    held = Survey(list(standard.tables))
    for folder, parts in folders:
        table = table_in_parts(folder, standard) or ""
        for part in sorted(parts, key=lambda part: part.name):
            _add(held, folder, part, table)
    return survey(entries, held, standard, f"The folder {place}")


def _add(held: Survey, folder: Entry, part: Entry, table: str) -> None:
    file, suffix = f"{shown(folder.name)}/{shown(part.name)}", suffix_of(part.name)
    if part.name.startswith(_ASIDE):
        return
    if part.is_folder():
        facts = {"name": f"{file}/", "similar": "", "suggestion": BELOW}
        held.findings.append(problem("table-unknown", Origin(f"{file}/"), facts=facts))
    elif suffix in TABLE_SUFFIXES:
        held.sources.append(Source(part, file, table))
    elif suffix in DATA_SUFFIXES:
        held.findings.append(problem("file-unreadable", Origin(file), table=table, facts={"problem": FORM}))
        held.partial.add(table)
