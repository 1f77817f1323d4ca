"""`make mutants`: changes the code of an area one thing at a time; ends with 1 if a survivor is not explained."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random

from mutants.areas import AREAS, Area
from mutants.child import Fate
from mutants.explained import gone, not_as_listed, read_explained
from mutants.session import Trials, fate_at_import, run_session
from mutants.sites import Mutant, mutants

_TOLD_EVERY = 200
_IMPORTED_ONCE = ("duckdb", "pyarrow.parquet", "pyarrow.compute", "minisign", "jsonschema", "orjson", "click")
"""Imported before the first mutant, so that none has to; none of them imports a module of an area."""


def main() -> int:
    """Tries the mutants of each area in a process of its own, because the modules must not be imported before."""
    chosen = _options()
    sys.dont_write_bytecode = True
    worst = 0
    for name in [chosen.area] if chosen.area else AREAS:
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            os._exit(_in_room(name, chosen))
        worst = max(worst, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    return worst


def ordered(area: Area) -> list[Mutant]:
    """All mutants of an area: first those for which a module has to be executed anew."""
    found = [mutant for path in area.modules for mutant in mutants(path)]
    return sorted(found, key=lambda mutant: not mutant.at_import)


def tried(area: Area, chosen: list[Mutant], room: Path, told: Callable[[Mutant, Fate], None]) -> None:
    """Tries some of the mutants of an area, in their order."""
    tests = [str(Path(__file__).parents[1] / name) for name in area.tests]
    for name in _IMPORTED_ONCE:
        importlib.import_module(name)
    sys.dont_write_bytecode, sys.pycache_prefix = False, str(room / "compiled")
    for mutant in chosen:
        if mutant.at_import:
            told(mutant, fate_at_import(mutant, tests, room, _SECONDS_AT_IMPORT))
    within = [mutant for mutant in chosen if not mutant.at_import]
    if within:
        run_session(tests, Trials(within, told, room))


_SECONDS_AT_IMPORT = 60
_IN_MEMORY = Path("/dev/shm")  # noqa: S108 - flushing to a disk is what takes the tests of a store most of their time


def _in_room(name: str, chosen: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory(prefix="mutants-", dir=_IN_MEMORY if _IN_MEMORY.is_dir() else None) as folder:
        os.environ["TMPDIR"] = tempfile.tempdir = folder
        return _one_area(name, chosen, Path(folder))


def _one_area(name: str, chosen: argparse.Namespace, room: Path) -> int:
    area, began = AREAS[name], time.process_time()
    area = replace(area, tests=tuple(chosen.test or area.tests))
    everything, explained = ordered(area), read_explained(name)
    some = _selected(everything, chosen)
    fates: dict[Mutant, Fate] = {}

    def told(mutant: Mutant, fate: Fate) -> None:
        fates[mutant] = fate
        if fate in (Fate.SURVIVED, Fate.UNTESTED, Fate.OUTSIDE, Fate.TIMEOUT) and mutant.key not in explained:
            print(f"{everything.index(mutant)} {fate}: {mutant.told}\n", flush=True)
        if len(fates) % _TOLD_EVERY == 0:
            print(f"{name}: {len(fates)} of {len(some)}; next {everything.index(mutant) + 1}", flush=True)

    tried(area, some, room, told)
    wrong = [*gone(explained, everything), *not_as_listed(explained, fates)]
    print("\n".join(wrong))
    numbers = ", ".join(f"{sum(found == fate for found in fates.values())} {fate}" for fate in Fate)
    listed = sum(mutant.key in explained for mutant in fates)
    print(
        f"{name}: {len(fates):,} of {len(everything):,} mutants of {len(area.modules)} modules: {numbers};"
        f" {listed} explained, {len(wrong)} not as they should be ({time.process_time() - began:.0f} s)"
    )
    return int(bool(wrong))


def _selected(everything: list[Mutant], chosen: argparse.Namespace) -> list[Mutant]:
    """Those from `--start` on, of `--module` only, or as many as are to be drawn; in their order."""
    some = [
        mutant
        for number, mutant in enumerate(everything)
        if number >= chosen.start and (not chosen.module or mutant.path in chosen.module)
    ][: chosen.count]
    if not chosen.draw:
        return some
    numbers = Random(chosen.seed).sample(range(len(some)), min(chosen.draw, len(some)))  # noqa: S311 - no secrets
    return [some[number] for number in sorted(numbers)]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="mutants", description=__doc__)
    parser.add_argument("--area", choices=AREAS, help="all, unless one is named")
    parser.add_argument("--module", action="append", help="only of this module, such as release/store.py; repeatable")
    parser.add_argument("--test", action="append", help="only with this file of tests/; repeatable")
    parser.add_argument("--start", type=int, default=0, help="number of the first mutant")
    parser.add_argument("--count", type=int, help="try no more than these")
    parser.add_argument("--draw", type=int, default=0, help="try only so many, drawn by the seed")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
