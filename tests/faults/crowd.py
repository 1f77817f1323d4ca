"""Many builders at once on one store: one publishes, and the others say so."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from faults.child import begin, end
from faults.scenes import litter, seen
from faults.strike import Stage


def together(stages: Sequence[Stage], room: Path) -> tuple[list[int], str]:
    """Builders of releases upon the same store, at once; their exit codes, and what is wrong with the outcome.

    Each has a room of its own, in which the results are those of all.
    """
    stages[0].enter(room)
    rooms = [room / f"builder-{number}" for number in range(len(stages))]
    for each in rooms:
        each.mkdir()
        (each / "out").symlink_to(room / "out")
    works = [stage.scene.work(each, stage.shared) for stage, each in zip(stages, rooms, strict=True)]
    children = [begin(work, each) for work, each in zip(works, rooms, strict=True)]
    ended = [end(child, each) for child, each in zip(children, rooms, strict=True)]
    same = all(stage.new == stages[0].new for stage in stages)
    wrong = [one.said for one in ended if one.code not in ((0,) if same else (0, 3)) or "Traceback" in one.err]
    if sum("built" in one.out for one in ended) != 1:
        wrong.append(f"not one has published: {[one.said for one in ended]}")
    if seen(room) not in [stage.new for stage in stages]:
        wrong.append("the store has none of the new states")
    wrong += [f"litter: {left}" for each in rooms if (left := litter(each))]
    return [one.code for one in ended], "; ".join(wrong)
