"""The corpus, given to the command again: nothing that once broke it may do so twice."""

from __future__ import annotations

import shutil
from pathlib import Path

from fuzz.campaign import Tally
from fuzz.children import LIMITS, Limits, run
from fuzz.corpus import kept
from fuzz.judge import broken


def replay(corpus: Path, room: Path, limits: Limits = LIMITS) -> Tally:
    """Every file of the corpus validated, for programs and for a person, converted and corrected."""
    tally = Tally()
    for number, (what, file) in enumerate(kept(corpus)):
        folder = room / "replay" / str(number)
        folder.mkdir(parents=True)
        path = folder / file.name
        path.write_bytes(file.data)
        out = str(room / "replay" / f"{number}-out")
        commands = [
            ("validate", "--format", "json", str(path)),
            ("validate", "--format", "text", str(path)),
            ("validate", "--format", "github", str(path)),
            ("convert", str(path), out),
            ("fix", str(path), "--output", f"{out}-fixed"),
        ]
        tally.inputs["corpus"] += 1
        for command, ended in zip(commands, run(commands, room / "child", limits), strict=True):
            tally.add(ended)
            if wrong := broken(command, ended):
                tally.breaks.append(f"{what}: {wrong}; {' '.join(command[:3])}")
    shutil.rmtree(room / "replay", ignore_errors=True)
    return tally
