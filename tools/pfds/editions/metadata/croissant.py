"""The description of a release for machine learning: Croissant 1.1, by which mlcroissant loads the records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pfds.editions.about import KEYWORDS
from pfds.editions.metadata.facts import Content, Country, Facts, File, Share
from pfds.standard.model import Field, Standard, Table

_RELEASE = "../"
_CONFORMS_TO = ("http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0")
_TYPES = {"string": "sc:Text", "integer": "sc:Integer", "number": "sc:Float", "boolean": "sc:Boolean"}
_KINDS = {"date": "sc:Date", "url": "sc:URL"}
_BIBTEX = str.maketrans({each: f"\\{each}" for each in "{}%&#_$"} | {"\\": "\\textbackslash{}"})


def croissant(facts: Facts) -> dict[str, Any]:
    """A Croissant dataset: every table as a RecordSet, and every codelist that one of its columns uses.

    The records are read from the Parquet files, since what reads CSV for Croissant takes the surname Null and the
    language `nan` for missing values. References are foreign keys in the words of CSV on the Web: mlcroissant takes
    `references` of Croissant for a join to be made at once, and then gives other records or none at all.
    """
    about = facts.about
    organization = {"@type": "sc:Organization", "name": about.publisher}
    as_of = about.as_of.isoformat()
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "name": about.title,
        "description": facts.description,
        "conformsTo": list(_CONFORMS_TO),
        "citeAs": _bibtex(facts),
        "url": f"{_RELEASE}README.md",
        "version": about.version,
        "datePublished": as_of,
        "dateModified": as_of,
        "license": about.licence_page[1],
        "creator": organization,
        "publisher": organization,
        "inLanguage": list(facts.languages),
        "keywords": list(KEYWORDS),
        **({"temporalCoverage": facts.period} if facts.period else {}),
        **({"spatialCoverage": [_country(each) for each in facts.countries]} if facts.countries else {}),
        **_responsible(facts),
        "distribution": list(_files(facts)),
        "recordSet": [*map(_record_set, facts.contents), *_enumerations(facts)],
    }


def _country(country: Country) -> dict[str, str]:
    return {"@type": "sc:Country", "name": country.name, "identifier": country.code}


def _bibtex(facts: Facts) -> str:
    about = facts.about
    entries = {
        "author": f"{{{about.publisher.translate(_BIBTEX)}}}",
        "title": about.title.translate(_BIBTEX),
        "publisher": about.publisher.translate(_BIBTEX),
        "year": str(about.as_of.year),
        "version": about.version,
    }
    return f"@misc{{release-{about.version}, {', '.join(f'{key} = {{{text}}}' for key, text in entries.items())}}}"


def _responsible(facts: Facts) -> dict[str, Any]:
    """What the standard and the records themselves say to those who would learn from the data."""
    return {
        "rai:dataLimitations": [
            "Sources contradict each other. A record holds the value that the publisher stands behind; the table claims"
            " holds what each source says, the table conflicts where they disagree.",
            "Records and columns that may not be published are not in the release, and what nobody reported is not"
            " known: the number of records is not the number of what happened.",
            *_shared("Verification of the events", facts.verification),
        ],
        **({"rai:dataBiases": biases} if (biases := [*_shared("Types of the sources", facts.source_types)]) else {}),
        "rai:dataCollectionMissingData": "An empty cell means that the value is not stated.",
        "rai:dataPreprocessingProtocol": [
            "Beside each date, given as EDTF, stand its first and its last possible day, derived from it."
        ],
        "rai:personalSensitiveInformation": [
            "The records are about persecuted persons, and tell of their work, charges, sentences and detention."
            " A person who may be published under a neutral label or by initials only is named in no other way;"
            " records that may not be published are not in the release."
        ],
        "rai:dataReleaseMaintenancePlan": "A release is never changed. Corrections and withdrawals of records make"
        " a new release; tombstones.csv lists the identifiers of the records that were withdrawn.",
    }


def _shared(what: str, shares: tuple[Share, ...]) -> Iterator[str]:
    if shares:
        yield f"{what}: {', '.join(f'{share.label} {share.rows}' for share in shares)}."


def _files(facts: Facts) -> Iterator[dict[str, Any]]:
    for content in facts.contents:
        for file in content.files:
            yield _file(file, f"{content.table.description} {content.rows} records.")
    for name, file in facts.codelists:
        yield _file(file, f"Codelist {name}, with labels in all languages.")


def _file(file: File, description: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": file.path,
        "name": file.path,
        "description": description,
        "contentUrl": f"{_RELEASE}{file.path}",
        "contentSize": f"{file.bytes} B",
        "encodingFormat": _ENCODINGS.get(file.media_type, file.media_type),
        "sha256": file.sha256,
    }


_ENCODINGS = {"application/vnd.apache.parquet": "application/x-parquet"}
"""Croissant names Parquet as it was named before its media type was registered."""


def _record_set(content: Content) -> dict[str, Any]:
    table = content.table
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.plural,
        "description": table.description,
        "key": {"@id": f"{table.name}/{table.primary_key}"},
        **({"csvw:foreignKey": keys} if (keys := list(_foreign_keys(table))) else {}),
        "field": [_field(table, field, content.parquet) for field in table.released],
    }


def _foreign_keys(table: Table) -> Iterator[dict[str, Any]]:
    for field in table.released:
        if field.codelist:
            yield _foreign_key(field, f"codelists/{field.codelist}.csv", "code")
        elif field.reference:
            yield _foreign_key(field, f"data/{field.reference.table}.csv", field.reference.field)


def _foreign_key(field: Field, path: str, column: str) -> dict[str, Any]:
    return {
        "csvw:columnReference": field.name,
        "csvw:reference": {"csvw:resource": f"{_RELEASE}{path}", "csvw:columnReference": column},
    }


def _field(table: Table, field: Field, file: File) -> dict[str, Any]:
    return {
        "@type": "cr:Field",
        "@id": f"{table.name}/{field.name}",
        "name": field.title,
        "description": field.description,
        "dataType": _KINDS.get(field.kind) or _TYPES[field.json_type],
        "source": {"fileObject": {"@id": file.path}, "extract": {"column": field.name}},
    }


def _enumerations(facts: Facts) -> Iterator[dict[str, Any]]:
    used = {field.codelist for content in facts.contents for field in content.table.released}
    for name in facts.standard.codelists:
        if name in used:
            yield _enumeration(facts.standard, name)


def _enumeration(standard: Standard, name: str) -> dict[str, Any]:
    key = f"codelist/{name}"
    return {
        "@type": "cr:RecordSet",
        "@id": key,
        "name": f"Codelist {name}",
        "description": f"Codes of the codelist {name} with their English labels; codelists/{name}.csv has all.",
        "dataType": "sc:Enumeration",
        "key": {"@id": f"{key}/code"},
        "field": [
            {"@type": "cr:Field", "@id": f"{key}/code", "name": "Code", "dataType": "sc:Text"},
            {"@type": "cr:Field", "@id": f"{key}/name", "name": "Label", "dataType": ["sc:Text", "sc:name"]},
        ],
        "data": [
            {f"{key}/code": code.code, f"{key}/name": code.labels["en"]}
            for code in standard.codelists[name].codes.values()
        ],
    }


_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "csvw": "http://www.w3.org/ns/csvw#",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "name": {"@container": "@language"},
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
