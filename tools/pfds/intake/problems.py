"""Findings of the readers, and the words that they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

import numpy as np
import pyarrow as pa

from pfds.intake.columns import HeldColumns
from pfds.intake.limits import SHOWN_NAME
from pfds.intake.tables import Reading, TextTable
from pfds.standard.findings import NOWHERE, Finding, Origin, Severity, Skipped
from pfds.standard.model import Field
from pfds.standard.phrase import Phrase
from pfds.standard.suggestions import did_you_mean, nearest

_NAMED_INSIDE_A_FILE: Final = frozenset({"column-unknown", "json-duplicate-key", "metadata-invalid"})

Facts = Mapping[str, str | int]

TYPE_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "string": Phrase("text"),
        "integer": Phrase("a whole number"),
        "number": Phrase("a number"),
        "boolean": Phrase("true or false"),
    }
)


def problem(
    rule: str,
    origin: Origin = NOWHERE,
    *,
    table: str | None = None,
    field: str | None = None,
    row: int | None = None,
    value: str | None = None,
    facts: Facts | None = None,
) -> Finding:
    """An error that a reader found. The fact `name` is kept among the values if it is content of a file: a header
    cell or a key of JSON may hold what must not be repeated, the name of a file is told anyway."""
    known = dict(facts or {})
    inside = rule in _NAMED_INSIDE_A_FILE or origin.line is not None
    values = {"name": str(known.pop("name"))} if "name" in known and inside else {}
    return Finding(rule, Severity.ERROR, table, field, row, None, origin, value, known, values)


def notice(rule: str, origin: Origin, table: str | None, facts: Facts) -> Finding:
    """Something that a reader did and that should be known."""
    return Finding(rule, Severity.INFO, table, origin=origin, facts=facts)


def nothing_read(finding: Finding, table: str, file: str, because: str) -> Reading:
    """A file of which no record was read: its table is known to be there, and to be incomplete."""
    skipped = (Skipped("*", because),)
    return Reading((empty_table(table, file),), (finding,), skipped, frozenset({table}), stops=True)


def empty_table(table: str, file: str) -> TextTable:
    """A table without records and without columns."""
    none = np.zeros(0, np.int64)
    return TextTable(table, file, HeldColumns(pa.table({})), none, none, np.zeros(0, np.bool_), {}, {})


def shown(name: str) -> str:
    """A name from the input, cut so that it can stand in a report."""
    return name[:SHOWN_NAME].encode("utf-8", "replace").decode("utf-8")


def limit_facts(subject: str, limit: int, found: int) -> Facts:
    """Facts of `limit-exceeded`: what is counted, how much of it is allowed and how much there is."""
    words = Phrase(
        "There are {found} {subject}, and at most {limit} are read",
        found=f"{found:,}",
        subject=subject,
        limit=f"{limit:,}",
    )
    return {"problem": words, "subject": subject, "limit": limit, "found": found}


def type_facts(field: Field, expected: str, found: str) -> Facts:
    """Facts of `cell-type`: words for what the field takes and for what was sent."""
    example = field.examples[0] if field.examples else ""
    text = str(example).lower() if isinstance(example, bool) else str(example)
    return {"field": field.name, "expected": expected, "found": found, "example": text}


def table_unknown(origin: Origin, name: str, stem: str, tables: Sequence[str]) -> Finding:
    """A data file or a key of a document (``name``) that no table is called after."""
    similar = nearest(stem, tables) or ""
    suggestion = did_you_mean(similar) or Phrase("The tables are: {tables}.", tables=", ".join(tables))
    facts = {"name": shown(name), "similar": similar, "suggestion": suggestion}
    return problem("table-unknown", origin, facts=facts)
