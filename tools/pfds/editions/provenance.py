"""Where a release comes from: what was sent, whose rights it is under, and what it was built with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, TypeAlias

from pfds.editions.builder import builder
from pfds.editions.public import Public
from pfds.editions.text_files import write_json, write_text
from pfds.publish.dictionary import csv_text

Inputs: TypeAlias = Collection[str] | None
BUILD: Final = "provenance/build.json"
INPUTS: Final = "provenance/inputs.json"
_FOLDER: Final = "provenance"
_NOT_TOLD: Final = "Part of what was sent is kept back, and a guess at it could be proved by a hash."
_RIGHTS: Final = ("contributor", "role", "licence", "citation", "records")


def write_provenance(public: Public, target: Path, inputs: Inputs) -> None:
    """Writes `provenance/` with `inputs.json`, `rights.csv` and `build.json`.

    ``inputs`` are the SHA-256 (hexadecimal) of every file that was accepted; None where they are not told, because
    something in those files is kept back: whoever has a guess could prove it by the hash.
    """
    told = {"sha256": None, "not_told": _NOT_TOLD} if inputs is None else {"sha256": sorted(set(inputs))}
    write_json(target / INPUTS, {"release": public.about.version, **told})
    write_text(target / _FOLDER / "rights.csv", csv_text(_RIGHTS, _rights(public)))
    write_json(target / BUILD, builder(public.standard.version))


def _rights(public: Public) -> Iterator[tuple[str, str, str, str, int]]:
    """The publisher of all records, then those who sent them, as far as the prefixes of identifiers tell."""
    about = public.about
    citation = f"{about.publisher} ({about.as_of.year}): {about.title}, release {about.version}."
    yield about.publisher, "publisher", about.licence, citation, sum(public.rows.values())
    for prefix, records in sorted(_records_by_prefix(public).items()):
        yield prefix, "prefix of identifiers", about.licence, citation, records


def _records_by_prefix(public: Public) -> Counter[str]:
    """Records by the second part of their identifiers, which is the prefix of whoever submitted them."""
    found: Counter[str] = Counter()
    with TemporaryDirectory(prefix="pfds-") as scratch, public.database(Path(scratch)) as database:
        for table in public.rows:
            key = public.standard.tables[table].primary_key
            found.update(
                dict(database.rows(f"SELECT SPLIT_PART({key}, '-', 2), COUNT(*) FROM {table} GROUP BY 1 ORDER BY 1"))
            )
    return found
