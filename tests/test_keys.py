"""Pairs of keys: the secret half for its owner only, with a password or without, and never in place of another."""

import stat
from pathlib import Path

import pytest
from minisign import PublicKey, SecretKey

from command import files
from pfds.release.keys import make_keys, read_signer
from pfds.release.sign import BadKey, signer

WORDS = "correct horse"


def never() -> str | None:
    raise AssertionError("asked for a password")


def test_two_files_are_written_that_fit_together(tmp_path: Path) -> None:
    public = make_keys(tmp_path / "my.key", "")
    assert public == tmp_path / "my.key.pub"
    secret = read_signer(tmp_path / "my.key", never)
    assert secret.public == public.read_bytes()
    assert PublicKey.from_bytes(public.read_bytes()) == secret.secret.get_public_key()
    assert [data[-1:] for data in files(tmp_path).values()] == [b"\n", b"\n"]


def test_only_its_owner_reads_the_secret_half(tmp_path: Path) -> None:
    make_keys(tmp_path / "my.key", "")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {"my.key": 0o600, "my.key.pub": 0o644}


def test_each_pair_is_another_one(tmp_path: Path) -> None:
    assert make_keys(tmp_path / "a", "").read_bytes() != make_keys(tmp_path / "b", "").read_bytes()


@pytest.mark.parametrize("taken", ["my.key", "my.key.pub", "link"])
def test_neither_half_is_ever_replaced(tmp_path: Path, taken: str) -> None:
    if taken == "link":
        (tmp_path / "my.key.pub").symlink_to("nowhere")
    else:
        (tmp_path / taken).write_bytes(b"mine")
    with pytest.raises(FileExistsError) as told:
        make_keys(tmp_path / "my.key", "")
    path = tmp_path / ("my.key" if taken == "my.key" else "my.key.pub")
    assert str(path) in str(told.value)
    assert files(tmp_path) == ({} if taken == "link" else {taken: b"mine"})


def test_the_secret_half_is_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    monkeypatch.setattr("os.fsync", lambda handle: sizes.append(Path(f"/proc/self/fd/{handle}").stat().st_size))
    make_keys(tmp_path / "my.key", "")
    assert sizes == [(tmp_path / name).stat().st_size for name in ("my.key", "my.key.pub")]


def test_a_key_with_a_password_opens_with_it_only(tmp_path: Path) -> None:
    make_keys(tmp_path / "my.key", WORDS)
    assert SecretKey.from_bytes((tmp_path / "my.key").read_bytes()).is_encrypted()
    opened = read_signer(tmp_path / "my.key", lambda: WORDS)
    assert opened.public == (tmp_path / "my.key.pub").read_bytes()
    assert opened == signer(opened.secret)
    with pytest.raises(BadKey) as told:
        read_signer(tmp_path / "my.key", lambda: "another")
    assert str(told.value) == "my.key is not a secret key of minisign, or the password is another one."


def test_a_password_that_nobody_gives_is_told(tmp_path: Path) -> None:
    make_keys(tmp_path / "my.key", WORDS)
    with pytest.raises(BadKey, match=r"^The key in my\.key has a password, and none is given\.$"):
        read_signer(tmp_path / "my.key", lambda: None)


def test_a_key_that_needs_more_memory_than_there_is_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_keys(tmp_path / "my.key", "")

    def fails(_: bytes) -> SecretKey:
        raise MemoryError

    monkeypatch.setattr(SecretKey, "from_bytes", fails)
    with pytest.raises(BadKey, match=r"^my\.key is not a secret key of minisign, or the password is another one\.$"):
        read_signer(tmp_path / "my.key", never)


@pytest.mark.parametrize("content", [b"", b"key\n"])
def test_what_is_no_secret_key_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "my.key").write_bytes(content)
    with pytest.raises(BadKey, match=r"^my\.key is not a secret key of minisign, or the password is another one\.$"):
        read_signer(tmp_path / "my.key", never)


def test_a_key_that_is_gone_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_signer(tmp_path / "my.key", never)
