"""Signatures of manifests: who vouches for a release, and what is wrong with a signature, in one sentence."""

import os
from pathlib import Path

import pytest
from minisign import PublicKey, Signature

from bare_store import FIRST, a_key, bare, published
from pfds.release.sign import BadKey, read_public_key, refuse_other_key, store_key, wrong_signature
from pfds.release.versions import GateRefused
from pfds.release.whole import not_whole

KEY, OTHER = a_key(), a_key(1)
PUBLIC, OTHERS = KEY.secret.get_public_key(), OTHER.secret.get_public_key()
LONGEST = 16_384


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A signed release, in a store that has the public key."""
    store = tmp_path / "store"
    published(store, FIRST, KEY)
    return store / FIRST


def signature(folder: Path) -> Path:
    return folder / "SHA256SUMS.minisig"


def padded(data: bytes, size: int) -> bytes:
    """A key or signature with a first line, which nothing covers, so long that the file has this size."""
    return data.replace(b"\n", b" " * (size - len(data)) + b"\n", 1)


def test_a_signature_vouches_for_manifest_and_version_and_is_the_same_each_time(folder: Path) -> None:
    manifest = (folder / "SHA256SUMS").read_bytes()
    assert signature(folder).read_bytes() == KEY.sign(manifest, FIRST)
    lines = signature(folder).read_text("ascii").splitlines()
    assert lines[0] == "untrusted comment: signature of a release"
    assert lines[2] == f"trusted comment: {FIRST}"
    assert signature(folder).read_bytes().endswith(b"\n")
    PUBLIC.verify(manifest, Signature.from_bytes(signature(folder).read_bytes()))


def test_the_public_half_is_a_file_of_minisign() -> None:
    assert PublicKey.from_bytes(KEY.public) == PUBLIC
    assert KEY.public.endswith(b"\n")


def test_a_signature_that_holds_is_not_told(folder: Path) -> None:
    assert wrong_signature(folder, PUBLIC) is None
    assert not_whole(folder, PUBLIC) == []


def test_a_missing_signature_is_told(folder: Path) -> None:
    signature(folder).unlink()
    assert (
        wrong_signature(folder, PUBLIC) == "SHA256SUMS.minisig is missing, and the releases of this store are signed."
    )


@pytest.mark.parametrize("kind", ["link", "dangling link", "folder", "pipe"])
def test_a_signature_that_is_no_ordinary_file_is_not_opened(folder: Path, tmp_path: Path, kind: str) -> None:
    signature(folder).rename(tmp_path / "elsewhere")
    if kind == "pipe":
        os.mkfifo(signature(folder))
    elif kind == "folder":
        signature(folder).mkdir()
    else:
        signature(folder).symlink_to(tmp_path / ("elsewhere" if kind == "link" else "nowhere"))
    assert wrong_signature(folder, PUBLIC) == "SHA256SUMS.minisig is not an ordinary file."


@pytest.mark.parametrize("content", [b"", b"none", b"\xff\xfe", b"untrusted comment: x\nRUQ\ntrusted comment: y\nAA\n"])
def test_what_is_no_signature_is_told(folder: Path, content: bytes) -> None:
    signature(folder).write_bytes(content)
    assert wrong_signature(folder, PUBLIC) == "SHA256SUMS.minisig is not a signature of minisign."


def test_a_manifest_that_is_gone_is_not_signed(folder: Path) -> None:
    (folder / "SHA256SUMS").unlink()
    assert wrong_signature(folder, PUBLIC) == "SHA256SUMS.minisig is not a signature of minisign."


def test_a_signature_with_another_key_is_told(folder: Path) -> None:
    assert wrong_signature(folder, OTHERS) == "SHA256SUMS.minisig was made with another key than the public key."


def test_a_signature_of_another_manifest_is_told(folder: Path) -> None:
    signature(folder).write_bytes(KEY.sign(b"another manifest", FIRST))
    assert wrong_signature(folder, PUBLIC) == "SHA256SUMS.minisig does not fit SHA256SUMS and the public key."


def test_a_version_that_was_changed_in_a_signature_is_told(folder: Path) -> None:
    data = signature(folder).read_bytes()
    signature(folder).write_bytes(data.replace(FIRST.encode(), b"2025.9.1"))
    assert wrong_signature(folder, PUBLIC) == "SHA256SUMS.minisig does not fit SHA256SUMS and the public key."


@pytest.mark.parametrize(("size", "is_read"), [(LONGEST, True), (LONGEST + 1, False)])
def test_no_signature_or_key_is_longer_than_those_of_minisign_can_be(folder: Path, size: int, is_read: bool) -> None:
    signature(folder).write_bytes(padded(signature(folder).read_bytes(), size))
    wrong = wrong_signature(folder, PUBLIC)
    assert wrong == (None if is_read else "SHA256SUMS.minisig is not a signature of minisign.")


# Public keys


def test_a_store_has_the_key_that_lies_in_it_or_none(folder: Path, tmp_path: Path) -> None:
    assert store_key(folder.parent) == PUBLIC
    assert store_key(tmp_path) is None


@pytest.mark.parametrize("kind", ["nothing", "text", "long", "folder", "link", "dangling link", "pipe"])
def test_what_is_no_public_key_is_told(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "minisign.pub"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif "link" in kind:
        (tmp_path / "link").write_bytes(KEY.public)
        path.symlink_to(tmp_path / kind)
    else:
        path.write_bytes({"nothing": b"", "text": b"key", "long": padded(KEY.public, LONGEST + 1)}[kind])
    with pytest.raises(BadKey, match=r"^minisign\.pub is not a public key of minisign\.$"):
        store_key(tmp_path)


def test_a_public_key_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadKey, match=r"^mine\.pub is not a public key of minisign\.$"):
        read_public_key(tmp_path / "mine.pub")


def test_the_first_line_of_a_key_may_be_as_long_as_is_read(tmp_path: Path) -> None:
    (tmp_path / "key.pub").write_bytes(padded(KEY.public, LONGEST))
    assert read_public_key(tmp_path / "key.pub") == PUBLIC


# Who may build upon a signed store


def test_the_key_of_the_store_is_accepted(folder: Path) -> None:
    refuse_other_key(folder.parent, KEY)


def test_an_unsigned_store_takes_any_key_and_none(tmp_path: Path) -> None:
    refuse_other_key(tmp_path, KEY)
    refuse_other_key(tmp_path, None)


def test_a_signed_store_takes_no_unsigned_release(folder: Path) -> None:
    with pytest.raises(GateRefused) as told:
        refuse_other_key(folder.parent, None)
    assert str(told.value) == (
        "The releases of this store are signed (minisign.pub). Give the secret key with --key FILE."
    )


def test_a_signed_store_takes_no_other_key(folder: Path) -> None:
    with pytest.raises(GateRefused) as told:
        refuse_other_key(folder.parent, OTHER)
    assert str(told.value) == "The key is not the one whose public half lies in the store (minisign.pub)."


@pytest.mark.parametrize("key", [None, KEY])
def test_nothing_is_built_upon_a_broken_key(tmp_path: Path, key: object) -> None:
    (tmp_path / "minisign.pub").write_bytes(b"")
    with pytest.raises(GateRefused) as told:
        refuse_other_key(tmp_path, key)  # type: ignore[arg-type]
    assert str(told.value) == (
        "minisign.pub is not a public key of minisign. Restore it from a copy, then build again."
    )


# Files and signature together


def test_without_a_key_from_elsewhere_that_of_the_store_counts(folder: Path) -> None:
    signature(folder).unlink()
    told = ["SHA256SUMS.minisig is missing, and the releases of this store are signed."]
    assert not_whole(folder) == told
    (folder.parent / "minisign.pub").unlink()
    assert not_whole(folder) == []
    assert not_whole(folder, PUBLIC) == told


def test_a_key_from_elsewhere_counts_more_than_that_of_the_store(folder: Path) -> None:
    (folder.parent / "minisign.pub").write_bytes(OTHER.public)
    assert not_whole(folder, PUBLIC) == []
    assert not_whole(folder) == ["SHA256SUMS.minisig was made with another key than the public key."]


def test_the_key_of_the_store_counts_for_whoever_stands_in_the_release(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signature(folder).unlink()
    monkeypatch.chdir(folder)
    assert not_whole(Path()) != []


def test_changed_files_are_told_and_then_no_signature(folder: Path) -> None:
    (folder / "release.json").unlink()
    signature(folder).unlink()
    assert not_whole(folder) == ["release.json is missing."]


def test_a_broken_manifest_and_a_broken_key_are_told(folder: Path, tmp_path: Path) -> None:
    (folder.parent / "minisign.pub").write_bytes(b"")
    assert not_whole(folder) == ["minisign.pub is not a public key of minisign."]
    (folder / "SHA256SUMS").unlink()
    assert not_whole(folder) == ["SHA256SUMS is missing."]
    assert not_whole(bare(tmp_path / "alone" / FIRST)) == []
