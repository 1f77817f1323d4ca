"""One run of a program in a process of its own: time, memory, temporary disk, exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.standard import ROOT

_LAUNCHER: Final = Path(__file__).with_name("launcher.py")
_POLL_SECONDS: Final = 0.05
_LONGEST_LINE: Final = 2000


@dataclass(frozen=True, slots=True)
class Run:
    """What one process took: seconds of wall clock and processor, exit code, peak MB of memory and temporary files.

    ``answered`` is false if nothing came on standard output, as when a program broke down; ``said`` is the last line
    on standard error.
    """

    wall: float
    cpu: float
    memory: float
    code: int
    disk: float
    defects: int | None
    answered: bool
    said: str


def run_once(command: Sequence[str], scratch: Path) -> Run:
    """Runs the command in an empty folder that is also its folder for temporary files; its output is not kept."""
    with tempfile.TemporaryDirectory(dir=scratch) as said, tempfile.TemporaryDirectory(dir=scratch) as folder:
        result, out, err = (Path(said) / name for name in ("result.json", "out", "err"))
        launch = [sys.executable, "-S", "-E", str(_LAUNCHER), str(result), str(out), str(err), *command]
        disk = _DiskWatch(Path(folder))
        subprocess.run(launch, cwd=folder, env=_environment(folder), check=True)
        most = disk.stop()
        took = json.loads(result.read_text("utf-8"))
        return Run(
            **took,
            disk=round(most / 1e6, 1),
            defects=_defects(out),
            answered=out.stat().st_size > 0,
            said=_last_line(err),
        )


def _environment(folder: str) -> dict[str, str]:
    """As a user has it: what Python compiles of modules is kept, theirs and ours."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "TMPDIR": folder, "PYTHONPATH": str(ROOT)}


class _DiskWatch:
    """The most bytes that a folder held at once, looked at every twentieth of a second."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._most = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> int:
        self._over.set()
        self._thread.join()
        self._look()
        return self._most

    def _watch(self) -> None:
        while not self._over.wait(_POLL_SECONDS):
            self._look()

    def _look(self) -> None:
        self._most = max(self._most, _size(self._folder))


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except FileNotFoundError:
            continue
    return total


def _defects(out: Path) -> int | None:
    """The number a peer says on its one line of output; our own reports are longer and are not read."""
    with out.open("rb") as file:
        line = file.read(_LONGEST_LINE)
    try:
        found = json.loads(line)["defects"]
    except (ValueError, KeyError, TypeError):
        return None
    return int(found)


def _last_line(err: Path) -> str:
    with err.open("rb") as file:
        file.seek(max(0, err.stat().st_size - _LONGEST_LINE))
        lines = file.read().decode("utf-8", "replace").strip().splitlines()
    return lines[-1].replace(f"{ROOT}/", "") if lines else ""
