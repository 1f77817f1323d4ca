"""The facts of a release, from the metadata of a dataset."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pfds.editions.about import LICENCE_PAGES, About
from pfds.release.versions import GateRefused

DEFAULT_LICENCE = "CC-BY-4.0"
DEFAULT_TITLE = "Press freedom dataset"
DEFAULT_PUBLISHER = "Publisher not stated"


def about_release(version: str, standard: str, as_of: date | None, meta: Mapping[str, object]) -> About:
    """The facts of a release of a submission or dataset with this metadata.

    Raises ValueError if no as-of date is known, GateRefused if the licence is none that is accepted for data.
    """
    if as_of is None:
        raise ValueError("No as-of date is known: give one with --as-of YYYY-MM-DD.")
    licence = str(meta.get("license", DEFAULT_LICENCE))
    if licence not in LICENCE_PAGES:
        raise GateRefused(
            f"The licence that the metadata names is not accepted for data. Accepted are {', '.join(LICENCE_PAGES)}."
        )
    title, publisher = str(meta.get("title", DEFAULT_TITLE)), str(meta.get("publisher", DEFAULT_PUBLISHER))
    return About(version, standard, as_of, title, publisher, licence)
