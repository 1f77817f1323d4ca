"""`make canaries`: whole releases full of canaries, one season of three for each seed; ends with 1 if one leaked or is
missing."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from canaries.season import Season, Tally

_SHOWN = 40


def main() -> int:
    """Plays the seasons and tells the totals."""
    parser = argparse.ArgumentParser(prog="canaries", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of the first season")
    parser.add_argument("--seasons", type=int, default=2)
    parser.add_argument("--only-tables", action="store_true", help="build without editions")
    chosen = parser.parse_args()
    sys.dont_write_bytecode = True
    total = Tally()
    for seed in range(chosen.seed, chosen.seed + chosen.seasons):
        with tempfile.TemporaryDirectory(prefix="canaries-") as room:
            tally = Season(seed, Path(room), editions=not chosen.only_tables).played()
        print(f"seed {seed}: {_told(tally)}", flush=True)
        for wrong in tally.wrong[:_SHOWN]:
            print(f"  {wrong}", flush=True)
        total += tally
    print(f"all: {_told(total)}")
    return int(bool(total.wrong))


def _told(tally: Tally) -> str:
    return (
        f"{tally.pairs:,} canary-artefact pairs ({tally.planted:,} canaries, {tally.artefacts:,} artefacts,"
        f" {tally.found:,} times found), {tally.cells:,} cells compared, {tally.refusals} builds refused by the ledger;"
        f" {len(tally.leaked)} leaked, {len(tally.missing)} public ones missing"
    )


if __name__ == "__main__":
    sys.exit(main())
