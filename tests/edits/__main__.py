"""`make edits`: edits of a signed store, drawn by a seed; ends with 1 if `pfds release verify` does not tell one."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from random import Random

from command import pfds
from edits import of_trust
from edits.judge import BATCH, tables_read_once, undetected_in_files, undetected_in_trust
from edits.signed_store import NEWEST, SignedStore, made

_TOLD_EVERY = 250
_SHOWN = 40


def main() -> int:
    """Makes the edits and tells the totals; `--start` goes on with the batches after those of an earlier run."""
    chosen = _options()
    sys.dont_write_bytecode = True
    with tempfile.TemporaryDirectory(prefix="edits-") as folder, tables_read_once():
        store = made(Path(folder))
        number, undetected = 0, list[str]()
        for batch in range(chosen.start, chosen.start + chosen.batches):
            changed, wrong = undetected_in_files(store, chosen.seed, batch)
            number, undetected = number + changed, undetected + wrong
            if batch % _TOLD_EVERY == _TOLD_EVERY - 1:
                print(
                    f"{number:,} edits of listed files, {len(undetected)} undetected; next batch {batch + 1}",
                    flush=True,
                )
        print(f"seed {chosen.seed}: {number:,} edits of listed files, up to {BATCH} at once, each told by its path")
        trusted = 0
        for each in range(chosen.start_trust, chosen.start_trust + chosen.trust):
            is_changed, wrong = undetected_in_trust(store, chosen.seed, each)
            trusted, undetected = trusted + is_changed, undetected + wrong
            if each % _TOLD_EVERY == _TOLD_EVERY - 1:
                print(
                    f"{trusted:,} of what vouches for them, {len(undetected)} undetected; next {each + 1}", flush=True
                )
        print(f"seed {chosen.seed}: {trusted:,} edits of manifests, signatures, key, index and chain, one at a time")
        sampled, wrong = by_the_command(store, Path(folder) / "key.pub", chosen.seed, chosen.sample)
        undetected += wrong
        print(f"seed {chosen.seed}: {sampled:,} of these by the whole command")
    print(f"all: {number + trusted:,} edits, {len(undetected)} undetected")
    print("\n".join(undetected[:_SHOWN]))
    return int(bool(undetected))


def by_the_command(store: SignedStore, key: Path, seed: int, number: int) -> tuple[int, list[str]]:
    """Edits of what vouches, judged by `pfds release verify` as a reader calls it: their number, and those not told."""
    key.write_bytes(store.content["minisign.pub"])
    undetected, changed = [], 0
    for each in range(number):
        what = of_trust.edited(store, Random(f"trust {seed} {each}"))  # noqa: S311 - test data, not secrets
        if store.is_changed():
            changed += 1
            ran = pfds("release", "verify", store.folder, "--public-key", key, "--at-least", NEWEST)
            undetected += [f"by the command: {what}"] if ran.code != 1 else []
        store.restore()
    return changed, undetected


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="edits", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batches", type=int, default=2600, help=f"of up to {BATCH} edits of listed files")
    parser.add_argument("--start", type=int, default=0, help="number of the first batch")
    parser.add_argument("--trust", type=int, default=1500, help="edits of what vouches for the files")
    parser.add_argument("--start-trust", type=int, default=0, help="number of the first of these")
    parser.add_argument("--sample", type=int, default=25, help="of these judged by the whole command as well")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
