"""The text of a JSON document: in UTF-8, or not read at all."""

from __future__ import annotations

from typing import Final

from pfds.intake.encoding import BadByte, first_bad_byte, wide_encoding
from pfds.intake.known_encodings import suggestion
from pfds.intake.problems import problem
from pfds.standard.findings import Finding, Origin
from pfds.standard.phrase import Phrase

SAVE: Final = Phrase("save it as UTF-8.")


def not_text(data: bytes, file: str) -> Finding | None:
    """What is wrong with a document that is not UTF-8, with the first line on which it is not."""
    if encoding := wide_encoding(data):
        facts = BadByte(0, data[0]).facts(f"It looks like {encoding}: {SAVE}")
        return problem("encoding-invalid", Origin(file), facts=facts)
    if bad := first_bad_byte(data, 0, len(data)):
        line = data.count(b"\n", 0, bad.offset) + 1
        return problem("encoding-invalid", Origin(file, None, line), facts=bad.facts(suggestion(data, SAVE)))
    return None
