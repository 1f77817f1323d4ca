"""A release from a dataset: public part, files, last look, manifest; a function of dataset, standard and as-of date.

Everything is made in a private folder. Only what has passed every gate is brought into the store.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pfds.editions.about import About
from pfds.editions.every import write_editions
from pfds.editions.public import Public
from pfds.editions.tables import Written, write_table
from pfds.release.chain import Past, past
from pfds.release.change_class import ChangeClass
from pfds.release.dataset import opened
from pfds.release.descriptions import Publication, descriptions, release_json
from pfds.release.diff_changes import changes_since
from pfds.release.disclose import Disclosure, disclose, public
from pfds.release.gates import GATES
from pfds.release.last_look import Forbidden, Seen, look_for_leaks
from pfds.release.manifest import MANIFEST, SIGNATURE, manifest_text
from pfds.release.protected import Names, Origins, protected_names
from pfds.release.scan.private_values import free_text, protected_values
from pfds.release.scan.report import PrivateReport
from pfds.release.scan.standard_words import Baseline
from pfds.release.sign import Signer, refuse_other_key
from pfds.release.store import brought_in, put_in_place, released
from pfds.release.tombstones import UNSTATED, Tombstone
from pfds.release.versions import version_key
from pfds.release.withdraw import NOTHING_WITHDRAWN, Withdrawal, refuse_lost, refuse_returned, with_withdrawn
from pfds.standard.model import Standard


@dataclass(frozen=True, slots=True)
class Private:
    """A dataset that was validated, in a private folder: the text of its records (`pfds.checks.run.Options.text`),
    room for what is made of them, and the SHA-256 of each file that was sent."""

    text: Path
    room: Path
    inputs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Built:
    """A release that is in the store: its folder, the rows of each table, whether it is new there, and what the last
    look has seen in it."""

    folder: Path
    rows: Mapping[str, int]
    new: bool
    seen: Seen


def build_release(
    standard: Standard,
    dataset: Private,
    about: About,
    store: Path,
    schema: Path | None = None,
    key: Signer | None = None,
    withdrawal: Withdrawal = NOTHING_WITHDRAWN,
    declared: ChangeClass | None = None,
    *,
    editions: bool = True,
    private_report: PrivateReport | None = None,
) -> Built:
    """Builds the release of a validated dataset and puts it into the store.

    ``schema`` is the folder that the standard was read from, by default that of the toolkit; ``key`` signs the
    release; ``declared`` is the class that it is expected to have. Without ``editions`` it holds the tables, what
    describes them and what changed, and nothing that is made for one program or kind of reader. To ``private_report``
    goes what was found that must not be published, with its values.

    Raises GateRefused if something kept back or withdrawn would be published, the version cannot be taken, the key is
    missing or another one, or the class is another one; ValueError for a version that is not `YYYY.M.N`. Only success
    changes the releases of the store.
    """
    version_key(about.version)
    refuse_other_key(store, key)
    before = past(standard, store, released(store), about.version)
    folder = dataset.room / about.version
    folder.mkdir(mode=0o755)
    shown = _write_tables(standard, dataset, about, before, withdrawal, folder)
    after = with_withdrawn(before, withdrawal, shown.marked, shown.disclosure.kept_back)
    publication = Publication(about, shown.tables, after, shown.disclosure.complete, editions)
    write_files(folder, descriptions(standard, publication, schema))
    last = store / before.previous.version if before.previous else None
    changes = changes_since(standard, last, folder, declared)
    write_files(folder, {**changes.files, **release_json(publication, changes.change_class)})
    if editions:
        inputs = dataset.inputs if publication.complete else None
        write_editions(Public(standard, about, folder, publication.rows, last), folder, inputs, GATES)
    tombstones = frozenset(stone.key for stone in after.tombstones)
    forbidden = Forbidden(shown.names, shown.disclosure.kept_back, tombstones, changes.removed, shown.values)
    columns = {table.name: free_text(table) for table in standard.tables.values()}
    baseline = Baseline(lambda: empty_release(standard, about, dataset.room, schema, editions=editions), columns)
    seen = look_for_leaks(folder, forbidden, baseline, private_report)
    write_files(folder, {MANIFEST: manifest_text(folder).encode("utf-8")})
    if key:
        write_files(folder, {SIGNATURE: key.sign((folder / MANIFEST).read_bytes(), about.version)})
    with brought_in(store, folder) as built:
        new = put_in_place(store, built, before.previous, key)
    return Built(store / about.version, publication.rows, new, seen)


@dataclass(frozen=True, slots=True)
class _Shown:
    """The public part of a dataset: its files, what was kept back, and the names and values that stand nowhere."""

    tables: Mapping[str, Written]
    disclosure: Disclosure
    names: Names
    values: Origins

    @property
    def marked(self) -> list[Tombstone]:
        """Records that the dataset itself calls withdrawn."""
        return [Tombstone(name, key, UNSTATED) for name, ids in self.disclosure.withdrawn.items() for key in ids]


def _write_tables(
    standard: Standard, private: Private, about: About, before: Past, withdrawal: Withdrawal, folder: Path
) -> _Shown:
    with opened(standard, private.text, private.room) as dataset:
        refuse_returned(standard, dataset, before.tombstones)
        disclosure = disclose(standard, dataset, withdrawal.ids)
        refuse_lost(standard, dataset, withdrawal)
        names, values = protected_names(standard, dataset), protected_values(standard, dataset)
        tables = {
            name: write_table(
                standard,
                about,
                table,
                dataset.stream(f"SELECT * FROM {public(name)} ORDER BY {table.primary_key}"),
                folder,
            )
            for name, table in standard.tables.items()
        }
        return _Shown(tables, disclosure, names, values)


def empty_release(standard: Standard, about: About, room: Path, schema: Path | None, *, editions: bool) -> Path:
    """The folder of a release of a dataset without records: the words of the standard, and nothing else."""
    text, folder = room / "no-records", room / "empty" / about.version
    text.mkdir(exist_ok=True)
    folder.mkdir(parents=True)
    nameless = replace(about, title="Release", publisher="Release")
    shown = _write_tables(standard, Private(text, room), nameless, Past(), NOTHING_WITHDRAWN, folder)
    publication = Publication(nameless, shown.tables, Past(), complete=True, editions=editions)
    write_files(folder, descriptions(standard, publication, schema))
    write_files(folder, release_json(publication, ChangeClass.INITIAL))
    if editions:
        write_editions(Public(standard, nameless, folder, publication.rows), folder, None, GATES)
    return folder


def write_files(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Writes files by their path in the folder."""
    for path, data in contents.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
