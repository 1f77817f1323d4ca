"""Takes off the escapes of text: percent-encoding, entities, JSON strings, markup."""

from __future__ import annotations

import html
import re
from binascii import a2b_qp
from collections.abc import Iterator
from typing import Final

MARKS: Final = ("%", "&", "\\")
"""Characters one of which stands in every escape."""
_PERCENT: Final = re.compile("%[0-9A-Fa-f]{2}")
_ENTITY: Final = re.compile("(&(?:#[0-9]{1,8}|#[xX][0-9a-fA-F]{1,7}|[A-Za-z][A-Za-z0-9]{1,31});?)")
_CODE: Final = re.compile(r"\\x([0-9a-fA-F]{2})")
_HALF: Final = re.compile(r"\\u[dD][89a-fA-F]")
_TAG: Final = re.compile(r"<[^<>\n]*>")
_TAG_OF_LINES: Final = re.compile("<[^<>]*>")
_DEEPEST: Final = 8
_BREAKS: Final = (b"%0A", b"%0a")
_AS_QUOTED: Final = bytes.maketrans(b"%=", b"= ")
_BLANK: Final = re.compile(r"\\[nrt]|\\u000[aA]")


class TooDeep(Exception):
    """Text that has escapes within escapes beyond the bound."""


def unescaped(text: str) -> Iterator[str]:
    """Each text that is left when the outermost escapes of every kind are taken off. Lines stay where they are.

    Raises TooDeep.
    """
    for _ in range(_DEEPEST):
        before = text
        text = _without_strings(_without_entities(_without_percent(text)))
        if text == before:
            return
        yield text
    raise TooDeep


def is_markup(text: str) -> bool:
    """Whether a text has tags."""
    return "<" in text and ("</" in text or "/>" in text)


def without_tags(text: str) -> Iterator[str]:
    """The text of markup, with spaces for tags within a line, and without."""
    for instead in (" ", ""):
        yield _TAG_OF_LINES.sub(_lines, _TAG.sub(instead, text))


def _without_percent(text: str) -> str:
    """Decoded as quoted-printable, which differs in its sign only, because that is done fast."""
    if "%" not in text or not _PERCENT.search(text):
        return text
    data = text.encode("utf-8", errors="replace")
    for line_break in _BREAKS if b"%0" in data else ():
        data = data.replace(line_break, b"%0D")
    data = data.replace(b"%\n", b" \n").replace(b"%\r", b" \r")
    return a2b_qp(data.translate(_AS_QUOTED)).decode("utf-8", errors="replace")


def _without_entities(text: str) -> str:
    if "&" not in text:
        return text
    text = text.replace("&amp;", "&")
    parts = _ENTITY.split(text)
    parts[1::2] = map(_PLAIN.__getitem__, parts[1::2])
    return "".join(parts)


class _Plain(dict[str, str]):
    """What each entity stands for, found out when it is first met."""

    def __missing__(self, entity: str) -> str:
        plain = html.unescape(entity).replace("\n", " ")
        if len(self) < 1 << 16:
            self[entity] = plain
        return plain


_PLAIN: Final = _Plain()


def _without_strings(text: str) -> str:
    if "\\" not in text:
        return text
    while "\\\\" in text:
        text = text.replace("\\\\", "\\")
    text = _BLANK.sub("\r", text.replace(r"\/", "/"))
    if r"\x" in text:
        text = _CODE.sub(r"\\u00\1", text)
    if r"\u" not in text and r"\U" not in text:
        return text
    halves = _HALF.search(text)
    text = text.encode("raw_unicode_escape", errors="replace").decode("raw_unicode_escape", errors="replace")
    if halves:
        text = text.encode("utf-16-le", errors="surrogatepass").decode("utf-16-le", errors="replace")
    return text


def _lines(match: re.Match[str]) -> str:
    return "\n" * match[0].count("\n")
