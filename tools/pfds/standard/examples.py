"""An example that a rule objects to, and one that it accepts: the words of a rule of structure, or its vectors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pfds.standard.load import read_json, schema_folder
from pfds.standard.model import Rule


def failing(rule: Rule) -> str:
    """An example that the rule objects to; lines of records, or a description."""
    return rule.fails or _case(rule, fires=True)


def passing(rule: Rule) -> str:
    """An example that the rule accepts."""
    return rule.passes or _case(rule, fires=False)


def _case(rule: Rule, *, fires: bool) -> str:
    """The first case of the vectors of a rule that it selects something of, or nothing."""
    cases = read_json(schema_folder() / "vectors" / "rules" / f"{rule.name}.json")["cases"]
    chosen = next(case for case in cases if bool(case["findings"]) is fires)
    return "\n".join([f"{chosen['name']}:", *(f"  {line}" for line in _records(chosen["tables"]))])


def _records(tables: Mapping[str, list[Mapping[str, Any]]]) -> Iterator[str]:
    for table, records in tables.items():
        for record in records:
            yield f"{table}: " + ", ".join(f"{name}={value}" for name, value in record.items())
