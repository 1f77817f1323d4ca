"""The published schemas, as any program would read them: from datapackage/, nothing typed again by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[1]
PUBLISHED: Final = ROOT / "datapackage"


@cache
def table_schema(table: str) -> Mapping[str, Any]:
    """The Table Schema of a table: `fields` with their constraints, `primaryKey`, `foreignKeys`."""
    schema: Mapping[str, Any] = json.loads((PUBLISHED / "tables" / f"{table}.json").read_text("utf-8"))
    return schema


@cache
def record_schemas() -> Mapping[str, dict[str, Any]]:
    """The JSON Schema of one record, by the name of its table."""
    found = (json.loads(path.read_text("utf-8")) for path in sorted((PUBLISHED / "schemas").glob("*.schema.json")))
    return {schema["x-table"]: schema for schema in found if "x-table" in schema}


def fields(table: str) -> list[Mapping[str, Any]]:
    """The fields of a table in their order, each with a mapping `constraints`."""
    return [{**field, "constraints": field.get("constraints", {})} for field in table_schema(table)["fields"]]


def codes(table: str, field: str) -> list[str]:
    """The codes that a field allows, in the order of the codelist."""
    allowed: list[str] = next(item for item in fields(table) if item["name"] == field)["constraints"]["enum"]
    return allowed


def references(table: str) -> list[tuple[str, str, str]]:
    """Field, table pointed to, and key there, for each reference of a table."""
    return [
        (key["fields"][0], key["reference"]["resource"] or table, key["reference"]["fields"][0])
        for key in table_schema(table).get("foreignKeys", [])
    ]


def tables_in(folder: Path, suffix: str = ".csv") -> dict[str, Path]:
    """The files of a package by table, in alphabetical order."""
    return {path.stem: path for path in sorted(folder.glob(f"*{suffix}"))}
