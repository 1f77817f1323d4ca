"""Standard to published JSON Schemas: self-contained, versioned, with the codes of every codelist in place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pfds.standard.model import Field, Standard, Table

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_BASE = "https://pfds.example/schema"


def schema_id(standard: Standard, name: str) -> str:
    """Identifier (URI) of a published schema, with the version in it. It is a name, not an address to fetch."""
    return f"{_BASE}/{standard.version}/{name}.schema.json"


def record_schema(standard: Standard, table: Table) -> dict[str, Any]:
    """The published schema of one record type: the derived bounds of its dates are allowed, nothing else is."""
    return {
        "$schema": DIALECT,
        "$id": schema_id(standard, table.record),
        "title": table.title,
        "description": table.description,
        "x-table": table.name,
        "x-primaryKey": table.primary_key,
        "type": "object",
        "additionalProperties": False,
        "required": [field.name for field in table.fields if field.required],
        "properties": {name: field_schema(standard, field) for name, field in table.by_name.items()},
    }


def submission_schema(standard: Standard, envelope: Mapping[str, Any]) -> dict[str, Any]:
    """The published schema of a whole document, with every record type in its `$defs`.

    `envelope` is `schema/submission.schema.json`, whose `meta` is taken over.
    """
    tables = standard.tables.values()
    return {
        "$schema": DIALECT,
        "$id": schema_id(standard, "submission"),
        "title": envelope["title"],
        "description": envelope["description"],
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "meta": envelope["properties"]["meta"],
            **{table.name: {"type": "array", "items": {"$ref": f"#/$defs/{table.record}"}} for table in tables},
        },
        "$defs": {
            table.record: {
                key: value for key, value in record_schema(standard, table).items() if key not in ("$schema", "$id")
            }
            for table in tables
        },
    }


def field_schema(standard: Standard, field: Field) -> dict[str, Any]:
    """The keywords of one field, with our own ones (`x-…`) beside those of JSON Schema."""
    return {
        "title": field.title,
        "description": field.description,
        "type": field.json_type,
        **_constraints(standard, field),
        "examples": list(field.examples),
        **_own_keywords(field),
    }


def _constraints(standard: Standard, field: Field) -> dict[str, Any]:
    keywords = {
        "enum": list(standard.codes(field)) or None,
        "pattern": None if field.codelist else field.pattern,
        "not": {"pattern": field.forbidden} if field.forbidden else None,
        "format": field.format,
        "minLength": field.min_length,
        "maxLength": field.max_length,
        "minimum": field.minimum,
        "maximum": field.maximum,
    }
    return {key: value for key, value in keywords.items() if value is not None}


def _own_keywords(field: Field) -> dict[str, Any]:
    reference = field.reference
    deprecated = field.deprecated
    keywords = {
        "x-codelist": field.codelist,
        "x-references": reference and {"table": reference.table, "field": reference.field},
        "x-disclosure": field.disclosure,
        "x-since": field.since,
        "x-derivedFrom": field.derived_from,
        "x-deprecated": deprecated
        and {key: value for key, value in zip(("since", "reason", "use"), _parts(deprecated), strict=True) if value},
    }
    return {key: value for key, value in keywords.items() if value}


def _parts(deprecated: Any) -> tuple[str, str, str | None]:
    return deprecated.since, deprecated.reason, deprecated.use
