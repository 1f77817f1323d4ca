"""Edits of what vouches for the files: manifest, signature, key, index, chain. One at a time; any problem will do."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from edits.signed_store import NEWEST, SignedStore
from small_store import NEXT, VERSIONS

MANIFEST, SIGNATURE, INDEX, KEY = "SHA256SUMS", "SHA256SUMS.minisig", "index.json", "minisign.pub"


def edited(store: SignedStore, chance: Random) -> str:
    """Makes one edit; returns what was done."""
    edit = chance.choice(_EDITS)
    return f"{edit.__name__}: {edit(store, chance)}"


def _bytes_of(store: SignedStore, chance: Random) -> str:
    """Some bytes of one of the files that vouch."""
    version = chance.choice(VERSIONS)
    name = chance.choice((f"{version}/{MANIFEST}", f"{version}/{SIGNATURE}", INDEX, INDEX, KEY))
    path, data = store.folder / name, bytearray(store.content[name])
    kind = chance.randrange(5)
    if kind == 0:
        data = data[: chance.randrange(len(data))]
    elif kind == 1:
        data += chance.choice((b"\n", b" ", b"x", b"\0", b"\n\n", b"untrusted comment: x\n"))
    elif kind == 2:
        at = chance.randrange(len(data))
        data[at:at] = chance.choice((b" ", b"\n", b"\t", b"0", chance.randbytes(1)))
    else:
        at = chance.randrange(len(data))
        data[at] ^= 1 << chance.randrange(8)
    path.write_bytes(data)
    return f"{name} {kind} {_place(store.content[name], bytes(data))}"


def _summed_again(store: SignedStore, chance: Random) -> str:
    """A file is edited and the manifest fits again; perhaps the index too, perhaps with a signature of another key."""
    version, name = _file(store, chance)
    path = store.folder / name
    path.write_bytes(path.read_bytes() + b"\n")
    _sum(store, version)
    how = chance.randrange(4)
    if how >= 1:
        _fit_index(store, version)
    if how >= 2:
        _sign(store, version)
    if how == 3:
        (store.folder / KEY).write_bytes(store.other.public)
    return f"{name} {how}"


def _all_forged(store: SignedStore, chance: Random) -> str:
    """A release is edited, and all from it on are chained, signed and entered anew with another key."""
    place = chance.randrange(len(VERSIONS))
    _, name = _file(store, chance, VERSIONS[place])
    path = store.folder / name
    path.write_bytes(path.read_bytes() + b" ")
    for before, version in zip((None, *VERSIONS), VERSIONS, strict=False):
        if VERSIONS.index(version) < place:
            continue
        if before and VERSIONS.index(before) >= place:
            release = _json(store, f"{version}/release.json")
            release["previous"]["manifest_sha256"] = _hash(store.folder / before / MANIFEST)
            _write(store.folder / version / "release.json", release)
        _sum(store, version)
        _sign(store, version)
        _fit_index(store, version)
    if chance.random() < 0.5:
        for version in VERSIONS:
            _sign(store, version)
        (store.folder / KEY).write_bytes(store.other.public)
    return name


def _unsigned(store: SignedStore, chance: Random) -> str:
    versions = chance.sample(VERSIONS, chance.randint(1, len(VERSIONS)))
    for version in versions:
        (store.folder / version / SIGNATURE).unlink()
    if chance.random() < 0.5:
        (store.folder / KEY).unlink()
    return ", ".join(versions)


def _signature_of_another(store: SignedStore, chance: Random) -> str:
    to, of = chance.sample(VERSIONS, 2)
    (store.folder / to / SIGNATURE).write_bytes(store.content[f"{of}/{SIGNATURE}"])
    return f"{of} in {to}"


def _signed_by_another(store: SignedStore, chance: Random) -> str:
    version = chance.choice(VERSIONS)
    _sign(store, version)
    return version


def _other_key(store: SignedStore, chance: Random) -> str:
    (store.folder / KEY).write_bytes(chance.choice((store.other.public, store.older)))
    return KEY


def _no_key(store: SignedStore, _: Random) -> str:
    (store.folder / KEY).unlink()
    return KEY


def _rolled_back(store: SignedStore, chance: Random) -> str:
    """The index of an earlier day; perhaps the releases since then are gone too, so that only memory helps."""
    kept = chance.randrange(len(VERSIONS))
    index = _json(store, INDEX)
    index["releases"] = index["releases"][:kept]
    if kept:
        index["releases"][-1]["status"] = "current"
    _write(store.folder / INDEX, index)
    gone = chance.random() < 0.5
    for version in VERSIONS[kept:] if gone else ():
        shutil.rmtree(store.folder / version)
    return f"to {kept}{', with the releases' if gone else ''}"


def _entry(store: SignedStore, chance: Random) -> str:
    """One fact of one entry."""
    index = _json(store, INDEX)
    entry = chance.choice(index["releases"])
    key = chance.choice(list(entry))
    entry[key] = _another(entry[key], chance)
    _write(store.folder / INDEX, index)
    return f"{entry['version']} {key}"


def _entries(store: SignedStore, chance: Random) -> str:
    """Entries dropped, doubled, or in another order."""
    index = _json(store, INDEX)
    before = list(index["releases"])
    how = chance.choice(("drop", "double", "shuffle"))
    at = chance.randrange(len(before))
    if how == "drop":
        index["releases"].pop(at)
    elif how == "double":
        index["releases"].insert(at, before[chance.randrange(len(before))])
    else:
        index["releases"] = [before[place] for place in chance.choice(((1, 0, 2), (2, 1, 0), (0, 2, 1), (1, 2, 0)))]
    _write(store.folder / INDEX, index)
    return f"{how} {at}"


def _folders(store: SignedStore, chance: Random) -> str:
    """A release is gone, stands under another version, or is replaced by another one."""
    one, other = chance.sample(VERSIONS, 2)
    how = chance.choice(("gone", "moved", "replaced", "exchanged", "a link to another"))
    folder, second = store.folder / one, store.folder / other
    if how == "exchanged":
        aside = store.folder / "aside"
        folder.rename(aside)
        second.rename(folder)
        aside.rename(second)
    elif how == "moved":
        folder.rename(store.folder / NEXT)
    else:
        shutil.rmtree(folder)
        if how == "replaced":
            shutil.copytree(second, folder)
        elif how != "gone":
            folder.symlink_to(other)
    return f"{one}, {other}: {how}"


def _successor(store: SignedStore, chance: Random) -> str:
    """A release that nobody published comes next, unsigned or signed with another key, in the index or not."""
    folder = store.folder / NEXT
    shutil.copytree(store.folder / NEWEST, folder)
    release = _json(store, f"{NEXT}/release.json")
    release["version"] = NEXT
    release["previous"] = {"version": NEWEST, "manifest_sha256": _hash(store.folder / NEWEST / MANIFEST)}
    _write(folder / "release.json", release)
    _sum(store, NEXT)
    how = chance.randrange(3)
    if how:
        _sign(store, NEXT)
    if how == 2:
        index = _json(store, INDEX)
        entry = {**index["releases"][-1], "version": NEXT, "previous": release["previous"]}
        index["releases"][-1]["status"] = "superseded"
        index["releases"].append({**entry, "manifest_sha256": _hash(folder / MANIFEST)})
        _write(store.folder / INDEX, index)
    return str(how)


_EDITS: tuple[Callable[[SignedStore, Random], str], ...] = (
    *([_bytes_of] * 6),
    *(_summed_again, _summed_again, _all_forged, _unsigned, _signature_of_another, _signed_by_another, _other_key),
    *(_no_key, _rolled_back, _entry, _entry, _entries, _folders, _successor),
)


def _file(store: SignedStore, chance: Random, version: str = "") -> tuple[str, str]:
    version = version or chance.choice(VERSIONS)
    return version, chance.choice(store.files(version))


def _sum(store: SignedStore, version: str) -> None:
    folder = store.folder / version
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(MANIFEST))
    lines = (f"{_hash(path)}  {path.relative_to(folder).as_posix()}\n" for path in files)
    (folder / MANIFEST).write_text("".join(sorted(lines, key=lambda line: line[66:])), "utf-8")


def _sign(store: SignedStore, version: str) -> None:
    folder = store.folder / version
    (folder / SIGNATURE).write_bytes(store.other.sign((folder / MANIFEST).read_bytes(), version))


def _fit_index(store: SignedStore, version: str) -> None:
    """The index and the chain in it name the manifest as it is now."""
    index, digest = _json(store, INDEX), _hash(store.folder / version / MANIFEST)
    for entry in index["releases"]:
        if entry["version"] == version:
            entry["manifest_sha256"] = digest
        if entry["previous"] and entry["previous"]["version"] == version:
            entry["previous"]["manifest_sha256"] = digest
    _write(store.folder / INDEX, index)


def _another(value: Any, chance: Random) -> Any:
    if isinstance(value, dict):
        key = chance.choice(list(value))
        return {**value, key: _another(value[key], chance)}
    if isinstance(value, int):
        return value + chance.randint(1, 9)
    if value is None:
        return {"version": VERSIONS[0], "manifest_sha256": "0" * 64}
    return chance.choice((f"{value}0", value[:-1], "", None, chance.choice(("current", "withdrawn", "2025.3.9"))))


def _place(old: bytes, new: bytes) -> int:
    return next((at for at, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), len(old))


def _json(store: SignedStore, name: str) -> Any:
    return json.loads((store.folder / name).read_bytes())


def _write(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", "utf-8")


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
