"""What is run: the packages of records, the programs, and which program runs on which package."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.plan import Plan
from benchmarks.standard import ROOT

DATA: Final = ROOT / "build" / "bench"
PEERS: Final = ROOT / "build" / "peers"
SOURCEMETA: Final = PEERS / "sourcemeta" / "bin" / "jsonschema"
AJV: Final = PEERS / "node" / "node_modules" / "ajv" / "package.json"
MINIMAL: Final = ROOT / "examples" / "submissions" / "minimal"
SIZES: Final = {"short": 100_000, "full": 1_000_000, "large": 10_000_000}

OURS, CELLS, ONE_TABLE = "pfds validate", "pfds: cells, keys, references", "pfds: cells and keys of the events"
OURS_PLAIN, CELLS_PLAIN = f"{OURS}, not compiled", f"{CELLS}, not compiled"
ONE_PASS, HELP, SMALL = "pfds: validation and Parquet in one pass", "pfds --help", "pfds validate, minimal example"
ARROW, POLARS_READ, DUCKDB_READ = "reading: Arrow", "reading: polars", "reading: DuckDB"
ORJSON = "reading: orjson"
PARQUET = "writing: pyarrow CSV to Parquet"
TABLES, CSV_AND_PARQUET = "pfds: CSV and Parquet of a release", "writing: pyarrow CSV and Parquet"
RELEASE = "pfds release build"
FRICTIONLESS, JSONSCHEMA, JSONSCHEMA_RS = "frictionless", "jsonschema iter_errors", "jsonschema-rs is_valid"
FASTJSONSCHEMA, PANDERA = "fastjsonschema", "pandera on polars"
POLARS, POLARS_STREAM = "polars by hand, in memory", "polars by hand, streaming"
DUCKDB, SOURCEMETA_CLI, AJV_LINES = "DuckDB SQL by hand", "sourcemeta jsonschema --fast", "ajv, all errors"

_MODULES: Final = {
    ARROW: ("read_arrow", "pyarrow"),
    POLARS_READ: ("read_polars", "polars"),
    DUCKDB_READ: ("read_duckdb", "duckdb"),
    ORJSON: ("read_orjson", "orjson"),
    PARQUET: ("write_parquet", "pyarrow"),
    CSV_AND_PARQUET: ("write_csv_parquet", "pyarrow"),
    FRICTIONLESS: ("frictionless_package", "frictionless"),
    JSONSCHEMA: ("jsonschema_rows", "jsonschema", "orjson"),
    JSONSCHEMA_RS: ("jsonschema_rs_rows", "jsonschema_rs", "orjson"),
    FASTJSONSCHEMA: ("fastjsonschema_rows", "fastjsonschema", "orjson"),
    PANDERA: ("pandera_polars", "pandera", "polars"),
    POLARS: ("polars_by_hand", "polars"),
    POLARS_STREAM: ("polars_by_hand", "polars"),
    DUCKDB: ("duckdb_by_hand", "duckdb"),
    SOURCEMETA_CLI: ("sourcemeta_cli",),
}


@dataclass(frozen=True, slots=True)
class Package:
    """Made-up records: how many events, the share of bad cells, the form of the files."""

    events: int
    dirty: float = 0.0
    form: str = "csv"

    @property
    def name(self) -> str:
        dirt = f", {self.dirty:.1%} bad cells" if self.dirty else ""
        return f"{_short(self.events)} events, {self.form}{dirt}"

    @property
    def folder(self) -> Path:
        dirt = f"-{self.dirty * 1000:g}permille" if self.dirty else ""
        return DATA / f"{_short(self.events)}-{self.form}{dirt}"

    @property
    def rows(self) -> int:
        """Records of all tables."""
        plan = Plan(self.events)
        return sum(plan.count(table) for table in plan.tables)


@dataclass(frozen=True, slots=True)
class Case:
    """A program on a package, or on nothing of ours to generate."""

    program: str
    package: Package | None
    path: Path | None = None

    @property
    def key(self) -> str:
        return f"{self.program} | {self.package.name}" if self.package else self.program

    @property
    def expected(self) -> int:
        """The exit code of a run that worked."""
        return 1 if self.package and self.package.dirty and not self.program.startswith(("reading", "writing")) else 0

    @property
    def takes_long(self) -> bool:
        """Whether one run tells enough: it takes minutes, and nothing is compared with its time."""
        return self.program == RELEASE

    @property
    def command(self) -> list[str]:
        target = str(self.path or (self.package.folder if self.package else ""))
        pfds = str(Path(sys.executable).parent / "pfds")
        python = [sys.executable, "-m"]
        plain, part = ["env", "PFDS_ACCELERATOR=off"], [*python, "benchmarks.part"]
        own = {
            OURS: [pfds, "validate", target, "--format", "json"],
            SMALL: [pfds, "validate", target],
            HELP: [pfds, "--help"],
            CELLS: [*part, "cells-keys", target],
            OURS_PLAIN: [*plain, pfds, "validate", target, "--format", "json"],
            CELLS_PLAIN: [*plain, *part, "cells-keys", target],
            ONE_TABLE: [*part, "cells-keys", target],
            ONE_PASS: [*part, "parquet", target],
            TABLES: [*part, "tables", target],
            RELEASE: [*part, "release", target],
            AJV_LINES: ["node", str(ROOT / "benchmarks" / "peers" / "ajv_lines.mjs"), target],
        }
        if self.program in own:
            return own[self.program]
        stream = ["--stream"] if self.program == POLARS_STREAM else []
        return [*python, f"benchmarks.peers.{_MODULES[self.program][0]}", target, *stream]

    @property
    def missing(self) -> str | None:
        """What is not installed that this case needs."""
        if self.program == SOURCEMETA_CLI:
            return None if SOURCEMETA.exists() else "sourcemeta-jsonschema"
        if self.program == AJV_LINES:
            return None if AJV.exists() and shutil.which("node") else "node with ajv and ajv-formats"
        needed = _MODULES.get(self.program, ("",))[1:]
        return next((name for name in needed if importlib.util.find_spec(name) is None), None)


def cases(mode: str) -> list[Case]:
    """The cases of a mode, in the order in which they are run in each round."""
    return list({"short": _short_form, "full": _full_form, "large": _large_form}[mode]())


def _short_form() -> Iterator[Case]:
    yield from _common(SIZES["short"])
    for program in (FRICTIONLESS, JSONSCHEMA):
        yield Case(program, Package(10_000))


def _full_form() -> Iterator[Case]:
    yield from _common(SIZES["full"])
    yield Case(FRICTIONLESS, Package(100_000))
    yield Case(CELLS, Package(100_000))
    yield Case(JSONSCHEMA, Package(10_000))


def _large_form() -> Iterator[Case]:
    for events in (SIZES["full"], SIZES["large"]):
        package = Package(events)
        for program in (OURS, CELLS, ARROW):
            yield Case(program, package)
        yield Case(ONE_TABLE, package, package.folder / "events.csv")


def _common(events: int) -> Iterator[Case]:
    csv, lines = Package(events), Package(events, form="jsonl")
    yield Case(HELP, None)
    yield Case(SMALL, None, MINIMAL)
    for program in (
        CELLS,
        OURS,
        CELLS_PLAIN,
        OURS_PLAIN,
        ARROW,
        POLARS_READ,
        DUCKDB_READ,
        POLARS,
        POLARS_STREAM,
        DUCKDB,
        PANDERA,
    ):
        yield Case(program, csv)
    yield Case(ONE_TABLE, csv, csv.folder / "events.csv")
    yield Case(ONE_PASS, csv)
    for program in (PARQUET, TABLES, CSV_AND_PARQUET, RELEASE):
        yield Case(program, csv)
    yield Case(JSONSCHEMA_RS, csv)
    for dirty in (0.001, 0.1):
        for program in (CELLS, OURS, POLARS, DUCKDB):
            yield Case(program, Package(events, dirty))
    for program in (CELLS, OURS, ORJSON, JSONSCHEMA_RS, FASTJSONSCHEMA, AJV_LINES):
        yield Case(program, lines)
    yield Case(SOURCEMETA_CLI, Package(SIZES["short"], form="jsonl"))


def _short(events: int) -> str:
    return f"{events // 1_000_000}M" if events >= 1_000_000 else f"{events // 1000}k"
