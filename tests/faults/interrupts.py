"""Ctrl-C at any moment: the old state and exit code 130, or the new state as if nothing had been; never litter."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from faults.child import Ended, run
from faults.scenes import litter, seen
from faults.strike import Stage

_INTERRUPTED = "Interrupted. What was there before is as it was.\n"


def lasting(stage: Stage, room: Path) -> float:
    """Seconds that the work takes undisturbed, the fastest of three times."""
    taken = []
    for _ in range(3):
        stage.enter(room)
        work, begun = stage.scene.work(room, stage.shared), time.monotonic()
        run(work, room)
        taken.append(time.monotonic() - begun)
    return min(taken)


def interrupt(stage: Stage, room: Path, seconds: float, number: signal.Signals = signal.SIGINT) -> tuple[Ended, str]:
    """The work, interrupted so many seconds after it began to listen; how it ended, and what is wrong with that."""
    stage.enter(room)

    def meddle(child: int) -> None:
        while not _listens(child, number):
            time.sleep(0.0005)
        time.sleep(seconds)
        os.kill(child, number)

    ended = run(stage.scene.work(room, stage.shared), room, meddle=meddle)
    return ended, "; ".join(_wrong(stage, room, ended, 128 + number))


def moments(seed: int, seconds: float) -> Iterator[float]:
    """Random moments of a work that takes so many seconds."""
    random = Random(seed)  # noqa: S311 - test data, not secrets
    while True:
        yield random.random() * seconds


def _wrong(stage: Stage, room: Path, ended: Ended, code: int) -> Iterator[str]:
    now = seen(room)
    if ended.code == code:
        if now != stage.old:
            yield "interrupted, and the old state does not stand"
        if not ended.err.endswith(_INTERRUPTED):
            yield f"says {ended.err!r}"
    elif now != stage.new or ended.code not in (0, 1) or ended.err:
        yield f"exit code {ended.code}, the new state is {'' if now == stage.new else 'not '}there; says {ended.said!r}"
    if left := litter(room):
        yield f"litter: {left}"


def _listens(child: int, number: signal.Signals) -> bool:
    """Whether the child has a handler for the signal; or has ended."""
    try:
        status = Path(f"/proc/{child}/status").read_text("ascii")
    except OSError:
        return True
    fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    return fields["State"].startswith("Z") or bool(int(fields["SigCgt"], 16) >> (number - 1) & 1)
