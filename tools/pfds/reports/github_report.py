"""A report as workflow commands of GitHub Actions, which show findings beside the lines of a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from pfds.checks.run import Report
from pfds.reports.json_report import capped
from pfds.reports.places import line_of, place
from pfds.reports.summary import verdict
from pfds.reports.wording import Wording, visible
from pfds.standard.findings import Finding, Severity

_COMMANDS: Final = MappingProxyType({Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"})
_IN_MESSAGE: Final = (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"))
_IN_PROPERTY: Final = (*_IN_MESSAGE, (":", "%3A"), (",", "%2C"))


def github_report(
    wording: Wording, report: Report, max_findings: int, paths: Mapping[str, str] = MappingProxyType({})
) -> Iterator[str]:
    """A command for each finding, in parts; at most ``max_findings`` for each rule, table and field.

    ``paths`` tells where the files of findings lie, seen from the folder in which the workflow runs.
    """
    for finding in capped(report.findings, max_findings):
        yield _command(wording, finding, paths) + "\n"
    yield _escaped(verdict(wording, report), _IN_MESSAGE)


def _command(wording: Wording, finding: Finding, paths: Mapping[str, str]) -> str:
    file = finding.origin.file
    properties = {
        "file": None if file is None else paths.get(file, file),
        "line": line_of(finding),
        "title": f"{wording.title(finding)} [{finding.rule}]",
    }
    stated = ",".join(
        f"{name}={_escaped(str(value), _IN_PROPERTY)}" for name, value in properties.items() if value is not None
    )
    words = f"{place(wording, finding)}: {wording.message(finding)} {wording.fix(finding)}"
    return f"::{_COMMANDS[finding.severity]} {stated}::{_escaped(words, _IN_MESSAGE)}"


def _escaped(text: str, escapes: tuple[tuple[str, str], ...]) -> str:
    for char, escape in escapes:
        text = text.replace(char, escape)
    return visible(text)
