"""A signed store of three releases: on the disk, where it is edited, and in memory, from which it is made whole."""

from __future__ import annotations

import os
import shutil
import stat
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from minisign import KeyPair, PublicKey

from pfds.release.sign import Signer, read_public_key, signer
from small_store import VERSIONS, three_releases

NEWEST = VERSIONS[-1]
_UNTRUSTED = b"untrusted comment: "


@dataclass(frozen=True)
class SignedStore:
    """The store, the content of its files, its public key as a reader has it, and two keys that are another's."""

    folder: Path
    content: dict[str, bytes]
    public: PublicKey
    other: Signer
    older: bytes
    folders: frozenset[str]
    inodes: dict[str, int] = field(default_factory=dict)

    def restore(self) -> None:
        """Makes the store as it was published."""
        for path in sorted(self.folder.rglob("*"), key=lambda path: len(path.parts), reverse=True):
            name = path.relative_to(self.folder).as_posix()
            if path.is_symlink() or (name not in self.content and not self._holds(name)):
                _remove(path)
        for name in self.content:
            if not self._is_as_put(name):
                self.put(name)

    def put(self, name: str) -> None:
        """Makes one file as it was published, with a time long ago: one written since then has another."""
        path = self.folder / name
        _remove(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.content[name])
        os.utime(path, ns=(0, 0))
        self.inodes[name] = path.lstat().st_ino

    def now(self) -> dict[str, bytes]:
        """The content of all files as they are now."""
        names = (
            os.path.relpath(f"{parent}/{name}", self.folder)
            for parent, _, files in os.walk(self.folder)
            for name in files
        )
        return {
            name: self.content[name] if self._is_as_put(name) else (self.folder / name).read_bytes()
            for name in names
            if (self.folder / name).is_file() and not (self.folder / name).is_symlink()
        }

    def _is_as_put(self, name: str) -> bool:
        try:
            found = os.lstat(f"{self.folder}/{name}")
        except OSError:
            return False
        return found.st_mtime_ns == 0 and found.st_ino == self.inodes.get(name) and stat.S_ISREG(found.st_mode)

    def is_changed(self) -> bool:
        """Whether a byte is another one now that anything vouches for."""
        return _trusted(self.now()) != _trusted(self.content)

    def files(self, version: str) -> list[str]:
        """The files of a release that its manifest lists."""
        return [name for name in self.content if name.startswith(f"{version}/") and "SHA256SUMS" not in name]

    def _holds(self, name: str) -> bool:
        return name in self.folders


def made(folder: Path) -> SignedStore:
    """Builds and signs the store, as a maintainer does."""
    key = folder / "key"
    key.write_bytes(bytes(KeyPair.generate().secret_key) + b"\n")
    return signed_store(three_releases(folder, "--key", key))


def signed_store(store: Path) -> SignedStore:
    """A store that was built and signed, to be edited."""
    content = {path.relative_to(store).as_posix(): path.read_bytes() for path in store.rglob("*") if path.is_file()}
    others = [signer(KeyPair.generate().secret_key) for _ in range(2)]
    folders = frozenset(parent.as_posix() for name in content for parent in PurePosixPath(name).parents)
    signed = SignedStore(store, content, read_public_key(store / "minisign.pub"), others[0], others[1].public, folders)
    signed.restore()
    return signed


def _trusted(content: dict[str, bytes]) -> dict[str, bytes]:
    """The content without the first lines of keys and signatures, which minisign itself calls untrusted."""
    return {
        name: data.partition(b"\n")[2] if name.endswith((".minisig", ".pub")) and data.startswith(_UNTRUSTED) else data
        for name, data in content.items()
    }


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    elif os.path.lexists(path):
        path.unlink()
