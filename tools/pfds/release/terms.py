"""The facts of a release, from the metadata of a dataset or from a published release.json."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pfds.editions.about import LICENCE_PAGES, About
from pfds.release.versions import GateRefused, version_key

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


def stated_about(release: Mapping[str, object]) -> About:
    """The facts that a release.json states. Raises ValueError if one is missing or of another form."""
    version, standard, as_of, title, publisher, licence = (
        _stated(release, key) for key in ("version", "standard", "as_of", "title", "publisher", "license")
    )
    version_key(version)
    if licence not in LICENCE_PAGES:
        raise ValueError("The licence is not accepted for data.")
    return About(version, standard, date.fromisoformat(as_of), title, publisher, licence)


def _stated(release: Mapping[str, object], key: str) -> str:
    value = release.get(key)
    if not isinstance(value, str):
        raise ValueError(f"{key} is not stated as text.")  # noqa: TRY004
    return value
