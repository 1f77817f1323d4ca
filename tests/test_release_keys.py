"""Signatures: whoever has the public key knows that a release is the published one, with our command or minisign's."""

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from command import PFDS, files, pfds, run
from programs import needs_minisign
from small_store import NEXT, VERSIONS, assert_wrong, build, dataset, three_releases, titled, verify

WORD = {"PFDS_KEY_PASSWORD": "correct horse"}
FIRST, SECOND, NEWEST = VERSIONS


def keygen(path: Path) -> Path:
    ran = pfds("release", "keygen", "--key", path)
    assert ran.code == 0, ran.said
    return path


@pytest.fixture(scope="module")
def key(signed: Path) -> Path:
    """A secret key without a password; its public half lies beside it."""
    return signed / "secret.key"


@pytest.fixture(scope="module")
def published(signed: Path) -> Path:
    """Three signed releases. Tests must not change them."""
    return signed / "store"


@pytest.fixture
def store(published: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(published, tmp_path / "store"))


def public(key: Path) -> Path:
    return key.with_name(f"{key.name}.pub")


# Keys


def test_a_secret_key_is_for_its_owner_alone(key: Path) -> None:
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert b"secret" not in public(key).read_bytes()


@pytest.mark.parametrize("taken", ["new.key", "new.key.pub"])
def test_a_key_is_never_replaced(tmp_path: Path, taken: str) -> None:
    (tmp_path / taken).write_text("mine", "utf-8")
    ran = pfds("release", "keygen", "--key", tmp_path / "new.key")
    assert ran.code == 2
    assert "a key is never replaced" in ran.err
    assert files(tmp_path) == {taken: b"mine"}


def test_a_key_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    ran = pfds("release", "keygen", "--key", tmp_path / "nowhere" / "new.key")
    assert (ran.code, ran.out) == (2, "")
    assert "cannot be written" in ran.err


@pytest.mark.long
def test_a_password_comes_from_the_environment_and_is_needed_again(tmp_path: Path) -> None:
    secret = tmp_path / "secret.key"
    made = run(PFDS, "release", "keygen", "--key", secret, env=WORD)
    assert (made.code, "It has a password." in made.out) == (0, True)
    assert WORD["PFDS_KEY_PASSWORD"] not in made.said
    arguments = (
        "release",
        "build",
        dataset(tmp_path / "data"),
        "--store",
        tmp_path / "store",
        "--version",
        FIRST,
        "--only-tables",
    )
    signing = (PFDS, *arguments, "--as-of", "2025-03-12", "--key", secret)
    for env, said in (({}, "has a password, and none is given"), ({"PFDS_KEY_PASSWORD": "no"}, "another one")):
        ran = run(*signing, env=env)
        assert (ran.code, said in ran.err) == (2, True), ran.said
        assert not (tmp_path / "store").exists()
    assert run(*signing, env=WORD).code == 0
    assert verify(tmp_path / "store").code == 0


def test_what_is_no_key_is_wrong_usage(tmp_path: Path, key: Path) -> None:
    ran = build(dataset(tmp_path / "data"), tmp_path / "store", FIRST, "--key", public(key))
    assert ran.code == 2
    assert "is not a secret key of minisign" in ran.err


# Signed releases


def test_every_release_is_signed_and_the_public_key_lies_in_the_store(published: Path, key: Path) -> None:
    assert (published / "minisign.pub").read_bytes() == public(key).read_bytes()
    for version in VERSIONS:
        signature = (published / version / "SHA256SUMS.minisig").read_text("utf-8").splitlines()
        assert signature[2] == f"trusted comment: {version}"
    ran = verify(published)
    assert (ran.code, "Every signature was checked with the key RW" in ran.out) == (0, True)


@pytest.mark.long
def test_signing_again_gives_the_same_bytes(published: Path, key: Path, tmp_path: Path) -> None:
    assert files(three_releases(tmp_path, "--key", key)) == files(published)


def test_no_byte_of_the_secret_key_reaches_the_store(published: Path, key: Path) -> None:
    secret = key.read_bytes().splitlines()[1]
    assert not any(secret[-60:] in data for data in files(published).values())


@pytest.mark.parametrize(
    "version", [VERSIONS[-1], *(pytest.param(version, marks=pytest.mark.long) for version in VERSIONS[:-1])]
)
def test_a_missing_signature_is_told(store: Path, version: str) -> None:
    (store / version / "SHA256SUMS.minisig").unlink()
    sentence = "SHA256SUMS.minisig is missing, and the releases of this store are signed."
    assert_wrong(verify(store), f"{version}: {sentence}")
    assert_wrong(verify(store / version), sentence)


@pytest.mark.parametrize("line", [1, *(pytest.param(line, marks=pytest.mark.long) for line in (2, 3))])
def test_a_changed_signature_is_told(store: Path, line: int) -> None:
    path = store / NEWEST / "SHA256SUMS.minisig"
    lines = path.read_text("utf-8").splitlines()
    middle = len(lines[line]) // 2
    other = "A" if lines[line][middle] != "A" else "B"
    lines[line] = f"{lines[line][:middle]}{other}{lines[line][middle + 1 :]}"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    ran = verify(store)
    assert ran.code == 1
    assert f"{NEWEST}: SHA256SUMS.minisig " in ran.out


@pytest.mark.long
@pytest.mark.parametrize("content", [b"", b"nothing\n", b"\xff\xfe", b"a\nb\nc\nd\n", b"x" * 100_000])
def test_what_is_no_signature_is_told(store: Path, content: bytes) -> None:
    (store / NEWEST / "SHA256SUMS.minisig").write_bytes(content)
    assert_wrong(verify(store), f"{NEWEST}: SHA256SUMS.minisig is not a signature of minisign.")


def test_a_pipe_in_place_of_a_signature_is_told(store: Path) -> None:
    (store / NEWEST / "SHA256SUMS.minisig").unlink()
    os.mkfifo(store / NEWEST / "SHA256SUMS.minisig")
    assert_wrong(verify(store), f"{NEWEST}: SHA256SUMS.minisig is not an ordinary file.")


def test_another_public_key_in_the_store_is_told(store: Path, tmp_path: Path) -> None:
    shutil.copyfile(public(keygen(tmp_path / "other.key")), store / "minisign.pub")
    sentence = "SHA256SUMS.minisig was made with another key than the public key."
    assert_wrong(verify(store), *(f"{version}: {sentence}" for version in VERSIONS))


def test_a_public_key_that_is_none_is_told(store: Path) -> None:
    (store / "minisign.pub").write_text("nothing", "utf-8")
    assert_wrong(verify(store), "minisign.pub is not a public key of minisign.")
    assert_wrong(verify(store / NEWEST), "minisign.pub is not a public key of minisign.")


@pytest.mark.long
def test_a_store_forged_as_a_whole_is_told_to_whoever_has_the_key_from_elsewhere(
    published: Path, key: Path, tmp_path: Path
) -> None:
    forged = three_releases(tmp_path, "--key", keygen(tmp_path / "forger.key"))
    assert verify(forged).code == 0
    ran = verify(forged, "--public-key", public(key))
    assert ran.code == 1
    assert "minisign.pub of the store is another key than the one given." in ran.out
    assert verify(published, "--public-key", public(key)).code == 0
    assert verify(published / NEWEST, "--public-key", public(key)).code == 0


@pytest.mark.long
def test_a_key_from_elsewhere_finds_that_nothing_is_signed(tmp_path: Path, key: Path) -> None:
    store = three_releases(tmp_path)
    assert "Nothing is signed" in verify(store).out
    assert verify(store, "--public-key", public(key)).code == 1


# What is not built


def test_an_unsigned_release_of_a_signed_store_is_refused(store: Path, tmp_path: Path) -> None:
    before = files(store)
    ran = build(dataset(tmp_path / "data"), store, NEXT)
    assert (ran.code, "Give the secret key with --key FILE" in ran.err) == (3, True)
    assert files(store) == before


def test_a_release_signed_with_another_key_is_refused(store: Path, tmp_path: Path) -> None:
    before = files(store)
    ran = build(dataset(tmp_path / "data"), store, NEXT, "--key", keygen(tmp_path / "other.key"))
    assert (ran.code, "not the one whose public half lies in the store" in ran.err) == (3, True)
    assert files(store) == before


@pytest.mark.long
def test_a_store_that_was_not_signed_is_signed_as_a_whole_first(tmp_path: Path, key: Path) -> None:
    store = three_releases(tmp_path)
    before, data = files(store), dataset(tmp_path / "data", titled("Signed"))
    ran = build(data, store, NEXT, "--key", key)
    assert (ran.code, "First run `pfds release sign STORE --key FILE`" in ran.err) == (3, True)
    assert files(store) == before
    signed = pfds("release", "sign", store, "--key", key)
    assert (signed.code, signed.out) == (0, f"{store}: signed {', '.join(VERSIONS)}.\n")
    assert pfds("release", "sign", store, "--key", key).out == f"{store}: every release is signed already.\n"
    assert build(data, store, NEXT, "--key", key).code == 0
    assert verify(store, "--public-key", public(key)).code == 0


def test_a_signed_store_is_not_signed_with_another_key(store: Path, tmp_path: Path) -> None:
    before = files(store)
    ran = pfds("release", "sign", store, "--key", keygen(tmp_path / "other.key"))
    assert ran.code == 3
    assert files(store) == before


@pytest.mark.long
def test_releases_signed_with_another_key_are_not_claimed(store: Path, tmp_path: Path) -> None:
    (store / "minisign.pub").unlink()
    before = files(store)
    ran = pfds("release", "sign", store, "--key", keygen(tmp_path / "other.key"))
    assert (ran.code, "was made with another key" in ran.err) == (3, True), ran.said
    assert files(store) == before


# The real minisign


@needs_minisign
def test_minisign_accepts_our_signature_and_refuses_another_manifest(published: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(published / NEWEST, tmp_path / NEWEST))
    check = ["minisign", "-V", "-p", str(published / "minisign.pub"), "-m", "SHA256SUMS"]
    done = subprocess.run(check, cwd=folder, capture_output=True, text=True, timeout=60)
    assert (done.returncode, f"Trusted comment: {NEWEST}" in done.stdout) == (0, True), done.stderr
    (folder / "SHA256SUMS").write_bytes(b"")
    assert subprocess.run(check, cwd=folder, capture_output=True, timeout=60).returncode != 0


@pytest.mark.long
@needs_minisign
def test_a_release_signed_by_minisign_with_its_own_key_is_verified(tmp_path: Path) -> None:
    store = three_releases(tmp_path)
    made = ["minisign", "-G", "-W", "-p", str(store / "minisign.pub"), "-s", str(tmp_path / "own.key")]
    subprocess.run(made, check=True, capture_output=True, timeout=60)
    for version in VERSIONS:
        signed = ["minisign", "-S", "-W", "-s", str(tmp_path / "own.key"), "-m", "SHA256SUMS"]
        subprocess.run(signed, cwd=store / version, check=True, capture_output=True, timeout=60)
    assert verify(store).code == 0
    assert build(dataset(tmp_path / "data"), store, NEXT, "--key", tmp_path / "own.key").code == 0
    assert verify(store).code == 0


@pytest.mark.long
@needs_minisign
def test_a_key_of_minisign_with_a_password_signs(tmp_path: Path) -> None:
    made = ["minisign", "-G", "-p", str(tmp_path / "own.pub"), "-s", str(tmp_path / "own.key")]
    word = WORD["PFDS_KEY_PASSWORD"]
    subprocess.run(made, check=True, capture_output=True, text=True, input=f"{word}\n{word}\n", timeout=60)
    arguments = ("--store", tmp_path / "store", "--version", FIRST, "--as-of", "2025-03-12")
    signing = (PFDS, "release", "build", dataset(tmp_path / "data"), *arguments, "--key", tmp_path / "own.key")
    ran = run(*signing, env=WORD)
    assert ran.code == 0, ran.said
    assert verify(tmp_path / "store", "--public-key", tmp_path / "own.pub").code == 0
