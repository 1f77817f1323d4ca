"""The command `pfds`: one file for each verb, and what all verbs share at their ends."""

from __future__ import annotations

import io
import sys

import click

from pfds import __version__
from pfds.cli.ending import exit_code
from pfds.cli.lean import share_the_allocator, without_pandas
from pfds.cli.verbs import Verbs

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
    3 a release gate refused, 130 interrupted (the old state stands), 70 a defect of pfds itself.
    """


def main() -> None:
    """Runs the command; however it ends, nothing of the data is shown or left behind."""
    for stream in (sys.stdout, sys.stderr):  # before interrupts are caught: one that strikes here would spoil a stream
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.exit(exit_code(_run))


def _run() -> None:
    without_pandas()
    share_the_allocator()
    cli()
