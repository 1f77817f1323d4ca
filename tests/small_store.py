"""Stores of releases of the small fictional dataset, built as a maintainer builds them."""

from collections.abc import Callable
from pathlib import Path

from command import Ran, pfds
from exm import world
from kloop import Tables, write_tables

AS_OF = "2025-03-12"
VERSIONS = ("2025.3.0", "2025.3.1", "2025.4.0")
NEXT = "2025.5.0"


def dataset(folder: Path, change: Callable[[Tables], object] = lambda _: None) -> Path:
    """The dataset in a new folder, with a change."""
    tables = world()
    change(tables)
    folder.mkdir(parents=True)
    write_tables(folder, tables)
    return folder


def titled(title: str) -> Callable[[Tables], None]:
    """Gives the second source another title."""

    def change(tables: Tables) -> None:
        tables["sources"][1]["title"] = title

    return change


def build(data: Path, store: Path, version: str, *more: str | Path) -> Ran:
    """pfds release build, without editions, whatever the release before kept back."""
    asked = ("--store", store, "--version", version, "--as-of", AS_OF, "--only-tables", "--no-ledger")
    return pfds("release", "build", data, *asked, *more)


def three_releases(folder: Path, *more: str | Path) -> Path:
    """A store with three releases that differ in one title."""
    store = folder / "store"
    for version in VERSIONS:
        ran = build(dataset(folder / version, titled(f"Title {version}")), store, version, *more)
        assert ran.code == 0, ran.said
    return store


def verify(folder: Path, *more: str | Path) -> Ran:
    """pfds release verify."""
    return pfds("release", "verify", folder, *more)


def assert_wrong(ran: Ran, *sentences: str) -> None:
    """Exit code 1, these sentences and the verdict, and nothing else."""
    assert (ran.code, ran.err) == (1, ""), ran.said
    assert ran.out.splitlines()[:-1] == list(sentences)
    assert "not as published" in ran.out.splitlines()[-1]
