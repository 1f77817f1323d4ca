"""What is written is whole and on the disk, one writer at a time works in a folder, and dead writers leave nothing."""

import errno
import importlib.util
import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bare_store import is_free
from pfds.release import disk
from pfds.release.disk import (
    Unconfirmed,
    clear_dead,
    clear_unfinished,
    confirm,
    flush,
    flush_folder,
    locked,
    replace_file,
    write_durably,
)

fcntl = pytest.importorskip("fcntl")


def fails(number: int) -> Callable[..., Any]:
    def failing(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return failing


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@contextmanager
def synced(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Names of all that is flushed meanwhile, in order."""
    found: list[str] = []
    fsync = os.fsync

    def noting(handle: int) -> None:
        found.append(Path(f"/proc/self/fd/{handle}").readlink().name)
        fsync(handle)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", noting)
        yield found


# Locks


def test_a_writer_keeps_out_everybody_until_it_ends(tmp_path: Path) -> None:
    with locked(tmp_path):
        assert not is_free(tmp_path, fcntl.LOCK_SH)
    assert is_free(tmp_path, fcntl.LOCK_EX)


def test_a_reader_keeps_out_writers_and_lets_in_readers(tmp_path: Path) -> None:
    with locked(tmp_path, shared=True):
        assert is_free(tmp_path, fcntl.LOCK_SH)
        assert not is_free(tmp_path, fcntl.LOCK_EX)
    assert is_free(tmp_path, fcntl.LOCK_EX)


def test_a_lock_ends_with_an_error_too(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), locked(tmp_path):
        raise KeyboardInterrupt
    assert is_free(tmp_path, fcntl.LOCK_EX)


def test_where_the_system_has_no_locks_nothing_is_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "fcntl", None)
    (tmp_path / ".x-1").mkdir()
    with locked(tmp_path / "nowhere"):
        clear_dead(tmp_path, ".x-")
    assert names(tmp_path) == [".x-1"]


# What dead writers left


def test_folders_of_dead_writers_are_removed_and_nothing_else(tmp_path: Path) -> None:
    for name in (".x-dead", ".x-alive", ".y-dead", "mine", "mine/.x-deep"):
        (tmp_path / name).mkdir()
    (tmp_path / ".x-dead" / "file").write_bytes(b"x")
    (tmp_path / ".x-file").write_bytes(b"x")
    (tmp_path / ".x-link").symlink_to(tmp_path / "mine")
    os.mkfifo(tmp_path / ".x-pipe")
    with locked(tmp_path / ".x-alive"):
        clear_dead(tmp_path, ".x-")
        assert names(tmp_path) == [".x-alive", ".x-file", ".x-link", ".x-pipe", ".y-dead", "mine"]
    assert names(tmp_path / "mine") == [".x-deep"]
    clear_dead(tmp_path, ".x-")
    assert names(tmp_path) == [".x-file", ".x-link", ".x-pipe", ".y-dead", "mine"]


def test_a_folder_that_a_reader_has_locked_is_not_dead(tmp_path: Path) -> None:
    (tmp_path / ".x-alive").mkdir()
    with locked(tmp_path / ".x-alive", shared=True):
        clear_dead(tmp_path, ".x-")
    assert names(tmp_path) == [".x-alive"]


def test_one_folder_that_cannot_be_removed_keeps_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (".x-1", ".x-2"):
        (tmp_path / name).mkdir()
    tried = []

    def failing(path: Path) -> None:
        tried.append(path.name)
        raise PermissionError(str(path))

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", failing)
        clear_dead(tmp_path, ".x-")
    assert sorted(tried) == [".x-1", ".x-2"]
    assert is_free(tmp_path / ".x-1", fcntl.LOCK_EX)
    assert open_files_in(tmp_path) == []


def open_files_in(folder: Path) -> list[str]:
    """What this process has open in a folder."""
    numbers = list(Path("/proc/self/fd").iterdir())
    return [str(link.readlink()) for link in numbers if link.is_symlink() and link.readlink().is_relative_to(folder)]


def test_files_of_dead_writers_are_removed_and_nothing_else(tmp_path: Path) -> None:
    for name in (".writing-1", ".writing-2", "mine.writing-", "mine"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / ".writing-3").write_bytes(b"x")
    clear_unfinished(tmp_path)
    assert names(tmp_path) == ["deep", "mine", "mine.writing-"]
    assert names(tmp_path / "deep") == [".writing-3"]


def test_what_somebody_else_removed_meanwhile_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "glob", lambda path, _: [path / ".writing-gone"])
    clear_unfinished(tmp_path)


# Writing


def test_a_file_is_on_the_disk_with_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_bytes(b"what stood there")
    with synced(monkeypatch) as found:
        write_durably(tmp_path / "file", b"content")
    assert (tmp_path / "file").read_bytes() == b"content"
    assert found == ["file", tmp_path.name]


def test_what_is_flushed_to_the_disk_is_the_whole_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []
    monkeypatch.setattr(os, "fsync", lambda handle: sizes.append(os.fstat(handle).st_size))
    write_durably(tmp_path / "file", b"content")
    assert sizes[0] == len(b"content")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_a_file_that_cannot_be_written_whole_is_not_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr(os, "fsync", fails(number))
    with pytest.raises(OSError, match=os.strerror(number)):
        write_durably(tmp_path / "file", b"content")
    assert names(tmp_path) == []


def test_a_file_in_no_folder_is_an_error_and_nothing_more(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as told:
        write_durably(tmp_path / "nowhere" / "file", b"content")
    assert told.value.__context__ is None


def test_a_file_is_replaced_in_one_step_and_nothing_else_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "deep").mkdir()
    target = tmp_path / "deep" / "file"
    target.write_bytes(b"old")
    steps: list[tuple[str, bytes, int]] = []
    replace = Path.replace

    def noting(path: Path, other: Path) -> Path:
        steps.append((path.name[:9], path.read_bytes(), stat.S_IMODE(path.stat().st_mode)))
        return replace(path, other)

    monkeypatch.setattr(Path, "replace", noting)
    with synced(monkeypatch) as found:
        replace_file(tmp_path, target, b"new", 0o640)
    assert steps == [(".writing-", b"new", 0o640)]
    assert [name[:9] for name in found] == [".writing-", tmp_path.name[:9], "deep"]
    assert (names(tmp_path), names(tmp_path / "deep")) == (["deep"], ["file"])
    assert target.read_bytes() == b"new"


def test_a_replaced_file_is_readable_by_all_unless_said_otherwise(tmp_path: Path) -> None:
    replace_file(tmp_path, tmp_path / "public", b"x")
    replace_file(tmp_path, tmp_path / "private", b"x", disk.PRIVATE)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {"public": 0o644, "private": 0o600}


def test_a_file_that_cannot_be_replaced_stays_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_bytes(b"old")
    monkeypatch.setattr(Path, "replace", fails(errno.EIO))
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        replace_file(tmp_path, tmp_path / "file", b"new")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"file": b"old"}


# Confirming


@pytest.mark.parametrize(
    ("problem", "reason"), [(OSError(errno.EIO, "x"), os.strerror(errno.EIO)), (OSError("x"), "it gave no reason")]
)
def test_what_the_system_does_not_confirm_is_said_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, problem: OSError, reason: str
) -> None:
    def failing(_: Path) -> None:
        raise problem

    monkeypatch.setattr(disk, "flush_folder", failing)
    with pytest.raises(Unconfirmed) as told:
        confirm(tmp_path / "file")
    assert str(told.value) == (
        f"{tmp_path / 'file'} is in place, but the system did not confirm that it would survive a power cut: {reason}."
    )


def test_the_folder_of_a_relative_name_is_confirmed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    with synced(monkeypatch) as found:
        confirm(Path())
    assert found == [tmp_path.name]


def test_every_file_and_folder_is_flushed_the_outermost_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "release" / "data").mkdir(parents=True)
    for name in ("one", "data/two"):
        (tmp_path / "release" / name).write_bytes(b"x")
    with synced(monkeypatch) as found:
        flush(tmp_path / "release")
    assert sorted(found) == ["data", "one", "release", "two"]
    assert found[-1] == "release"
    assert open_files_in(tmp_path) == []


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP])
def test_a_file_system_without_a_way_to_flush_folders_is_accepted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr(os, "fsync", fails(number))
    flush_folder(tmp_path)


def test_any_other_failure_to_flush_a_folder_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", fails(errno.EIO))
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        flush_folder(tmp_path)
    assert open_files_in(tmp_path) == []


def test_where_folders_cannot_be_opened_none_is_flushed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = tmp_path / "nowhere"
    with monkeypatch.context() as patch:
        patch.setattr(os, "name", "nt")
        flush_folder(nowhere)


def test_the_module_can_be_imported_where_there_are_no_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fcntl", None)
    found = importlib.util.find_spec(disk.__name__)
    assert found
    assert found.loader
    again = importlib.util.module_from_spec(found)
    found.loader.exec_module(again)
    assert again.fcntl is None
