"""Files and folders on disk, their bytes read safely."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, cast

from pfds.intake.survey import CLOSED, LINK, NotOpenedError, Survey, survey
from pfds.intake.tables import UnreadableInput
from pfds.standard.model import Standard
from pfds.standard.phrase import Phrase

SPECIAL: Final = Phrase("it is not an ordinary file")


@dataclass(frozen=True, slots=True)
class DiskEntry:
    """A file or folder on disk; a link is followed only where the path itself was ``given``."""

    path: Path
    given: bool = False

    @property
    def name(self) -> str:
        """Its own name."""
        return self.path.name

    @property
    def container(self) -> str:
        """Name of the folder that it lies in."""
        return self.path.resolve().parent.name

    @property
    def place(self) -> tuple[str, ...]:
        """The file that would be read; a link in a folder stands for itself."""
        return (str(self.path.resolve() if self.given else self.path.parent.resolve() / self.path.name),)

    def is_link(self) -> bool:
        """Whether it is a symbolic link."""
        return self.path.is_symlink()

    def is_folder(self) -> bool:
        """Whether it is a folder, or a link to one."""
        return self.path.is_dir()

    def names_below(self) -> Iterator[str]:
        """Names of the files in this folder and in those below that are not hidden."""
        for _, subfolders, names in os.walk(self.path):
            subfolders[:] = [name for name in subfolders if not name.startswith(".")]
            yield from names

    def open(self) -> tuple[BinaryIO, int]:
        """An ordinary file, open, and its size in bytes; raises NotOpenedError.

        A link in a folder, a pipe or a device is refused before it is opened.
        """
        try:
            status = self.path.stat() if self.given else self.path.lstat()
            if stat.S_ISLNK(status.st_mode):
                raise NotOpenedError(LINK)
            if not stat.S_ISREG(status.st_mode):
                raise NotOpenedError(SPECIAL)
            flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
            if not self.given:
                flags |= getattr(os, "O_NOFOLLOW", 0)
            stream = os.fdopen(os.open(self.path, flags), "rb", buffering=0)
            status = os.fstat(stream.fileno())
            if not stat.S_ISREG(status.st_mode):
                stream.close()
                raise NotOpenedError(SPECIAL)
        except OSError as error:
            raise NotOpenedError(CLOSED) from error
        return cast("BinaryIO", stream), status.st_size


def survey_folder(path: Path, standard: Standard) -> Survey:
    """What a folder holds; raises UnreadableInput."""
    try:
        entries = [DiskEntry(entry) for entry in path.iterdir()]
    except OSError as error:
        raise UnreadableInput(f"The folder {path} cannot be opened.") from error
    return survey(entries, Survey(list(standard.tables)), standard, f"The folder {path}")
