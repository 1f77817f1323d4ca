"""What a release is: version, title, publisher, licence, and the texts made from them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from string import Template
from typing import Any

from pfds import __version__

LICENCE_PAGES: Mapping[str, tuple[str, str]] = {
    "CC-BY-4.0": (
        "Creative Commons Attribution 4.0 International",
        "https://creativecommons.org/licenses/by/4.0/",
    ),
    "CC-BY-SA-4.0": (
        "Creative Commons Attribution-ShareAlike 4.0 International",
        "https://creativecommons.org/licenses/by-sa/4.0/",
    ),
    "CC0-1.0": ("Creative Commons Zero 1.0 Universal", "https://creativecommons.org/publicdomain/zero/1.0/"),
    "ODC-By-1.0": (
        "Open Data Commons Attribution License 1.0",
        "https://opendatacommons.org/licenses/by/1-0/",
    ),
}
KEYWORDS = ("press freedom", "human rights", "journalists", "activists", "open data")


@dataclass(frozen=True, slots=True)
class About:
    """Facts of one release: CalVer version, the version of the standard, the as-of date and the terms."""

    version: str
    standard: str
    as_of: date
    title: str
    publisher: str
    licence: str

    @property
    def licence_page(self) -> tuple[str, str]:
        """Name and address of the licence."""
        return LICENCE_PAGES[self.licence]


def package_about(about: About) -> dict[str, Any]:
    """The head of a Data Package descriptor."""
    name, page = about.licence_page
    return {
        "name": "press-freedom-data-release",
        "title": about.title,
        "description": f"Release {about.version} of records about persecuted journalists and activists, as of"
        f" {about.as_of.isoformat()}.",
        "keywords": list(KEYWORDS),
        "version": about.version,
        "created": f"{about.as_of.isoformat()}T00:00:00Z",
        "licenses": [{"name": about.licence, "title": name, "path": page}],
        "contributors": [{"title": about.publisher, "role": "publisher", "roles": ["publisher"]}],
        "x-standard": about.standard,
    }


def citation(about: About) -> str:
    """CITATION.cff of the dataset (Citation File Format 1.2.0)."""
    return filled(
        "citation.cff",
        about,
        title_quoted=json.dumps(about.title, ensure_ascii=False),
        abstract_quoted=json.dumps(package_about(about)["description"], ensure_ascii=False),
        keywords="\n".join(f"  - {keyword}" for keyword in KEYWORDS),
        publisher_quoted=json.dumps(about.publisher, ensure_ascii=False),
    )


def licence_text(about: About) -> str:
    """LICENSE.txt."""
    return filled("licence.txt", about)


def changelog(about: About) -> str:
    """CHANGELOG.md."""
    return filled("changelog.md", about)


def filled(template: str, about: About, **more: str) -> str:
    """The text of a template with the facts of the release, and ``more``."""
    name, page = about.licence_page
    text = files("pfds.editions").joinpath("templates", template).read_text("utf-8")
    return Template(text).substitute(
        version=about.version,
        standard=about.standard,
        toolkit=__version__,
        as_of=about.as_of.isoformat(),
        title=about.title,
        publisher=about.publisher,
        licence=about.licence,
        licence_name=name,
        licence_page=page,
        year=str(about.as_of.year),
        **more,
    )
