"""A release from a dataset: public part, files, last look, manifest; a function of dataset, standard and as-of date."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from pfds import __version__
from pfds.checks.cells import CheckedTable
from pfds.publish.build import derived_files
from pfds.publish.dictionary import codelist_csv, csv_text
from pfds.publish.table_schema import Resource, codelist_resource, package_descriptor, resource_descriptor
from pfds.release.about import About, changelog, citation, licence_text, package_about, readme
from pfds.release.codebook import codebook, codebook_markdown
from pfds.release.disclose import Disclosure, disclose
from pfds.release.leaks import leaks
from pfds.release.manifest import MANIFEST, manifest_text
from pfds.release.protected import Names, protected_names
from pfds.release.store import GateRefused, put_in_place, version_key, workplace
from pfds.release.tables import canonical, csv_bytes, dataset_tables, sha256, write_parquet
from pfds.standard.load import schema_folder
from pfds.standard.model import Standard

_PLACES_SHOWN = 10
_SAME_IN_EVERY_RELEASE = ("schema/", "codelists/", "codebook/", "datapackage.json")
"""Files whose words are those of the standard: they hold no text of the dataset but its title, which README.md has."""


@dataclass(frozen=True, slots=True)
class Built:
    """A release that is in the store: its folder, the rows of each table, and whether it is new there."""

    folder: Path
    rows: Mapping[str, int]
    new: bool


def build_release(standard: Standard, parts: Iterable[CheckedTable], about: About, store: Path) -> Built:
    """Builds the release of a validated dataset and puts it into the store.

    Raises GateRefused if something kept back would be published, or the version is taken; ValueError for a
    version that is not `YYYY.M.N`. The store is as before in every case but success.
    """
    version_key(about.version)
    dataset = dataset_tables(standard, parts)
    disclosure = disclose(standard, dataset)
    tables = {name: canonical(standard.tables[name], content) for name, content in disclosure.tables.items()}
    contents = _files(standard, about, disclosure, tables)
    _look_for_leaks(contents, protected_names(dataset, disclosure), disclosure.kept_back)
    with workplace(store) as folder:
        _write(folder, contents)
        (folder / "parquet").mkdir()
        for name, content in tables.items():
            write_parquet(standard, standard.tables[name], content, folder / "parquet" / f"{name}.parquet")
        _write(folder, {"parquet/datapackage.json": _json(_package(standard, about, tables, {}, "parquet"))})
        _write(folder, {MANIFEST: manifest_text(folder).encode("utf-8")})
        new = put_in_place(store, about.version, folder)
    return Built(store / about.version, {name: len(content) for name, content in tables.items()}, new)


def _look_for_leaks(contents: Mapping[str, bytes], names: Names, ids: frozenset[str]) -> None:
    own = {path: data for path, data in contents.items() if not path.startswith(_SAME_IN_EVERY_RELEASE)}
    found = list(leaks(own, names, ids))
    if found:
        more = f" and {len(found) - _PLACES_SHOWN} other places" if len(found) > _PLACES_SHOWN else ""
        raise GateRefused(
            "A name or identifier that is kept back would be published in"
            f" {'; '.join(found[:_PLACES_SHOWN])}{more}. Nothing was published."
            " Take it out of the text, or change the disclosure of the record that holds it."
        )


def _files(
    standard: Standard, about: About, disclosure: Disclosure, tables: Mapping[str, pa.Table]
) -> dict[str, bytes]:
    """Every file of the release but the Parquet ones and the manifest, by path."""
    data = {f"data/{name}.csv": csv_bytes(content) for name, content in tables.items()}
    book = codebook(standard, tables)
    rows = {name: len(content) for name, content in tables.items()}
    texts = {
        **_standard_files(standard),
        "codebook/codebook.md": codebook_markdown(book),
        "tombstones.csv": _tombstones(disclosure),
        "README.md": readme(about, rows),
        "CITATION.cff": citation(about),
        "LICENSE.txt": licence_text(about),
        "CHANGELOG.md": changelog(about),
    }
    return {
        **data,
        **{path: text.encode("utf-8") for path, text in texts.items()},
        "codebook/codebook.json": _json(book),
        "datapackage.json": _json(_package(standard, about, tables, data, "csv")),
        "release.json": _json(_release(about, disclosure, tables, data)),
    }


@functools.cache
def _standard_files(standard: Standard) -> Mapping[str, str]:
    """The codelists and schemas that every release of this version of the standard carries, by path."""
    derived = derived_files(standard, schema_folder())
    return {
        **{f"codelists/{name}.csv": codelist_csv(standard, item) for name, item in standard.codelists.items()},
        **{
            f"schema/{path.removeprefix('schemas/')}": text
            for path, text in derived.items()
            if path.startswith("schemas/") or path in ("dictionary.csv", "rules.json", "crosswalk.csv")
        },
    }


def _package(
    standard: Standard, about: About, tables: Mapping[str, pa.Table], data: Mapping[str, bytes], form: str
) -> dict[str, Any]:
    """The descriptor of the CSV package (with codelists, hashes and sizes), or that of the Parquet one."""
    resources = [
        resource_descriptor(
            standard,
            _csv_resource(standard, name, data[f"data/{name}.csv"])
            if form == "csv"
            else _parquet_resource(standard, name),
            tables,
        )
        for name in tables
    ]
    if form == "csv":
        resources += [codelist_resource(standard, name, f"codelists/{name}.csv") for name in standard.codelists]
    return package_descriptor(package_about(about), resources)


def _csv_resource(standard: Standard, name: str, data: bytes) -> Resource:
    table = standard.tables[name]
    extra = {"bytes": len(data), "hash": f"sha256:{sha256(data)}"}
    return Resource(table, table.released, f"data/{name}.csv", extra=extra)


def _parquet_resource(standard: Standard, name: str) -> Resource:
    table = standard.tables[name]
    return Resource(table, table.released, f"{name}.parquet", "parquet", "application/vnd.apache.parquet")


def _release(
    about: About, disclosure: Disclosure, tables: Mapping[str, pa.Table], data: Mapping[str, bytes]
) -> dict[str, Any]:
    return {
        "version": about.version,
        "title": about.title,
        "publisher": about.publisher,
        "license": about.licence,
        "standard": about.standard,
        "toolkit": __version__,
        "as_of": about.as_of.isoformat(),
        "complete": disclosure.complete,
        "tables": [
            {
                "name": name,
                "rows": len(content),
                "csv": f"data/{name}.csv",
                "parquet": f"parquet/{name}.parquet",
                "sha256": sha256(data[f"data/{name}.csv"]),
            }
            for name, content in tables.items()
        ],
    }


def _tombstones(disclosure: Disclosure) -> str:
    """Identifiers of withdrawn records: no content, and the identifier is never given again."""
    rows = ((name, key, "withdrawn") for name, ids in disclosure.withdrawn.items() for key in ids)
    return csv_text(("subject_table", "subject_id", "reason"), rows)


def _write(folder: Path, contents: Mapping[str, bytes]) -> None:
    for path, data in contents.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def _json(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode("utf-8")
