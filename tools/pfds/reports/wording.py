"""Findings to sentences: the words come from the standard, the facts from the finding."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from string import Formatter

from pfds.standard.findings import Finding
from pfds.standard.model import Standard

HIDDEN = "(hidden)"
_LONGEST_VALUE = 60
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


def message(standard: Standard, finding: Finding, show_values: bool) -> str:
    """One sentence: what is wrong. Without ``show_values`` it repeats nothing of the data but ids."""
    return _fill(standard.rules[finding.rule].message, finding, show_values)


def fix(standard: Standard, finding: Finding, show_values: bool) -> str:
    """One sentence or two: what to do."""
    return _fill(standard.rules[finding.rule].fix, finding, show_values)


def shown_value(text: str) -> str:
    """A value of the data for a person: in quotation marks, cut, its direction kept apart, nothing hidden in it."""
    cut = text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"
    return f"“{_isolated(visible(cut))}”"


def visible(text: str) -> str:
    """Text in which no character is hidden: controls and marks of direction stand as escapes."""
    return text if text.isprintable() else "".join(_visible(char) for char in text)


def _fill(template: str, finding: Finding, show_values: bool) -> str:
    needed = _needed(template)
    words: dict[str, str | int] = {"id": finding.record_id or ""} if "id" in needed else {}
    values = {**finding.values, **({} if finding.value is None else {"value": finding.value})}
    for name, value in values.items():
        if name in needed:
            words[name] = shown_value(value) if show_values else HIDDEN
    for name, fact in (*finding.facts.items(), *(finding.remarks.items() if show_values else ())):
        if name in needed:
            words[name] = visible(fact) if isinstance(fact, str) else fact
    return _sentence(template, tuple(words.items()))


@cache
def _needed(template: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name)


@lru_cache(maxsize=1000)
def _sentence(template: str, words: tuple[tuple[str, str | int], ...]) -> str:
    """The template with its words; one for which there is no word leaves no gap."""
    absent = dict.fromkeys(_needed(template), "")
    return " ".join(template.format_map({**absent, **dict(words)}).split())


def _visible(char: str) -> str:
    return f"\\u{ord(char):04x}" if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") else char


def _isolated(text: str) -> str:
    rtl = any(unicodedata.bidirectional(char) in ("R", "AL") for char in text)
    return f"{_FIRST_STRONG_ISOLATE}{text}{_POP_ISOLATE}" if rtl else text
