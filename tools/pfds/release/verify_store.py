"""A store as a whole: every release in it, every link of the chain, every signature, and the index over them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from minisign import PublicKey

from pfds.release.chain import (
    broken_links,
    entry_of,
    published,
    stated_withdrawn,
    unknown_releases,
    wrong_statuses,
)
from pfds.release.index import INDEX, BrokenIndex, Entry, index_bytes, read_index
from pfds.release.manifest import SIGNATURE
from pfds.release.remade import not_compared
from pfds.release.sign import PUBLIC_KEY, BadKey, store_key
from pfds.release.stated import stated_standard
from pfds.release.store import BUILDING, cut_off
from pfds.release.verify import verify
from pfds.release.versions import GateRefused, is_version, version_key
from pfds.release.whole import not_whole
from pfds.standard.model import Standard


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with a store, what a reader should know besides, one sentence each; its versions, oldest first."""

    problems: tuple[str, ...]
    notes: tuple[str, ...]
    versions: tuple[str, ...]


def is_store(folder: Path) -> bool:
    """Whether a folder holds releases, and is none itself."""
    return (folder / INDEX).is_file() or any(is_version(path.name) for path in folder.iterdir())


def verify_store(
    standard: Standard,
    store: Path,
    schema: Path | None = None,
    public: PublicKey | None = None,
    at_least: str | None = None,
) -> Verdict:
    """The verdict on a store. ``public`` is the key that its releases must be signed with, by default the one that
    lies in it; ``at_least`` a version that was seen in it before.

    If somebody publishes meanwhile, what is found wrong may only be half of the old state and half of the new; then
    the store is judged again.
    """
    while True:
        before = _index_now(store)
        verdict = _judged(standard, store, schema, public, at_least)
        if not verdict.problems or _index_now(store) == before:
            return verdict


def _index_now(store: Path) -> bytes:
    try:
        return (store / INDEX).read_bytes()
    except OSError:
        return b""


def _judged(
    standard: Standard, store: Path, schema: Path | None, public: PublicKey | None, at_least: str | None
) -> Verdict:
    try:
        entries, own_key = _entries(store), store_key(store)
    except (BrokenIndex, BadKey) as broken:
        return Verdict((str(broken),), (), ())
    problems = [*broken_links(entries), *_rolled_back(store, entries, at_least)] or _statuses(store, entries)
    if public and own_key and own_key != public:
        problems.append(f"{PUBLIC_KEY} of the store is another key than the one given.")
    orphaned = own_key is None and any(os.path.lexists(store / entry.version / SIGNATURE) for entry in entries)
    if public and orphaned:
        problems.append(f"{PUBLIC_KEY} is missing from the store, and there are signatures.")
    notes = [*_leftovers(store), *_signed(public or own_key, orphaned=orphaned)]
    for entry in entries:
        folder = store / entry.version
        wrong = _release(standard, folder, entry, schema, public, newest=entry is entries[-1])
        problems += [f"{entry.version}: {problem}" for problem in wrong]
        notes += [f"{entry.version}: {note}" for note in _notes(standard, folder)]
    told = problems or _otherwise_written(store, entries)
    return Verdict(tuple(told), tuple(notes), tuple(entry.version for entry in entries))


def _entries(store: Path) -> tuple[Entry, ...]:
    """The index; none if the very first publication was cut off before there was one. Raises BrokenIndex."""
    return () if not (store / INDEX).exists() and cut_off(store) else read_index(store / INDEX)


def _rolled_back(store: Path, entries: tuple[Entry, ...], at_least: str | None) -> Iterator[str]:
    """Releases that the index has lost."""
    unfinished = cut_off(store)
    for name in unknown_releases(store, entries):
        if not unfinished or unfinished[-1].version != name:
            yield f"{INDEX} does not know {name}, which stands in the store: the index was rolled back."
    newest = entries[-1].version if entries else None
    if at_least and (newest is None or version_key(newest) < version_key(at_least)):
        yield f"The newest release is {newest or 'none'}, but {at_least} was seen before: the store was rolled back."


def _otherwise_written(store: Path, entries: tuple[Entry, ...]) -> Iterator[str]:
    """An index that says what it should, and has something besides."""
    if _index_now(store) not in (b"", index_bytes(entries)):
        yield f"{INDEX} is not written as `pfds release build` writes it: something in it was changed or added."


def _statuses(store: Path, entries: tuple[Entry, ...]) -> list[str]:
    try:
        return list(wrong_statuses(store, entries))
    except GateRefused:  # told with the release itself
        return []


def _release(
    standard: Standard, folder: Path, entry: Entry, schema: Path | None, public: PublicKey | None, *, newest: bool
) -> Iterator[str]:
    """What is wrong with one release; the files of a withdrawn one may be gone, if another vouches for that."""
    if not os.path.lexists(folder):
        if entry.status != "withdrawn" or newest:
            yield f"The release is missing, and {INDEX} names it."
        return
    foreign = stated_standard(folder) not in (None, standard.version)
    problems = not_whole(folder, public) if foreign else verify(standard, folder, schema, public)
    yield from problems or _told_otherwise(folder, entry)


def _told_otherwise(folder: Path, entry: Entry) -> Iterator[str]:
    try:
        stated = replace(entry_of(folder), status=entry.status)
        stated_withdrawn(published(folder))
    except GateRefused as damage:
        yield str(damage)
        return
    if stated != entry:
        yield f"{INDEX} says something else of it than its release.json."


def _notes(standard: Standard, folder: Path) -> Iterator[str]:
    if not os.path.lexists(folder):
        yield "Withdrawn, and its files are gone; its hash stays in the chain."
    elif stated_standard(folder) not in (None, standard.version):
        yield f"Made with standard {stated_standard(folder)}; its files and signature were checked, not its tables."
    elif note := not_compared(standard, folder):
        yield note


def _signed(public: PublicKey | None, *, orphaned: bool) -> Iterator[str]:
    if public:
        yield f"Every signature was checked with the key {public.to_base64().decode('ascii')}."
    elif orphaned:
        yield (
            f"There are signatures, and the store has no {PUBLIC_KEY}: none was checked. Get the key from elsewhere and"
            " give it with --public-key; maintainers run `pfds release sign` again."
        )
    else:
        yield f"Nothing is signed: the store has no {PUBLIC_KEY}."


def _leftovers(store: Path) -> Iterator[str]:
    if unfinished := cut_off(store):
        yield (
            f"The publication of {unfinished[-1].version} was cut off in its last step: readers see the state before,"
            " and the next build finishes it."
        )
    if any(path.name.startswith(BUILDING) for path in store.iterdir()):
        yield f"A builder is at work or was killed; the next build removes what it left ({BUILDING}…)."
