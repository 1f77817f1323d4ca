"""Rules as `schema/` writes them: SQL files with a header of words, and the words of the rules of structure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pfds.standard.findings import Severity
from pfds.standard.model import Remedy, Rule, SchemaError

_WORDS = ("title", "severity", "why", "fix", "message")
_EXAMPLES = ("fails", "passes")
_HEADER_LINE = re.compile(r"-- (?P<key>[a-z]+): +(?P<text>.+)")
_CONTINUATION = re.compile(r"-- {2,}(?P<text>\S.*)")
_IDENTIFIER = re.compile(r"[a-z_][a-z0-9_]*")
_LITERAL_OR_COMMENT = re.compile(r"'(?:[^']|'')*'|--[^\n]*")
_NULL_TEST = re.compile(r"\b(?:[a-z_][a-z0-9_]*\.)?[a-z_][a-z0-9_]*\s+is\s+(?:not\s+)?null\b")


def read_rule(name: str, text: str, tables: frozenset[str]) -> Rule:
    """The rule that the text of a `.sql` file states; `tables` are the tables of the standard.

    Raises SchemaError if the header lacks a word or names an unknown table.
    """
    header, sql = _split(name, text)
    missing = [word for word in (*_WORDS, "table") if word not in header]
    if missing:
        raise SchemaError(f"rules/{name}.sql: the header lacks {', '.join(missing)}")
    if header["table"] != "*" and header["table"] not in tables:
        raise SchemaError(f"rules/{name}.sql: there is no table {header['table']}")
    return Rule(
        name=name,
        title=header["title"],
        severity=Severity(header["severity"]),
        why=header["why"],
        fix=header["fix"],
        message=header["message"],
        table=None if header["table"] == "*" else header["table"],
        sql=sql,
        reads=identifiers(sql),
        values=values_read(sql),
        needs=tuple(_column(name, item) for item in _items(header.get("needs", ""))),
        optional=frozenset(_items(header.get("optional", ""))),
        withheld=_remedy(name, header["withheld"]) if "withheld" in header else None,
        unseen=tuple(_items(header.get("unseen", ""))),
    )


def read_structural_rules(content: Mapping[str, Any]) -> Iterator[Rule]:
    """The rules of structure (`cell-code`, `key-duplicate`, …), whose checks are part of every implementation."""
    for name, words in content["rules"].items():
        missing = [word for word in (*_WORDS, *_EXAMPLES) if word not in words]
        if missing:
            raise SchemaError(f"structure.json: {name} lacks {', '.join(missing)}")
        yield Rule(
            name=name,
            **{**{word: words[word] for word in (*_WORDS, *_EXAMPLES)}, "severity": Severity(words["severity"])},
        )


def identifiers(sql: str) -> frozenset[str]:
    """Every identifier of the statement, literals and comments aside: a superset of the relations it reads."""
    return frozenset(_IDENTIFIER.findall(_bare(sql)))


def values_read(sql: str) -> frozenset[str]:
    """The identifiers of the statement of which more is asked anywhere than whether they are null."""
    return frozenset(_IDENTIFIER.findall(_NULL_TEST.sub(" ", _bare(sql))))


def _bare(sql: str) -> str:
    return _LITERAL_OR_COMMENT.sub(" ", sql).lower()


def _split(name: str, text: str) -> tuple[dict[str, str], str]:
    header: dict[str, str] = {}
    lines = text.splitlines()
    key = ""
    for number, line in enumerate(lines):
        if not line.startswith("--"):
            return header, "\n".join(lines[number:]).strip()
        if match := _HEADER_LINE.fullmatch(line):
            key = match["key"]
            if key in header:
                raise SchemaError(f"rules/{name}.sql: the header says {key} twice")
            header[key] = match["text"].strip()
        elif (match := _CONTINUATION.fullmatch(line)) and key:
            header[key] += " " + match["text"].strip()
        else:
            raise SchemaError(f"rules/{name}.sql: line {number + 1} is no header line")
    raise SchemaError(f"rules/{name}.sql: there is no statement after the header")


def _items(text: str) -> list[str]:
    return [item.strip() for item in text.split(",") if item.strip()]


def _remedy(name: str, text: str) -> Remedy:
    """`drop`, `clear FIELD, …` or `fill FIELD = words, …`."""
    verb, _, listed = text.partition(" ")
    items = [
        (cell.strip(), words.strip() or None) for cell, _, words in (item.partition("=") for item in _items(listed))
    ]
    is_filled = {words is not None for _, words in items}
    if {"drop": set[bool](), "clear": {False}, "fill": {True}}.get(verb) != is_filled:
        raise SchemaError(f"rules/{name}.sql: withheld: write drop, clear FIELD, or fill FIELD = words, not {text}")
    return Remedy(dict(items))


def _column(name: str, item: str) -> tuple[str, str]:
    table, _, field = item.partition(".")
    if not field:
        raise SchemaError(f"rules/{name}.sql: needs: write table.field, not {item}")
    return table, field
