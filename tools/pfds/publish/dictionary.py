"""Standard to flat lists for people and programs: dictionary, codelists, crosswalk and rules."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from pfds.publish.table_schema import code_columns
from pfds.standard.model import Code, Codelist, Standard

_DICTIONARY_COLUMNS = (
    *("table", "field", "title", "kind", "type", "required", "codelist", "references", "disclosure"),
    *("derived_from", "since", "deprecated", "example", "description"),
)


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Rows as CSV text with LF line ends; None becomes an empty cell."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return buffer.getvalue()


def dictionary_csv(standard: Standard) -> str:
    """One row for each field of each table."""
    return csv_text(
        _DICTIONARY_COLUMNS,
        (
            (
                table.name,
                field.name,
                field.title,
                field.kind,
                field.json_type,
                "yes" if field.required else "no",
                field.codelist,
                field.reference and f"{field.reference.table}.{field.reference.field}",
                field.disclosure,
                field.derived_from,
                field.since,
                field.deprecated and field.deprecated.since,
                field.examples[0],
                field.description,
            )
            for table in standard.tables.values()
            for field in table.by_name.values()
        ),
    )


def codelists_csv(standard: Standard) -> str:
    """One row for each code of each codelist, labels in every language that any list has."""
    rows = (
        (codelist.name, *_code_row(standard, code))
        for codelist in standard.codelists.values()
        for code in codelist.codes.values()
    )
    return csv_text(("codelist", *code_columns(standard.languages)), rows)


def codelist_csv(standard: Standard, codelist: Codelist) -> str:
    """One row for each code of one codelist."""
    rows = (_code_row(standard, code) for code in codelist.codes.values())
    return csv_text(code_columns(standard.languages), rows)


def _code_row(standard: Standard, code: Code) -> tuple[str | int | None, ...]:
    labels = (code.labels.get(language) for language in standard.languages)
    aliases = "|".join(code.aliases)
    return (
        code.code,
        code.number,
        *labels,
        code.definition,
        code.parent,
        code.since,
        code.deprecated,
        code.replaced_by,
        aliases,
    )


def crosswalk_csv(standard: Standard) -> str:
    """Corresponding terms of other systems: of fields (subject `table.field`) and of codes (`codelist:code`)."""
    fields = (
        (f"{table.name}.{field.name}", match.system, match.term, match.match, None)
        for table in standard.tables.values()
        for field in table.fields
        for match in field.matches
    )
    codes = (
        (f"{item.codelist}:{item.code}", item.system, item.term, item.match, item.note) for item in standard.crosswalk
    )
    return csv_text(("subject", "system", "term", "match", "note"), (*fields, *codes))


def rules_list(standard: Standard) -> list[dict[str, Any]]:
    """All rules with their words; those with SQL can be run by any engine."""
    return [
        {
            "rule": rule.name,
            "severity": rule.severity.value,
            "table": rule.table,
            "title": rule.title,
            "why": rule.why,
            "fix": rule.fix,
            "message": rule.message,
            "needs": [f"{table}.{field}" for table, field in rule.needs],
            "optional": sorted(rule.optional),
            "withheld": dict(rule.withheld.cells) if rule.withheld else None,
            "unseen": list(rule.unseen),
            "sql": rule.sql,
        }
        for rule in standard.rules.values()
    ]
