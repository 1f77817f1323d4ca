"""A store of releases is a chain: whatever was changed, lost, added or rolled back in it is told in one line."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from command import files
from small_store import NEXT, VERSIONS, assert_wrong, build, dataset, three_releases, titled, verify

FIRST, SECOND, NEWEST = VERSIONS
REBUILD = "Restore index.json from a copy, then build again."


ONE_AND_ALL = [VERSIONS[0], *(pytest.param(version, marks=pytest.mark.long) for version in VERSIONS[1:])]
"""The first release, and in the long run every one."""


@pytest.fixture
def published(three: Path) -> Path:
    """Three releases. Tests must not change them."""
    return three


@pytest.fixture
def store(published: Path, tmp_path: Path) -> Path:
    """A copy of the store, to be changed."""
    return Path(shutil.copytree(published, tmp_path / "store"))


def read(store: Path) -> Any:
    return json.loads((store / "index.json").read_text("utf-8"))


def edit(store: Path, change: Callable[[Any], object]) -> None:
    content = read(store)
    change(content["releases"])
    (store / "index.json").write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", "utf-8")


# What stands in the index


def test_each_entry_names_the_manifest_of_its_predecessor(published: Path) -> None:
    first, second, third = read(published)["releases"]
    assert first["previous"] is None
    for entry, before in ((second, first), (third, second)):
        assert entry["previous"] == {"version": before["version"], "manifest_sha256": before["manifest_sha256"]}
    assert [entry["status"] for entry in (first, second, third)] == ["superseded", "superseded", "current"]


def test_each_release_names_its_predecessor_under_its_own_manifest(published: Path) -> None:
    for entry in read(published)["releases"]:
        release = json.loads((published / entry["version"] / "release.json").read_text("utf-8"))
        assert release["previous"] == entry["previous"]


@pytest.mark.long
def test_a_release_is_built_again_to_the_same_bytes_upon_the_same_predecessors(published: Path, tmp_path: Path) -> None:
    again = three_releases(tmp_path)
    assert files(again) == files(published)


# What verification tells


def test_a_store_as_published_passes(published: Path) -> None:
    ran = verify(published)
    assert (ran.code, ran.err) == (0, "")
    assert f"every link of the chain was checked in {', '.join(VERSIONS)}" in ran.out
    assert verify(published / SECOND).code == 0


@pytest.mark.long
def test_each_release_of_a_store_as_published_passes(published: Path) -> None:
    assert all(verify(published / version).code == 0 for version in VERSIONS)


def test_the_verdict_comes_as_json_too(published: Path, store: Path) -> None:
    good = json.loads(verify(published, "--format", "json").out)
    assert (good["valid"], good["problems"], good["releases"]) == (True, [], list(VERSIONS))
    (store / FIRST / "README.md").unlink()
    ran = verify(store, "--format", "json")
    bad = json.loads(ran.out)
    assert (ran.code, bad["valid"], bad["problems"]) == (1, False, [f"{FIRST}: README.md is missing."])


@pytest.mark.parametrize("version", ONE_AND_ALL)
def test_a_flipped_bit_of_any_release_is_told(store: Path, version: str) -> None:
    path = store / version / "data" / "events.csv"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    problem = "data/events.csv was changed: its SHA-256 is not the one in SHA256SUMS."
    assert_wrong(verify(store), f"{version}: {problem}")


@pytest.mark.parametrize("version", ONE_AND_ALL)
def test_a_missing_and_an_additional_file_are_told(store: Path, version: str) -> None:
    (store / version / "data" / "events.csv").rename(store / version / "data" / "event.csv")
    missing, more = "data/events.csv is missing.", "data/event.csv is not part of the release."
    assert_wrong(verify(store), f"{version}: {more}", f"{version}: {missing}")


@pytest.mark.parametrize("version", ONE_AND_ALL)
def test_a_missing_release_is_told(store: Path, version: str) -> None:
    shutil.rmtree(store / version)
    assert_wrong(verify(store), f"{version}: The release is missing, and index.json names it.")


def test_a_newest_release_that_is_gone_is_not_excused_by_the_index_alone(store: Path) -> None:
    shutil.rmtree(store / NEWEST)
    edit(store, lambda releases: releases[-1].update(status="withdrawn"))
    assert_wrong(verify(store), f"{NEWEST}: The release is missing, and index.json names it.")


@pytest.mark.long
def test_a_rolled_back_index_is_told(store: Path) -> None:
    edit(store, lambda releases: releases.pop())
    problem = f"index.json does not know {NEWEST}, which stands in the store: the index was rolled back."
    assert problem in verify(store).out.splitlines()
    assert verify(store).code == 1


@pytest.mark.long
def test_an_index_that_lost_a_release_together_with_its_folder_is_told(store: Path) -> None:
    edit(store, lambda releases: releases.pop(1))
    shutil.rmtree(store / SECOND)
    assert_wrong(verify(store), f"The chain is broken at {NEWEST}: index.json lacks its predecessor {SECOND}.")


@pytest.mark.long
def test_an_index_that_lost_its_first_release_together_with_its_folder_is_told(store: Path) -> None:
    edit(store, lambda releases: releases.pop(0))
    shutil.rmtree(store / FIRST)
    assert_wrong(verify(store), f"The chain is broken at {SECOND}: index.json lacks its predecessor {FIRST}.")


@pytest.mark.long
def test_a_store_rolled_back_as_a_whole_is_told_to_whoever_saw_a_later_release(store: Path) -> None:
    ran = build(dataset(store.parent / "next", titled("Next")), store, NEXT)
    assert ran.code == 0, ran.said
    assert verify(store, "--at-least", NEXT).code == 0
    shutil.copytree(store, rolled_back := store.parent / "older")
    edit(rolled_back, lambda releases: (releases.pop(), releases[-1].update(status="current")))
    shutil.rmtree(rolled_back / NEXT)
    assert verify(rolled_back).code == 0
    sentence = f"The newest release is {NEWEST}, but {NEXT} was seen before: the store was rolled back."
    assert_wrong(verify(rolled_back, "--at-least", NEXT), sentence)


def test_a_version_of_another_form_to_compare_with_is_wrong_usage(published: Path) -> None:
    assert verify(published, "--at-least", "yesterday").code == 2


@pytest.mark.long
def test_a_chain_broken_in_the_index_is_told(store: Path) -> None:
    edit(store, lambda releases: releases[1]["previous"].update(manifest_sha256="0" * 64))
    assert_wrong(
        verify(store),
        f"The chain is broken at {SECOND}: {FIRST} has another SHA256SUMS than it names.",
        f"{SECOND}: index.json says something else of it than its release.json.",
    )


@pytest.mark.long
def test_a_release_rewritten_with_its_entry_breaks_the_chain(store: Path, tmp_path: Path) -> None:
    """Whoever builds another first release and enters it in the index, cannot make the second one name it."""
    assert build(dataset(tmp_path / "forged", titled("Forged")), tmp_path / "forge", FIRST).code == 0
    shutil.rmtree(store / FIRST)
    shutil.copytree(tmp_path / "forge" / FIRST, store / FIRST)
    forged = read(tmp_path / "forge")["releases"][0] | {"status": "superseded"}
    edit(store, lambda releases: releases.__setitem__(0, forged))
    sentence = f"The chain is broken at {SECOND}: {FIRST} has another SHA256SUMS than it names."
    assert_wrong(verify(store), sentence)
    link = {"version": FIRST, "manifest_sha256": forged["manifest_sha256"]}
    edit(store, lambda releases: releases[1].update(previous=link))
    assert_wrong(verify(store), f"{SECOND}: index.json says something else of it than its release.json.")


@pytest.mark.long
@pytest.mark.parametrize(
    ("place", "status"),
    [
        (0, "withdrawn"),
        pytest.param(0, "current", marks=pytest.mark.long),
        pytest.param(2, "superseded", marks=pytest.mark.long),
    ],
)
def test_another_status_than_the_newest_release_gives_is_told(store: Path, place: int, status: str) -> None:
    right = read(store)["releases"][place]["status"]
    edit(store, lambda releases: releases[place].update(status=status))
    sentence = f"index.json calls {VERSIONS[place]} {status}; by the newest release it is {right}."
    assert_wrong(verify(store), sentence)


@pytest.mark.long
@pytest.mark.parametrize("key", ["counts", "hashes"])
def test_other_numbers_in_the_index_are_told(store: Path, key: str) -> None:
    edit(store, lambda releases: releases[0][key].popitem())
    assert_wrong(verify(store), f"{FIRST}: index.json says something else of it than its release.json.")


@pytest.mark.parametrize("order", [(1, 0, 2), pytest.param((0, 1, 1, 2), marks=pytest.mark.long)])
def test_an_index_in_another_order_is_told(store: Path, order: tuple[int, ...]) -> None:
    entries = read(store)["releases"]
    (store / "index.json").write_text(json.dumps({"releases": [entries[place] for place in order]}), "utf-8")
    ran = verify(store)
    assert ran.code == 1
    assert "The chain is broken: index.json has " in ran.out


@pytest.mark.long
@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"releases": [{}]}', '{"releases": [5]}', "\xff", "[" * 99_999])
def test_an_index_of_another_form_is_told(store: Path, text: str) -> None:
    (store / "index.json").write_text(text, "latin-1")
    assert_wrong(verify(store), "index.json of the store cannot be read.")


def test_a_missing_index_is_told(store: Path) -> None:
    (store / "index.json").unlink()
    assert_wrong(verify(store), "index.json is missing.")


# What is not built upon


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    return dataset(tmp_path / "changed", titled("Changed"))


def refused(store: Path, changed: Path) -> str:
    """What the build of the next version says when it is refused and has changed nothing."""
    before = files(store)
    ran = build(changed, store, NEXT)
    assert (ran.code, ran.out) == (3, ""), ran.said
    assert files(store) == before
    return ran.err


def test_a_store_as_published_takes_the_next_release_and_loses_no_entry(store: Path, changed: Path) -> None:
    before = read(store)["releases"]
    assert build(changed, store, NEXT).code == 0
    after = read(store)["releases"]
    assert after[:2] == before[:2]
    assert after[2] == before[2] | {"status": "superseded"}
    assert [entry["version"] for entry in after] == [*VERSIONS, NEXT]
    assert verify(store).code == 0


def test_nothing_is_built_upon_a_rolled_back_index(store: Path, changed: Path) -> None:
    edit(store, lambda releases: releases.pop())
    assert f"{NEWEST} stands in the store, but index.json does not know it. {REBUILD}" in refused(store, changed)


def test_nothing_is_built_without_the_index_of_releases_that_are_there(store: Path, changed: Path) -> None:
    (store / "index.json").unlink()
    assert f"{FIRST} stands in the store, but index.json does not know it. {REBUILD}" in refused(store, changed)


def test_nothing_is_built_upon_a_broken_chain(store: Path, changed: Path) -> None:
    edit(store, lambda releases: releases[1]["previous"].update(manifest_sha256="0" * 64))
    assert f"The chain is broken at {SECOND}" in refused(store, changed)


def test_nothing_is_built_upon_an_unreadable_index(store: Path, changed: Path) -> None:
    (store / "index.json").write_text("{", "utf-8")
    assert "index.json of the store cannot be read." in refused(store, changed)


@pytest.mark.long
@pytest.mark.parametrize("version", ONE_AND_ALL)
def test_nothing_is_built_upon_a_missing_release(store: Path, changed: Path, version: str) -> None:
    shutil.rmtree(store / version)
    assert f"The published release {version} is damaged" in refused(store, changed)
