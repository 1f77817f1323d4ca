"""One fault at a time: the work under it, what is left, and the same work again without a fault."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from faults.child import Ended, command, run
from faults.points import OF_THE_KERNEL, Point, listing, occurrences
from faults.scenes import Scene, State, linked, litter, seen

_SOUND = frozenset({0, 1, 2, 3})
_LEFT_BY_KILLS = re.compile(r"(tmp/pfds-|out/(store/)?\.)[^/]+|tmp/[a-z0-9_]{8}$")
"""What a killed command leaves; the last is the file with which Python tries a folder for temporary files."""
_CLEARS_UP = re.compile(r"unlink|rmdir|O_DIRECTORY|getdents|fstat|lstat|statx")
_AS_IT_WAS = "What is published there is as it was."


@dataclass(frozen=True, slots=True)
class Stage:
    """A scene that was played once without faults: what readers see before and after it, and its calls."""

    scene: Scene
    shared: Path
    old: State
    new: State
    calls: list[tuple[str, int]]

    def enter(self, room: Path) -> Path:
        """A new room with what is given."""
        shutil.rmtree(room, ignore_errors=True)
        linked(self.shared / "given" / self.scene.given, room / "out")
        return room


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a fault: whether it struck, how the work ended under it and again, and what is wrong with that."""

    struck: bool
    under: Ended
    again: Ended
    wrong: tuple[str, ...]


def staged(scene: Scene, shared: Path, room: Path) -> Stage:
    """Plays the scene undisturbed, once for its outcome and once for its calls."""
    stage = Stage(scene, shared, {}, {}, [])
    old = seen(stage.enter(room))
    ended = run(scene.work(room, shared), room)
    assert ended.code in (0, 1), ended.said
    assert litter(room) == []
    new = seen(room)
    stage.enter(room)
    traced = run(scene.work(room, shared), room, listing())
    assert seen(room) == new, "A second run writes something else."
    return Stage(scene, shared, old, new, occurrences(traced.trace, str(room)))


def strike(stage: Stage, point: Point, room: Path, *, verify: bool = False) -> Outcome:
    """The work under one fault, and once more. ``verify`` has the command judge the store in between, too."""
    stage.enter(room)
    under = run(stage.scene.work(room, stage.shared), room, point.tracing)
    injected = [line for line in under.trace.splitlines() if "INJECTED" in line]
    struck = bool(injected) or under.code == -9
    if injected and all(OF_THE_KERNEL.search(line) for line in injected):
        return Outcome(struck=False, under=under, again=under, wrong=())
    wrong = [*_state(stage, room, under), *_ending(point, under), *_left(point, room, under)]
    if verify and (room / "out" / "store" / "index.json").exists():
        verdict = run(command("release", "verify", room / "out" / "store"), room)
        wrong += [f"verify: {verdict.said}"] if verdict.code else []
    again = run(stage.scene.work(room, stage.shared), room) if not _is_there(stage, room) else Ended(0, "", "")
    wrong += _repeated(stage, room, again)
    return Outcome(struck, under, again, tuple(wrong))


def _is_there(stage: Stage, room: Path) -> bool:
    """Whether a new file or folder is complete, so that the command would refuse to write it again."""
    return not stage.old and seen(room) == stage.new and not (room / "out" / "store").exists()


def _state(stage: Stage, room: Path, under: Ended) -> Iterator[str]:
    now = seen(room)
    if stage.scene.stepwise:
        sound = now.items() >= stage.old.items() and now.items() <= stage.new.items()
    else:
        sound = now in (stage.old, stage.new) or (stage.scene.reports and _is_report(now))
    if not sound:
        yield f"HALF: {sorted(path for path in now.keys() | stage.new.keys() if now.get(path) != stage.new.get(path))}"
    if under.code == 1 and now != stage.old and not stage.scene.reports:
        yield "the exit code is 1, and the old state does not stand"
    if under.code == 0 and now != stage.new:
        yield "the exit code is 0, and the new state is not there"
    if _AS_IT_WAS in under.err and now != stage.old:
        yield "says that all is as it was, and it is not"


def _is_report(now: State) -> bool:
    """Whether the report is complete, if another one: it tells what could not be read."""
    try:
        return all("findings" in json.loads(data) for data in now.values())
    except ValueError:
        return False


def _ending(point: Point, under: Ended) -> Iterator[str]:
    if point.kind == "KILL" and under.code == -9:
        return
    if under.code not in _SOUND:
        yield f"exit code {under.code}"
    if "Traceback" in under.err or "defect" in under.err:
        yield f"no sentence: {under.err.strip().splitlines()[-1]}"
    if under.code == 0 and "sync" in point.call and point.kind != "EINTR" and "INJECTED" in under.trace:
        yield "the exit code is 0, and it was not flushed"


def _left(point: Point, room: Path, under: Ended) -> Iterator[str]:
    left = litter(room)
    if point.kind == "KILL" and under.code == -9:
        left = [path for path in left if not _LEFT_BY_KILLS.match(path)]
    elif any(_CLEARS_UP.search(line) for line in under.trace.splitlines() if "INJECTED" in line):
        return
    if left:
        yield f"litter: {left}"


def _repeated(stage: Stage, room: Path, again: Ended) -> Iterator[str]:
    if again.code not in ((0, 1) if stage.scene.reports else (0,)):
        yield f"AGAIN: {again.code} {again.said}"
    if seen(room) != stage.new:
        yield "AGAIN: the new state is not there"
    if left := [path for path in litter(room) if path.startswith("out/store/")]:
        yield f"AGAIN: still there: {left}"
