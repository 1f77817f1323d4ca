"""Letters that look alike: those of other alphabets, and odd Latin ones, as the basic Latin ones they can be taken for.

From confusables.txt, the data of Unicode Technical Standard 39 (© Unicode, Inc., Unicode License V3), as the package
confusable_homoglyphs 3.3.1 has it; restricted to single Latin, Greek, Coptic, Cyrillic, Armenian, Georgian, Cherokee
and Lisu letters that are confusable with one basic Latin letter in lower or upper case. Names are compared without
case, so a letter stands here if either of its cases is confusable. Letters that Unicode itself decomposes to basic
ones, as mathematical and full-width ones, are folded before.
"""

from __future__ import annotations

from typing import Final

_LATIN: Final = {
    "a": "ɑαаᎪꓮ",
    "b": "ƅβвьᏏᏴꓐꞵ",
    "c": "сᏟᴄⲥꓚ",
    "d": "ԁᎠᏧꓒꓓ",
    "e": "εеҽᎬꓰꬲ",
    "f": "ϝքẝꓝꞙꬵ",
    "g": "ƍɡԍցᏀᏳᶃꓖ",
    "h": "ηнһհᎻᏂⲏꓧ",
    "i": "ıɪιіᎥꙇ",
    "j": "ʝϳјᎫꓙ",
    "k": "κкᏦⲕꓗ",
    "l": "ǀӏᏞⲓⳑꓡꓲ",
    "m": "μϻмᎷⲙꓟ",
    "n": "ոռⲛꓠ",
    "o": "οσоօჿᴏᴑⲟꓳꬽ",
    "p": "ρрᏢⲣꓑ",
    "q": "ԛգզ",
    "r": "ʀгᎡᎱᏒᴦⲅꓣꭇꭈ",
    "s": "ƽѕտᏕᏚꓢꜱ",
    "t": "τтᎢⲧꓔ",
    "u": "ʋυսᴜꓴꞟꭎꭒ",
    "v": "νѵᏙᴠꓦ",
    "w": "ɯѡԝաᎳᏔᴡꓪ",
    "x": "χхⲭꓫꭓ",
    "y": "ɣʏγуүყᎩᎽᶌỿⲩꓬꭚ",
    "z": "ζᏃᴢꓜ",
}
SKELETON: Final = {ord(letter): ord(latin) for latin, letters in _LATIN.items() for letter in letters}
"""Folded letter to the Latin letter that it looks like, as code points."""


def skeleton(folded: str) -> str:
    """A folded text with every letter that looks like a Latin one replaced with that one."""
    return folded.translate(SKELETON)
