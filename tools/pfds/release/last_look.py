"""The last look before publication: nothing that was kept back or withdrawn may stand in any layer of a release."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Final

from pfds.release.diff_changes import CHANGES_FILES
from pfds.release.diff_secrets import told_as_hash
from pfds.release.manifest import files_in
from pfds.release.protected import Names, Origins
from pfds.release.scan.place import Found, Place
from pfds.release.scan.raw import RawSeeker
from pfds.release.scan.report import PrivateReport, told
from pfds.release.scan.seeker import TextSeeker
from pfds.release.scan.sought import Kind
from pfds.release.scan.standard_words import Baseline
from pfds.release.scan.texts import Texts
from pfds.release.scan.walk import Walk
from pfds.release.tombstones import TOMBSTONES
from pfds.release.versions import GateRefused

_PLACES_SHOWN: Final = 10
_PLACES_KEPT: Final = 100_000
_TELLS_REMOVALS: Final = (TOMBSTONES, "changes/", "CHANGELOG.md")
_FILE_NAME: Final = "the name of the file"


@dataclass(frozen=True, slots=True)
class Forbidden:
    """What must stand nowhere: names, identifiers kept back, those of withdrawn records, and other private values.

    Only that a record is gone is told by its identifier, which was public: ``removed`` ones in `changes/`, as they
    are or hashed, the ``tombstones`` there and in their list.
    """

    names: Names
    kept_back: frozenset[str]
    tombstones: frozenset[str]
    removed: frozenset[str]
    values: Origins = field(default_factory=dict)


@dataclass(frozen=True)
class Seen:
    """What was looked through and holds nothing forbidden: the places that a person has to judge, each told without
    what stands there, but not those that every release has; whether there are words of names at all; and what seeks
    them, ``texts`` also without their escapes."""

    doubtful: Mapping[Found, str]
    has_parts: bool
    seeker: TextSeeker
    texts: Texts

    def hides(self, text: str) -> bool:
        """Whether a text must not be shown."""
        return self.seeker.names_somebody(text)


def look_for_leaks(
    folder: Path, forbidden: Forbidden, baseline: Baseline | None = None, private: PrivateReport | None = None
) -> Seen:
    """Raises GateRefused if something forbidden stands in a file of the release in the folder, or may stand there.

    Names and values that every release holds, as ``baseline`` knows them, are looked for in the cells of tables only.
    What was found goes to the ``private`` report with its values. Raises OSError if that cannot be written.
    """
    text = TextSeeker(forbidden.names, forbidden.kept_back | forbidden.tombstones, forbidden.values)
    walk = Walk(text, RawSeeker(text, {*forbidden.names.written, *forbidden.values}))
    if text.is_idle:
        return Seen({}, has_parts=False, seeker=text, texts=walk.texts)
    paths = sorted(files_in(folder))
    found = _bounded(each for path in paths for each in _in_file(walk, folder, path, forbidden))
    has_parts = any(each.is_part for each in found)
    if baseline and (common := baseline.words_among(found)):
        found = [each for each in found if each.sought not in common]
        found += baseline.in_cells(folder, [each for each in common if not each.is_part])
    found = _without_words_of_what_was_found(found)
    if private:
        private.write(found, {**forbidden.names.written, **forbidden.values})
    hides, numbers = cache(text.names_somebody), {path: number for number, path in enumerate(paths, start=1)}
    shown = {each: told(each, hides, numbers[each.place.path]) for each in found}
    if refused := [each for each in found if not each.is_part]:
        raise GateRefused(_refusal(dict.fromkeys(_with_reason(shown[each], each) for each in refused), private))
    return Seen(shown, has_parts, text, walk.texts)


def _in_file(walk: Walk, folder: Path, path: str, forbidden: Forbidden) -> Iterator[Found]:
    place = Place(path)
    for found in chain(walk.name(path, place.inside(_FILE_NAME)), walk.file(folder / path, place)):
        sought = found.sought
        if sought and sought.kind is Kind.IDENTIFIER and not _forbidden_there(sought.words[0], found.place, forbidden):
            continue
        yield found


def _forbidden_there(identifier: str, place: Place, forbidden: Forbidden) -> bool:
    """Whether an identifier must not stand in a file, or in a copy of it within an archive."""
    paths = [f"/{path}" for path in (place.path, *place.layers)]
    if identifier in forbidden.kept_back:
        in_changes = any(path.endswith(f"/{name}") for path in paths for name in CHANGES_FILES)
        if not in_changes or forbidden.removed.isdisjoint((identifier, told_as_hash(identifier))):
            return True
    tells = any(f"/{name}" in path for path in paths for name in _TELLS_REMOVALS)
    return identifier in forbidden.tombstones and not tells


def _bounded(found: Iterable[Found]) -> list[Found]:
    """Each place once; so many as a person can look at, and everything that no place is known of yet."""
    kept: dict[Found, None] = {}
    known = set()
    for each in found:
        if len(kept) < _PLACES_KEPT or each.sought not in known:
            kept[each] = None
            known.add(each.sought)
    return list(kept)


def _without_words_of_what_was_found(found: list[Found]) -> list[Found]:
    """Leaves out the single words of a name where the whole of it was found."""
    whole = {(each.place, each.line, each.sought.words) for each in found if each.sought and not each.is_part}
    return [
        each
        for each in found
        if not (each.is_part and each.sought and (each.place, each.line, each.sought.name) in whole)
    ]


def _with_reason(place: str, found: Found) -> str:
    return f"{place} ({found.why})" if found.why else place


def _refusal(places: Iterable[str], private: PrivateReport | None) -> str:
    shown = list(places)
    more = f" and {len(shown) - _PLACES_SHOWN:,} other places" if len(shown) > _PLACES_SHOWN else ""
    where = f"{private.path} says" if private else "--private-report FILE writes a file that says"
    return (
        "A name, identifier or other value that is kept back or withdrawn would be published, or nobody can tell"
        f" whether it would, in {'; '.join(shown[:_PLACES_SHOWN])}{more}. Nothing was published."
        f" Take it out of the text, or change the disclosure of the record that holds it; {where} what stands where."
    )
