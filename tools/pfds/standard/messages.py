"""The texts of the standard that are translated, and the standard as it reads in a language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from pfds.standard.language import Language
from pfds.standard.model import Field, Rule, Standard, Table

TABLE, TABLE_ABOUT, RECORD = "table", "table description", "record"
FIELD, FIELD_ABOUT = "field", "field description"
TITLE, WHY, FIX, MESSAGE = "rule", "why", "fix", "message"


def texts(standard: Standard) -> Iterator[tuple[str, str]]:
    """Each text with its context, in the order of the standard; labels of codes are in the codelists themselves."""
    for table in standard.tables.values():
        yield from ((TABLE, table.plural), (RECORD, table.title), (TABLE_ABOUT, table.description))
        for field in table.fields:
            yield from ((FIELD, field.title), (FIELD_ABOUT, field.description))
    for rule in standard.rules.values():
        yield from ((TITLE, rule.title), (MESSAGE, rule.message), (FIX, rule.fix), (WHY, rule.why))


@cache
def in_language(standard: Standard, language: Language) -> Standard:
    """The standard with its tables, fields and rules in the words of a language; names and codes stay as they are."""
    return replace(
        standard,
        tables={name: _table(table, language) for name, table in standard.tables.items()},
        rules={name: _rule(rule, language) for name, rule in standard.rules.items()},
    )


def _table(table: Table, language: Language) -> Table:
    return replace(
        table,
        title=language.text(RECORD, table.title),
        plural=language.text(TABLE, table.plural),
        description=language.text(TABLE_ABOUT, table.description),
        fields=tuple(_field(field, language) for field in table.fields),
    )


def _field(field: Field, language: Language) -> Field:
    return replace(
        field,
        title=language.text(FIELD, field.title),
        description=language.text(FIELD_ABOUT, field.description),
    )


def _rule(rule: Rule, language: Language) -> Rule:
    return replace(
        rule,
        title=language.text(TITLE, rule.title),
        message=language.text(MESSAGE, rule.message),
        fix=language.text(FIX, rule.fix),
        why=language.text(WHY, rule.why),
    )
