"""Standard to the folder `datapackage/`: every file that repeats a fact of `schema/`, by path."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pfds.publish.catalogues import compiled
from pfds.publish.dictionary import codelists_csv, crosswalk_csv, dictionary_csv, rules_list
from pfds.publish.json_schema import record_schema, schema_id, submission_schema
from pfds.publish.table_schema import (
    Resource,
    all_codelists_resource,
    package_descriptor,
    resource_descriptor,
    table_schema,
)
from pfds.standard.load import read_json
from pfds.standard.model import Standard
from pfds.standard.pretty_json import pretty


def derived_files(standard: Standard, schema: Path) -> dict[str, str]:
    """The files of `datapackage/` that are text, path in the folder to text; the same standard gives the same text.

    `schema` is the folder that the standard was read from: the envelope of a document and the shape of a
    report are taken from it.
    """
    tables = standard.tables
    return {
        "datapackage.json": pretty(submission_package(standard)),
        **{
            f"tables/{table.name}.json": pretty(table_schema(standard, table, table.fields, tables))
            for table in tables.values()
        },
        **{f"schemas/{table.record}.schema.json": pretty(record_schema(standard, table)) for table in tables.values()},
        "schemas/submission.schema.json": pretty(
            submission_schema(standard, read_json(schema / "submission.schema.json"))
        ),
        "report.schema.json": pretty(_versioned(standard, read_json(schema / "report.schema.json"))),
        "codelists.csv": codelists_csv(standard),
        "dictionary.csv": dictionary_csv(standard),
        "crosswalk.csv": crosswalk_csv(standard),
        "rules.json": pretty({"standard": standard.version, "rules": rules_list(standard)}),
    }


def submission_package(standard: Standard) -> dict[str, Any]:
    """Descriptor of a submission: lay it beside the CSV files, and any Frictionless tool checks them."""
    about = {
        "name": "press-freedom-data-standard",
        "title": "Press Freedom Data Standard: a submission",
        "description": "Cases, persons and events of persecuted journalists and activists, and what supports them.",
        "version": standard.version,
        "licenses": [{"name": "Apache-2.0", "path": "https://www.apache.org/licenses/LICENSE-2.0"}],
    }
    tables = standard.tables
    resources = [
        resource_descriptor(standard, Resource(table, table.fields, f"{table.name}.csv"), tables)
        for table in tables.values()
    ]
    return package_descriptor(about, [*resources, all_codelists_resource(standard, "codelists.csv")])


def published_files(standard: Standard, schema: Path) -> dict[str, str | bytes]:
    """All files of `datapackage/`: the derived ones, and the catalogues of translations."""
    return {**derived_files(standard, schema), **compiled(schema)}


def stale_files(folder: Path, files: Mapping[str, str | bytes]) -> list[str]:
    """Paths in `folder` that differ from `files`, are missing, or should not be there; sorted."""
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    differing = {
        path for path, content in files.items() if path in present and (folder / path).read_bytes() != _bytes(content)
    }
    return sorted(differing | (present ^ set(files)))


def write_files(folder: Path, files: Mapping[str, str | bytes]) -> None:
    """Makes `folder` hold exactly `files`."""
    for path in stale_files(folder, files):
        target = folder / path
        if path not in files:
            target.unlink()
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(_bytes(files[path]))


def _versioned(standard: Standard, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {**schema, "$id": schema_id(standard, "report")}


def _bytes(content: str | bytes) -> bytes:
    return content.encode("utf-8") if isinstance(content, str) else content
