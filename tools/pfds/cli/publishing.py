"""What the verbs share that publish: their options, the check of the dataset, the secret key, the refusals."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import NoReturn

import click

from pfds.checks.run import Checked, Options, validate
from pfds.cli.lean import use_lean_memory
from pfds.cli.options import CannotOpen
from pfds.editions.about import About
from pfds.editions.every import missing_libraries
from pfds.intake.known_encodings import Encoding
from pfds.intake.submission import open_submission
from pfds.intake.tables import UnreadableInput
from pfds.release.build import Built, build_release
from pfds.release.change_class import ChangeClass
from pfds.release.disk import Unconfirmed
from pfds.release.keys import read_signer
from pfds.release.passing import scratch
from pfds.release.projection import NO_GUARD, Guard, Private
from pfds.release.scan.report import PrivateReport
from pfds.release.sign import BadKey, Signer
from pfds.release.terms import about_release
from pfds.release.versions import GateRefused, version_key
from pfds.release.withdraw import NOTHING_WITHDRAWN, Withdrawal
from pfds.reports.text_report import text_report
from pfds.reports.wording import wording
from pfds.standard.findings import Severity
from pfds.standard.load import load_standard
from pfds.standard.model import Standard

PASSWORD = "PFDS_KEY_PASSWORD"  # noqa: S105 - the name of the variable
_REFUSED = 3
_PLACES_SHOWN = 5
_UNTOLD = "Done. What would stand here names somebody who is not to be named."
_TEXT = "text"

dataset_argument = click.argument(
    "dataset", nargs=-1, required=True, metavar="DATASET...", type=click.Path(path_type=Path)
)
store_option = click.option(
    "--store", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder of all releases."
)
version_option = click.option(
    "--version", required=True, metavar="YYYY.M.N", help="Version of the release, such as 2025.11.0."
)
key_option = click.option(
    "--key",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help=f"Secret key that signs the release; its password, if it has one, is asked for or read from {PASSWORD}.",
)
only_tables_option = click.option(
    "--only-tables",
    is_flag=True,
    help="Only the tables, what describes them and what changed: no codebook, workbook, pictures and other editions.",
)
private_report_option = click.option(
    "--private-report",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write where something kept back was found, and what it is, to FILE outside the store; only you can read it.",
)


@dataclass(frozen=True, slots=True)
class Request:
    """What a maintainer asks to be published."""

    dataset: tuple[Path, ...]
    store: Path
    version: str
    as_of: date | None
    encoding: Encoding | None
    key: Path | None
    declared: ChangeClass | None = None
    editions: bool = True
    guard: Guard = NO_GUARD
    private_report: Path | None = None


def publish(
    request: Request, plan: Callable[[Standard], Withdrawal] = lambda _: NOTHING_WITHDRAWN
) -> tuple[Built, Withdrawal]:
    """Validates the dataset, publishes its public part without what ``plan`` withdraws, and says what was built."""
    standard = load_standard()
    if request.editions and (missing := missing_libraries()):
        raise click.UsageError(
            f"Not installed: {', '.join(missing)}. Install pfds[release], which has what the editions of a release are"
            " made with, or build with --only-tables."
        )
    with told_refusals(request.store):
        version_key(request.version)
        signer = secret_key(request.key) if request.key else None
        _refuse_misplaced(request)
        private_report = _private_report(request)
        with scratch() as folder, _temporary_files_in(folder):
            checked, about = _checked(standard, request, folder)
            if checked.report.count(Severity.ERROR):
                shown = text_report(wording(standard, show_values=False), checked.report, max_findings=10)
                click.echo("".join(shown), err=True)
                refuse("The dataset has places that must be fixed. `pfds validate` shows them with their values.")
            withdrawal = plan(standard)
            built = build_release(
                standard,
                _private(folder, checked),
                about,
                request.store,
                key=signer,
                withdrawal=withdrawal,
                declared=request.declared,
                guard=request.guard,
                editions=request.editions,
                private_report=private_report,
            )
    _warn(built, private_report)
    word = "built" if built.new else "there already, byte for byte"
    records, tables = sum(built.rows.values()), sum(rows > 0 for rows in built.rows.values())
    for sentence in filter(None, (built.uniqueness, _advice(built, request.guard))):
        click.echo(sentence, err=True)
    day = checked.report.as_of
    say(built, f"{built.folder}: {word}; {records:,} records in {tables} tables, as of {day}.")
    return built, withdrawal


def _advice(built: Built, guard: Guard) -> str:
    if built.complete or guard.ledger:
        return ""
    return (
        "This release keeps something back. Build with --ledger FILE, and the next one will not publish it by mistake."
    )


def say(built: Built, sentence: str) -> None:
    """Prints what was done, with the release instead of its folder where the path itself names somebody."""
    shown = sentence.replace(f"{built.folder.parent}{os.sep}", "") if built.hides(sentence) else sentence
    click.echo(_UNTOLD if built.hides(shown) else shown)


def _warn(built: Built, private_report: PrivateReport | None) -> None:
    """Says on standard error where single words of protected names stand outside of texts that can be signed."""
    places = built.doubtful
    if not places:
        return
    more = f" and {len(places) - _PLACES_SHOWN:,} other places" if len(places) > _PLACES_SHOWN else ""
    where = private_report.path if private_report else "--private-report FILE"
    click.echo(
        f"Warning: a word of a name that is kept back stands alone in {'; '.join(places[:_PLACES_SHOWN])}{more}."
        f" That can be chance: somebody who may know the names should look at each. {where} has the list.",
        err=True,
    )


def _refuse_misplaced(request: Request) -> None:
    """Wrong usage if a file for the maintainers only would lie among what is published, or among tables."""
    store, datasets, guard = request.store.resolve(), [path.resolve() for path in request.dataset], request.guard
    private = {"private report": request.private_report, "ledger": guard.ledger, "list of groups": guard.groups}
    for what, path in private.items():
        if path and path.resolve().is_relative_to(store):
            raise click.UsageError(f"The {what} must not lie in the store, where everything is published.")
        if path and any(path.resolve().is_relative_to(dataset) for dataset in datasets):
            raise click.UsageError(
                f"The {what} must not lie in the dataset, whose files are its tables. Put it beside."
            )


def _private_report(request: Request) -> PrivateReport | None:
    path = request.private_report
    if path is None:
        return None
    try:
        return PrivateReport(path)
    except OSError as problem:
        reason = os.strerror(problem.errno) if problem.errno else "the system refused it"
        raise CannotOpen(f"The private report {path} cannot be written: {reason}.") from problem


@contextmanager
def told_refusals(store: Path) -> Iterator[None]:
    """Ends the command with one sentence if the publication inside fails."""
    try:
        yield
    except UnreadableInput as problem:
        raise CannotOpen(str(problem)) from problem
    except ValueError as problem:
        raise click.UsageError(str(problem)) from problem
    except GateRefused as refusal:
        refuse(str(refusal))
    except Unconfirmed as problem:
        raise CannotOpen(f"{problem} Run the command again.") from problem
    except OSError as problem:
        raise cannot_write(store, problem) from problem


def secret_key(path: Path) -> Signer:
    """The secret key in a file; wrong usage if it cannot be had."""
    try:
        return read_signer(path, lambda: password(f"Password of {path.name}"))
    except BadKey as bad:
        raise click.UsageError(str(bad)) from bad


def password(prompt: str, *, again: bool = False) -> str | None:
    """The password from the environment or, at a terminal, from the person; None without either."""
    if (given := os.environ.get(PASSWORD)) is not None:
        return given
    if not sys.stdin.isatty():
        return None
    return str(
        click.prompt(prompt, hide_input=True, default="", show_default=False, confirmation_prompt=again, err=True)
    )


def cannot_write(store: Path, problem: OSError) -> CannotOpen:
    """The one sentence for a store that cannot be written."""
    reason = os.strerror(problem.errno) if problem.errno else "the system refused it"
    return CannotOpen(f"The store {store} cannot be written: {reason}. What is published there is as it was.")


def refuse(reason: str) -> NoReturn:
    """Ends the command as a release gate does."""
    click.echo(f"Refused: {reason}", err=True)
    sys.exit(_REFUSED)


@contextmanager
def _temporary_files_in(folder: Path) -> Iterator[None]:
    """Whoever makes temporary files meanwhile makes them in the folder, with which they go."""
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before


def _checked(standard: Standard, request: Request, folder: Path) -> tuple[Checked, About]:
    """The check of the dataset, the text of whose records then lies in a private folder."""
    use_lean_memory()
    submission = replace(open_submission(request.dataset, standard, request.encoding), complete=True)
    checks, text = folder / "checks", folder / _TEXT
    checks.mkdir()
    text.mkdir()
    checked = validate(standard, submission, request.as_of, Options(folder=checks, text=text))
    shutil.rmtree(checks)
    return checked, about_release(request.version, standard.version, checked.report.as_of, checked.meta)


def _private(folder: Path, checked: Checked) -> Private:
    accepted = {account.table: account.accepted for account in checked.report.account}
    return Private(folder / _TEXT, folder, tuple({file.sha256 for file in checked.report.files}), accepted)
