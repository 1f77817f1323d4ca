"""A release from a dataset: public part, files, last look, manifest; a function of dataset, standard and as-of date."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from pfds import __version__
from pfds.editions.about import About, changelog, citation, licence_text, package_about, readme
from pfds.editions.codebook import codebook, codebook_markdown
from pfds.forms.csv_form import csv_bytes
from pfds.publish.build import derived_files
from pfds.publish.dictionary import codelist_csv
from pfds.publish.table_schema import Resource, codelist_resource, package_descriptor, resource_descriptor
from pfds.release.chain import Past, past
from pfds.release.change_class import ChangeClass
from pfds.release.diff_changes import FIRST, Changes, changes_since
from pfds.release.disclose import disclose
from pfds.release.leaks import leaks
from pfds.release.manifest import MANIFEST, SIGNATURE, manifest_text
from pfds.release.protected import Names, protected_names
from pfds.release.sign import Signer, refuse_other_key
from pfds.release.store import put_in_place, released, workplace
from pfds.release.tables import canonical, dataset_tables, sha256, write_parquet
from pfds.release.tombstones import TOMBSTONES, UNSTATED, Tombstone, tombstone_text
from pfds.release.versions import GateRefused, version_key
from pfds.release.withdraw import NOTHING_WITHDRAWN, Withdrawal, refuse_returned, with_withdrawn
from pfds.standard.load import schema_folder
from pfds.standard.model import Standard

_PLACES_SHOWN = 10
_SAME_IN_EVERY_RELEASE = ("schema/", "codelists/", "codebook/", "datapackage.json", "parquet/datapackage.json")
"""Files whose words are those of the standard: they hold no text of the dataset but its title, which README.md has."""
_TELLS_REMOVALS = (TOMBSTONES, "changes/", "CHANGELOG.md")


@dataclass(frozen=True, slots=True)
class Publication:
    """All that the files of a release are made of, besides the standard.

    ``tables`` are the released text tables in canonical order, ``past`` what was there before with all that this
    release withdraws, ``complete`` says whether no record was kept back.
    """

    about: About
    tables: Mapping[str, pa.Table]
    past: Past
    complete: bool

    @property
    def rows(self) -> dict[str, int]:
        """Number of records of each table."""
        return {name: len(content) for name, content in self.tables.items()}


@dataclass(frozen=True, slots=True)
class Built:
    """A release that is in the store: its folder, the rows of each table, and whether it is new there."""

    folder: Path
    rows: Mapping[str, int]
    new: bool


def build_release(
    standard: Standard,
    records: Mapping[str, pa.Table],
    about: About,
    store: Path,
    schema: Path | None = None,
    key: Signer | None = None,
    withdrawal: Withdrawal = NOTHING_WITHDRAWN,
    declared: ChangeClass | None = None,
) -> Built:
    """Builds the release of a validated dataset (its records by table, as text) and puts it into the store.

    ``schema`` is the folder that the standard was read from, by default that of the toolkit; ``key`` signs the
    release; ``declared`` is the class that it is expected to have. Raises GateRefused if something kept back or
    withdrawn would be published, the version cannot be taken, the key is missing or another one, or the class is
    another one; ValueError for a version that is not `YYYY.M.N`. Only success changes the releases of the store.
    """
    version_key(about.version)
    refuse_other_key(store, key)
    before = past(standard, store, released(store), about.version)
    dataset = dataset_tables(standard, records)
    refuse_returned(standard, dataset, before.tombstones)
    disclosure = disclose(standard, dataset, withdrawal.ids)
    tables = canonical_tables(standard, disclosure.tables)
    marked = [Tombstone(name, each, UNSTATED) for name, ids in disclosure.withdrawn.items() for each in ids]
    after = with_withdrawn(before, withdrawal, marked)
    publication = Publication(about, tables, after, disclosure.complete)
    contents = release_files(standard, publication, schema)
    last = store / before.previous.version if before.previous else None
    changes = changes_since(standard, last, contents, tables, declared)
    contents = with_changes(publication, contents, changes)
    look_for_leaks(contents, protected_names(dataset, disclosure), disclosure.kept_back, changes)
    _look_for_withdrawn(contents, after)
    with workplace(store, about.version) as folder:
        _write(folder, contents)
        for name, content in tables.items():
            write_parquet(standard, standard.tables[name], content, folder / _parquet(name))
        _write(folder, {MANIFEST: manifest_text(folder).encode("utf-8")})
        if key:
            _write(folder, {SIGNATURE: key.sign((folder / MANIFEST).read_bytes(), about.version)})
        new = put_in_place(store, folder, before.previous, key)
    return Built(store / about.version, publication.rows, new)


def canonical_tables(standard: Standard, tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """The tables as a release holds them: public columns, derived dates beside them, ordered by identifier."""
    return {name: canonical(standard.tables[name], content) for name, content in tables.items()}


def release_paths(standard: Standard, about: About, schema: Path | None = None) -> frozenset[str]:
    """Paths of all files of a release but the manifest; they do not depend on its records."""
    empty = Publication(about, canonical_tables(standard, dataset_tables(standard, {})), Past(), complete=True)
    return frozenset({*release_files(standard, empty, schema), *map(_parquet, standard.tables)})


def release_files(standard: Standard, publication: Publication, schema: Path | None = None) -> dict[str, bytes]:
    """Every file of a first release but the Parquet tables and the manifest, by path; same input, same bytes."""
    about, tables = publication.about, publication.tables
    data = {f"data/{name}.csv": csv_bytes(content) for name, content in tables.items()}
    book = codebook(standard, tables)
    texts = {
        **_standard_files(standard, schema or schema_folder()),
        "codebook/codebook.md": codebook_markdown(book),
        TOMBSTONES: tombstone_text(standard, publication.past.tombstones),
        "README.md": readme(about, publication.rows),
        "CITATION.cff": citation(about),
        "LICENSE.txt": licence_text(about),
        "CHANGELOG.md": changelog(about),
    }
    return {
        **data,
        **{path: text.encode("utf-8") for path, text in texts.items()},
        "codebook/codebook.json": _json(book),
        "datapackage.json": _json(_csv_package(standard, about, data)),
        "parquet/datapackage.json": _json(_parquet_package(standard, about)),
        "release.json": _json(_release(publication, data, ChangeClass.INITIAL)),
    }


def with_changes(publication: Publication, contents: Mapping[str, bytes], changes: Changes = FIRST) -> dict[str, bytes]:
    """The files of a release that has a release before it: its class, and what changed."""
    release = _json(_release(publication, contents, changes.change_class))
    return {**contents, **changes.files, "release.json": release}


def look_for_leaks(contents: Mapping[str, bytes], names: Names, ids: frozenset[str], changes: Changes) -> None:
    """Nothing kept back stands anywhere; only that a record is gone is told by its identifier, which was public.

    Raises GateRefused.
    """
    own = {path: data for path, data in contents.items() if not path.startswith(_SAME_IN_EVERY_RELEASE)}
    changed = {path: own.pop(path) for path in changes.files}
    _refuse([*leaks(own, names, ids), *leaks(changed, names, ids - changes.removed)])


def _look_for_withdrawn(contents: Mapping[str, bytes], after: Past) -> None:
    """The identifiers of withdrawn records stand in the list of tombstones only, and where removals are told."""
    apart = (*_SAME_IN_EVERY_RELEASE, *_TELLS_REMOVALS)
    own = {path: data for path, data in contents.items() if not path.startswith(apart)}
    _refuse(leaks(own, Names(frozenset(), frozenset()), [stone.key for stone in after.tombstones]))


def _refuse(places: Iterable[str]) -> None:
    found = list(places)
    if found:
        more = f" and {len(found) - _PLACES_SHOWN} other places" if len(found) > _PLACES_SHOWN else ""
        raise GateRefused(
            "A name or identifier that is kept back or withdrawn would be published in"
            f" {'; '.join(found[:_PLACES_SHOWN])}{more}. Nothing was published."
            " Take it out of the text, or change the disclosure of the record that holds it."
        )


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


def _csv_package(standard: Standard, about: About, data: Mapping[str, bytes]) -> dict[str, Any]:
    """The descriptor of the CSV tables, with hashes and sizes, and of the codelists."""
    tables = [
        Resource(
            table,
            table.released,
            path := f"data/{name}.csv",
            extra={"bytes": len(data[path]), "hash": f"sha256:{sha256(data[path])}"},
        )
        for name, table in standard.tables.items()
    ]
    codelists = [codelist_resource(standard, name, f"codelists/{name}.csv") for name in standard.codelists]
    return package_descriptor(package_about(about), [*_described(standard, tables), *codelists])


def _parquet_package(standard: Standard, about: About) -> dict[str, Any]:
    """The descriptor that lies beside the Parquet tables."""
    tables = [
        Resource(table, table.released, f"{name}.parquet", "parquet", "application/vnd.apache.parquet")
        for name, table in standard.tables.items()
    ]
    return package_descriptor(package_about(about), _described(standard, tables))


def _described(standard: Standard, tables: Iterable[Resource]) -> list[dict[str, Any]]:
    return [resource_descriptor(standard, table, standard.tables) for table in tables]


def _release(publication: Publication, data: Mapping[str, bytes], change_class: ChangeClass) -> dict[str, Any]:
    about = publication.about
    return {
        "version": about.version,
        "title": about.title,
        "publisher": about.publisher,
        "license": about.licence,
        "standard": about.standard,
        "toolkit": __version__,
        "as_of": about.as_of.isoformat(),
        "complete": publication.complete,
        "change_class": change_class.value,
        "previous": publication.past.previous and asdict(publication.past.previous),
        "withdrawn_releases": publication.past.withdrawn,
        "tables": [
            {
                "name": name,
                "rows": rows,
                "csv": f"data/{name}.csv",
                "parquet": _parquet(name),
                "sha256": sha256(data[f"data/{name}.csv"]),
            }
            for name, rows in publication.rows.items()
        ],
    }


def _parquet(name: str) -> str:
    return f"parquet/{name}.parquet"


def _write(folder: Path, contents: Mapping[str, bytes]) -> None:
    for path, data in contents.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def _json(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode("utf-8")
