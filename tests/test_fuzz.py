"""What once broke the toolkit does so no more, and some seconds of new damage do not either (`make fuzz` is longer)."""

import re
import sys
from collections.abc import Iterator
from random import Random
from typing import Final

import pytest

import fuzz.readers
from command import ROOT, run
from fuzz.readers import BEGINNINGS, TARGETS, Cells, _cells

TOKENS: Final = (
    b'"',
    b",",
    b"\r",
    b"\n",
    b";",
    b"\t",
    b"\0",
    b"\xef\xbb\xbf",
    b"{",
    b"]",
    b":",
    b"\\u0000",
    b"1e400",
    b"..",
    b"~",
    b"X",
)


def fuzzed(*arguments: str) -> str:
    ran = run(sys.executable, "-m", "fuzz", *arguments, cwd=ROOT / "tests", seconds=300)
    assert ran.code == 0, ran.said
    return ran.out


def test_the_corpus_and_new_damage_break_nothing() -> None:
    out = fuzzed("--replay", "--inputs", "1", "--seed", "1", "--keep-nothing")
    assert "0 broke the command" in out
    inputs = re.match("([0-9,]+) inputs", out)
    assert inputs
    assert int(inputs[1].replace(",", "")) > 20


def damaged(target: str, number: int, seed: int) -> Iterator[bytes]:
    random = Random(seed)  # noqa: S311 - test data, not secrets
    for _ in range(number):
        data = bytearray(random.choice(BEGINNINGS[target]).encode())
        for _ in range(random.randint(1, 4)):
            place = random.randrange(len(data) + 1)
            data[place : place + random.randint(0, 3)] = random.choice(TOKENS)
        yield bytes(data)


@pytest.mark.parametrize("target", TARGETS)
def test_readers_hold_what_guided_input_asks_of_them(target: str) -> None:
    for text in BEGINNINGS[target]:
        TARGETS[target](text.encode())
    for data in damaged(target, 200, seed=1):
        TARGETS[target](data)


@pytest.mark.parametrize("target", ["csv_file", "json_document", "json_lines"])
def test_a_cell_that_is_altered_is_seen(target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz.readers, "_cells", lambda readings: altered(_cells(readings)))
    with pytest.raises(AssertionError):
        for text in BEGINNINGS[target]:
            TARGETS[target](text.encode())


def altered(tables: dict[str, Cells]) -> dict[str, Cells]:
    return {
        table: [{name: cell and f"{cell}." for name, cell in row.items()} for row in rows]
        for table, rows in tables.items()
    }


@pytest.mark.long
@pytest.mark.parametrize("target", ["csv", "json"])
def test_the_same_seed_gives_the_same_codes(target: str) -> None:
    arguments = ("--inputs", "1", "--seed", "7", "--targets", target, "--keep-nothing")
    first, second = (fuzzed(*arguments).splitlines()[1:3] for _ in range(2))
    assert first == second
