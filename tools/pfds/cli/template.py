"""pfds template: a workbook to fill in."""

from __future__ import annotations

import os
from pathlib import Path

import click

from pfds.cli.options import CannotOpen, language_option
from pfds.cli.output import check_output, write_output
from pfds.publish.template import PROFILES
from pfds.publish.template import template as template_file
from pfds.standard.language import load_language
from pfds.standard.load import load_standard
from pfds.standard.phrase import Phrase

_ENDING = ".xlsx"


@click.command()
@language_option
@click.option(
    "--profile",
    type=click.Choice(PROFILES),
    default=PROFILES[0],
    show_default=True,
    help="Tables: those that a first report needs, or all.",
)
@click.option(
    "-o", "--output", required=True, metavar="FILE.xlsx", type=click.Path(path_type=Path), help="The file to write."
)
@click.option("--force", is_flag=True, help="Write over the file if it is there already.")
def template(language: str, profile: str, output: Path, force: bool) -> None:
    """Write a spreadsheet template to fill in.

    The workbook has a sheet for each table, lists to choose from, and an example. The same language,
    profile and version give the same file, byte for byte.
    """
    say = load_language(language).say
    if output.suffix.lower() != _ENDING:
        raise click.UsageError(say(Phrase("The name of the file must end with .xlsx: {file}", file=str(output))))
    check_output(output, ())
    if os.path.lexists(output) and not force:
        raise CannotOpen(
            say(
                Phrase(
                    "This file is there already, and was left as it is: {file}. Add --force to replace it.",
                    file=str(output),
                )
            )
        )
    write_output([template_file(load_standard(), load_language(language), profile)], output)
    click.echo(say(Phrase("Written: {file}", file=str(output))))
