"""Zip archives read by a process of their own, and their members as streams of bytes."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from pfds.intake import archive_zip
from pfds.intake.apart import BROKE_OFF, BY_PATH, Asked, BrokenOffProcessError
from pfds.intake.archive_child import DATA, LISTED
from pfds.intake.limits import (
    MAX_ANSWER_SECONDS,
    MAX_ARCHIVE_DIRECTORY_BYTES,
    MAX_ARCHIVE_ENTRIES,
    MAX_ARCHIVE_MEMORY,
    MAX_PROCESS_SECONDS,
)
from pfds.intake.paths import DiskEntry
from pfds.intake.problems import limit_facts
from pfds.intake.stream import BrokenOffError
from pfds.intake.survey import NotOpenedError
from pfds.standard.phrase import Phrase

NOT_ZIP: Final = Phrase("it is not a zip file, or it is damaged")
DAMAGED: Final = Phrase("it is damaged in the archive")
UNTRUE_SIZE: Final = Phrase("it does not have the size that the archive states")
CHILD: Final = Path(__file__).with_name("archive_child.py")

_WORDS: Final[Mapping[object, Phrase]] = MappingProxyType(
    {archive_zip.NOT_ZIP: NOT_ZIP, archive_zip.DAMAGED: DAMAGED, archive_zip.UNTRUE_SIZE: UNTRUE_SIZE}
)
_PIECE: Final = 1 << 20
_LONGEST_LIST: Final = 64 << 20


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive: its ``number``, its name as it stands there and as it is read, bytes, and zip's marks."""

    number: int
    name: str
    path: str
    size: int
    packed: int
    flags: int
    method: int
    attributes: int


class Archive:
    """An archive on the disk. The process that reads it begins when it is first asked for something, and ends with us,
    or when no one holds the archive any more."""

    def __init__(self, path: Path, program: Path = CHILD) -> None:
        self.path = path
        self._program = program
        self._process: Asked | None = None
        self._times = 0

    def members(self) -> list[Member]:
        """All that it holds; raises NotOpenedError."""
        try:
            return self._begun()
        except BrokenOffProcessError as error:
            self._end()
            raise NotOpenedError(BROKE_OFF) from error

    def open(self, member: Member) -> io.RawIOBase:
        """The bytes of a member; raises BrokenOffError while they are read."""
        return _Stream(self, member)

    def begin(self) -> int:
        """The number of the process that reads; one that ended is followed by another. Raises BrokenOffError."""
        try:
            if self._process is None:
                self._begun()
        except BrokenOffProcessError as error:
            self._end()
            raise BrokenOffError(BROKE_OFF) from error
        except NotOpenedError as error:
            raise BrokenOffError(DAMAGED) from error
        return self._times

    def read(self, number: int, size: int, process: int) -> bytes:
        """The next ``size`` bytes of a member, from the same process as those before; raises BrokenOffError."""
        try:
            return self._asked(number, size, process)
        except BrokenOffProcessError as error:
            self._end()
            raise BrokenOffError(BROKE_OFF) from error

    def stop(self, number: int) -> None:
        """No more of a member is wanted."""
        try:
            if self._process is not None:
                with self._process.waiting():
                    self._process.ask([number, 0])
        except BrokenOffProcessError:
            self._end()

    def _begun(self) -> list[Member]:
        stream, _ = DiskEntry(self.path, given=True).open()
        given = {
            "archive": str(self.path) if BY_PATH else stream.fileno(),
            "list": MAX_ARCHIVE_DIRECTORY_BYTES,
            "files": MAX_ARCHIVE_ENTRIES,
            "memory": MAX_ARCHIVE_MEMORY,
            "seconds": MAX_PROCESS_SECONDS,
        }
        with stream:
            handed = () if BY_PATH else (stream.fileno(),)
            self._end()
            self._times += 1
            self._process = process = Asked(self._program, given, MAX_ANSWER_SECONDS, handed)
        with process.waiting():
            answer: Any = process.line(_LONGEST_LIST)
            if answer[0] != LISTED:
                raise _refused(*answer[1:])
            return [_member(number, each) for number, each in enumerate(answer[1])]

    def _asked(self, number: int, size: int, same: int) -> bytes:
        process = self._process
        if process is None or same != self._times:
            raise BrokenOffProcessError
        with process.waiting():
            process.ask([number, size])
            kind, said, *_ = process.line(_PIECE)
            if kind != DATA:
                raise BrokenOffError(_WORDS[said])
            if not isinstance(said, int) or not 0 <= said <= size:
                raise BrokenOffProcessError
            return process.take(said)

    def _end(self) -> None:
        if self._process is not None:
            self._process.close()
            self._process = None

    def __del__(self) -> None:
        self._end()


class _Stream(io.RawIOBase):
    """The bytes of a member as they are expanded."""

    def __init__(self, archive: Archive, member: Member) -> None:
        super().__init__()
        self._archive = archive
        self._number = member.number
        self._process = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        """The next ``size`` bytes, fewer only at the end."""
        pieces: list[bytes] = []
        self._process = self._process or self._archive.begin()
        while size != 0:
            wanted = _PIECE if size < 0 else min(size, _PIECE)
            piece = self._archive.read(self._number, wanted, self._process)
            pieces.append(piece)
            size -= len(piece) if size > 0 else 0
            if len(piece) < wanted:
                break
        return b"".join(pieces)

    def close(self) -> None:
        if not self.closed and self._process:
            self._archive.stop(self._number)
        super().close()


def _member(number: int, said: Any) -> Member:
    name, path, size, packed, flags, method, attributes = said
    if not isinstance(name, str) or not isinstance(path, str):
        raise BrokenOffProcessError
    if not all(type(each) is int and each >= 0 for each in (size, packed, flags, method, attributes)):
        raise BrokenOffProcessError
    return Member(number, name, path, size, packed, flags, method, attributes)


def _refused(reason: Any, found: Any) -> NotOpenedError:
    if reason == archive_zip.LONG_LIST:
        words = Phrase("bytes in the list of files of the archive")
        return NotOpenedError(limit=limit_facts(words, MAX_ARCHIVE_DIRECTORY_BYTES, int(found)))
    if reason == archive_zip.MANY_FILES:
        return NotOpenedError(limit=limit_facts(Phrase("files in the archive"), MAX_ARCHIVE_ENTRIES, int(found)))
    return NotOpenedError(_WORDS[reason])
