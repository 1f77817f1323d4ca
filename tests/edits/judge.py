"""What `pfds release verify` says of an edited store: its own functions, called without a new process for each edit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

from pytest import MonkeyPatch

from edits import of_files, of_trust
from edits.signed_store import NEWEST, SignedStore
from kloop import STANDARD
from pfds.release import verify as verifying
from pfds.release.verify_store import verify_store
from small_store import VERSIONS

BATCH = 40


@contextmanager
def tables_read_once() -> Iterator[None]:
    """While the files of a release are those of a manifest, what is in them is judged once for that manifest, and the
    files that a release must have are listed once for what its release.json states.

    Everything else - files, hashes, signatures, index, chain - is judged for every edit.
    """
    before = {name: getattr(verifying, name) for name in ("_contents", "_always_there")}
    known: dict[object, Any] = {}

    def once(name: str, key: object, *given: Any) -> Any:
        if (name, key) not in known:
            known[name, key] = before[name](*given)
        return known[name, key]

    def contents(*given: Any) -> Any:
        folder: Path = given[1]
        return once("_contents", (folder.name, (folder / "SHA256SUMS").read_bytes()), *given)

    with MonkeyPatch.context() as patch:
        patch.setattr(verifying, "_contents", contents)
        patch.setattr(verifying, "_always_there", lambda *given: once("_always_there", repr(given[1]), *given))
        yield


def undetected_in_files(store: SignedStore, seed: int, number: int) -> tuple[int, list[str]]:
    """A batch of edits of listed files: how many changed something, and those that the verdict on the release does not
    name."""
    chance = Random(f"files {seed} {number}")  # noqa: S311 - test data, not secrets
    version = chance.choice(VERSIONS)
    told = of_files.edited(store, version, chance, BATCH)
    problems = verifying.verify(STANDARD, store.folder / version, public=store.public)
    named = {problem.rpartition(suffix)[0] for problem in problems for suffix in _SENTENCES if suffix in problem}
    store.restore()
    return len(told), [f"batch {number}, {version}/{path}: {what}" for path, what in told.items() if path not in named]


def undetected_in_trust(store: SignedStore, seed: int, number: int) -> tuple[bool, list[str]]:
    """One edit of what vouches for the files: whether it changed a byte, and what it was if nothing is told of it."""
    chance = Random(f"trust {seed} {number}")  # noqa: S311 - test data, not secrets
    what = of_trust.edited(store, chance)
    changed = store.is_changed()
    verdict = verify_store(STANDARD, store.folder, public=store.public, at_least=NEWEST)
    store.restore()
    return changed, [f"{number}: {what}"] if changed and not verdict.problems else []


_SENTENCES = (
    " is missing.",
    " is not part of the release.",
    " is not an ordinary file.",
    " was changed: its SHA-256 is not the one in SHA256SUMS.",
)
