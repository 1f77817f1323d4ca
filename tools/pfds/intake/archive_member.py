"""One member of a zip archive as a stream of bytes, checked while it is read."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from copy import copy
from pathlib import Path
from typing import BinaryIO, Final, cast

from pfds.intake.limits import MAX_ARCHIVE_DIRECTORY_BYTES
from pfds.intake.paths import DiskEntry
from pfds.intake.problems import limit_facts
from pfds.intake.stream import BrokenOffError
from pfds.intake.survey import NotOpenedError
from pfds.standard.phrase import Phrase

NOT_ZIP: Final = Phrase("it is not a zip file, or it is damaged")
DAMAGED: Final = Phrase("it is damaged in the archive")
UNTRUE_SIZE: Final = Phrase("it does not have the size that the archive states")

_BROKEN: Final = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError),
    *(ValueError, RuntimeError, LookupError, OverflowError),
)
"""What the reader of zip files raises if bytes are not as they should be."""


def open_zip(stream: BinaryIO) -> zipfile.ZipFile:
    bounded = _Bounded(stream)
    try:
        archive = zipfile.ZipFile(cast("BinaryIO", bounded))
    except _BROKEN as error:
        raise NotOpenedError(NOT_ZIP) from error
    bounded.listed = True
    return archive


def open_member(path: Path, info: zipfile.ZipInfo) -> io.RawIOBase:
    stream, _ = DiskEntry(path, given=True).open()
    try:
        return _Member(stream, open_zip(stream), info)
    except _BROKEN as error:
        stream.close()
        raise NotOpenedError(DAMAGED) from error


class _Bounded:
    """A file of which, until it is ``listed``, no more is read in one piece than a list of members may take."""

    def __init__(self, file: BinaryIO) -> None:
        self.listed = False
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable
        self._file = file

    def read(self, size: int = -1) -> bytes:
        if not self.listed and size > MAX_ARCHIVE_DIRECTORY_BYTES:
            facts = limit_facts(Phrase("bytes in the list of files of the archive"), MAX_ARCHIVE_DIRECTORY_BYTES, size)
            raise NotOpenedError(limit=facts)
        return self._file.read(size)


class _Member(io.RawIOBase):
    """The bytes of a member, checked for their number and their checksum; raises BrokenOffError."""

    def __init__(self, file: BinaryIO, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
        super().__init__()
        self._file = file
        self._size, self._checksum = info.file_size, info.CRC
        # The library would silently end at the size stated, so it is told one byte more, and to check nothing.
        told = copy(info)
        told.file_size, told.CRC = info.file_size + 1, None  # type: ignore[assignment]
        self._content = archive.open(told)
        self._taken = self._found = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        """The next ``size`` bytes, fewer only at the end."""
        wanted = self._size + 1 - self._taken if size < 0 else size
        if wanted <= 0:
            return b""
        try:
            data = self._content.read(wanted)
        except _BROKEN as error:
            raise BrokenOffError(DAMAGED) from error
        self._taken += len(data)
        self._found = zlib.crc32(data, self._found)
        if self._taken > self._size or (len(data) < wanted and self._taken < self._size):
            raise BrokenOffError(UNTRUE_SIZE)
        if len(data) < wanted and self._found != self._checksum:
            raise BrokenOffError(DAMAGED)
        return data

    def close(self) -> None:
        if not self.closed:
            self._content.close()
            self._file.close()
        super().close()


class HeldMember(io.RawIOBase):
    """A member held in memory from the first look at it until it is closed."""

    def __init__(self, member: io.RawIOBase, size: int) -> None:
        super().__init__()
        self._member = member
        self._size = size
        self._bytes: io.BytesIO | None = None

    def _whole(self) -> io.BytesIO:
        if self._bytes is None:
            self._bytes = io.BytesIO(self._member.read(self._size + 1) or b"")
        return self._bytes

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        return self._whole().read(size)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return self._whole().seek(offset, whence)

    def tell(self) -> int:
        return self._whole().tell()

    def close(self) -> None:
        if not self.closed:
            self._bytes = None
            self._member.close()
        super().close()
