"""The chain of releases: what each takes over from those before it, and every way in which it does not hold."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bare_store import FIRST, FOURTH, PRIVATE_USE, SECOND, THIRD, bare, entries, lay, published, stated, sum_up, three
from kloop import STANDARD
from pfds.release.chain import (
    Past,
    broken_links,
    entry_of,
    extended,
    past,
    stated_withdrawn,
    unknown_releases,
    wrong_statuses,
)
from pfds.release.chain import published as published_release
from pfds.release.index import Entry, Link
from pfds.release.manifest import file_hash
from pfds.release.tombstones import Tombstone, tombstone_text
from pfds.release.versions import GateRefused

STONE = Tombstone("events", "evt-exm-gone", "error")
OTHERWISE = "2024.1.0"
HEADER = b"subject_table,subject_id,reason,merged_into\n"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return three(tmp_path / "store")


def damage_of(version: str) -> str:
    return (
        f"The published release {version} is damaged: release.json, SHA256SUMS or tombstones.csv is not as it was"
        " published. Restore it from a copy, then build again."
    )


def refused(action: Callable[[], object]) -> str:
    with pytest.raises(GateRefused) as told:
        action()
    return str(told.value)


# What a release takes over


def test_the_first_release_takes_over_nothing(tmp_path: Path) -> None:
    assert past(STANDARD, tmp_path, (), FIRST) == Past(None, (), ())


def test_a_release_takes_over_from_the_newest_before_it(tmp_path: Path) -> None:
    store = tmp_path / "store"
    published(store, FIRST, withdrawn_releases=["2020.1.0"])
    published(store, SECOND, tombstones=[STONE], withdrawn_releases=[FIRST])
    found = entries(store)
    assert past(STANDARD, store, found, FOURTH) == Past(found[1].link, (FIRST,), (STONE,))
    assert past(STANDARD, store, found, SECOND) == Past(found[0].link, ("2020.1.0",), ())
    assert past(STANDARD, store, found, FIRST) == Past()


@pytest.mark.parametrize("content", [b"\xff", b"", b"other\n", HEADER + b"events,evt-exm-1,because,\n", None])
def test_nothing_is_taken_over_from_broken_tombstones(store: Path, content: bytes | None) -> None:
    path = store / THIRD / "tombstones.csv"
    path.unlink() if content is None else path.write_bytes(content)
    sum_up(store / THIRD)
    assert refused(lambda: past(STANDARD, store, entries(store), FOURTH)) == damage_of(THIRD)


def test_no_tombstone_is_lost_with_the_end_of_a_file_that_somebody_cut_off(store: Path) -> None:
    newest = published(store, FOURTH, tombstones=[STONE])
    (store / FOURTH / "tombstones.csv").write_bytes(HEADER)
    assert refused(lambda: past(STANDARD, store, entries(store), "2026.2.0")) == damage_of(newest.version)


def test_nothing_is_taken_over_from_a_release_that_is_gone(store: Path) -> None:
    (store / THIRD / "release.json").unlink()
    assert refused(lambda: past(STANDARD, store, entries(store), FOURTH)) == damage_of(THIRD)


# A published release


def test_release_json_of_a_published_release_is_read(store: Path) -> None:
    assert published_release(store / SECOND)["version"] == SECOND


@pytest.mark.parametrize("content", ["", "[]", "null", "{}", '{"version": 5}', "[" * 100_000, '"2025.10.0"', "\x00"])
def test_a_release_json_of_another_form_is_damage_though_the_manifest_fits(store: Path, content: str) -> None:
    (store / SECOND / "release.json").write_text(content, "utf-8")
    sum_up(store / SECOND)
    assert refused(lambda: published_release(store / SECOND)) == damage_of(SECOND)


def test_a_release_of_another_version_is_damage(store: Path) -> None:
    lay(store / SECOND, stated(FOURTH), tombstone_text(STANDARD, []))
    assert refused(lambda: published_release(store / SECOND)) == damage_of(SECOND)


def test_a_release_json_that_the_manifest_does_not_vouch_for_is_damage(store: Path) -> None:
    path = store / SECOND / "release.json"
    path.write_bytes(path.read_bytes() + b"\n")
    assert refused(lambda: published_release(store / SECOND)) == damage_of(SECOND)


@pytest.mark.parametrize("name", ["SHA256SUMS", "release.json"])
def test_a_release_without_one_of_them_is_damage(store: Path, name: str) -> None:
    (store / SECOND / name).unlink()
    assert refused(lambda: published_release(store / SECOND)) == damage_of(SECOND)


def test_a_manifest_that_does_not_list_release_json_is_damage(store: Path) -> None:
    manifest = store / SECOND / "SHA256SUMS"
    lines = manifest.read_text("utf-8").splitlines(keepends=True)
    manifest.write_text("".join(line for line in lines if "release.json" not in line), "utf-8")
    assert refused(lambda: published_release(store / SECOND)) == damage_of(SECOND)


# The entry of a release


def test_the_entry_says_what_release_json_says(tmp_path: Path) -> None:
    tables = [{"name": "events", "rows": 2, "sha256": "12"}, {"name": "cases", "rows": 3, "sha256": "34"}]
    folder = bare(tmp_path / SECOND, Link(FIRST, "ab"), tables=tables, change_class="repackage")
    assert entry_of(folder) == Entry(
        version=SECOND,
        standard=PRIVATE_USE,
        date="2025-03-12",
        counts={"events": 2, "cases": 3},
        hashes={"events": "12", "cases": "34"},
        manifest_sha256=file_hash(folder / "SHA256SUMS"),
        status="current",
        change_class="repackage",
        previous=Link(FIRST, "ab"),
    )


@pytest.mark.parametrize(("previous", "expected"), [(None, "initial"), (Link(FIRST, "ab"), "unclassified")])
def test_releases_of_before_there_were_classes_of_change_have_none(
    tmp_path: Path, previous: Link | None, expected: str
) -> None:
    release = stated(SECOND, previous)
    del release["change_class"]
    lay(tmp_path / SECOND, release, tombstone_text(STANDARD, []))
    assert entry_of(tmp_path / SECOND).change_class == expected


@pytest.mark.parametrize(
    "other",
    [
        {"standard": None},
        {"as_of": 20250312},
        {"tables": 5},
        {"tables": [{"name": "events"}]},
        {"tables": None},
    ],
)
def test_a_release_that_states_something_else_has_no_entry(tmp_path: Path, other: dict[str, Any]) -> None:
    folder = bare(tmp_path / SECOND, **other)
    assert refused(lambda: entry_of(folder)) == damage_of(SECOND)


@pytest.mark.parametrize("previous", [FIRST, {"version": "first", "manifest_sha256": ""}, {"version": FIRST}])
def test_a_release_that_names_no_proper_predecessor_has_no_entry(tmp_path: Path, previous: object) -> None:
    lay(tmp_path / SECOND, {**stated(SECOND), "previous": previous}, tombstone_text(STANDARD, []))
    assert refused(lambda: entry_of(tmp_path / SECOND)) == damage_of(SECOND)


# Withdrawn releases


def test_the_withdrawn_releases_are_those_that_release_json_names() -> None:
    assert stated_withdrawn({"version": SECOND, "withdrawn_releases": [FIRST, OTHERWISE]}) == (FIRST, OTHERWISE)
    assert stated_withdrawn({"version": SECOND, "withdrawn_releases": []}) == ()


@pytest.mark.parametrize("value", [None, "", FIRST, 5, [5], ["first"], [FIRST, None], {FIRST: 1}, [FIRST, "first"]])
def test_withdrawn_releases_in_another_form_are_damage(value: object) -> None:
    release = {"version": SECOND, "withdrawn_releases": value}
    assert refused(lambda: stated_withdrawn(release)) == damage_of(SECOND)


def test_the_next_index_ends_with_the_new_release_and_marks_the_withdrawn(store: Path, tmp_path: Path) -> None:
    found = entries(store)
    built = bare(tmp_path / "new" / FOURTH, found[-1].link, withdrawn_releases=[FIRST])
    following = extended(found, built)
    assert [(entry.version, entry.status) for entry in following] == [
        (FIRST, "withdrawn"),
        (SECOND, "superseded"),
        (THIRD, "superseded"),
        (FOURTH, "current"),
    ]
    assert [entry.link for entry in following[:-1]] == [entry.link for entry in found]


# Whether the chain holds


def test_a_chain_that_holds_is_not_told(store: Path) -> None:
    assert list(broken_links(entries(store))) == []
    assert list(broken_links(())) == []


def with_previous(entry: Entry, previous: Link | None) -> Entry:
    return replace(entry, previous=previous)


def test_a_predecessor_that_is_not_in_the_index_is_told(store: Path) -> None:
    first, second, third = entries(store)
    assert list(broken_links((first, third))) == [
        f"The chain is broken at {THIRD}: index.json lacks its predecessor {SECOND}."
    ]
    assert list(broken_links((second, third))) == [
        f"The chain is broken at {SECOND}: index.json lacks its predecessor {FIRST}."
    ]


def test_a_release_that_names_no_predecessor_though_there_is_one_is_told(store: Path) -> None:
    first, second, third = entries(store)
    assert list(broken_links((first, with_previous(second, None), third))) == [
        f"The chain is broken at {SECOND}: it names no predecessor, but {FIRST} is."
    ]


def test_a_predecessor_with_another_manifest_is_told(store: Path) -> None:
    first, second, third = entries(store)
    assert list(broken_links((first, replace(second, manifest_sha256="00"), third))) == [
        f"The chain is broken at {THIRD}: {SECOND} has another SHA256SUMS than it names."
    ]


@pytest.mark.parametrize("again", [False, True])
def test_versions_that_do_not_rise_are_told(store: Path, again: bool) -> None:
    first, second, _ = entries(store)
    before = first if again else second
    after = with_previous(first, before.link)
    assert list(broken_links((with_previous(before, None), after))) == [
        f"The chain is broken: index.json has {FIRST} after {before.version}."
    ]


# Statuses


def test_the_statuses_of_a_store_as_published_are_right(store: Path) -> None:
    assert list(wrong_statuses(store, entries(store))) == []
    assert list(wrong_statuses(store, ())) == []


def test_every_other_status_is_told(store: Path) -> None:
    first, second, third = entries(store)
    wrong = (replace(first, status="withdrawn"), replace(second, status="current"), replace(third, status="superseded"))
    assert list(wrong_statuses(store, wrong)) == [
        f"index.json calls {FIRST} withdrawn; by the newest release it is superseded.",
        f"index.json calls {SECOND} current; by the newest release it is superseded.",
        f"index.json calls {THIRD} superseded; by the newest release it is current.",
    ]


def test_only_the_newest_release_says_what_is_withdrawn(store: Path, tmp_path: Path) -> None:
    published(store, FOURTH, withdrawn_releases=[SECOND])
    found = entries(store)
    assert list(wrong_statuses(store, found)) == []
    assert list(wrong_statuses(store, (found[0], replace(found[1], status="superseded"), *found[2:]))) == [
        f"index.json calls {SECOND} superseded; by the newest release it is withdrawn."
    ]


def test_releases_that_the_index_does_not_know_are_listed_in_their_order(store: Path) -> None:
    for name in ("2026.10.0", "2026.9.0", "2026.2", "other"):
        (store / name).mkdir()
    (store / "2026.9.1").write_bytes(b"")
    assert unknown_releases(store, entries(store)) == ["2026.9.0", "2026.9.1", "2026.10.0"]
    assert json.loads((store / "index.json").read_bytes())["releases"][0]["version"] == FIRST
