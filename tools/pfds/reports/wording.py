"""Findings to sentences: the words come from the standard, the facts from the finding."""

from __future__ import annotations

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
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


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

    def say(self, phrase: str) -> str:
        """A phrase of the toolkit in the language."""
        return self.language.say(phrase)

    def _fill(self, template: str, finding: Finding) -> str:
        needed = _needed(template)
        words: dict[str, str | int] = {"id": finding.record_id or ""} if "id" in needed else {}
        values = {**finding.values, **({} if finding.value is None else {"value": finding.value})}
        for name, value in values.items():
            if name in needed:
                words[name] = shown_value(value) if self.show_values else self.say(HIDDEN)
        for name, fact in (*finding.facts.items(), *(finding.remarks.items() if self.show_values else ())):
            if name in needed:
                words[name] = visible(self.say(fact)) if isinstance(fact, str) else fact
        return _sentence(template, tuple(words.items()))


def wording(standard: Standard, language: Language | None = None, *, show_values: bool) -> Wording:
    """Wording in a language, by default in English."""
    spoken = language or load_language("en")
    return Wording(in_language(standard, spoken), spoken, show_values)


def shown_value(text: str) -> str:
    """A value of the data for a person: in quotation marks, cut, its direction kept apart, nothing hidden in it."""
    cut = text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"
    return f"“{_isolated(visible(cut))}”"


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


def _isolated(text: str) -> str:
    rtl = any(unicodedata.bidirectional(char) in ("R", "AL") for char in text)
    return f"{_FIRST_STRONG_ISOLATE}{text}{_POP_ISOLATE}" if rtl else text
