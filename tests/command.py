"""The command `pfds`, run as a user runs it, and what it leaves on the disk."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from pfds.cli import cli

ROOT = Path(__file__).parents[1]
KLOOP = ROOT / "examples" / "kloop-2025"
BIN = Path(sys.executable).parent
PFDS = str(BIN / "pfds")


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        return self.out + self.err


def run(
    *arguments: str | Path,
    cwd: Path | None = None,
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
    seconds: float = 240,
) -> Ran:
    """A program in a process of its own."""
    done = subprocess.run(
        [str(argument) for argument in arguments],
        cwd=cwd,
        input=stdin,
        env={**os.environ, **(env or {})},
        capture_output=True,
        timeout=seconds,
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


def pfds(*arguments: str | Path, stdin: bytes = b"") -> Ran:
    """The command within this process: the same code without the time to start; what it raises is raised here."""
    result = CliRunner().invoke(cli, [str(argument) for argument in arguments], input=stdin)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ran(result.exit_code, result.stdout, result.stderr)


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }
