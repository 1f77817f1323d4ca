"""pfds release diff: what changed between two releases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from pfds.cli.options import CannotOpen, language_option
from pfds.cli.output import write_output
from pfds.release.diff import Difference, difference
from pfds.release.diff_html import html_difference
from pfds.release.diff_json import json_difference
from pfds.release.diff_markdown import markdown_difference
from pfds.release.diff_side import NotARelease, published_side
from pfds.release.diff_text import text_difference
from pfds.release.diff_view import DifferenceView
from pfds.release.passing import scratch
from pfds.reports.wording import Wording, wording
from pfds.standard.language import load_language
from pfds.standard.load import load_standard

_FOR_PEOPLE = {"text": text_difference, "md": markdown_difference, "html": html_difference}
_MOST = 100


@click.command()
@click.argument("old", metavar="A", type=click.Path(path_type=Path))
@click.argument("new", metavar="B", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice([*_FOR_PEOPLE, "json"]),
    default="text",
    show_default=True,
    help="Write it for a person (text, md, html) or for a program.",
)
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write it to this file instead of standard output.",
)
@click.option(
    "--max-records",
    "most",
    type=click.IntRange(min=0),
    help="List at most so many records of each table and kind; counts stay exact. Default: 100, in json all.",
)
@language_option
def diff(old: Path, new: Path, form: str, output: Path | None, most: int | None, language: str) -> None:
    """Tell what changed from release A to release B (folders STORE/VERSION).

    Records are told as added, changed (each field with its content before and after, and the claims and
    sources that are new on it) and removed; of removed ones only the identifiers.
    """
    standard = load_standard()
    words = wording(standard, load_language(language), show_values=True)
    try:
        with (
            scratch() as folder,
            difference(standard, published_side(old), published_side(new), folder) as found,
        ):
            write_output(_parts(words, found, form, most), output)
    except NotARelease as problem:
        raise CannotOpen(str(problem)) from problem


def _parts(words: Wording, found: Difference, form: str, most: int | None) -> Iterator[str]:
    if form == "json":
        return json_difference(found, most)
    return _FOR_PEOPLE[form](DifferenceView(words, found, _MOST if most is None else most))
