"""Tables and fields found by what people call them: their name, or their label in any of our languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from pfds.standard.folding import fold
from pfds.standard.language import NAMES, load_language
from pfds.standard.messages import in_language
from pfds.standard.model import Standard, Table

LONGEST_SHEET_NAME = 31
"""Letters that Excel allows; a longer label was cut."""


def table_called(standard: Standard, name: str) -> str | None:
    """The table of this name or label, case, accents and marks aside; None if there is none, or are several."""
    return name if name in standard.tables else _tables(standard).get(fold(name))


def fields_called(standard: Standard, table: Table, cells: Sequence[str]) -> list[str | None]:
    """The field that each cell of a header names; None where it names none, or could name several.

    Where languages use the same word for two fields, the language of most of the other cells decides.
    """
    by_language = _fields(standard, table.name)
    folded = [fold(cell) for cell in cells]
    score = Counter({code: sum(word in words for word in folded) for code, words in by_language.items()})
    best = by_language[score.most_common(1)[0][0]]
    own = {fold(name): name for name in table.by_name}
    return [
        cell if cell in table.by_name else own.get(word) or _field(word, by_language.values(), best)
        for cell, word in zip(cells, folded, strict=True)
    ]


def _field(
    word: str, languages: Iterable[Mapping[str, frozenset[str]]], best: Mapping[str, frozenset[str]]
) -> str | None:
    meant = frozenset[str]().union(*(words.get(word, frozenset()) for words in languages))
    if len(meant) > 1:
        meant = best.get(word, meant)
    return next(iter(meant)) if len(meant) == 1 else None


@cache
def _tables(standard: Standard) -> Mapping[str, str]:
    meant: dict[str, set[str]] = {}
    for name in standard.tables:
        meant.setdefault(fold(name), set()).add(name)
    for code in NAMES:
        for name, table in in_language(standard, load_language(code)).tables.items():
            for label in (table.plural, table.title):
                for spelling in (label, label[:LONGEST_SHEET_NAME]):
                    meant.setdefault(fold(spelling), set()).add(name)
    own = {fold(name): name for name in standard.tables}
    return {**{word: next(iter(names)) for word, names in meant.items() if len(names) == 1 and word.strip()}, **own}


@cache
def _fields(standard: Standard, table: str) -> Mapping[str, Mapping[str, frozenset[str]]]:
    """For each language, the fields of each folded label."""
    found: dict[str, dict[str, frozenset[str]]] = {}
    for code in NAMES:
        words = found.setdefault(code, {})
        for field in in_language(standard, load_language(code)).tables[table].by_name.values():
            word = fold(field.title)
            if word.strip():
                words[word] = words.get(word, frozenset()) | {field.name}
    return found
