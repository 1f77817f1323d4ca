"""The archives of a release: all that a reader of its CSV or of its Parquet tables needs, in one file to take away."""

from __future__ import annotations

import hashlib
import json
import stat
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

from pfds.editions.about import About, package_about
from pfds.editions.public import Public

SUMS: Final = "SHA256SUMS"
"""Lies in each archive and lists what is packed there; that of the release lists the archives too."""

_DESCRIPTORS: Final = {"csv": "datapackage.json", "parquet": "parquet/datapackage.json"}
_DOCUMENTS: Final = ("README.md", "LICENSE.txt", "CITATION.cff", "CHANGELOG.md", "release.json", "tombstones.csv")
_FOLDERS: Final = ("codebook", "codelists", "schema")
_PACKED_ALREADY: Final = ".parquet"
_FIRST_YEAR: Final = 1980
"""The format knows no earlier one."""

_CHUNK: Final = 1 << 20


def archive_paths(about: About) -> dict[str, str]:
    """Path of the archive of each form, `csv` and `parquet`: the name of the data package, the version, the form."""
    name = package_about(about)["name"]
    return {form: f"archives/{name}-{about.version}-{form}.zip" for form in _DESCRIPTORS}


def write_archives(public: Public, target: Path) -> None:
    """Both archives, from the files that lie in ``public.folder``; paths within are those of the release.

    A data package is packed with every file that its descriptor names, and with the documents and the folders that
    explain it. Dates are the as-of date, modes are 0644, names are sorted; the bytes are those of one version of zlib.
    Raises FileNotFoundError if one of the files is not there yet.
    """
    for form, path in archive_paths(public.about).items():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(target / path, "x") as archive:
            _pack(archive, public, packed_files(public.folder, form))


def packed_files(folder: Path, form: str) -> list[str]:
    """Paths of the files of a release that the archive of a form holds beside its sums."""
    return sorted({*_explaining(folder), *_package(folder, _DESCRIPTORS[form])})


def _explaining(folder: Path) -> Iterator[str]:
    yield from _DOCUMENTS
    for name in _FOLDERS:
        yield from (path.relative_to(folder).as_posix() for path in (folder / name).rglob("*") if path.is_file())


def _package(folder: Path, descriptor: str) -> Iterator[str]:
    """A descriptor and all that it names."""
    yield descriptor
    base = Path(descriptor).parent
    package: dict[str, Any] = json.loads((folder / descriptor).read_bytes())
    for resource in package["resources"]:
        paths = [resource["path"]] if isinstance(resource["path"], str) else resource["path"]
        yield from ((base / path).as_posix() for path in paths)


def _pack(archive: zipfile.ZipFile, public: Public, names: list[str]) -> None:
    day = public.about.as_of
    sums = [f"{_add(archive, public.folder, name, day)}  {name}\n" for name in names]
    archive.writestr(_member(SUMS, day), "".join(sums))


def _add(archive: zipfile.ZipFile, folder: Path, name: str, day: date) -> str:
    """Packs a file, some of it at a time; its SHA-256 in hexadecimal digits."""
    member, digest = _member(name, day), hashlib.sha256()
    member.file_size = (folder / name).stat().st_size
    with (folder / name).open("rb") as file, archive.open(member, "w") as packed:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            packed.write(chunk)
    return digest.hexdigest()


def _member(name: str, day: date) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, (max(day.year, _FIRST_YEAR), day.month, day.day, 0, 0, 0))
    member.create_system = 3
    member.external_attr = (stat.S_IFREG | 0o644) << 16
    member.compress_type = zipfile.ZIP_STORED if name.endswith(_PACKED_ALREADY) else zipfile.ZIP_DEFLATED
    return member
