"""A part of `make edits`: whatever is done to a signed store, the verdict tells."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from edits.__main__ import by_the_command
from edits.judge import tables_read_once, undetected_in_files, undetected_in_trust
from edits.signed_store import NEWEST, SignedStore, signed_store
from kloop import STANDARD
from pfds.release import verify_store as verifying_store
from pfds.release.verify_store import verify_store
from small_store import VERSIONS

SEED = 20251105


@pytest.fixture(scope="module")
def store(signed: Path, tmp_path_factory: pytest.TempPathFactory) -> SignedStore:
    return signed_store(Path(shutil.copytree(signed / "store", tmp_path_factory.mktemp("edited") / "store")))


def test_every_edit_of_a_listed_file_is_told_by_its_path(store: SignedStore) -> None:
    with tables_read_once():
        found = [undetected_in_files(store, SEED, number) for number in range(12)]
    assert [wrong for _, undetected in found for wrong in undetected] == []
    assert sum(changed for changed, _ in found) > 400


def test_every_edit_of_what_vouches_for_the_files_is_told(store: SignedStore) -> None:
    with tables_read_once():
        found = [undetected_in_trust(store, SEED, number) for number in range(20)]
    assert [wrong for _, undetected in found for wrong in undetected] == []


def test_the_command_tells_them_as_well(store: SignedStore, tmp_path: Path) -> None:
    changed, undetected = by_the_command(store, tmp_path / "key.pub", SEED, 2)
    assert changed > 0
    assert undetected == []


def test_a_store_that_was_made_whole_again_is_as_published(store: SignedStore) -> None:
    (store.folder / VERSIONS[0] / "data").rename(store.folder / "aside")
    store.restore()
    with tables_read_once():
        assert verify_store(STANDARD, store.folder, public=store.public, at_least=NEWEST).problems == ()


def test_an_empty_folder_is_not_part_of_a_release(store: SignedStore) -> None:
    (store.folder / NEWEST / "data" / "empty").mkdir()
    problems = verify_store(STANDARD, store.folder, public=store.public).problems
    store.restore()
    assert problems == (f"{NEWEST}: data/empty is not part of the release.",)


def test_an_index_with_something_besides_is_told(store: SignedStore) -> None:
    index = store.folder / "index.json"
    index.write_bytes(store.content["index.json"] + b"\n")
    with tables_read_once():
        problems = verify_store(STANDARD, store.folder).problems
    store.restore()
    assert problems == (
        "index.json is not written as `pfds release build` writes it: something in it was changed or added.",
    )


def test_a_store_in_which_somebody_publishes_meanwhile_is_judged_again(
    store: SignedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    (store.folder / "index.json").write_bytes(store.content["index.json"] + b"\n")
    verdicts, judged = [], verifying_store._judged

    def published_meanwhile(*given: Any) -> Any:
        verdicts.append(judged(*given))
        store.restore()
        return verdicts[-1]

    monkeypatch.setattr(verifying_store, "_judged", published_meanwhile)
    with tables_read_once():
        assert verify_store(STANDARD, store.folder).problems == ()
    assert [len(verdict.problems) for verdict in verdicts] == [1, 0]


def test_a_key_that_was_taken_away_is_told(store: SignedStore) -> None:
    (store.folder / "minisign.pub").unlink()
    with tables_read_once():
        pinned = verify_store(STANDARD, store.folder, public=store.public)
        alone = verify_store(STANDARD, store.folder)
    store.restore()
    assert pinned.problems == ("minisign.pub is missing from the store, and there are signatures.",)
    assert alone.problems == ()
    assert "There are signatures, and the store has no minisign.pub: none was checked." in alone.notes[0]
