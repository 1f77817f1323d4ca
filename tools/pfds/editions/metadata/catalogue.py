"""The description of a release for search engines (schema.org) and for open data portals (DCAT-AP 3.0.1).

Both are JSON-LD with the whole context inside, and lie in `metadata/`: addresses of files are relative to that folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pfds.editions.about import KEYWORDS
from pfds.editions.metadata.facts import CSV, Content, Country, Facts, File

RELEASE = "../"
"""The folder of the release, as seen from a file of `metadata/`."""
_AUTHORITY = "http://publications.europa.eu/resource/authority"
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types"


def schema_org(facts: Facts) -> dict[str, Any]:
    """A Dataset of schema.org with one DataDownload for each file and every column as a variable."""
    about = facts.about
    organization = {"@type": "Organization", "name": about.publisher}
    as_of = about.as_of.isoformat()
    return {
        "@context": {
            "@vocab": "https://schema.org/",
            "contentUrl": {"@type": "@id"},
            "license": {"@type": "@id"},
            "url": {"@type": "@id"},
        },
        "@type": "Dataset",
        "name": about.title,
        "description": facts.description,
        "url": f"{RELEASE}README.md",
        "version": about.version,
        "datePublished": as_of,
        "dateModified": as_of,
        "license": about.licence_page[1],
        "creator": organization,
        "publisher": organization,
        "isAccessibleForFree": True,
        "inLanguage": list(facts.languages),
        "keywords": list(KEYWORDS),
        "creditText": facts.citation,
        **({"temporalCoverage": facts.period} if facts.period else {}),
        **({"spatialCoverage": [_country(each) for each in facts.countries]} if facts.countries else {}),
        "variableMeasured": list(_variables(facts)),
        "distribution": [_download(content, file) for content in facts.contents for file in content.files],
    }


def _country(country: Country) -> dict[str, str]:
    return {"@type": "Country", "name": country.name, "identifier": country.code}


def _variables(facts: Facts) -> Iterator[dict[str, Any]]:
    for content in facts.contents:
        for field in content.table.released:
            yield {
                "@type": "PropertyValue",
                "propertyID": f"{content.table.name}.{field.name}",
                "name": field.title,
                "description": field.description,
            }


def _download(content: Content, file: File) -> dict[str, Any]:
    return {
        "@type": "DataDownload",
        "name": file.path,
        "description": content.table.description,
        "encodingFormat": file.media_type,
        "contentUrl": f"{RELEASE}{file.path}",
        "contentSize": f"{file.bytes} B",
        "sha256": file.sha256,
        "size": {"@type": "QuantitativeValue", "value": content.rows, "unitText": "records"},
    }


def dcat_ap(facts: Facts) -> dict[str, Any]:
    """A dcat:Dataset with one distribution for each file, for DCAT-AP 3.0.1; codes are of its authority tables."""
    about = facts.about
    return {
        "@context": _DCAT_CONTEXT,
        "@id": RELEASE,
        "@type": "dcat:Dataset",
        "title": _english(about.title),
        "description": _english(facts.description),
        "version": about.version,
        "issued": about.as_of.isoformat(),
        "modified": about.as_of.isoformat(),
        "publisher": {"@type": "foaf:Agent", "foaf:name": about.publisher},
        "accessRights": {"@id": f"{_AUTHORITY}/access-right/PUBLIC", "@type": "dct:RightsStatement"},
        "language": {"@id": f"{_AUTHORITY}/language/ENG", "@type": "dct:LinguisticSystem"},
        "theme": {"@id": f"{_AUTHORITY}/data-theme/JUST", "@type": "skos:Concept", "prefLabel": _english(_THEME)},
        "keyword": [_english(keyword) for keyword in KEYWORDS],
        **_temporal(facts),
        **_spatial(facts),
        "distribution": [_distribution(facts, content, file) for content in facts.contents for file in content.files],
    }


_THEME = "Justice, legal system and public safety"


def _temporal(facts: Facts) -> dict[str, Any]:
    if not facts.coverage:
        return {}
    first, last = (day.isoformat() for day in facts.coverage)
    return {"temporal": {"@type": "dct:PeriodOfTime", "startDate": first, "endDate": last}}


def _spatial(facts: Facts) -> dict[str, Any]:
    if not facts.countries:
        return {}
    codes = (each.code for each in facts.countries)
    return {"spatial": [{"@id": f"{_AUTHORITY}/country/{code}", "@type": "dct:Location"} for code in codes]}


def _distribution(facts: Facts, content: Content, file: File) -> dict[str, Any]:
    return {
        "@type": "dcat:Distribution",
        "title": _english(file.path),
        "description": _english(f"{content.table.description} {content.rows} records."),
        "accessURL": {"@id": f"{RELEASE}{file.path}", "@type": "rdfs:Resource"},
        "downloadURL": {"@id": f"{RELEASE}{file.path}", "@type": "rdfs:Resource"},
        "mediaType": {"@id": f"{_MEDIA_TYPES}/{file.media_type}", "@type": "dct:MediaType"},
        **(
            {"format": {"@id": f"{_AUTHORITY}/file-type/CSV", "@type": "dct:MediaTypeOrExtent"}}
            if file.media_type == CSV
            else {}
        ),
        "byteSize": str(file.bytes),
        "checksum": {
            "@type": "spdx:Checksum",
            "algorithm": {"@id": "spdx:checksumAlgorithm_sha256", "@type": "spdx:ChecksumAlgorithm"},
            "checksumValue": file.sha256,
        },
        "license": {"@id": facts.about.licence_page[1], "@type": "dct:LicenseDocument"},
    }


def _english(text: str) -> dict[str, str]:
    return {"@value": text, "@language": "en"}


_DCAT_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    **{
        term: f"dct:{term}"
        for term in (
            "title",
            "description",
            "publisher",
            "accessRights",
            "language",
            "temporal",
            "spatial",
            "license",
            "format",
        )
    },
    **{
        term: f"dcat:{term}"
        for term in ("version", "theme", "keyword", "distribution", "accessURL", "downloadURL", "mediaType")
    },
    "prefLabel": "skos:prefLabel",
    "issued": {"@id": "dct:issued", "@type": "xsd:date"},
    "modified": {"@id": "dct:modified", "@type": "xsd:date"},
    "startDate": {"@id": "dcat:startDate", "@type": "xsd:date"},
    "endDate": {"@id": "dcat:endDate", "@type": "xsd:date"},
    "byteSize": {"@id": "dcat:byteSize", "@type": "xsd:nonNegativeInteger"},
    "checksum": "spdx:checksum",
    "algorithm": "spdx:algorithm",
    "checksumValue": {"@id": "spdx:checksumValue", "@type": "xsd:hexBinary"},
}
