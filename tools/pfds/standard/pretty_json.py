"""JSON for people and programs: indented by two spaces, letters of every script as themselves."""

from __future__ import annotations

from typing import Any

import orjson


def pretty(content: Any) -> str:
    """The text of an object, with a line break at its end; keys keep their order."""
    return orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode("utf-8")
