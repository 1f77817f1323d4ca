"""The verdict on a store: every release, link, status and signature, and what a reader should know besides."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bare_store import (
    FIRST,
    FOURTH,
    PRIVATE_USE,
    SECOND,
    THIRD,
    a_key,
    bare,
    entries,
    killed_before_the_last_step,
    lay,
    published,
    stated,
    sum_up,
    three,
)
from kloop import STANDARD
from pfds.release import verify_store as judging
from pfds.release.chain import entry_of
from pfds.release.index import Entry, index_bytes
from pfds.release.store import sign_all
from pfds.release.tombstones import tombstone_text
from pfds.release.verify import verify
from pfds.release.verify_store import Verdict, is_store, verify_store
from pfds.release.whole import not_whole

KEY, OTHER = a_key(), a_key(1)
PUBLIC = KEY.secret.get_public_key()
UNSIGNED = "Nothing is signed: the store has no minisign.pub."
NOTES = tuple(
    f"{version}: Made with standard {PRIVATE_USE}; its files and signature were checked, not its tables."
    for version in (FIRST, SECOND, THIRD)
)
SIGNED = f"Every signature was checked with the key {PUBLIC.to_base64().decode('ascii')}."
ALIEN = "index.json is not written as `pfds release build` writes it: something in it was changed or added."


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return three(tmp_path / "store")


@pytest.fixture
def signed(store: Path) -> Path:
    sign_all(store, KEY)
    return store


def problems(store: Path, **other: Any) -> list[str]:
    return list(verify_store(STANDARD, store, **other).problems)


def notes(store: Path, **other: Any) -> list[str]:
    return list(verify_store(STANDARD, store, **other).notes)


def reindex(store: Path, *wanted: Entry) -> None:
    (store / "index.json").write_bytes(index_bytes(wanted))


def cut(store: Path, monkeypatch: pytest.MonkeyPatch, version: str = FOURTH) -> Path:
    """Publishes a release up to the last step, before which the builder is killed."""
    with killed_before_the_last_step(monkeypatch):
        published(store, version)
    return store


def test_a_store_as_published_has_no_problems(store: Path) -> None:
    assert verify_store(STANDARD, store) == Verdict((), (UNSIGNED, *NOTES), (FIRST, SECOND, THIRD))


def test_a_signed_store_as_published_has_no_problems(signed: Path) -> None:
    assert verify_store(STANDARD, signed) == Verdict((), (SIGNED, *NOTES), (FIRST, SECOND, THIRD))
    assert verify_store(STANDARD, signed, public=PUBLIC, at_least=THIRD).problems == ()


def test_a_folder_with_an_index_or_a_version_is_a_store(store: Path, tmp_path: Path) -> None:
    assert is_store(store)
    assert not is_store(store / FIRST)
    (store / "index.json").rename(store / "other.json")
    assert is_store(store)
    (tmp_path / "other" / "index.json").mkdir(parents=True)
    assert not is_store(tmp_path / "other")
    (tmp_path / "index.json").write_bytes(b"")
    assert is_store(tmp_path)


# Index and chain


@pytest.mark.parametrize("content", [None, b"{"])
def test_an_index_that_cannot_be_used_is_the_only_problem(store: Path, content: bytes | None) -> None:
    path = store / "index.json"
    path.unlink() if content is None else path.write_bytes(content)
    told = "index.json is missing." if content is None else "index.json of the store cannot be read."
    assert verify_store(STANDARD, store) == Verdict((told,), (), ())


def test_a_broken_key_is_the_only_problem(store: Path) -> None:
    (store / "minisign.pub").write_bytes(b"")
    assert verify_store(STANDARD, store) == Verdict(("minisign.pub is not a public key of minisign.",), (), ())


def test_a_broken_chain_is_told_and_no_status_besides(store: Path) -> None:
    first, second, third = entries(store)
    reindex(store, replace(first, status="withdrawn"), replace(second, previous=None), third)
    assert problems(store) == [
        f"The chain is broken at {SECOND}: it names no predecessor, but {FIRST} is.",
        f"{SECOND}: index.json says something else of it than its release.json.",
    ]


def test_an_index_that_was_rolled_back_is_told(store: Path) -> None:
    first, second, _ = entries(store)
    reindex(store, first, replace(second, status="current"))
    assert problems(store) == [
        f"index.json does not know {THIRD}, which stands in the store: the index was rolled back."
    ]


@pytest.mark.parametrize(("seen", "is_told"), [(FIRST, False), (THIRD, False), ("2025.10.2", True), (FOURTH, True)])
def test_a_store_that_lost_what_was_seen_in_it_is_told(store: Path, seen: str, is_told: bool) -> None:
    told = f"The newest release is {THIRD}, but {seen} was seen before: the store was rolled back."
    assert problems(store, at_least=seen) == ([told] if is_told else [])


def test_an_index_without_releases_has_lost_what_was_seen(tmp_path: Path) -> None:
    reindex(tmp_path)
    told = f"The newest release is none, but {FIRST} was seen before: the store was rolled back."
    assert problems(tmp_path, at_least=FIRST) == [told]
    assert verify_store(STANDARD, tmp_path) == Verdict((), (UNSIGNED,), ())


def test_a_status_that_the_newest_release_does_not_give_is_told(store: Path) -> None:
    first, second, third = entries(store)
    reindex(store, first, replace(second, status="withdrawn"), third)
    assert problems(store) == [f"index.json calls {SECOND} withdrawn; by the newest release it is superseded."]


def test_an_index_with_something_besides_is_told(store: Path) -> None:
    (store / "index.json").write_bytes((store / "index.json").read_bytes() + b"\n")
    assert problems(store) == [ALIEN]


def test_something_besides_is_not_told_of_an_index_with_graver_problems(store: Path) -> None:
    (store / "index.json").write_bytes((store / "index.json").read_bytes() + b"\n")
    (store / FIRST / "release.json").unlink()
    assert problems(store) == [f"{FIRST}: release.json is missing."]


@pytest.mark.parametrize(
    ("change", "is_told"),
    [
        ({"date": "2025-03-13"}, True),
        ({"standard": "0.0.2"}, True),
        ({"counts": {"events": 3}}, True),
        ({"hashes": {"events": "00"}}, True),
        ({"change_class": "breaking"}, True),
    ],
)
def test_an_entry_that_says_something_else_than_its_release_is_told(
    store: Path, change: dict[str, Any], is_told: bool
) -> None:
    first, second, third = entries(store)
    reindex(store, first, replace(second, **change), third)
    assert problems(store) == [f"{SECOND}: index.json says something else of it than its release.json."]


# Publications that were cut off


def test_a_publication_that_was_cut_off_is_a_note(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    verdict = verify_store(STANDARD, cut(store, monkeypatch))
    assert verdict.problems == ()
    assert verdict.versions == (FIRST, SECOND, THIRD)
    assert verdict.notes[0] == (
        f"The publication of {FOURTH} was cut off in its last step: readers see the state before, and the next build"
        " finishes it."
    )


def test_a_very_first_publication_that_was_cut_off_is_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    verdict = verify_store(STANDARD, cut(tmp_path / "store", monkeypatch, FIRST))
    assert (verdict.problems, verdict.versions) == ((), ())
    assert f"The publication of {FIRST} was cut off" in verdict.notes[0]


def test_a_release_besides_the_one_that_was_cut_off_is_told(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cut(store, monkeypatch)
    (store / "2026.2.0").mkdir()
    assert problems(store) == [
        "index.json does not know 2026.2.0, which stands in the store: the index was rolled back."
    ]


def test_an_index_that_was_taken_away_is_not_excused_by_a_publication(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut(store, monkeypatch)
    (store / "index.json").unlink()
    assert problems(store) == ["index.json is missing."]


def test_what_a_builder_left_is_a_note(store: Path) -> None:
    (store / ".building-1").mkdir()
    assert verify_store(STANDARD, store).notes[0] == (
        "A builder is at work or was killed; the next build removes what it left (.building-…)."
    )


# The releases


def test_a_changed_file_of_any_release_is_told(store: Path) -> None:
    for version in (FIRST, THIRD):
        (store / version / "data" / "events.csv").write_bytes(b"")
    assert problems(store) == [
        f"{version}: data/events.csv was changed: its SHA-256 is not the one in SHA256SUMS."
        for version in (FIRST, THIRD)
    ]


@pytest.mark.parametrize("version", [FIRST, THIRD])
def test_a_release_that_is_gone_is_told(store: Path, version: str) -> None:
    shutil.rmtree(store / version)
    assert problems(store)[-1] == f"{version}: The release is missing, and index.json names it."


def test_a_dangling_link_in_place_of_a_release_is_no_missing_release(store: Path) -> None:
    shutil.rmtree(store / FIRST)
    (store / FIRST).symlink_to("nowhere")
    assert problems(store) == [f"{FIRST}: SHA256SUMS is missing."]
    assert not any(note.startswith(FIRST) for note in notes(store))


def test_a_newest_release_that_is_gone_is_not_excused_by_the_index(store: Path) -> None:
    first, second, third = entries(store)
    reindex(store, first, second, replace(third, status="withdrawn"))
    shutil.rmtree(store / THIRD)
    assert problems(store) == [f"{THIRD}: The release is missing, and index.json names it."]


def test_a_withdrawn_release_may_be_gone(store: Path) -> None:
    published(store, FOURTH, withdrawn_releases=[SECOND])
    shutil.rmtree(store / SECOND)
    verdict = verify_store(STANDARD, store)
    assert verdict.problems == ()
    assert f"{SECOND}: Withdrawn, and its files are gone; its hash stays in the chain." in verdict.notes


def test_a_withdrawn_release_that_is_there_has_to_be_as_published(store: Path) -> None:
    published(store, FOURTH, withdrawn_releases=[SECOND])
    assert problems(store) == []
    (store / SECOND / "release.json").unlink()
    assert problems(store) == [f"{SECOND}: release.json is missing."]


def test_a_newest_release_that_states_nothing_is_told_once(store: Path) -> None:
    first, second, third = entries(store)
    lay(store / THIRD, stated(THIRD, second.link, withdrawn_releases=5), tombstone_text(STANDARD, []))
    again = replace(third, manifest_sha256=replaced_hash(store / THIRD))
    reindex(store, first, second, again)
    (told,) = problems(store)
    assert told.startswith(f"{THIRD}: The published release {THIRD} is damaged: ")


def replaced_hash(folder: Path) -> str:
    return entry_of(folder).manifest_sha256


def test_a_release_whose_release_json_has_another_form_is_told(store: Path) -> None:
    release = stated(SECOND, entries(store)[0].link, tables=5)
    lay(store / SECOND, release, tombstone_text(STANDARD, []))
    told = problems(store)
    assert told[-1].startswith(f"{SECOND}: The published release {SECOND} is damaged: ")


def test_the_tables_of_a_release_of_this_standard_are_judged(store: Path) -> None:
    release = stated(FOURTH, entries(store)[-1].link, standard=STANDARD.version)
    folder = store.parent / "new" / FOURTH
    lay(folder, release, tombstone_text(STANDARD, []))
    assert verify(STANDARD, folder) == ["release.json does not have the form that a release has."]
    published(store, FOURTH, standard=STANDARD.version)
    assert problems(store) == [f"{FOURTH}: release.json does not have the form that a release has."]
    assert len(notes(store)) == 4


def test_a_release_that_names_no_standard_is_judged_as_one_of_this(store: Path) -> None:
    second = stated(SECOND, entries(store)[0].link, standard=None)
    lay(store / SECOND, second, tombstone_text(STANDARD, []))
    assert f"{SECOND}: release.json does not have the form that a release has." in problems(store)
    assert not any(note.startswith(SECOND) for note in notes(store))


def test_what_is_not_compared_in_a_release_is_a_note(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    published(store, FOURTH, standard=STANDARD.version)
    asked = []

    def not_compared(standard: object, folder: Path) -> str:
        asked.append((standard, folder))
        return "Not compared."

    monkeypatch.setattr(judging, "not_compared", not_compared)
    assert notes(store)[-1] == f"{FOURTH}: Not compared."
    assert asked == [(STANDARD, store / FOURTH)]


def test_schema_and_key_are_those_that_were_given(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    published(store, FOURTH, standard=STANDARD.version)
    asked: list[object] = []

    def asking(*given: object) -> list[str]:
        asked.append(given)
        return []

    monkeypatch.setattr(judging, "verify", asking)
    verify_store(STANDARD, store, schema=tmp_path, public=PUBLIC)
    assert asked == [(STANDARD, store / FOURTH, tmp_path, PUBLIC)]


# Signatures


def test_a_missing_signature_of_any_release_is_told(signed: Path) -> None:
    for version in (FIRST, THIRD):
        (signed / version / "SHA256SUMS.minisig").unlink()
    assert problems(signed) == [
        f"{version}: SHA256SUMS.minisig is missing, and the releases of this store are signed."
        for version in (FIRST, THIRD)
    ]


def test_a_store_with_another_key_than_the_one_given_is_told(signed: Path) -> None:
    wrong = "SHA256SUMS.minisig was made with another key than the public key."
    found = problems(signed, public=OTHER.secret.get_public_key())
    assert found == [
        "minisign.pub of the store is another key than the one given.",
        *(f"{version}: {wrong}" for version in (FIRST, SECOND, THIRD)),
    ]


def test_a_key_that_was_taken_away_is_told_to_whoever_has_it(signed: Path) -> None:
    (signed / "minisign.pub").unlink()
    assert problems(signed, public=PUBLIC) == ["minisign.pub is missing from the store, and there are signatures."]
    assert notes(signed, public=PUBLIC) == [SIGNED, *NOTES]
    assert verify_store(STANDARD, signed) == Verdict(
        (),
        (
            "There are signatures, and the store has no minisign.pub: none was checked. Get the key from elsewhere and"
            " give it with --public-key; maintainers run `pfds release sign` again.",
            *NOTES,
        ),
        (FIRST, SECOND, THIRD),
    )


def test_one_signature_is_enough_to_miss_the_key_even_a_dangling_link(store: Path) -> None:
    (store / SECOND / "SHA256SUMS.minisig").symlink_to("nowhere")
    assert "There are signatures" in notes(store)[0]


def test_a_key_from_elsewhere_finds_that_nothing_is_signed(store: Path) -> None:
    missing = "SHA256SUMS.minisig is missing, and the releases of this store are signed."
    assert problems(store, public=PUBLIC) == [f"{version}: {missing}" for version in (FIRST, SECOND, THIRD)]


# Somebody publishes meanwhile


def meanwhile(monkeypatch: pytest.MonkeyPatch, change: Callable[[], object], times: int = 1) -> list[Verdict]:
    """The verdicts of a reader while somebody changes the store after each of the first ones."""
    verdicts: list[Verdict] = []
    judged = judging._judged

    def judged_and_changed(*given: Any) -> Verdict:
        verdicts.append(judged(*given))
        if len(verdicts) <= times:
            change()
        return verdicts[-1]

    monkeypatch.setattr(judging, "_judged", judged_and_changed)
    return verdicts


def test_problems_are_looked_at_again_if_the_index_changed_meanwhile(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reindex(store, *entries(store)[:2])
    whole = index_bytes(entries(three(store.parent / "other" / "store")))
    verdicts = meanwhile(monkeypatch, lambda: (store / "index.json").write_bytes(whole))
    assert problems(store) == []
    assert [bool(verdict.problems) for verdict in verdicts] == [True, False]


def test_a_store_in_which_nothing_changes_is_judged_once(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    verdicts = meanwhile(monkeypatch, lambda: None)
    (store / "index.json").unlink()
    assert problems(store) == ["index.json is missing."]
    assert len(verdicts) == 1


def test_an_index_that_is_gone_while_it_is_judged_is_not_called_changed(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def leftovers(_: Path) -> list[str]:
        (store / "index.json").unlink()
        return []

    monkeypatch.setattr(judging, "_leftovers", leftovers)
    assert problems(store) == []


def test_a_verdict_without_problems_stands_whatever_happened_meanwhile(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    verdicts = meanwhile(monkeypatch, lambda: reindex(store, *entries(store)[:1]))
    assert problems(store) == []
    assert len(verdicts) == 1


def test_sums_of_a_bare_release_fit(tmp_path: Path) -> None:
    folder = bare(tmp_path / FIRST)
    sum_up(folder)
    assert not_whole(folder) == []
