"""Where a release comes from: accepted files by hash, rights, and what it was built with."""

import csv
import hashlib
import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from command import KLOOP, ROOT, files
from exm import add, world
from kloop import STANDARD
from pfds import __version__
from pfds.editions import builder
from pfds.editions.builder import other_libraries
from pfds.editions.provenance import write_provenance
from public import public
from small_store import VERSIONS, build, dataset

INPUTS = ("f" * 64, "0" * 64, "f" * 64)


@pytest.fixture(scope="module")
def written(kloop_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The provenance of the example."""
    target = tmp_path_factory.mktemp("provenance")
    write_provenance(public(kloop_release), target, INPUTS)
    return target / "provenance"


def content(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def rights(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_inputs_are_told_by_hash_in_the_order_of_the_hashes(written: Path) -> None:
    assert content(written / "inputs.json") == {"release": "2025.11.0", "sha256": ["0" * 64, "f" * 64]}


def test_inputs_are_not_told_where_something_in_them_is_kept_back(kloop_release: Path, tmp_path: Path) -> None:
    write_provenance(public(kloop_release), tmp_path, None)
    told = content(tmp_path / "provenance" / "inputs.json")
    assert told["sha256"] is None
    assert "kept back" in told["not_told"]


def test_a_build_tells_the_hashes_of_the_files_that_were_sent(kloop_release: Path) -> None:
    sent = {
        hashlib.sha256(path.read_bytes()).hexdigest()
        for path in KLOOP.iterdir()
        if path.stem in STANDARD.released.tables
    }
    told = set(content(kloop_release / "provenance" / "inputs.json")["sha256"])
    assert sent == told


def test_the_order_of_the_inputs_makes_no_difference(kloop_release: Path, written: Path, tmp_path: Path) -> None:
    write_provenance(public(kloop_release), tmp_path, tuple(reversed(INPUTS)))
    assert files(tmp_path / "provenance") == files(written)


def test_the_publisher_is_told_with_all_records(kloop_release: Path, written: Path) -> None:
    release, (publisher, *_) = public(kloop_release), rights(written / "rights.csv")
    assert publisher == {
        "contributor": release.about.publisher,
        "role": "publisher",
        "licence": "CC-BY-4.0",
        "citation": f"{release.about.publisher} (2025): {release.about.title}, release 2025.11.0.",
        "records": str(sum(release.rows.values())),
    }


def test_submitters_are_told_by_the_prefix_of_their_records(tmp_path: Path) -> None:
    tables = world()
    add(tables, "organizations", organization_id="org-two-1", display_name='Ada, "Bright" & مرحبا')
    add(tables, "names", name_id="nam-two-1", organization_id="org-two-1", name='Ada, "Bright" & مرحبا')
    tables["names"][-1]["disclosure"] = "public"
    store = tmp_path / "store"
    ran = build(dataset(tmp_path / "data", lambda own: own.update(tables)), store, VERSIONS[0])
    assert ran.code == 0, ran.said
    release = public(store / VERSIONS[0])
    write_provenance(release, tmp_path, ())
    publisher, *prefixes = rights(tmp_path / "provenance" / "rights.csv")
    own = sum(len(rows) for rows in world().values())
    assert [(each["contributor"], each["role"], each["records"]) for each in prefixes] == [
        ("exm", "prefix of identifiers", str(own)),
        ("two", "prefix of identifiers", "2"),
    ]
    assert publisher["records"] == str(own + 2)
    assert content(tmp_path / "provenance" / "inputs.json")["sha256"] == []


def test_the_build_names_the_versions_that_decide_about_bytes(written: Path) -> None:
    build = content(written / "build.json")
    assert list(build) == ["toolkit", "standard", "python", "libraries", "lock_sha256"]
    assert (build["toolkit"], build["standard"]) == (__version__, "0.1.0")
    assert build["libraries"]["pyarrow"] == version("pyarrow")
    assert set(build["libraries"]) == {*builder.LIBRARIES, "sqlite", "zlib"}
    assert build["lock_sha256"] == hashlib.sha256((ROOT / "requirements.lock").read_bytes()).hexdigest()


def test_a_library_that_is_not_installed_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builder, "LIBRARIES", ("pyarrow", "no-such-library-here"))
    assert set(builder.builder("0.1.0")["libraries"]) == {"pyarrow", "sqlite", "zlib"}


def test_a_toolkit_without_a_lock_tells_no_hash(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(builder, "_CHECKOUT", tmp_path / "absent.lock")
    assert "lock_sha256" not in builder.builder("0.1.0")


def test_other_versions_than_those_of_the_build_are_named(written: Path, tmp_path: Path) -> None:
    assert other_libraries(written / "build.json") == ()
    build = content(written / "build.json")
    build["libraries"] |= {"pyarrow": "1.0.0"}
    del build["libraries"]["zlib"]
    build["python"] = "3.10.0"
    (tmp_path / "build.json").write_text(json.dumps(build), "utf-8")
    assert other_libraries(tmp_path / "build.json") == ("pyarrow", "python", "zlib")


@pytest.mark.parametrize("text", ["[]", "{}", '{"libraries": []}', '{"libraries": {"\\u001b[2J": "1.0"}}', "no json"])
def test_a_build_of_another_form_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "build.json").write_text(text, "utf-8")
    with pytest.raises(ValueError):
        other_libraries(tmp_path / "build.json")
