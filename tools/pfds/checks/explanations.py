"""What can be said of one bad cell: what was expected, what may be meant, and what repeats its content."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from pfds.intake.local_hints import date_hint
from pfds.standard.edtf import EdtfError, parse_edtf
from pfds.standard.model import Field, Standard
from pfds.standard.phrase import Phrase
from pfds.standard.suggestions import did_you_mean, nearest

MOST_SUGGESTIONS = 100
"""Distinct values of a column, or ids pointed to, for which the nearest known one is looked up."""

_EXPECTED = {
    "id": Phrase("an identifier"),
    "edtf": Phrase("a year, a month, a day or a span in the EDTF profile"),
    "date": Phrase("a day as YYYY-MM-DD"),
    "integer": Phrase("a whole number in plain digits"),
    "number": Phrase("a number in plain digits, with a point before the fraction"),
    "boolean": Phrase("true or false"),
    "duration": Phrase("a length of time (ISO 8601)"),
    "language": Phrase("a language tag (BCP 47)"),
    "url": Phrase("an address that begins with http:// or https://"),
    "hash": Phrase("a SHA-256 hash in 64 hexadecimal digits"),
}

_TEXT = Phrase("text without white space at its ends")

_DATE_PROBLEMS = {
    "form": Phrase("It has none of the forms of a date."),
    "too-long": Phrase("It is too long for a date."),
    "year": Phrase("Years run from 0001 to 9999."),
    "no-such-month": Phrase("Months run from 01 to 12."),
    "no-such-day": Phrase("That month has no such day."),
    "season": Phrase("A season stands alone, not in an interval or a set."),
    "qualifier": Phrase("Dates inside square brackets carry no mark of doubt."),
    "open": Phrase("Only one end may be open."),
    "order": Phrase("The start is after the end."),
}


def cell_facts(
    standard: Standard, field: Field, rule: str, value: str | None, suggest: bool = True
) -> Mapping[str, str | int]:
    """Facts of a finding in one cell that anybody may see; the nearest code only if it is to ``suggest`` one."""
    facts: dict[str, str | int] = {
        "field": field.name,
        "expected": expected(field),
        "example": example(field),
    }
    if rule == "cell-code" and field.codelist and value is not None:
        near = _nearest_code(standard, field.codelist, value) if suggest else None
        facts |= {"codelist": field.codelist, "suggestion": did_you_mean(near[1]) if near else ""}
    elif rule == "cell-date" and value is not None:
        facts["problem"] = _DATE_PROBLEMS[_date_error(field, value).reason]
    elif rule == "cell-range":
        facts |= {"minimum": _plain(field.minimum), "maximum": _plain(field.maximum)}
    elif rule == "cell-length" and value is not None:
        facts |= {"minimum": field.min_length or 0, "maximum": field.max_length or 0, "length": len(value)}
    elif rule == "cell-control-character" and value is not None and field.forbidden:
        facts["character"] = _character(field.forbidden, value)
    elif rule == "cell-type":
        facts["found"] = Phrase("this")
    return facts


def expected(field: Field) -> str:
    """Words for the kind of value that a field takes."""
    return _EXPECTED.get(field.kind, _TEXT)


def example(field: Field) -> str:
    """The first example of a field as it is written in a cell."""
    value = field.examples[0]
    return str(value).lower() if isinstance(value, bool) else str(value)


@cache
def _spellings(standard: Standard, codelist: str) -> dict[str, tuple[str, str]]:
    """Every name of every code, folded: the name itself, and the code."""
    codes = standard.codelists[codelist].codes.values()
    return {
        spelling.casefold(): (spelling, code.code)
        for code in codes
        for spelling in (*code.aliases, *code.labels.values(), code.code)
    }


@lru_cache(maxsize=1 << 10)
def _nearest_code(standard: Standard, codelist: str, value: str) -> tuple[str, str] | None:
    """The name of a code that was nearly written, and the code."""
    spellings = _spellings(standard, codelist)
    word = nearest(value, spellings)
    return spellings[word] if word else None


def cell_remarks(
    standard: Standard, field: Field, rule: str, value: str | None, suggest: bool = True
) -> Mapping[str, str]:
    """Sentences about the cell that repeat some of its content, or a name of a code that looks like it."""
    if value is None:
        return {}
    if rule == "cell-date":
        return {"problem": date_hint(value) or _date_error(field, value).detail}
    asked = rule == "cell-code" and suggest
    near = _nearest_code(standard, field.codelist, value) if asked and field.codelist else None
    if near is None or near[0].casefold() == near[1]:
        return {}
    return {"suggestion": Phrase("Did you mean “{word}”, which is the code “{code}”?", word=near[0], code=near[1])}


def _date_error(field: Field, value: str) -> EdtfError:
    """Why a value is no date of the field; every plain day is a date of the profile too."""
    try:
        parse_edtf(value)
    except EdtfError as error:
        return error
    return EdtfError("form", Phrase("A single day is needed here, as: {example}", example=str(field.examples[0])))


def _character(forbidden: str, value: str) -> str:
    found = re.search(forbidden, value)
    return f"U+{ord(found[0]):04X}" if found else ""


def _plain(number: float | None) -> str:
    return "" if number is None else f"{number:.15g}"
