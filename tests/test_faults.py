"""A part of `make faults`, drawn by a seed: whatever call fails or is the last one, the old state stands or the new."""

from __future__ import annotations

import signal
from itertools import islice
from pathlib import Path

import pytest

from command import PFDS, files, run
from faults.__main__ import ready
from faults.crowd import together
from faults.disks import can_mount, on_small_disk, read_only
from faults.flushes import unflushed
from faults.interrupts import interrupt, lasting, moments
from faults.points import KINDS, drawn, points
from faults.scenes import SCENES, prepare
from faults.strike import Stage, strike
from programs import FAKETIME, needs_faketime, needs_strace
from small_store import AS_OF, dataset

SEED = 20251105


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shared")
    prepare(folder)
    return folder


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("room")


@pytest.fixture(scope="module")
def stages(shared: Path, room: Path) -> dict[str, Stage]:
    return {name: ready(SCENES[name], shared, room) for name in ("publish", "convert json")}


@needs_strace
@pytest.mark.parametrize("name", ["publish", "convert json"])
def test_a_call_that_fails_or_is_the_last_one_leaves_the_old_state_or_the_new(
    stages: dict[str, Stage], room: Path, name: str
) -> None:
    order = drawn(list(points(name, stages[name].calls)), SEED)
    for kind in KINDS:
        for point in [point for point in order if point.kind == kind][:2]:
            outcome = strike(stages[name], point, room)
            assert outcome.wrong == (), point
            assert outcome.struck, point


@needs_strace
@pytest.mark.parametrize("call", ["rename", "fsync"])
def test_the_last_steps_of_a_publication_are_taken_back_or_told(
    stages: dict[str, Stage], room: Path, call: str
) -> None:
    every = [point for point in points("publish", stages["publish"].calls) if point.call == call]
    last = max(point.occurrence for point in every)
    said = []
    for point in (each for each in every if each.occurrence > last - 3 and each.kind in ("KILL", "EIO")):
        outcome = strike(stages["publish"], point, room)
        assert outcome.wrong == (), point
        said.append(outcome.under.err)
    assert any("did not confirm" in each for each in said) == (call == "fsync")


@needs_strace
@pytest.mark.parametrize("name", ["publish", "convert json"])
def test_whatever_is_put_in_place_is_on_the_disk_before(stages: dict[str, Stage], room: Path, name: str) -> None:
    assert unflushed(stages[name], room) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("name", ["publish", "convert json"])
def test_an_interrupt_leaves_the_old_state_and_no_litter(
    stages: dict[str, Stage], room: Path, name: str, number: signal.Signals
) -> None:
    seconds = lasting(stages[name], room)
    codes = set()
    for moment in (0.0, *islice(moments(SEED, seconds), 7)):
        ended, wrong = interrupt(stages[name], room, moment, number)
        assert wrong == "", ended
        codes.add(ended.code)
    assert 128 + number in codes


def test_of_ten_builders_at_once_one_publishes_and_the_others_say_so(stages: dict[str, Stage], room: Path) -> None:
    codes, wrong = together([stages["publish"]] * 10, room)
    assert wrong == ""
    assert codes == [0] * 10


@pytest.mark.parametrize("which", ["out", "tmp"])
def test_a_small_disk_leaves_the_old_state(stages: dict[str, Stage], room: Path, which: str) -> None:
    if not can_mount(room.parent / "disk"):
        pytest.skip("NO DISK CAN BE MOUNTED HERE: small disks are NOT tried")
    name = "publish" if which == "out" else "convert json"
    codes = set()
    for kibibytes in (0, 4, 32, 4096):
        ended, wrong = on_small_disk(stages[name], room, kibibytes, which)
        assert wrong == "", kibibytes
        codes.add(ended.code)
    assert codes == {0, 2}


@pytest.mark.parametrize("which", ["out", "tmp"])
def test_a_folder_that_is_read_only_leaves_the_old_state(stages: dict[str, Stage], room: Path, which: str) -> None:
    if not can_mount(room.parent / "disk"):
        pytest.skip("NO DISK CAN BE MOUNTED HERE: read-only folders are NOT tried")
    ended, wrong = read_only(stages["convert json"], room, which)
    assert wrong == ""
    assert ended.code == 2 or (which, ended.code) == ("tmp", 0), "temporary files may go to the next best place"


@needs_faketime
def test_the_clock_changes_nothing(tmp_path: Path) -> None:
    data = dataset(tmp_path / "data")
    made = []
    for number, moment in enumerate(("1985-10-26 01:21:00", "2049-02-03 04:05:06")):
        store = tmp_path / str(number)
        building = ("release", "build", data, "--store", store, "--version", "2025.3.0", "--as-of", AS_OF)
        ran = run(str(FAKETIME), moment, PFDS, *building, "--only-tables", env={"TZ": f"UTC{number * 11 - 5:+d}"})
        assert ran.code == 0, ran.said
        made.append(files(store))
    assert made[0] == made[1]
