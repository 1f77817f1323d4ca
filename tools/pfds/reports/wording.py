"""Findings to sentences: the words come from the standard, the facts from the finding."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from string import Formatter
from types import MappingProxyType
from typing import Final

from pfds.standard.findings import Finding, Severity
from pfds.standard.language import Language, load_language
from pfds.standard.messages import in_language
from pfds.standard.model import Standard
from pfds.standard.phrase import Phrase

HIDDEN = Phrase("(hidden)")
SEVERITY: Final = MappingProxyType(
    {
        Severity.ERROR: Phrase("Must fix"),
        Severity.WARNING: Phrase("Please check"),
        Severity.INFO: Phrase("For your information"),
    }
)
_LONGEST_VALUE = 60
_SUGGESTION: Final = "{suggestion}"
FIRST_STRONG_ISOLATE: Final = "\u2068"
POP_ISOLATE: Final = "\u2069"
_CODE: Final = re.compile("`[^`]*`")
_IN_ORDER: Final = f"\u2066\\g<0>{POP_ISOLATE}"
"""What is to be typed is read from left to right in any text."""
"""These two stand around text of another direction; `visible` leaves none that came with the data."""


@dataclass(frozen=True, slots=True)
class Wording:
    """How findings are told: ``standard`` in the words of the ``language``, with or without the values of cells."""

    standard: Standard
    language: Language
    show_values: bool

    def title(self, finding: Finding) -> str:
        """What is wrong, in few words."""
        return self.standard.rules[finding.rule].title

    def message(self, finding: Finding) -> str:
        """One sentence: what is wrong. Without the values it repeats nothing of the data but ids."""
        return self._fill(self.standard.rules[finding.rule].message, finding)

    def fix(self, finding: Finding) -> str:
        """One sentence or two: what to do."""
        return self._fill(self.standard.rules[finding.rule].fix, finding)

    def general_fix(self, finding: Finding) -> str:
        """What to do, without the suggestion that is made for this value only."""
        return self._fill(self.standard.rules[finding.rule].fix.replace(_SUGGESTION, ""), finding)

    def suggestion(self, finding: Finding) -> str:
        """What `fix` says more than `general_fix`: “Did you mean …?”, or nothing."""
        return self._fill(_SUGGESTION, finding) if _SUGGESTION in self.standard.rules[finding.rule].fix else ""

    def say(self, phrase: str) -> str:
        """A phrase of the toolkit in the language."""
        return self.language.say(phrase)

    def _fill(self, template: str, finding: Finding) -> str:
        needed, isolate = _needed(template), self.language.direction == "rtl"
        words: dict[str, str | int] = {"id": finding.record_id or ""} if "id" in needed else {}
        values = {**finding.values, **({} if finding.value is None else {"value": finding.value})}
        for name, value in values.items():
            if name in needed:
                words[name] = shown_value(value, isolate=isolate) if self.show_values else self.say(HIDDEN)
        for name, fact in (*finding.facts.items(), *(finding.remarks.items() if self.show_values else ())):
            if name in needed:
                said = visible(self.say(fact)) if isinstance(fact, str) else fact
                words[name] = _isolated(said, always=True) if isolate and isinstance(said, str) and said else said
        return _sentence(_CODE.sub(_IN_ORDER, template) if isolate else template, tuple(words.items()))


def wording(standard: Standard, language: Language | None = None, *, show_values: bool) -> Wording:
    """Wording in a language, by default in English."""
    spoken = language or load_language("en")
    return Wording(in_language(standard, spoken), spoken, show_values)


def shown_value(text: str, *, isolate: bool = False) -> str:
    """A value of the data for a person: in quotation marks, cut, its direction kept apart, nothing hidden in it.

    ``isolate`` says that all values are to be kept apart, as in a sentence that runs from right to left.
    """
    cut = text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"
    return f"“{_isolated(visible(cut), always=isolate)}”"


def visible(text: str) -> str:
    """Text in which no character is hidden: controls and marks of direction stand as escapes."""
    return text if text.isprintable() else "".join(_visible(char) for char in text)


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


def _isolated(text: str, *, always: bool = False) -> str:
    rtl = any(unicodedata.bidirectional(char) in ("R", "AL") for char in text)
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}" if rtl or always else text
