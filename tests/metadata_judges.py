"""What judges the descriptions of a release: schemas and shapes of their formats, read from tests/schemas, offline."""

import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Never

import pyshacl
import pytest
import yaml  # type: ignore[import-untyped]
from jsonschema import Draft7Validator, Draft201909Validator, Draft202012Validator, FormatChecker
from rdflib import RDF, Graph, Namespace

SCHEMAS = Path(__file__).parent / "schemas"
SDO = Namespace("https://schema.org/")
_DAY = r"\d{4}-\d{2}-\d{2}"
_DATACITE_FORMATS = {
    "uri": r"https?://\S+",
    "year": r"\d{4}",
    "yearmonth": r"\d{4}-\d{2}",
    "datetime": rf"{_DAY}T\d{{2}}:\d{{2}}:\d{{2}}Z",
    "year-range": r"\d{4}/\d{4}",
    "yearmonth-range": r"\d{4}-\d{2}/\d{4}-\d{2}",
    "date-range": rf"{_DAY}/{_DAY}",
    "datetime-range": rf"{_DAY}T.*Z/{_DAY}T.*Z",
}
_GOOGLE = ("name", "description", "license", "creator", "distribution")


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever looks for an address or opens a connection fails."""

    def refuse(*_: object, **__: object) -> Never:
        raise AssertionError("The network was used.")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def datacite_errors(metadata: object) -> list[str]:
    """What DataCite's own JSON Schema says, with the formats that it names."""
    checker = FormatChecker(["date"])
    for name, pattern in _DATACITE_FORMATS.items():
        checker.checks(name)(re.compile(pattern).fullmatch)
    schema = json.loads((SCHEMAS / "datacite-4.5.schema.json").read_text("utf-8"))
    return [error.message for error in Draft201909Validator(schema, format_checker=checker).iter_errors(metadata)]


def zenodo_errors(metadata: object) -> list[str]:
    """What the rules of Zenodo's documentation say."""
    schema = json.loads((SCHEMAS / "zenodo-deposit.schema.json").read_text("utf-8"))
    validator = Draft202012Validator(schema, format_checker=FormatChecker(["date"]))
    return [error.message for error in validator.iter_errors(metadata)]


def read_citation(text: str) -> dict[str, Any]:
    """A CITATION.cff with its dates as text, as its schema wants them."""
    found: dict[str, Any] = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - it makes text only
    return found


def citation_errors(metadata: object) -> list[str]:
    """What the schema of the Citation File Format says."""
    schema = json.loads((SCHEMAS / "citation-file-format-1.2.0.schema.json").read_text("utf-8"))
    return [error.message for error in Draft7Validator(schema).iter_errors(metadata)]


def linked_data(content: object) -> Graph:
    """JSON-LD as it is understood when it lies in `metadata/` of a release."""
    return Graph().parse(data=json.dumps(content), format="json-ld", publicID="https://example.org/store/1/metadata/x")


def dataset_search_errors(content: object) -> list[str]:
    """Properties that Google's dataset search asks for and that the Dataset does not have."""
    graph = linked_data(content)
    datasets = list(graph.subjects(RDF.type, SDO.Dataset))
    if len(datasets) != 1:
        return [f"{len(datasets)} datasets"]
    missing = [name for name in _GOOGLE if (datasets[0], SDO[name], None) not in graph]
    return [*missing, *_wrong_length(str(graph.value(datasets[0], SDO.description)))]


def _wrong_length(description: str) -> Iterator[str]:
    if not 50 <= len(description) <= 5000:
        yield "length of description"


def dcat_errors(content: object) -> str:
    """What the shapes of DCAT-AP, and ours for its tables, say: the reports of those it does not conform to."""
    return "".join(
        _shacl_report(content, SCHEMAS / f"{name}.ttl") for name in ("dcat-ap-3.0.1", "dcat-ap-3.0.1-required")
    )


def _shacl_report(content: object, shapes: Path) -> str:
    conforms, _, report = pyshacl.validate(linked_data(content), shacl_graph=Graph().parse(shapes))
    return "" if conforms else str(report)
