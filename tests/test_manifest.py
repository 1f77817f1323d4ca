"""SHA256SUMS lists every file of a release; whatever differs from it is told by its path."""

import hashlib
import os
from pathlib import Path

import pytest

from pfds.release.manifest import (
    BrokenManifest,
    differences,
    file_hash,
    files_in,
    is_ordinary,
    manifest_text,
    read_manifest,
)

A, B = hashlib.sha256(b"a").hexdigest(), hashlib.sha256(b"b").hexdigest()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two files, one of them in a folder, and their manifest."""
    release = tmp_path / "release"
    (release / "data").mkdir(parents=True)
    (release / "data" / "a.csv").write_bytes(b"a")
    (release / "B").write_bytes(b"b")
    (release / "SHA256SUMS").write_text(manifest_text(release), "utf-8")
    return release


def told(folder: Path) -> list[str]:
    return list(differences(folder, read_manifest(folder)))


def test_every_file_is_listed_with_its_hash_in_the_order_of_paths(folder: Path) -> None:
    (folder / "SHA256SUMS.minisig").write_bytes(b"signature")
    assert (folder / "SHA256SUMS").read_text("utf-8") == f"{B}  B\n{A}  data/a.csv\n"
    assert manifest_text(folder) == f"{B}  B\n{A}  data/a.csv\n"
    assert read_manifest(folder) == {"B": B, "data/a.csv": A}


def test_a_release_as_published_has_no_differences(folder: Path) -> None:
    (folder / "SHA256SUMS.minisig").write_bytes(b"signature")
    assert told(folder) == []


def test_files_of_folders_stand_among_the_others(folder: Path) -> None:
    paths = [*"CEGIKMOQSUWY", "data/a.csv", "data/b.csv", *"cfhjlnprtv"]
    for path in paths:
        (folder / path).write_bytes(b"a")
    (folder / "B").unlink()
    assert [line.split("  ")[1] for line in manifest_text(folder).splitlines()] == sorted(paths)
    assert [problem.split(" ")[0] for problem in told(folder)] == sorted({"B", *paths} - {"data/a.csv"})


def test_all_differences_are_told_in_the_order_of_paths(folder: Path) -> None:
    (folder / "z").write_bytes(b"")
    (folder / "B").unlink()
    (folder / "data" / "a.csv").write_bytes(b"A")
    assert told(folder) == [
        "B is missing.",
        "data/a.csv was changed: its SHA-256 is not the one in SHA256SUMS.",
        "z is not part of the release.",
    ]


def test_empty_folders_are_told_after_the_files(folder: Path) -> None:
    for name in ("data/y", "data/x", "q/r"):
        (folder / name).mkdir(parents=True)
    assert told(folder) == [f"{name} is not part of the release." for name in ("data/x", "data/y", "q/r")]


def test_an_empty_release_is_no_empty_folder_of_itself(tmp_path: Path) -> None:
    assert list(differences(tmp_path, {})) == []


def test_a_folder_with_folders_or_links_only_is_not_empty(folder: Path) -> None:
    (folder / "outer" / "inner").mkdir(parents=True)
    (folder / "outer" / "inner" / "link").symlink_to(folder / "data")
    assert told(folder) == ["outer/inner/link is not part of the release."]


@pytest.mark.parametrize("kind", ["link", "folder link", "pipe"])
def test_what_is_no_ordinary_file_is_told_and_not_opened(folder: Path, tmp_path: Path, kind: str) -> None:
    (folder / "B").unlink()
    if kind == "pipe":
        os.mkfifo(folder / "B")
    else:
        target = tmp_path / "b"
        target.mkdir() if kind == "folder link" else target.write_bytes(b"b")
        (folder / "B").symlink_to(target)
    assert not is_ordinary(folder / "B")
    assert told(folder) == ["B is not an ordinary file."]


def test_links_to_folders_are_listed_and_not_followed(folder: Path) -> None:
    (folder / "data" / "again").symlink_to(folder)
    assert sorted(files_in(folder)) == ["B", "SHA256SUMS", "data/a.csv", "data/again"]


def test_a_missing_manifest_is_told(tmp_path: Path) -> None:
    with pytest.raises(BrokenManifest, match=r"^SHA256SUMS is missing\.$"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("target", ["elsewhere", "nowhere"])
def test_a_manifest_that_is_a_link_is_not_read(folder: Path, tmp_path: Path, target: str) -> None:
    (folder / "SHA256SUMS").rename(tmp_path / "elsewhere")
    (folder / "SHA256SUMS").symlink_to(tmp_path / target)
    with pytest.raises(BrokenManifest, match=r"^SHA256SUMS is not an ordinary file\.$"):
        read_manifest(folder)


def test_a_manifest_that_is_no_text_is_told(folder: Path) -> None:
    (folder / "SHA256SUMS").write_bytes(b"\xff")
    with pytest.raises(BrokenManifest, match=r"^SHA256SUMS cannot be read\.$"):
        read_manifest(folder)


def test_a_manifest_that_the_system_cannot_read_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> str:
        raise OSError("input/output error")

    monkeypatch.setattr(Path, "read_text", fails)
    with pytest.raises(BrokenManifest, match=r"^SHA256SUMS cannot be read\.$"):
        read_manifest(folder)


@pytest.mark.parametrize(
    "line",
    [
        f"{A} B",
        f"{A}  ",
        f"{A.upper()}  B",
        f"{A[1:]}  B",
        f"{A}  B\x1f",
        "",
        f"{A}  data/a.csv",
        f" {A}  B",
    ],
)
def test_a_line_of_another_form_is_told_by_its_number(folder: Path, line: str) -> None:
    (folder / "SHA256SUMS").write_text(f"{A}  data/a.csv\n{line}\n", "utf-8")
    with pytest.raises(BrokenManifest, match=r"^SHA256SUMS, line 2, is not a hash and a path\.$"):
        read_manifest(folder)


def test_the_hash_of_a_file_is_its_sha_256(folder: Path) -> None:
    assert file_hash(folder / "B") == B
    assert is_ordinary(folder / "B")
    assert not is_ordinary(folder)
