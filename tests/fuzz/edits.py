"""Edits of a published release: bytes of one file changed, files gone, added or turned into something else."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Final

from exm import world
from fuzz.children import Limits, run
from fuzz.damage import in_bytes, in_document, in_lines
from fuzz.sound import File
from kloop import write_tables

_VERSION: Final = "2025.3.0"
_AT_ONCE: Final = 24
_LIKELY: Final = ("release.json", "SHA256SUMS", "../index.json", "datapackage.json", "tombstones.csv")


@dataclass(frozen=True, slots=True)
class Edited:
    """A copy of the release with one edit; whether it may still pass; and what was done."""

    folder: Path
    may_pass: bool
    told: str


def damaged_releases(room: Path, chance: Random) -> list[Edited]:
    """Copies of one release, each with one edit. The last is summed again, as a forger would do."""
    sound = _release(room)
    shutil.rmtree(room / "edited", ignore_errors=True)
    return [_edited(sound, room / "edited" / str(number), number == _AT_ONCE - 1, chance) for number in range(_AT_ONCE)]


@cache
def _release(room: Path) -> Path:
    """A release of the small dataset in a store of its own, made by the command."""
    data, store = room / "dataset", room / "store"
    shutil.rmtree(data, ignore_errors=True)
    shutil.rmtree(store, ignore_errors=True)
    data.mkdir(parents=True)
    write_tables(data, world())
    command = ("release", "build", str(data), "--store", str(store), "--version", _VERSION, "--as-of", "2025-03-12")
    (ended,) = run([(*command, "--only-tables")], room / "child", Limits(120, 4 << 30))
    if ended.code != 0:
        raise RuntimeError(ended.err.decode())
    return store / _VERSION


def _edited(sound: Path, store: Path, forged: bool, chance: Random) -> Edited:
    shutil.copytree(sound.parent, store, copy_function=os.link)
    folder = store / sound.name
    paths = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file()]
    path = chance.choice(_LIKELY if chance.random() < 0.5 else paths)
    if not forged and chance.random() < 0.1:
        return _replaced(folder, path, chance)
    old = (folder / path).read_bytes()
    new = _other(path, old, chance)
    _write(folder / path, new)
    if forged:
        _sum_again(folder)
    may_pass = new == old or path == "../index.json" or (forged and path.endswith((".parquet", "SHA256SUMS")))
    return Edited(folder, may_pass, f"{path}{' summed again' if forged else ''}")


def _other(path: str, old: bytes, chance: Random) -> bytes:
    ways = [in_bytes]
    if path.endswith((".csv", "SUMS", ".md")):
        ways += [in_lines]
    if path.endswith(".json"):
        ways += [in_document, in_document]
    return chance.choice(ways)(File(path, old), chance)


def _replaced(folder: Path, path: str, chance: Random) -> Edited:
    place = folder / path
    kind = chance.choice(("gone", "a folder", "a link", "a pipe", "a copy beside it", "a hidden file beside it"))
    if kind == "a copy beside it":
        shutil.copy(place, place.with_name(f"{place.name} (1)"))
    elif kind == "a hidden file beside it":
        place.with_name(".hidden").write_bytes(b"x")
    else:
        place.unlink()
    if kind == "a folder":
        place.mkdir()
    elif kind == "a link":
        place.symlink_to("/etc/passwd")
    elif kind == "a pipe":
        os.mkfifo(place)
    return Edited(folder, path == "../index.json", f"{path}: {kind}")


def _write(path: Path, data: bytes) -> None:
    path.unlink()
    path.write_bytes(data)


def _sum_again(folder: Path) -> None:
    """The manifest and the index of the store fit the edited files again."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "SHA256SUMS")
    hashes = {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    sums = "".join(f"{digest}  {path}\n" for path, digest in hashes.items()).encode()
    _write(folder / "SHA256SUMS", sums)
    index = folder.parent / "index.json"
    try:
        content = json.loads(index.read_bytes())
        content["releases"][0]["manifest_sha256"] = hashlib.sha256(sums).hexdigest()
    except (ValueError, LookupError, TypeError):  # the index is what was edited
        return
    _write(index, json.dumps(content).encode("utf-8", "surrogatepass"))
