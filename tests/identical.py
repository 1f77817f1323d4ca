"""`make reproducible`: the same release built again and again under other circumstances; ends with 1 if a byte differs.

The circumstances are the seed of Python's hashes, time zone, locale and number of processors. Every build is a
process of its own, and writes a store of its own.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from command import PFDS, files, run
from small_store import AS_OF, dataset

ZONES = ("UTC", "Pacific/Kiritimati", "America/St_Johns")
LOCALES = ("C", "C.UTF-8", "tr_TR.UTF-8")
"""In the last one, letters have other small forms and numbers a decimal comma."""
_VERSION = "2025.3.0"


@dataclass(frozen=True)
class Circumstances:
    """One way to run the command."""

    hash_seed: int
    zone: str
    locale: str
    processors: int

    @property
    def environment(self) -> dict[str, str]:
        return {"PYTHONHASHSEED": str(self.hash_seed), "TZ": self.zone, "LC_ALL": self.locale, "LANG": self.locale}


def drawn(number: int, seed: int = 0) -> Iterator[Circumstances]:
    """So many circumstances, each with a hash seed of its own; zones, locales and processors take turns, so that every
    nine in a row have each zone with each locale."""
    pairs = cycle([(zone, locale) for zone in ZONES for locale in LOCALES])
    for place, (zone, locale) in enumerate(islice(pairs, number)):
        yield Circumstances(seed + place, zone, locale, 1 + place % 2)


def compiled_locales(folder: Path) -> dict[str, str]:
    """The variables with which programs find the locales that have to be compiled first, which lie in the folder.

    Raises FileNotFoundError or CalledProcessError where the system cannot do that.
    """
    folder.mkdir()
    for name in LOCALES:
        language, _, encoding = name.partition(".")
        if "_" in language:
            subprocess.run(
                ["localedef", "-i", language, "-f", encoding, folder / name], check=True, capture_output=True
            )
    return {"LOCPATH": str(folder)}


def built(data: Path, store: Path, under: Circumstances, *more: str) -> dict[str, bytes]:
    """The files of a store with one release that was built under these circumstances."""
    places = ",".join(str(place) for place in sorted(os.sched_getaffinity(0))[: under.processors])
    command: list[str | Path] = [
        PFDS,
        "release",
        "build",
        data,
        "--store",
        store,
        "--version",
        _VERSION,
        "--as-of",
        AS_OF,
        *more,
    ]
    ran = run("taskset", "--cpu-list", places, *command, env=under.environment, seconds=600)
    assert ran.code == 0, ran.said
    made = files(store)
    shutil.rmtree(store)
    return made


def main() -> int:
    """Builds and compares; tells the totals."""
    parser = argparse.ArgumentParser(prog="identical", description=__doc__)
    parser.add_argument("--seed", type=int, default=0, help="first of the hash seeds")
    parser.add_argument("--tables", type=int, default=20, help="builds of the tables alone")
    parser.add_argument("--whole", type=int, default=9, help="builds with all editions")
    chosen = parser.parse_args()
    differing = 0
    with tempfile.TemporaryDirectory(prefix="identical-") as folder:
        data = dataset(Path(folder) / "data")
        os.environ.update(compiled_locales(Path(folder) / "locales"))
        for name, number, more in (("tables", chosen.tables, ["--only-tables"]), ("whole releases", chosen.whole, [])):
            first: dict[str, bytes] = {}
            done = 0
            for under in drawn(number, chosen.seed):
                made = built(data, Path(folder) / "store", under, *more)
                first, done = first or made, done + 1
                if made != first:
                    differing += 1
                    other = sorted(path for path in made.keys() | first.keys() if made.get(path) != first.get(path))
                    print(f"{under}: {len(other)} files differ: {', '.join(other[:10])}", flush=True)
            print(f"{name}: {done} builds of {len(first)} files, hash seeds from {chosen.seed} on", flush=True)
    print(f"{len(ZONES)} time zones, {len(LOCALES)} locales, 1 and 2 processors: {differing} differ")
    return int(bool(differing))


if __name__ == "__main__":
    sys.exit(main())
