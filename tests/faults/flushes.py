"""Whether what was written is on the disk before it is put in place, and its place is before the command ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from faults.child import run
from faults.points import listing
from faults.strike import Stage

_FSYNC = re.compile(r"^\d+ +f(?:data)?sync\(\d+<(?P<path>[^>]+)>\) += 0")
_RENAME = re.compile(r'^\d+ +rename\w*\((?:AT_FDCWD[^,]*, )?"(?P<old>[^"]+)", (?:AT_FDCWD[^,]*, )?"(?P<new>[^"]+)"')


def unflushed(stage: Stage, room: Path) -> list[str]:
    """What the work puts in place without having flushed it, or without flushing the folder of its name."""
    stage.enter(room)
    ended = run(stage.scene.work(room, stage.shared), room, listing())
    assert ended.code in (0, 1), ended.said
    lines = ended.trace.splitlines()
    renames = [(at, match["old"], match["new"]) for at, match in enumerate(map(_RENAME.match, lines)) if match]
    syncs = [(at, match["path"]) for at, match in enumerate(map(_FSYNC.match, lines)) if match]
    into = [each for each in renames if _is_result(each[2], room)]
    assert into, "nothing was put in place"
    return [wrong for at, old, new in into for wrong in _wrong(syncs, at, old, new)]


def _wrong(syncs: list[tuple[int, str]], at: int, old: str, new: str) -> Iterator[str]:
    before = {path for moment, path in syncs if moment < at}
    target = Path(new)
    parts = [target, *(target.rglob("*") if target.is_dir() else ())]
    for path in parts:
        written = str(Path(old) / path.relative_to(target))
        if written not in before:
            yield f"{written} is put in place and was not flushed"
    if not any(moment > at and path == str(target.parent) for moment, path in syncs):
        yield f"the name {new} was not flushed"


def _is_result(path: str, room: Path) -> bool:
    """Whether readers look there; what is moved into a hidden folder is not yet in place."""
    out = room / "out"
    return Path(path).is_relative_to(out) and not any(p.startswith(".") for p in Path(path).relative_to(out).parts)
