"""What several tests share."""

from pathlib import Path

import pytest

from command import KLOOP, PFDS, run


@pytest.fixture(scope="session")
def kloop_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a release of the Kloop example, alone in its store. Tests must not change it."""
    return _released(tmp_path_factory.mktemp("kloop"))


@pytest.fixture(scope="session")
def kloop_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same without editions, which takes a fraction of the time."""
    return _released(tmp_path_factory.mktemp("kloop-tables"), "--only-tables")


def _released(folder: Path, *more: str) -> Path:
    ran = run(PFDS, "release", "build", KLOOP, "--store", folder / "store", "--version", "2025.11.0", *more)
    assert ran.code == 0, ran.said
    return folder / "store" / "2025.11.0"
