"""The facts of a release, from metadata and as a published release.json states them."""

import copy
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kloop import STANDARD
from pfds import __version__
from pfds.editions.about import LICENCE_PAGES, About
from pfds.editions.tables import csv_path, parquet_path
from pfds.release.chain import Past
from pfds.release.change_class import ChangeClass
from pfds.release.gates import GATES
from pfds.release.index import Link
from pfds.release.stated import Wrong, stated_about, stated_release, stated_standard
from pfds.release.terms import about_release
from pfds.release.versions import GateRefused

DAY = date(2025, 3, 12)
HASH = "0" * 64
Json = dict[str, Any]


def test_a_release_without_metadata_says_that_its_publisher_is_not_stated() -> None:
    expected = About("2025.3.0", "0.1.0", DAY, "Press freedom dataset", "Publisher not stated", "CC-BY-4.0")
    assert about_release("2025.3.0", "0.1.0", DAY, {}) == expected


def test_metadata_give_title_publisher_and_licence() -> None:
    meta = {"title": "Kloop", "publisher": "Harbour Watch", "license": "CC0-1.0"}
    assert about_release("2025.3.0", "0.1.0", DAY, meta) == About(
        "2025.3.0", "0.1.0", DAY, "Kloop", "Harbour Watch", "CC0-1.0"
    )


@pytest.mark.parametrize("licence", ["All rights reserved", "", "cc-by-4.0", "MIT"])
def test_a_licence_that_is_none_for_data_is_refused_with_those_that_are(licence: str) -> None:
    with pytest.raises(GateRefused, match=f"is not accepted for data. Accepted are {', '.join(LICENCE_PAGES)}"):
        about_release("2025.3.0", "0.1.0", DAY, {"license": licence})


def test_without_an_as_of_date_nothing_can_be_said_to_be_over() -> None:
    with pytest.raises(ValueError, match="No as-of date is known"):
        about_release("2025.3.0", "0.1.0", None, {})


def test_every_gate_that_a_release_passes_is_listed_with_what_it_makes_sure() -> None:
    assert [gate.name for gate in GATES] == [
        *("dataset-valid", "version-new", "licence-accepted", "chain-unbroken", "same-key", "nothing-returned"),
        *("nothing-given-back", "nothing-lost", "nothing-kept-back", "nothing-withdrawn", "change-class"),
    ]
    assert all(gate.meaning.endswith(".") and gate.meaning[0].isupper() for gate in GATES)


RELEASE: Json = {
    "version": "2025.3.0",
    "standard": STANDARD.version,
    "toolkit": __version__,
    "as_of": "2025-03-12",
    "title": "Kloop",
    "publisher": "Harbour Watch",
    "license": "CC-BY-4.0",
    "complete": True,
    "editions": False,
    "change_class": "additive",
    "previous": {"version": "2025.2.0", "manifest_sha256": HASH},
    "withdrawn_releases": ["2025.1.0"],
    "tables": [
        {"name": name, "csv": csv_path(name), "parquet": parquet_path(name), "rows": 3, "sha256": HASH}
        for name in STANDARD.released.tables
    ],
}
WRONG_FORM = "release.json does not have the form that a release has."


def with_release(folder: Path, change: Callable[[Json], object] = lambda _: None) -> Path:
    release = copy.deepcopy(RELEASE)
    change(release)
    (folder / "release.json").write_text(json.dumps(release), "utf-8")
    return folder


def test_a_release_states_what_it_is(tmp_path: Path) -> None:
    stated = stated_release(STANDARD, with_release(tmp_path))
    assert stated.about == stated_about(RELEASE)
    assert stated.about == About("2025.3.0", STANDARD.version, DAY, "Kloop", "Harbour Watch", "CC-BY-4.0")
    assert (stated.complete, stated.editions, stated.change_class) == (True, False, ChangeClass.ADDITIVE)
    assert stated.tables == dict.fromkeys(STANDARD.released.tables, (3, HASH))
    assert stated.past == Past(Link("2025.2.0", HASH), ("2025.1.0",))
    assert (stated.toolkit, stated.by_this_toolkit) == (__version__, True)
    assert stated_standard(tmp_path) == STANDARD.version


def test_a_release_of_another_toolkit_says_so_and_a_first_one_has_none_before(tmp_path: Path) -> None:
    stated = stated_release(STANDARD, with_release(tmp_path, lambda it: it.update(toolkit="0.0.9", previous=None)))
    assert (stated.toolkit, stated.by_this_toolkit, stated.past.previous) == ("0.0.9", False, None)


@pytest.mark.parametrize("said", [False, None, "true", 1, "yes"])
def test_a_release_is_complete_only_if_it_says_so(tmp_path: Path, said: object) -> None:
    stated = stated_release(STANDARD, with_release(tmp_path, lambda it: it.update(complete=said, editions=said)))
    assert (stated.complete, stated.editions) == (False, False)


@pytest.mark.parametrize("key", RELEASE)
def test_a_fact_that_is_missing_or_of_another_form_makes_a_release_unreadable(tmp_path: Path, key: str) -> None:
    if key not in ("complete", "editions", "previous"):
        with pytest.raises(Wrong, match=WRONG_FORM):
            stated_release(STANDARD, with_release(tmp_path, lambda it: it.update({key: 5})))
    with pytest.raises(Wrong, match=WRONG_FORM):
        stated_release(STANDARD, with_release(tmp_path, lambda it: it.pop(key)))


@pytest.mark.parametrize(
    "change",
    [
        {"version": "2025.3"},
        {"as_of": "12 March"},
        {"license": "MIT"},
        {"change_class": "unknown"},
        {"previous": {"version": "2025.2.0"}},
        {"withdrawn_releases": ["first"]},
        {"tables": [{"name": "cases"}]},
        {"toolkit": "0.1\n"},
        {"toolkit": "x" * 41},
        {"toolkit": ""},
        {"standard": "0.1 0"},
    ],
)
def test_a_fact_that_says_nothing_makes_a_release_unreadable(tmp_path: Path, change: Json) -> None:
    with pytest.raises(Wrong, match=WRONG_FORM):
        stated_release(STANDARD, with_release(tmp_path, lambda it: it.update(change)))


def test_a_release_without_its_description_or_with_a_broken_one_is_told(tmp_path: Path) -> None:
    with pytest.raises(Wrong, match=r"release\.json is missing"):
        stated_release(STANDARD, tmp_path)
    assert stated_standard(tmp_path) is None
    for content in ("", "[]", "5", "[" * 100_000, '{"standard": 5}', '{"standard": "a b"}'):
        (tmp_path / "release.json").write_text(content, "utf-8")
        with pytest.raises(Wrong, match=WRONG_FORM):
            stated_release(STANDARD, tmp_path)
        assert stated_standard(tmp_path) is None
    (tmp_path / "release.json").unlink()
    (tmp_path / "release.json").mkdir()
    with pytest.raises(Wrong, match="is missing"):
        stated_release(STANDARD, tmp_path)


def test_a_release_of_another_standard_is_not_judged_by_this_one(tmp_path: Path) -> None:
    with pytest.raises(Wrong, match=rf"names standard 9\.9\.9; this toolkit verifies {STANDARD.version}\."):
        stated_release(STANDARD, with_release(tmp_path, lambda it: it.update(standard="9.9.9")))
    assert stated_standard(tmp_path) == "9.9.9"


@pytest.mark.parametrize(
    "change",
    [
        lambda it: it["tables"].pop(),
        lambda it: it["tables"][0].update(name="redactions"),
        lambda it: it["tables"][0].update(csv="data/other.csv"),
        lambda it: it["tables"][0].update(parquet="../cases.parquet"),
    ],
)
def test_a_release_has_the_tables_of_the_standard_and_no_other(
    tmp_path: Path, change: Callable[[Json], object]
) -> None:
    with pytest.raises(Wrong, match="does not name the tables of the standard and their files"):
        stated_release(STANDARD, with_release(tmp_path, change))
