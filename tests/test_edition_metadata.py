"""The descriptions of a release for archives, search engines and portals: each valid, all of one mind, none made up."""

import hashlib
import json
import shutil
import socket
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet
from rdflib import DCAT, DCTERMS, FOAF, RDF, XSD, Graph, Literal, Namespace, URIRef

from kloop import STANDARD
from metadata_judges import (
    SDO,
    citation_errors,
    datacite_errors,
    dataset_search_errors,
    dcat_errors,
    linked_data,
    no_network,
    read_citation,
    zenodo_errors,
)
from pfds.editions.about import KEYWORDS, LICENCE_PAGES, About, citation
from pfds.editions.metadata.files import PATHS, write_metadata
from pfds.editions.public import Public
from public import public

pytestmark = [
    pytest.mark.usefixtures(no_network.__name__),
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning"),  # rdflib's own use of it
]

VERSION = URIRef("http://www.w3.org/ns/dcat#version")
SPDX = Namespace("http://spdx.org/rdf/terms#")
RELEASE = "https://example.org/store/1/"
ODD = About(
    version="2031.12.7",
    standard=STANDARD.version,
    as_of=date(2031, 12, 30),
    title='Журналисты, "حرية الصحافة" & <b>100 %</b> {куттуу}: a\\b #1',
    publisher="Организация «Бир, эки»",
    licence="CC0-1.0",
)


def described(release: Public, folder: Path) -> dict[str, Any]:
    """The descriptions by the first part of the file's name."""
    write_metadata(release, folder)
    return {Path(path).name.removeprefix(".").split(".")[0]: json.loads((folder / path).read_bytes()) for path in PATHS}


@pytest.fixture(scope="module")
def kloop(kloop_release: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return described(public(kloop_release), tmp_path_factory.mktemp("kloop-metadata"))


@pytest.fixture(scope="module")
def nothing(kloop_release: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The descriptions of a release without a single record."""
    folder = tmp_path_factory.mktemp("nothing") / "release"
    shutil.copytree(kloop_release, folder)
    for name in STANDARD.released.tables:
        typed, text = folder / "parquet" / f"{name}.parquet", folder / "data" / f"{name}.csv"
        parquet.write_table(parquet.read_table(typed).slice(0, 0), typed)
        text.write_bytes(text.read_bytes().splitlines(keepends=True)[0])
    return described(Public(STANDARD.released, ODD, folder, dict.fromkeys(STANDARD.released.tables, 0)), folder)


@pytest.fixture(scope="module")
def odd(kloop_release: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The descriptions of a release whose title and publisher hold whatever means something to some format."""
    return described(replace(public(kloop_release), about=ODD), tmp_path_factory.mktemp("odd"))


def without(content: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in content.items() if name not in names}


def test_no_test_here_can_use_the_network() -> None:
    with pytest.raises(AssertionError, match="network"):
        socket.create_connection(("localhost", 9))
    with pytest.raises(AssertionError, match="network"):
        Graph().parse("http://localhost:9/context.jsonld")


def test_the_same_release_gives_the_same_bytes_in_any_folder(kloop_release: Path, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        write_metadata(public(kloop_release), tmp_path / folder)
    assert sorted(path.relative_to(tmp_path / "one").as_posix() for path in (tmp_path / "one").rglob("*.*")) == sorted(
        PATHS
    )
    for path in PATHS:
        content = (tmp_path / "one" / path).read_bytes()
        assert content == (tmp_path / "two" / path).read_bytes()
        assert content.endswith(b"}\n")
        assert str(tmp_path).encode() not in content
        assert str(kloop_release).encode() not in content


def test_a_file_that_is_not_there_yet_is_told(kloop_release: Path, tmp_path: Path) -> None:
    release = tmp_path / "release"
    shutil.copytree(kloop_release, release)
    (release / "data" / "names.csv").unlink()
    with pytest.raises(FileNotFoundError, match=r"names\.csv"):
        write_metadata(public(release), tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("which", ["kloop", "odd", "nothing"])
def test_every_description_is_valid(which: str, request: pytest.FixtureRequest) -> None:
    found = request.getfixturevalue(which)
    assert datacite_errors(found["datacite"]) == []
    assert zenodo_errors(found["zenodo"]) == []
    assert dataset_search_errors(found["schema-org"]) == []
    assert dcat_errors(found["dcat-ap"]) == ""


@pytest.mark.parametrize("licence", LICENCE_PAGES)
def test_the_citation_file_is_valid_with_every_licence(licence: str) -> None:
    about = replace(ODD, licence=licence)
    found = read_citation(citation(about))
    assert citation_errors(found) == []
    assert (found["title"], found["authors"]) == (about.title, [{"name": about.publisher}])
    assert (found["type"], found["version"], found["date-released"]) == ("dataset", "2031.12.7", "2031-12-30")
    assert found["keywords"] == list(KEYWORDS)
    assert "as of 2031-12-30" in found["abstract"]


@pytest.mark.parametrize(
    "name", ["schemaVersion", "types", "creators", "titles", "publisher", "publicationYear"], ids=str
)
def test_datacite_metadata_that_lack_what_is_required_fail(kloop: dict[str, Any], name: str) -> None:
    assert datacite_errors(without(kloop["datacite"], name)) == [f"'{name}' is a required property"]


def test_datacite_metadata_with_words_of_its_own_fail(kloop: dict[str, Any]) -> None:
    assert datacite_errors({**kloop["datacite"], "license": "CC-BY-4.0"})
    assert datacite_errors({**kloop["datacite"], "dates": [{"date": "2025-11-05", "dateType": "Coverage"}]})
    assert datacite_errors({**kloop["datacite"], "dates": [{"date": "last autumn", "dateType": "Other"}]})


@pytest.mark.parametrize(
    "name", ["upload_type", "publication_date", "title", "creators", "description", "access_right", "license"]
)
def test_a_zenodo_deposit_that_lacks_what_is_required_fails(kloop: dict[str, Any], name: str) -> None:
    assert zenodo_errors(without(kloop["zenodo"], name)) == [f"'{name}' is a required property"]


@pytest.mark.parametrize("name", ["cff-version", "message", "title", "authors"])
def test_a_citation_file_that_lacks_what_is_required_fails(name: str) -> None:
    found = read_citation(citation(ODD))
    assert citation_errors(without(found, name)) == [f"'{name}' is a required property"]
    assert citation_errors({**found, "type": "data"})
    assert citation_errors({**found, "license": "CC-BY"})


@pytest.mark.parametrize("name", ["name", "description", "license", "creator", "distribution"])
def test_a_dataset_that_lacks_what_a_search_engine_asks_for_fails(kloop: dict[str, Any], name: str) -> None:
    assert name in " ".join(dataset_search_errors(without(kloop["schema-org"], name)))


def test_a_dataset_that_a_portal_would_refuse_fails(kloop: dict[str, Any]) -> None:
    found = kloop["dcat-ap"]
    first = found["distribution"][0]
    assert "dct:title" in dcat_errors(without(found, "title"))
    assert "dct:description" in dcat_errors(without(found, "description"))
    for wrong in (
        without(first, "accessURL"),
        {**first, "byteSize": "-1"},
        {**first, "license": {"@id": "https://example.org"}},
        {**first, "checksum": {**first["checksum"], "checksumValue": "xyz"}},
        {**first, "checksum": without(first["checksum"], "algorithm")},
    ):
        assert dcat_errors({**found, "distribution": [wrong]})


def test_all_descriptions_say_the_same(kloop: dict[str, Any], kloop_release: Path) -> None:
    release = json.loads((kloop_release / "release.json").read_bytes())
    cited = read_citation((kloop_release / "CITATION.cff").read_text("utf-8"))
    data, zenodo, web, croissant = (kloop[name] for name in ("datacite", "zenodo", "schema-org", "croissant"))
    portal = linked_data(kloop["dcat-ap"])
    dataset = URIRef(RELEASE)
    page = LICENCE_PAGES[release["license"]][1]

    everywhere = [found["version"] for found in (data, zenodo, web, croissant, cited)]
    assert {*everywhere, str(portal.value(dataset, VERSION))} == {release["version"]}
    titles = {data["titles"][0]["title"], zenodo["title"], web["name"], croissant["name"], cited["title"]}
    assert {*titles, str(portal.value(dataset, DCTERMS.title))} == {release["title"]}
    (publisher,) = portal.objects(dataset, DCTERMS.publisher / FOAF.name)
    publishers = {data["publisher"]["name"], zenodo["creators"][0]["name"], croissant["publisher"]["name"]}
    assert {*publishers, web["creator"]["name"], str(publisher)} == {release["publisher"]}
    assert {web["license"], croissant["license"], data["rightsList"][0]["rightsUri"]} == {page}
    assert set(portal.objects(dataset, DCAT.distribution / DCTERMS.license)) == {URIRef(page)}
    assert zenodo["license"].upper() == data["rightsList"][0]["rightsIdentifier"] == cited["license"]
    days = {web["datePublished"], croissant["datePublished"], zenodo["publication_date"], cited["date-released"]}
    assert {*days, str(portal.value(dataset, DCTERMS.issued))} == {release["as_of"]}
    assert web["keywords"] == croissant["keywords"] == zenodo["keywords"] == cited["keywords"]
    descriptions = {web["description"], croissant["description"], data["descriptions"][0]["description"]}
    assert descriptions == {str(portal.value(dataset, DCTERMS.description))}


def test_numbers_sizes_and_hashes_are_those_of_the_files(kloop: dict[str, Any], kloop_release: Path) -> None:
    release = json.loads((kloop_release / "release.json").read_bytes())
    rows = {table[form]: table["rows"] for table in release["tables"] for form in ("csv", "parquet")}
    true = {
        path: (hashlib.sha256(content).hexdigest(), len(content))
        for path in rows
        if (content := (kloop_release / path).read_bytes())
    }
    assert kloop["datacite"]["sizes"] == [f"{table['name']}: {table['rows']} records" for table in release["tables"]]
    downloads = kloop["schema-org"]["distribution"]
    assert {each["name"]: (each["sha256"], int(each["contentSize"].removesuffix(" B"))) for each in downloads} == true
    assert {each["name"]: each["size"]["value"] for each in downloads} == rows
    files = {each["name"]: each for each in kloop["croissant"]["distribution"]}
    assert {path: (files[path]["sha256"], int(files[path]["contentSize"].removesuffix(" B"))) for path in rows} == true
    assert all(f" {number} records." in files[path]["description"] for path, number in rows.items())
    portal = linked_data(kloop["dcat-ap"])
    assert {
        str(portal.value(each, DCAT.downloadURL)).removeprefix(RELEASE): (
            next(str(value) for value in portal.objects(each, SPDX.checksum / SPDX.checksumValue)),
            int(str(portal.value(each, DCAT.byteSize))),
        )
        for each in portal.subjects(RDF.type, DCAT.Distribution)
    } == true


def test_addresses_of_files_lead_from_the_folder_of_the_description_to_the_files(
    kloop: dict[str, Any], kloop_release: Path
) -> None:
    graph = linked_data(kloop["schema-org"])
    downloads = [str(url) for url in graph.objects(None, SDO.contentUrl)]
    assert len(downloads) == 2 * len(STANDARD.released.tables)
    assert all((kloop_release / url.removeprefix(RELEASE)).is_file() for url in downloads)
    assert (None, SDO.url, URIRef(f"{RELEASE}README.md")) in graph


def test_the_coverage_is_that_of_the_events_and_cases(kloop: dict[str, Any]) -> None:
    assert kloop["schema-org"]["temporalCoverage"] == "2020-10-01/2025-12-31"
    assert [each["identifier"] for each in kloop["schema-org"]["spatialCoverage"]] == ["KGZ"]
    assert {"date": "2020-10-01/2025-12-31", "dateType": "Other"}.items() <= kloop["datacite"]["dates"][-1].items()
    assert kloop["datacite"]["geoLocations"] == [{"geoLocationPlace": "Kyrgyzstan"}]
    assert "2020-10-01/2025-12-31" in kloop["zenodo"]["notes"]
    assert kloop["zenodo"]["locations"] == [{"place": "Kyrgyzstan"}]
    portal = linked_data(kloop["dcat-ap"])
    assert (None, DCAT.startDate, Literal("2020-10-01", datatype=XSD.date)) in portal
    assert (None, DCAT.endDate, Literal("2025-12-31", datatype=XSD.date)) in portal
    country = URIRef("http://publications.europa.eu/resource/authority/country/KGZ")
    assert set(portal.objects(URIRef(RELEASE), DCTERMS.spatial)) == {country}


def test_every_column_is_a_variable(kloop: dict[str, Any]) -> None:
    variables = [each["propertyID"] for each in kloop["schema-org"]["variableMeasured"]]
    assert variables == [
        f"{table.name}.{field.name}" for table in STANDARD.released.tables.values() for field in table.released
    ]


def test_what_is_not_known_is_not_said(kloop: dict[str, Any], nothing: dict[str, Any]) -> None:
    for found in (kloop, nothing):
        text = json.dumps({**found, "croissant": without(found["croissant"], "recordSet")}).lower()
        assert "doi" not in {*found["datacite"], *found["zenodo"]}
        assert "relatedIdentifiers" not in found["datacite"]
        assert "related_identifiers" not in found["zenodo"]
        assert not any(
            word in text for word in ("10.5281", "todo", "unknown", '"none"', ": null", '""', "pfds.example")
        )
    assert "temporalCoverage" not in nothing["schema-org"]
    assert "temporal" not in nothing["dcat-ap"]
    assert {"geoLocations", "locations"} & {*nothing["datacite"], *nothing["zenodo"]} == set()
    assert {"spatialCoverage", "temporalCoverage", "rai:dataBiases"} & set(nothing["croissant"]) == set()
    assert "spatialCoverage" not in nothing["schema-org"]
    assert "spatial" not in nothing["dcat-ap"]
    assert nothing["schema-org"]["inLanguage"] == ["en"]


def test_text_is_kept_as_it_is_and_marked_up_where_a_format_is_markup(odd: dict[str, Any]) -> None:
    assert odd["zenodo"]["title"] == odd["datacite"]["titles"][0]["title"] == ODD.title
    assert "&lt;b&gt;100 %&lt;/b&gt;" in odd["zenodo"]["notes"]
    assert r"\& <b>100 \%</b> \{куттуу\}: a\textbackslash{}b \#1" in odd["croissant"]["citeAs"]
    (title,) = linked_data(odd["dcat-ap"]).objects(URIRef(RELEASE), DCTERMS.title)
    assert str(title) == ODD.title
