"""Reads `schema/` into a Standard: the only reader of that folder."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pfds.standard.model import (
    Code,
    Codelist,
    CodeMatch,
    Deprecation,
    Field,
    Match,
    MetaKey,
    Reference,
    Rule,
    SchemaError,
    Standard,
    Table,
)
from pfds.standard.rule_file import read_rule, read_structural_rules

_PACKAGED = Path(__file__).resolve().parents[1] / "_data" / "schema"
_CHECKOUT = Path(__file__).resolve().parents[3] / "schema"
_NUMBER = re.compile("[1-9][0-9]{0,8}")


def schema_folder() -> Path:
    """The folder `schema/`: that of the installed package, else that of the checkout."""
    return _PACKAGED if _PACKAGED.is_dir() else _CHECKOUT


@cache
def load_standard(folder: Path | None = None) -> Standard:
    """The standard that `folder` states (default: the one that comes with the toolkit).

    Raises SchemaError if a file contradicts itself.
    """
    root = folder or schema_folder()
    common = read_json(root / "common.schema.json")["$defs"]
    tables = {table.name: table for table in _tables(root, common)}
    return Standard(
        version=(root / "VERSION").read_text("utf-8").strip(),
        metadata={key.name: key for key in _metadata(root)},
        tables=tables,
        codelists={path.stem: _codelist(path) for path in sorted((root / "codelists").glob("*.csv"))},
        crosswalk=tuple(_crosswalk(root / "crosswalk.csv")),
        rules=_rules(root, frozenset(tables)),
    )


def read_json(path: Path) -> dict[str, Any]:
    """One JSON object from a file of the standard."""
    content = json.loads(path.read_text("utf-8"))
    if not isinstance(content, dict):
        raise SchemaError(f"{path.name}: is not an object")
    return content


def _tables(root: Path, common: Mapping[str, Any]) -> Iterator[Table]:
    arrays = read_json(root / "submission.schema.json")["properties"]
    for name, array in arrays.items():
        if name == "meta":
            continue
        path = root / array["items"]["$ref"]
        schema = read_json(path)
        if schema["x-table"] != name:
            raise SchemaError(f"{path.name}: x-table is {schema['x-table']}, submission.schema.json says {name}")
        yield _table(schema, path.name.removesuffix(".schema.json"), common)


def _metadata(root: Path) -> Iterator[MetaKey]:
    for name, keywords in read_json(root / "submission.schema.json")["properties"]["meta"]["properties"].items():
        yield MetaKey(name, keywords["description"], keywords["examples"][0], keywords)


def _table(schema: Mapping[str, Any], record: str, common: Mapping[str, Any]) -> Table:
    required = set(schema["required"])
    fields = tuple(_field(name, keywords, name in required, common) for name, keywords in schema["properties"].items())
    key = schema["x-primaryKey"]
    return Table(
        name=schema["x-table"],
        record=record,
        title=schema["title"],
        plural=schema["x-tableTitle"],
        description=schema["description"],
        required=schema["x-tableRequired"],
        since=schema["x-since"],
        primary_key=key,
        id_prefix=common[key]["pattern"].removeprefix("^").split("-", 1)[0],
        fields=fields,
        published_when=_condition(schema.get("x-publishedWhen", {})),
        reduced_when=_condition(schema.get("x-reducedWhen", {})),
    )


def _condition(codes: Mapping[str, list[str]]) -> dict[str, frozenset[str]]:
    return {field: frozenset(accepted) for field, accepted in codes.items()}


def _field(name: str, keywords: Mapping[str, Any], required: bool, common: Mapping[str, Any]) -> Field:
    kind = common[keywords["$ref"].rsplit("/", 1)[1]]
    reference = keywords.get("x-references")
    deprecated = keywords.get("x-deprecated")
    return Field(
        name=name,
        kind=kind["x-kind"],
        title=keywords["title"],
        description=keywords["description"],
        required=required,
        examples=tuple(keywords["examples"]),
        disclosure=keywords["x-disclosure"],
        since=keywords["x-since"],
        json_type=kind["type"],
        codelist=keywords.get("x-codelist"),
        reference=reference
        and Reference(
            reference["table"],
            reference["field"],
            reference["onWithheld"],
            reference.get("onReduced", "keep"),
        ),
        pattern=kind.get("pattern"),
        forbidden=kind.get("not", {}).get("pattern"),
        format=kind.get("format"),
        min_length=kind.get("minLength"),
        max_length=kind.get("maxLength"),
        minimum=kind.get("minimum"),
        maximum=kind.get("maximum"),
        matches=tuple(Match(**match) for match in keywords.get("x-matches", ())),
        cleared_when_protected=keywords.get("x-clearedWhenProtected", False),
        tells_more_than=tuple(keywords.get("x-tellsMoreThan", ())),
        withheld_by_default=frozenset(keywords.get("x-withheldByDefault", ())),
        deprecated=deprecated and Deprecation(deprecated["since"], deprecated["reason"], deprecated.get("use")),
    )


def _codelist(path: Path) -> Codelist:
    with path.open(encoding="utf-8", newline="") as file:
        codes = [_code(path, row) for row in csv.DictReader(file)]
    by_code = {code.code: code for code in codes}
    if len(by_code) < len(codes):
        raise SchemaError(f"codelists/{path.name}: a code stands for two codes")
    return Codelist(path.stem, by_code)


def _code(path: Path, row: Mapping[str, str]) -> Code:
    if not _NUMBER.fullmatch(row.get("number") or ""):
        raise SchemaError(f"codelists/{path.name}: the number of {row['code']} is no positive integer")
    labels = {key.removeprefix("label_"): label for key, label in row.items() if key.startswith("label_") and label}
    return Code(
        code=row["code"],
        labels=labels,
        definition=row["definition_en"],
        parent=row["parent"] or None,
        since=row["since"],
        deprecated=row["deprecated"] or None,
        replaced_by=row["replaced_by"] or None,
        aliases=tuple(alias for alias in row["aliases"].split("|") if alias),
        number=int(row["number"]),
    )


def _crosswalk(path: Path) -> Iterator[CodeMatch]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield CodeMatch(row["list"], row["code"], row["system"], row["term"], row["match"], row["note"])


def _rules(root: Path, tables: frozenset[str]) -> dict[str, Rule]:
    rules = {rule.name: rule for rule in read_structural_rules(read_json(root / "structure.json"))}
    for path in sorted((root / "rules").glob("*.sql")):
        if path.stem in rules:
            raise SchemaError(f"{path.name}: a rule of structure has this name already")
        rules[path.stem] = read_rule(path.stem, path.read_text("utf-8"), tables)
    return rules
