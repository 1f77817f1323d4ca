"""Numbers as text: one spelling for each, the one that a release writes."""

from __future__ import annotations

from decimal import Decimal


def decimal_text(number: float | str) -> str:
    """A finite number in plain digits: no exponent, no needless fraction, no sign before zero.

    Of a float the shortest text that gives it back: 5, 0.1, 0.0000001; of the text of a number all its digits.
    """
    text = format(Decimal(repr(number) if isinstance(number, float) else number), "f")
    if "." in text:
        text = text.rstrip("0").removesuffix(".")
    return "0" if text == "-0" else text


def survives_as_float(digits: str) -> bool:
    """Whether the text of a number keeps every digit as float64, the type in which a release holds it."""
    try:
        return Decimal(repr(float(digits))) == Decimal(digits)
    except (ValueError, ArithmeticError):
        return False
