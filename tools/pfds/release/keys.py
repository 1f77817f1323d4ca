"""A pair of keys in two files: the secret half for the maintainer alone, the public half for everybody."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from minisign import Error, KeyPair, SecretKey

from pfds.release.sign import BadKey, Signer, signer


def make_keys(path: Path, password: str) -> Path:
    """Writes a new secret key to ``path``, for its owner only, and the public one beside it; returns the latter's path.

    An empty password leaves the key open. Raises FileExistsError rather than replace either file.
    """
    public_path = path.with_name(f"{path.name}.pub")
    if os.path.lexists(public_path):
        raise FileExistsError(public_path)
    pair = KeyPair.generate()
    if password:
        pair.secret_key.encrypt(password)
    _write_new(path, bytes(pair.secret_key) + b"\n", 0o600)
    _write_new(public_path, bytes(pair.public_key) + b"\n", 0o644)
    return public_path


def read_signer(path: Path, password: Callable[[], str | None]) -> Signer:
    """The secret key in a file; ``password`` is asked only if the key has one. Raises BadKey and OSError."""
    try:
        secret = SecretKey.from_bytes(path.read_bytes())
        if secret.is_encrypted():
            given = password()
            if given is None:
                raise BadKey(f"The key in {path.name} has a password, and none is given.")
            secret.decrypt(given)
    except (Error, MemoryError):
        raise BadKey(f"{path.name} is not a secret key of minisign, or the password is another one.") from None
    return signer(secret)


def _write_new(path: Path, data: bytes, mode: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
