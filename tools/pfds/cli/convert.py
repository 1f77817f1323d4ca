"""pfds convert: a submission in another form."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click

from pfds import __version__
from pfds.cli.ending import DEFECT
from pfds.cli.input import read_input
from pfds.cli.lean import use_lean_memory
from pfds.cli.options import CannotOpen, encoding_option, language_option
from pfds.forms.read_back import TooMuchToReadError, WrittenOtherwiseError, read_back
from pfds.forms.staged import Staged, stage
from pfds.forms.target import FILES, FOLDERS, Form, Job
from pfds.intake.known_encodings import Encoding
from pfds.intake.metadata import companions
from pfds.intake.tables import UnreadableInput
from pfds.publish.template import NotForAWorkbook
from pfds.release.disk import Unconfirmed, confirm, flush
from pfds.release.interrupts import beyond_recall
from pfds.release.passing import scratch
from pfds.reports.text_report import text_report
from pfds.reports.wording import wording
from pfds.standard.language import Language, load_language
from pfds.standard.load import load_standard
from pfds.standard.model import Standard
from pfds.standard.phrase import Count, Phrase

_MOST_TOLD = 10


@click.command()
@click.argument("source", metavar="IN", type=click.Path(allow_dash=True))
@click.argument("target", metavar="OUT", type=click.Path(path_type=Path))
@click.option(
    "--to",
    "folder",
    type=click.Choice(list(FOLDERS)),
    default="csv",
    show_default=True,
    help="Form of the files, if OUT is a folder.",
)
@language_option
@encoding_option
def convert(source: str, target: Path, folder: str, language: str, encoding: Encoding | None) -> None:
    """Write the submission IN in another form as OUT.

    IN is whatever `pfds validate` takes. OUT is a new folder, or a new file that ends with .zip (of
    CSV files), .json or .xlsx. Nothing is lost: if something of IN cannot be read, or has no place in
    the form of OUT, it is told, and nothing is written.
    """
    standard, spoken = load_standard(), load_language(language)
    use_lean_memory()
    form = form_of(target, folder)
    with scratch() as work:
        staged = staged_whole(standard, spoken, source, encoding, form.judges, work)
        write_new(standard, spoken, staged, target, form)
    click.echo(spoken.say(written(staged, target)))
    if left := sorted(companions(staged.meta)):
        click.echo(spoken.say(Phrase("Not carried over, because they hold no records: {files}", files=", ".join(left))))


def form_of(target: Path, folder: str) -> Form:
    """The form that the name of the target asks for. Raises CannotOpen if there is something already."""
    if target.exists() or target.is_symlink():
        raise CannotOpen(f"{target} is there already; choose another name.")
    if not target.absolute().parent.is_dir():
        raise CannotOpen(f"The folder {target.parent} does not exist.")
    if target.suffix and target.suffix.lower() not in FILES:
        forms = ", ".join(FILES)
        raise CannotOpen(f"{target} is no name for what can be written: a folder, or a file that ends with {forms}.")
    return FILES[target.suffix.lower()] if target.suffix else FOLDERS[folder]


def staged_whole(
    standard: Standard,
    language: Language,
    source: str,
    encoding: Encoding | None,
    judged: Callable[..., bool],
    work: Path,
) -> Staged:
    """The whole submission, laid aside; what cannot be carried over is told, and ends the command with 1."""
    try:
        staged = stage(standard, read_input((source,), standard, encoding), work, judged)
    except UnreadableInput as problem:
        raise CannotOpen(str(problem)) from problem
    if not staged.is_whole:
        words = wording(standard, language, show_values=True)
        click.echo("".join(text_report(words, staged.report, _MOST_TOLD)), err=True)
        click.echo(language.say(Phrase("Nothing was written, because something would have been lost.")), err=True)
        sys.exit(1)
    return staged


def write_new(standard: Standard, language: Language, staged: Staged, target: Path, form: Form) -> None:
    """Writes the target, which appears only once it is complete, was read again and is on the disk."""
    try:
        with scratch(f".{target.name}.", target.absolute().parent) as beside:
            unfinished = beside / target.name
            form.write(Job(standard, language, staged, unfinished))
            read_back(standard, staged, form, unfinished)
            flush(beside)
            beyond_recall()
            unfinished.rename(target)
            confirm(target)
    except NotForAWorkbook as problem:
        raise CannotOpen(language.say(problem.args[0])) from problem
    except (TooMuchToReadError, UnreadableInput) as problem:
        raise CannotOpen(
            f"{target} would be more than can be read again in this form; choose another form. Nothing was written."
        ) from problem
    except WrittenOtherwiseError as problem:
        click.echo(
            f"{target} was not written. Read again, it did not hold what was to be written: {problem}. This is a defect"
            f" of pfds {__version__}: please report this line together with the command.",
            err=True,
        )
        sys.exit(DEFECT)
    except Unconfirmed as problem:
        raise CannotOpen(str(problem)) from problem
    except OSError as error:
        raise CannotOpen(f"{target} cannot be written.") from error


def written(staged: Staged, target: Path) -> Phrase:
    """What was written."""
    return Phrase(
        "Written: {target}, with {records} in {tables}.",
        target=str(target),
        records=Count("{n} record", "{n} records", sum(part.rows for part in staged.tables)),
        tables=Count("{n} table", "{n} tables", len(staged.tables)),
    )
