"""python -m fuzz: damaged input for a time, or so many of them; prints totals, and ends with 1 if anything broke."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from fuzz.campaign import Plan, Tally, campaign
from fuzz.children import load
from fuzz.corpus import CORPUS
from fuzz.replay import replay
from fuzz.sound import TARGETS


def main() -> int:
    given = _arguments()
    load()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="pfds-fuzz-") as room:
        tally = replay(CORPUS, Path(room)) if given.replay else Tally()
        corpus = None if given.keep_nothing else CORPUS
        plan = Plan(given.seed, given.seconds, given.inputs, given.targets, Path(room), corpus, start=given.start)
        ran = campaign(plan)
    ran.breaks[:0] = tally.breaks
    _print(ran, tally.inputs.total(), given.seed, time.monotonic() - began)
    return 1 if ran.breaks else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="end after so many (default: 60)")
    parser.add_argument("--inputs", type=int, default=sys.maxsize, help="end after so many")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same inputs (default: 1)")
    parser.add_argument("--start", type=int, default=0, help="number of the first round (default: 0)")
    parser.add_argument("--targets", nargs="+", choices=TARGETS, default=TARGETS, help="forms (default: all)")
    parser.add_argument("--replay", action="store_true", help="first run every input that ever broke something")
    parser.add_argument("--keep-nothing", action="store_true", help="do not store what breaks in the corpus")
    return parser.parse_args()


def _print(tally: Tally, replayed: int, seed: int, seconds: float) -> None:
    each = ", ".join(f"{name} {number:,}" for name, number in sorted(tally.inputs.items()))
    codes = ", ".join(f"{number:,} × {code}" for code, number in sorted(tally.codes.items()))
    print(f"{tally.inputs.total():,} inputs, seed {seed}, {seconds:.0f} s; {replayed} of the corpus replayed")
    print(f"go on with --start {tally.next_round}")
    print(f"forms: {each}")
    print(f"commands by exit code: {codes}")
    print(f"one command (of up to 20 files) took at most {tally.seconds:.1f} s and {tally.memory >> 20} MiB")
    print(f"{len(tally.breaks)} broke the command")
    for broke in tally.breaks[:50]:
        print(f"  {broke}")


if __name__ == "__main__":
    sys.exit(main())
