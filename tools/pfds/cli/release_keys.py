"""pfds release keygen, sign: a pair of keys, and signatures for releases that have none yet."""

from __future__ import annotations

from pathlib import Path

import click

from pfds.cli.options import CannotOpen
from pfds.cli.publishing import PASSWORD, password, refuse, secret_key
from pfds.release.disk import Unconfirmed
from pfds.release.keys import make_keys
from pfds.release.store import sign_all
from pfds.release.versions import GateRefused


@click.command()
@click.option(
    "--key",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Where the secret key is written; the public one goes beside it as FILE.pub. Neither is ever replaced.",
)
def keygen(key: Path) -> None:
    """Make a pair of keys to sign releases with, in the format of minisign."""
    given = password("Password of the new key (empty for none)", again=True) or ""
    try:
        public = make_keys(key, given)
    except FileExistsError as problem:
        raise click.UsageError(f"{problem.filename or problem} is there already; a key is never replaced.") from problem
    except OSError as problem:
        raise CannotOpen(f"{key} cannot be written: {problem.strerror}.") from problem
    guarded = "It has a password." if given else f"It has no password; {PASSWORD} or a terminal would give it one."
    click.echo(f"{key}: the secret key. Keep it away from the store and from others. {guarded}")
    click.echo(f"{public}: the public key. Print it where people find it without the store.")


@click.command()
@click.argument("store", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--key",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Secret key.",
)
def sign(store: Path, key: Path) -> None:
    """Sign every release in STORE that has no signature, and lay the public key there."""
    signer = secret_key(key)
    try:
        signed = sign_all(store, signer)
    except GateRefused as refusal:
        refuse(str(refusal))
    except Unconfirmed as problem:
        raise CannotOpen(f"{problem} Run the command again.") from problem
    except OSError as problem:
        reason = problem.strerror or "the system refused it"
        raise CannotOpen(
            f"The store {store} cannot be written: {reason}. Every signature that is there is whole; run the command"
            " again for the others."
        ) from problem
    click.echo(f"{store}: signed {', '.join(signed)}." if signed else f"{store}: every release is signed already.")
