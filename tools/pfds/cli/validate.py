"""pfds validate: check a submission or a dataset."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import click

from pfds.checks.run import Options, Report
from pfds.checks.run import validate as run_validation
from pfds.cli.input import read_input, workbook_limits
from pfds.cli.lean import collect_rarely, use_lean_memory
from pfds.cli.options import CannotOpen, as_of_option, encoding_option, language_option
from pfds.cli.output import check_output, is_dumb_terminal, is_terminal_with_colour, write_output
from pfds.cli.progress import progress_on_terminal
from pfds.intake.known_encodings import Encoding
from pfds.intake.tables import UnreadableInput
from pfds.release.passing import scratch
from pfds.reports.comparison import LastReport, NotAReport, compare, read_last
from pfds.reports.formats import FORMATS, Request, format_of
from pfds.reports.marked_refusal import CannotMark
from pfds.reports.summary import verdict
from pfds.reports.text_report import Style
from pfds.reports.wording import wording
from pfds.standard.findings import Severity
from pfds.standard.language import load_language
from pfds.standard.load import load_standard
from pfds.standard.model import Standard

if TYPE_CHECKING:
    from pfds.intake.workbook_frames import Limits

_COMPARED = 1000
"""Findings of each rule, table and field that are compared one by one; a report in JSON lists as many."""


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(allow_dash=True))
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    help="Write the report for a person (text, html) or for a program. Default: what the name of the --output file"
    " says, or else text.",
)
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the report to this file instead of standard output.",
)
@click.option(
    "--compare",
    "last",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="LAST.json",
    help="Tell what is new and what is fixed since this report in JSON (text, html and json).",
)
@click.option(
    "--plain",
    is_flag=True,
    help="One fact on each line, for screen readers. It is taken for granted if TERM is dumb.",
)
@language_option
@as_of_option
@encoding_option
@click.option(
    "--workbook-memory",
    type=click.IntRange(64, 65_536),
    metavar="MIB",
    help="Memory that reading a workbook may take. Default: 1024.",
)
@click.option(
    "--workbook-seconds",
    type=click.IntRange(1, 86_400),
    metavar="N",
    help="Time that reading a workbook may take. Default: 300.",
)
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
    " junit and github, 400 in html, 1000 in json, csv and sarif.",
)
@click.option(
    "--show-values/--hide-values",
    default=None,
    help="Show the content of cells. Default: shown in text and html, hidden in the other formats.",
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
    form: str | None,
    output: Path | None,
    last: Path | None,
    plain: bool,
    language: str,
    as_of: date | None,
    encoding: Encoding | None,
    workbook_memory: int | None,
    workbook_seconds: int | None,
    fail_on: str,
    max_findings: int | None,
    show_values: bool | None,
    engine: str,
    work_folder: Path | None,
) -> None:
    """Check a submission or a dataset against the standard.

    PATH is a folder of CSV, JSON Lines, Parquet or Arrow files named after their tables, a .zip of
    such a folder, one such file, a workbook (.xlsx or .ods), a JSON document, or - for a JSON
    document on standard input.
    Several paths are one submission.
    """
    name = form or (format_of(output.name) if output else None) or "text"
    chosen = FORMATS[name]
    _refuse_what_does_not_go_together(name, output, paths, last)
    earlier = _last_report(last) if last else None
    plain = plain or is_dumb_terminal()
    standard, spoken = load_standard(), load_language(language)
    most = chosen.most if max_findings is None else max_findings
    kept = max(most, chosen.kept, _COMPARED if earlier else 1)
    use_lean_memory()
    collect_rarely()
    try:
        with (
            scratch(folder=work_folder) as folder,
            progress_on_terminal(spoken, plain=plain) as progress,
        ):
            options = Options(most=kept, folder=folder, progress=progress)
            limits = workbook_limits(workbook_memory, workbook_seconds)
            report = _ENGINES[engine](standard, paths, as_of, encoding, limits, options)
    except UnreadableInput as problem:
        raise CannotOpen(str(problem)) from problem
    words = wording(standard, spoken, show_values=chosen.shows_values if show_values is None else show_values)
    style = Style(plain, colour=not plain and output is None and is_terminal_with_colour())
    comparison = compare(report, earlier) if earlier else None
    request = Request(words, report, most, style, comparison, paths, _places_of_files(report, paths))
    try:
        write_output(chosen.write(request), output)
    except CannotMark as problem:
        click.echo(words.say(problem.reason), err=True)
        write_output(chosen.write(replace(request, inputs=())), output)
    if output:
        click.echo(f"{verdict(words, report)}\n{output}")
    sys.exit(1 if report.reaches(Severity(fail_on)) else 0)


def _refuse_what_does_not_go_together(
    name: str, output: Path | None, paths: tuple[str, ...], last: Path | None
) -> None:
    if last and not FORMATS[name].compares:
        raise click.UsageError(f"--compare is for the formats text, html and json, not for {name}.")
    if output:
        check_output(output, (*paths, str(last)) if last else paths)
    elif FORMATS[name].binary:
        raise click.UsageError(f"The format {name} is no text; name a file for it with --output.")


def _last_report(path: Path) -> LastReport:
    try:
        return read_last(path.read_bytes())
    except OSError as error:
        raise CannotOpen(f"{path} cannot be opened.") from error
    except NotAReport as error:
        raise CannotOpen(f"{path} is no report that `pfds validate --format json` wrote.") from error


def _places_of_files(report: Report, paths: tuple[str, ...]) -> Mapping[str, str]:
    """Where files lie, seen from the working folder, for the formats that point to them; nothing of other folders."""
    given = [Path(path) for path in paths if path != "-" and not Path(path).is_absolute()]
    lying = {path.name: path.as_posix() for path in given if path.is_file()}
    for folder in (path for path in given if path.is_dir()):
        lying |= {file.file: (folder / file.file).as_posix() for file in report.files if (folder / file.file).is_file()}
    return lying


def _on_this_machine(
    standard: Standard,
    paths: tuple[str, ...],
    as_of: date | None,
    encoding: Encoding | None,
    limits: Limits | None,
    options: Options,
) -> Report:
    return run_validation(standard, read_input(paths, standard, encoding, limits), as_of, options).report


def _on_a_cluster(
    standard: Standard,
    paths: tuple[str, ...],
    as_of: date | None,
    encoding: Encoding | None,
    limits: Limits | None,
    options: Options,
) -> Report:
    try:
        from pfds.cluster.run import validate as run_on_cluster  # noqa: PLC0415 - an extra, and slow to import
    except ModuleNotFoundError as missing:
        if (missing.name or "").split(".")[0] not in ("pyspark", "py4j", "sqlglot"):
            raise
        raise UnreadableInput("The engine spark needs the extra: pip install 'pfds[spark]'.") from missing
    if limits is not None:
        raise UnreadableInput("Limits of workbooks are for the engine local.")
    if "-" in paths:
        raise UnreadableInput("The engine spark reads files and folders, not standard input.")
    return run_on_cluster(standard, paths, as_of, options, encoding)


_Engine: TypeAlias = Callable[
    [Standard, tuple[str, ...], date | None, Encoding | None, "Limits | None", Options], Report
]
_ENGINES: Mapping[str, _Engine] = {
    "local": _on_this_machine,
    "spark": _on_a_cluster,
}
