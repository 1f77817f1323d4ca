"""pfds release: build a release and verify a published one."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn

import click

from pfds.checks.run import Options, validate
from pfds.cli.options import CannotOpen, as_of_option, encoding_option
from pfds.cli.release_diff import diff
from pfds.intake.known_encodings import Encoding
from pfds.intake.submission import open_submission
from pfds.intake.tables import UnreadableInput
from pfds.release.about import about_release
from pfds.release.build import build_release
from pfds.release.versions import GateRefused, version_key
from pfds.release.verify import not_compared
from pfds.release.verify import verify as verify_release
from pfds.reports.text_report import text_report
from pfds.reports.wording import wording
from pfds.standard.findings import Severity
from pfds.standard.load import load_standard

_REFUSED = 3


@click.group()
def release() -> None:
    """Build and verify public releases (maintainers)."""


release.add_command(diff)


@release.command()
@click.argument("dataset", nargs=-1, required=True, metavar="DATASET...", type=click.Path(path_type=Path))
@click.option(
    "--store", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder of all releases."
)
@click.option("--version", required=True, metavar="YYYY.M.N", help="Version of the release, such as 2025.11.0.")
@as_of_option
@encoding_option
def build(dataset: tuple[Path, ...], store: Path, version: str, as_of: date | None, encoding: Encoding | None) -> None:
    """Validate DATASET and publish its public part as STORE/VERSION.

    Refuses, with exit code 3, if anything must be fixed first, if something kept back would be
    published, or if the version is taken. The store then is as it was.
    """
    standard = load_standard()
    try:
        version_key(version)
        submission = replace(open_submission(dataset, standard, encoding), complete=True)
        with TemporaryDirectory(prefix="pfds-") as folder:
            checked = validate(standard, submission, as_of, Options(folder=Path(folder), keep=True))
        about = about_release(version, standard.version, checked.report.as_of, checked.meta)
    except UnreadableInput as problem:
        raise CannotOpen(str(problem)) from problem
    except ValueError as problem:
        raise click.UsageError(str(problem)) from problem
    except GateRefused as refusal:
        _refuse(str(refusal))
    if checked.report.count(Severity.ERROR):
        click.echo(
            "".join(text_report(wording(standard, show_values=False), checked.report, max_findings=10)), err=True
        )
        _refuse("The dataset has places that must be fixed. `pfds validate` shows them with their values.")
    try:
        built = build_release(standard, checked.tables, about, store)
    except GateRefused as refusal:
        _refuse(str(refusal))
    except OSError as problem:
        raise CannotOpen(f"The store {store} cannot be written: {problem.strerror}.") from problem
    word = "built" if built.new else "there already, byte for byte"
    records, tables = sum(built.rows.values()), sum(rows > 0 for rows in built.rows.values())
    day = checked.report.as_of
    click.echo(f"{built.folder}: {word}; {records:,} records in {tables} tables, as of {day}.")


@release.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def verify(folder: Path) -> None:
    """Check that the release in FOLDER is whole and unchanged, and that Parquet and CSV agree."""
    problems = verify_release(load_standard(), folder)
    for problem in problems:
        click.echo(problem)
    if problems:
        click.echo(f"{folder}: not as published; {len(problems)} problem{'' if len(problems) == 1 else 's'}.")
        sys.exit(1)
    if note := not_compared(folder):
        click.echo(note)
        click.echo(f"{folder}: as published, as far as this toolkit can tell.")
    else:
        click.echo(f"{folder}: as published; every file, table, identifier and reference was checked.")


def _refuse(reason: str) -> NoReturn:
    click.echo(f"Refused: {reason}", err=True)
    sys.exit(_REFUSED)
