"""Standard to Frictionless: Table Schemas and the Data Package descriptor, in version 2 with version 1 fallbacks.

Only what released tools enforce is relied on: `enum` beside `categories`, `primaryKey`, `foreignKeys`, `pattern`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pfds.standard.model import Field, Standard, Table

PACKAGE_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_RESOURCE_PROFILE = "https://datapackage.org/profiles/2.0/dataresource.json"
_TABLE_PROFILE = "https://datapackage.org/profiles/2.0/tableschema.json"
_TYPES = {"string": "string", "integer": "integer", "number": "number", "boolean": "boolean"}
CSV_DIALECT: Mapping[str, Any] = {"delimiter": ",", "quoteChar": '"', "doubleQuote": True, "header": True}


@dataclass(frozen=True, slots=True)
class Resource:
    """One table as a resource: where its file lies, which fields it has, and what is known of the file."""

    table: Table
    fields: Sequence[Field]
    path: str
    format: str = "csv"
    mediatype: str = "text/csv"
    extra: Mapping[str, Any] = field(default_factory=dict)


def table_schema(standard: Standard, table: Table, fields: Iterable[Field], present: Iterable[str]) -> dict[str, Any]:
    """Table Schema of a table with the given fields; references to tables that are not `present` are left out."""
    chosen = tuple(fields)
    schema: dict[str, Any] = {
        "$schema": _TABLE_PROFILE,
        "name": table.name,
        "title": table.plural,
        "description": table.description,
        "fields": [_field(standard, field) for field in chosen],
        "missingValues": [""],
        "primaryKey": [table.primary_key],
    }
    if keys := _foreign_keys(table, chosen, frozenset(present)):
        schema["foreignKeys"] = keys
    return schema


def resource_descriptor(standard: Standard, resource: Resource, present: Iterable[str]) -> dict[str, Any]:
    """The descriptor of one table as a resource of a Data Package."""
    table = resource.table
    return {
        "$schema": _RESOURCE_PROFILE,
        "profile": "tabular-data-resource",
        "type": "table",
        "name": table.name,
        "title": table.plural,
        "description": table.description,
        "path": resource.path,
        "format": resource.format,
        "mediatype": resource.mediatype,
        **({"encoding": "utf-8", "dialect": dict(CSV_DIALECT)} if resource.format == "csv" else {}),
        **resource.extra,
        "schema": table_schema(standard, table, resource.fields, present),
    }


def all_codelists_resource(standard: Standard, path: str) -> dict[str, Any]:
    """The descriptor of one file that holds the codes of all codelists."""
    columns = ("codelist", *code_columns(standard.languages))
    return _codes_resource("codelists", "Codelists", path, columns, ("codelist", "code"))


def codelist_resource(standard: Standard, name: str, path: str) -> dict[str, Any]:
    """The descriptor of a file that holds the codes of one codelist."""
    title = f"Codelist {name}"
    return _codes_resource(
        f"codelist-{name.replace('_', '-')}", title, path, code_columns(standard.languages), ("code",)
    )


def code_columns(languages: Iterable[str]) -> tuple[str, ...]:
    """Columns of a published codelist, with one label column for each language."""
    labels = (f"label_{language}" for language in languages)
    return ("code", "number", *labels, "definition_en", "parent", "since", "deprecated", "replaced_by", "aliases")


def _codes_resource(name: str, title: str, path: str, columns: Sequence[str], key: Sequence[str]) -> dict[str, Any]:
    return {
        "$schema": _RESOURCE_PROFILE,
        "profile": "tabular-data-resource",
        "type": "table",
        "name": name,
        "title": title,
        "path": path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": dict(CSV_DIALECT),
        "schema": {
            "$schema": _TABLE_PROFILE,
            "fields": [{"name": column, "type": "integer" if column == "number" else "string"} for column in columns],
            "missingValues": [""],
            "primaryKey": list(key),
        },
    }


def package_descriptor(about: Mapping[str, Any], resources: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A Data Package descriptor; `about` holds its name, title, version, licences and the like."""
    return {"$schema": PACKAGE_PROFILE, "profile": "data-package", **about, "resources": list(resources)}


def _field(standard: Standard, field: Field) -> dict[str, Any]:
    codes = standard.codelists[field.codelist].codes.values() if field.codelist else ()
    descriptor: dict[str, Any] = {
        "name": field.name,
        "type": "date" if field.kind == "date" else _TYPES[field.json_type],
        "title": field.title,
        "description": field.description,
        "example": _example(field),
    }
    if field.kind == "boolean":
        descriptor |= {"trueValues": ["true"], "falseValues": ["false"]}
    if constraints := _constraints(standard, field):
        descriptor["constraints"] = constraints
    if codes:
        descriptor["categories"] = [{"value": code.code, "label": code.labels["en"]} for code in codes]
    return descriptor


def _example(field: Field) -> str:
    example = field.examples[0]
    return str(example).lower() if isinstance(example, bool) else str(example)


def _constraints(standard: Standard, field: Field) -> dict[str, Any]:
    text = field.json_type == "string" and field.kind != "date"
    keywords = {
        "required": field.required or None,
        "enum": list(standard.codes(field)) or None,
        "pattern": field.pattern if text and not field.codelist else None,
        "minLength": field.min_length,
        "maxLength": field.max_length,
        "minimum": field.minimum,
        "maximum": field.maximum,
    }
    return {key: value for key, value in keywords.items() if value is not None}


def _foreign_keys(table: Table, fields: Iterable[Field], present: frozenset[str]) -> list[dict[str, Any]]:
    return [
        {
            "fields": [field.name],
            "reference": {
                "resource": "" if field.reference.table == table.name else field.reference.table,
                "fields": [field.reference.field],
            },
        }
        for field in fields
        if field.reference and field.reference.table in present
    ]
