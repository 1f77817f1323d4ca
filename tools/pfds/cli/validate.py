"""pfds validate: check a submission or a dataset."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

import click

from pfds.checks.run import Options, Report
from pfds.checks.run import validate as run_validation
from pfds.cli.lean import use_lean_memory
from pfds.cli.options import CannotOpen, as_of_option, encoding_option, language_option
from pfds.cli.progress import progress_on_terminal
from pfds.intake.known_encodings import Encoding
from pfds.intake.submission import open_document, open_submission
from pfds.intake.tables import Submission, UnreadableInput
from pfds.reports.json_report import json_report
from pfds.reports.text_report import text_report
from pfds.reports.wording import Wording, wording
from pfds.standard.findings import Severity
from pfds.standard.language import load_language
from pfds.standard.load import load_standard
from pfds.standard.model import Standard

_Reporter: TypeAlias = Callable[[Wording, Report, int], Iterator[str]]
_REPORTERS: Mapping[str, _Reporter] = {"text": text_report, "json": json_report}

_MOST_LISTED: Mapping[str, int] = {"text": 10, "json": 1000}


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(allow_dash=True))
@click.option(
    "--format",
    "form",
    type=click.Choice(list(_REPORTERS)),
    default="text",
    show_default=True,
    help="Write the report for a person (text) or for a program (json).",
)
@language_option
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
@click.option(
    "--engine",
    type=click.Choice(["local", "spark"]),
    default="local",
    show_default=True,
    help="Work on this machine, or on a cluster (needs pfds[spark]; see docs/scale.md).",
)
@click.option(
    "--work-folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder for what does not fit into memory; on a cluster, one that all machines share. Default: a temporary"
    " one.",
)
def validate(
    paths: tuple[str, ...],
    form: str,
    language: str,
    as_of: date | None,
    encoding: Encoding | None,
    fail_on: str,
    max_findings: int | None,
    show_values: bool | None,
    engine: str,
    work_folder: Path | None,
) -> None:
    """Check a submission or a dataset against the standard.

    PATH is a folder of CSV, JSON Lines, Parquet or Arrow files named after their tables, a .zip of
    such a folder, one such file, a JSON document, or - for a JSON document on standard input.
    Several paths are one submission.
    """
    standard = load_standard()
    most = _MOST_LISTED[form] if max_findings is None else max_findings
    use_lean_memory()
    try:
        with TemporaryDirectory(prefix="pfds-", dir=work_folder) as folder, progress_on_terminal() as progress:
            options = Options(most=max(most, 1), folder=Path(folder), progress=progress)
            report = _ENGINES[engine](standard, paths, as_of, encoding, options)
    except UnreadableInput as problem:
        raise CannotOpen(str(problem)) from problem
    shown = form == "text" if show_values is None else show_values
    words = wording(standard, load_language(language), show_values=shown)
    sys.stdout.writelines(_REPORTERS[form](words, report, most))
    click.echo()
    sys.exit(1 if report.reaches(Severity(fail_on)) else 0)


def _on_this_machine(
    standard: Standard, paths: tuple[str, ...], as_of: date | None, encoding: Encoding | None, options: Options
) -> Report:
    return run_validation(standard, _read(paths, standard, encoding), as_of, options).report


def _on_a_cluster(
    standard: Standard, paths: tuple[str, ...], as_of: date | None, encoding: Encoding | None, options: Options
) -> Report:
    try:
        from pfds.cluster.run import validate as run_on_cluster  # noqa: PLC0415 - an extra, and slow to import
    except ModuleNotFoundError as missing:
        if (missing.name or "").split(".")[0] not in ("pyspark", "py4j", "sqlglot"):
            raise
        raise UnreadableInput("The engine spark needs the extra: pip install 'pfds[spark]'.") from missing
    if "-" in paths:
        raise UnreadableInput("The engine spark reads files and folders, not standard input.")
    return run_on_cluster(standard, paths, as_of, options, encoding)


_ENGINES: Mapping[str, Callable[[Standard, tuple[str, ...], date | None, Encoding | None, Options], Report]] = {
    "local": _on_this_machine,
    "spark": _on_a_cluster,
}


def _read(paths: tuple[str, ...], standard: Standard, encoding: Encoding | None) -> Submission:
    if "-" in paths:
        if len(paths) > 1:
            raise UnreadableInput("Standard input (-) holds a whole submission; give no other path with it.")
        if sys.stdin is None:
            raise UnreadableInput("There is no standard input to read.")
        return open_document(sys.stdin.buffer.read(), "-", standard, encoding)
    return open_submission([Path(path) for path in paths], standard, encoding)
