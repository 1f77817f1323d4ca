"""pfds release: build a release, verify what is published, and what goes with it."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

import click

from pfds.cli.guarding import guarded
from pfds.cli.options import CannotOpen, as_of_option, encoding_option, text_or_json_option
from pfds.cli.publishing import (
    Request,
    dataset_argument,
    key_option,
    only_tables_option,
    private_report_option,
    publish,
    store_option,
    version_option,
)
from pfds.cli.release_diff import diff
from pfds.cli.release_keys import keygen, sign
from pfds.cli.release_list import list_releases
from pfds.cli.release_pseudonym import pseudonym
from pfds.cli.release_withdraw import withdraw
from pfds.intake.known_encodings import Encoding
from pfds.release.change_class import ChangeClass
from pfds.release.projection import Guard
from pfds.release.remade import not_compared
from pfds.release.sign import BadKey, read_public_key
from pfds.release.verify import verify as verify_release
from pfds.release.verify_store import Verdict, is_store, verify_store
from pfds.release.versions import version_key
from pfds.standard.load import load_standard


@click.group()
def release() -> None:
    """Build and verify public releases (maintainers)."""


for command in (diff, keygen, list_releases, pseudonym, sign, withdraw):
    release.add_command(command)


@release.command()
@dataset_argument
@store_option
@version_option
@key_option
@as_of_option
@encoding_option
@click.option(
    "--change-class",
    "declared",
    type=click.Choice([each.value for each in ChangeClass]),
    help="Class that you expect the release to have; another one is refused. It is computed in any case.",
)
@only_tables_option
@guarded
@private_report_option
def build(
    dataset: tuple[Path, ...],
    store: Path,
    version: str,
    key: Path | None,
    as_of: date | None,
    encoding: Encoding | None,
    declared: str | None,
    only_tables: bool,
    guard: Guard,
    private_report: Path | None,
) -> None:
    """Validate DATASET and publish its public part as STORE/VERSION.

    Refuses, with exit code 3, if anything must be fixed first, if something kept back would be
    published, if something would be that an earlier release kept back and nobody decided so, if a
    withdrawn record came back, if the differences from the release before are of another class than the
    one declared, or if the version is taken. The store then is as it was.
    """
    expected = ChangeClass(declared) if declared else None
    publish(Request(dataset, store, version, as_of, encoding, key, expected, not only_tables, guard, private_report))


@release.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--public-key",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Public key that you got elsewhere; without it, the one in the store is used.",
)
@click.option("--at-least", metavar="YYYY.M.N", help="A version that you saw in the store before.")
@text_or_json_option("Form of the verdict.")
def verify(folder: Path, public_key: Path | None, at_least: str | None, form: str) -> None:
    """Check that the release, or the store of releases, in FOLDER is whole and unchanged.

    Of a release: every file, table, identifier and reference, Parquet against CSV, and its signature.
    Of a store: the same for every release, and the chain from each to the one before it.
    """
    try:
        verdict = _verdict(folder, public_key, at_least)
    except OSError as problem:
        raise CannotOpen(f"{folder} cannot be read: {problem.strerror}.") from problem
    click.echo(_as_json(folder, verdict) if form == "json" else _as_text(folder, verdict))
    sys.exit(1 if verdict.problems else 0)


def _verdict(folder: Path, public_key: Path | None, at_least: str | None) -> Verdict:
    standard = load_standard()
    try:
        public = read_public_key(public_key) if public_key else None
        if at_least:
            version_key(at_least)
    except (BadKey, ValueError) as problem:
        raise click.UsageError(str(problem)) from problem
    if is_store(folder):
        return verify_store(standard, folder, public=public, at_least=at_least)
    problems, note = verify_release(standard, folder, public=public), not_compared(standard, folder)
    return Verdict(tuple(problems), (note,) if note else (), ())


def _as_json(folder: Path, verdict: Verdict) -> str:
    content = {
        "folder": str(folder),
        "valid": not verdict.problems,
        "problems": verdict.problems,
        "notes": verdict.notes,
        "releases": verdict.versions,
    }
    return json.dumps(content, ensure_ascii=False, indent=2)


def _as_text(folder: Path, verdict: Verdict) -> str:
    number = len(verdict.problems)
    if number:
        return "\n".join([*verdict.problems, f"{folder}: not as published; {number} problem{'s' * (number > 1)}."])
    if not is_store(folder):
        checked = "as published; every file, table, identifier and reference was checked."
        end = "as published, as far as this toolkit can tell." if verdict.notes else checked
    elif verdict.versions:
        end = f"as published; every file and every link of the chain was checked in {', '.join(verdict.versions)}."
    else:
        end = "no release is published."
    return "\n".join([*verdict.notes, f"{folder}: {end}"])
