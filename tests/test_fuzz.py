"""What once broke the toolkit does so no more, and some seconds of new damage do not either (`make fuzz` is longer)."""

import re
import sys

import pytest

from command import ROOT, run


def fuzz(*arguments: str) -> str:
    ran = run(sys.executable, "-m", "fuzz", *arguments, cwd=ROOT / "tests", seconds=300)
    assert ran.code == 0, ran.said
    return ran.out


def test_the_corpus_and_new_damage_break_nothing() -> None:
    out = fuzz("--replay", "--seconds", "4", "--seed", "1", "--keep-nothing")
    assert "0 broke the command" in out
    inputs = re.match("([0-9,]+) inputs", out)
    assert inputs
    assert int(inputs[1].replace(",", "")) > 20


@pytest.mark.long
@pytest.mark.parametrize("target", ["csv", "json"])
def test_the_same_seed_gives_the_same_codes(target: str) -> None:
    arguments = ("--inputs", "1", "--seed", "7", "--targets", target, "--keep-nothing")
    first, second = (fuzz(*arguments).splitlines()[1:3] for _ in range(2))
    assert first == second
