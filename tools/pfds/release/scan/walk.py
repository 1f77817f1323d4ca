"""Looks through a file: its bytes, and whatever is packed in it, as deep as it goes."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO, Final

from pfds.release.scan.containers import (
    Layer,
    Readable,
    decompressed,
    parquet_texts,
    sqlite_texts,
    zip_members,
    zip_names,
)
from pfds.release.scan.place import Found, Place, Undecodable
from pfds.release.scan.raw import RawSeeker
from pfds.release.scan.seeker import TextSeeker
from pfds.release.scan.sought import Sought
from pfds.release.scan.texts import BLOCK, Texts

_DEEPEST: Final = 8
_HEAD: Final = 16
_OVERLAP: Final = 1024
_MAGIC: Final = {
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\0": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"SQLite format 3\0": "sqlite",
    b"PAR1": "parquet",
    b"<stata_dta>": "stata",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
_COMPRESSED: Final = ("gzip", "bzip2", "xz", "zstd")
_VALUES: Final[dict[str, Callable[[Path], Iterator[Layer]]]] = {
    "zip": zip_names,
    "sqlite": sqlite_texts,
    "parquet": parquet_texts,
}


class Walk:
    """Looks through files for what two seekers seek; ``room`` is a private folder for what has to be unpacked."""

    def __init__(self, text: TextSeeker, raw: RawSeeker, room: Path | None = None) -> None:
        self._raw, self._room = raw, room
        self._clean: set[bytes] = set()
        self.texts = Texts(text, raw, self._nested)

    def file(self, path: Path, place: Place, depth: int = 0) -> Iterator[Found]:
        """What stands in a file, in every layer; also that a layer cannot be looked through."""
        if depth > _DEEPEST:
            yield Found(place, why="files within files beyond the bound")
            return
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").digest()
            if digest in self._clean:
                return
            file.seek(0)
            clean = True
            for found in self._looked_through(path, file, place, depth):
                clean = False
                yield found
        if clean:
            self._clean.add(digest)

    def _looked_through(self, path: Path, file: BinaryIO, place: Place, depth: int) -> Iterator[Found]:
        kind = _kind(file.read(_HEAD))
        file.seek(0)
        try:
            if kind is None:
                yield from self.texts.stream(file, place, depth)
            elif kind == "utf-16":
                yield from self.texts.stream(file, place.inside("UTF-16"), depth, "utf-16")
            else:
                yield from self._packed(path, file, kind, place, depth)
        except Undecodable as reason:
            yield Found(place, why=str(reason))
            file.seek(0)
            yield from self._bytes(file, place)

    def name(self, path: str, place: Place) -> Iterator[Found]:
        """What stands in the path of a file."""
        yield from self.texts.within(path, place)

    def _packed(self, path: Path, file: BinaryIO, kind: str, place: Place, depth: int) -> Iterator[Found]:
        in_bytes: dict[Sought | None, Found] = {}
        for found in self._bytes(file, place):
            in_bytes.setdefault(found.sought, found)
        for found in self._layers(path, kind, place, depth):
            in_bytes.pop(found.sought, None)
            yield found
        if in_bytes:
            explained = self._explained(path, kind)
            yield from (found for sought, found in in_bytes.items() if sought not in explained)

    def _layers(self, path: Path, kind: str, place: Place, depth: int) -> Iterator[Found]:
        for layer in _VALUES[kind](path) if kind in _VALUES else ():
            inside = place.inside(layer.name)
            if isinstance(layer.content, bytes):
                yield from self._in_bytes(layer.content, inside)
                with suppress(UnicodeDecodeError):
                    text = layer.content.decode("utf-8")
                    yield from map(_without_line, self.texts.within(text, inside, depth))
            elif layer.row:
                yield from self.texts.within(layer.content, inside, depth, layer.row)
            else:
                yield from map(_without_line, self.texts.within(layer.content, inside, depth))
        if kind == "zip":
            for name, member in zip_members(path):
                yield from self._member(member, place.inside(name), depth + 1)
        elif kind in _COMPRESSED:
            with closing(decompressed(path, kind)) as unpacked:
                yield from self._member(unpacked, place.inside(kind), depth + 1)
        elif kind == "stata":
            with path.open("rb") as file:
                yield from self._stata(file, place)

    def _explained(self, path: Path, kind: str) -> set[Sought | None]:
        """Values that stand in the bytes only because a longer word in a decoded value begins or ends with them."""
        layers = _VALUES[kind](path) if kind in _VALUES else ()
        texts = (layer.content for layer in layers if isinstance(layer.content, str))
        return {found.sought for text in texts for found in self.texts.loosely(text)}

    def _member(self, member: Readable, place: Place, depth: int) -> Iterator[Found]:
        try:
            with NamedTemporaryFile(dir=self._room) as copy:
                shutil.copyfileobj(member, copy, BLOCK)
                copy.flush()
                yield from self.file(Path(copy.name), place, depth)
        except (OSError, EOFError, ValueError) as problem:
            raise Undecodable("a packed file that cannot be unpacked") from problem

    def _nested(self, data: bytes, place: Place, depth: int) -> Iterator[Found]:
        """What stands in bytes that were found in text, if they are a file of a known kind or text."""
        kind = _kind(data)
        if kind is None:
            try:
                text = data.rstrip(b"\0").decode("utf-8")
            except UnicodeDecodeError:
                return
            if depth > _DEEPEST:
                raise Undecodable("text within text beyond the bound")
            yield from self.texts.within(text, place, depth)
        elif kind != "utf-16":
            with NamedTemporaryFile(dir=self._room) as copy:
                copy.write(data)
                copy.flush()
                yield from self.file(Path(copy.name), place, depth)

    def _stata(self, file: BinaryIO, place: Place) -> Iterator[Found]:
        carried = b""
        while block := file.read(BLOCK):
            text = (carried + block).decode("utf-8", errors="replace")
            yield from map(_without_line, self.texts.within(text, place))
            carried = block[-_OVERLAP:]

    def _bytes(self, file: BinaryIO, place: Place) -> Iterator[Found]:
        carried = b""
        while block := file.read(BLOCK):
            yield from self._in_bytes(carried + block, place)
            carried = block[-_OVERLAP:]

    def _in_bytes(self, data: bytes, place: Place) -> Iterator[Found]:
        yield from (Found(place.read_as("bytes"), None, seen.sought) for seen in self._raw.seen(data))
        yield from (Found(place.read_as("hash"), None, sought) for sought in self._raw.hashes.in_bytes(data))


def _kind(head: bytes) -> str | None:
    return next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), None)


def _without_line(found: Found) -> Found:
    return Found(found.place, None, found.sought, found.why)
