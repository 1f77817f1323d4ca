"""PFDS as a library: validate a submission, or tables in memory, from a program.

```python
import pfds

result = pfds.validate("submission/")
result.valid, result.counts
result.findings.to_pandas()
```
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol, TypeAlias, runtime_checkable

import pyarrow as pa

from pfds.checks.run import Options, Report
from pfds.checks.run import validate as run_validation
from pfds.intake.memory import open_tables
from pfds.intake.submission import open_submission
from pfds.intake.tables import UnreadableInput
from pfds.reports.json_report import account_record, capped, finding_record, json_report
from pfds.reports.text_report import text_report
from pfds.reports.wording import Wording, wording
from pfds.standard.findings import Severity, Skipped
from pfds.standard.load import load_standard
from pfds.standard.model import Standard

__all__ = ["FINDINGS", "Progress", "Tables", "UnreadableInput", "Validation", "validate"]


@runtime_checkable
class ArrowStream(Protocol):
    """Anything that gives its rows through the Arrow PyCapsule interface: pyarrow, polars, pandas, DuckDB, …"""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """A capsule of an Arrow stream."""


Tables: TypeAlias = Mapping[str, ArrowStream]
"""Tables in memory by their name in the standard (`cases`, `events`, …)."""

Progress: TypeAlias = Callable[[str, int, int], None]
"""Told the file that is read, the bytes read of all files so far, and the bytes of all files."""

FINDINGS = pa.schema(
    [
        *((name, pa.string()) for name in ("rule", "severity", "table", "field")),
        ("row", pa.int64()),
        ("file", pa.string()),
        ("sheet", pa.string()),
        ("line", pa.int64()),
        *((name, pa.string()) for name in ("cell", "record_id", "message", "fix", "value")),
    ]
)
"""Columns of the findings: those of `datapackage/report.schema.json`, in its words."""

_ACCOUNT = pa.schema(
    [("table", pa.string()), *((name, pa.int64()) for name in ("rows", "accepted", "rejected", "duplicates"))]
)
_TOTALS = pa.schema([*((name, pa.string()) for name in ("rule", "severity", "table", "field")), ("total", pa.int64())])


@dataclass(frozen=True)
class Validation:
    """The outcome of a validation.

    ``skipped`` are the rules that could not be judged; ``standard`` is the version of the standard that was applied.
    """

    skipped: tuple[Skipped, ...]
    standard: str
    as_of: date | None
    _report: Report = field(repr=False)
    _standard: Standard = field(repr=False)
    _most: int | None = field(repr=False)
    _show_values: bool = field(repr=False)

    @cached_property
    def findings(self) -> pa.Table:
        """One row for each finding that was kept, ordered by file, row, field and rule; columns as in `FINDINGS`."""
        found = self._report.findings
        listed = found if self._most is None else capped(found, self._most)
        words = self._wording(self._show_values)
        return _table(FINDINGS, (finding_record(words, each) for each in listed))

    @cached_property
    def totals(self) -> pa.Table:
        """The exact number of findings for each rule, severity, table and field."""
        return _table(_TOTALS, _totals(self._report))

    @cached_property
    def account(self) -> pa.Table:
        """For each table of which there was a file: rows = accepted + rejected + duplicates, always exact."""
        return _table(_ACCOUNT, map(account_record, self._report.account))

    @property
    def valid(self) -> bool:
        """Whether there is no error; warnings and hints do not count."""
        return not self._report.count(Severity.ERROR)

    @property
    def counts(self) -> dict[str, int]:
        """Number of findings by severity (`error`, `warning`, `info`)."""
        return {severity.value: self._report.count(severity) for severity in Severity}

    def json(self, *, show_values: bool = False, max_findings: int = 1000) -> str:
        """The report as `pfds validate --format json` writes it."""
        return "".join(json_report(self._wording(show_values), self._report, max_findings))

    def text(self, *, show_values: bool = True, max_findings: int = 10) -> str:
        """The report as `pfds validate` writes it."""
        return "".join(text_report(self._wording(show_values), self._report, max_findings))

    def _wording(self, show_values: bool) -> Wording:
        return wording(self._standard, show_values=show_values)


def validate(
    data: str | Path | Sequence[str | Path] | Tables,
    *,
    as_of: date | None = None,
    rules: bool = True,
    max_findings: int | None = None,
    show_values: bool = False,
    parquet: str | Path | None = None,
    progress: Progress | None = None,
) -> Validation:
    """Check a submission against the standard.

    ``data`` is what `pfds validate` takes (a folder, a file, or several), or tables in memory by name, whose typed
    columns are read as the text that a CSV cell would hold. ``as_of`` is the day on which rules about the future are
    judged, by default the one that the submission states. Without ``rules`` only cells, identifiers and references
    are checked. At most ``max_findings`` of each rule, table and field are kept, by default all; totals are exact.
    The content of cells is in ``findings`` only if it is to ``show_values``. A copy of all records in typed Parquet
    files goes to the folder ``parquet``, if one is given, a defective cell empty. What does not fit into memory is
    laid in a private temporary folder meanwhile.

    Raises UnreadableInput if a path cannot be opened or is of a form that is not read, or if tables in memory have
    names that no table of the standard has.
    """
    standard = load_standard()
    if isinstance(data, Mapping):
        submission = open_tables({name: pa.table(content) for name, content in data.items()}, standard)
    else:
        submission = open_submission(_paths(data), standard)
    with TemporaryDirectory(prefix="pfds-") as folder:
        options = Options(
            most=max_findings,
            folder=Path(folder),
            rules=rules,
            parquet=None if parquet is None else Path(parquet),
            progress=progress,
        )
        report = run_validation(standard, submission, as_of, options).report
    return Validation(
        skipped=report.skipped,
        standard=report.standard,
        as_of=report.as_of,
        _report=report,
        _standard=standard,
        _most=max_findings,
        _show_values=show_values,
    )


def _paths(data: str | Path | Sequence[str | Path]) -> list[Path]:
    return [Path(data)] if isinstance(data, (str, Path)) else [Path(path) for path in data]


def _totals(report: Report) -> Iterable[dict[str, Any]]:
    for (rule, severity, table, name), total in sorted(report.totals.items(), key=str):
        yield {"rule": rule, "severity": severity.value, "table": table, "field": name, "total": total}


def _table(schema: pa.Schema, records: Iterable[Mapping[str, Any]]) -> pa.Table:
    columns: list[list[Any]] = [[] for _ in schema]
    for record in records:
        for column, name in zip(columns, schema.names, strict=True):
            column.append(record[name])
    return pa.table(columns, schema=schema)
