"""What several tests share."""

from pathlib import Path

import pytest

from command import KLOOP, PFDS, run


@pytest.fixture(scope="session")
def kloop_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a release of the Kloop example, alone in its store. Tests must not change it."""
    store = tmp_path_factory.mktemp("kloop") / "store"
    ran = run(PFDS, "release", "build", KLOOP, "--store", store, "--version", "2025.11.0")
    assert ran.code == 0, ran.said
    return store / "2025.11.0"
