"""Runs all cases in turn, several rounds, and writes RESULTS.md: `python -m benchmarks.run [--short | --large]`."""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.cases import DATA, Case, Package, cases
from benchmarks.machine import load, machine, versions
from benchmarks.measure import Run, run_once
from benchmarks.results import HERE, save, section
from benchmarks.standard import ROOT
from benchmarks.summary import Measured, Summary


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure validation against floors and peers, and write RESULTS.md.")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--short", dest="mode", action="store_const", const="short", help="100k events, under 10 minutes")
    size.add_argument("--large", dest="mode", action="store_const", const="large", help="10M events, ours and a floor")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="run only the cases whose program has this in its name")
    parser.add_argument("--output", type=Path, default=HERE, help="folder of RESULTS.md and results.json")
    given = parser.parse_args()
    mode = given.mode or "full"
    given.output.mkdir(parents=True, exist_ok=True)
    chosen = [case for case in cases(mode) if given.only in case.program]
    packages = dict.fromkeys(case.package for case in chosen if case.package and not case.missing)
    _make(packages)
    about = {"rounds": given.rounds, "machine": machine(), "versions": versions(), "load_before": load()}
    measured = Measured(_run_in_turn(chosen, given.rounds))
    sizes = {package.name: sum(path.stat().st_size for path in package.folder.iterdir()) for package in packages}
    save(mode, section(measured, mode, {**about, "load_after": load(), "packages": sizes}), given.output)
    return 0


def _make(packages: Iterable[Package]) -> None:
    """Generates the packages that are not there yet or were made by another program; one that is half made is never
    taken for whole."""
    program = _generator()
    for package in packages:
        made_by = package.folder.with_suffix(".made-by")
        if not (package.folder.exists() and made_by.is_file() and made_by.read_text("ascii") == program):
            _say(f"making {package.name}")
            begun = package.folder.with_suffix(".part")
            for folder in (begun, package.folder):
                shutil.rmtree(folder, ignore_errors=True)
            begun.parent.mkdir(parents=True, exist_ok=True)
            options = ["--events", str(package.events), "--dirty", str(package.dirty), "--form", package.form]
            subprocess.run([sys.executable, "-m", "benchmarks.generate", str(begun), *options], cwd=ROOT, check=True)
            begun.rename(package.folder)
            made_by.write_text(program, "ascii")


def _generator() -> str:
    """The SHA-256 of what decides what stands in a package: our modules, and the codes of the standard."""
    files = [*sorted((ROOT / "benchmarks").glob("*.py")), *sorted((ROOT / "schema").rglob("*.*"))]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files if path.is_file())).hexdigest()


def _run_in_turn(chosen: Sequence[Case], rounds: int) -> list[Summary]:
    """Round after round, each case once, those that take long in the first only; a case that fails is not run again."""
    runs: dict[str, list[Run]] = {case.key: [] for case in chosen}
    failures = {case.key: f"not installed: {case.missing}" for case in chosen if case.missing}
    scratch = DATA / "scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    for number in range(rounds):
        for case in chosen:
            if case.key not in failures and not (number and case.takes_long):
                found = run_once(case.command, scratch)
                _say(f"round {number + 1}: {case.key}: {found.wall:.2f} s, {found.memory:.0f} MB, exit {found.code}")
                runs[case.key].append(found)
                if found.code != case.expected or not found.answered:
                    failures[case.key] = f"failed with exit code {found.code}: {found.said}"
    return [Summary(case, [] if case.key in failures else runs[case.key], failures.get(case.key)) for case in chosen]


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
