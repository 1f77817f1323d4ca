"""pfds validate: check a submission or a dataset."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from pfds.checks.run import Options, Report
from pfds.checks.run import validate as run_validation
from pfds.cli.lean import use_lean_memory
from pfds.cli.options import CannotOpen, as_of_option, encoding_option
from pfds.cli.progress import progress_on_terminal
from pfds.intake.known_encodings import Encoding
from pfds.intake.submission import open_document, open_submission
from pfds.intake.tables import Submission, UnreadableInput
from pfds.reports.json_report import json_report
from pfds.reports.text_report import text_report
from pfds.standard.findings import Severity
from pfds.standard.load import load_standard
from pfds.standard.model import Standard

_REPORTERS: Mapping[str, Callable[[Standard, Report, int, bool], str]] = {"text": text_report, "json": json_report}

_MOST_LISTED: Mapping[str, int] = {"text": 10, "json": 1000}


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--format",
    "form",
    type=click.Choice(list(_REPORTERS)),
    default="text",
    show_default=True,
    help="Write the report for a person (text) or for a program (json).",
)
@as_of_option
@encoding_option
@click.option(
    "--fail-on",
    type=click.Choice([severity.value for severity in Severity]),
    default=Severity.ERROR.value,
    show_default=True,
    help="Exit with 1 if anything weighs this much.",
)
@click.option(
    "--max-findings",
    type=click.IntRange(min=0),
    help="List at most so many findings for each rule, table and field; totals stay exact. Default: 10 in text,"
    " 1000 in json.",
)
@click.option(
    "--show-values/--hide-values",
    default=None,
    help="Show the content of cells. Default: shown in text, hidden in json.",
)
def validate(
    paths: tuple[Path, ...],
    form: str,
    as_of: date | None,
    encoding: Encoding | None,
    fail_on: str,
    max_findings: int | None,
    show_values: bool | None,
) -> None:
    """Check a submission or a dataset against the standard.

    PATH is a folder of CSV, JSON Lines, Parquet or Arrow files named after their tables, a .zip of
    such a folder, one such file, a JSON document, or - for a JSON document on standard input.
    Several paths are one submission.
    """
    standard = load_standard()
    try:
        submission = _read(paths, standard, encoding)
    except UnreadableInput as problem:
        raise CannotOpen(str(problem)) from problem
    most = _MOST_LISTED[form] if max_findings is None else max_findings
    use_lean_memory()
    with TemporaryDirectory(prefix="pfds-") as folder, progress_on_terminal() as progress:
        options = Options(most=max(most, 1), folder=Path(folder), progress=progress)
        report = run_validation(standard, submission, as_of, options).report
    shown = form == "text" if show_values is None else show_values
    click.echo(_REPORTERS[form](standard, report, most, shown))
    sys.exit(1 if report.reaches(Severity(fail_on)) else 0)


def _read(paths: tuple[Path, ...], standard: Standard, encoding: Encoding | None) -> Submission:
    if any(str(path) == "-" for path in paths):
        if len(paths) > 1:
            raise UnreadableInput("Standard input (-) holds a whole submission; give no other path with it.")
        if sys.stdin is None:
            raise UnreadableInput("There is no standard input to read.")
        return open_document(sys.stdin.buffer.read(), "-", standard, encoding)
    return open_submission(paths, standard, encoding)
