"""What can be said of one bad cell without repeating its content: what was expected, and what may be meant."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from datetime import date
from functools import cache

from pfds.standard.edtf import EdtfError, parse_edtf
from pfds.standard.model import Field, Standard

_EXPECTED = {
    "id": "an identifier",
    "edtf": "a year, a month, a day or a span in the EDTF profile",
    "date": "a day as YYYY-MM-DD",
    "integer": "a whole number in plain digits",
    "number": "a number in plain digits, with a point before the fraction",
    "boolean": "true or false",
    "duration": "a length of time (ISO 8601)",
    "language": "a language tag (BCP 47)",
    "url": "an address that begins with http:// or https://",
    "hash": "a SHA-256 hash in 64 hexadecimal digits",
}


def cell_facts(standard: Standard, field: Field, rule: str, value: str | None) -> Mapping[str, str | int]:
    """Facts of a finding in one cell that anybody may see."""
    facts: dict[str, str | int] = {
        "field": field.name,
        "expected": expected(field),
        "example": example(field),
    }
    if rule == "cell-code" and field.codelist and value is not None:
        facts |= {
            "codelist": field.codelist,
            "suggestion": did_you_mean(_nearest_code(standard, field.codelist, value)),
        }
    elif rule == "cell-date" and value is not None:
        facts["problem"] = _date_problem(field, value)
    elif rule == "cell-range":
        facts |= {"minimum": _plain(field.minimum), "maximum": _plain(field.maximum)}
    elif rule == "cell-length" and value is not None:
        facts |= {"minimum": field.min_length or 0, "maximum": field.max_length or 0, "length": len(value)}
    elif rule == "cell-control-character" and value is not None and field.forbidden:
        facts["character"] = _character(field.forbidden, value)
    elif rule == "cell-type":
        facts["found"] = "this"
    return facts


def expected(field: Field) -> str:
    """Words for the kind of value that a field takes."""
    return _EXPECTED.get(field.kind, "text without white space at its ends")


def example(field: Field) -> str:
    """The first example of a field as it is written in a cell."""
    value = field.examples[0]
    return str(value).lower() if isinstance(value, bool) else str(value)


def did_you_mean(word: str | None) -> str:
    """A question about the nearest known word, or nothing."""
    return f"Did you mean “{word}”?" if word else ""


def nearest(word: str, known: tuple[str, ...]) -> str | None:
    """The known word nearest to a misspelt one, if any is near."""
    found = difflib.get_close_matches(word[:100], known, n=1, cutoff=0.6)
    return found[0] if found else None


@cache
def _spellings(standard: Standard, codelist: str) -> dict[str, str]:
    codes = standard.codelists[codelist].codes.values()
    return {
        spelling.casefold(): code.code
        for code in codes
        for spelling in (*code.aliases, *code.labels.values(), code.code)
    }


def _nearest_code(standard: Standard, codelist: str, value: str) -> str | None:
    spellings = _spellings(standard, codelist)
    word = nearest(value.strip().casefold(), tuple(spellings))
    return spellings[word] if word else None


def _date_problem(field: Field, value: str) -> str:
    try:
        if field.format == "edtf":
            parse_edtf(value)
        else:
            date.fromisoformat(value)
    except EdtfError as error:
        return error.detail
    except ValueError:
        return "There is no such day in the calendar." if re.fullmatch(field.pattern or "", value) else ""
    return ""


def _character(forbidden: str, value: str) -> str:
    found = re.search(forbidden, value)
    return f"U+{ord(found[0]):04X}" if found else ""


def _plain(number: float | None) -> str:
    return "" if number is None else f"{number:.15g}"
