"""The wheel carries the standard: installed anywhere, the command works without the checkout."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with nothing but the installed wheel."""
    folder = tmp_path_factory.mktemp("installed")
    build = ["wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run([*PIP, *build], check=True, capture_output=True)
    (wheel,) = folder.glob("pfds-*.whl")
    subprocess.run([*PIP, "install", "--no-deps", "--target", str(folder / "site"), str(wheel)], check=True)
    return folder / "site"


def pfds(site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = f"import pfds, sys; assert pfds.__file__.startswith({str(site)!r}); from pfds.cli import main; main()"
    environment = {**os.environ, "PYTHONPATH": str(site)}
    return subprocess.run(
        [sys.executable, "-c", command, *arguments], cwd=site, env=environment, capture_output=True, text=True
    )


def test_the_installed_command_validates(site: Path) -> None:
    made = pfds(site, "validate", str(ROOT / "examples" / "submissions" / "minimal"))
    assert (made.returncode, made.stderr) == (0, "")
    assert made.stdout.splitlines()[-1].startswith("Ready")


def test_the_installed_command_releases(site: Path, tmp_path: Path) -> None:
    example = str(ROOT / "examples" / "kloop-2025")
    made = pfds(site, "release", "build", example, "--store", str(tmp_path), "--version", "2025.11.0", "--only-tables")
    assert made.returncode == 0, made.stderr
    assert pfds(site, "release", "verify", str(tmp_path / "2025.11.0")).returncode == 0
