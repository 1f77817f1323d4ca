"""Canaries: values of which each is given out once, so that wherever one turns up its cell is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import cycle
from random import Random
from typing import Final

ALPHABETS: Final = {
    "Latn": "bcdfghjkmnpqrtvwxyz",
    "Cyrl": "бвгджзклмнпрстфхцчшщ",
    "Arab": "بتثجحخدذرزسشصضطظعغفقكلمن",
    "Grek": "αβγδεζηθικλμνξοπρτυφχψω",
    "Hebr": "אבגדהוזחטילמנסעפצקרשת",
    "Geor": "აბგდევზთიკლმნოპჟრსტუფქღყშჩც",
    "Armn": "աբգդեզէըթժիլխծկհձղճմյնշոչպջ",
    "Hani": "安柏成德恩方光海和建金康礼明宁平清仁山思田文希祥新阳永远泽志",
    "Ethi": "ሀለሐመሠረሰሸቀበተቸኀነኘአከኸወዐዘዠየደጀገጠጨጰጸፀፈፐ",
    "Deva": "कखगघचछजझटठडढणतथदधनपफबभमयरलवशषसह",
    "Thai": "กขคงจฉชซญดตถทธนบปผพภมยรลวสหอ",
}
"""Letters that no normal form and no change of case turns into others, without marks."""
LETTERS: Final = 11
PART: Final = 6
"""Letters of which the beginning and the end of a canary are taken for the whole of it."""
_FIRST, _LAST = 1, 28
_MARK: Final = "zq"
"""How a canary in the Latin script begins, and no word of a natural language."""


class Canaries:
    """Gives out values: words in eleven scripts in turn, and days, numbers and durations that occur only once."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._scripts = cycle(ALPHABETS)
        self._given: set[str] = set()
        self._ends: set[str] = set()
        self._runs: set[str] = set()
        self._births = self._days(date(1540, 1, 1), date(1590, 12, 31))
        self._early = self._days(date(1600, 1, 1), date(1799, 12, 31))
        self._late = self._days(date(1801, 1, 1), date(1959, 12, 31))
        self._coming = self._days(date(2026, 1, 2), date(2159, 12, 30))
        self._last = self._days(date(1960, 1, 2), date(2019, 12, 30))

    def word(self, script: str = "") -> str:
        """A word in the script, by default in the next one. No other holds the letters that it begins or ends with."""
        script = script or next(self._scripts)
        head = _MARK if script == "Latn" else ""
        while True:
            word = head + self._letters(ALPHABETS[script], LETTERS - len(head))
            every = {word[at : at + PART] for at in range(LETTERS - PART + 1)}
            ends = {word[:PART], word[-PART:]}
            if not every & self._ends and not ends & self._runs:
                self._ends |= ends
                self._runs |= every
                self._given.add(word)
                return word

    def script(self) -> str:
        """The next script."""
        return next(self._scripts)

    def slug(self) -> str:
        """What an identifier ends with."""
        return self.word("Latn")

    def birth(self) -> str:
        """A day before every early one."""
        return next(self._births)

    def early(self) -> str:
        """A day of the 17th or 18th century."""
        return next(self._early)

    def late(self) -> str:
        """A day after every early one."""
        return next(self._late)

    def last(self) -> str:
        """A day after every late one."""
        return next(self._last)

    def coming(self) -> str:
        """A day after the releases."""
        return next(self._coming)

    def count(self) -> str:
        """A whole number of eight digits."""
        return self._new(lambda: str(self._random.randint(70_000_000, 99_999_999)))

    def amount(self) -> str:
        """A sum of thirteen digits before the point and one after it."""
        return self._new(lambda: f"{self._random.randint(10**12, 9 * 10**12)}.{self._random.randint(1, 9)}")

    def degrees(self, most: int) -> str:
        """Degrees with six digits after the point, the last of which is not zero."""
        return self._new(
            lambda: f"{self._random.randint(11, most)}.{self._random.randint(0, 99999):05}{self._random.randint(1, 9)}"
        )

    def duration(self) -> str:
        """A number of days."""
        return self._new(lambda: f"P{self._random.randint(10_000, 99_999)}D")

    def digest(self) -> str:
        """What looks like a SHA-256."""
        return self._new(lambda: self._letters("0123456789abcdef", 64))

    def _new(self, draw: Callable[[], str]) -> str:
        while (value := draw()) in self._given:
            continue
        self._given.add(value)
        return value

    def _letters(self, alphabet: str, number: int) -> str:
        return "".join(self._random.choices(alphabet, k=number))

    def _days(self, first: date, last: date) -> Iterator[str]:
        """Days between two others, none of them the first or last of a month, which stand for the month."""
        every = (first + timedelta(days=number) for number in range((last - first).days + 1))
        days = [day.isoformat() for day in every if _FIRST < day.day < _LAST]
        self._random.shuffle(days)
        return (self._new(lambda: day) for day in days)  # noqa: B023 - each is called before the next

    @property
    def given(self) -> frozenset[str]:
        """All that were given out so far."""
        return frozenset(self._given)
