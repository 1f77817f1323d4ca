"""A place in the text of a JSON document that moves forward value by value."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from json import decoder as json_decoder
from typing import Any, Final

from pfds.intake.json_values import decoder, passing_decoder
from pfds.intake.limits import MAX_RECORD_VALUES
from pfds.standard.phrase import Phrase

ENDS: Final = Phrase("the document ends too early")
NESTED: Final = Phrase("brackets stand too deep inside one another")
NO_COMMA: Final = Phrase("a comma or a closing bracket is missing")
NO_NAME: Final = Phrase("a name in double quotation marks is missing")
NO_COLON: Final = Phrase("a colon is missing after a name")

_scan_text: Callable[[str, int, bool], tuple[str, int]] = vars(json_decoder)["scanstring"]

_BLANKS: Final = re.compile(r"[ \t\n\r]*")
_WORDS: Final = (
    ("Expecting ',' delimiter", NO_COMMA),
    ("Expecting ':' delimiter", NO_COLON),
    ("Expecting property name", NO_NAME),
    ("Illegal trailing comma", Phrase("a comma stands before a closing bracket")),
    ("Expecting value", Phrase("a value is missing or is not written as JSON")),
    ("Unterminated string", Phrase("a text is not closed by a quotation mark")),
    ("Invalid control character", Phrase("a text holds a line break or another control character")),
    ("Invalid \\", Phrase("a text holds a backslash that means nothing")),
)


_TOKENS: Final = re.compile(r'[\[\]{},]|"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_WINDOW: Final = 4096
"""Characters in which most values end, so that they cannot hold too much."""


class BrokenJsonError(Exception):
    """The document breaks at a line and column (1 = first), for a reason told in a few words."""

    def __init__(self, line: int, column: int, words: str) -> None:
        super().__init__(words)
        self.line = line
        self.column = column
        self.words = words


class CrowdedJsonError(BrokenJsonError):
    """A value that holds too many others is not read."""


@dataclass(slots=True)
class JsonCursor:
    """Reads a text from its beginning; whatever does not fit raises BrokenJsonError."""

    text: str
    position: int = 0
    _line: int = 1
    _counted: int = 0
    _decoder: json.JSONDecoder = field(default_factory=decoder)
    _passing: json.JSONDecoder = field(default_factory=passing_decoder)

    @property
    def at_end(self) -> bool:
        """Whether only blanks are left; they are skipped."""
        self._skip_blanks()
        return self.position == len(self.text)

    def take(self, character: str) -> bool:
        """Move past blanks, and past the character if it comes next."""
        self._skip_blanks()
        if not self.text.startswith(character, self.position):
            return False
        self.position += 1
        return True

    def expect(self, character: str, otherwise: str) -> None:
        """Move past the character, which must come next."""
        if not self.take(character):
            raise self.broken(otherwise)

    def line(self) -> int:
        """Physical line of the next thing that is not blank."""
        self._skip_blanks()
        self._line += self.text.count("\n", self._counted, self.position)
        self._counted = self.position
        return self._line

    def name(self) -> str:
        """The next name of an object, and the colon after it."""
        self.expect('"', NO_NAME)
        try:
            name, self.position = _scan_text(self.text, self.position, True)
        except json.JSONDecodeError as error:
            raise self._translated(error) from None
        self.expect(":", NO_COLON)
        return name

    def value(self) -> Any:
        """The next value, whatever it is."""
        return self._read(self._decoder)

    def passed(self) -> str:
        """The text of the next value, whatever it is."""
        self._skip_blanks()
        begin = self.position
        self._read(self._passing)
        return self.text[begin : self.position]

    def _read(self, reader: json.JSONDecoder) -> Any:
        self._skip_blanks()
        if self.text.startswith(("[", "{"), self.position):
            window = self.text[self.position : self.position + _WINDOW]
            with suppress(json.JSONDecodeError, RecursionError):
                value, size = reader.raw_decode(window)
                self.position += size
                return value
            self._look_ahead()
        try:
            value, self.position = reader.raw_decode(self.text, self.position)
        except json.JSONDecodeError as error:
            raise self._translated(error) from None
        except RecursionError:
            raise self.broken(NESTED) from None
        return value

    def _look_ahead(self) -> None:
        """Raises CrowdedJsonError if the next list or object holds too much to be read, however it goes on."""
        depth = values = 0
        for token in _TOKENS.finditer(self.text, self.position):
            kind = token[0]
            values += kind in "[{,"
            depth += (kind in "[{") - (kind in "]}")
            if values > MAX_RECORD_VALUES:
                raise CrowdedJsonError(self.line(), 0, NESTED)
            if depth == 0:
                return

    def broken(self, words: str, offset: int | None = None) -> BrokenJsonError:
        """The error for something wrong here, or at ``offset``."""
        if offset is None:
            offset = self.position
        if not self.text[offset : offset + 1] and words != NESTED:
            words = ENDS
        line = self.text.count("\n", 0, offset) + 1
        return BrokenJsonError(line, offset - self.text.rfind("\n", 0, offset), words)

    def _translated(self, error: json.JSONDecodeError) -> BrokenJsonError:
        words = next((words for start, words in _WORDS if error.msg.startswith(start)), Phrase("this is not JSON"))
        return self.broken(words, error.pos)

    def _skip_blanks(self) -> None:
        found = _BLANKS.match(self.text, self.position)
        self.position = found.end() if found else self.position
