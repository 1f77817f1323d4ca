"""The codebook of a release: what every table, column and code means, and how far the columns are filled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from pfds.standard.model import Field, Standard


def codebook(standard: Standard, tables: Mapping[str, pa.Table]) -> dict[str, Any]:
    """The codebook as plain data; ``tables`` are the released text tables."""
    return {
        "standard": standard.version,
        "tables": [
            {
                "table": name,
                "title": standard.tables[name].plural,
                "description": standard.tables[name].description,
                "rows": len(content),
                "columns": [
                    _column(standard, standard.tables[name].by_name[column], content.column(column))
                    for column in content.column_names
                ],
            }
            for name, content in tables.items()
        ],
    }


def codebook_markdown(book: Mapping[str, Any]) -> str:
    """The codebook as a page to read."""
    return "\n".join(_lines(book)) + "\n"


def _column(standard: Standard, field: Field, column: pa.ChunkedArray) -> dict[str, Any]:
    reference = field.reference
    entry = {
        "column": field.name,
        "title": field.title,
        "description": field.description,
        "kind": field.kind,
        "required": field.required,
        "filled": len(column) - column.null_count,
        "codelist": field.codelist,
        "references": reference and f"{reference.table}.{reference.field}",
        "derived_from": field.derived_from,
        "codes": _codes(standard, field, column),
    }
    return {key: value for key, value in entry.items() if value is not None}


def _codes(standard: Standard, field: Field, column: pa.ChunkedArray) -> list[dict[str, Any]] | None:
    """Codes that occur, with labels in every language and their number; in list order."""
    if not field.codelist:
        return None
    counts = {item["values"]: item["counts"] for item in column.value_counts().to_pylist()}
    return [
        {
            "code": code.code,
            "labels": dict(code.labels),
            "definition": code.definition,
            "rows": counts[code.code],
        }
        for code in standard.codelists[field.codelist].codes.values()
        if code.code in counts
    ]


def _lines(book: Mapping[str, Any]) -> Iterator[str]:
    yield "# Codebook"
    yield f"\nPress Freedom Data Standard {book['standard']}. Codes that do not occur are in `codelists/`.\n"
    for table in book["tables"]:
        yield f"\n## {table['title']} (`{table['table']}`, {table['rows']} rows)\n\n{table['description']}\n"
        yield "| Column | Filled | Meaning |\n|---|---|---|"
        for column in table["columns"]:
            yield f"| `{column['column']}` | {column['filled']} | {_meaning(column)} |"
    yield "\n## Codes that occur"
    for table in book["tables"]:
        for column in table["columns"]:
            if codes := column.get("codes"):
                yield f"\n### `{table['table']}.{column['column']}` (list `{column['codelist']}`)\n"
                yield "| Code | Rows | Label | Definition |\n|---|---|---|---|"
                yield from (f"| `{c['code']}` | {c['rows']} | {c['labels']['en']} | {c['definition']} |" for c in codes)


def _meaning(column: Mapping[str, Any]) -> str:
    target = column.get("references")
    return f"{column['title']}. {column['description']}" + (f" Points to `{target}`." if target else "")
