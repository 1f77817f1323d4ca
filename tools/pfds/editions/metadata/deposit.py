"""The description of a release for those who register and keep it: DataCite and Zenodo."""

from __future__ import annotations

from html import escape
from typing import Any

from pfds.editions.about import KEYWORDS
from pfds.editions.metadata.facts import CSV, PARQUET, Facts

_ENGLISH = "eng"
_VALID = "Day of which the records are true"
_COVERAGE = "Time that the records cover"


def datacite(facts: Facts) -> dict[str, Any]:
    """DataCite metadata as JSON, with terms of DataCite 4.5 only; the DOI is for whoever registers one to add."""
    about = facts.about
    licence, page = about.licence_page
    as_of = about.as_of.isoformat()
    days = [
        {"date": as_of, "dateType": "Issued"},
        {"date": as_of, "dateType": "Valid", "dateInformation": _VALID},
    ]
    if facts.period:
        days.append({"date": facts.period, "dateType": "Other", "dateInformation": _COVERAGE})
    return {
        "schemaVersion": "http://datacite.org/schema/kernel-4",
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Dataset"},
        "creators": [{"name": about.publisher, "nameType": "Organizational"}],
        "titles": [{"title": about.title}],
        "publisher": {"name": about.publisher},
        "publicationYear": str(about.as_of.year),
        "version": about.version,
        "dates": days,
        "language": facts.languages[0],
        "subjects": [{"subject": keyword} for keyword in KEYWORDS],
        "descriptions": [{"description": facts.description, "descriptionType": "Abstract", "lang": "en"}],
        "rightsList": [
            {
                "rights": licence,
                "rightsUri": page,
                "rightsIdentifier": about.licence,
                "rightsIdentifierScheme": "SPDX",
                "schemeUri": "https://spdx.org/licenses/",
            }
        ],
        "formats": [CSV, PARQUET],
        "sizes": [f"{content.table.name}: {content.rows} records" for content in facts.contents],
        **({"geoLocations": [{"geoLocationPlace": each.name} for each in facts.countries]} if facts.countries else {}),
    }


def zenodo(facts: Facts) -> dict[str, Any]:
    """Metadata of a Zenodo deposit, as its file `.zenodo.json` holds them; `description` and `notes` are HTML."""
    about = facts.about
    as_of = about.as_of.isoformat()
    notes = [facts.citation, *([f"{_COVERAGE}: {facts.period}."] if facts.period else [])]
    return {
        "upload_type": "dataset",
        "title": about.title,
        "creators": [{"name": about.publisher}],
        "publication_date": as_of,
        "description": f"<p>{escape(facts.description)}</p>",
        "access_right": "open",
        "license": about.licence.lower(),
        "version": about.version,
        "language": _ENGLISH,
        "keywords": list(KEYWORDS),
        "dates": [{"start": as_of, "end": as_of, "type": "Valid", "description": _VALID}],
        "notes": "".join(f"<p>{escape(note)}</p>" for note in notes),
        **({"locations": [{"place": each.name} for each in facts.countries]} if facts.countries else {}),
    }
