"""A report as CSV: one row for each finding, with the columns of `pfds.FINDINGS`."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final

from pfds.checks.run import Report
from pfds.reports.json_report import capped, finding_record
from pfds.reports.wording import Wording, visible

COLUMNS: Final = (
    *("rule", "severity", "table", "field", "row", "file", "sheet", "line", "cell", "record_id", "message", "fix"),
    "value",
)
LONGEST_CELL: Final = 32_000
"""Characters of a cell that are written; a spreadsheet takes at most 32,767."""

_FORMULA: Final = ("=", "+", "-", "@")


def csv_report(wording: Wording, report: Report, max_findings: int) -> Iterator[str]:
    """The findings as CSV in UTF-8, in parts. At most ``max_findings`` are listed for each rule, table and field.

    Text stands in quotation marks, numbers do not. A text that a spreadsheet would take for a formula begins with an
    apostrophe; control characters stand as escapes such as ``\\u000a``.
    """
    yield _line(COLUMNS)
    for finding in capped(report.findings, max_findings):
        record = finding_record(wording, finding)
        yield "\n" + _line([_safe(record[name]) for name in COLUMNS])


def _line(cells: tuple[str, ...] | list[str | int]) -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, quoting=csv.QUOTE_NONNUMERIC, lineterminator="").writerow(cells)
    return buffer.getvalue()


def _safe(value: str | int | None) -> str | int:
    if value is None:
        return ""
    if isinstance(value, int):
        return value
    text = visible(value)
    text = f"'{text}" if text.lstrip().startswith(_FORMULA) else text
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…"
