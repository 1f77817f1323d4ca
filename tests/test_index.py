"""index.json: the same entries give the same bytes and are read back equal; any other form is told in a sentence."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pfds.release.index import BrokenIndex, Entry, Link, index_bytes, read_index, stated_link

FIRST = Entry(
    "2025.9.0", "0.1.0", "2025-09-01", {"cases": 2}, {"cases": "ab"}, "12" * 32, "superseded", "initial", None
)
SECOND = replace(FIRST, version="2025.10.0", manifest_sha256="34" * 32, status="current", previous=FIRST.link)
BYTES = """{
  "releases": [
    {
      "version": "2025.9.0",
      "standard": "0.1.0",
      "date": "2025-09-01",
      "counts": {
        "cases": 2
      },
      "hashes": {
        "cases": "ab"
      },
      "manifest_sha256": "1212121212121212121212121212121212121212121212121212121212121212",
      "status": "superseded",
      "change_class": "ändert",
      "previous": null
    }
  ]
}
"""
UNREADABLE = "index.json of the store cannot be read."


def read(folder: Path, content: str) -> tuple[Entry, ...]:
    (folder / "index.json").write_text(content, "utf-8")
    return read_index(folder / "index.json")


def changed(**other: Any) -> str:
    content = json.loads(index_bytes((SECOND,)))
    content["releases"][0].update(other)
    return json.dumps(content)


def without(key: str) -> str:
    content = json.loads(index_bytes((SECOND,)))
    del content["releases"][0][key]
    return json.dumps(content)


def test_an_index_is_written_as_programs_and_people_read_it() -> None:
    assert index_bytes((replace(FIRST, change_class="ändert"),)) == BYTES.encode("utf-8")


def test_what_was_written_is_read_back_equal(tmp_path: Path) -> None:
    (tmp_path / "index.json").write_bytes(index_bytes((FIRST, SECOND)))
    assert read_index(tmp_path / "index.json") == (FIRST, SECOND)


def test_an_entry_is_named_by_its_version_and_the_hash_of_its_manifest() -> None:
    assert SECOND.link == Link("2025.10.0", "34" * 32)


@pytest.mark.parametrize("is_folder", [False, True])
def test_an_index_that_is_no_file_is_missing(tmp_path: Path, is_folder: bool) -> None:
    if is_folder:
        (tmp_path / "index.json").mkdir()
    with pytest.raises(BrokenIndex, match=r"^index\.json is missing\.$"):
        read_index(tmp_path / "index.json")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "{}",
        "[]",
        "null",
        '{"releases": 5}',
        '{"releases": [5]}',
        '{"releases": [null]}',
        '{"releases": ["2025.9.0"]}',
        "[" * 100_000,
        *(
            changed(**{name: 5})
            for name in ("version", "standard", "date", "manifest_sha256", "status", "change_class")
        ),
        *(without(name) for name in json.loads(BYTES)["releases"][0]),
        changed(other="more"),
        changed(version="2025.13.0"),
        changed(counts=[1]),
        changed(counts={"cases": "two"}),
        changed(counts={"cases": None}),
        changed(hashes=None),
        changed(hashes={"cases": 5}),
        changed(previous="2025.9.0"),
        changed(previous={"version": "2025.9.0"}),
        changed(previous={"version": "first", "manifest_sha256": ""}),
        changed(previous={"version": "2025.9.0", "manifest_sha256": 5}),
        changed(previous={"version": 2025, "manifest_sha256": ""}),
    ],
)
def test_an_index_of_another_form_is_told_and_nothing_of_it_used(tmp_path: Path, content: str) -> None:
    with pytest.raises(BrokenIndex) as told:
        read(tmp_path, content)
    assert str(told.value) == UNREADABLE


def test_an_index_that_the_system_cannot_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "index.json").symlink_to("/proc/self/mem")
    with pytest.raises(BrokenIndex, match=UNREADABLE):
        read_index(tmp_path / "index.json")


def test_an_index_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "index.json").write_bytes(b"\xff\xfe\xfd")
    with pytest.raises(BrokenIndex, match=UNREADABLE):
        read_index(tmp_path / "index.json")


def test_no_release_before_is_no_link() -> None:
    assert stated_link(None) is None
    assert stated_link({"version": "2025.9.0", "manifest_sha256": "12"}) == Link("2025.9.0", "12")
