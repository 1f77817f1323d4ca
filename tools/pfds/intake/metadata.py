"""What a submission says about itself: the object `meta` of a document, or `meta.json` in a folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from pfds.intake.encoding import BOM
from pfds.intake.json_cursor import BrokenJsonError, JsonCursor
from pfds.intake.json_records import LONE_SURROGATE
from pfds.intake.json_text import not_text
from pfds.intake.json_values import Repeated
from pfds.intake.problems import problem, shown
from pfds.standard.findings import Finding, Origin
from pfds.standard.model import MetaKey, Standard
from pfds.standard.phrase import Phrase

COMPANIONS: Final = "companions"

Meta = Mapping[str, object]


def read_meta(data: bytes, file: str, standard: Standard) -> tuple[Meta, list[Finding]]:
    """Metadata in the bytes of `meta.json`; what is not sound is left out and reported."""
    if finding := not_text(data, file):
        return {}, [finding]
    try:
        cursor = JsonCursor(data.removeprefix(BOM).decode("utf-8"))
        value = cursor.value()
        if not cursor.at_end:
            raise cursor.broken("there is text after the end of the document")
    except BrokenJsonError as error:
        return {}, [_invalid(Origin(file, None, error.line), error.words, error.column)]
    return check_meta(value, Origin(file), standard)


def check_meta(value: object, origin: Origin, standard: Standard) -> tuple[Meta, list[Finding]]:
    """The sound part of metadata, and one finding for each key that is not."""
    if not isinstance(value, dict):
        return {}, [_misfit(origin, Phrase("they are not an object in curly brackets"), "meta")]
    repeated = value.keys_repeated if isinstance(value, Repeated) else ()
    findings = [problem("json-duplicate-key", origin, facts={"name": shown(key)}) for key in repeated]
    sound = {}
    for key, content in value.items():
        if wrong := _wrong(standard, key, content):
            findings.append(_misfit(origin, wrong, key))
        elif key not in repeated:
            sound[key] = content
    return sound, findings


def merge_meta(known: dict[str, object], more: Meta, file: str) -> list[Finding]:
    """Adds metadata to those ``known``; a key that is known already with another value keeps it, and is reported."""
    return [
        problem("json-duplicate-key", Origin(file), facts={"name": shown(key)})
        for key, value in more.items()
        if known.setdefault(key, value) != value
    ]


def companions(meta: Meta) -> frozenset[str]:
    """Names of files in the folder that hold no records."""
    names = meta.get(COMPANIONS)
    return frozenset(names) if isinstance(names, list) else frozenset()


def _wrong(standard: Standard, key: str, value: object) -> str | None:
    if key not in standard.metadata:
        return Phrase("there is no such key")
    known = standard.metadata[key]
    if not _is_valid(known, value):
        return Phrase(
            "the key {key} needs another value, for example: {example}", key=key, example=json.dumps(known.example)
        )
    return Phrase("in the key {key}: {problem}", key=key, problem=LONE_SURROGATE) if _is_half_written(value) else None


def _is_half_written(value: object) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def _misfit(origin: Origin, words: str, key: str) -> Finding:
    return problem("metadata-invalid", origin, facts={"problem": words, "name": shown(key)})


def _invalid(origin: Origin, words: str, column: int) -> Finding:
    return problem("json-invalid", origin, facts={"problem": words, "column": column})


def _is_valid(key: MetaKey, value: object) -> bool:
    from jsonschema import Draft202012Validator, FormatChecker  # noqa: PLC0415 - slow to load, and rarely needed

    validator = Draft202012Validator(key.keywords, format_checker=FormatChecker(["date"]))
    try:
        return bool(validator.is_valid(value))
    except RecursionError:
        return False
