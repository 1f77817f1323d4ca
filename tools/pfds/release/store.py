"""The store of releases: one folder for each version, put in place whole, and index.json over all of them.

Publication has one instant that counts, the rename of the next index onto index.json. Before it readers have the old
state, after it the new one. The next index is written first, beside the old one; if a builder is killed between the
rename of the folder and that of the index, whoever builds next finishes its work.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from pfds.release.chain import broken_links, damaged, extended, published, unknown_releases
from pfds.release.disk import (
    clear_dead,
    clear_unfinished,
    confirm,
    flush,
    flush_folder,
    locked,
    replace_file,
    write_durably,
)
from pfds.release.index import INDEX, BrokenIndex, Entry, Link, index_bytes, read_index
from pfds.release.interrupts import beyond_recall
from pfds.release.manifest import MANIFEST, SIGNATURE, BrokenManifest, differences, file_hash, files_in, read_manifest
from pfds.release.passing import scratch
from pfds.release.sign import PUBLIC_KEY, Signer, refuse_other_key, wrong_signature
from pfds.release.versions import GateRefused, version_key

NEXT_INDEX = ".next-index.json"
BUILDING = ".building-"
_TAKEN = (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR)
"""How a rename fails if something stands there: on Linux, on other systems, and if it is no folder."""


@contextmanager
def brought_in(store: Path, built: Path) -> Iterator[Path]:
    """A folder that was built elsewhere, inside the store but not published; removed afterwards unless it was.

    It lies in one whose name is no version, so nothing takes it for a release. A builder that is killed leaves it
    behind; the next one removes it.
    """
    store.mkdir(parents=True, exist_ok=True)
    clear_dead(store, BUILDING)
    with ExitStack() as ends:
        yield _moved(built, _own_place(store, ends) / built.name)


def released(store: Path) -> tuple[Entry, ...]:
    """The releases of the store, oldest first, with one whose publication was cut off in its last step.

    Waits until nobody publishes. Raises GateRefused if the index and the folders do not fit together.
    """
    if not store.is_dir():
        return ()
    with locked(store, shared=True):
        return _released(store)


def _released(store: Path) -> tuple[Entry, ...]:
    """`released`, for whoever has the lock."""
    entries = cut_off(store) or _indexed(store)
    if broken := next(broken_links(entries), None):
        raise GateRefused(f"{broken} Restore {INDEX} from a copy, then build again.")
    for entry in entries:
        _refuse_damaged(store / entry.version, entry)
    return entries


def cut_off(store: Path) -> tuple[Entry, ...] | None:
    """The next index, if a builder was killed after its release was in place and before the index was."""
    try:
        following = read_index(store / NEXT_INDEX)
        before = _indexed(store, following[-1].version) if following else ()
    except (BrokenIndex, GateRefused):
        return None
    if not following or [entry.link for entry in following[:-1]] != [entry.link for entry in before]:
        return None
    manifest = store / following[-1].version / MANIFEST
    fits = manifest.is_file() and file_hash(manifest) == following[-1].manifest_sha256
    return following if fits else None


def put_in_place(store: Path, built: Path, previous: Link | None, key: Signer | None = None) -> bool:
    """Publishes a built folder, named by its version, as the successor of ``previous``, and enters it in the index.

    Returns False if the same release, byte for byte, is there already. Raises GateRefused, before anything is
    published, if something else has this version, a later version is published, a published release is damaged,
    or another builder published one meanwhile; OSError, before anything is published; Unconfirmed after it.
    """
    flush(built)
    with locked(store):
        clear_unfinished(store)
        entries, target = _released(store), store / built.name
        if cut_off(store):
            _commit(store)
        if os.path.lexists(target):
            _refuse_other(target, built)
            flush(target)
            confirm(target)
            return False
        _refuse_unfit(entries, built.name, previous)
        beyond_recall()
        _lay_key(store, entries, key)
        write_durably(store / NEXT_INDEX, index_bytes(extended(entries, built)))
        return _entered(store, built, target)


def sign_all(store: Path, key: Signer) -> list[str]:
    """Signs every release of the store that has no signature, lays the public key; returns the versions signed.

    Raises GateRefused if a release is damaged or signed with another key, or the store has another public key.
    """
    with locked(store):
        clear_unfinished(store)
        refuse_other_key(store, key)
        present = [store / entry.version for entry in _released(store) if (store / entry.version).is_dir()]
        unsigned = [folder for folder in present if not os.path.lexists(folder / SIGNATURE)]
        for folder in present:
            wrong = None if folder in unsigned else wrong_signature(folder, key.secret.get_public_key())
            if wrong:
                raise GateRefused(f"{folder.name}: {wrong} Nothing was signed.")
        beyond_recall()
        for folder in unsigned:
            data = key.sign((folder / MANIFEST).read_bytes(), folder.name)
            replace_file(store, folder / SIGNATURE, data)
        if not (store / PUBLIC_KEY).exists():
            replace_file(store, store / PUBLIC_KEY, key.public)
    return [folder.name for folder in unsigned]


def _indexed(store: Path, expected: str = "") -> tuple[Entry, ...]:
    """The index. Raises GateRefused if it is broken or does not know a release that stands there."""
    try:
        entries = read_index(store / INDEX) if os.path.lexists(store / INDEX) else ()
    except BrokenIndex as broken:
        raise GateRefused(f"{broken} Restore it from a copy, then build again.") from None
    for name in unknown_releases(store, entries):
        if name != expected and (store / name / MANIFEST).is_file():
            raise GateRefused(
                f"{name} stands in the store, but {INDEX} does not know it. Restore {INDEX} from a copy, then build"
                " again."
            )
    return entries


def _refuse_damaged(folder: Path, entry: Entry) -> None:
    """Raises GateRefused unless the release is as published; one that was withdrawn may be gone."""
    if entry.status == "withdrawn" and not os.path.lexists(folder):
        return
    published(folder)
    if file_hash(folder / MANIFEST) != entry.manifest_sha256:
        raise damaged(entry.version)


def _refuse_unfit(entries: tuple[Entry, ...], version: str, previous: Link | None) -> None:
    last = entries[-1] if entries else None
    if last and version_key(last.version) > version_key(version):
        raise GateRefused(f"Version {last.version} is published already; {version} would come before it.")
    if (last and last.link) != previous:
        raise GateRefused(
            f"Another builder published {last.version if last else 'a release'} meanwhile. Nothing was published;"
            " build again."
        )


def _refuse_other(target: Path, built: Path) -> None:
    """Raises GateRefused unless what stands at ``target`` is, byte for byte, the release that was built."""
    if not (target / MANIFEST).is_file():
        raise GateRefused(f"Something that is no release stands at {target}. Move it away, then build again.")
    if file_hash(target / MANIFEST) != file_hash(built / MANIFEST):
        raise GateRefused(f"Version {target.name} is published already and differs. Choose the next version.")
    try:
        damage = next(differences(target, read_manifest(built)), None)
    except BrokenManifest as broken:
        damage = str(broken)
    if damage:
        raise GateRefused(
            f"The published release {target.name} is damaged: {damage} Restore it from a copy, then build again."
        )


def _lay_key(store: Path, entries: tuple[Entry, ...], key: Signer | None) -> None:
    """The public key into a store whose releases so far are signed. Raises GateRefused if they are not."""
    refuse_other_key(store, key)
    if not key or (store / PUBLIC_KEY).exists():
        return
    if entries:
        raise GateRefused("The releases of this store are not signed. First run `pfds release sign STORE --key FILE`.")
    replace_file(store, store / PUBLIC_KEY, key.public)


def _own_place(store: Path, ends: ExitStack) -> Path:
    """A new folder, locked for as long as it is needed: by that others see that its builder lives.

    One that is taken for dead before it is locked is removed by somebody else, and another one is made.
    """
    while True:
        with ExitStack() as tried:
            place = tried.enter_context(scratch(BUILDING, store))
            with suppress(FileNotFoundError):
                tried.enter_context(locked(place))
                if place.is_dir():
                    ends.push(tried.pop_all())
                    return place


def _moved(built: Path, target: Path) -> Path:
    """The folder in its new place, also in another file system. Raises OSError with its number."""
    try:
        return built.rename(target)
    except OSError as problem:
        if problem.errno != errno.EXDEV:
            raise
    for path in sorted(files_in(built)):
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(built / path, target / path)
    return target


def _renamed(built: Path, target: Path) -> bool:
    """Whether the folder is now in place; False if somebody without the lock laid the same release there."""
    try:
        built.rename(target)
    except OSError as problem:
        if problem.errno not in _TAKEN:
            raise
        _refuse_other(target, built)
        return False
    return True


def _entered(store: Path, built: Path, target: Path) -> bool:
    """Whether the folder, now in place and in the index, is new there. Takes all back if that fails."""
    new = False
    try:
        new = _renamed(built, target)
        flush_folder(store)
        (store / NEXT_INDEX).replace(store / INDEX)
    except (OSError, GateRefused):
        with suppress(OSError):
            if new:
                target.rename(built)
            (store / NEXT_INDEX).unlink()
        raise
    confirm(store / INDEX)
    return new


def _commit(store: Path) -> None:
    (store / NEXT_INDEX).replace(store / INDEX)
    confirm(store / INDEX)
