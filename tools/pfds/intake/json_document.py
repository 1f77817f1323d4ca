"""One JSON document: an optional object `meta`, and an array of records for each table."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from json.decoder import scanstring
from typing import Final

from pfds.intake.encoding import BOM, BadByte, first_bad_byte, wide_encoding
from pfds.intake.json_records import RecordTable
from pfds.intake.json_values import decoder
from pfds.intake.limits import MAX_JSON_BYTES
from pfds.intake.metadata import check_meta
from pfds.intake.problems import Reading, limit_facts, nearest, problem, shown
from pfds.standard.findings import Finding, Origin, Skipped
from pfds.standard.model import Standard

META: Final = "meta"

_BLANKS: Final = re.compile(r"[ \t\n\r]*")
_HALF_PAIR: Final = re.compile(r"\\u[dD][89a-fA-F]")
_WORDS: Final = (
    ("Expecting ',' delimiter", "a comma or a closing bracket is missing"),
    ("Expecting ':' delimiter", "a colon is missing after a name"),
    ("Expecting property name", "a name in double quotation marks is missing"),
    ("Illegal trailing comma", "a comma stands before a closing bracket"),
    ("Expecting value", "a value is missing"),
    ("Unterminated string", "a text is not closed by a quotation mark"),
    ("Invalid control character", "a text holds a line break or another control character"),
    ("Invalid \\", "a text holds a backslash that means nothing"),
    ("Extra data", "there is text after the end of the document"),
)
_NESTED: Final = "brackets stand too deep inside one another"
_ENDS: Final = "the document ends too early"


def read_json(data: bytes, file: str, standard: Standard) -> Reading:
    """Read a document. What stands before the place where it breaks is still read."""
    everything = frozenset(standard.tables)
    if finding := _not_text(data, file):
        return Reading((), (finding,), (Skipped("*", f"{file} could not be read"),), everything)
    document = _Document(data.removeprefix(BOM).decode("utf-8"), file, standard)
    return document.read()


def _not_text(data: bytes, file: str) -> Finding | None:
    if len(data) > MAX_JSON_BYTES:
        facts = limit_facts("bytes of a JSON document", MAX_JSON_BYTES, len(data))
        return problem("limit-exceeded", Origin(file), facts=facts)
    if encoding := wide_encoding(data):
        facts = BadByte(0, data[0]).facts(f"It looks like {encoding}: save it as UTF-8.")
        return problem("encoding-invalid", Origin(file), facts=facts)
    if bad := first_bad_byte(data, 0, len(data)):
        line = data.count(b"\n", 0, bad.offset) + 1
        return problem("encoding-invalid", Origin(file, None, line), facts=bad.facts())
    return None


class _BrokenError(Exception):
    """The document breaks at an offset of its text, for a reason."""

    def __init__(self, offset: int, words: str) -> None:
        self.offset = offset
        self.words = words


@dataclass(slots=True)
class _Document:
    text: str
    file: str
    standard: Standard
    position: int = 0
    line: int = 1
    counted: int = 0
    decoder: json.JSONDecoder = field(default_factory=decoder)
    tables: dict[str, RecordTable] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)
    meta: Mapping[str, object] = field(default_factory=dict)

    def read(self) -> Reading:
        broken: Skipped | None = None
        closed = False
        try:
            closed = self._envelope()
            self._blanks()
            if closed and self.position < len(self.text):
                raise _BrokenError(self.position, "there is text after the end of the document")
        except _BrokenError as error:
            broken = self._report_break(error)
            closed = self._at_end_of_envelope(closed)
        partial = frozenset(self.tables) - self.whole
        if broken and not closed:
            partial = frozenset(self.standard.tables) - self.whole
        tables = tuple(table.finish() for table in self.tables.values())
        findings = (*self.findings, *(found for table in self.tables.values() for found in table.findings))
        return Reading(tables, findings, (broken,) if broken and partial else (), partial, self.meta)
