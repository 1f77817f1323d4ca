"""What a name of the standard means: a rule, table, field, codelist or code, as text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pfds.checks.explanations import example, expected
from pfds.standard.model import Code, Codelist, Field, Rule, Standard, Table
from pfds.standard.suggestions import nearest


class UnknownName(Exception):
    """A name that the standard does not have; ``similar`` is one that it has, if any is near."""

    def __init__(self, name: str, similar: str | None) -> None:
        super().__init__(name)
        self.similar = similar


def explain(standard: Standard, name: str) -> str:
    """Everything that bears this name, in full: rule, table, field (`events.event_date`), codelist, code
    (`event_type:arrest`). Raises UnknownName."""
    found = [line for block in _explanations(standard, name) for line in (*block, "")]
    if not found:
        raise UnknownName(name, nearest(name, tuple(_names(standard))))
    return "\n".join(found).rstrip()


def catalogue(standard: Standard) -> str:
    """All tables, codelists and rules, a line each."""
    lines = [f"Press Freedom Data Standard {standard.version}", "", "Tables"]
    lines += [f"  {table.name:<24}{table.description}" for table in standard.tables.values()]
    lines += ["", "Codelists"]
    lines += [f"  {codelist.name:<24}{len(codelist.codes)} codes" for codelist in standard.codelists.values()]
    lines += ["", "Rules"]
    lines += [f"  {rule.severity.value:<9}{rule.name:<40}{rule.title}" for rule in standard.rules.values()]
    return "\n".join([*lines, "", "pfds explain NAME tells more about any of them."])


def _explanations(standard: Standard, name: str) -> Iterator[Iterator[str]]:
    if name in standard.rules:
        yield _rule(standard.rules[name])
    if name in standard.tables:
        yield _table(standard.tables[name])
    for table in standard.tables.values():
        for field in table.by_name.values():
            if name in (field.name, f"{table.name}.{field.name}"):
                yield _field(table, field)
    for codelist in standard.codelists.values():
        if name == codelist.name:
            yield _codelist(codelist)
        for code in codelist.codes.values():
            if name in (code.code, f"{codelist.name}:{code.code}"):
                yield _code(codelist, code)


def _names(standard: Standard) -> Iterator[str]:
    yield from standard.rules
    yield from standard.tables
    yield from standard.codelists
    for table in standard.tables.values():
        yield from table.by_name
        yield from (f"{table.name}.{name}" for name in table.by_name)
    for codelist in standard.codelists.values():
        yield from codelist.codes
        yield from (f"{codelist.name}:{code}" for code in codelist.codes)


def _rule(rule: Rule) -> Iterator[str]:
    yield f"{rule.name}: {rule.title}  ({rule.severity.value})"
    yield f"  Why it matters: {rule.why}"
    yield f"  How to fix: {_general(rule.fix)}"
    if rule.sql:
        yield "  As SQL:"
        yield from (f"    {line}" for line in rule.sql.splitlines())


def _general(sentence: str) -> str:
    """A sentence with its open places, as it reads without a finding: <codelist> for any codelist."""
    return re.sub(r"\{(\w+)\}", r"<\1>", sentence.replace(" {suggestion}", ""))


def _table(table: Table) -> Iterator[str]:
    yield f"{table.name}: {table.plural}  (table{', required' if table.required else ''})"
    yield f"  {table.description}"
    for field in table.fields:
        yield f"  {field.name:<32}{'required  ' if field.required else '          '}{field.description}"


def _field(table: Table, field: Field) -> Iterator[str]:
    yield f"{table.name}.{field.name}: {field.title}  (field{', required' if field.required else ''})"
    yield f"  {field.description}"
    if field.codelist:
        yield f"  A code of the list {field.codelist}, for example {example(field)}"
    else:
        yield f"  Write {expected(field)}, for example {example(field)}"
    if field.reference:
        yield f"  Points to {field.reference.table}.{field.reference.field}"
    yield f"  Disclosure: {field.disclosure}. Since {field.since}."


def _codelist(codelist: Codelist) -> Iterator[str]:
    yield f"{codelist.name}: codelist of {len(codelist.codes)} codes"
    for code in codelist.codes.values():
        yield f"  {code.code:<32}{code.labels['en']}: {code.definition}"


def _code(codelist: Codelist, code: Code) -> Iterator[str]:
    yield f"{codelist.name}:{code.code}: {code.labels['en']}  (code)"
    yield f"  {code.definition}"
    yield from (f"  {language}: {label}" for language, label in code.labels.items() if language != "en")
