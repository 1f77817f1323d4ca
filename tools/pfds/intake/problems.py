"""Findings of the readers, and the words that they share."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import numpy as np
import pyarrow as pa

from pfds.intake.limits import SHOWN_NAME
from pfds.intake.tables import TextTable
from pfds.standard.findings import NOWHERE, Finding, Origin, Severity, Skipped

Facts = Mapping[str, str | int]

TYPE_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {"string": "text", "integer": "a whole number", "number": "a number", "boolean": "true or false"}
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one file gave. ``partial`` names the tables of which records may be missing."""

    tables: tuple[TextTable, ...] = ()
    findings: tuple[Finding, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    partial: frozenset[str] = frozenset()
    meta: Mapping[str, object] = field(default_factory=dict)


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
    """An error that a reader found."""
    return Finding(rule, Severity.ERROR, table, field, row, None, origin, value, facts or {})


def nothing_read(finding: Finding, table: str, file: str, because: str) -> Reading:
    """A file of which no record was read: its table is known to be there, and to be incomplete."""
    skipped = (Skipped("*", because),)
    return Reading((empty_table(table, file),), (finding,), skipped, frozenset({table}))


def empty_table(table: str, file: str) -> TextTable:
    """A table without records and without columns."""
    none = np.zeros(0, np.int64)
    return TextTable(table, file, pa.table({}), none, none, np.zeros(0, np.bool_), {}, {})


def shown(name: str) -> str:
    """A name from the input, cut so that it can stand in a report."""
    return name[:SHOWN_NAME].encode("utf-8", "replace").decode("utf-8")


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that looks most like ``name``, or an empty text."""
    close = difflib.get_close_matches(name[:SHOWN_NAME].strip().lower(), list(known), 1)
    return close[0] if close else ""


def limit_facts(subject: str, limit: int, found: int) -> Facts:
    """Facts of `limit-exceeded`: what is counted, how much of it is allowed and how much there is."""
    return {"subject": subject, "limit": limit, "found": found}


def table_unknown(origin: Origin, file: str, name: str, tables: Sequence[str]) -> Finding:
    """A data file, folder or key of a document (``file``) that no table is called after."""
    facts = {"file": shown(file), "similar": nearest(name, tables), "expected": ", ".join(tables)}
    return problem("table-unknown", origin, facts=facts)
