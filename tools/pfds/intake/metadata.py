"""What a submission says about itself: the object `meta` of a document, or `meta.json` in a folder."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from pfds.intake.encoding import BOM
from pfds.intake.json_cursor import BrokenJsonError, JsonCursor
from pfds.intake.json_values import Repeated
from pfds.intake.problems import problem, shown
from pfds.standard.findings import Finding, Origin

COMPANIONS: Final = "companions"
COMPANION_PATTERN: Final = "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"


@dataclass(frozen=True, slots=True)
class TextKey:
    """A key whose value is text: its pattern, its greatest length, and both in words."""

    words: str
    pattern: str | None = None
    max_length: int | None = None

    def accepts(self, value: object) -> bool:
        """Whether the value is such a text."""
        if not isinstance(value, str) or not value:
            return False
        if self.max_length is not None and len(value) > self.max_length:
            return False
        return self.pattern is None or _matches(self.pattern, value)


TEXT_KEYS: Final[Mapping[str, TextKey]] = {
    "standard": TextKey("a version such as 0.1.0", r"^[0-9]+\.[0-9]+\.[0-9]+$"),
    "title": TextKey("a text of 1 to 500 characters", max_length=500),
    "publisher": TextKey("a text of 1 to 500 characters", max_length=500),
    "license": TextKey("an SPDX identifier such as CC-BY-4.0", "^[A-Za-z0-9.+-]+$"),
    "as_of": TextKey("a day such as 2025-11-05", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
}

Meta = Mapping[str, object]


def read_meta(data: bytes, file: str) -> tuple[Meta, list[Finding]]:
    """Metadata in the bytes of `meta.json`; what is not sound is left out and reported."""
    try:
        cursor = JsonCursor(data.removeprefix(BOM).decode("utf-8"))
        value = cursor.value()
        if not cursor.at_end:
            raise cursor.broken("there is text after the end of the document")
    except UnicodeDecodeError:
        return {}, [_invalid(Origin(file), "it is not UTF-8 text")]
    except BrokenJsonError as error:
        return {}, [_invalid(Origin(file, None, error.line), error.words, error.column)]
    return check_meta(value, Origin(file))


def check_meta(value: object, origin: Origin) -> tuple[Meta, list[Finding]]:
    """The sound part of metadata, and one finding for each key that is not."""
    if not isinstance(value, dict):
        return {}, [_invalid(origin, "the metadata is not an object in curly brackets")]
    repeated = value.keys_repeated if isinstance(value, Repeated) else ()
    findings = [problem("json-duplicate-key", origin, facts={"key": shown(key)}) for key in repeated]
    sound = {}
    for key, content in value.items():
        if wrong := _wrong(key, content):
            findings.append(_invalid(origin, wrong))
        elif key not in repeated:
            sound[key] = content
    return sound, findings


def companions(meta: Meta) -> frozenset[str]:
    """Names of files in the folder that hold no records."""
    names = meta.get(COMPANIONS)
    return frozenset(names) if isinstance(names, list) else frozenset()


def _wrong(key: str, value: object) -> str | None:
    if key == COMPANIONS:
        sound = isinstance(value, list) and all(_matches(COMPANION_PATTERN, name) for name in value)
        return None if sound else f"the metadata's key {key} must be a list of file names"
    if key not in TEXT_KEYS:
        return f"the metadata has no key {shown(key)}"
    sound = TEXT_KEYS[key].accepts(value) and (key != "as_of" or _is_day(str(value)))
    return None if sound else f"the metadata's key {key} must be {TEXT_KEYS[key].words}"


def _matches(pattern: str, value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(pattern, value) is not None


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _invalid(origin: Origin, words: str, column: int = 0) -> Finding:
    return problem("json-invalid", origin, facts={"problem": words, "column": column})
