"""One run of the fuzzer: batches of damaged files, each given to the command; what breaks it is made small and kept."""

from __future__ import annotations

import itertools
import shutil
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from fuzz.children import LIMITS, Ended, Limits, run
from fuzz.corpus import keep
from fuzz.damage import damaged, damaged_file
from fuzz.edits import Edited, damaged_releases
from fuzz.judge import broken
from fuzz.shrink import shrunk
from fuzz.sound import IN_ONE_FOLDER, RELEASE, File, sound_files

_TOGETHER = 10
"""Files of one form, each a whole submission, in one command."""
_COPIES = 1
"""Files of each table in one command, each in a folder of its own."""
_FORMATS = ("json", "text", "json", "html", "json", "csv", "json", "sarif", "json", "junit", "json", "github")
_TOLD_EVERY = 5
"""Rounds after which the totals so far are told, with the number of the next round."""
_ENDS_OF_CONVERTED = ("", ".zip", ".json", ".xlsx")


@dataclass(slots=True)
class Tally:
    """What a run gave: damaged inputs by form, commands by exit code, the worst of time and memory, what broke."""

    inputs: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    seconds: float = 0
    memory: int = 0
    breaks: list[str] = field(default_factory=list)
    next_round: int = 0

    def add(self, ended: Ended) -> None:
        """Count one command."""
        self.codes[str(ended.code)] += 1
        self.seconds = max(self.seconds, ended.seconds)
        self.memory = max(self.memory, ended.memory)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run does: its seed, when it ends (seconds, inputs, or both), the forms, where it works, where it keeps
    what breaks the command (None: nowhere), and the number of its first round."""

    seed: int
    seconds: float
    inputs: int
    targets: Sequence[str]
    room: Path
    corpus: Path | None
    limits: Limits = LIMITS
    start: int = 0


@dataclass(frozen=True, slots=True)
class _Given:
    """A command, what it was given (damaged files of a form, or an edited release), and where its numbers came from."""

    command: tuple[str, ...]
    source: str
    target: str
    files: Sequence[File] = ()
    edit: Edited | None = None


def campaign(plan: Plan) -> Tally:
    """Round after round, each in one child and with random numbers of its own, until time or number is reached."""
    tally, end = Tally(), time.monotonic() + plan.seconds
    numbers = itertools.count(plan.start)
    while time.monotonic() < end and tally.inputs.total() < plan.inputs:
        number = next(numbers)
        for folder in ("given", "made", "edited"):
            shutil.rmtree(plan.room / folder, ignore_errors=True)
        (plan.room / "made").mkdir(parents=True)
        given = [each for target in plan.targets for each in _round(plan, tally, target, number)]
        commands = [each.command for each in given]
        for each, ended in zip(given, run(commands, plan.room / "child", plan.limits), strict=True):
            tally.add(ended)
            (_look_at_release if each.edit else _look_at_files)(plan, tally, each, ended)
        tally.next_round = number + 1
        if tally.next_round % _TOLD_EVERY == 0:
            told = f"{tally.inputs.total():,} inputs, {len(tally.breaks)} broke the command; next round {number + 1}"
            print(told, flush=True)
    return tally


def _round(plan: Plan, tally: Tally, target: str, number: int) -> Iterator[_Given]:
    source = f"{plan.seed}/{number}/{target}"
    chance = Random(source)  # noqa: S311 - test data, not secrets
    if target == RELEASE:
        edits = damaged_releases(plan.room, chance)
        tally.inputs[RELEASE] += len(edits)
        for edit in edits:
            yield _Given(("release", "verify", str(edit.folder)), source, target, edit=edit)
        return
    files = _batch(target, chance)
    tally.inputs[target] += len(files)
    folder = plan.room / "given" / target
    for command in _commands(target, _laid(folder, files), number, plan.room):
        yield _Given(command, source, target, files)


def _look_at_release(plan: Plan, tally: Tally, given: _Given, ended: Ended) -> None:
    edit = given.edit
    what = broken(given.command, ended)
    if what is None and ended.code == 0 and edit and not edit.may_pass:
        what = "an edit that is not seen"
    if what and edit and _again(given.command, plan, ended):
        tally.breaks.append(f"{given.source}: {what}: {edit.told}")


def _look_at_files(plan: Plan, tally: Tally, given: _Given, ended: Ended) -> None:
    command = given.command
    if what := broken(command, ended):
        culprits = [file for file in given.files if _alone(given.target, file, command, plan)]
        for file in culprits:
            tally.breaks.append(f"{given.source} {file.name}: {what}; {' '.join(command[:3])}")
            _keep(plan, given.target, file, command)
        if not culprits and _together(given.target, given.files, command, plan):
            tally.breaks.append(f"{given.source}, all together: {what}; {' '.join(command[:3])}")
    elif ended.code == 2:
        _one_by_one(plan, tally, given)


def _one_by_one(plan: Plan, tally: Tally, given: _Given) -> None:
    """Files of a command that refused to open one of them, so that the others were not looked at."""
    for file in given.files if given.command[0] == "validate" else ():
        if what := _alone(given.target, file, given.command, plan):
            tally.breaks.append(f"{given.source} {file.name}: {what}; {' '.join(given.command[:3])}")
            _keep(plan, given.target, file, given.command)


def _batch(target: str, chance: Random) -> list[File]:
    if target in IN_ONE_FOLDER:
        tables = sound_files(target) * _COPIES
        made = [damaged_file(target, file, chance) for file in tables]
        return [File(f"{place % _COPIES}/{file.name}", file.data) for place, file in enumerate(made)]
    made = [damaged(target, chance) for _ in range(_TOGETHER)]
    return [File(f"{number}-{file.name}", file.data) for number, file in enumerate(made)]


def _laid(folder: Path, files: Sequence[File]) -> list[Path]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for file in files:
        (folder / file.name).parent.mkdir(exist_ok=True)
        (folder / file.name).write_bytes(file.data)
    return [folder / file.name for file in files]


def _commands(target: str, paths: Sequence[Path], number: int, room: Path) -> Iterator[tuple[str, ...]]:
    """The batch validated, and now and then also converted and corrected."""
    given = _paths(target, paths)
    form = _FORMATS[(number + len(target)) % len(_FORMATS)]
    yield ("validate", "--format", form, *given)
    if number % 3 == len(target) % 3:
        out = room / "made" / f"{target}{_ENDS_OF_CONVERTED[number // 3 % len(_ENDS_OF_CONVERTED)]}"
        yield ("convert", given[0], str(out))
    if number % 6 == len(target):
        yield ("fix", given[0], "--output", str(room / "made" / f"{target}-fixed"))


def _paths(target: str, paths: Sequence[Path]) -> tuple[str, ...]:
    """What the command is given: folders of tables, or files that are whole submissions."""
    return tuple(dict.fromkeys(str(path.parent if target in IN_ONE_FOLDER else path) for path in paths))


def _alone(target: str, file: File, command: Sequence[str], plan: Plan) -> str | None:
    """What one file by itself breaks, with the verb and format of a command; None if nothing, or only now and then."""
    return _together(target, [file], command, plan)


def _together(target: str, files: Sequence[File], command: Sequence[str], plan: Plan) -> str | None:
    folder = plan.room / "alone"
    paths = _laid(folder, files)
    given = _paths(target, paths)
    alone = _same_verb(command, given, plan.room)
    (ended,) = run([alone], plan.room / "child", plan.limits)
    return broken(alone, ended) if _again(alone, plan, ended) else None


def _same_verb(command: Sequence[str], given: Sequence[str], room: Path) -> tuple[str, ...]:
    if command[0] == "validate":
        return (*command[:3], *given)
    shutil.rmtree(room / "again", ignore_errors=True)
    (room / "again").mkdir()
    out = str(room / "again" / Path(command[-1]).name)
    return (command[0], given[0], out) if command[0] == "convert" else (command[0], given[0], "--output", out)


def _again(command: Sequence[str], plan: Plan, ended: Ended) -> bool:
    """Whether a command that took too long does so again: the machine may have been busy with others."""
    if not ended.stopped:
        return True
    return all(run([command], plan.room / "child", plan.limits)[0].stopped for _ in range(2))


def _keep(plan: Plan, target: str, file: File, command: Sequence[str]) -> None:
    what = _alone(target, file, command, plan)
    if plan.corpus is None or what is None:
        return

    def still(data: bytes) -> bool:
        return _alone(target, File(file.name, data), command, plan) == what

    keep(plan.corpus, what, File(file.name.split("-")[-1].split("/")[-1], shrunk(file.data, still)))
