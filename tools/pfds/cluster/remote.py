"""Folders on any file system that Spark reads, named by a URI; their files are brought to the workers by Spark."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from py4j.protocol import Py4JJavaError
from pyspark.sql import SparkSession

from pfds.cluster.parts import survey_with_parts, table_in_parts
from pfds.intake.limits import MAX_META_BYTES
from pfds.intake.survey import CLOSED, NotOpenedError, Survey
from pfds.intake.tables import UnreadableInput
from pfds.standard.model import Standard

MAX_BYTES: Final = 1 << 30
"""Of one file, which a worker holds whole."""
TOO_LARGE: Final = "it has more than 1 GiB; a table that is larger is to be sent in parts"
NAME: Final = "its name has other characters than letters, digits and . _ - ="
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^*?{}\[\],\\]*")
_PLAIN: Final = re.compile(r"[A-Za-z0-9._=-]+")


def is_uri(path: str) -> bool:
    """Whether a path names another file system than the disk."""
    return "://" in path


@dataclass(frozen=True, slots=True)
class RemoteEntry:
    """A file or folder at a ``uri``. Its bytes are ``content``, once Spark brought them."""

    uri: str
    name: str
    container: str
    folder: bool
    size: int
    content: bytes | None = None
    given: bool = False
    path: Path | None = None

    @property
    def place(self) -> tuple[str, ...]:
        """The address."""
        return (self.uri,)

    def is_link(self) -> bool:
        """Links are the business of the file system."""
        return False

    def is_folder(self) -> bool:
        """Whether it is a folder."""
        return self.folder

    def names_below(self) -> Iterable[str]:
        """Not looked up: what lies below is told by a file that any folder may hold."""
        return ("below.csv",)

    def refusal(self) -> str | None:
        """Why Spark is not asked for its bytes."""
        if not _PLAIN.fullmatch(self.name):
            return NAME
        return TOO_LARGE if self.size > MAX_BYTES else None

    def open(self) -> tuple[BinaryIO, int]:
        """The bytes that Spark brought; raises NotOpenedError if it brought none."""
        if self.content is None:
            raise NotOpenedError(self.refusal() or CLOSED)
        return io.BytesIO(self.content), len(self.content)


def survey_uri(session: SparkSession, uri: str, standard: Standard) -> Survey:
    """What a folder at a URI holds, tables in parts among it; raises UnreadableInput."""
    if not _URI.fullmatch(uri):
        raise UnreadableInput(f"{uri} is not the address of one folder.")
    try:
        entries = [_with_metadata(session, entry) for entry in _listed(session, uri)]
        parts = {entry: list(_listed(session, entry.uri)) for entry in entries if table_in_parts(entry, standard)}
    except Py4JJavaError as error:
        raise UnreadableInput(f"{uri} cannot be opened.") from error
    return survey_with_parts([entry for entry in entries if entry not in parts], parts.items(), standard, uri)


def _listed(session: SparkSession, uri: str) -> Iterator[RemoteEntry]:
    java: Any = session.sparkContext._jvm
    path = java.org.apache.hadoop.fs.Path(uri)
    system = path.getFileSystem(session.sparkContext._jsc.hadoopConfiguration())
    for status in system.listStatus(path):
        place = status.getPath()
        yield RemoteEntry(place.toString(), place.getName(), path.getName(), status.isDirectory(), status.getLen())


def _with_metadata(session: SparkSession, entry: RemoteEntry) -> RemoteEntry:
    if entry.name != "meta.json" or entry.folder or entry.size > MAX_META_BYTES:
        return entry
    return brought(entry, session.sparkContext.binaryFiles(entry.uri).first()[1])


def brought(entry: RemoteEntry, content: bytes) -> RemoteEntry:
    """The same file with its bytes."""
    return RemoteEntry(entry.uri, entry.name, entry.container, entry.folder, entry.size, content)
