"""What is changed within a text that is a piece of SQL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_IS_SQL: Final = re.compile(
    r"\b(SELECT|FROM|WHERE|JOIN|EXISTS|NULL|COALESCE|UNION|DISTINCT|NOT|AND|OR|CASE|WHEN|IN|LIKE|ORDER BY|GROUP BY)\b"
)
_CHANGES: Final = tuple(
    (re.compile(old), new)
    for old, new in (
        (r"\bAND\b", "OR"),
        (r"\bOR\b", "AND"),
        (r"\bIS NOT NULL\b", "IS NULL"),
        (r"\bIS NULL\b", "IS NOT NULL"),
        (r"\bIS DISTINCT FROM\b", "IS NOT DISTINCT FROM"),
        (r"\bIS NOT DISTINCT FROM\b", "IS DISTINCT FROM"),
        (r"(?<!IS )\bNOT ", ""),
        (r"(?<!NOT )\b(?=EXISTS\b|IN\b)", "NOT "),
        (r"(?<!FROM )(?<!IS )(?<!NOT )\bDISTINCT (?!FROM)", ""),
        (r"\b(LEFT|SEMI|ANTI) JOIN\b", "JOIN"),
        (r"\bSEMI JOIN\b", "ANTI JOIN"),
        (r"\bANTI JOIN\b", "SEMI JOIN"),
        (r"\bUNION ALL\b", "UNION"),
        (r"\bUNION\b(?! ALL)", "UNION ALL"),
        (r"\bMIN\(", "MAX("),
        (r"\bMAX\(", "MIN("),
        (r"(?i)\bbool_and\(", "bool_or("),
        (r"(?i)\bbool_or\(", "bool_and("),
        (r" < ", " <= "),
        (r" <= ", " < "),
        (r" > ", " >= "),
        (r" >= ", " > "),
        (r" = ", " <> "),
        (r" <> ", " = "),
        (r" ORDER BY [^(){}]+$", ""),
        (r" DESC\b", ""),
        (r"\btrue\b", "false"),
        (r"\bfalse\b", "true"),
        (r"\bTRUE\b", "FALSE"),
        (r"\bFALSE\b", "TRUE"),
    )
)


def changed_sql(text: str) -> Iterator[str]:
    """The text with one word or sign changed; nothing if it does not look like SQL."""
    if not _IS_SQL.search(text):
        return
    for old, new in _CHANGES:
        for match in old.finditer(text):
            yield text[: match.start()] + new + text[match.end() :]
