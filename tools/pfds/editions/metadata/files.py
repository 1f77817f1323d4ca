"""The descriptions of a release that catalogues, archives and search engines read, each in its own format."""

from __future__ import annotations

from pathlib import Path

from pfds.editions.metadata.catalogue import dcat_ap, schema_org
from pfds.editions.metadata.croissant import croissant
from pfds.editions.metadata.deposit import datacite, zenodo
from pfds.editions.metadata.facts import facts
from pfds.editions.public import Public
from pfds.standard.pretty_json import pretty

_FORMATS = {
    ".zenodo.json": zenodo,
    "metadata/croissant.json": croissant,
    "metadata/datacite.json": datacite,
    "metadata/dcat-ap.jsonld": dcat_ap,
    "metadata/schema-org.jsonld": schema_org,
}
PATHS = tuple(_FORMATS)


def write_metadata(public: Public, target: Path) -> None:
    """Writes the files ``PATHS`` below ``target``: UTF-8, two spaces of indentation.

    Raises FileNotFoundError if a CSV or Parquet file of the tables, or a codelist, is not yet in the release.
    """
    known = facts(public)
    for path, described in _FORMATS.items():
        file = target / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(pretty(described(known)).encode("utf-8"))
