"""The documentation is true: its commands are run as a newcomer runs them, its links lead somewhere."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pfds.checks.relations import SUPPLIED
from pfds.publish.build import derived_files
from pfds.standard.load import load_standard

ROOT = Path(__file__).parents[1]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "examples").rglob("*.md")]
COMMAND = re.compile(r"```console\n\$ (?P<command>[^\n]+)\n(?P<output>.*?)```", re.DOTALL)
PROGRAM = re.compile(r"```python\n(?P<program>.*?)```", re.DOTALL)
LINK = re.compile(r"\]\((?!https?://)(?P<target>[^)#]+)")
EXAMPLES = [
    pytest.param(match["command"], match["output"], id=match["command"])
    for match in COMMAND.finditer((ROOT / "README.md").read_text("utf-8"))
]


PROGRAMS = [
    pytest.param(match["program"], id=f"{page.name}-{number}")
    for page in sorted((ROOT / "docs").glob("*.md"))
    for number, match in enumerate(
        re.finditer(r"```python\n(?P<program>.*?)```", page.read_text("utf-8"), re.DOTALL), 1
    )
]


def run(command: str) -> str:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "COLUMNS": "80", "LC_ALL": "C.UTF-8"}
    made = subprocess.run(
        ["bash", "-c", command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240
    )
    return made.stdout


@pytest.mark.parametrize(("command", "output"), EXAMPLES)
def test_a_command_of_the_readme_prints_what_the_readme_says(command: str, output: str) -> None:
    printed = run(command)
    for part in output.split("…\n"):
        assert part in printed


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_of_the_docs_runs(program: str) -> None:
    made = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert made.stderr == ""


def test_the_readme_shows_the_two_commands_on_its_first_screen() -> None:
    first_screen = "\n".join((ROOT / "README.md").read_text("utf-8").splitlines()[:40])
    assert "make demo" in first_screen
    assert "make test" in first_screen


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_to_a_file(page: Path) -> None:
    targets = [match["target"] for match in LINK.finditer(page.read_text("utf-8"))]
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_the_page_on_rules_names_every_relation() -> None:
    page = (ROOT / "docs" / "rules.md").read_text("utf-8")
    assert [name for name in SUPPLIED if f"`{name}(" not in page] == []


def test_the_page_on_dependencies_names_every_one() -> None:
    named = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    stated = re.findall(r'^  "([a-z-]+)[\[>=]', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    assert [name for name in stated if name not in named] == []


@pytest.mark.parametrize("path", sorted(ROOT.glob("requirements*.lock")), ids=lambda path: path.name)
def test_a_lock_is_hashed_and_names_no_address(path: Path) -> None:
    lock = path.read_text("utf-8")
    assert "://" not in lock
    assert lock.count("==") > 15
    assert all("--hash=sha256:" in block for block in re.split(r"\n(?=[a-z])", lock.strip()))


def test_counts_in_the_changelog_are_those_of_the_standard() -> None:
    standard = load_standard()
    page = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert f"{len(standard.tables)} tables, {len(standard.codelists)} codelists" in page
    assert derived_files(standard, ROOT / "schema").keys() >= {"datapackage.json", "dictionary.csv", "rules.json"}
