"""Findings to sentences: the words come from the standard, the facts from the finding."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

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
    values = {**finding.values, **({} if finding.value is None else {"value": finding.value})}
    shown = {name: shown_value(value) if show_values else HIDDEN for name, value in values.items()}
    open_to_all = {name: visible(fact) if isinstance(fact, str) else fact for name, fact in finding.facts.items()}
    remarks = {name: visible(remark) for name, remark in finding.remarks.items()} if show_values else {}
    words: Mapping[str, str | int] = {"id": finding.record_id or "", **shown, **open_to_all, **remarks}
    return " ".join(template.format_map(_Words(words)).split())


class _Words(dict[str, "str | int"]):
    """Facts by name; a fact that a finding does not have leaves no gap."""

    def __missing__(self, key: str) -> str:
        return ""


def _visible(char: str) -> str:
    return f"\\u{ord(char):04x}" if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") else char


def _isolated(text: str) -> str:
    rtl = any(unicodedata.bidirectional(char) in ("R", "AL") for char in text)
    return f"{_FIRST_STRONG_ISOLATE}{text}{_POP_ISOLATE}" if rtl else text
