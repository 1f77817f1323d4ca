"""Where a benchmark ran: the machine and the versions of everything that took part."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from benchmarks.cases import AJV, SOURCEMETA

_LIBRARIES: Final = (
    "pfds", "pfds-accelerator", "duckdb", "fastjsonschema", "frictionless", "jsonschema", "jsonschema-rs", "numpy",
    "orjson", "pandera", "polars", "pyarrow",
)  # fmt: skip


def machine() -> dict[str, str]:
    """Processor, cores, memory, system and interpreter."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "memory": f"{memory:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def load() -> str:
    """The mean number of processes that wanted a core in the last one, five and fifteen minutes."""
    return " ".join(f"{mean:.1f}" for mean in os.getloadavg())


def versions() -> dict[str, str]:
    """Version of each program and library, or "not installed"."""
    found = {name: _version(name) for name in _LIBRARIES}
    found["sourcemeta jsonschema"] = _said(str(SOURCEMETA), "version") if SOURCEMETA.exists() else "not installed"
    found["node"] = _said("node", "--version") if shutil.which("node") else "not installed"
    for name in ("ajv", "ajv-formats"):
        manifest = AJV.parents[1] / name / "package.json"
        found[name] = json.loads(manifest.read_text("utf-8"))["version"] if manifest.exists() else "not installed"
    return found


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def _processor() -> str:
    listing = Path("/proc/cpuinfo")
    if listing.exists():
        for line in listing.read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
