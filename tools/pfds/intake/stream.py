"""A file read once from its beginning, hashed on the way."""

from __future__ import annotations

import hashlib
from typing import BinaryIO, Final, Protocol

_PIECE: Final = 1 << 20


class BrokenOffError(Exception):
    """Bytes that turn out to be damaged while they are read; its text says how."""


class ByteStream(Protocol):
    """Bytes read once from the beginning, of a file of ``size`` bytes."""

    @property
    def size(self) -> int:
        """Bytes in the file."""

    def read(self, size: int) -> bytes:
        """The next ``size`` bytes, fewer only at the end."""

    def sha256(self) -> str:
        """Hash of all bytes of the file."""

    def progress(self) -> tuple[int, int]:
        """Bytes of the file read so far, and bytes in all."""

    def close(self) -> None:
        """Close the file."""


class HashedStream:
    """Bytes of ``size`` in all, read in order; their hash is that of the whole file, however much of it was read."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self.size = size
        self.taken = 0
        self._stream = stream
        self._hash = hashlib.sha256()

    def read(self, size: int) -> bytes:
        """The next ``size`` bytes, fewer only at the end."""
        pieces: list[bytes] = []
        while size > 0 and (piece := self._stream.read(size)):
            pieces.append(piece)
            size -= len(piece)
        data = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        self._hash.update(data)
        self.taken += len(data)
        return data

    def sha256(self) -> str:
        """Hash of all bytes; what is left is read for it. A file that was read elsewhere is read from its beginning."""
        if not self.taken and self._stream.seekable():
            self._stream.seek(0)
        while self.read(_PIECE):
            pass
        return self._hash.hexdigest()

    def progress(self) -> tuple[int, int]:
        """Bytes read so far, and bytes in all."""
        return self.taken, self.size

    def close(self) -> None:
        """Close the file."""
        self._stream.close()
