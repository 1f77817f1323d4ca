"""One cause behind many findings: a problem that almost a whole column has, and what its values have in common."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pfds.standard.findings import Finding
from pfds.standard.phrase import Phrase

FEW: Final = 5
"""Rows of a table below which nothing is said of its columns as a whole."""
SHARE: Final = 0.8
"""Share of the rows of a column above which one problem is told of the column, not of its cells."""

_SLASHES = re.compile(r"\s*(\d{1,2})/(\d{1,2})/(\d{4})\s*")
_SHAPES: Final = (
    (re.compile(r"\s*\d{1,2}\.\d{1,2}\.\d{4}\s*"), Phrase("All of them look like day.month.year.")),
    (re.compile(r"\s*\d{1,2}-\d{1,2}-\d{4}\s*"), Phrase("All of them look like dates that end with the year.")),
    (
        re.compile(r"\s*\d{4}[./]\d{1,2}[./]\d{1,2}\s*"),
        Phrase("All of them look like dates that begin with the year and lack the hyphens."),
    ),
    (re.compile(r"[1-9]\d{4}(\.0+)?"), Phrase("All of them look like the numbers that Excel keeps instead of dates.")),
    (re.compile(r"\s.*|.*\s", re.DOTALL), Phrase("All of them begin or end with a space.")),
)
_DAY_FIRST = Phrase(
    "All of them look like dates with slashes, and a first number above 12 shows that the day comes first."
)
_MONTH_FIRST = Phrase(
    "All of them look like dates with slashes, and a second number above 12 shows that the month comes first."
)
_UNKNOWN_ORDER = Phrase(
    "All of them look like dates with slashes. Whether the day or the month comes first cannot be known from them."
)


def is_whole_column(finding: Finding, total: int, rows: int) -> bool:
    """Whether ``total`` findings like this one, in a table of so many ``rows``, are one problem of the column."""
    return finding.field is not None and finding.row is not None and rows >= FEW and total > SHARE * rows


def likely_cause(findings: Sequence[Finding], total: int, rows: int) -> tuple[Phrase, ...]:
    """Sentences about the single cause that ``total`` findings of one rule and column probably have, if they have.

    ``findings`` are those that are known of them; nothing is said of values if any of these has another form.
    """
    if not findings or not is_whole_column(findings[0], total, rows):
        return ()
    share = Phrase(
        "Almost the whole column has this problem, so it probably has one cause. Rows: {rows}. With this problem:"
        " {total}.",
        rows=f"{rows:,}",
        total=f"{total:,}",
    )
    common = _in_common([finding.value for finding in findings]) if len(findings) == total else None
    return (share, common) if common else (share,)


def _in_common(values: Sequence[str | None]) -> Phrase | None:
    if all(value is None or not value.strip() for value in values):
        return None
    texts = [value or "" for value in values]
    if len(set(texts)) == 1:
        return Phrase("All of them hold the same value.")
    slashes = [_SLASHES.fullmatch(text) for text in texts]
    if all(slashes):
        return _order([(int(found[1]), int(found[2])) for found in slashes if found])
    return next((words for shape, words in _SHAPES if all(map(shape.fullmatch, texts))), None)


def _order(parts: Sequence[tuple[int, int]]) -> Phrase:
    """Which part of dates with slashes is the day: only a number that can be no month shows it."""
    day_first, month_first = any(first > 12 for first, _ in parts), any(second > 12 for _, second in parts)
    if day_first == month_first:
        return _UNKNOWN_ORDER
    return _DAY_FIRST if day_first else _MONTH_FIRST
