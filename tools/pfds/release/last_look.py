"""The last look before publication: nothing that was kept back or withdrawn may stand in any file of a release."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pfds.release.diff_changes import CHANGES_FILES
from pfds.release.leaks import leaks
from pfds.release.manifest import files_in
from pfds.release.protected import Names
from pfds.release.tombstones import TOMBSTONES
from pfds.release.versions import GateRefused

_PLACES_SHOWN: Final = 10
_SAME_IN_EVERY_RELEASE: Final = (
    "schema/",
    "codelists/",
    "codebook/",
    "interop/",
    "datapackage.json",
    "parquet/datapackage.json",
)
"""Files whose words are those of the standard: they hold no text of the dataset but its title, which README.md has."""
_TELLS_REMOVALS: Final = (TOMBSTONES, "changes/", "CHANGELOG.md")
_NOT_TEXT: Final = (".parquet", ".zip", ".xlsx", ".sqlite", ".dta")
"""Other forms of what the text files hold, made from them."""
_BLOCK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Forbidden:
    """What must stand nowhere: names, identifiers kept back, and those of withdrawn records.

    Only that a record is gone is told by its identifier, which was public: ``removed`` ones in `changes/`, the
    ``tombstones`` there and in their list.
    """

    names: Names
    kept_back: frozenset[str]
    tombstones: frozenset[str]
    removed: frozenset[str]


def look_for_leaks(folder: Path, forbidden: Forbidden) -> None:
    """Raises GateRefused if something forbidden stands in a file of the release in the folder."""
    found = [
        place
        for path in sorted(files_in(folder))
        if not path.startswith(_SAME_IN_EVERY_RELEASE) and not path.endswith(_NOT_TEXT)
        for place in leaks(path, _blocks(folder / path), forbidden.names, _ids(path, forbidden))
    ]
    if found:
        more = f" and {len(found) - _PLACES_SHOWN} other places" if len(found) > _PLACES_SHOWN else ""
        raise GateRefused(
            "A name or identifier that is kept back or withdrawn would be published in"
            f" {'; '.join(found[:_PLACES_SHOWN])}{more}. Nothing was published."
            " Take it out of the text, or change the disclosure of the record that holds it."
        )


def _ids(path: str, forbidden: Forbidden) -> frozenset[str]:
    kept_back = forbidden.kept_back - (forbidden.removed if path in CHANGES_FILES else frozenset())
    return kept_back | (frozenset() if path.startswith(_TELLS_REMOVALS) else forbidden.tombstones)


def _blocks(path: Path) -> Iterator[bytes]:
    """The bytes of a file in parts that end where a line ends."""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block + file.readline()
