"""Zip archives: members surveyed like the files of a folder and read as streams; nothing is ever laid on the disk."""

from __future__ import annotations

import stat
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Final, cast

from pfds.intake.archive_member import Archive, Member
from pfds.intake.limits import (
    ALWAYS_EXPANDED,
    MAX_EXPANDED_BYTES,
    MAX_EXPANSION,
    MAX_HELD_BYTES,
    MAX_MEMBER_NAME,
)
from pfds.intake.paths import SPECIAL
from pfds.intake.problems import limit_facts, shown
from pfds.intake.survey import DATA_SUFFIXES, META_FILE, NotOpenedError, Source, Survey, suffix_of, survey
from pfds.standard.model import Standard
from pfds.standard.phrase import Phrase

ENCRYPTED: Final = Phrase("it is encrypted")
COMPRESSION: Final = Phrase("it is compressed in a way that is not read; zip it with the usual one (Deflate)")
LINK: Final = Phrase("it is a link, and links in an archive are not followed")
UNSAFE: Final = Phrase("its name leads out of the archive, or is none that a file can have")
TWICE: Final = Phrase("the archive holds more than one file of this name, so that which is meant cannot be known")

_HELD: Final = frozenset({".parquet", ".arrow", ".feather"})
"""Forms that are not read from their beginning to their end."""
_IGNORED: Final = "__MACOSX"
_ENCRYPTED_FLAGS: Final = 0x1 | 0x40 | 0x2000
_PATCH_FLAG: Final = 0x20
_TIGHTEST: Final = 1_040
"""Times that Deflate can make anything smaller, rounded up."""


@dataclass(frozen=True, slots=True)
class MemberEntry:
    """A file, or (without ``info``) a folder with the files ``below``, of an ``archive``."""

    archive: Archive
    name: str
    info: Member | None = None
    below: tuple[str, ...] = ()
    refused: NotOpenedError | None = None
    given: bool = False
    path: None = None

    @property
    def container(self) -> str:
        """Name of the archive, or of the folder that an archive lies in which cannot be opened."""
        path = self.archive.path.resolve()
        return path.name if self.info else path.parent.name

    @property
    def place(self) -> tuple[str, ...]:
        """The archive, and the name within it."""
        return (str(self.archive.path.resolve()), self.info.path if self.info else self.name)

    def is_link(self) -> bool:
        """Whether it stands for something elsewhere."""
        return self.info is not None and stat.S_ISLNK(self.info.attributes >> 16)

    def is_folder(self) -> bool:
        """Whether it is a folder."""
        return bool(self.below)

    def names_below(self) -> Iterable[str]:
        """Names of the files in this folder and in folders below that are not hidden."""
        return self.below

    def open(self) -> tuple[BinaryIO, int]:
        """Its bytes as they are expanded, and how many the archive says that they are; raises NotOpenedError."""
        if refused := self.refused or self._refusal():
            raise refused
        info = cast("Member", self.info)
        return cast("BinaryIO", self.archive.open(info)), info.size

    def _refusal(self) -> NotOpenedError | None:
        if self.info is None:
            return NotOpenedError(SPECIAL)
        kind = stat.S_IFMT(self.info.attributes >> 16)
        if kind not in (0, stat.S_IFREG):
            return NotOpenedError(LINK if stat.S_ISLNK(kind) else SPECIAL)
        if self.info.flags & _ENCRYPTED_FLAGS:
            return NotOpenedError(ENCRYPTED)
        if self.info.method not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or (self.info.flags & _PATCH_FLAG):
            return NotOpenedError(COMPRESSION)
        return _too_large(self.info, held=suffix_of(self.name) in _HELD)


def _too_large(info: Member, *, held: bool) -> NotOpenedError | None:
    """Why a member is not expanded. A size that no packing reaches is untrue, which reading it shows at once."""
    most = max(ALWAYS_EXPANDED, MAX_EXPANSION * info.packed)
    if most < info.size <= _TIGHTEST * info.packed:
        return NotOpenedError(limit=limit_facts(Phrase("bytes in the archive when expanded"), most, info.size))
    if held and info.size > MAX_HELD_BYTES:
        return NotOpenedError(limit=limit_facts(Phrase("bytes in the file"), MAX_HELD_BYTES, info.size))
    return None


def survey_archive(path: Path, standard: Standard) -> Survey:
    """What an archive holds; raises UnreadableInput if it cannot be opened or holds no data.

    The files stand at its top, or all within one folder. A single JSON document is the whole submission.
    """
    found, archive = Survey(list(standard.tables)), Archive(path)
    try:
        members = [member for member in archive.members() if not member.path.endswith("/")]
    except NotOpenedError as refused:
        found.sources.append(Source(MemberEntry(archive, path.name, refused=refused), shown(path.name), None))
        return found
    entries = list(_bounded(_top(archive, _sound(members, found))))
    data = [entry for entry in entries if suffix_of(entry.name) in DATA_SUFFIXES and entry.name != META_FILE]
    if len(data) == 1 and not data[0].is_folder() and _is_document(data[0].name, standard):
        entries.remove(data[0])
        found.sources.append(Source(data[0], shown(data[0].name), None))
    return survey(entries, found, standard, f"The archive {path}")


def _is_document(name: str, standard: Standard) -> bool:
    return suffix_of(name) == ".json" and name.split(".", maxsplit=1)[0] not in standard.tables


def _sound(members: Iterable[Member], found: Survey) -> dict[tuple[str, ...], Member]:
    """Members by the parts of their names; those whose names cannot be trusted are told and left out."""
    parts = [(info, _parts(info)) for info in members]
    times = Counter(path for _, path in parts)
    sound: dict[tuple[str, ...], Member] = {}
    for info, path in parts:
        if path is None:
            found.refuse(info.name, UNSAFE)
        elif path[0] != _IGNORED and not any(part.startswith(".") for part in path):
            if times[path] > 1 and path not in sound:
                found.refuse(path[-1], TWICE)
            sound[path] = info
    return {path: info for path, info in sound.items() if times[path] == 1}


def _parts(info: Member) -> tuple[str, ...] | None:
    """The parts of a name; None if it would lead out of the archive, or no file can have it."""
    name = info.name.replace("\\", "/")
    parts = tuple(part for part in name.split("/") if part not in ("", "."))
    absolute = name.startswith("/") or (len(name) > 1 and name[1] == ":")
    longest = max((len(part.encode("utf-8", "replace")) for part in parts), default=0)
    if not parts or absolute or ".." in parts or "\0" in name or longest > MAX_MEMBER_NAME:
        return None
    return parts


def _top(archive: Archive, members: Mapping[tuple[str, ...], Member]) -> Iterator[MemberEntry]:
    """What lies at the top, or in the one folder that holds everything."""
    inside = len({path[0] for path in members}) == 1 and all(len(path) > 1 for path in members)
    folders: dict[str, list[str]] = {}
    for path, info in members.items():
        name, *below = path[1:] if inside else path
        if below:
            folders.setdefault(name, []).append(below[-1])
        else:
            yield MemberEntry(archive, name, info)
    for name, names in folders.items():
        yield MemberEntry(archive, name, below=tuple(names))


def _bounded(entries: Iterable[MemberEntry]) -> Iterator[MemberEntry]:
    """The same entries, those refused that would expand to more than can be read with the ones before them."""
    size = 0
    for entry in sorted(entries, key=lambda entry: entry.name):
        if entry.info is not None and suffix_of(entry.name) in DATA_SUFFIXES:
            size += entry.info.size
        if size > MAX_EXPANDED_BYTES:
            facts = limit_facts(Phrase("bytes in the archive when expanded"), MAX_EXPANDED_BYTES, size)
            yield replace(entry, refused=NotOpenedError(limit=facts))
        else:
            yield entry
