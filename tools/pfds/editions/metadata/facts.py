"""The facts that the descriptions of a release for catalogues and archives are made from, gathered once.

A fact that is not known is None or empty, and then stands in no description: no identifier, address or name is made up.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from pfds.checks.database import Database
from pfds.editions.about import About, package_about
from pfds.editions.public import Public
from pfds.standard.model import Standard, Table

CSV = "text/csv"
PARQUET = "application/vnd.apache.parquet"

_HAPPENED = (("events", "event_date"), ("cases", "date_opened"), ("cases", "date_closed"))
"""When something happened. Dates until when a measure is to last, or for which a status is true, are none of these."""
_PLACED = ("events", "cases")
_WORDED = (("names", "lang"), ("claims", "quote_lang"))
"""Columns with the language of a text that stands in the release."""


@dataclass(frozen=True, slots=True)
class File:
    """A file of the release: its path there, its media type, its size in bytes and its SHA-256 in hexadecimal."""

    path: str
    media_type: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Content:
    """A released table, the number of its records, and the two files that hold them."""

    table: Table
    rows: int
    csv: File
    parquet: File

    @property
    def files(self) -> tuple[File, File]:
        """The file to read without any tool, and the typed one."""
        return self.csv, self.parquet


@dataclass(frozen=True, slots=True)
class Country:
    """A country by its ISO 3166-1 alpha-3 code and its English name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Share:
    """How many records have a code, and the English label of the code."""

    label: str
    rows: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What every description says of a release.

    ``coverage`` is the first and the last day on which something in it can have happened, ``countries`` are in the
    order of their codes, ``languages`` are BCP 47 tags, English first; ``codelists`` are files by name of the list;
    ``verification`` and ``source_types`` are the shares of the events and of the sources, the largest first.
    """

    standard: Standard
    about: About
    description: str
    coverage: tuple[date, date] | None
    countries: tuple[Country, ...]
    languages: tuple[str, ...]
    contents: tuple[Content, ...]
    codelists: tuple[tuple[str, File], ...]
    verification: tuple[Share, ...]
    source_types: tuple[Share, ...]

    @property
    def citation(self) -> str:
        """How to cite the release, in one line."""
        about = self.about
        return (
            f"{about.publisher} ({about.as_of.year}): {about.title}, release {about.version}."
            f" Press Freedom Data Standard {about.standard}."
        )

    @property
    def period(self) -> str | None:
        """The coverage as an interval of ISO 8601, `2020-10-01/2025-11-25`."""
        return self.coverage and "/".join(day.isoformat() for day in self.coverage)


def facts(public: Public) -> Facts:
    """The facts of a release; sizes and hashes are those of the files in its folder, read in pieces."""
    with TemporaryDirectory() as scratch, public.database(Path(scratch)) as database:
        return Facts(
            standard=public.standard,
            about=public.about,
            description=_description(public),
            coverage=_coverage(database),
            countries=_countries(database, public.standard),
            languages=_languages(database),
            contents=tuple(_contents(public)),
            codelists=tuple(_codelists(public)),
            verification=_shares(database, public.standard, "events", "verification"),
            source_types=_shares(database, public.standard, "sources", "source_type"),
        )


def _description(public: Public) -> str:
    counts = ", ".join(f"{public.standard.tables[name].plural.lower()}: {rows}" for name, rows in public.rows.items())
    about = public.about
    return (
        f"{package_about(about)['description']} The tables are in the form of the Press Freedom Data Standard"
        f" {about.standard}, as CSV and Parquet. Numbers of records: {counts}."
    )


def _coverage(database: Database) -> tuple[date, date] | None:
    days = " UNION ALL ".join(
        f"SELECT {name}_earliest AS earliest, {name}_latest AS latest FROM {table}" for table, name in _HAPPENED
    )
    first, last = database.row(
        f"SELECT MIN(COALESCE(earliest, latest)), MAX(COALESCE(latest, earliest)) FROM ({days}) AS days"
    )
    return (first, last) if first else None


def _countries(database: Database, standard: Standard) -> tuple[Country, ...]:
    codes = _distinct(database, [(table, "country") for table in _PLACED])
    labels = standard.codelists["country"].codes
    return tuple(Country(code, labels[code].labels["en"]) for code in codes)


def _languages(database: Database) -> tuple[str, ...]:
    """English is the language of the titles and descriptions of all records."""
    return ("en", *(tag for tag in _distinct(database, _WORDED) if tag != "en"))


def _distinct(database: Database, columns: list[tuple[str, str]] | tuple[tuple[str, str], ...]) -> list[str]:
    union = " UNION ".join(f"SELECT CAST({column} AS VARCHAR) AS code FROM {table}" for table, column in columns)
    return [code for (code,) in database.rows(f"SELECT code FROM ({union}) AS codes WHERE code IS NOT NULL ORDER BY 1")]


def _shares(database: Database, standard: Standard, table: str, column: str) -> tuple[Share, ...]:
    codes = standard.codelists[str(standard.tables[table].by_name[column].codelist)].codes
    counted = database.rows(
        f"SELECT CAST({column} AS VARCHAR) AS code, COUNT(*) FROM {table}"
        f" WHERE {column} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    return tuple(Share(codes[code].labels["en"], rows) for code, rows in counted)


def _contents(public: Public) -> Iterator[Content]:
    for name, rows in public.rows.items():
        csv = _file(public.folder, f"data/{name}.csv", CSV)
        yield Content(public.standard.tables[name], rows, csv, _file(public.folder, f"parquet/{name}.parquet", PARQUET))


def _codelists(public: Public) -> Iterator[tuple[str, File]]:
    for name in public.standard.codelists:
        yield name, _file(public.folder, f"codelists/{name}.csv", CSV)


def _file(folder: Path, path: str, media_type: str) -> File:
    with (folder / path).open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return File(path, media_type, (folder / path).stat().st_size, digest)
