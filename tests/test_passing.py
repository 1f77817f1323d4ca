"""What a command lays on the disk for a while is gone when it ends, however it ends."""

import os
import secrets
import shutil
import signal
import stat
import tempfile
from pathlib import Path

import pytest

from pfds.release import passing
from pfds.release.passing import clear_up, scratch


def test_a_scratch_folder_is_new_for_its_owner_only_and_gone_afterwards(tmp_path: Path) -> None:
    with scratch(".making-", tmp_path) as folder, scratch(".making-", tmp_path) as other:
        assert folder != other
        assert folder.parent == tmp_path
        assert folder.name.startswith(".making-")
        assert len(folder.name) == len(".making-") + 12
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        (folder / "deep" / "deeper").mkdir(parents=True)
        (folder / "deep" / "file").write_bytes(b"x")
    assert list(tmp_path.iterdir()) == []
    assert clear_up() == []


def test_without_a_folder_it_lies_among_temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with scratch() as folder:
        assert folder.parent == tmp_path
        assert folder.name.startswith("pfds-")
        assert folder.is_dir()
    assert not folder.exists()


def test_an_interrupt_leaves_nothing_of_the_look_for_a_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python tries out with a small file whether it may write there."""
    remove = os.unlink

    def interrupted(path: str) -> None:
        signal.raise_signal(signal.SIGINT)
        remove(path)

    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(os, "unlink", interrupted)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt), scratch():
            pytest.fail("it was not interrupted")
    finally:
        signal.signal(signal.SIGINT, before)
    assert list(tmp_path.iterdir()) == []


def test_it_is_gone_after_an_error_as_well(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), scratch("x", tmp_path):
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_its_place_is_removed_too(tmp_path: Path) -> None:
    with passing.passing("x", tmp_path) as path:
        assert not os.path.lexists(path)
        path.write_bytes(b"x")
    assert list(tmp_path.iterdir()) == []


def test_a_link_in_its_place_is_removed_and_what_it_points_to_is_not(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").write_bytes(b"x")
    with passing.passing("x", tmp_path) as path:
        path.symlink_to(tmp_path / "mine")
    assert [path.name for path in tmp_path.rglob("*")] == ["mine", "file"]


@pytest.mark.parametrize("kind", ["file", "dangling link"])
def test_a_name_that_is_taken_is_neither_used_nor_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(secrets, "token_hex", lambda size: "0" * 2 * size)
    taken = tmp_path / "x000000000000"
    taken.write_bytes(b"mine") if kind == "file" else taken.symlink_to("nowhere")
    with pytest.raises(FileExistsError) as told, passing.passing("x", tmp_path):
        raise AssertionError
    assert told.value.args == (taken,)
    assert os.path.lexists(taken)
    assert clear_up() == []


def test_what_an_interrupt_left_is_removed_and_what_cannot_be_is_told(tmp_path: Path) -> None:
    left = [tmp_path / name for name in ("b", "a")]
    ends = [passing.passing(path.name, path.parent) for path in left]
    made = [end.__enter__() for end in ends]
    for path in made:
        path.mkdir()
        (path / "file").write_bytes(b"x")
    assert clear_up() == []
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_removed_is_told_in_order_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = [passing.passing(name, tmp_path) for name in "dbca"]
    made = [end.__enter__() for end in ends]
    for path in made:
        path.write_bytes(b"x")

    def fails(path: Path, *, missing_ok: bool = False) -> None:
        raise PermissionError(str(path))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", fails)
        assert clear_up() == sorted(made)
    assert clear_up() == []
    assert list(tmp_path.iterdir()) == []


def test_folders_that_do_not_let_go_of_what_is_in_them_end_no_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError("input/output error")

    with monkeypatch.context() as patch, scratch("x", tmp_path) as folder:
        patch.setattr(shutil, "rmtree", fails)
        patch.setattr(Path, "unlink", fails)
    assert clear_up() == []
    assert not folder.exists()


def test_one_file_that_cannot_be_removed_keeps_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unlink, tried = os.unlink, list[object]()

    def fails_once(path: str, *, dir_fd: int | None = None) -> None:
        tried.append(path)
        if len(tried) == 1:
            raise PermissionError(path)
        unlink(path, dir_fd=dir_fd)

    with monkeypatch.context() as patch, scratch("x", tmp_path) as folder:
        for name in "abc":
            (folder / name).write_bytes(b"x")
        patch.setattr(os, "unlink", fails_once)
    assert [path.name for path in folder.iterdir()] == tried[:1]
    assert clear_up() == []


def test_a_link_that_cannot_be_removed_is_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(path: Path) -> None:
        raise PermissionError(str(path))

    with monkeypatch.context() as patch, passing.passing("x", tmp_path) as path:
        path.symlink_to("nowhere")
        patch.setattr(Path, "unlink", fails)
    assert path.is_symlink()
    assert clear_up() == []
    assert not path.is_symlink()


def test_what_is_gone_already_is_no_error(tmp_path: Path) -> None:
    with scratch("x", tmp_path) as folder:
        folder.rmdir()
    assert clear_up() == []
