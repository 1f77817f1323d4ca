"""Words of our languages that stand for a code, or for true and false."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from pfds.standard.folding import fold
from pfds.standard.model import Standard

_YES: Final = [
    "true",
    "yes",
    "да",
    "ооба",
    "sí",
    "oui",
    "نعم",
    "истина",
    "чын",
    "verdadero",
    "vrai",
    "صحيح",
    "صواب",
    "1",
]
_NO: Final = ["false", "no", "нет", "жок", "non", "لا", "ложь", "жалган", "falso", "faux", "خطأ", "0"]
_BOOLEANS: Final = {
    **{fold(word): "true" for word in _YES},
    **{fold(word): "false" for word in _NO},
}


def read_boolean(text: str) -> str | None:
    """`true` or `false`, if a word for one of them in any of our languages."""
    return _BOOLEANS.get(fold(text))


def read_code(standard: Standard, codelist: str, text: str) -> str | None:
    """The one code of a list that has this text as its code, alias or label; case, accents and marks aside.

    None if there is no such code, or if there are several.
    """
    codes = standard.codelists[codelist].codes
    return text if text in codes else _spellings(standard, codelist).get(fold(text))


@cache
def _spellings(standard: Standard, codelist: str) -> Mapping[str, str]:
    """The code of each folded spelling that only one code has; a code itself goes before names of others."""
    codes = standard.codelists[codelist].codes.values()
    named: dict[str, set[str]] = {}
    for code in codes:
        for spelling in (*code.aliases, *code.labels.values()):
            named.setdefault(fold(spelling), set()).add(code.code)
    own: dict[str, set[str]] = {}
    for code in codes:
        own.setdefault(fold(code.code), set()).add(code.code)
    return {
        spelling: next(iter(found))
        for spelling, found in {**named, **own}.items()
        if len(found) == 1 and spelling.strip()
    }
