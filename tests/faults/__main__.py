"""`make faults`: faults of every kind at the calls of every command that writes; ends with 1 if one did harm."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from faults.child import warm
from faults.points import KINDS, Point, drawn, points
from faults.scenes import SCENES, Scene, prepare
from faults.strike import Stage, staged, strike

_VERIFIED_EVERY = 25
_TOLD_EVERY = 50


def main() -> int:
    """Runs a part of the points, in an order drawn by the seed; `--start` goes on where a run was cut off."""
    chosen = _options()
    if shutil.which("strace") is None:
        print("NO STRACE HERE: no fault was tried.", file=sys.stderr)
        return 1
    sys.dont_write_bytecode = True
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        shared, room = Path(folder) / "shared", Path(folder) / "room"
        room.mkdir()
        prepare(shared)
        stages = {scene.name: ready(scene, shared, room) for scene in _scenes(chosen.scenes)}
        every = [point for stage in stages.values() for point in points(stage.scene.name, stage.calls, chosen.kinds)]
        order = drawn(every, chosen.seed)[chosen.start :][: chosen.points]
        print(
            f"{len(every)} points in {len(stages)} scenes, seed {chosen.seed}: {len(order)} from {chosen.start} on.",
            flush=True,
        )
        return _strike_all(stages, order, room, time.monotonic() + chosen.minutes * 60, chosen.start)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="faults", description=__doc__)
    parser.add_argument("scenes", nargs="*", metavar="SCENE", help=f"of {', '.join(SCENES)}; all by default")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS, help="all by default")
    parser.add_argument("--points", type=int, default=None, help="most points to try")
    parser.add_argument("--start", type=int, default=0, help="number of the first point in the order of the seed")
    parser.add_argument("--minutes", type=float, default=1e6, help="when to stop")
    return parser.parse_args()


def _scenes(names: Sequence[str]) -> list[Scene]:
    return [scene for scene in SCENES.values() if not names or scene.name in names or scene.name.split()[0] in names]


def ready(scene: Scene, shared: Path, room: Path) -> Stage:
    """The scene, played without faults."""
    stage = Stage(scene, shared, {}, {}, [])
    stage.enter(room)
    warm(scene.work(room, shared), room)
    return staged(scene, shared, room)


def _strike_all(stages: dict[str, Stage], order: list[Point], room: Path, until: float, first: int) -> int:
    counts: Counter[str] = Counter()
    for number, point in enumerate(order):
        if time.monotonic() > until:
            break
        outcome = strike(stages[point.scene], point, room, verify=number % _VERIFIED_EVERY == 0)
        counts.update(["points", point.kind] if outcome.struck else ["points"])
        counts["struck"] += outcome.struck
        counts["half states"] += any(each.startswith("HALF") for each in outcome.wrong)
        counts["failed re-runs"] += any(each.startswith("AGAIN") for each in outcome.wrong)
        counts["wrong"] += bool(outcome.wrong)
        if outcome.wrong:
            print(f"{first + number} {point}: {'; '.join(outcome.wrong)}", flush=True)
        if number % _TOLD_EVERY == _TOLD_EVERY - 1:
            print(_told(counts), flush=True)
    print(_told(counts))
    return int(bool(counts["wrong"]))


def _told(counts: Counter[str]) -> str:
    first = ["points", "struck", "half states", "failed re-runs", "wrong"]
    return ", ".join(f"{name}: {counts[name]}" for name in [*first, *sorted(set(counts) - set(first))])


if __name__ == "__main__":
    sys.exit(main())
