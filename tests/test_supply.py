"""What the toolkit is made of, and that making it twice makes the same: parts list, lock, wheel and source archive."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from command import ROOT
from programs import STRACE, needs_strace

LOCK = ROOT / "requirements.lock"
PIN = re.compile(r"^([A-Za-z0-9_.-]+)==([^ ;\\]+)", re.MULTILINE)


def pins(path: Path) -> set[tuple[str, str]]:
    return set(PIN.findall(path.read_text("utf-8")))


def test_the_parts_list_is_that_of_the_lock() -> None:
    bom = json.loads((ROOT / "sbom.cdx.json").read_text("utf-8"))
    assert {(part["name"], part["version"]) for part in bom["components"]} == pins(LOCK)
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    assert bom["metadata"]["properties"] == [{"name": "pfds:lock-sha256", "value": digest}]
    assert not {"serialNumber", "timestamp"} & {*bom, *bom["metadata"]}


@pytest.mark.parametrize("path", sorted(ROOT.glob("requirements*.lock")), ids=lambda path: path.name)
def test_every_locked_package_has_hashes(path: Path) -> None:
    text = path.read_text("utf-8")
    entries = re.split(r"\n(?=[A-Za-z0-9])", text)
    assert pins(path)
    assert [entry.split()[0] for entry in entries if "==" in entry and "--hash=sha256:" not in entry] == []
    assert "://" not in text


def built(folder: Path, zone: str, mask: int) -> dict[str, str]:
    """SHA-256 of the wheel and of the source archive, built from a copy of the tree in ``folder``."""
    tree = folder / "tree"
    kept = ("schema", "datapackage", "tools", "examples", "tests", "benchmarks", "docs")
    for name in kept:
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in ROOT.iterdir():
        if path.is_file() and path.name != ".git":
            shutil.copy(path, tree)
    program = (
        f"import os; os.umask({mask}); from hatchling import build; build.build_wheel('out'); build.build_sdist('out')"
    )
    (tree / "out").mkdir()
    env = {**os.environ, "TZ": zone, "SOURCE_DATE_EPOCH": "1700000000"}
    subprocess.run([sys.executable, "-c", program], cwd=tree, env=env, check=True, capture_output=True)
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted((tree / "out").iterdir())}


def test_wheel_and_source_archive_are_the_same_bytes_built_twice(tmp_path: Path) -> None:
    first = built(tmp_path / "a", "UTC", 0o022)
    second = built(tmp_path / "another folder", "Asia/Bishkek", 0o077)
    assert len(first) == 2
    assert first == second


RUNTIME = [
    *(
        "ahocorasick_rs",
        "chardet",
        "click",
        "duckdb",
        "jinja2",
        "jsonschema",
        "jsonschema_rs",
        "lxml.etree",
        "numpy",
        "orjson",
    ),
    *("minisign", "pyarrow", "pyarrow.parquet", "rich", "xlsxwriter", "altair", "polars", "pyreadstat", "vl_convert"),
]


def connections(*command: str | Path, folder: Path) -> list[str]:
    """Every call of a command that makes or uses a connection beyond the machine."""
    log = folder / "log"
    run = [str(STRACE), "-f", "-qq", "-o", log, "-e", "trace=socket,connect,bind,sendto,sendmsg", *command]
    done = subprocess.run([str(part) for part in run], capture_output=True, cwd=folder)
    assert done.returncode == 0, done.stderr[-300:]
    return [line for line in log.read_text("utf-8", "replace").splitlines() if "INET" in line or "NETLINK" in line]


@needs_strace
def test_no_library_opens_a_connection_when_it_is_loaded(tmp_path: Path) -> None:
    program = f"import importlib\nfor name in {RUNTIME!r}: importlib.import_module(name)"
    assert connections(sys.executable, "-c", program, folder=tmp_path) == []


@pytest.mark.long
@needs_strace
def test_a_release_with_all_editions_opens_no_connection(tmp_path: Path) -> None:
    pfds = Path(sys.executable).with_name("pfds")
    given = ("release", "build", ROOT / "examples" / "kloop-2025", "--store", tmp_path / "store")
    versions = ("--version", "2025.11.0", "--as-of", "2025-11-05")
    assert connections(pfds, *given, *versions, folder=tmp_path) == []


def test_the_list_of_libraries_is_that_of_the_project() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    wanted = set(re.findall(r'^  "([a-z0-9-]+)>=', text.split("[project.optional-dependencies]")[0], re.MULTILINE))
    loaded = {name.split(".")[0].replace("_", "-") for name in RUNTIME} | {"py-minisign"}
    assert wanted <= loaded
