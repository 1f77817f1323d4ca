"""A zip file and its members as streams of bytes, checked while they are read; the process that reads it runs this."""

from __future__ import annotations

import struct
import zipfile
import zlib
from copy import copy
from typing import BinaryIO, Final, cast

NOT_ZIP: Final = "not-zip"
DAMAGED: Final = "damaged"
UNTRUE_SIZE: Final = "untrue-size"
LONG_LIST: Final = "long-list"
MANY_FILES: Final = "many-files"

_BROKEN: Final = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError),
    *(ValueError, RuntimeError, LookupError, OverflowError),
)
"""What the reader of zip files raises if bytes are not as they should be."""


class UnsoundZipError(Exception):
    """A zip file or a member that is not read, or not further: one of the words above, and how much there is."""

    def __init__(self, reason: str, found: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.found = found


class Zip:
    """An open zip file with at most ``most_files``, whose list of members takes at most ``most_list`` bytes.

    Raises UnsoundZipError.
    """

    def __init__(self, stream: BinaryIO, most_list: int, most_files: int) -> None:
        bounded = _Bounded(stream, most_list)
        try:
            self._zip = zipfile.ZipFile(cast("BinaryIO", bounded))
        except _BROKEN as error:
            raise UnsoundZipError(NOT_ZIP) from error
        bounded.listed = True
        self._infos = self._zip.infolist()
        if len(self._infos) > most_files:
            raise UnsoundZipError(MANY_FILES, len(self._infos))
        self._open: dict[int, _Member] = {}

    def listed(self) -> list[tuple[str, str, int, int, int, int, int]]:
        """Of each member: its name as it stands there and as the library reads it, its size, the bytes that it takes
        in the archive, flags, method of compression, and attributes."""
        return [
            (
                *(info.orig_filename, info.filename, info.file_size, info.compress_size),
                *(info.flag_bits, info.compress_type, info.external_attr),
            )
            for info in self._infos
        ]

    def read(self, number: int, size: int) -> bytes:
        """The next ``size`` bytes of a member, fewer only at its end."""
        if number not in self._open:
            self._open[number] = _Member(self._zip, self._infos[number])
        return self._open[number].read(size)

    def close(self, number: int) -> None:
        """No more of a member is wanted."""
        if member := self._open.pop(number, None):
            member.close()


class _Bounded:
    """A file of which, until it is ``listed``, no more is read in one piece than a list of members may take."""

    def __init__(self, file: BinaryIO, most: int) -> None:
        self.listed = False
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable
        self._file = file
        self._most = most

    def read(self, size: int = -1) -> bytes:
        if not self.listed and size > self._most:
            raise UnsoundZipError(LONG_LIST, size)
        return self._file.read(size)


class _Member:
    """The bytes of a member, checked for their number and their checksum."""

    def __init__(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
        self._size, self._checksum = info.file_size, info.CRC
        # The library would silently end at the size stated, so it is told one byte more, and to check nothing.
        told = copy(info)
        told.file_size, told.CRC = info.file_size + 1, None  # type: ignore[assignment]
        try:
            self._content = archive.open(told)
        except _BROKEN as error:
            raise UnsoundZipError(DAMAGED) from error
        self._taken = self._found = 0

    def read(self, size: int) -> bytes:
        wanted = min(size, self._size + 1 - self._taken)
        if wanted <= 0:
            return b""
        try:
            data = self._content.read(wanted)
        except _BROKEN as error:
            raise UnsoundZipError(DAMAGED) from error
        self._taken += len(data)
        self._found = zlib.crc32(data, self._found)
        if self._taken > self._size or (len(data) < wanted and self._taken < self._size):
            raise UnsoundZipError(UNTRUE_SIZE)
        if len(data) < wanted and self._found != self._checksum:
            raise UnsoundZipError(DAMAGED)
        return data

    def close(self) -> None:
        self._content.close()
