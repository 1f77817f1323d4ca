"""What several tests share; what takes long to build is built once in a run, by the first process that needs it."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from command import KLOOP, PFDS, pfds, run
from small_store import three_releases
from traps import trap_release

Once = Callable[[str, Callable[[Path], object]], Path]


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Gives the folder of a name, filled by what is called with it, unless that was done before in this run."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def filled(name: str, fill: Callable[[Path], object]) -> Path:
        folder = shared / name
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.exists():
                fill(unfinished := tmp_path_factory.mktemp(name))
                unfinished.rename(folder)
        return folder

    return filled


@pytest.fixture(scope="session")
def kloop_release(once: Once) -> Path:
    """The folder of a release of the Kloop example, alone in its store. Tests must not change it."""
    return once("kloop", _release_kloop) / "store" / "2025.11.0"


@pytest.fixture(scope="session")
def kloop_tables(once: Once) -> Path:
    """The same without editions, which takes a fraction of the time."""
    return once("kloop-tables", lambda folder: _release_kloop(folder, "--only-tables")) / "store" / "2025.11.0"


@pytest.fixture(scope="session")
def three(once: Once) -> Path:
    """A store of three releases of the small dataset that differ in one title. Tests must not change it."""
    return once("three", three_releases) / "store"


@pytest.fixture(scope="session")
def signed(once: Once) -> Path:
    """The same signed, in `store`, and the secret key in `secret.key`. Tests must not change it."""

    def fill(folder: Path) -> None:
        ran = pfds("release", "keygen", "--key", folder / "secret.key")
        assert ran.code == 0, ran.said
        three_releases(folder, "--key", folder / "secret.key")

    return once("signed", fill)


@pytest.fixture(scope="session")
def trapped(once: Once) -> Path:
    """The folder of a release of values that programs misread. Tests must not change it."""
    return once("traps", trap_release) / "store" / "2025.3.0"


def _release_kloop(folder: Path, *more: str) -> None:
    ran = run(PFDS, "release", "build", KLOOP, "--store", folder / "store", "--version", "2025.11.0", *more)
    assert ran.code == 0, ran.said
