"""A release from a dataset: public part, files, last look, manifest; a function of dataset, standard and as-of date.

Everything is made in a private folder. Only what has passed every gate is brought into the store.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from pfds.editions.about import About
from pfds.editions.every import write_editions
from pfds.editions.public import Public
from pfds.editions.tables import Written, write_table
from pfds.release.chain import Past, past, published
from pfds.release.change_class import ChangeClass
from pfds.release.descriptions import Publication, descriptions, release_json
from pfds.release.diff_changes import changes_since
from pfds.release.doubts import doubts, elsewhere, refuse_unsigned
from pfds.release.gates import GATES
from pfds.release.last_look import Forbidden, look_for_leaks
from pfds.release.ledger import Ledger, read_ledger, refuse_unknown, write_ledger
from pfds.release.manifest import MANIFEST, SIGNATURE, manifest_text
from pfds.release.projection import NO_GUARD, Guard, Private, Projection, project
from pfds.release.read_again import refuse_written_otherwise
from pfds.release.scan.private_values import free_text
from pfds.release.scan.report import PrivateReport
from pfds.release.scan.standard_words import Baseline
from pfds.release.sign import Signer, refuse_other_key
from pfds.release.store import brought_in, put_in_place, released
from pfds.release.uniqueness import told
from pfds.release.versions import version_key
from pfds.release.withdraw import NOTHING_WITHDRAWN, Withdrawal, with_withdrawn
from pfds.standard.model import Standard


@dataclass(frozen=True, slots=True)
class Built:
    """A release that is in the store: its folder, the rows of each table, whether it is new there and complete, how
    unique its rows are that stand for somebody protected, in one sentence with counts, the places outside of its texts
    in which a word of a protected name stands, and what tells whether a sentence must not be shown."""

    folder: Path
    rows: Mapping[str, int]
    new: bool
    complete: bool
    uniqueness: str
    doubtful: tuple[str, ...]
    hides: Callable[[str], bool]


def build_release(
    standard: Standard,
    dataset: Private,
    about: About,
    store: Path,
    schema: Path | None = None,
    key: Signer | None = None,
    withdrawal: Withdrawal = NOTHING_WITHDRAWN,
    declared: ChangeClass | None = None,
    guard: Guard = NO_GUARD,
    *,
    editions: bool = True,
    private_report: PrivateReport | None = None,
) -> Built:
    """Builds the release of a validated dataset and puts it into the store.

    ``schema`` is the folder that the standard was read from, by default that of the toolkit; ``key`` signs the
    release; ``declared`` is the class that it is expected to have; ``guard`` what earlier releases kept back, which is
    written on just before publication. Without ``editions`` it holds the tables, what describes them and what changed,
    and nothing that is made for one program or kind of reader. To ``private_report`` goes what was found that must not
    be published, with its values.

    Raises GateRefused if something kept back or withdrawn, or kept back by an earlier release, would be published, if
    it is not known what the release before kept back, the version cannot be taken, the key is
    missing or another one, or the class is another one; ValueError for a version that is not `YYYY.M.N`. Only success
    changes the releases of the store.
    """
    version_key(about.version)
    refuse_other_key(store, key)
    before = past(standard, store, released(store), about.version)
    ledger = _ledger(store, before, guard)
    shown = project(standard, dataset, about, before, withdrawal, guard, ledger)
    if private_report:
        private_report.account(shown.rows)
    folder = dataset.room / about.version
    folder.mkdir(mode=0o755)
    after = with_withdrawn(before, withdrawal, shown.marked, shown.disclosure.kept_back)
    publication = Publication(
        about, _tables(standard, about, shown, folder), after, shown.disclosure.complete, editions
    )
    last = store / before.previous.version if before.previous else None
    write_files(folder, descriptions(standard, publication, schema))
    changes = changes_since(standard, last, folder, declared)
    write_files(folder, {**changes.files, **release_json(publication, changes.change_class)})
    public = Public(standard.released, about, folder, publication.rows, last)
    if editions:
        write_editions(public, folder, dataset.inputs if publication.complete else None, GATES)
    refuse_written_otherwise(public, shown, editions=editions)
    empty = partial(empty_release, standard, about, dataset.room, schema, editions=editions)
    forbidden = _forbidden(shown, after, changes.removed)
    left, hides = _looked_through(standard, shown, folder, forbidden, empty, private_report)
    _seal(folder, key)
    with brought_in(store, folder) as built:
        if guard.ledger and shown.ledger:
            write_ledger(guard.ledger, shown.ledger)
        new = put_in_place(store, built, before.previous, key)
    rows, complete = publication.rows, publication.complete
    return Built(store / about.version, rows, new, complete, told(shown.alike), left, hides)


def _forbidden(shown: Projection, after: Past, removed: frozenset[str]) -> Forbidden:
    tombstones = frozenset(stone.key for stone in after.tombstones)
    return Forbidden(shown.names, shown.disclosure.kept_back, tombstones, removed, shown.values)


def _seal(folder: Path, key: Signer | None) -> None:
    """Writes the manifest of a complete release, and its signature if there is a key."""
    manifest = manifest_text(folder).encode("utf-8")
    write_files(folder, {MANIFEST: manifest})
    if key:
        write_files(folder, {SIGNATURE: key.sign(manifest, folder.name)})


def _looked_through(
    standard: Standard,
    shown: Projection,
    folder: Path,
    forbidden: Forbidden,
    empty: Callable[[], Path],
    private: PrivateReport | None,
) -> tuple[tuple[str, ...], Callable[[str], bool]]:
    """The places of words of names that nobody can sign, and what tells whether a sentence must not be shown; ``empty``
    makes the release of a dataset without records. Raises GateRefused."""
    free = {table.name: free_text(table) for table in standard.tables.values()}
    seen = look_for_leaks(folder, forbidden, Baseline(empty, free), private)
    found = doubts(standard, shown, free, seen.texts) if seen.has_parts else []
    refuse_unsigned(found, shown.signed, seen.seeker, private)
    return elsewhere(seen.doubtful, found), seen.hides


def _ledger(store: Path, before: Past, guard: Guard) -> Ledger | None:
    """What earlier releases kept back, if it is to be written on. Raises GateRefused if it must be known and is not."""
    previous = before.previous.version if before.previous else None
    complete = previous is None or published(store / previous).get("complete") is True
    found = read_ledger(guard.ledger) if guard.ledger else None
    known = refuse_unknown(found, previous, complete=complete, new=guard.unknown_accepted)
    return known if guard.ledger else None


def empty_release(standard: Standard, about: About, room: Path, schema: Path | None, *, editions: bool) -> Path:
    """The folder of a release of a dataset without records: the words of the standard, and nothing else."""
    nowhere = room / "empty"
    text, folder = nowhere / "text", nowhere / about.version
    text.mkdir(parents=True)
    folder.mkdir()
    nameless = replace(about, title="Release", publisher="Release")
    shown = project(standard, Private(text, nowhere), nameless, Past(), NOTHING_WITHDRAWN)
    publication = Publication(
        nameless, _tables(standard, nameless, shown, folder), Past(), complete=True, editions=editions
    )
    write_files(folder, descriptions(standard, publication, schema))
    write_files(folder, release_json(publication, ChangeClass.INITIAL))
    if editions:
        write_editions(Public(standard.released, nameless, folder, publication.rows), folder, None, GATES)
    return folder


def _tables(standard: Standard, about: About, shown: Projection, folder: Path) -> Mapping[str, Written]:
    return {
        name: write_table(standard, about, table, shown.batches(table), folder)
        for name, table in standard.released.tables.items()
    }


def write_files(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Writes files by their path in the folder."""
    for path, data in contents.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
