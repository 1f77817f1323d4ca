"""What a validation on Spark costs: `python -m benchmarks.spark --events 1000000 FOLDER` (on Linux, with Java)."""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.parts import make_parts
from benchmarks.plan import Plan
from benchmarks.standard import ROOT

LISTED: Final = 1000
"""Findings of each rule, table and field that are listed."""
_SMALL: Final = 10
"""Events of a package that costs hardly more than the start of Spark and the planning of every statement."""
_PR_SET_CHILD_SUBREAPER: Final = 36


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds of wall clock, seconds of processor of all processes together, and the report as JSON."""

    wall: float
    cpu: float
    said: str


def validated(package: Path, cores: int, scratch: Path) -> Took:
    """Validates a package with Spark on so many cores, Java and Python together; raises CalledProcessError if that
    breaks down."""
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        command = [sys.executable, "-c", "from pfds.cli import main; main()", "validate", "--engine", "spark"]
        options = ["--format", "json", "--max-findings", str(LISTED), "--work-folder", folder]
        environment = {**os.environ, "PYSPARK_SUBMIT_ARGS": f"--master local[{cores}] pyspark-shell"}
        ran = subprocess.run(
            [sys.executable, "-m", "benchmarks.spark", "--run", str(cores), *command, *options, str(package)],
            capture_output=True,
            cwd=ROOT,
            env=environment,
            check=False,
        )
    if ran.returncode not in (0, 1):
        raise subprocess.CalledProcessError(ran.returncode, ran.args, ran.stdout, ran.stderr)
    took = json.loads(ran.stderr.splitlines()[-1])
    return Took(took["wall"], took["cpu"], ran.stdout.decode())


def _run(cores: int, command: Sequence[str]) -> int:
    """Runs a command on so many cores and waits for all that it started as well: Java and the workers outlive their
    parents."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    began = time.perf_counter()
    child, code, wall = os.posix_spawnp(command[0], list(command), os.environ), 2, 0.0
    while True:
        try:
            process, status = os.wait()
        except ChildProcessError:
            break
        if process == child:
            code, wall = os.waitstatus_to_exitcode(status), time.perf_counter() - began
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    sys.stderr.write("\n" + json.dumps({"wall": round(wall, 1), "cpu": round(used.ru_utime + used.ru_stime, 1)}) + "\n")
    return code


def _records(plan: Plan) -> int:
    return sum(plan.count(table) for table in plan.tables)


def _measure(folder: Path, events: int) -> None:
    small, large = Plan(_SMALL), Plan(events)
    for name, plan in (("small", small), ("large", large)):
        make_parts(folder / name, plan, 0.0)
    print(f"{_records(large)} records\ncores  package  wall s  processor s")
    for cores in (1, 2):
        start, whole = (validated(folder / name, cores, folder) for name in ("small", "large"))
        millions = (_records(large) - _records(small)) / 1e6
        print(f"{cores}  small  {start.wall}  {start.cpu}\n{cores}  large  {whole.wall}  {whole.cpu}")
        wall, cpu = (whole.wall - start.wall) / millions, (whole.cpu - start.cpu) / millions
        print(f"{cores}  for a million records, start apart  {wall:.1f}  {cpu:.1f}", flush=True)


def main() -> int:
    if sys.argv[1:2] == ["--run"]:
        return _run(int(sys.argv[2]), sys.argv[3:])
    parser = argparse.ArgumentParser(description="Measure validations on Spark.")
    parser.add_argument("folder", type=Path, help="a folder to make and fill; it must not exist")
    parser.add_argument("--events", type=int, default=1_000_000, help="number of events, a multiple of 10")
    given = parser.parse_args()
    given.folder.mkdir(parents=True)
    _measure(given.folder, given.events)
    return 0


if __name__ == "__main__":
    sys.exit(main())
