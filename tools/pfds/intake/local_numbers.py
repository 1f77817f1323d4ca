"""Numbers as people write them: with spaces, points or commas between groups of digits, or before the fraction."""

from __future__ import annotations

import re
from typing import Final

from pfds.intake.local_text import SPACES
from pfds.standard.numbers import decimal_text

_MARKS: Final = str.maketrans({"\u066b": ",", "\u066c": "'", "\u2019": "'", "\u02bc": "'", "\u2212": "-"})
_GROUP: Final = f"[{SPACES}']"
_GROUPED: Final = re.compile(rf"([0-9]{{1,3}})((?:{_GROUP}[0-9]{{3}})+)")
_TWO_MARKS: Final = re.compile(r"([1-9][0-9]{0,2}(?:([.,])[0-9]{3})(?:\2[0-9]{3})*)(?!\2)[.,]([0-9]+)")
_GROUPED_BY_MARK: Final = re.compile(r"[1-9][0-9]{0,2}(?:([.,])[0-9]{3})(?:\1[0-9]{3})+")
_ONE_GROUP: Final = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}")
_FRACTION: Final = re.compile(r"([0-9]+),([0-9]+)")
_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_LONGEST: Final = 100


def read_number(text: str, *, whole: bool) -> str | None:
    """A number in plain digits, if only one number can be meant; `1,200` is one only where it must be ``whole``."""
    text = text.translate(_MARKS)
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text.removeprefix("+"))
    if len(digits) > _LONGEST:
        return None
    digits = _without_groups(digits)
    if whole and _ONE_GROUP.fullmatch(digits):
        digits = digits.replace(",", "")
    elif (both := _TWO_MARKS.fullmatch(digits)) and both[2] not in digits[both.end(1) :]:
        digits = f"{re.sub('[.,]', '', both[1])}.{both[3]}"
    elif _GROUPED_BY_MARK.fullmatch(digits):
        digits = re.sub("[.,]", "", digits)
    elif (fraction := _FRACTION.fullmatch(digits)) and not _ONE_GROUP.fullmatch(digits):
        digits = f"{fraction[1]}.{fraction[2]}"
    if not _NUMBER.fullmatch(sign + digits):
        return None
    number = decimal_text(sign + digits)
    return None if whole and "." in number else number


def _without_groups(digits: str) -> str:
    """Digits without the spaces between groups of three, if all groups before the fraction are such."""
    whole, mark, fraction = re.fullmatch(r"([^.,]*)([.,]?)(.*)", digits, re.DOTALL).groups()  # type: ignore[union-attr]
    grouped = _GROUPED.fullmatch(whole)
    if not grouped:
        return digits
    joined = grouped[1] + re.sub(_GROUP, "", grouped[2])
    # A comma after groups that are parted by spaces can only stand before the fraction.
    return f"{joined}{'.' if mark and re.fullmatch('[0-9]+', fraction) else mark}{fraction}"
