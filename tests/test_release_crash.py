"""Publication is one instant: what happens before it leaves the old state, what happens after it the new one."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from command import PFDS, ROOT, Ran, files, run
from small_store import AS_OF, build, dataset, titled, verify

OLD, NEW, OTHER = "2025.3.0", "2025.3.1", "2025.3.2"
KILLED = ROOT / "tests" / "killed.py"
BEFORE_IT = (1, 2)
LAST = ("next index", "rename of the folder", "rename of the index", "clearing up")
"""The last four file operations of a publication, in their order; the new state begins after the third."""


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one release. Tests must not change it."""
    folder = tmp_path_factory.mktemp("base")
    ran = build(dataset(folder / "data"), folder / "store", OLD)
    assert ran.code == 0, ran.said
    return folder / "store"


@pytest.fixture
def store(base: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(base, tmp_path / "store"))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dataset of the next release."""
    return dataset(tmp_path_factory.mktemp("next") / "data", titled("Another title"))


@pytest.fixture(scope="module")
def after(base: Path, data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of the store after the next release."""
    store = Path(shutil.copytree(base, tmp_path_factory.mktemp("after") / "store"))
    assert build(data, store, NEW).code == 0
    return files(store)


def building(data: Path, store: Path, version: str = NEW) -> tuple[str, ...]:
    return (
        "release",
        "build",
        str(data),
        "--store",
        str(store),
        "--version",
        version,
        "--as-of",
        AS_OF,
        "--only-tables",
    )


def killed_before(operation: str, store: Path, data: Path) -> Ran:
    return run(sys.executable, KILLED, store, operation, *building(data, store))


@pytest.fixture(scope="module")
def operations(base: Path, data: Path, tmp_path_factory: pytest.TempPathFactory) -> int:
    """The number of file operations of one publication."""
    store = Path(shutil.copytree(base, tmp_path_factory.mktemp("counted") / "store"))
    ran = killed_before("count", store, data)
    told = [line for line in ran.out.splitlines() if line.split()[0] in ("open", "os.mkdir", "os.rename", "os.rmdir")]
    names = [line.split("/")[-1] for line in told[-4:]]
    assert names[:3] == ["open .next-index.json", NEW, "os.rename .next-index.json"]
    return len(told)


def public_files(store: Path) -> dict[str, bytes]:
    """What readers see: the index and what stands in it; leftovers begin with a dot."""
    return {path: content for path, content in files(store).items() if not path.startswith(".")}


@pytest.mark.long
@pytest.mark.parametrize(
    "number", [BEFORE_IT[-1], *(pytest.param(number, marks=pytest.mark.long) for number in BEFORE_IT[:-1])]
)
def test_killed_while_it_builds_the_old_state_stands(store: Path, data: Path, base: Path, number: int) -> None:
    assert killed_before(str(number), store, data).code == -signal.SIGKILL
    assert public_files(store) == files(base)
    assert verify(store).code == 0


@pytest.mark.long
@pytest.mark.parametrize(
    "place", [pytest.param(place, marks=() if place == 2 else pytest.mark.long) for place in range(4)], ids=LAST
)
def test_killed_in_its_last_steps_the_old_state_stands_or_the_new(
    store: Path, data: Path, base: Path, after: dict[str, bytes], operations: int, place: int
) -> None:
    assert killed_before(str(operations - 3 + place), store, data).code == -signal.SIGKILL
    index = (store / "index.json").read_bytes()
    assert index == (after["index.json"] if place == 3 else files(base)["index.json"])
    ran = verify(store)
    assert (ran.code, ran.err) == (0, ""), ran.said
    assert ("was cut off in its last step: readers see the state before" in ran.out) == (place == 2)
    again = build(data, store, NEW)
    assert (again.code, "there already" in again.out) == (0, place >= 2), again.said
    assert public_files(store) == after
    assert not (store / ".next-index.json").exists()


@pytest.mark.long
def test_what_was_cut_off_is_finished_by_the_build_of_the_next_version(
    store: Path, data: Path, after: dict[str, bytes], operations: int
) -> None:
    killed_before(str(operations - 1), store, data)
    ran = build(data, store, OTHER)
    assert ran.code == 0, ran.said
    assert {path: content for path, content in after.items() if path.startswith(NEW)}.items() <= files(store).items()
    assert f"checked in {OLD}, {NEW}, {OTHER}" in verify(store).out


@pytest.mark.long
def test_the_very_first_publication_is_cut_off_and_finished(tmp_path: Path, data: Path, operations: int) -> None:
    store = tmp_path / "store"
    counted = run(sys.executable, KILLED, store, "count", *building(data, tmp_path / "store"))
    steps = [line for line in counted.out.splitlines() if line.startswith(("open", "os."))]
    shutil.rmtree(store)
    published = next(number for number, step in enumerate(steps, start=1) if step == "os.rename .next-index.json")
    assert killed_before(str(published), store, data).code == -signal.SIGKILL
    ran = verify(store)
    assert (ran.code, "no release is published" in ran.out) == (0, True), ran.said
    assert build(data, store, NEW).code == 0
    assert f"checked in {NEW}" in verify(store).out


@pytest.mark.long
def test_a_next_index_that_fits_nothing_does_not_excuse_a_rolled_back_one(store: Path, data: Path, base: Path) -> None:
    assert build(data, store, NEW).code == 0
    shutil.copyfile(base / "index.json", store / "index.json")
    assert verify(store).code == 1
    (store / ".next-index.json").write_bytes((base / "index.json").read_bytes())
    assert verify(store).code == 1


# Two builders


@contextmanager
def both_ready(store: Path, *commands: tuple[str, ...]) -> Iterator[list[subprocess.Popen[str]]]:
    """Builders that have built and wait for each other; on leaving, all may go on at once."""
    handle = os.open(store, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_SH)  # whoever only reads the store goes on
    started = [
        subprocess.Popen([PFDS, *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for command in commands
    ]
    try:
        wait_for(lambda: len(list(store.glob(".building-*/*/SHA256SUMS"))) == len(commands))
        yield started
    finally:
        os.close(handle)


def wait_for(ready: Callable[[], bool]) -> None:
    until = time.monotonic() + 90
    while not ready():
        assert time.monotonic() < until
        time.sleep(0.05)


def ended(builders: list[subprocess.Popen[str]]) -> list[tuple[int, str]]:
    said = [builder.communicate(timeout=90) for builder in builders]
    return sorted((builder.returncode, "".join(texts)) for builder, texts in zip(builders, said, strict=True))


@pytest.mark.parametrize(
    "version", [NEW, pytest.param(OTHER, marks=pytest.mark.long)], ids=["the same version", "different versions"]
)
def test_of_two_builders_at_once_one_wins(store: Path, data: Path, tmp_path: Path, version: str) -> None:
    rival = dataset(tmp_path / "rival", titled("The title of the rival"))
    with both_ready(store, building(data, store), building(rival, store, version)) as builders:
        assert not (store / NEW).exists()
    (won, _), (lost, said) = ended(builders)
    assert (won, lost) == (0, 3), said
    assert "Refused: " in said
    assert ("is published already" in said) or ("Another builder published" in said)
    assert len([path for path in store.iterdir() if path.is_dir()]) == 2
    assert verify(store).code == 0


@pytest.mark.long
def test_of_two_builders_of_the_same_release_both_are_content(store: Path, data: Path, after: dict[str, bytes]) -> None:
    with both_ready(store, building(data, store), building(data, store)) as builders:
        pass
    results = ended(builders)
    assert [code for code, _ in results] == [0, 0], results
    assert sum("there already" in said for _, said in results) == 1
    assert files(store) == after


# No room, no right


def mounted(place: Path, options: str) -> bool:
    place.mkdir(exist_ok=True)
    return run("mount", "-t", "tmpfs", "-o", options, "tmpfs", place).code == 0 if os.geteuid() == 0 else False


@pytest.fixture
def small_disk(base: Path, tmp_path: Path) -> Iterator[Path]:
    """A store on a disk of its own."""
    disk = tmp_path / "disk"
    if not mounted(disk, "size=8m"):
        pytest.skip("NO DISK CAN BE MOUNTED HERE: a full disk is NOT tried, a limit of file sizes is")
    try:
        yield Path(shutil.copytree(base, disk / "store"))
    finally:
        run("umount", disk)


def assert_unchanged(store: Path, base: Path, ran: Ran, reason: str) -> None:
    assert (ran.code, ran.out) == (2, ""), ran.said
    said = f"Error: The store {store} cannot be written: {reason}. What is published there is as it was.\n"
    assert ran.err == said
    assert files(store) == files(base)
    assert verify(store).code == 0


@pytest.mark.long
@pytest.mark.parametrize(
    "free", [40, *(pytest.param(free, marks=pytest.mark.long) for free in (0, 300))], ids=lambda free: f"{free} KB free"
)
def test_a_full_disk_leaves_the_old_state(small_disk: Path, base: Path, data: Path, free: int) -> None:
    room = os.statvfs(small_disk)
    (small_disk.parent / "filler").write_bytes(bytes(room.f_bavail * room.f_frsize - free * 1024))
    assert_unchanged(small_disk, base, run(PFDS, *building(data, small_disk)), "No space left on device")
    (small_disk.parent / "filler").unlink()
    assert run(PFDS, *building(data, small_disk)).code == 0


@pytest.mark.long
def test_a_limit_of_file_sizes_leaves_the_old_state(store: Path, base: Path, data: Path) -> None:
    command = ["bash", "-c", 'ulimit -f 4; exec "$@"', "bash", PFDS, *building(data, store)]
    assert_unchanged(store, base, run(*command), "File too large")


def test_a_folder_that_cannot_be_written_leaves_the_old_state(small_disk: Path, base: Path, data: Path) -> None:
    assert run("mount", "-o", "remount,ro", small_disk.parent).code == 0
    assert_unchanged(small_disk, base, run(PFDS, *building(data, small_disk)), "Read-only file system")


def test_a_folder_without_the_right_to_write_leaves_the_old_state(store: Path, base: Path, data: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("ROOT MAY WRITE ANYWHERE: only a file system that is read-only is tried")
    store.chmod(0o555)
    assert_unchanged(store, base, run(PFDS, *building(data, store)), "Permission denied")
    store.chmod(0o755)
