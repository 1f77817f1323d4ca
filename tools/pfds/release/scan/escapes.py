"""Takes off the escapes of text: percent-encoding, entities, JSON strings, markup."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

_PERCENT: Final = re.compile("%[0-9A-Fa-f]{2}(?:%[0-9A-Fa-f]{2})*")
_ENTITY: Final = re.compile("&(?:#[0-9]{1,8}|#[xX][0-9a-fA-F]{1,7}|[A-Za-z][A-Za-z0-9]{1,31});?")
_JSON: Final = re.compile(r"\\(?:u[0-9a-fA-F]{4}(?:\\u[0-9a-fA-F]{4})*|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2}|[nrt/])")
_TAG: Final = re.compile(r"<[^<>\n]*>")
_TAG_OF_LINES: Final = re.compile("<[^<>]*>")
_DEEPEST: Final = 8
_PLAIN: Final = {r"\n": " ", r"\r": " ", r"\t": " ", r"\/": "/"}


class TooDeep(Exception):
    """Text that has escapes within escapes beyond the bound."""


def unescaped(text: str) -> Iterator[tuple[str, str]]:
    """Each text that is left when one more kind of escape is taken off, with the name of that kind.

    Lines stay where they are. Raises TooDeep.
    """
    for _ in range(_DEEPEST):
        before = text
        for name, mark, pattern, replace in _KINDS:
            if mark in text and (plain := pattern.sub(replace, text)) != text:
                text = plain
                yield name, text
        if text == before:
            break
    else:
        raise TooDeep
    if "</" in text or "/>" in text:
        for instead in (" ", ""):
            yield "text of markup", _TAG_OF_LINES.sub(_lines, _TAG.sub(instead, text))


def _percent(match: re.Match[str]) -> str:
    return unquote(match[0], errors="replace").replace("\n", " ")


def _entity(match: re.Match[str]) -> str:
    return html.unescape(match[0]).replace("\n", " ")


def _json(match: re.Match[str]) -> str:
    escape = match[0]
    if escape in _PLAIN:
        return _PLAIN[escape]
    if escape[1] in "xU":
        code = int(escape[2:], 16)
        return chr(code).replace("\n", " ") if code < 0x110000 else escape
    units = b"".join(int(unit, 16).to_bytes(2, "little") for unit in escape.split(r"\u")[1:])
    return units.decode("utf-16-le", errors="replace").replace("\n", " ")


def _lines(match: re.Match[str]) -> str:
    return "\n" * match[0].count("\n")


_KINDS: Final = (
    ("percent-encoding", "%", _PERCENT, _percent),
    ("entities", "&", _ENTITY, _entity),
    ("string escapes", "\\", _JSON, _json),
)
