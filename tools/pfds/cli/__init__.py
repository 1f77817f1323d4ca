"""The command `pfds`: one file for each verb, and what all verbs share at their ends."""

from __future__ import annotations

import io
import sys
import traceback

import click

from pfds import __version__
from pfds.cli.lean import without_pandas
from pfds.cli.verbs import Verbs

DEFECT = 70

VERBS = {
    "validate": ("pfds.cli.validate:validate", "Check a submission or a dataset against the standard."),
    "explain": ("pfds.cli.explain:explain", "Explain NAME: a rule, table, field, codelist or code."),
    "template": ("pfds.cli.template:template", "Write a spreadsheet template to fill in."),
    "convert": ("pfds.cli.convert:convert", "Write the submission IN in another form as OUT."),
    "fix": ("pfds.cli.fix:fix", "Correct in the submission IN what is certain, and write it as OUT."),
    "release": ("pfds.cli.release:release", "Build and verify public releases (maintainers)."),
    "schema": ("pfds.cli.schema:schema", "Regenerate what is derived from the standard (maintainers)."),
}


@click.group(cls=Verbs, verbs=VERBS, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="pfds")
def cli() -> None:
    """Check and release records about persecuted journalists and activists.

    Nothing is sent anywhere: every verb works offline.

    Exit codes: 0 nothing to fix, 1 findings, 2 wrong usage or an input that cannot be opened,
    3 a release gate refused, 70 a defect of pfds itself.
    """


def main() -> None:
    """Runs the command; a defect of ours ends with exit code 70 and shows nothing of the data."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    without_pandas()
    try:
        cli()
    except Exception as error:  # the one place where a defect of ours may surface
        where = traceback.extract_tb(error.__traceback__)[-1]
        click.echo(
            f"pfds {__version__} has a defect: {type(error).__name__} at {where.name}:{where.lineno}. Your files were"
            " not changed. Please report this line together with the command; it holds nothing of your data.",
            err=True,
        )
        sys.exit(DEFECT)
