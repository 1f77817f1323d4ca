"""The forms in which a report is written, by name; what a form needs is loaded when it is used."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

from pfds.checks.run import Report
from pfds.reports.comparison import Comparison
from pfds.reports.json_report import json_report
from pfds.reports.text_report import NO_STYLE, Style, text_report
from pfds.reports.wording import Wording


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be reported, and how.

    ``most`` findings are listed for each rule, table and field. ``inputs`` are the paths that were checked, and
    ``paths`` tells for files in findings where they lie, as far as that is known.
    """

    wording: Wording
    report: Report
    most: int
    style: Style = NO_STYLE
    comparison: Comparison | None = None
    inputs: tuple[str, ...] = ()
    paths: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Format:
    """A form of report: ``write`` gives it in parts, as text or, if it is ``binary``, as bytes.

    ``most`` findings of a kind are listed if nothing else is asked for, and ``kept`` are looked at to group and count
    them. ``compares`` says whether it tells what changed since an earlier report; ``suffix`` is how its files end.
    """

    write: Callable[[Request], Iterator[str] | Iterator[bytes]]
    suffix: str
    most: int
    shows_values: bool = False
    kept: int = 0
    compares: bool = False
    binary: bool = False


def format_of(path: str) -> str | None:
    """Name of the format whose files end as this path does, if there is one."""
    return next((name for name, form in FORMATS.items() if path.lower().endswith(form.suffix)), None)


def _text(request: Request) -> Iterator[str]:
    return text_report(request.wording, request.report, request.most, request.style, request.comparison)


def _html(request: Request) -> Iterator[str]:
    from pfds.reports.html_report import html_report  # noqa: PLC0415 - needs Jinja, which the other formats do not

    return html_report(request.wording, request.report, request.most, request.comparison)


def _json(request: Request) -> Iterator[str]:
    return json_report(request.wording, request.report, request.most, request.comparison)


def _csv(request: Request) -> Iterator[str]:
    from pfds.reports.csv_report import csv_report  # noqa: PLC0415 - only for this format

    return csv_report(request.wording, request.report, request.most)


def _sarif(request: Request) -> Iterator[str]:
    from pfds.reports.sarif_report import sarif_report  # noqa: PLC0415 - only for this format

    return sarif_report(request.wording, request.report, request.most, request.paths)


def _junit(request: Request) -> Iterator[str]:
    from pfds.reports.junit_report import junit_report  # noqa: PLC0415 - only for this format

    return junit_report(request.wording, request.report, request.most)


def _github(request: Request) -> Iterator[str]:
    from pfds.reports.github_report import github_report  # noqa: PLC0415 - only for this format

    return github_report(request.wording, request.report, request.most, request.paths)


def _xlsx(request: Request) -> Iterator[bytes]:
    from pfds.reports.marked_workbook import marked_workbook  # noqa: PLC0415 - only for this format

    yield marked_workbook(request.wording, request.report, request.most, submitted_workbook(request.inputs))


def submitted_workbook(inputs: tuple[str, ...]) -> bytes | None:
    """The workbook that was checked, if it was one workbook and nothing else."""
    path = Path(inputs[0]) if len(inputs) == 1 else None
    return path.read_bytes() if path is not None and path.suffix.lower() == ".xlsx" else None


FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {
        "text": Format(_text, ".txt", most=10, shows_values=True, kept=1000, compares=True),
        "html": Format(_html, ".html", most=400, shows_values=True, kept=2000, compares=True),
        "json": Format(_json, ".json", most=1000, compares=True),
        "xlsx": Format(_xlsx, ".xlsx", most=1000, shows_values=True, kept=1000, binary=True),
        "csv": Format(_csv, ".csv", most=1000),
        "sarif": Format(_sarif, ".sarif", most=1000),
        "junit": Format(_junit, ".xml", most=10),
        "github": Format(_github, ".log", most=10),
    }
)
