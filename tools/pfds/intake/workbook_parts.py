"""The parts of a workbook: XML in a zip archive, read in small pieces and never more than the limits allow."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable
from typing import Final
from xml.parsers import expat

from pfds.intake.workbook_refusal import (
    DAMAGED,
    ENTITIES,
    NO_WORKBOOK,
    OLD_FORM,
    OTHER,
    PASSWORD,
    TABLE_OF_TEXT,
    TOO_MUCH,
    TWICE,
    WEB_PAGE,
    RefusedError,
)

_PIECE: Final = 1 << 16
_MOST_PARTS: Final = 10_000
_LONGEST_TAG: Final = 1 << 20
_ENCRYPTED: Final = 1
_ENCRYPTED_PACKAGE: Final = "EncryptedPackage".encode("utf-16-le")
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DAMAGES: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)

Attributes = dict[str, str]


class Parts:
    """The zip archive that a workbook is; raises RefusedError for everything that is none."""

    def __init__(self, data: bytes, most_bytes: int) -> None:
        if not data.startswith(b"PK"):
            raise RefusedError(_what_it_is(data))
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except _DAMAGES as error:
            raise RefusedError(DAMAGED) from error
        members = self._archive.infolist()
        self._names = {member.filename: member for member in members}
        if len(members) > _MOST_PARTS:
            raise RefusedError(TOO_MUCH, "parts in the workbook", _MOST_PARTS, len(members))
        if len(self._names) < len(members):
            raise RefusedError(TWICE)
        if any(member.flag_bits & _ENCRYPTED for member in members):
            raise RefusedError(PASSWORD)
        size = sum(member.file_size for member in members)
        if size > most_bytes:
            raise RefusedError(TOO_MUCH, "bytes in the unpacked workbook", most_bytes, size)

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def head(self, name: str, size: int) -> bytes:
        """The first bytes of a part; none if there is no such part."""
        if name not in self._names:
            return b""
        try:
            with self._archive.open(self._names[name]) as part:
                return part.read(size)
        except _DAMAGES as error:
            raise RefusedError(DAMAGED) from error

    def parse(
        self,
        name: str,
        start: Callable[[str, Attributes], None],
        end: Callable[[str], None] = lambda _: None,
        text: Callable[[str], None] | None = None,
    ) -> None:
        """Tell of each element of a part by its name without prefix; a part that declares entities is refused."""
        if name not in self._names:
            raise RefusedError(NO_WORKBOOK)
        bare = _Bare()
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.buffer_size = _PIECE
        parser.StartDoctypeDeclHandler = _refuse_entities
        parser.StartElementHandler = lambda element, attributes: start(bare[element], attributes)
        parser.EndElementHandler = lambda element: end(bare[element])
        if text is not None:
            parser.CharacterDataHandler = text
        try:
            with self._archive.open(self._names[name]) as part:
                read = 0
                while piece := part.read(_PIECE):
                    parser.Parse(piece, False)
                    read += len(piece)
                    # What has no end yet is looked through again with every piece.
                    if read - parser.CurrentByteIndex > _LONGEST_TAG:
                        raise RefusedError(TOO_MUCH, "bytes in one tag", _LONGEST_TAG, read - parser.CurrentByteIndex)
                parser.Parse(b"", True)
        except (*_DAMAGES, expat.ExpatError) as error:
            raise RefusedError(DAMAGED) from error


class _Bare(dict[str, str]):
    """Names of elements without their prefix."""

    def __missing__(self, name: str) -> str:
        self[name] = name.rpartition(":")[2]
        return self[name]


def _refuse_entities(*_: object) -> None:
    raise RefusedError(ENTITIES)


def _what_it_is(data: bytes) -> str:
    if data.startswith(_OLE):
        return PASSWORD if _ENCRYPTED_PACKAGE in data else OLD_FORM
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<?xml")) or b"<table" in head:
        return WEB_PAGE
    if b"\0" not in head and any(separator in head.split(b"\n")[0] for separator in (b",", b";", b"\t")):
        return TABLE_OF_TEXT
    return OTHER
