"""The house stands: every module imports from floors below its own only, and its files stay small."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "tools" / "pfds"
FLOORS = ("standard", "publish", "intake", "checks", "cluster", "forms", "reports", "editions", "release", "cli")
MODULES = [path for path in sorted(PACKAGE.rglob("*.py")) if path.parent != PACKAGE]


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_module_imports_from_its_floor_and_those_below(path: Path) -> None:
    own = FLOORS.index(path.relative_to(PACKAGE).parts[0])
    above = [name for name in imported(path) if name.startswith("pfds.") and FLOORS.index(name.split(".")[1]) > own]
    assert above == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_only_the_command_line_prints_exits_or_asks_for_the_time(path: Path) -> None:
    if path.parent.name == "cli":
        return
    tree = ast.parse(path.read_text("utf-8"))
    calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert calls & {"print", "exit", "sys.exit", "date.today", "datetime.now", "time.time", "os.getenv"} == set()
    assert not {"urllib", "socket", "requests", "http.client", "random", "locale"} & set(imported(path))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_file_does_one_thing_and_says_so(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.startswith('"""')
    assert len(text.splitlines()) <= 300


def test_only_the_floor_standard_reads_the_schema() -> None:
    readers = [
        path.relative_to(PACKAGE).as_posix()
        for path in MODULES
        if "schema_folder" in path.read_text("utf-8") and path.parent.name not in ("standard", "cli")
    ]
    assert readers == ["release/descriptions.py"]
