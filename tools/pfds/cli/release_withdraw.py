"""pfds release withdraw: the next release, without a record that must go."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from pfds.cli.guarding import guarded
from pfds.cli.options import as_of_option, encoding_option
from pfds.cli.publishing import (
    Request,
    key_option,
    only_tables_option,
    private_report_option,
    publish,
    say,
    store_option,
    version_option,
)
from pfds.intake.known_encodings import Encoding
from pfds.release.projection import Guard
from pfds.release.store import released
from pfds.release.tombstones import MERGED, REASONS
from pfds.release.withdraw import by_hand, plan_withdrawal


@click.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@store_option
@click.option("--reason", required=True, type=click.Choice(list(REASONS)), help="Why, as coarse as it is published.")
@click.option("--merged-into", metavar="ID", help=f"The record that holds the same now; for the reason {MERGED} only.")
@version_option
@click.option(
    "--dataset",
    required=True,
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="DATASET",
    help="The dataset that the next release is built from; may be given several times.",
)
@key_option
@as_of_option
@encoding_option
@only_tables_option
@guarded
@private_report_option
def withdraw(
    ids: tuple[str, ...],
    store: Path,
    reason: str,
    merged_into: str | None,
    version: str,
    dataset: tuple[Path, ...],
    key: Path | None,
    as_of: date | None,
    encoding: Encoding | None,
    only_tables: bool,
    guard: Guard,
    private_report: Path | None,
) -> None:
    """Publish the next release without the records ID and whatever hangs on them.

    A tombstone with the identifier and the reason remains, never content. For the reason "protection"
    the releases that held the record are marked as withdrawn, for the others as superseded.
    """
    if merged_into and (reason != MERGED or merged_into in ids):
        raise click.UsageError(f"--merged-into names another record, and goes with --reason {MERGED} only.")
    request = Request(dataset, store, version, as_of, encoding, key, None, not only_tables, guard, private_report)
    built, withdrawal = publish(
        request, lambda standard: plan_withdrawal(standard, store, released(store), version, ids, reason, merged_into)
    )
    word = "withdrawn" if withdrawal.withdraws_releases else "superseded"
    click.echo(f"Marked as {word}: {', '.join(withdrawal.held_by)}. What nobody can do for you:")
    for step in by_hand(store, withdrawal):
        say(built, f"- {step}")
