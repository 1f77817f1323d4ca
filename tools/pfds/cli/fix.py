"""pfds fix: correct what is certain."""

from __future__ import annotations

from pathlib import Path

import click

from pfds.cli.convert import form_of, staged_whole, write_new, written
from pfds.cli.lean import use_lean_memory
from pfds.cli.options import CannotOpen, encoding_option, language_option
from pfds.forms.mend import Mended, mend
from pfds.forms.target import as_text
from pfds.intake.known_encodings import Encoding
from pfds.release.passing import scratch
from pfds.reports.text_report import text_report
from pfds.reports.wording import shown_value, wording
from pfds.standard.language import load_language
from pfds.standard.load import load_standard
from pfds.standard.phrase import Count, Phrase

_MOST_TOLD = 10


@click.command()
@click.argument("source", metavar="IN", type=click.Path(allow_dash=True))
@click.option(
    "-o",
    "--output",
    "target",
    metavar="OUT",
    required=True,
    type=click.Path(path_type=Path),
    help="A new folder (of CSV files), or a new file that ends with .zip or .xlsx.",
)
@language_option
@encoding_option
def fix(source: str, target: Path, language: str, encoding: Encoding | None) -> None:
    """Correct in the submission IN what is certain, and write it as OUT.

    White space at the ends, letters in another form, digits of other scripts, labels and other names
    of codes, dates in local writing that can mean only one day. What can mean several things stays.
    Every change is told; IN is not touched.
    """
    standard, spoken = load_standard(), load_language(language)
    use_lean_memory()
    form = form_of(target, "csv")
    if form.judges is not as_text:
        raise CannotOpen(f"{target} cannot hold what may remain to be corrected; write a folder, .zip or .xlsx first.")
    with scratch() as work:
        staged = staged_whole(standard, spoken, source, encoding, as_text, work)
        mended, changes = mend(standard, staged, work)
        write_new(standard, spoken, mended, target, form)
    if staged.report.findings:
        click.echo("".join(text_report(wording(standard, spoken, show_values=True), staged.report, _MOST_TOLD)))
    for change in changes:
        click.echo(spoken.say(_told(change)))
    cells = sum(change.change.count for change in changes)
    click.echo(spoken.say(Count("Changed: {n} cell.", "Changed: {n} cells.", cells)))
    click.echo(spoken.say(written(mended, target)))


def _told(mended: Mended) -> Phrase:
    return Phrase(
        "{table}.{field}: {old} is now {new}, in {places}.",
        table=mended.table,
        field=mended.field,
        old=shown_value(mended.change.old),
        new=shown_value(mended.change.new),
        places=Count("{n} place", "{n} places", mended.change.count),
    )
