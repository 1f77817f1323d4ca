"""Made-up words, sentences and names in three scripts; no word is meant to be one, and nobody bears these names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import polars as pl

_SYLLABLES: Final = {
    "Latn": "ba de fi go lu mar nel or pas quin ra so tev ulm vi xan yor zel čo ške ğa öl éri",
    "Cyrl": "ба ве гол ды ер жу за ин кел лом ма нур ош пра ры сек тай ун фе хол шы эль юр яс өз",
    "Arab": "با تو جي حم در رو زا سل شم صا طي عد غر فا قم كل لو مي نو هد",
}
_HELD_BACK: Final = "zqarn zqeld zqivo zqomb zqudr zqyth zqaal zqept zqirk zqosh"
_LANGUAGES: Final = {"Latn": "en", "Cyrl": "ru", "Arab": "ar"}
_STOP: Final = {"Latn": ".", "Cyrl": ".", "Arab": "؟"}
SCRIPTS: Final = tuple(_SYLLABLES)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Text to draw from in one script: series of strings."""

    script: str
    language: str
    given: pl.Series
    family: pl.Series
    places: pl.Series
    phrases: pl.Series
    plain: pl.Series
    with_comma: pl.Series
    with_quotes: pl.Series


@cache
def lexicons(seed: int) -> tuple[Lexicon, ...]:
    """One lexicon for each script, the same for the same seed."""
    return tuple(_lexicon(script, np.random.default_rng([seed, number])) for number, script in enumerate(SCRIPTS))


@cache
def held_back_names(seed: int) -> pl.Series:
    """Full names made of syllables that no other text uses, for persons whose names are held back."""
    rng = np.random.default_rng([seed, len(SCRIPTS)])
    given, family = (_words(rng, _HELD_BACK, 200) for _ in range(2))
    return pl.Series([f"{one.title()} {other.title()}" for one in given for other in family])


def _lexicon(script: str, rng: np.random.Generator) -> Lexicon:
    words = _words(rng, _SYLLABLES[script], 600)
    titled = [word.title() for word in words]
    drawn, lengths = rng.integers(0, len(words), (2000, 11)), rng.integers(7, 12, 2000)
    sentences = [[words[number] for number in row[:length]] for row, length in zip(drawn, lengths, strict=True)]
    stop = _STOP[script]
    return Lexicon(
        script,
        _LANGUAGES[script],
        pl.Series(titled[:150]),
        pl.Series(titled[150:400]),
        pl.Series(titled[400:500]),
        pl.Series([" ".join(words[:5]).capitalize() for words in sentences]),
        pl.Series([" ".join(words).capitalize() + stop for words in sentences]),
        pl.Series([f"{' '.join(words[:4])}, {' '.join(words[4:])}".capitalize() + stop for words in sentences]),
        pl.Series(
            [f'{" ".join(words[:3])} "{" ".join(words[3:6])}" {" ".join(words[6:])}{stop}' for words in sentences]
        ),
    )


def _words(rng: np.random.Generator, alphabet: str, count: int) -> list[str]:
    """Different words of two to four syllables, in the order drawn."""
    syllables = alphabet.split()
    found: dict[str, None] = {}
    while len(found) < count:
        found["".join(syllables[number] for number in rng.integers(0, len(syllables), rng.integers(2, 5)))] = None
    return list(found)
