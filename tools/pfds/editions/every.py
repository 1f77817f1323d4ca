"""All editions of a release, in the order in which they are made."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from pfds.editions.archives import write_archives
from pfds.editions.codebook.files import write_codebook
from pfds.editions.flat.files import write_flat
from pfds.editions.interop.files import write_interop
from pfds.editions.measures import measured
from pfds.editions.metadata.files import write_metadata
from pfds.editions.pictures.files import write_pictures
from pfds.editions.provenance import Inputs, write_provenance
from pfds.editions.public import Public
from pfds.editions.quality import Gate, write_quality
from pfds.editions.sqlite.files import write_sqlite
from pfds.editions.stata import write_stata
from pfds.editions.xlsx.files import write_xlsx

ARCHIVES: Final = "archives/"
EDITIONS: Final = (
    *("codebook/", "quality/", "provenance/", "flat/", "interop/", "sqlite/", "xlsx/", "stata/", "pictures/"),
    *("metadata/", ".zenodo.json", ARCHIVES),
)
"""Where the editions lie in a release."""
_LIBRARIES: Final = {
    "altair": "altair",
    "polars": "polars",
    "pyreadstat": "pyreadstat",
    "vl_convert": "vl-convert-python",
}
"""Modules that only those need who build releases, and the packages that have them."""


def missing_libraries() -> tuple[str, ...]:
    """Packages that editions are made with and that are not installed."""
    return tuple(package for module, package in _LIBRARIES.items() if find_spec(module) is None)


def write_editions(public: Public, target: Path, inputs: Inputs, gates: Sequence[Gate]) -> None:
    """Writes every edition of a release into the folder ``target``.

    ``inputs`` are the SHA-256 of every file that was accepted, or None where they are not told, ``gates`` what the
    release has to pass. The tables of ``public`` and all that describes them are written already.
    """
    measures = measured(public)
    write_codebook(public, target, measures)
    write_quality(public, target, gates, measures)
    write_provenance(public, target, inputs)
    for write in (write_flat, write_interop, write_sqlite, write_xlsx, write_stata, write_pictures, write_metadata):
        write(public, target)
    write_archives(public, target)
