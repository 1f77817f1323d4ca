"""What other programs say of a conformance case: the places that they refuse, as far as they can tell."""

import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
from frictionless import Package

from json_schema_oracle import FORMATS, validator
from vectors import STANDARD, Case, content_bytes, document_of, place, tables_of, write_csv_tables

PUBLISHED = Path(__file__).parents[1] / "datapackage"
CELLS = frozenset(rule for rule in STANDARD.rules if rule.startswith("cell-")) | {"key-missing"}
TOLD_BY_JSON_SCHEMA = CELLS | {"column-unknown", "table-unknown", "metadata-invalid", "json-invalid"}
TOLD_BY_TABLE_SCHEMA = CELLS | {
    *("key-duplicate", "reference-missing", "row-too-short", "row-too-long", "header-missing", "limit-exceeded"),
    *("column-unknown", "column-missing", "column-duplicate", "encoding-invalid", "file-unreadable"),
}
ABOUT_COLUMNS = frozenset({"column-unknown", "column-missing", "column-duplicate"})

Spot = tuple[str | None, int | None, str | None]
"""Table, row and field; None for what is not said, or concerns all of them."""


JUDGES = ("jsonschema", "jsonschema-rs", "frictionless")


class NotExpressible(Exception):
    """The judge cannot be given the input of this case."""


def spots(case: Case, told: frozenset[str]) -> set[Spot]:
    """Where a case expects a finding of the rules ``told``; a column that is wrong counts as its table."""
    found = (place(finding) for finding in case.content["findings"])
    return {(table, row, None if rule in ABOUT_COLUMNS else field) for rule, table, row, field in found if rule in told}


def of_tables(found: Iterable[Spot]) -> set[Spot]:
    """The tables that have any of the places."""
    return {(table, None, None) for table, _, _ in found}


def document(case: Case) -> Any:
    """The document of a case as Python holds it, read strictly."""
    if "document" not in case.content:
        return document_of(case)
    try:
        text = content_bytes(case.content["document"]).decode("utf-8-sig")
        return json.loads(text, object_pairs_hook=_without_repetition, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise NotExpressible("this is no JSON") from error


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


@cache
def _submission_schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((PUBLISHED / "schemas" / "submission.schema.json").read_text("utf-8"))
    return schema


@cache
def _reference() -> Any:
    kind = type(validator(next(iter(STANDARD.tables.values()))))
    return kind(_submission_schema(), format_checker=FORMATS)


@cache
def _rust() -> Any:
    return jsonschema_rs.Draft202012Validator(_submission_schema(), formats={"edtf": _is_edtf}, validate_formats=True)


def _is_edtf(text: str) -> bool:
    return bool(FORMATS.conforms(text, "edtf"))


def by_jsonschema(case: Case) -> set[Spot]:
    """Judged by `jsonschema` with the published schema of a document."""
    content = document(case)
    errors = ((list(error.absolute_path), error.validator) for error in _reference().iter_errors(content))
    return set(_spots_of(content, errors))


def by_jsonschema_rs(case: Case) -> set[Spot]:
    """Judged by `jsonschema-rs` with the published schema of a document; the format edtf is ours."""
    content = document(case)
    try:
        errors = [(list(error.instance_path), error.schema_path[-1]) for error in _rust().iter_errors(content)]
    except UnicodeEncodeError as error:
        raise NotExpressible("a text of Rust holds no half of a surrogate pair") from error
    return set(_spots_of(content, errors))


def _spots_of(content: Any, errors: Iterable[tuple[list[Any], Any]]) -> Iterator[Spot]:
    for path, keyword in errors:
        if not path or path[0] == "meta":
            yield None, None, None
        elif len(path) == 2 and keyword == "required":
            yield from ((path[0], path[1] + 1, name) for name in _left_out(path[0], content[path[0]][path[1]]))
        elif len(path) == 1 or keyword == "additionalProperties":
            yield path[0], None, None
        else:
            yield path[0], path[1] + 1, path[2] if len(path) > 2 else None


def _left_out(table: str, record: dict[str, Any]) -> list[str]:
    return [field.name for field in STANDARD.tables[table].fields if field.required and field.name not in record]


@cache
def _neighbours(folder: Path) -> Package:
    for name in ("datapackage.json", "codelists.csv"):
        (folder / name).write_bytes((PUBLISHED / name).read_bytes())
    write_csv_tables({name: [] for name in STANDARD.tables}, folder)
    return Package(str(folder / "datapackage.json"))


def by_frictionless(case: Case, folder: Path) -> set[Spot]:
    """Judged by `frictionless` with the published descriptor in ``folder``, where each table has a file.

    Of literal files it is only asked which tables it refuses: its rows are others where the structure is broken.
    """
    files = case.content.get("files", {})
    package = _neighbours(folder)
    tables = tables_of(case)
    write_csv_tables({name: tables.get(name, []) for name in STANDARD.tables}, folder)
    for name, content in files.items():
        (folder / name).write_bytes(content_bytes(content))
    judged = [name for name in STANDARD.tables if name in tables or f"{name}.csv" in files]
    found = {spot for name in judged for spot in _flagged(package, name)}
    return of_tables(found) if files else found


def _are_tables(files: Iterable[str]) -> bool:
    return all(name.removesuffix(".csv") in STANDARD.tables for name in files)


def _flagged(package: Package, table: str) -> Iterator[Spot]:
    report = package.get_resource(table).validate(limit_errors=10_000)
    for kind, row, field, fields in report.flatten(["type", "rowNumber", "fieldName", "fieldNames"]):
        if row is None:
            yield table, None, None
        elif kind == "primary-key":
            yield table, row - 1, STANDARD.tables[table].primary_key
        elif kind in ("missing-cell", "extra-cell", "blank-row"):
            yield table, row - 1, None
        else:
            yield table, row - 1, field or fields[0]


def can_judge(judge: str, case: Case) -> bool:
    """Whether the form of the input is one that the judge reads."""
    if judge != "frictionless":
        return "files" not in case.content
    return "document" not in case.content and "paths" not in case.content and _are_tables(case.content.get("files", {}))


def refused(judge: str, case: Case, folder: Path) -> set[Spot]:
    """What a judge refuses; ``folder`` is kept for it from case to case."""
    if judge == "frictionless":
        return by_frictionless(case, folder)
    return by_jsonschema(case) if judge == "jsonschema" else by_jsonschema_rs(case)


def expected(judge: str, case: Case) -> set[Spot]:
    """What a judge should refuse, as far as it can tell."""
    if judge != "frictionless":
        return spots(case, TOLD_BY_JSON_SCHEMA)
    found = {spot for spot in spots(case, TOLD_BY_TABLE_SCHEMA) if spot[0]}
    return of_tables(found) if "files" in case.content else found
