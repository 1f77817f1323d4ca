"""JSON values as the text that a CSV cell would hold, or the reason why a field refuses them."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from pfds.intake.limits import SHOWN_VALUE
from pfds.intake.problems import TYPE_WORDS
from pfds.standard.numbers import decimal_text, survives_as_float
from pfds.standard.phrase import Phrase

MAX_DIGITS: Final = 400


@dataclass(frozen=True, slots=True)
class Unusual:
    """A value that Python's JSON reader accepts or cannot hold: `NaN`, or a number with very many digits."""

    text: str
    is_json: bool


class Repeated(dict[str, Any]):
    """An object in which ``keys_repeated`` stand more than once."""

    keys_repeated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a value does not fit: words for what was expected and found."""

    expected: str
    found: str


def decoder() -> json.JSONDecoder:
    """A decoder that loses nothing: repeated keys, long numbers and constants are kept recognisable."""
    return json.JSONDecoder(
        object_pairs_hook=_object, parse_int=_whole, parse_float=_fraction, parse_constant=_constant
    )


def passing_decoder() -> json.JSONDecoder:
    """A decoder that is quicker, to find where a value ends; repeated keys and the digits of fractions are lost."""
    return json.JSONDecoder(parse_int=_whole, parse_constant=_constant)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    seen: dict[str, int] = {}
    for key, _ in pairs:
        seen[key] = seen.get(key, 0) + 1
    repeated = Repeated(plain)
    repeated.keys_repeated = tuple(key for key, times in seen.items() if times > 1)
    return repeated


def _fraction(digits: str) -> float | Unusual:
    number = float(digits)
    return number if math.isinf(number) or survives_as_float(digits) else Unusual(digits, is_json=True)


def _whole(digits: str) -> int | Unusual:
    return int(digits) if len(digits) <= MAX_DIGITS else Unusual(digits, is_json=True)


def _constant(name: str) -> Unusual:
    return Unusual(name, is_json=False)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _boolean(value: object) -> str | None:
    return str(value).lower() if isinstance(value, bool) else None


def _number(value: object) -> str | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Unusual):
        return value.text if value.is_json else None
    return decimal_text(value) if isinstance(value, float) and math.isfinite(value) else None


def _integer(value: object) -> str | None:
    return None if isinstance(value, float) and not value.is_integer() else _number(value)


_TEXTS: Final[dict[str, Callable[[object], str | None]]] = {
    "string": _text,
    "boolean": _boolean,
    "number": _number,
    "integer": _integer,
}


def cell_text(value: object, json_type: str) -> str | Refusal:
    """Text of ``value`` for a field of ``json_type``."""
    text = _TEXTS[json_type](value)
    return Refusal(TYPE_WORDS[json_type], _found(value)) if text is None else text


def _found(value: object) -> str:  # noqa: PLR0911 - one line for each kind of value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return Phrase("true or false")
    if isinstance(value, float) and math.isinf(value):
        return Phrase("a number that is too large")
    if isinstance(value, float) and not value.is_integer():
        return Phrase("a number with decimals")
    if isinstance(value, (int, float, Unusual)):
        return Phrase("a number")
    if isinstance(value, str):
        return Phrase("text")
    return Phrase("a list") if isinstance(value, list) else Phrase("an object")


def json_text(value: object) -> str:
    """JSON text of a value, cut so that it can stand in a report."""
    try:
        text = json.dumps(value, ensure_ascii=False, default=lambda unusual: unusual.text)
    except RecursionError:
        return "…"
    return text[:SHOWN_VALUE].encode("utf-8", "replace").decode("utf-8")
