"""The files of a release that describe its tables: descriptors, codelists, schemas, tombstones, terms and texts."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pfds import __version__
from pfds.editions.about import About, changelog, citation, licence_text, package_about
from pfds.editions.readme import readme
from pfds.editions.tables import Written, csv_path, parquet_path
from pfds.publish.build import derived_files
from pfds.publish.dictionary import codelist_csv
from pfds.publish.table_schema import Resource, codelist_resource, package_descriptor, resource_descriptor
from pfds.release.chain import RELEASE, Past
from pfds.release.change_class import ChangeClass
from pfds.release.tombstones import TOMBSTONES, tombstone_text
from pfds.standard.load import schema_folder
from pfds.standard.model import Standard
from pfds.standard.pretty_json import pretty


@dataclass(frozen=True, slots=True)
class Publication:
    """What is said of a release whose tables are written.

    ``tables`` are their CSV files, in the order of the standard, ``past`` what was there before with all that this
    release withdraws, ``complete`` says whether no record was kept back, ``editions`` whether there is more than this.
    """

    about: About
    tables: Mapping[str, Written]
    past: Past
    complete: bool
    editions: bool

    @property
    def rows(self) -> dict[str, int]:
        """Number of records of each table."""
        return {name: written.rows for name, written in self.tables.items()}


def descriptions(standard: Standard, publication: Publication, schema: Path | None = None) -> dict[str, bytes]:
    """The files by path; same input, same bytes. ``schema`` is the folder that the standard was read from."""
    about = publication.about
    texts = {
        **_standard_files(standard, schema or schema_folder()),
        TOMBSTONES: tombstone_text(standard, publication.past.tombstones),
        "README.md": readme(about, publication.rows, editions=publication.editions),
        "CITATION.cff": citation(about),
        "LICENSE.txt": licence_text(about),
        "CHANGELOG.md": changelog(about),
    }
    return {
        **{path: text.encode("utf-8") for path, text in texts.items()},
        "datapackage.json": pretty(_csv_package(standard, publication)).encode("utf-8"),
        "parquet/datapackage.json": pretty(_parquet_package(standard, about)).encode("utf-8"),
    }


def release_json(publication: Publication, change_class: ChangeClass) -> dict[str, bytes]:
    """release.json by its path: the facts of a release in one place."""
    about = publication.about
    content = {
        "version": about.version,
        "title": about.title,
        "publisher": about.publisher,
        "license": about.licence,
        "standard": about.standard,
        "toolkit": __version__,
        "as_of": about.as_of.isoformat(),
        "complete": publication.complete,
        "editions": publication.editions,
        "change_class": change_class.value,
        "previous": publication.past.previous and asdict(publication.past.previous),
        "withdrawn_releases": publication.past.withdrawn,
        "tables": [
            {
                "name": name,
                "rows": written.rows,
                "csv": csv_path(name),
                "parquet": parquet_path(name),
                "sha256": written.sha256,
            }
            for name, written in publication.tables.items()
        ],
    }
    return {RELEASE: pretty(content).encode("utf-8")}


@functools.cache
def _standard_files(standard: Standard, schema: Path) -> Mapping[str, str]:
    """The codelists and schemas that every release of this version of the standard carries, by path."""
    derived = derived_files(standard, schema)
    return {
        **{f"codelists/{name}.csv": codelist_csv(standard, item) for name, item in standard.codelists.items()},
        **{
            f"schema/{path.removeprefix('schemas/')}": text
            for path, text in derived.items()
            if path.startswith("schemas/") or path in ("dictionary.csv", "rules.json", "crosswalk.csv")
        },
    }


def _csv_package(standard: Standard, publication: Publication) -> dict[str, Any]:
    """The descriptor of the CSV tables, with hashes and sizes, and of the codelists."""
    tables = [
        Resource(
            standard.tables[name],
            standard.tables[name].released,
            csv_path(name),
            extra={"bytes": written.bytes, "hash": f"sha256:{written.sha256}"},
        )
        for name, written in publication.tables.items()
    ]
    codelists = [codelist_resource(standard, name, f"codelists/{name}.csv") for name in standard.codelists]
    return package_descriptor(package_about(publication.about), [*_described(standard, tables), *codelists])


def _parquet_package(standard: Standard, about: About) -> dict[str, Any]:
    """The descriptor that lies beside the Parquet tables."""
    tables = [
        Resource(table, table.released, f"{name}.parquet", "parquet", "application/vnd.apache.parquet")
        for name, table in standard.released.tables.items()
    ]
    return package_descriptor(package_about(about), _described(standard, tables))


def _described(standard: Standard, tables: Iterable[Resource]) -> list[dict[str, Any]]:
    return [resource_descriptor(standard, table, standard.tables) for table in tables]
