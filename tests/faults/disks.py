"""Disks that are too small, or cannot be written: tmpfs of every size, and mounts that are read-only."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from faults.child import Ended, run
from faults.scenes import linked, litter, seen
from faults.strike import Stage

_ROOMY = "64m"


def can_mount(place: Path) -> bool:
    """Whether disks can be mounted here."""
    place.mkdir(exist_ok=True)
    if os.geteuid() != 0 or _mount("-t", "tmpfs", "-o", "size=1m", "tmpfs", place) != 0:
        return False
    _mount_off(place)
    return True


def on_small_disk(stage: Stage, room: Path, kibibytes: int, which: str) -> tuple[Ended, str]:
    """The work with the results (``which`` is "out") or the temporary files ("tmp") on a disk with so much room left.

    Returns how it ended, and what is wrong with that or with the same work once there is room.
    """
    shutil.rmtree(room, ignore_errors=True)
    given = stage.shared / "given" / stage.scene.given
    (room / which).mkdir(parents=True)
    if which == "tmp":
        linked(given, room / "out")
    with _disk(room / which):
        if which == "out":
            shutil.copytree(given, room / "out", dirs_exist_ok=True)
        _leave(room / which, kibibytes)
        ended = run(stage.scene.work(room, stage.shared), room)
        wrong = [*_wrong(stage, room, ended)]
        (room / which / ".filler").unlink()
        if not wrong and seen(room) != stage.new:
            again = run(stage.scene.work(room, stage.shared), room)
            wrong += [] if seen(room) == stage.new else [f"AGAIN: {again.code} {again.said}"]
    return ended, "; ".join(wrong)


def read_only(stage: Stage, room: Path, which: str) -> tuple[Ended, str]:
    """The work with a folder that is mounted read-only; how it ended, and what is wrong with that."""
    stage.enter(room)
    (room / "tmp").mkdir(exist_ok=True)
    _mount("--bind", room / which, room / which)
    _mount("-o", "remount,ro,bind", room / which)
    try:
        ended = run(stage.scene.work(room, stage.shared), room)
        return ended, "; ".join(_wrong(stage, room, ended))
    finally:
        _mount_off(room / which)


def _wrong(stage: Stage, room: Path, ended: Ended) -> Iterator[str]:
    now = seen(room)
    if now != (stage.new if ended.code in (0, 1) else stage.old):
        yield f"exit code {ended.code}, and {'old' if now == stage.old else 'new' if now == stage.new else 'HALF'}"
    if ended.code not in (0, 1, 2) or "defect" in ended.err or "Traceback" in ended.err:
        yield f"exit code {ended.code}: {ended.said}"
    if left := [path for path in litter(room) if not path.endswith("/.filler")]:
        yield f"litter: {left}"


@contextmanager
def _disk(place: Path) -> Iterator[None]:
    assert _mount("-t", "tmpfs", "-o", f"size={_ROOMY}", "tmpfs", place) == 0
    try:
        yield
    finally:
        _mount_off(place)


def _leave(place: Path, kibibytes: int) -> None:
    room = os.statvfs(place)
    (place / ".filler").write_bytes(bytes(max(room.f_bavail * room.f_frsize - kibibytes * 1024, 0)))


def _mount(*arguments: str | Path) -> int:
    return subprocess.run(["mount", *map(str, arguments)], capture_output=True).returncode


def _mount_off(place: Path) -> None:
    subprocess.run(["umount", "--lazy", str(place)], check=True)
