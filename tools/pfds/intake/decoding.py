"""Text in another encoding than UTF-8, made UTF-8 while it is read."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Final

from pfds.intake.known_encodings import ENCODINGS, Encoding
from pfds.intake.problems import notice
from pfds.intake.stream import ByteStream
from pfds.intake.tables import Reader, Reading, Task
from pfds.standard.findings import Finding, Origin
from pfds.standard.phrase import Phrase

UNKNOWN_BYTES: Final = Phrase("this holds bytes that have no meaning in it")

_MARKED: Final = {codecs.BOM_UTF16_LE: "utf_16_le", codecs.BOM_UTF16_BE: "utf_16_be"}
_MARK_SIZE: Final = 4
_BAD: Final = "\udcff"
"""Becomes the byte FF, which is in no text in UTF-8, so that readers find the place like any other bad byte."""
_HANDLER: Final = "pfds-bad-bytes"

codecs.register_error(_HANDLER, lambda error: (_BAD, error.end if isinstance(error, UnicodeDecodeError) else 0))


class DecodedStream:
    """A stream of UTF-8, made of one in ``encoding``; its hash and its progress are those of the bytes that were sent.

    Without an encoding, bytes are passed on as they are, unless they begin with the mark of UTF-16 and this is to be
    read ``by_mark``. Every sequence of bytes that does not fit becomes the byte FF.
    """

    def __init__(self, stream: ByteStream, encoding: Encoding | None, *, by_mark: bool) -> None:
        self.encoding = None if encoding is None or encoding.is_utf_8 else encoding
        self.size = stream.size
        self.sha256 = stream.sha256
        self.progress = stream.progress
        self.close = stream.close
        self._stream = stream
        self._by_mark = by_mark and encoding is None
        self._decoder: codecs.IncrementalDecoder | None = None
        self._begun = self._ended = False
        self._kept = b""

    def read(self, size: int) -> bytes:
        """The next ``size`` bytes of UTF-8, fewer only at the end."""
        if not self._begun:
            self._begin()
        while len(self._kept) < size and not self._ended:
            wanted = size - len(self._kept)
            self._take(self._stream.read(wanted), wanted)
        if len(self._kept) <= size:
            data, self._kept = self._kept, b""
            return data
        data, self._kept = self._kept[:size], self._kept[size:]
        return data

    def _begin(self) -> None:
        self._begun = True
        head = self._stream.read(_MARK_SIZE)
        mark = head[:2]
        marked = _MARKED.get(mark) if not head.startswith(codecs.BOM_UTF32_LE) else None
        if self._by_mark and marked:
            self.encoding = ENCODINGS["utf-16"]
        if self.encoding is not None:
            codec = self.encoding.codec
            if self.encoding.name == "utf-16":
                # Without a mark it is nearly always the order of Windows.
                codec, head = marked or _MARKED[codecs.BOM_UTF16_LE], head[2:] if mark in _MARKED else head
            self._decoder = codecs.getincrementaldecoder(codec)(_HANDLER)
            self._take(head, 0)
        else:
            self._kept = head

    def _take(self, data: bytes, wanted: int) -> None:
        self._ended = len(data) < wanted
        if self._decoder is not None:
            data = self._decoder.decode(data, self._ended).encode("utf-8", "surrogateescape")
        self._kept = self._kept + data if self._kept else data


class DecodedReader:
    """A reader of decoded text, whose findings speak of the bytes that were sent."""

    def __init__(self, reader: Reader, stream: DecodedStream, *, asked: bool) -> None:
        self.file = reader.file
        self.tables = reader.tables
        self.sha256 = reader.sha256
        self.progress = reader.progress
        self.close = reader.close
        self._reader = reader
        self._stream = stream
        self._asked = asked

    def tasks(self) -> Iterator[Task]:
        """The tasks of the reader."""
        for number, task in enumerate(self._reader.tasks()):
            encoding = self._stream.encoding
            yield task if encoding is None else partial(self._told, task, encoding, first=number == 0)

    def _told(self, task: Task, encoding: Encoding, *, first: bool) -> Reading:
        reading = task()
        findings = [_in_words(finding, encoding) for finding in reading.findings]
        if first and not self._asked and not reading.stops:
            table = self.tables[0] if self.tables else None
            findings.insert(0, notice("encoding-other", Origin(self.file), table, {"encoding": encoding.words}))
        return replace(reading, findings=tuple(findings))


def _in_words(finding: Finding, encoding: Encoding) -> Finding:
    """The finding without the byte of the text as it was decoded, which is not one that was sent."""
    if finding.rule != "encoding-invalid":
        return finding
    return finding._replace(facts={"encoding": encoding.words, "problem": UNKNOWN_BYTES, "suggestion": ""})
