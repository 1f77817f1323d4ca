"""What must hold of `schema/` itself before anything is generated from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from jsonschema import Draft202012Validator

from pfds.publish.json_schema import field_schema
from pfds.standard.load import read_json
from pfds.standard.model import Codelist, Field, Reference, Remedy, Rule, Standard, Table

_LONGEST_NAME = 32


def problems(standard: Standard, schema: Path) -> list[str]:
    """Every contradiction in the folder `schema`, one sentence each; empty if there is none."""
    return [
        *vocabulary_problems(schema),
        *(problem for table in standard.tables.values() for problem in _table(standard, table)),
        *(problem for codelist in standard.codelists.values() for problem in _codelist(codelist)),
        *_crosswalk(standard),
        *_rules(standard),
        *(problem for rule in standard.rules.values() if rule.sql for problem in _examples(rule, schema)),
    ]


def vocabulary_problems(schema: Path) -> list[str]:
    """Where a record schema or a common definition says what the vocabulary does not allow, or lacks what it
    demands; until there is none, the standard cannot be read."""
    vocabulary = read_json(schema / "vocabulary.schema.json")
    record = Draft202012Validator(vocabulary)
    kind = Draft202012Validator({"$ref": "#/$defs/kind", "$defs": vocabulary["$defs"]})
    common = read_json(schema / "common.schema.json")["$defs"]
    arrays = read_json(schema / "submission.schema.json")["properties"]
    names = [array["items"]["$ref"] for name, array in arrays.items() if name != "meta"]
    return [
        *(
            f"{name}: {e.json_path}: {e.message}"
            for name in names
            for e in record.iter_errors(read_json(schema / name))
        ),
        *(f"common.schema.json: {name}: {e.message}" for name, item in common.items() for e in kind.iter_errors(item)),
    ]


def _table(standard: Standard, table: Table) -> Iterator[str]:
    for field in (*table.fields, *table.derived):
        where = f"{table.record}.schema.json: {field.name}"
        if len(field.name) > _LONGEST_NAME:
            yield f"{where}: longer than {_LONGEST_NAME} characters"
        yield from (f"{where}: {problem}" for problem in _field(standard, table, field))
    yield from (f"{table.record}.schema.json: {problem}" for problem in _conditions(standard, table))
    if any(field.reference and field.reference.on_withheld == "group" for field in table.fields):
        for field in table.fields:
            if field.kind == "text" and not field.required and not field.cleared_when_protected:
                yield f"{table.record}.schema.json: {field.name}: a text here needs x-clearedWhenProtected"
    if not any(field.name == table.primary_key and field.required for field in table.fields):
        yield f"{table.record}.schema.json: the primary key {table.primary_key} is not a required field"


def _conditions(standard: Standard, table: Table) -> Iterator[str]:
    for name, codes in (*table.published_when.items(), *table.reduced_when.items()):
        field = table.by_name.get(name)
        unknown = codes - set(standard.codes(field)) if field else codes
        if unknown:
            yield f"x-publishedWhen or x-reducedWhen: {name} has no code {sorted(unknown)[0]}"
    if "disclosure" in table.by_name and "disclosure" not in table.published_when:
        yield "x-publishedWhen must say which codes of disclosure are published"


def _field(standard: Standard, table: Table, field: Field) -> Iterator[str]:
    if (field.kind == "code") != (field.codelist is not None):
        yield "a code needs a codelist, and only a code has one"
    elif field.codelist and field.codelist not in standard.codelists:
        yield f"there is no codelist {field.codelist}"
    else:
        validator = Draft202012Validator(field_schema(standard, field))
        yield from (f"example: {error.message}" for item in field.examples for error in validator.iter_errors(item))
    if unknown := [name for name in field.tells_more_than if name not in table.by_name]:
        yield f"x-tellsMoreThan: there is no field {unknown[0]}"
    codes = standard.codes(field) if field.codelist in standard.codelists else ()
    if unknown := sorted(field.withheld_by_default - set(codes)):
        yield f"x-withheldByDefault: there is no code {unknown[0]}"
    if field.reference:
        yield from _reference(standard, table, field, field.reference)


def _reference(standard: Standard, table: Table, field: Field, reference: Reference) -> Iterator[str]:
    target = standard.tables.get(reference.table)
    if target is None or target.primary_key != reference.field:
        yield f"{reference.table}.{reference.field} is no primary key"
    if field.required and reference.on_withheld != "drop":
        yield "a required reference can only be dropped with its row"
    if reference.on_withheld == "group" and "group_label" not in table.by_name:
        yield "the table has no group_label to put in its place"


def _codelist(codelist: Codelist) -> Iterator[str]:
    where = f"codelists/{codelist.name}.csv"
    spellings = Counter(
        spelling.casefold() for code in codelist.codes.values() for spelling in (code.code, *code.aliases)
    )
    yield from (f"{where}: “{spelling}” stands for two codes" for spelling, times in spellings.items() if times > 1)
    numbers = Counter(code.number for code in codelist.codes.values())
    yield from (f"{where}: the number {number} stands for two codes" for number, times in numbers.items() if times > 1)
    for code in codelist.codes.values():
        if not code.labels.get("en") or not code.definition:
            yield f"{where}: {code.code} lacks a label or a definition"
        yield from (
            f"{where}: {code.code} points to {other}, which is not in the list"
            for other in (code.parent, code.replaced_by)
            if other and other not in codelist.codes
        )


def _crosswalk(standard: Standard) -> Iterator[str]:
    for item in standard.crosswalk:
        if item.codelist not in standard.codelists or item.code not in standard.codelists[item.codelist].codes:
            yield f"crosswalk.csv: there is no code {item.codelist}:{item.code}"


def _rules(standard: Standard) -> Iterator[str]:
    for rule in standard.rules.values():
        for table, name in rule.needs:
            if table not in standard.tables or name not in standard.tables[table].by_name:
                yield f"rules/{rule.name}.sql: needs: there is no field {table}.{name}"
        for table in sorted(rule.optional - set(standard.tables)):
            yield f"rules/{rule.name}.sql: optional: there is no table {table}"
        for table in sorted(set(rule.unseen) - set(standard.tables)):
            yield f"rules/{rule.name}.sql: unseen: there is no table {table}"
        if rule.unseen and not rule.withheld:
            yield f"rules/{rule.name}.sql: unseen: it needs withheld, for only a release sees so"
        if rule.withheld:
            problems = _remedy(standard, rule, rule.withheld)
            yield from (f"rules/{rule.name}.sql: withheld: {problem}" for problem in problems)


def _remedy(standard: Standard, rule: Rule, remedy: Remedy) -> Iterator[str]:
    fields = standard.tables[rule.table].by_name if rule.table else {}
    for name, content in remedy.cells.items():
        field = fields.get(name)
        if field is None or field.disclosure != "public":
            yield f"there is no public field {name} in the table of the rule"
        elif content is None and field.required:
            yield f"{name} must not be empty"
        elif content and field.codelist and content not in standard.codes(field):
            yield f"{name} has no code {content}"
        elif content and field.kind not in ("code", "language", "line", "text"):
            yield f"{name} cannot hold words"


def _examples(rule: Rule, schema: Path) -> Iterator[str]:
    """People learn a rule from an example of each kind, which are the first of its vectors."""
    path = schema / "vectors" / "rules" / f"{rule.name}.json"
    cases = read_json(path)["cases"] if path.is_file() else []
    if not any(case["findings"] for case in cases) or all(case["findings"] for case in cases):
        yield f"vectors/rules/{rule.name}.json: needs a case that the rule objects to, and one that it accepts"
