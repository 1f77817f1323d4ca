"""Makes a submission of made-up records: `python -m benchmarks.generate --events 100000 FOLDER`.

The same options give the same bytes. Records are made and written in chunks, so memory does not grow with their
number.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np

from benchmarks.dirt import soil
from benchmarks.plan import AS_OF, Plan
from benchmarks.records import chunks
from benchmarks.standard import PUBLISHED
from benchmarks.writers import FORMS, Package


def generate(folder: Path, plan: Plan, dirty: float = 0.0, form: str = "csv") -> None:
    """Writes the package; the folder must not exist."""
    rng = np.random.default_rng([plan.seed, 0])
    with Package(folder, form) as package:
        for tables in chunks(plan):
            package.write({name: soil(name, rows, dirty, rng) for name, rows in tables.items()} if dirty else tables)
    (folder / "meta.json").write_text(json.dumps(meta(plan), indent=2) + "\n", "utf-8")


def meta(plan: Plan) -> dict[str, str]:
    return {
        "standard": json.loads((PUBLISHED / "datapackage.json").read_text("utf-8"))["version"],
        "title": f"{plan.events} made-up events for measuring",
        "publisher": "Press Freedom Data Standard contributors",
        "license": "CC0-1.0",
        "as_of": AS_OF.isoformat(),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description="Make a submission of made-up records.")
    parser.add_argument("folder", type=Path, help="the folder to make; it must not exist")
    parser.add_argument("--events", type=int, default=100_000, help="number of events, a multiple of 10")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--dirty", type=float, default=0.0, help="share of bad cells in each constrained column")
    parser.add_argument("--protected", type=float, default=0.001, help="share of persons whose names are withheld")
    parser.add_argument("--shuffle", action="store_true", help="ids that do not rise with the rows")
    parser.add_argument("--form", choices=FORMS, default="csv")
    given = parser.parse_args()
    if given.events < 10 or given.events % 10:
        parser.error("--events must be a multiple of 10")
    if given.dirty and given.form == "parquet":
        parser.error("a typed Parquet file cannot hold bad values: choose csv or jsonl")
    if given.folder.exists():
        parser.error(f"{given.folder} exists")
    plan = Plan(given.events, given.seed, given.protected, given.shuffle)
    generate(given.folder, plan, given.dirty, given.form)
    return 0


if __name__ == "__main__":
    sys.exit(main())
