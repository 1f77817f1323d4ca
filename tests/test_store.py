"""The store of releases: published whole or not at all, finished by whoever comes next, and never built upon damage."""

import errno
import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bare_store import (
    FIRST,
    FOURTH,
    SECOND,
    THIRD,
    a_key,
    bare,
    entries,
    is_free,
    killed_before_the_last_step,
    published,
    sum_up,
    three,
)
from command import files
from pfds.release import disk, interrupts
from pfds.release import store as storing
from pfds.release.disk import Unconfirmed, locked
from pfds.release.index import Link, index_bytes
from pfds.release.store import brought_in, cut_off, put_in_place, released, sign_all
from pfds.release.versions import GateRefused

KEY, OTHER = a_key(), a_key(1)
RESTORE = "Restore index.json from a copy, then build again."
DAMAGED = (
    "is damaged: release.json, SHA256SUMS or tombstones.csv is not as it was published. Restore it from a copy, then"
    " build again."
)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return three(tmp_path / "store")


def built(store: Path, version: str = FOURTH, **other: Any) -> Path:
    """A release upon those of the store, not yet in it."""
    before = [entry for entry in entries(store) if entry.version != version]
    return bare(store.parent / "new" / version, before[-1].link if before else None, **other)


def publish(store: Path, version: str = FOURTH, key: Any = None, **other: Any) -> bool:
    folder = built(store, version, **other)
    before = [entry for entry in entries(store) if entry.version != version]
    return put_in_place(store, folder, before[-1].link if before else None, key)


def versions(store: Path) -> list[str]:
    return [entry.version for entry in released(store)]


def refused(action: Callable[[], object]) -> str:
    with pytest.raises(GateRefused) as told:
        action()
    return str(told.value)


def failing(number: int) -> Callable[..., Any]:
    def fails(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return fails


def cut(store: Path, monkeypatch: pytest.MonkeyPatch, version: str = FOURTH) -> Path:
    """Publishes up to the last step, before which the builder is killed."""
    with killed_before_the_last_step(monkeypatch):
        publish(store, version)
    return store


# Brought into the store


def test_a_built_folder_is_moved_into_the_store_and_is_no_release_there(tmp_path: Path) -> None:
    folder, store = bare(tmp_path / "built" / FIRST), tmp_path / "deep" / "store"
    content = files(folder)
    with brought_in(store, folder) as place:
        assert (place.name, place.parent.parent) == (FIRST, store)
        assert place.parent.name.startswith(".building-")
        assert files(place) == content
        assert not folder.exists()
        assert not is_free(place.parent, fcntl.LOCK_SH)
        assert released(store) == ()
    assert list(store.iterdir()) == []


def test_what_dead_builders_left_is_removed_and_what_living_ones_have_is_not(store: Path, tmp_path: Path) -> None:
    for name in (".building-dead", ".building-alive"):
        (store / name).mkdir()
    with locked(store / ".building-alive"), brought_in(store, built(store)):
        assert not (store / ".building-dead").exists()
        assert (store / ".building-alive").exists()


def test_a_place_that_another_builder_took_for_dead_is_made_again(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    places = []
    lock = locked

    def removed_first(folder: Path) -> Any:
        places.append(folder)
        if len(places) == 1:
            folder.rmdir()
        return lock(folder)

    monkeypatch.setattr(storing, "locked", removed_first)
    with brought_in(store, built(store)) as place:
        assert place.is_dir()
        assert place.parent == places[-1]
    assert len(places) == 2
    assert not any(path.exists() for path in places)


def test_a_place_removed_between_its_making_and_its_lock_is_made_again(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places, flock = [], fcntl.flock

    def removed_meanwhile(handle: int, how: int) -> None:
        flock(handle, how)
        place = Path(f"/proc/self/fd/{handle}").readlink()
        if place.name.startswith(".building-"):
            places.append(place)
            if len(places) == 1:
                place.rmdir()

    folder = built(store)
    monkeypatch.setattr(fcntl, "flock", removed_meanwhile)
    with brought_in(store, folder) as place:
        assert place.parent == places[1]
        assert place.is_dir()
        assert not is_free(place.parent, fcntl.LOCK_SH)
    assert len(places) == 2


def test_a_folder_on_another_disk_is_copied(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = built(store)
    (folder / "deep" / "deeper").mkdir(parents=True)
    (folder / "deep" / "deeper" / "file").write_bytes(b"x")
    content = files(folder)
    monkeypatch.setattr(Path, "rename", failing(errno.EXDEV))
    with brought_in(store, folder) as place:
        assert files(place) == content
        assert place.name == FOURTH


def test_a_folder_that_cannot_be_moved_is_an_error_with_its_number(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = built(store)
    with monkeypatch.context() as patch, pytest.raises(OSError, match=os.strerror(errno.EACCES)) as told:
        patch.setattr(Path, "rename", failing(errno.EACCES))
        with brought_in(store, folder):
            raise AssertionError
    assert told.value.errno == errno.EACCES
    assert not any(path.name.startswith(".building") for path in store.iterdir())


# What is published


def test_a_store_that_is_not_there_has_no_releases(tmp_path: Path) -> None:
    assert released(tmp_path / "nowhere") == ()
    (tmp_path / "file").write_bytes(b"")
    assert released(tmp_path / "file") == ()
    assert released(tmp_path) == ()


def test_the_releases_of_a_store_are_those_of_its_index(store: Path) -> None:
    assert versions(store) == [FIRST, SECOND, THIRD]
    assert released(store) == entries(store)


def test_who_reads_keeps_out_who_publishes_and_no_other_reader(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free = []

    def chain(_: object) -> Iterator[str]:
        free.append((is_free(store, fcntl.LOCK_EX), is_free(store, fcntl.LOCK_SH)))
        return iter([])

    monkeypatch.setattr(storing, "broken_links", chain)
    released(store)
    assert free == [(False, True)]


def test_a_broken_chain_is_refused(store: Path) -> None:
    first, _, third = entries(store)
    shutil.rmtree(store / SECOND)
    (store / "index.json").write_bytes(index_bytes((first, third)))
    assert refused(lambda: released(store)) == (
        f"The chain is broken at {THIRD}: index.json lacks its predecessor {SECOND}. {RESTORE}"
    )


@pytest.mark.parametrize("content", ["{", None])
def test_a_broken_index_is_refused(store: Path, content: str | None) -> None:
    (store / "index.json").unlink()
    (store / "index.json").write_text(content, "utf-8") if content else (store / "index.json").symlink_to("nowhere")
    broken = "index.json of the store cannot be read." if content else "index.json is missing."
    assert refused(lambda: released(store)) == f"{broken} Restore it from a copy, then build again."


def test_an_index_that_was_rolled_back_is_refused(store: Path) -> None:
    (store / "index.json").write_bytes(index_bytes(entries(store)[:1]))
    assert refused(lambda: released(store)) == (
        f"{SECOND} stands in the store, but index.json does not know it. {RESTORE}"
    )


def test_a_folder_without_a_manifest_is_no_release_that_the_index_lacks(store: Path) -> None:
    (store / "2024.1.0").mkdir()
    (store / "2024.1.1" / "SHA256SUMS").mkdir(parents=True)
    assert versions(store) == [FIRST, SECOND, THIRD]


@pytest.mark.parametrize("version", [FIRST, SECOND, THIRD])
@pytest.mark.parametrize("how", ["gone", "release.json", "another release"])
def test_a_damaged_release_is_refused(store: Path, version: str, how: str) -> None:
    if how == "gone":
        shutil.rmtree(store / version)
    elif how == "release.json":
        (store / version / "release.json").write_bytes(b"{}")
    else:
        (store / version / "more").write_bytes(b"")
        sum_up(store / version)
    assert refused(lambda: released(store)) == f"The published release {version} {DAMAGED}"


def test_a_withdrawn_release_may_be_gone_and_may_not_be_another(store: Path) -> None:
    published(store, FOURTH, withdrawn_releases=[FIRST])
    shutil.rmtree(store / FIRST)
    assert versions(store) == [FIRST, SECOND, THIRD, FOURTH]
    bare(store / FIRST)
    assert refused(lambda: released(store)) == f"The published release {FIRST} {DAMAGED}"
    shutil.rmtree(store / FIRST)
    (store / FIRST).symlink_to("nowhere")
    assert refused(lambda: released(store)) == f"The published release {FIRST} {DAMAGED}"


# Publishing


def test_the_first_release_is_published(tmp_path: Path) -> None:
    store = tmp_path / "store"
    store.mkdir()
    assert publish(store, FIRST) is True
    assert versions(store) == [FIRST]
    assert sorted(path.name for path in store.iterdir()) == [FIRST, "index.json"]


def test_the_next_release_is_published_and_the_others_stay(store: Path) -> None:
    before = files(store)
    new = files(built(store))
    assert publish(store) is True
    after = files(store)
    assert {name: data for name, data in after.items() if name in before and name != "index.json"} == {
        name: data for name, data in before.items() if name != "index.json"
    }
    assert {name.removeprefix(f"{FOURTH}/"): data for name, data in after.items() if name.startswith(FOURTH)} == new
    assert [entry.status for entry in entries(store)] == ["superseded", "superseded", "superseded", "current"]


def test_nobody_else_is_in_the_store_meanwhile(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free = []
    monkeypatch.setattr(storing, "beyond_recall", lambda: free.append(is_free(store, fcntl.LOCK_SH)))
    assert publish(store) is True
    assert sign_all(store, KEY) == [FIRST, SECOND, THIRD, FOURTH]
    assert free == [False, False]
    assert is_free(store, fcntl.LOCK_EX)


def test_everything_is_on_the_disk_before_what_is_built_upon_it(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    folder, fsync = built(store), os.fsync
    rename, replacing = Path.rename, Path.replace

    def synced(handle: int) -> None:
        steps.append("fsync " + Path(f"/proc/self/fd/{handle}").readlink().name)
        fsync(handle)

    def renamed(path: Path, target: Path) -> Path:
        steps.append(f"rename {target.name}")
        return rename(path, target)

    def replaced(path: Path, target: Path) -> Path:
        steps.append(f"replace {target.name}")
        return replacing(path, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "rename", renamed)
    monkeypatch.setattr(Path, "replace", replaced)
    assert put_in_place(store, folder, entries(store)[-1].link) is True
    names = [f"fsync {name}" for name in ("data", "events.csv", "tombstones.csv", "release.json", "SHA256SUMS")]
    assert sorted(steps[:5]) == sorted(names)
    assert steps[5:] == [
        f"fsync {FOURTH}",
        "fsync .next-index.json",
        "fsync store",
        f"rename {FOURTH}",
        "fsync store",
        "replace index.json",
        "fsync store",
    ]


def test_the_same_release_again_is_no_new_one(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, flushed = files(store), list[Path]()
    monkeypatch.setattr(storing, "flush", flushed.append)
    monkeypatch.setattr(storing, "confirm", flushed.append)
    assert publish(store, THIRD, title=THIRD) is False
    assert files(store) == before
    assert flushed == [store.parent / "new" / THIRD, store / THIRD, store / THIRD]


def test_an_older_release_may_be_built_again_to_the_same_bytes(store: Path) -> None:
    first = entries(store)[0]
    folder = bare(store.parent / "new" / SECOND, first.link, title=SECOND)
    assert put_in_place(store, folder, first.link) is False


def test_another_release_of_a_published_version_is_refused(store: Path) -> None:
    before = files(store)
    assert refused(lambda: publish(store, THIRD, title="other")) == (
        f"Version {THIRD} is published already and differs. Choose the next version."
    )
    assert files(store) == before


def test_a_published_release_that_is_damaged_is_refused_and_named(store: Path) -> None:
    (store / THIRD / "data" / "events.csv").unlink()
    assert refused(lambda: publish(store, THIRD, title=THIRD)) == (
        f"The published release {THIRD} is damaged: data/events.csv is missing. Restore it from a copy, then build"
        " again."
    )


def test_a_manifest_that_is_broken_in_both_is_refused(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, manifest = built(store, THIRD, title=THIRD), b"x\n"
    monkeypatch.setattr(storing, "_released", entries)
    for place in (folder, store / THIRD):
        (place / "SHA256SUMS").write_bytes(manifest)
    assert refused(lambda: put_in_place(store, folder, entries(store)[1].link)) == (
        f"The published release {THIRD} is damaged: SHA256SUMS, line 1, is not a hash and a path. Restore it from a"
        " copy, then build again."
    )


@pytest.mark.parametrize("kind", ["folder", "file", "dangling link", "folder as manifest"])
def test_what_is_no_release_is_not_replaced(store: Path, kind: str) -> None:
    target = store / FOURTH
    if kind == "file":
        target.write_bytes(b"mine")
    elif kind == "dangling link":
        target.symlink_to("nowhere")
    else:
        (target / ("SHA256SUMS" if kind == "folder as manifest" else "mine")).mkdir(parents=True)
    assert refused(lambda: publish(store)) == (
        f"Something that is no release stands at {target}. Move it away, then build again."
    )
    assert os.path.lexists(target)
    assert [entry.version for entry in entries(store)] == [FIRST, SECOND, THIRD]


def test_a_version_before_the_newest_is_refused(store: Path) -> None:
    third = entries(store)[-1]
    folder = bare(store.parent / "new" / "2025.9.5", third.link)
    assert refused(lambda: put_in_place(store, folder, third.link)) == (
        f"Version {THIRD} is published already; 2025.9.5 would come before it."
    )


@pytest.mark.parametrize("upon", [None, SECOND])
def test_a_release_built_upon_another_than_the_newest_is_refused(store: Path, upon: str | None) -> None:
    previous = next((entry.link for entry in entries(store) if entry.version == upon), None)
    folder, before = bare(store.parent / "new" / FOURTH, previous), files(store)
    assert refused(lambda: put_in_place(store, folder, previous)) == (
        f"Another builder published {THIRD} meanwhile. Nothing was published; build again."
    )
    assert files(store) == before


def test_a_release_upon_one_that_an_empty_store_does_not_have_is_refused(tmp_path: Path) -> None:
    store = tmp_path / "store"
    store.mkdir()
    folder = bare(tmp_path / "new" / SECOND, Link(FIRST, "ab"))
    assert refused(lambda: put_in_place(store, folder, Link(FIRST, "ab"))) == (
        "Another builder published a release meanwhile. Nothing was published; build again."
    )
    assert list(store.iterdir()) == []


def test_nothing_is_published_upon_a_damaged_store(store: Path) -> None:
    folder = built(store)
    (store / FIRST / "release.json").unlink()
    assert refused(lambda: put_in_place(store, folder, None)) == f"The published release {FIRST} {DAMAGED}"
    assert not (store / FOURTH).exists()


def test_what_killed_writers_left_is_removed(store: Path) -> None:
    (store / ".writing-1").write_bytes(b"x")
    assert publish(store) is True
    assert not (store / ".writing-1").exists()
    (store / ".writing-1").write_bytes(b"x")
    sign_all(store, KEY)
    assert not (store / ".writing-1").exists()


def test_a_request_to_end_before_the_last_steps_publishes_nothing(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = files(store)
    monkeypatch.setattr(interrupts, "_received", [2])
    with pytest.raises(interrupts.Interrupted):
        publish(store, key=None)
    with pytest.raises(interrupts.Interrupted):
        sign_all(store, KEY)
    assert files(store) == before


# Cut off and taken back


def test_a_builder_killed_in_its_last_step_is_noticed(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cut_off(store) is None
    cut(store, monkeypatch)
    following = cut_off(store)
    assert following
    assert [entry.version for entry in following] == [FIRST, SECOND, THIRD, FOURTH]
    assert [entry.version for entry in entries(store)] == [FIRST, SECOND, THIRD]
    assert released(store) == following


def test_the_very_first_publication_may_be_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = tmp_path / "store"
    store.mkdir()
    cut(store, monkeypatch, FIRST)
    assert not (store / "index.json").exists()
    assert versions(store) == [FIRST]


def test_whoever_builds_next_finishes_it(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    newest = cut_off(cut(store, monkeypatch))
    assert newest
    folder = bare(store.parent / "new" / "2026.2.0", newest[-1].link)
    confirmed = []
    monkeypatch.setattr(storing, "confirm", lambda path: confirmed.append(path.name))
    assert put_in_place(store, folder, newest[-1].link) is True
    assert versions(store) == [FIRST, SECOND, THIRD, FOURTH, "2026.2.0"]
    assert cut_off(store) is None
    assert not (store / ".next-index.json").exists()
    assert confirmed == ["index.json", "index.json"]


def test_whoever_builds_the_same_finishes_it_and_says_that_it_is_there(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut(store, monkeypatch)
    assert publish(store) is False
    assert [entry.version for entry in entries(store)] == [FIRST, SECOND, THIRD, FOURTH]
    assert not (store / ".next-index.json").exists()


@pytest.mark.parametrize("how", ["chain", "manifest", "gone", "empty", "unreadable", "more", "index", "no manifest"])
def test_a_next_index_that_fits_nothing_is_not_believed(store: Path, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    following = cut_off(cut(store, monkeypatch))
    assert following
    path = store / ".next-index.json"
    if how == "chain":
        path.write_bytes(index_bytes((replace(following[0], manifest_sha256="00"), *following[1:])))
    elif how == "manifest":
        (store / FOURTH / "SHA256SUMS").write_bytes(b"")
    elif how == "gone":
        shutil.rmtree(store / FOURTH)
    elif how == "empty":
        path.write_bytes(index_bytes(()))
    elif how == "unreadable":
        path.write_bytes(b"{")
    elif how == "more":
        bare(store / "2026.2.0")
    elif how == "index":
        (store / "index.json").write_bytes(b"{")
    else:
        (store / FOURTH / "SHA256SUMS").unlink()
        (store / FOURTH / "SHA256SUMS").mkdir()
    assert cut_off(store) is None


def test_an_index_that_is_the_next_one_already_is_not_cut_off(store: Path) -> None:
    (store / ".next-index.json").write_bytes((store / "index.json").read_bytes())
    assert cut_off(store) is None
    assert publish(store) is True


@pytest.mark.parametrize("step", ["rename", "flush_folder", "replace"])
def test_a_publication_that_fails_is_taken_back(store: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    folder, before, content = built(store), files(store), files(store.parent / "new" / FOURTH)
    rename, done = Path.rename, list[Path]()

    def once(path: Path, target: Path) -> Path:
        done.append(target)
        if len(done) == 1 and step == "rename":
            raise OSError(errno.EIO, "x")
        return rename(path, target)

    with monkeypatch.context() as patch, pytest.raises(OSError, match=str(errno.EIO)):
        patch.setattr(Path, "rename", once)
        if step == "flush_folder":
            patch.setattr(storing, "flush_folder", failing(errno.EIO))
        if step == "replace":
            patch.setattr(Path, "replace", failing(errno.EIO))
        put_in_place(store, folder, entries(store)[-1].link)
    assert files(store) == before
    assert files(folder) == content


def test_a_failure_while_it_is_taken_back_does_not_hide_the_first(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = built(store)
    with monkeypatch.context() as patch, pytest.raises(OSError, match=str(errno.EIO)):
        patch.setattr(Path, "replace", failing(errno.EIO))
        patch.setattr(Path, "unlink", failing(errno.EACCES))
        put_in_place(store, folder, entries(store)[-1].link)


@pytest.mark.parametrize("number", [errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR])
@pytest.mark.parametrize("same", [True, False])
def test_somebody_who_lays_a_release_without_the_lock_is_noticed(
    store: Path, monkeypatch: pytest.MonkeyPatch, number: int, same: bool
) -> None:
    folder, rename = built(store), Path.rename
    previous = entries(store)[-1].link

    def taken(path: Path, target: Path) -> Path:
        if target == store / FOURTH:
            bare(target, previous, title="" if same else "other")
            raise OSError(number, os.strerror(number))
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", taken)
    if same:
        assert put_in_place(store, folder, previous) is False
        assert versions(store) == [FIRST, SECOND, THIRD, FOURTH]
    else:
        assert refused(lambda: put_in_place(store, folder, previous)) == (
            f"Version {FOURTH} is published already and differs. Choose the next version."
        )
        assert (store / FOURTH).is_dir()
    assert not (store / ".next-index.json").exists()


def test_something_else_that_somebody_lays_without_the_lock_is_named(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, rename = built(store), Path.rename

    def taken(path: Path, target: Path) -> Path:
        if target == store / FOURTH:
            target.mkdir()
            raise OSError(errno.ENOTEMPTY, "x")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", taken)
    assert refused(lambda: put_in_place(store, folder, entries(store)[-1].link)) == (
        f"Something that is no release stands at {store / FOURTH}. Move it away, then build again."
    )


def test_what_the_disk_does_not_confirm_is_in_place_and_said(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = built(store)
    real, calls = disk.flush_folder, []

    def fails_at_last(path: Path) -> None:
        calls.append(path)
        if (store / FOURTH).exists() and not (store / ".next-index.json").exists():
            raise OSError(errno.EIO, "x")
        real(path)

    monkeypatch.setattr(disk, "flush_folder", fails_at_last)
    with pytest.raises(Unconfirmed):
        put_in_place(store, folder, entries(store)[-1].link)
    assert [entry.version for entry in entries(store)] == [FIRST, SECOND, THIRD, FOURTH]


# Signed stores


def test_the_first_signed_release_lays_the_public_key(tmp_path: Path) -> None:
    store = tmp_path / "store"
    published(store, FIRST, KEY)
    assert (store / "minisign.pub").read_bytes() == KEY.public
    assert (store / FIRST / "SHA256SUMS.minisig").is_file()
    published(store, SECOND, KEY)
    assert versions(store) == [FIRST, SECOND]


def test_a_store_that_is_not_signed_takes_no_signed_release(store: Path) -> None:
    before = files(store)
    assert refused(lambda: publish(store, key=KEY)) == (
        "The releases of this store are not signed. First run `pfds release sign STORE --key FILE`."
    )
    assert files(store) == before


def test_a_signed_store_takes_neither_unsigned_releases_nor_another_key(tmp_path: Path) -> None:
    store = three(tmp_path / "store", KEY)
    assert "Give the secret key with --key FILE." in refused(lambda: publish(store))
    assert "The key is not the one" in refused(lambda: publish(store, key=OTHER))
    assert versions(store) == [FIRST, SECOND, THIRD]


def test_all_releases_are_signed_at_once_and_then_none(store: Path) -> None:
    before = files(store)
    assert sign_all(store, KEY) == [FIRST, SECOND, THIRD]
    after = files(store)
    added = {f"{version}/SHA256SUMS.minisig" for version in (FIRST, SECOND, THIRD)} | {"minisign.pub"}
    assert set(after) - set(before) == added
    assert {name: data for name, data in after.items() if name in before} == before
    for version in (FIRST, SECOND, THIRD):
        assert after[f"{version}/SHA256SUMS.minisig"] == KEY.sign(after[f"{version}/SHA256SUMS"], version)
    assert after["minisign.pub"] == KEY.public
    assert sign_all(store, KEY) == []
    assert files(store) == after


def test_only_what_is_not_signed_yet_is_signed(store: Path) -> None:
    sign_all(store, KEY)
    (store / SECOND / "SHA256SUMS.minisig").unlink()
    (store / "minisign.pub").unlink()
    assert sign_all(store, KEY) == [SECOND]
    assert (store / "minisign.pub").read_bytes() == KEY.public


def test_a_key_that_lies_in_the_store_stays_as_it_is(store: Path) -> None:
    mine = b"untrusted comment: mine\n" + KEY.public.partition(b"\n")[2]
    (store / "minisign.pub").write_bytes(mine)
    sign_all(store, KEY)
    assert (store / "minisign.pub").read_bytes() == mine


def test_withdrawn_releases_that_are_gone_are_not_signed(store: Path) -> None:
    published(store, FOURTH, withdrawn_releases=[FIRST])
    shutil.rmtree(store / FIRST)
    assert sign_all(store, KEY) == [SECOND, THIRD, FOURTH]
    assert not (store / FIRST).exists()


def test_a_store_with_another_key_is_not_signed(store: Path) -> None:
    (store / "minisign.pub").write_bytes(OTHER.public)
    before = files(store)
    assert "The key is not the one whose public half lies in the store" in refused(lambda: sign_all(store, KEY))
    assert files(store) == before


def test_a_store_with_a_broken_key_is_not_signed(store: Path) -> None:
    (store / "minisign.pub").symlink_to("nowhere")
    assert "minisign.pub is not a public key of minisign." in refused(lambda: sign_all(store, KEY))
    assert (store / "minisign.pub").is_symlink()


@pytest.mark.parametrize("content", [b"", None])
def test_releases_signed_otherwise_are_not_claimed(store: Path, content: bytes | None) -> None:
    signature = store / SECOND / "SHA256SUMS.minisig"
    signature.write_bytes(content if content is not None else OTHER.sign(b"x", SECOND))
    before = files(store)
    wrong = "is not a signature of minisign." if content == b"" else "was made with another key than the public key."
    assert refused(lambda: sign_all(store, KEY)) == (f"{SECOND}: SHA256SUMS.minisig {wrong} Nothing was signed.")
    assert files(store) == before


def test_a_dangling_link_is_no_missing_signature(store: Path) -> None:
    (store / SECOND / "SHA256SUMS.minisig").symlink_to("nowhere")
    assert refused(lambda: sign_all(store, KEY)) == (
        f"{SECOND}: SHA256SUMS.minisig is not an ordinary file. Nothing was signed."
    )


def test_a_damaged_store_is_not_signed(store: Path) -> None:
    (store / FIRST / "release.json").unlink()
    assert refused(lambda: sign_all(store, KEY)) == f"The published release {FIRST} {DAMAGED}"
    assert not (store / "minisign.pub").exists()
