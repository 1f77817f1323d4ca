"""`make faults`, second part: small and read-only disks, interrupts at any moment, many builders at once."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random

from faults.__main__ import ready
from faults.child import Ended
from faults.crowd import together
from faults.disks import can_mount, on_small_disk, read_only
from faults.interrupts import interrupt, lasting, moments
from faults.scenes import SCENES, prepare
from faults.strike import Stage

_KIBIBYTES = 4


def main() -> int:
    """Ends with 1 if anything did harm."""
    chosen = _options()
    sys.dont_write_bytecode = True
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        shared, room = Path(folder) / "shared", Path(folder) / "room"
        room.mkdir()
        prepare(shared)
        for scene in (SCENES[name] for name in chosen.scenes):
            stage = ready(scene, shared, room)
            wrong += _tried(f"{scene.name}, interrupted", _interrupts(stage, room, chosen))
            if can_mount(room.parent / "disk"):
                wrong += _tried(f"{scene.name}, on small disks", _disks(stage, room, chosen))
            else:
                print("NO DISK CAN BE MOUNTED HERE: small and read-only disks are NOT tried", file=sys.stderr)
            if scene.given == "store":
                wrong += _tried(f"{scene.name}, by many at once", _crowds(stage, room, chosen))
    return int(wrong > 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="faults.others", description=__doc__)
    parser.add_argument("scenes", nargs="*", metavar="SCENE", default=["publish", "convert json", "convert zip", "fix"])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--interrupts", type=int, default=100, help="for each scene and signal")
    parser.add_argument("--sizes", type=int, default=60, help="sizes of disks, from no room on, 4 KiB apart")
    parser.add_argument("--crowds", type=int, default=10)
    return parser.parse_args()


def _interrupts(stage: Stage, room: Path, chosen: argparse.Namespace) -> Iterator[tuple[str, Ended, str]]:
    seconds = lasting(stage, room)
    for number in (signal.SIGINT, signal.SIGTERM):
        for moment in islice(moments(chosen.seed, seconds), chosen.interrupts):
            yield f"{number.name} after {moment:.4f} s", *interrupt(stage, room, moment, number)


def _disks(stage: Stage, room: Path, chosen: argparse.Namespace) -> Iterator[tuple[str, Ended, str]]:
    for which in ("out", "tmp"):
        for number in range(chosen.sizes):
            size = number * _KIBIBYTES
            yield f"{size} KiB left in {which}", *on_small_disk(stage, room, size, which)
        yield f"{which} read-only", *read_only(stage, room, which)


def _crowds(stage: Stage, room: Path, chosen: argparse.Namespace) -> Iterator[tuple[str, Ended, str]]:
    random = Random(chosen.seed)  # noqa: S311 - test data, not secrets
    for _ in range(chosen.crowds):
        builders = random.randint(2, 10)
        codes, wrong = together([stage] * builders, room)
        yield f"{builders} builders", Ended(max(codes), "", ""), wrong


def _tried(name: str, results: Iterator[tuple[str, Ended, str]]) -> int:
    """Tells the results, and how many were wrong."""
    codes: Counter[int] = Counter()
    bad = 0
    for what, ended, wrong in results:
        codes[ended.code] += 1
        if wrong:
            bad += 1
            print(f"{name}: {what}: {wrong}", flush=True)
    ends = ", ".join(f"{number} with {code}" for code, number in sorted(codes.items()))
    print(f"{name}: {sum(codes.values())} tried, ended {ends}; wrong: {bad}", flush=True)
    return bad


if __name__ == "__main__":
    sys.exit(main())
