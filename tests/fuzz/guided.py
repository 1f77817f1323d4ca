"""`make guided`: input for the readers of text and of dates, changed so that it reaches more and more of their code."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["pfds.intake", "pfds.standard.edtf"]):
    from fuzz.readers import BEGINNINGS, TARGETS

_LONGEST = 2_000


def main() -> None:
    """Ends with the code of libFuzzer: 0 if nothing broke, else the input is written to the folder."""
    parser = argparse.ArgumentParser(prog="python -m fuzz.guided", description=__doc__)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--runs", type=int, default=100_000, help="end after so many inputs")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same inputs (default: 1)")
    given = parser.parse_args()
    for text in BEGINNINGS[given.target]:
        TARGETS[given.target](text.encode())  # imports what it needs, which takes longer than any input may
    with tempfile.TemporaryDirectory(prefix="pfds-guided-") as folder:
        for number, text in enumerate(BEGINNINGS[given.target]):
            (Path(folder) / str(number)).write_text(text, "utf-8", newline="")
        options = (
            f"-runs={given.runs}",
            f"-seed={given.seed}",
            f"-max_len={_LONGEST}",
            "-timeout=5",
            "-rss_limit_mb=2048",
        )
        atheris.Setup([sys.argv[0], *options, folder], TARGETS[given.target])
        atheris.Fuzz()


if __name__ == "__main__":
    main()
