"""The package that a workbook is: parts in a zip archive, those that do not change copied as they lie there."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from pfds.reports.marked_refusal import damaged, not_xlsx, too_large

MOST_PART_BYTES: Final = 256 << 20
_MOST_READ_BYTES: Final = 1 << 30
_MOST_PARTS: Final = 10_000
_HEAD_BYTES: Final = 1 << 20
_ENCRYPTED: Final = 0x1 | 0x40 | 0x2000
_UTF8_NAME: Final = 0x800
_LEVEL: Final = 6
_BEGINNING: Final = (0 << 9 | 1 << 5 | 1) << 16
"""1 January 1980, midnight, as zip archives write it: the date of parts that are new."""

_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
    LookupError,
)
_LOCAL: Final = struct.Struct("<4s5H3I2H")
_CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
_END: Final = struct.Struct("<4s4H2IH")


@dataclass(frozen=True, slots=True)
class _Member:
    """A compressed part. ``stamp`` is its date and time, ``flags``, ``method`` and ``attributes`` as in the archive."""

    name: str
    content: bytes | memoryview
    size: int
    checksum: int
    method: int = zipfile.ZIP_DEFLATED
    flags: int = 0
    stamp: int = _BEGINNING
    attributes: int = 0


class Package:
    """A package that is changed part by part and written again; raises CannotMark for bytes that are none.

    Names of parts are found whether written in capitals or not.
    """

    def __init__(self, source: bytes) -> None:
        if not source.startswith(b"PK"):
            raise not_xlsx()
        self._source = memoryview(source)
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(source))
        except _BROKEN as error:
            raise damaged() from error
        members = self._archive.infolist()
        if len(members) > _MOST_PARTS:
            raise too_large()
        if any(member.flag_bits & _ENCRYPTED for member in members):
            raise not_xlsx()
        self._members = {member.filename.lower(): member for member in members}
        if len(self._members) < len(members):
            raise damaged()
        self._changed: dict[str, _Member] = {}
        self._read = 0

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._members or name.lower() in self._changed

    @property
    def names(self) -> list[str]:
        """Names of the parts that the source has."""
        return [member.filename for member in self._members.values()]

    def read(self, name: str, most: int = MOST_PART_BYTES) -> bytes:
        """The content of a part of the source; raises CannotMark if there is none, or it is larger."""
        data = self._expanded(name, most + 1)
        self._read += len(data)
        if len(data) > most or self._read > _MOST_READ_BYTES:
            raise too_large()
        return data

    def head(self, name: str) -> bytes:
        """The beginning of a part: the first megabyte."""
        return self._expanded(name, _HEAD_BYTES)

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        """Put a new part into the package, or other content in the place of a part."""
        squeeze = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        content, size, checksum = bytearray(), 0, 0
        for piece in pieces:
            content += squeeze.compress(piece)
            size, checksum = size + len(piece), zlib.crc32(piece, checksum)
        content += squeeze.flush()
        self._changed[name.lower()] = _Member(name, bytes(content), size, checksum)

    def unused(self, pattern: str) -> str:
        """The first name of a ``pattern`` such as `xl/comments{}.xml` that no part has."""
        number = 1
        while pattern.format(number) in self:
            number += 1
        return pattern.format(number)

    def packed(self) -> bytes:
        """The bytes of the package: the parts in the order of the source, then the new ones."""
        members = [
            self._replaced(self._as_it_lies(info), self._changed.get(key)) for key, info in self._members.items()
        ]
        members += [member for key, member in self._changed.items() if key not in self._members]
        return _zipped(members)

    def _expanded(self, name: str, size: int) -> bytes:
        info = self._members.get(name.lower())
        if info is None:
            raise damaged()
        try:
            with self._archive.open(info) as part:
                return part.read(size)
        except _BROKEN as error:
            raise damaged() from error

    def _as_it_lies(self, info: zipfile.ZipInfo) -> _Member:
        start = info.header_offset
        if bytes(self._source[start : start + 4]) != b"PK\3\4" or start + _LOCAL.size > len(self._source):
            raise damaged()
        *_, name, extra = _LOCAL.unpack_from(self._source, start)
        begin = start + _LOCAL.size + name + extra
        content = self._source[begin : begin + info.compress_size]
        if len(content) != info.compress_size:
            raise damaged()
        year, month, day, hour, minute, second = info.date_time
        stamp = ((year - 1980) << 9 | month << 5 | day) << 16 | hour << 11 | minute << 5 | second // 2
        flags, attributes = info.flag_bits & 0x6, info.external_attr
        return _Member(
            info.filename, content, info.file_size, info.CRC, info.compress_type, flags, stamp & 0xFFFFFFFF, attributes
        )

    @staticmethod
    def _replaced(member: _Member, changed: _Member | None) -> _Member:
        if changed is None:
            return member
        return replace(changed, name=member.name, stamp=member.stamp, attributes=member.attributes)


def _zipped(members: Iterable[_Member]) -> bytes:
    out, directory, count = bytearray(), bytearray(), 0
    for member in members:
        name = member.name.encode("utf-8")
        flags = member.flags | (0 if name.isascii() else _UTF8_NAME)
        stored = (member.checksum, len(member.content), member.size)
        day_and_time = (member.stamp & 0xFFFF, member.stamp >> 16)
        common = (20, flags, member.method, *day_and_time, *stored, len(name), 0)
        directory += _CENTRAL.pack(b"PK\1\2", 20, *common, 0, 0, 0, member.attributes, len(out)) + name
        out += _LOCAL.pack(b"PK\3\4", *common) + name
        out += member.content
        count += 1
    end = _END.pack(b"PK\5\6", 0, 0, count, count, len(directory), len(out), 0)
    return bytes(out + directory + end)
