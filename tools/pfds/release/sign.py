"""Signatures of manifests in the format of minisign: who vouches for the files of a release.

A signature is the same for the same key and manifest at any time. Whoever has the public key checks it with
`pfds release verify` or with `minisign -V`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from minisign import Error, ParseError, PublicKey, SecretKey, Signature, VerifyError

from pfds.release.manifest import MANIFEST, SIGNATURE, is_ordinary
from pfds.release.versions import GateRefused

PUBLIC_KEY = "minisign.pub"
_LONGEST = 16_384
"""Bytes of a signature or key file; minisign's own have less."""


class BadKey(Exception):
    """A key file that cannot be used; its text is one sentence."""


@dataclass(frozen=True, slots=True)
class Signer:
    """A secret key ready for use, and the file that its public half makes."""

    secret: SecretKey
    public: bytes

    def sign(self, manifest: bytes, version: str) -> bytes:
        """The signature file of a release's manifest; its trusted comment, which is signed too, is the version."""
        made = self.secret.sign(manifest, untrusted_comment="signature of a release", trusted_comment=version)
        return bytes(made) + b"\n"


def signer(secret: SecretKey) -> Signer:
    """The signer with a key that has no password any more."""
    return Signer(secret, bytes(secret.get_public_key()) + b"\n")


def read_public_key(path: Path) -> PublicKey:
    """The public key in a file of minisign. Raises BadKey."""
    try:
        return PublicKey.from_bytes(_small(path))
    except (OSError, ParseError):
        raise BadKey(f"{path.name} is not a public key of minisign.") from None


def store_key(store: Path) -> PublicKey | None:
    """The public key that lies in the store, if there is one. Raises BadKey."""
    path = store / PUBLIC_KEY
    return read_public_key(path) if path.exists() or path.is_symlink() else None


def refuse_other_key(store: Path, key: Signer | None) -> None:
    """Raises GateRefused if the store has a public key and ``key`` is not its secret half."""
    try:
        public = store_key(store)
    except BadKey as bad:
        raise GateRefused(f"{bad} Restore it from a copy, then build again.") from None
    if public is None:
        return
    if key is None:
        raise GateRefused(f"The releases of this store are signed ({PUBLIC_KEY}). Give the secret key with --key FILE.")
    if public != key.secret.get_public_key():
        raise GateRefused(f"The key is not the one whose public half lies in the store ({PUBLIC_KEY}).")


def wrong_signature(folder: Path, public: PublicKey) -> str | None:
    """What is wrong with the signature of the release in the folder, in one sentence; None if it holds."""
    path = folder / SIGNATURE
    if not path.exists() and not path.is_symlink():
        return f"{SIGNATURE} is missing, and the releases of this store are signed."
    if not is_ordinary(path):
        return f"{SIGNATURE} is not an ordinary file."
    try:
        public.verify((folder / MANIFEST).read_bytes(), Signature.from_bytes(_small(path)))
    except VerifyError as wrong:
        return _wrong(str(wrong))
    except (Error, OSError):
        return f"{SIGNATURE} is not a signature of minisign."
    return None


def _wrong(said: str) -> str:
    if "key identifiers" in said:
        return f"{SIGNATURE} was made with another key than the public key."
    return f"{SIGNATURE} does not fit {MANIFEST} and the public key."


def _small(path: Path) -> bytes:
    """The bytes of a file. Raises ParseError if it is none, or too long to be a key or signature."""
    if not is_ordinary(path) or path.stat().st_size > _LONGEST:
        raise ParseError(path.name)
    return path.read_bytes()
