"""A part of `make mutants`: what is changed, that it is noticed or told, and that no explanation is out of date."""

import os
import re
import sys
from pathlib import Path

import pytest

from command import run
from mutants.__main__ import ordered
from mutants.areas import AREAS
from mutants.child import Fate
from mutants.explained import gone, not_as_listed, read_explained
from mutants.sites import mutants

TESTS = Path(__file__).parent


def changes(source: str) -> list[str]:
    """What the mutants of a module have in place of its lines."""
    found = [mutant.change for mutant in mutants("made.py", source)]
    return ["\n".join(line[2:] for line in change.splitlines() if line.startswith("+")) for change in found]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = a < b", ["x = a <= b", "x = a >= b"]),
        ("x = a is b", ["x = a is not b"]),
        ("x = a and b", ["x = a or b", "x = b", "x = a"]),
        ("x = not a", ["x = a"]),
        ("x = a + 1", ["x = a - 1", "x = a + 2"]),
        ("x = a / b", ["x = a"]),
        ("x = True", ["x = False"]),
        ("x = 'text'", ["x = ''"]),
        ("x = f(a, b, c=d)", ["x = f(b, a, c=d)", "x = f(a, c=d)", "x = f(a, b)"]),
        ("x = sorted(a)", ["x = a"]),
        ("x = [a for a in b if a]", ["x = [a for a in b]", "x = [a for a in b if not a]"]),
        ("x = (*a, b)", ["x = (b,)", "x = (*a,)"]),
        ("if a:\n    pass", ["if not a:"]),
        ("f(a)", ["pass"]),
        ("def f():\n    return a", ["return None"]),
        ("def f():\n    raise a", ["pass"]),
        ("with a:\n    b = c", ["if True:"]),
        (
            "try:\n    a\nexcept (B, C):\n    d = e",
            ["pass", "except (B, C):\n    raise", "except (C,):", "except (B,):"],
        ),
        ("@a\ndef f():\n    pass", ["def f():"]),
        ("x = 'SELECT a FROM b WHERE c AND d'", ["x = ''", "x = 'SELECT a FROM b WHERE c OR d'"]),
        ("x = f'SELECT a WHERE {b} IS NULL'", ["x = ''", "x = f'SELECT a WHERE {b} IS NOT NULL'"]),
    ],
)
def test_one_thing_is_changed_at_a_time(source: str, expected: list[str]) -> None:
    assert changes(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        '"""Text."""',
        "import a",
        "def f(a: 'b') -> 'c':\n    '''Text.'''",
        "@dataclass(frozen=True)\nclass A:\n    pass",
    ],
)
def test_what_decides_nothing_is_not_changed(source: str) -> None:
    assert [change for change in changes(source) if change != "class A:"] == []


@pytest.mark.parametrize("area", AREAS)
def test_every_explained_mutant_is_one_of_the_code(area: str) -> None:
    explained = read_explained(area)
    assert gone(explained, ordered(AREAS[area])) == []


def test_survivors_that_nobody_explained_and_explained_ones_that_died_are_told() -> None:
    one, two, three = mutants("made.py", "x = a < b\ny = not a")
    fates = {one: Fate.SURVIVED, two: Fate.UNTESTED, three: Fate.KILLED}
    explained = {one.key: "why", three.key: "why"}
    assert not_as_listed(explained, fates) == [f"untested: {two.told}", f"listed, but killed: {three.told}"]
    assert not_as_listed({one.key: "why", two.key: "why"}, fates) == []


def test_mutants_die_of_a_failing_test_and_others_are_told() -> None:
    """Of the manifest all that are drawn are killed by its tests, which do not execute the code of versions."""
    chosen = ("--module", "release/manifest.py", "--module", "release/versions.py", "--test", "test_manifest.py")
    ran = run(sys.executable, "-B", "-m", "mutants", "--area", "store", *chosen, "--draw", "12", "--seed", "22",
              env={"PYTHONPATH": f"{TESTS}{os.pathsep}{TESTS.parent / 'tools'}", "PYTHONHASHSEED": "0"})  # fmt: skip
    assert ran.code == 1, ran.said
    assert re.search(
        r"store: 12 of [0-9,]+ mutants of 15 modules: 11 killed, 0 timeout, 0 outside, 0 survived", ran.out
    )
    assert re.search(r"untested: tools/pfds/release/versions\.py:[0-9]+, \w+\n- .*\n\+ ", ran.out), ran.said
