"""The figures that we promise, and what a run of the benchmark says of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks import cases
from benchmarks.cases import SIZES, Package
from benchmarks.summary import Measured, Summary


@dataclass(frozen=True, slots=True)
class Verdict:
    """A promise, its limit, and the figure measured; None if a case that it needs did not run."""

    promise: str
    limit: float
    figure: float | None
    unit: str = "x"
    at_least: bool = False
    note: str = ""

    @property
    def reached(self) -> bool | None:
        if self.figure is None:
            return None
        return self.figure >= self.limit if self.at_least else self.figure <= self.limit

    @property
    def distance(self) -> str:
        """How far the figure lies on the good or the bad side of its limit, in per cent of the limit."""
        if self.figure is None:
            return ""
        share = (self.figure - self.limit) / self.limit * (1 if self.at_least else -1)
        return f"{abs(share):.0%} {'better' if share >= 0 else 'worse'}"


def verdicts(mode: str, measured: Measured) -> list[Verdict]:
    """Every promise that a run in this mode can judge."""
    if mode == "large":
        return list(_memory(measured, SIZES["large"]))
    events = SIZES[mode]
    return [
        *_against_reading(measured, Package(events)),
        *_against_validators(measured),
        *_against_polars(measured, Package(events)),
        *_json_lines(measured, Package(events, form="jsonl")),
        *_dirty(measured, events),
        *_one_pass(measured, Package(events)),
        *_release(measured, Package(events)),
        *_memory(measured, events),
        *_start_up(measured),
    ]


def _against_reading(measured: Measured, package: Package) -> Iterator[Verdict]:
    floor = measured.get(cases.ARROW, package)
    yield Verdict(
        "Cells, keys and references, against Arrow merely reading the same files",
        1.15,
        _times(measured.get(cases.CELLS, package), floor),
    )
    yield Verdict(
        "The whole command with all rules, start-up and report, against the same",
        2.5,
        _times(measured.get(cases.OURS, package), floor),
    )


def _against_validators(measured: Measured) -> Iterator[Verdict]:
    for peer, limit in (
        (cases.FRICTIONLESS, 70),
        (cases.JSONSCHEMA, 110),
        (cases.JSONSCHEMA_RS, 6),
        (cases.DUCKDB, 2.5),
    ):
        theirs = measured.largest(peer)
        ours, note = _comparable(measured, theirs)
        yield Verdict(
            f"Cells, keys and references: times faster than {peer} on CSV",
            limit,
            _times(theirs, ours, per_row=True),
            at_least=True,
            note=note,
        )


def _comparable(measured: Measured, theirs: Summary | None) -> tuple[Summary | None, str]:
    """Our summary on the same package, or on the largest one if we did not run there."""
    same = measured.get(cases.CELLS, theirs.case.package) if theirs else None
    if same:
        return same, ""
    ours = measured.largest(cases.CELLS)
    if not (theirs and ours and theirs.case.package and ours.case.package):
        return None, ""
    return ours, f"per row: theirs on {theirs.case.package.events}, ours on {ours.case.package.events} events"


def _against_polars(measured: Measured, package: Package) -> Iterator[Verdict]:
    ours = measured.get(cases.CELLS, package)
    both = [measured.get(name, package) for name in (cases.POLARS, cases.POLARS_STREAM)]
    best = min((found for found in both if found), key=lambda found: found.seconds, default=None)
    name = best.case.program if best else "polars by hand"
    yield Verdict(
        f"Cells, keys and references: times faster than {name}, the faster of the two",
        1.1,
        _times(best, ours),
        at_least=True,
    )
    share = ours.memory / best.memory if ours and best else None
    yield Verdict("Cells, keys and references: peak memory as a share of the same", 0.5, share)


def _json_lines(measured: Measured, package: Package) -> Iterator[Verdict]:
    ours, bare = measured.get(cases.CELLS, package), measured.get(cases.JSONSCHEMA_RS, package)
    yield Verdict("JSON Lines: against the bare is_valid loop of jsonschema-rs", 1.2, _times(ours, bare))


def _dirty(measured: Measured, events: int) -> Iterator[Verdict]:
    for share, limit in ((0.001, 1.5), (0.1, 1.6)):
        for program in (cases.CELLS, cases.OURS):
            soiled, clean = (measured.get(program, Package(events, dirty)) for dirty in (share, 0.0))
            yield Verdict(f"{share:.1%} bad cells against clean: {program}", limit, _times(soiled, clean))


def _one_pass(measured: Measured, package: Package) -> Iterator[Verdict]:
    ours, alone = measured.get(cases.ONE_PASS, package), measured.get(cases.PARQUET, package)
    yield Verdict("Validation and Parquet in one pass, against pyarrow writing it alone", 1.1, _times(ours, alone))


def _release(measured: Measured, package: Package) -> Iterator[Verdict]:
    ours, alone = measured.get(cases.TABLES, package), measured.get(cases.CSV_AND_PARQUET, package)
    yield Verdict("CSV and Parquet of a release, against pyarrow writing both", 2.5, _times(ours, alone))
    found = measured.get(cases.RELEASE, package)
    yield Verdict(
        f"Peak memory at {package.events:,} events: {cases.RELEASE}", 1500, found.memory if found else None, "MB"
    )


def _memory(measured: Measured, events: int) -> Iterator[Verdict]:
    for program, limit in ((cases.ONE_TABLE, 256), (cases.OURS, 350)):
        found, smaller = (measured.get(program, Package(size)) for size in (events, SIZES["full"]))
        yield Verdict(f"Peak memory at {events:,} events: {program}", limit, found.memory if found else None, "MB")
        if found and smaller and found is not smaller and events > SIZES["full"]:
            growth = abs(found.memory / smaller.memory - 1)
            yield Verdict(f"Change of peak memory from {SIZES['full']:,} events: {program}", 0.1, growth, "")


def _start_up(measured: Measured) -> Iterator[Verdict]:
    for program, limit in ((cases.HELP, 0.25), (cases.SMALL, 0.8)):
        found = measured.get(program)
        yield Verdict(program, limit, found.seconds if found else None, "s")


def _times(one: Summary | None, other: Summary | None, per_row: bool = False) -> float | None:
    """How many times the seconds of the other the first took; per row where their packages may differ in size."""
    if not (one and other):
        return None
    return one.seconds / other.seconds * (other.rows / one.rows if per_row else 1)
